"""Texts for everybody: what belongs to one person is noticed, and nothing else is."""

from __future__ import annotations

import pytest

from wijknet.wijk.orders import AddActivity, AskedSlot, AskRoom, SetPlace
from wijknet.wijk.privacy import personal, warnings


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Opgeven bij fatma.el@kpn-mail.nl", {"mail"}),
        ("bel 06-12345678 voor de sleutel", {"phone"}),
        ("0612 34 56 78", {"phone"}),
        ("+31 10 123 45 67", {"phone"}),
        ("+49 30 901820", {"phone"}),
        ("Sleutel? Bel Jan", {"name"}),
        ("Vraag naar Fatma, 010-4123456", {"name", "phone"}),
    ],
)
def test_what_belongs_to_a_person_is_noticed(text: str, kinds: set[str]) -> None:
    """Mail addresses, telephone numbers as the Dutch write them, and "bel Jan"."""
    assert {each.kind for each in personal(text)} == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Koken op dinsdag 2026-01-23 van 09.00 - 11.00 uur",
        "Rekening NL91ABNA0417164300, 20 euro per 100 personen",
        "Postcode 3021 AB 12, kamer 12 34 56",
        "Bel even aan bij de voordeur",
        "\N{COOKING}" * 2500,
        "a" * 4000 + "@" + "b" * 4000,
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    """Dates, prices, bank accounts and emoji are nobody's address."""
    assert personal(text) == ()


def test_a_warning_names_the_field_in_two_languages() -> None:
    """Whoever typed it is told where, and what everybody will see."""
    slots = (AskedSlot("2026-12-01T10:00", "2026-12-01T12:00"),)
    command = AskRoom("x" * 52, ("r" * 16,), slots, title="Feest, bel 06-12345678")
    (told,) = warnings(command)
    assert (told.field, told.kind) == ("title", "phone")
    assert "iedereen" in told.nl
    assert "Everybody" in told.en


def test_texts_inside_fields_are_looked_at_too() -> None:
    """The fields of a record that is made are as public as the rest."""
    fields = {"title": {"nl": "Koor", "en": "Choir: mail choir@example.org"}, "goals": ["a@b.nl"]}
    told = warnings(AddActivity(fields))
    assert [each.field for each in told] == ["fields.title.en", "fields.goals"]


def test_how_to_reach_a_place_is_no_secret() -> None:
    """A place says its own number and address on purpose."""
    fields = {"phone": "010-4123456", "mail": "info@demuis.nl", "address": "Bel 010-4123456"}
    assert warnings(SetPlace(fields)) == ()


def test_other_commands_have_no_texts() -> None:
    """An invite or a paper card is nobody's note."""
    assert warnings(("bel", "06-12345678")) == ()
