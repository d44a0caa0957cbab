"""Everything that runs: disk, clock, tasks, HTTP and the terminal."""
