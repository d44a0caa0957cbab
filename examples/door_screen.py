"""A door screen from the API alone: what is on in a room now and next, followed as it changes.

It needs nothing but Python, and a token with the scope `read` (wijknet token add Deur).

Run it: python examples/door_screen.py http://127.0.0.1:4580 TOKEN "Zaal" [--once]
"""

import datetime
import json
import sys
import urllib.parse
import urllib.request
from typing import Any


class Api:
    """The API of one box."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/") + "/api/v1/"
        self._token = token

    def get(self, path: str, **query: str) -> Any:
        """One question; raises `OSError` when the box does not answer."""
        address = self._url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        headers = {"Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(address, headers=headers)
        with urllib.request.urlopen(request, timeout=40) as answer:
            return json.load(answer)


def show(api: Api, room: dict[str, Any], now: datetime.datetime) -> None:
    """Print what stands on the screen."""
    until = now + datetime.timedelta(days=1)
    told = api.get(
        f"rooms/{room['id']}/free",
        **{"from": now.strftime("%Y-%m-%dT%H:%M"), "to": until.strftime("%Y-%m-%dT%H:%M")},
    )
    here = now.strftime("%Y-%m-%dT%H:%M")
    booked = [each for each in told["items"] if each["kind"] == "booked"]
    current = next((each for each in booked if each["start"] <= here < each["end"]), None)
    later = next((each for each in booked if each["start"] > here), None)
    if current:
        print(f"{room['name']}: {text(current['title'])} tot {current['end'][11:]}")
    else:
        print(f"{room['name']}: vrij" + (f" tot {later['start'][11:]}" if later else " vandaag"))
    if later:
        print(f"daarna: {text(later['title'])} om {later['start'][11:]}")
    if not told["freshness"]["is_complete"]:
        names = ", ".join(each["name"] for each in told["freshness"]["behind"])
        print(f"(nog niet gehoord van: {names})")


def text(title: str | dict[str, str]) -> str:
    """A text in one language or two."""
    return title if isinstance(title, str) else title.get("nl") or title.get("en", "")


def main() -> None:
    """Show, wait until something changes, and show again."""
    url, token, name = sys.argv[1:4]
    api = Api(url, token)
    room = next(each for each in api.get("rooms")["items"] if each["name"] == name)
    cursor = api.get("changes")["cursor"]
    while True:
        show(api, room, datetime.datetime.now())
        if "--once" in sys.argv:
            return
        cursor = api.get("changes", cursor=cursor)["cursor"]


if __name__ == "__main__":
    main()
