"""The people of a place: found, corrected, shown, forgotten in time, erased for good."""

from __future__ import annotations

import json
import random
import re

import pytest
from typing_extensions import override

from wijknet import limits
from wijknet.crdt.steps import Table
from wijknet.errors import RequestError, StoreError
from wijknet.node.cabinet import Cabinet
from wijknet.node.memory_store import MemoryStore
from wijknet.node.people import People, same_person
from wijknet.node.persons import Keeping, kept_until
from wijknet.testing.stores import put, rows
from wijknet.wijk.shapes import PERSON_PATTERN

TODAY = "2026-11-03"
KEEPING = Keeping(volunteers_months=12, contacts_days=90, notes_days=30)


def opened(store: MemoryStore | None = None) -> People:
    """The people of some place."""
    return People(Cabinet(store or MemoryStore()), random.Random(1))


def left(store: MemoryStore) -> bytes:
    """All that is in a store."""
    return b"".join(rows(store, Table.PEOPLE).values())


async def test_people_are_found_by_parts_of_what_is_known() -> None:
    """In any case, without accents, by mail or by the digits of a number; else nobody is."""
    people = opened()
    await people.add(TODAY, name="Zoë  van  Dam", phone="06 - 1234 5678")
    await people.add(TODAY, name="abdel Karimi", mail="abdel@example.org")
    assert [each.name for each in people.list()] == ["abdel Karimi", "Zoë van Dam"]
    for find in ("zoe", "DAM zo", "1234", "06-1234"):
        assert [each.name for each in people.list(find)] == ["Zoë van Dam"]
    assert [each.name for each in people.list("example")] == ["abdel Karimi"]
    assert people.list("nobody") == []
    assert people.list("99") == []


async def test_what_was_written_down_is_found_at_the_next_start() -> None:
    """On disk when it was answered, with everything corrected since."""
    store = MemoryStore()
    people = opened(store)
    ans = await people.add(TODAY, name="Ans", phone="010 123")
    await people.ref(ans.id, "2026-12-01")
    await people.change(ans.id, TODAY, phone="", mail="ans@example.org")
    found = opened(store.crashed()).get(ans.id)
    assert found == people.get(ans.id)
    assert (found.name, found.phone, found.mail) == ("Ans", "", "ans@example.org")


async def test_a_reference_is_random_and_another_each_year() -> None:
    """So that nobody can string a long history together; on the box it leads to the name."""
    people = opened()
    ans = await people.add(TODAY, name="Ans")
    first = await people.ref(ans.id, "2026-12-01")
    again, later = await people.ref(ans.id, "2026-12-08"), await people.ref(ans.id, "2027-01-05")
    assert first == again != later
    assert re.fullmatch(PERSON_PATTERN, first)
    assert people.names() == {first: "Ans", later: "Ans"}
    assert people.get(ans.id).active == "2027-01-05"


async def test_who_is_erased_is_gone_and_the_receipt_does_not_say_who() -> None:
    """The receipt says what was done, and lasts."""
    store = MemoryStore()
    people = opened(store)
    ans = await people.add(TODAY, name="Ans Jansen", mail="ans@example.org", note="allergic")
    ref = await people.ref(ans.id, "2026-12-01")
    bo = await people.add(TODAY, name="Bo")
    receipt = await people.erase(ans.id, "asked", TODAY)
    assert (receipt.at, receipt.reason, receipt.refs) == (TODAY, "asked", 1)
    assert [each.id for each in people.list()] == [bo.id]
    for trace in (b"Ans", b"ans@", b"allergic", ref.encode(), ans.id.encode()):
        assert trace not in left(store)
    assert opened(store.crashed()).receipts() == [receipt]
    with pytest.raises(RequestError, match="people list") as caught:
        await people.erase(ans.id, "asked", TODAY)
    assert caught.value.code == "unknown-person"


async def test_people_leave_in_time() -> None:
    """A year after their last date; a note after a month, and what is young stays."""
    people = opened()
    old = await people.add("2025-01-31", name="Old", note="likes tea")
    await people.ref(old.id, "2025-10-31")
    new = await people.add("2026-10-20", name="New", note="likes coffee")
    assert kept_until(people.get(old.id), KEEPING) == "2026-10-31"
    assert [each.id for each in people.due("2026-10-31", KEEPING)] == []
    assert [each.id for each in people.due("2026-11-01", KEEPING)] == [old.id]
    await people.tidy("2026-11-03", KEEPING)
    assert (people.get(old.id).note, people.get(new.id).note) == ("", "likes coffee")
    await people.tidy("2026-11-20", KEEPING)
    assert people.get(new.id).note == ""


@pytest.mark.parametrize("active", ["9999-12-31", "zzzzzzzzzz", ""])
async def test_a_date_that_is_none_keeps_nobody_and_stops_nothing(active: str) -> None:
    """What an earlier version wrote down unseen; the day they were added counts instead."""
    store = MemoryStore()
    row = {"id": "x", "name": "Ans", "added": "2025-01-31", "active": active, "refs": {"2025": "r"}}
    await store.commit([put(b"person/x", json.dumps(row).encode(), Table.PEOPLE)])
    people = opened(store)
    assert people.due("2026-01-31", KEEPING) == []
    assert [each.id for each in people.due("2026-02-01", KEEPING)] == ["x"]


async def test_references_and_receipts_go_when_documents_are_forgotten() -> None:
    """What shared records no longer hold, nobody needs to trace."""
    people = opened()
    ans = await people.add("2023-05-01", name="Ans")
    for day in ("2023-05-01", "2025-05-01", "2026-05-01"):
        await people.ref(ans.id, day)
    bo = await people.add("2023-05-01", name="Bo")
    await people.erase(bo.id, "asked", "2023-06-01")
    await people.tidy("2026-11-03", KEEPING)
    assert sorted(people.get(ans.id).refs) == ["2025", "2026"]
    assert people.receipts() == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "\N{COOKING}" * 2500}, "name"),
        ({"name": "Ans", "phone": "0" * (limits.PHONE_CHARS_MAX + 1)}, "phone"),
        ({"name": "Ans", "mail": "a" * 300}, "mail"),
        ({"name": "Ans", "note": "a" * 501}, "note"),
    ],
)
async def test_what_does_not_fit_is_refused_by_field(typed: dict[str, str], field: str) -> None:
    """And nothing is written."""
    store = MemoryStore()
    with pytest.raises(RequestError) as caught:
        await opened(store).add(TODAY, **typed)
    assert (caught.value.code, caught.value.field) == ("bad-field", field)
    assert left(store) == b""


async def test_a_power_cut_before_the_store_is_written_anew_is_made_up_for() -> None:
    """The next start finds that something was taken out, and cleans."""

    class Counting(MemoryStore):
        scrubs = 0

        @override
        async def scrub(self) -> None:
            await super().scrub()
            self.scrubs += 1

    store = Counting()
    await store.commit([put(b"unclean", b"", Table.PEOPLE)])
    await Cabinet(store).clean()
    await Cabinet(store).clean()
    assert store.scrubs == 1


async def test_a_damaged_row_says_what_to_do() -> None:
    """Nobody is guessed."""
    store = MemoryStore()
    await store.commit([put(b"person/x", b'{"name":', Table.PEOPLE)])
    with pytest.raises(StoreError, match="last backup"):
        opened(store).list()


async def test_a_name_that_fits_one_person_is_that_person() -> None:
    """Whoever signs up again by name only is not written down twice; two of a name are asked."""
    people = opened()
    ans = await people.add(TODAY, name="Ans", phone="1")
    assert same_person(people.list(), " ANS ", "", "") == ans
    assert same_person(people.list(), "ans", "1", "") == ans
    assert same_person(people.list(), "ans", "2", "") is None
    await people.add(TODAY, name="Ans", phone="2")
    assert same_person(people.list(), "Ans", "", "") is None


async def test_a_full_list_says_so() -> None:
    """Rather than becoming slow; nobody is lost."""
    store = MemoryStore()
    await store.commit(
        [put(b"person/%d" % at, b"{}", Table.PEOPLE) for at in range(limits.PEOPLE_MAX)]
    )
    with pytest.raises(RequestError) as caught:
        await opened(store).add(TODAY, name="One too many")
    assert caught.value.code == "list-full"


async def test_a_letter_of_a_receipt_that_is_gone_changes_nothing() -> None:
    """Receipts go in time; the other place may tell later that it erased somebody."""
    store = MemoryStore()
    await opened(store).note_erased("gone", "letter")
    assert left(store) == b""
