"""How replicas agree. Pure: no tasks, no clock, no chance, no log, no disk."""
