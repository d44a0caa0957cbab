"""One shared agenda for a neighbourhood of self-run places, without a server in the middle."""

__version__ = "0.1.0"
