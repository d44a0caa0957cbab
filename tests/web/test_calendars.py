"""Calendars of other programs on the pages: following, and bringing one here."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.daemons import Daemon
from tests.node.ics.calendars import ics
from tests.web.conftest import MEMBER, Open, address, sign_in

COFFEE = (
    "+", "UID:koffie@elders", "SUMMARY:Koffie <b>met</b> taart", "DTSTART:20300108T100000",
    "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=4",
    "+", "UID:bom@elders", "SUMMARY:Bom", "DTSTART:20300108T100000", "RRULE:FREQ=SECONDLY",
)  # fmt: skip


def test_a_file_is_brought_here_without_any_script(
    town: tuple[Daemon, Daemon], new_page: Open, tmp_path: Path
) -> None:
    """The report says what became of each event, and what to look at comes first."""
    file = tmp_path / "agenda.ics"
    file.write_bytes(ics(*COFFEE))
    page = new_page(with_scripts=False)
    sign_in(page, town[0], MEMBER)
    page.goto(f"{address(town[0])}/agenda")
    page.get_by_role("link", name="Deze agenda volgen, of een andere hierheen halen").click()
    page.get_by_label("Of een bestand").set_input_files(file)
    page.get_by_role("button", name="Overnemen").click()
    page.get_by_text("2 toegevoegd").wait_for()
    odd = page.locator("section", has_text="Kijk deze even na")
    assert "di 8 jan 2030 10:00 Bom" in " ".join(odd.inner_text().split())
    assert "De regel is bewaard" in odd.inner_text()
    of_bomb = odd.get_by_role("link", name="Bom").get_attribute("href")
    page.get_by_text("Overgenomen zoals het was").click()
    page.get_by_role("link", name="Koffie <b>met</b> taart").click()
    assert "/activiteit/" in page.url
    page.goto(f"{address(town[0])}{of_bomb}")
    page.get_by_text("een regel die deze niet kent: FREQ=SECONDLY").wait_for()


def test_an_address_inside_is_refused_in_words(town: tuple[Daemon, Daemon], new_page: Open) -> None:
    """What was typed is kept, and the page says what to do instead."""
    page = new_page()
    sign_in(page, town[0], MEMBER)
    page.goto(f"{address(town[0])}/agenda/volgen")
    page.get_by_label("Adres van de agenda").fill("http://192.168.1.1/agenda.ics")
    page.get_by_role("button", name="Ophalen").click()
    assert "eigen netwerk" in page.locator("#error-address").inner_text()
    assert page.get_by_label("Adres van de agenda").input_value() == "http://192.168.1.1/agenda.ics"


def test_a_visitor_may_follow_and_not_bring(town: tuple[Daemon, Daemon], new_page: Open) -> None:
    """The feeds are for everybody; the form is not even there."""
    page = new_page()
    page.goto(f"{address(town[0])}/agenda/volgen")
    link = page.get_by_role("link", name="De hele wijk volgen").get_attribute("href") or ""
    assert link.startswith("webcal://")
    answer = page.request.get(link.replace("webcal://", "http://"))
    assert answer.text().startswith("BEGIN:VCALENDAR")
    assert page.get_by_label("Adres van de agenda").count() == 0
    refused = page.request.post(
        f"{address(town[0])}/agenda/ophalen/bestand",
        multipart={"csrf": "geraden", "calendar": {"name": "x", "mimeType": "x", "buffer": b"x"}},
        max_redirects=0,
    )
    assert refused.status == 303
