"""The six screens: what each asks, and when it is content."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from wijknet import limits
from wijknet.crdt.pairing import invite_of_text
from wijknet.errors import RequestError
from wijknet.ids import Rng
from wijknet.node import setup
from wijknet.node.web import pins, words
from wijknet.node.web.first import wishes
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.pages.settings import hours_form, hours_of
from wijknet.wijk.shapes import Hours

STEPS: Final = ("start", "place", "hours", "rooms", "pins", "card")
"""The screens, in order."""
ROOMS: Final = 4
"""Rooms that fit on the screen; more are added under Settings."""
_LETTERS: Final = (3, 9, 16, 22)
"""Of which words of the card the first letter is typed back: from all over it."""
_USUAL: Final = tuple(Hours(day, "09:00", "17:00") for day in range(5))


class FirstStart:
    """One first start, as far as it is.

    Attributes:
        directory: where the place will be.
        draft: its keys and its card.
        forms: what was typed, by screen.
        is_done: the place is there.
    """

    def __init__(self, directory: Path, rng: Rng) -> None:
        self.directory = directory
        self.rng = rng
        self.draft = setup.Draft()
        self.is_done = False
        self.forms = {
            "start": Form.of(how="new"),
            "place": Form.of(name="", address="", wijk="", invite=""),
            "hours": Form.of(**hours_form(_USUAL)),
            "rooms": Form.of(
                **{f"{field}-{n}": "" for n in range(ROOMS) for field in ("room", "people")}
            ),
            "pins": Form(),
            "card": Form(),
        }

    @property
    def is_joining(self) -> bool:
        """Whether it joins a wijk that is there already."""
        return self.forms["start"].text("how") == "join"

    def reached(self) -> int:
        """How many screens are content; the next may be opened."""
        done = 0
        while done < len(STEPS) and self.forms[STEPS[done]].has("ok"):
            done += 1
        return done

    def take(self, step: str, form: Form) -> bool:
        """Take what was typed on a screen; whether it is content. Blocks on the last two.

        Once the place is there, whatever comes is content and changes nothing.

        Raises:
            ConfigError: the disk does not do what it must.
            StoreError: the same.
        """
        if self.is_done:
            return True
        _CHECKS[step](self, form)
        if not form.errors:
            form.set("ok", "1")
        self.forms[step] = form
        return not form.errors

    def letters(self) -> tuple[int, ...]:
        """Of which words the first letter is asked."""
        return _LETTERS

    # --- What each screen wants -----------------------------------------------------------------

    def _start(self, form: Form) -> None:
        if form.text("how") not in ("new", "join"):
            form.errors["how"] = words.told(N_("Choose one of the two."))

    def _place(self, form: Form) -> None:
        form.line("name", chars_max=limits.NAME_CHARS_MAX)
        form.line("address", is_needed=False)
        if not self.is_joining:
            form.line("wijk", chars_max=limits.NAME_CHARS_MAX)
            return
        try:
            invite_of_text(form.text("invite"))
        except RequestError as error:
            form.errors["invite"] = words.error_text(error)

    def _hours(self, form: Form) -> None:
        hours_of(form)

    def _rooms(self, form: Form) -> None:
        for number in range(ROOMS):
            room, people = f"room-{number}", f"people-{number}"
            is_used = bool(form.text(room) or form.text(people))
            form.line(room, is_needed=is_used, chars_max=limits.NAME_CHARS_MAX)
            form.number(people, 0, limits.CROWD_MAX)

    def _pins(self, form: Form) -> None:
        self._chosen(form)

    def _chosen(self, form: Form) -> pins.Pins:
        chosen = pins.load(self.directory, self.rng)
        for role in ("admin", "member"):
            try:
                chosen = pins.with_pin(chosen, role, form.text(role), self.rng)
            except RequestError as error:
                form.errors[role] = words.error_text(error)
                form.is_kept = False
        return chosen

    def _card(self, form: Form) -> None:
        typed = "".join(form.text("letters").split()).lower()
        if typed != "".join(self.draft.card[number - 1][0] for number in _LETTERS):
            form.errors["letters"] = words.told(
                N_("These are not the right letters. Look at your paper once more.")
            )
            return
        self._begin()

    def _begin(self) -> None:
        """Make the place: wishes and PINs first, because with its key it is complete."""
        place = self.forms["place"]
        self.directory.mkdir(parents=True, exist_ok=True)
        wishes.keep(self.directory, wishes.Wishes(self._details(), tuple(self._room_fields())))
        pins.save(self.directory, self._chosen(self.forms["pins"]))
        name = place.text("name")
        if self.is_joining:
            self.draft.join(self.directory, place.text("invite"), name)
        else:
            self.draft.found(self.directory, place.text("wijk"), name)
        self.is_done = True

    def _details(self) -> dict[str, Any]:
        place = self.forms["place"]
        return {
            "name": place.text("name"),
            "address": place.text("address"),
            "hours": hours_of(self.forms["hours"]),
        }

    def _room_fields(self) -> list[dict[str, Any]]:
        form = self.forms["rooms"]
        return [
            {"name": name, "people_max": form.number(f"people-{number}", 0, limits.CROWD_MAX)}
            for number in range(ROOMS)
            if (name := form.text(f"room-{number}"))
        ]


_CHECKS: Final = {
    "start": FirstStart._start,
    "place": FirstStart._place,
    "hours": FirstStart._hours,
    "rooms": FirstStart._rooms,
    "pins": FirstStart._pins,
    "card": FirstStart._card,
}
