"""What a terminal shows: tables, and nothing that others could do with it."""

from __future__ import annotations

import pytest

from wijknet.node.cli.shown import said, show, show_rows


def test_what_others_wrote_is_shown_and_never_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    """A title with markup or with escape codes is text like any other."""
    rows = [{"title": "[red]Koor[/blue] \x1b[2J\u202e"}]
    show_rows(rows, False, {"What": "title"}, "Nothing.")
    told = capsys.readouterr().out
    assert "[red]Koor[/blue]" in told
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_a_sentence_is_as_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a stranger who asks to come in is in one."""
    show({}, False, "Waits: \x1b]0;evil\x07\nnext line")
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert told.endswith("\nnext line\n")


def test_a_time_reads_as_people_write_it() -> None:
    """The T between date and time is for programs."""
    assert said("2026-11-23T14:00") == "2026-11-23 14:00"
    slots = [{"start": "2026-11-23T14:00", "state": "confirmed"}]
    assert said(slots) == "2026-11-23 14:00 confirmed"


def test_a_text_in_two_languages_is_said_in_one() -> None:
    """In the asked one when it is there, else in the other."""
    assert said({"nl": "Koor", "en": "Choir"}, "en") == "Choir"
    assert said({"nl": "Koor"}, "en") == "Koor"


def test_a_table_breaks_no_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a narrow terminal words go to a next line whole."""
    monkeypatch.setenv("COLUMNS", "40")
    rows = [{"title": "Buurtrestaurant met samenzang", "name": "De Zonnekeuken", "held": 3}]
    show_rows(rows, False, {"What": "title", "Where": "name", "Held": "held"}, "Nothing.")
    told = capsys.readouterr().out
    assert all(len(line) <= 40 for line in told.splitlines())
    assert {"Buurtrestaurant", "samenzang", "Zonnekeuken"} <= set(told.split())


def test_a_table_breaks_no_time_and_has_no_empty_column(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A date in one line and its hour in the next is hard to read; an empty column takes room."""
    monkeypatch.setenv("COLUMNS", "50")
    rows = [{"first": "2026-12-07T10:00", "what": "Leren fietsen met de hele buurt", "more": ""}]
    columns = {"When": "first", "More": "more", "What": "what"}
    show_rows(rows, False, columns, "Nothing.")
    head, line, *_ = capsys.readouterr().out.splitlines()
    assert head.split() == ["When", "What"]
    assert line.startswith("2026-12-07 10:00  Leren")


def test_what_fits_in_no_table_is_told_line_by_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address is whole, so that it can be copied."""
    monkeypatch.setenv("COLUMNS", "40")
    url = "http://127.0.0.1:4580/feeds/" + "x" * 60
    show_rows([{"what": "Zaal", "url": url}], False, {"What": "what", "Address": "url"}, "Nothing.")
    assert f"Address: {url}" in capsys.readouterr().out.splitlines()
