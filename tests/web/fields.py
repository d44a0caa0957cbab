"""What a browser would send of a page."""

from __future__ import annotations

from html.parser import HTMLParser

from typing_extensions import override

from tests.web.visitor import Visitor


class Fields(HTMLParser):
    """What a browser sends when somebody presses the first button of the form of the page.

    Attributes:
        found: the values by field.
        most: how many letters fit, by field, in all forms of the page.
        boundless: fields in which any number does.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.most: dict[str, int] = {}
        self.boundless: list[str] = []
        self._select = ""
        self._area = ""
        self._is_inside = False
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name, value = told.get("name") or "", told.get("value") or ""
        self._measure(tag, name, told)
        if tag == "form":
            self._is_inside = told.get("class") == "form"
        if not self._is_inside:
            return
        is_tick = told.get("type") in ("checkbox", "radio")
        if tag == "input" and name and (not is_tick or "checked" in told):
            self.found.setdefault(name, []).append(value)
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in told:
            self.found[self._select] = [value]
        elif tag == "option":
            self.found.setdefault(self._select, [value])
        elif tag == "textarea":
            self._area = name
            self.found[name] = [""]

    def _measure(self, tag: str, name: str, told: dict[str, str | None]) -> None:
        kinds = ("text", "search", "tel", "email", "url", "password")
        is_typed = tag == "textarea" or (tag == "input" and (told.get("type") or "text") in kinds)
        if not is_typed or told.keys() & {"hidden", "readonly"}:
            return
        if "maxlength" in told:
            self.most[name] = int(told["maxlength"] or 0)
        else:
            self.boundless.append(name)

    @override
    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area][0] += data

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def form_of(visitor: Visitor, path: str) -> dict[str, list[str]]:
    """The form of a page as it is filled in."""
    return Fields(visitor.ask("GET", path).text).found
