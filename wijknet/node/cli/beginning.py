"""What `wijknet` alone says: the next step, for whoever has only just installed it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wijknet.errors import ConfigError
from wijknet.node import keyfile
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say

_ALL: Final = say("Alle opdrachten: wijknet --help", "All commands: wijknet --help")
_NEW: Final = say(
    """Op deze machine is nog geen plek. Kies er een:

  wijknet setup                                 in de browser, stap voor stap
  wijknet init --network NAAM --place NAAM      begin een wijk
  wijknet join "UITNODIGING" --place NAAM       kom bij een wijk die er al is
  wijknet demo                                  kijk eerst rond in een voorbeeld""",
    """There is no place on this machine yet. Choose one:

  wijknet setup                                 in the browser, step by step
  wijknet init --network NAME --place NAME      found a wijk
  wijknet join "INVITE" --place NAME            join a wijk that is there
  wijknet demo                                  first look around in an example""",
)


def next_step(directory: Path) -> str:
    """What to do next with the place in a directory, or without one."""
    if not (directory / keyfile.KEY_FILE).exists():
        return f"{_NEW}\n\n{_ALL}"
    try:
        client = Client(directory)
        told = client.ask("status")
    except ConfigError:
        stopped = say(
            f"In {directory} staat een plek, maar hij draait niet. Start hem met: wijknet up",
            f"{directory} holds a place, but it does not run. Start it with: wijknet up",
        )
        return f"{stopped}\n{_ALL}"
    running = say(
        f"{told['place']['name']} draait. De pagina's: {client.address('/')}\n"
        "Hoe het gaat: wijknet status. Wat er is: wijknet agenda.",
        f"{told['place']['name']} runs. Its pages: {client.address('/')}\n"
        "How it is doing: wijknet status. What is on: wijknet agenda.",
    )
    return f"{running}\n{_ALL}"
