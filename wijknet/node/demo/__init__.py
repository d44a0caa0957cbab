"""Three places of an example neighbourhood, as three real daemons on this machine."""
