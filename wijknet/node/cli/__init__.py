"""The command line: for the volunteer who looks after the box."""
