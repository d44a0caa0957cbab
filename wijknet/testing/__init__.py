"""What an embedder tests with: contract suites for Store and Link, and the simulator."""
