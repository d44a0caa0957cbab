"""What a box believes of another wijk: pages over real sockets, good ones and all others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from wijknet import identity, limits, packing
from wijknet.crdt import publication
from wijknet.crdt import statements as say
from wijknet.crdt.core import Core
from wijknet.crdt.letting import Expel, Link, Unlink
from wijknet.crdt.membership import signed_of_row
from wijknet.crdt.publication import TAG
from wijknet.crdt.steps import Edits
from wijknet.errors import PeerError
from wijknet.identity import Key
from wijknet.ids import Moment, NetworkId, PlaceId, to_text
from wijknet.node.api.linking import asked_addresses
from wijknet.node.linking.links import Links
from wijknet.packing import Value
from wijknet.testing.box import Box
from wijknet.testing.world import START_WALL_MS, World
from wijknet.wijk.localtime import local_now
from wijknet.wijk.orders import AddActivity, AddRoom, AskedSlot, AskRoom
from wijknet.wijk.publishing import OpenDate, OpenHours, as_values, read_rows
from wijknet.wijk.shapes import RoomRef
from wijknet.wijk.shelf import place_text

DAY_MS = 24 * 60 * 60 * 1000
SOON = local_now(START_WALL_MS + 3 * DAY_MS, "Europe/Amsterdam")[:10]
LAST = 202712


class Wijk:
    """A simulated wijk, and the links of its first box."""

    def __init__(self, seed: int, *names: str) -> None:
        self.world = World(seed)
        self.boxes = [self.world.found(names[0])]
        for name in names[1:]:
            self.boxes.append(self.world.join(self.boxes[0], name))
        self.world.run(5_000)
        self.open()

    def open(self) -> None:
        """Look at what is on disk, as at a start."""
        ends = self.edit, lambda: None
        box = self.boxes[0]
        self.links = Links(core(box), box.key, box.disk, self.world.rng, ends)

    @property
    def network(self) -> NetworkId:
        """Its id."""
        return core(self.boxes[0]).office.network

    async def edit(self, *commands: object) -> Sequence[Mapping[str, object]]:
        """Commands to the first box."""
        return [self.tell(each) for each in commands]

    def tell(self, command: object, box: int = 0) -> Mapping[str, object]:
        """A command to a box, which must go well."""
        step = self.world.give(self.boxes[box], Edits((command,)))
        assert step is not None
        (answer,) = step.answers
        if answer.error is not None:
            raise answer.error
        return answer.facts

    def link(self, other: Wijk, exports: str = "agenda", month: int = LAST) -> None:
        """All boxes say the same."""
        for number in range(len(self.boxes)):
            self.tell(Link(other.network, "Noord", exports, month), number)
        self.world.run(5_000)

    def page(self, reader: Wijk, later_ms: int = 0) -> bytes:
        """The page of its first place for another wijk."""
        return self.links.page(
            reader.network, core(self.boxes[0]).view, Moment(START_WALL_MS + later_ms, 0)
        )


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


class Somebody:
    """Whoever answers at the address that was given for the other wijk.

    Attributes:
        says: what is answered to everything.
        status: with which status.
        asked: how often.
    """

    def __init__(self) -> None:
        self.says = b""
        self.status = 200
        self.asked: list[str] = []
        self.later_ms = 0

    async def answer(self, request: web.Request) -> web.Response:
        """One answer."""
        self.asked.append(request.path_qs)
        headers = {"Location": "/elsewhere"} if self.status == 302 else {}
        return web.Response(status=self.status, body=self.says, headers=headers)


@pytest.fixture
def zuid() -> Wijk:
    """The wijk that looks."""
    return Wijk(1, "Kookhuis")


@pytest.fixture
def noord() -> Wijk:
    """The wijk that is looked at."""
    wijk = Wijk(2, "Dorpshuis", "School", "Kerk")
    room = wijk.tell(AddRoom({"name": "Grote zaal", "policy": "auto"}))["room"]
    place = wijk.boxes[0].place
    told = {
        "title": "Dorpskoor",
        "visibility": "public",
        "schedule": {"start": f"{SOON}T19:00", "duration_min": 90},
        "rooms": (RoomRef(place_text(place), str(room)),),
    }
    wijk.tell(AddActivity(told))
    wijk.world.run(5_000)
    return wijk


@pytest.fixture
async def somebody() -> AsyncIterator[tuple[Somebody, str]]:
    """Who answers, and where."""
    who = Somebody()
    app = web.Application()
    app.router.add_get("/{path:.*}", who.answer)
    async with TestServer(app) as server:
        yield who, f"http://127.0.0.1:{server.port}"


Server = tuple[Somebody, str]


async def asked(zuid: Wijk, noord: Wijk, server: Server, later_ms: int = 0) -> str:
    """Ask once more; the code of what came of it, or nothing."""
    _, address = server
    clock_ms = [later_ms]
    before = zuid.links.wijken().get(noord.network)
    if before is not None:
        before.asked.clear()  # As if enough time had passed.
    await zuid.links.tend(lambda: Moment(START_WALL_MS + clock_ms[0], clock_ms[0]))
    return zuid.links.wijken()[noord.network].asked[address].code


async def linked(zuid: Wijk, noord: Wijk, server: Server) -> None:
    """Both say yes, and a good page is heard."""
    who, address = server
    noord.link(zuid)
    await zuid.links.agree(Link(noord.network, "Noord", "agenda", LAST), (address,), 3)
    who.says, who.status = noord.page(zuid), 200
    assert await asked(zuid, noord, server) == ""
    assert titles(zuid) == ["Dorpskoor"]


def titles(wijk: Wijk) -> list[str]:
    """What is seen of the agenda of others."""
    return [e.row.title_nl for e in wijk.links.seen() if isinstance(e.row, OpenDate)]


async def test_a_date_of_another_wijk_is_seen_with_its_origin(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """Title, time, room, place, wijk and when it was heard; only on its own days."""
    await linked(zuid, noord, somebody)
    (seen,) = zuid.links.dates(SOON, SOON + "~")
    assert (seen.wijk, seen.place, seen.heard_ms) == ("Wijk", "Dorpshuis", START_WALL_MS)
    assert seen.row == OpenDate(
        f"{SOON}T19:00", f"{SOON}T20:30", "Dorpskoor", "Dorpskoor", ("Grote zaal",), False
    )
    assert zuid.links.dates("2030-01-01", "2030-01-02") == []
    assert somebody[0].asked == [f"/api/v1/public?for={identity_text(zuid)}"]


def identity_text(wijk: Wijk) -> str:
    """The id of a wijk as it stands in an address."""
    return to_text(wijk.network)


def resigned(page: bytes, key: Key, **changes: Value) -> bytes:
    """A page with some fields otherwise, signed by whom one likes."""
    names = ("reader", "founding", "statements", "place", "made_ms", "exports", "until", "rows")
    row = packing.unpack(signed_of_row(page).body)
    assert isinstance(row, tuple)
    told = {**dict(zip(names, row, strict=True)), **changes}
    signed = identity.sign(key, TAG, packing.pack(tuple(told.values())))
    return packing.pack(tuple(signed))


def of(page: bytes, field: int) -> Value:
    """A field of a page."""
    row = packing.unpack(signed_of_row(page).body)
    assert isinstance(row, tuple)
    return row[field]


def words_only(page: bytes, verb: str) -> tuple[Value, ...]:
    """The statements of a page without the words that say something."""
    rows = of(page, 2)
    assert isinstance(rows, tuple)
    kept = []
    for row in rows:
        assert isinstance(row, tuple)
        tag, body = row[0], row[1]
        assert isinstance(body, bytes)
        told = packing.unpack(body)
        assert isinstance(told, tuple)
        if tag != say.WORD_TAG or told[3] != say.VERBS.index(verb):
            kept.append(row)
    return tuple(kept)


Forge = Callable[[bytes, Wijk, Wijk], bytes]
STRANGER = Key(bytes(range(32)))
FORGERIES: dict[str, tuple[str, Forge]] = {
    "nothing": ("bad-packing", lambda page, *_: b""),
    "truncated": ("bad-packing", lambda page, *_: page[:-1]),
    "longer": ("bad-packing", lambda page, *_: page + b"\0"),
    "a page of HTML": ("bad-packing", lambda *_: b"<!doctype html><html></html>"),
    "huge": ("page-too-large", lambda page, *_: page + bytes(limits.LINK_PAGE_BYTES_MAX)),
    "one bit": (
        "bad-signature",
        lambda page, *_: page.replace(b"Dorpskoor", b"Dorpskoos"),
    ),
    "another tag": (
        "bad-page",
        lambda page, *_: packing.pack(
            tuple(identity.sign(STRANGER, b"wijknet/other/1", signed_of_row(page).body))
        ),
    ),
    "another signer": ("page-not-decider", lambda page, *_: resigned(page, STRANGER)),
    "another place's rows": (
        "page-not-decider",
        lambda page, noord, _: resigned(page, noord.boxes[0].key, place=noord.boxes[1].place),
    ),
    "a place that nobody let in": (
        "page-not-decider",
        lambda page, *_: resigned(page, STRANGER, place=PlaceId(STRANGER.public)),
    ),
    "for a third wijk": (
        "page-not-for-us",
        lambda page, noord, _: resigned(page, noord.boxes[0].key, reader=bytes(32)),
    ),
    "of a third wijk": (
        "page-other-wijk",
        lambda page, noord, zuid: resigned(
            page,
            noord.boxes[0].key,
            founding=tuple(core(zuid.boxes[0]).office.membership.founding.signed),
        ),
    ),
    "statements of a third wijk": (
        "wrong-network",
        lambda page, noord, zuid: resigned(
            page,
            noord.boxes[0].key,
            statements=tuple(
                tuple(each.signed)
                for each in core(zuid.boxes[0]).office.membership.statements.values()
            ),
        ),
    ),
    "rows of another kind": (
        "bad-page",
        lambda page, noord, _: resigned(page, noord.boxes[0].key, rows=(("x", "y"),)),
    ),
    "a time that is none": (
        "bad-page",
        lambda page, noord, _: resigned(
            page, noord.boxes[0].key, rows=(("2026-99-99T10:00", "", "", "", (), False),)
        ),
    ),
    "from far ahead": (
        "page-ahead",
        lambda page, noord, zuid: noord.page(zuid, 3 * DAY_MS),
    ),
    "an older one": ("page-old", lambda page, noord, zuid: noord.page(zuid, -DAY_MS)),
}


@pytest.mark.parametrize("what", FORGERIES)
async def test_what_is_not_right_is_named_and_the_last_good_page_stays(
    zuid: Wijk, noord: Wijk, somebody: Server, what: str
) -> None:
    """Whatever answers there, nothing of it is shown, and what was heard before is."""
    await linked(zuid, noord, somebody)
    code, forge = FORGERIES[what]
    somebody[0].says = forge(noord.page(zuid), noord, zuid)
    assert await asked(zuid, noord, somebody, 60_000) == code
    assert titles(zuid) == ["Dorpskoor"]
    somebody[0].says = noord.page(zuid, 60_000)
    assert await asked(zuid, noord, somebody, 120_000) == ""


@pytest.mark.parametrize("what", FORGERIES)
async def test_what_is_not_right_is_never_shown(
    zuid: Wijk, noord: Wijk, somebody: Server, what: str
) -> None:
    """The same when nothing good came before; only age is then no reason."""
    who, address = somebody
    noord.link(zuid)
    await zuid.links.agree(Link(noord.network, "Noord", "agenda", LAST), (address,))
    code, forge = FORGERIES[what]
    who.says = forge(noord.page(zuid), noord, zuid)
    assert await asked(zuid, noord, somebody) == ("" if code == "page-old" else code)
    assert (titles(zuid) != []) == (code == "page-old")


async def test_a_box_that_answers_otherwise_is_told_apart(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """A redirect is not followed, an error is no page, silence is silence."""
    await linked(zuid, noord, somebody)
    who, _ = somebody
    for status in (302, 500, 401, 206):
        who.status, before = status, len(who.asked)
        assert await asked(zuid, noord, somebody, 60_000) == "page-refused"
        assert len(who.asked) == before + 1
    assert titles(zuid) == ["Dorpskoor"]
    dead = "http://127.0.0.1:9"
    await zuid.links.agree(Link(noord.network, "Noord", "agenda", LAST), (dead,))
    assert await asked(zuid, noord, (who, dead)) == "page-unreachable"


async def test_a_place_that_answers_at_two_addresses_is_well_at_both(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """Its page is kept once, and no address is called a fault for that."""
    who, address = somebody
    await linked(zuid, noord, somebody)
    again = address.replace("127.0.0.1", "localhost")
    await zuid.links.agree(Link(noord.network, "Noord", "agenda", LAST), (again,))
    assert await asked(zuid, noord, (who, again), 60_000) == ""
    rows = asked_addresses(zuid.links.wijken()[noord.network])
    assert [(each.address, each.code) for each in rows] == [(address, "good"), (again, "good")]


async def test_a_wijk_that_takes_its_word_back_is_forgotten(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """Its box says that there is nothing for us; then nothing is shown, nor kept on disk."""
    await linked(zuid, noord, somebody)
    somebody[0].status = 404
    assert await asked(zuid, noord, somebody, 60_000) == "page-no-link"
    assert titles(zuid) == []
    zuid.open()
    assert titles(zuid) == []


async def test_words_that_end_it_weigh_more_than_the_page_they_come_with(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """A box that goes on showing what its wijk no longer agrees to is not believed."""
    await linked(zuid, noord, somebody)
    page = noord.page(zuid, 1_000)
    without = words_only(page, say.LINK)
    somebody[0].says = resigned(page, noord.boxes[0].key, statements=without)
    assert await asked(zuid, noord, somebody, 60_000) == ""  # What was said before is known.
    for number in (0, 1):
        noord.tell(Unlink(zuid.network), number)
    noord.world.run(5_000)
    held = core(noord.boxes[0]).office.membership.statements.values()
    rows = tuple(tuple(e.signed) for e in publication.needed(held, zuid.network))
    somebody[0].says = resigned(page, noord.boxes[0].key, statements=rows)
    assert await asked(zuid, noord, somebody, 120_000) == "page-no-link"
    assert titles(zuid) == []
    zuid.open()
    assert titles(zuid) == []


async def test_a_place_that_was_put_out_is_forgotten_once_another_tells(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """It may hide what was said about it; once another place told it, it is known."""
    await linked(zuid, noord, somebody)
    before = noord.page(zuid)
    for number in (1, 2):
        noord.tell(Expel(noord.boxes[0].place), number)
    noord.world.run(5_000)
    held = core(noord.boxes[1]).office.membership
    somebody[0].says = publication.publish(
        noord.boxes[1].key, held.founding, held.statements.values(), reader=zuid.network,
        place=noord.boxes[1].place, made_ms=START_WALL_MS, exports="agenda", until="", rows=(),
    )  # fmt: skip
    assert await asked(zuid, noord, somebody, 60_000) == ""
    assert titles(zuid) == []
    somebody[0].says = resigned(before, noord.boxes[0].key, made_ms=START_WALL_MS + 60_000)
    assert await asked(zuid, noord, somebody, 120_000) == "page-not-decider"
    zuid.open()
    somebody[0].says = resigned(before, noord.boxes[0].key, made_ms=START_WALL_MS + 90_000)
    assert await asked(zuid, noord, somebody, 180_000) == "page-not-decider"
    assert titles(zuid) == []


async def test_our_own_word_shows_and_hides_it_at_once(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """Without our yes nothing is asked; once it is taken back nothing is seen, nor on disk."""
    who, _ = somebody
    await linked(zuid, noord, somebody)
    zuid.open()
    assert titles(zuid) == ["Dorpskoor"]  # From disk, without asking.
    zuid.tell(Unlink(noord.network))
    assert titles(zuid) == []
    before = len(who.asked)
    await zuid.links.tend(lambda: Moment(START_WALL_MS, DAY_MS))
    assert len(who.asked) == before
    zuid.open()
    assert titles(zuid) == []
    await zuid.links.agree(Link(noord.network, "Noord", "agenda", LAST))
    await zuid.links.end(noord.network)
    assert not zuid.links.wijken()


async def test_after_the_last_month_nothing_is_shown_or_seen(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """Either wijk may let it end; the month that more than half have reached decides."""
    who, address = somebody
    noord.link(zuid)
    month = core(zuid.boxes[0]).office.roster.month
    await zuid.links.agree(Link(noord.network, "Noord", "agenda", month), (address,))
    who.says = noord.page(zuid)
    assert await asked(zuid, noord, somebody) == ""
    assert titles(zuid) == ["Dorpskoor"]
    zuid.world.now_ms += 40 * DAY_MS
    zuid.world.run(limits.TIDY_MS * 2)
    assert core(zuid.boxes[0]).office.roster.month > month
    assert titles(zuid) == []
    with pytest.raises(Exception, match="Nothing is shown here") as refused:
        zuid.page(noord)
    assert getattr(refused.value, "code", "") == "no-link"


async def test_silence_is_asked_about_more_and_more_seldom(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """A minute at first, a quarter of an hour in the end; saying the word again asks at once."""
    who, address = somebody
    noord.link(zuid)
    await zuid.links.agree(Link(noord.network, "Noord", "agenda", LAST), (address,))
    now = [0]
    waits = []
    for _ in range(6):
        waits.append(await zuid.links.tend(lambda: Moment(START_WALL_MS, now[0])))
        now[0] += int(waits[-1] * 1000) + 1
    for wait_s, about_s in zip(waits, (60, 120, 240, 480, 900, 900), strict=True):
        assert 0.89 * about_s <= wait_s <= 1.11 * about_s
    before = len(who.asked)
    await zuid.links.tend(lambda: Moment(START_WALL_MS, now[0] - 1000))
    assert len(who.asked) == before
    who.says = noord.page(zuid)
    await zuid.links.agree(Link(noord.network, "Noord", "agenda", LAST))
    wait_s = await zuid.links.tend(lambda: Moment(START_WALL_MS, now[0] - 1000))
    assert titles(zuid) == ["Dorpskoor"]
    assert 0.89 * 900 <= wait_s <= 1.11 * 900


async def test_hours_and_years_are_shown_when_that_was_agreed(
    zuid: Wijk, noord: Wijk, somebody: Server
) -> None:
    """Each link shows exactly what its terms say."""
    who, address = somebody
    noord.link(zuid, "free-busy")
    await zuid.links.agree(Link(noord.network, "Noord", "counts", LAST), (address,))
    who.says = noord.page(zuid)
    assert b"Dorpskoor" not in who.says
    assert await asked(zuid, noord, somebody) == ""
    assert [each.row for each in zuid.links.seen()] == [
        OpenHours(f"{SOON}T19:00", f"{SOON}T20:30", "Grote zaal")
    ]
    noord.link(zuid, "counts")
    who.says = noord.page(zuid, 1_000)
    assert b"Grote zaal" not in who.says
    assert await asked(zuid, noord, somebody, 60_000) == ""
    assert zuid.links.seen() == []


def test_nothing_private_crosses(zuid: Wijk, noord: Wijk) -> None:
    """Whatever is agreed: no drafts, no names, no addresses, no other places, no third wijk."""
    secret = "Geheim"
    third = Wijk(3, f"{secret} derde")
    for exports in ("agenda", "free-busy", "counts"):
        noord.link(third, exports)
    when = {"start": f"{SOON}T10:00", "duration_min": 60}
    for number, visibility in ((0, "wijk"), (0, "place"), (1, "public"), (1, "wijk")):
        told = {"title": f"{secret} {visibility}", "visibility": visibility, "schedule": when}
        noord.tell(AddActivity(told), number)
    draft = {"title": f"{secret} plan", "visibility": "public", "status": "draft"}
    noord.tell(AddActivity({**draft, "schedule": when}))
    view = core(noord.boxes[0]).view
    (room,) = view.rooms(noord.boxes[0].place)
    slot = AskedSlot(f"{SOON}T14:00", f"{SOON}T15:00")
    ask = AskRoom(to_text(room.place), (room.id,), (slot,), title=f"{secret} feest", people=7)
    noord.world.run(5_000)
    noord.tell(ask, 1)
    noord.world.run(5_000)
    for exports in ("agenda", "free-busy", "counts"):
        for number in range(3):
            noord.tell(Link(zuid.network, "Zuid", exports, LAST), number)
        noord.world.run(5_000)
        page = noord.page(zuid)
        read = publication.read(page, zuid.network, noord.network, {})
        assert read.exports == exports
        assert secret.encode() not in page
        assert bytes(third.network) not in page
        held = core(noord.boxes[0]).office.membership
        assert held.heres
        assert not [each for each in held.heres.values() if each.signed.body in page]
        tags = {signed.tag for signed in (each.signed for each in read.statements)}
        assert tags == {say.WORD_TAG, say.DELEGATION_TAG}
        assert (b"Dorpskoor" in page) == (exports == "agenda")


def test_a_busy_place_is_cut_off_by_whole_days(zuid: Wijk, noord: Wijk) -> None:
    """What does not fit is left out from some day on, and the page says which."""
    rows = [
        OpenDate(
            f"2026-12-{day:02}T{hour:02}:00", f"2026-12-{day:02}T23:00", "x" * 50, "", (), False
        )
        for day in range(1, 21)
        for hour in range(10)
    ]
    values, until = as_values(rows, 20_000)
    assert until
    assert {str(each[0])[:10] for each in values if isinstance(each, tuple)} == {
        f"2026-12-{day:02}" for day in range(1, int(until[8:]))
    }
    assert len(packing.pack(values)) <= 20_000
    assert read_rows(values, "agenda") == tuple(rows[: len(values)])
    assert as_values(rows, 10**9)[1] == ""
    many = [rows[0]] * (limits.LINK_ROWS_MAX + 1)
    assert as_values(many, 10**9) == ((), "2026-12-01")


def test_a_page_is_read_only_by_the_wijk_it_is_for(zuid: Wijk, noord: Wijk) -> None:
    """A third wijk that gets hold of a page can do nothing with it."""
    noord.link(zuid)
    page = noord.page(zuid)
    with pytest.raises(PeerError, match="another wijk") as refused:
        publication.read(page, NetworkId(bytes(32)), noord.network, {})
    assert refused.value.code == "page-not-for-us"
