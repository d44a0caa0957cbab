"""HTTP for programs: JSON in, JSON out, events as they happen."""
