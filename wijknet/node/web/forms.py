"""A form: what was typed, and beside which field a message belongs. What was typed is kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.web import words
from wijknet.node.web.language import N_
from wijknet.wijk import privacy
from wijknet.wijk.commands import Command
from wijknet.wijk.records import Record, encode
from wijknet.wijk.texts import is_seen, plain

_HOURS: Final = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?")


class Form:
    """The fields of a form.

    Attributes:
        errors: a message by field; that under nothing is about the whole form.
        is_warning: they may be set aside by sending the form again.
        is_kept: everything that was typed is still there; secrets are not.
    """

    def __init__(self, values: Mapping[str, Sequence[str]] | None = None) -> None:
        """Begin with these values, several for a field with several boxes to tick."""
        self._values = {name: list(each) for name, each in (values or {}).items()}
        self.errors: dict[str, words.Told] = {}
        self.is_warning = False
        self.is_kept = True

    @classmethod
    def of(cls, **values: object) -> Form:
        """A form that is filled in already; a tuple or list is several values."""
        return cls(
            {
                name: [str(each) for each in value]
                if isinstance(value, (tuple, list))
                else [str(value)]
                for name, value in values.items()
            }
        )

    def text(self, name: str) -> str:
        """One line, without marks nobody sees."""
        found = self._values.get(name) or [""]
        return " ".join(plain(found[0]).split())

    def long_text(self, name: str) -> str:
        """Several lines."""
        found = (self._values.get(name) or [""])[0].replace("\r\n", "\n").split("\n")
        return "\n".join(plain(line).rstrip() for line in found).strip()

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return self._values.get(name, [])

    def has(self, name: str) -> bool:
        """Whether a box is ticked, or a button was the one that was pressed."""
        return bool(self._values.get(name))

    def unsent(self) -> list[tuple[str, str]]:
        """Everything that was typed, as it was, to be sent again in another session."""
        return [(name, each) for name, each in self._fields() if name != "csrf"]

    def carried(self) -> list[tuple[str, str]]:
        """What the form to sign in carries of another one, which was sent without a session."""
        return [
            (name.removeprefix("kept-"), each)
            for name, each in self._fields()
            if name.startswith("kept-")
        ]

    def _fields(self) -> list[tuple[str, str]]:
        return [(name, each) for name, values in self._values.items() for each in values]

    def number(
        self, name: str, least: int, most: int, otherwise: int = 0, *, is_needed: bool = False
    ) -> int:
        """A whole number, with a message when it is none.

        Nothing typed is `otherwise`, and asks for a number when one is needed.
        """
        text = self.text(name)
        if not text:
            if is_needed:
                self.errors[name] = words.told(N_("Fill this in."))
            return otherwise
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        return value if self._is_within(name, value, least, most) else otherwise

    def hours(self, name: str, most: int) -> int | None:
        """Hours like `1.5` or `1,5`, in whole minutes, with a message when it is none.

        Nothing typed is None.
        """
        text = self.text(name)
        if not text:
            return None
        hours = float(text.replace(",", ".")) if _HOURS.fullmatch(text) else -1
        return round(60 * hours) if self._is_within(name, hours, 0, most) else None

    def _is_within(self, name: str, value: float, least: int, most: int) -> bool:
        if least <= value <= most:
            return True
        self.errors[name] = words.told(
            N_("Type a number from %(least)s to %(most)s."), least=least, most=most
        )
        return False

    def line(self, name: str, *, is_needed: bool = True, chars_max: int = 0) -> str:
        """A line with a message when it is missing or too long."""
        return self._checked(name, self.text(name), is_needed, chars_max or limits.TITLE_CHARS_MAX)

    def lines(self, name: str) -> str:
        """Several lines, with a message when they are too long."""
        return self._checked(name, self.long_text(name), False, limits.TEXT_CHARS_MAX)

    def _checked(self, name: str, text: str, is_needed: bool, chars_max: int) -> str:
        if is_needed and not is_seen(text):
            self.errors[name] = words.told(N_("Fill this in."))
        elif len(text) > chars_max:
            self.errors[name] = words.told(
                N_("This is %(chars)s characters; at most %(most)s fit."),
                chars=len(text), most=chars_max,
            )  # fmt: skip
        return text

    def set(self, name: str, value: str) -> None:
        """Put another value in a field."""
        self._values[name] = [value]

    def forget(self, name: str) -> None:
        """Empty the field of a secret: the one thing that is not kept in a form."""
        self.set(name, "")
        self.is_kept = False

    def drop(self, name: str) -> None:
        """Forget a field."""
        self._values.pop(name, None)

    def unlike(self, typed: Form) -> list[tuple[str, str]]:
        """Fields of this form that `typed` has otherwise, with what stands here."""
        return [
            (name, ", ".join(values))
            for name, values in self._values.items()
            if name != "seen" and self.long_text(name) != typed.long_text(name)
        ]

    def is_stale(self, now: str) -> bool:
        """Whether what it is about changed since the page was shown; it then goes on from there."""
        if self.text("seen") == now:
            return False
        self.set("seen", now)
        return True

    def warned(self, command: Command, fields: Mapping[str, str] | None = None) -> bool:
        """Whether a text everybody will read looks personal, and nobody said it may stay.

        Then a message is beside its field; the same form, sent again, goes through.
        """
        if self.has("anyway"):
            return False
        for each in privacy.warnings(command):
            name = each.field.removeprefix("fields.").split(".")[0].split("[")[0]
            name = (fields or {}).get(name, name)
            kind = words.PERSONAL_KINDS[each.kind]
            self.errors[name if name in self._values else ""] = words.told(
                words.PERSONAL, what=words.told(kind)
            )
            self.is_warning = True
        return self.is_warning

    def refuse(self, error: RequestError, fields: Mapping[str, str] | None = None) -> None:
        """Put the message of a refused command beside the field it is about.

        Args:
            error: what was refused.
            fields: which field of the form stands for a field of the command.
        """
        name = (fields or {}).get(error.field, error.field)
        self.errors[name if name in self._values else ""] = words.error_text(error)


def stamp(record: Record) -> str:
    """What a form keeps of a record to see whether it changed meanwhile."""
    return stamp_of(encode(record))


def stamp_of(shown: object) -> str:
    """The same of anything that a page shows."""
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:16]
