"""A browser without manners, for what a browser with manners would not send."""

from __future__ import annotations

import html
import http.client
import json
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from tests.e2e.daemons import Daemon

FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    def plain(self) -> str:
        """What a person who looks at the page reads."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    def says(self, words: str) -> bool:
        """Whether they read this."""
        return words in self.plain()


class Visitor:
    """Sends exactly what it is told."""

    def __init__(self, daemon: Daemon, host: str = "") -> None:
        """Of the pages of a daemon, or of those at another address before there is one."""
        self.host = host or json.loads((daemon.directory / "run.json").read_text())["web"]
        self.cookie = ""

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request; cookies are kept."""
        link = http.client.HTTPConnection(self.host, timeout=20)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        link.request(method, path, body, {"Cookie": self.cookie, **told})
        answer = link.getresponse()
        kept = answer.headers.get_all("Set-Cookie") or []
        held = dict(each.split("=", 1) for each in self.cookie.split("; ") if each)
        held |= dict(each.partition(";")[0].split("=", 1) for each in kept)
        self.cookie = "; ".join(f"{name}={value}" for name, value in held.items())
        text = answer.read().decode()
        link.close()
        return Answer(answer.status, answer.headers, text)

    def send(self, path: str, fields: Mapping[str, object], **headers: str) -> Answer:
        """A form."""
        body = urlencode(fields, doseq=True).encode()
        return self.ask("POST", path, body, Content_Type=FORM, **headers)

    def fill_in(self, path: str, fields: Mapping[str, object], field: str = "") -> Answer:
        """The form of a page, sent as a person would: with what was hidden in it.

        Args:
            path: of the page.
            fields: what is typed.
            field: a name that only the wanted form of the page has, when there are more.
        """
        page = self.ask("GET", path).text
        forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL)
        form = next(each for each in forms if f'name="{field or next(iter(fields))}"' in each)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        action = re.search(r'^<form[^>]*action="([^"]*)"', form)
        to = action[1] if action else path
        return self.send(to, {**hidden, **fields})

    def sign_in(self, pin: str) -> Answer:
        """Show a PIN."""
        return self.send("/aanmelden", {"pin": pin})

    def csrf(self) -> str:
        """What the forms of this session carry."""
        text = self.ask("GET", "/").text
        return text.split('name="csrf" value="')[1].split('"')[0]
