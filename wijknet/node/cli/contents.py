"""What commands there are, by what people want to do, and in which file each one is.

The short texts stand here so that help comes without loading what the commands need.
"""

from __future__ import annotations

from typing import Final

SECTIONS: Final[dict[str, dict[str, str]]] = {
    "Begin": {
        "init": "Found a wijk, with this place as its first.",
        "join": "Begin a place that a neighbour invites.",
        "up": "Run the node until Ctrl-C.",
        "demo": "Run three places of an example on this machine.",
    },
    "Agenda": {
        "agenda": "What is on, in the whole wijk.",
        "activity": "Activities of this place.",
        "closure": "When this place or a room of it is closed.",
        "shift": "Volunteer shifts of this place.",
        "signup": "Put somebody down for a shift.",
        "seat": "What became of a sign-up; take or give up the seat.",
    },
    "Rooms of each other": {
        "room": "Rooms of this place.",
        "free": "When a room is free, and what stands in the way.",
        "book": "Ask a place for a room.",
        "bookings": "All bookings of the wijk, and their state.",
        "requests": "Requests that wait for an answer of this place.",
        "contact": "How to reach whoever wants a room.",
        "accept": "Say yes to a request.",
        "decline": "Say no to a request.",
        "withdraw": "No longer want a room.",
        "why": "Why a booking or a neighbour is in its state.",
    },
    "The wijk": {
        "status": "How this place and its neighbours are doing.",
        "peers": "The neighbours: who is in step, and why not.",
        "members": "The places of the wijk.",
        "invite": "Invite one new place.",
        "vouch": "Let a place in that asked for it.",
        "expel": "Say that a place should be out.",
    },
    "People and numbers": {
        "people": "The people of this place; their names stay on this box.",
        "count": "Say whether a date was held, and how many came.",
        "hours": "Write down hours of volunteers.",
    },
    "The paper card": {
        "delegate": "Say with the card which boxes speak for this place.",
        "recover": "Take a place over on an empty box, with its card.",
    },
    "This box": {
        "backup": "Keep all of this box in one file.",
        "restore": "Put a box back from such a file.",
        "service": "Start wijknet with the machine.",
        "doctor": "Look for what is wrong with this box.",
        "metrics": "Measurements, as Prometheus reads them.",
        "pin": "Choose a PIN by which people sign in on the pages.",
        "token": "Tokens of programs that use the API.",
        "completion": "Completion of commands for your shell.",
        "sim": "Run a simulated wijk and check its promises.",
    },
}
"""Heading, then name and short text of each command."""

_HERE: Final = "wijknet.node.cli"
MODULES: Final[dict[str, str]] = {
    **dict.fromkeys(("init", "join"), f"{_HERE}.begin"),
    **dict.fromkeys(("up", "demo"), f"{_HERE}.running"),
    **dict.fromkeys(("invite", "status", "peers"), f"{_HERE}.place"),
    **dict.fromkeys(("members", "vouch", "admit", "expel"), f"{_HERE}.wijk"),
    **dict.fromkeys(("delegate", "recover"), f"{_HERE}.card"),
    **dict.fromkeys(("count", "hours"), f"{_HERE}.counting"),
    "people": f"{_HERE}.people",
    **dict.fromkeys(("agenda", "activity", "shift", "signup", "seat"), f"{_HERE}.agenda"),
    **dict.fromkeys(("room", "closure", "free"), f"{_HERE}.rooms"),
    **dict.fromkeys(("book", "bookings", "requests", "accept", "decline"), f"{_HERE}.booking"),
    **dict.fromkeys(("contact", "withdraw", "why"), f"{_HERE}.booking"),
    "token": f"{_HERE}.tokens",
    "pin": f"{_HERE}.pin",
    **dict.fromkeys(("doctor", "metrics", "completion"), f"{_HERE}.box"),
    **dict.fromkeys(("backup", "restore", "service"), f"{_HERE}.keeping"),
    "sim": "wijknet.testing.command",
}
"""In which module each command is; they are imported when they are called."""
