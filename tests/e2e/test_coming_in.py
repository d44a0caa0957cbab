"""Coming in, and coming back, by hand: real daemons, real sockets, real cards."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.e2e.daemons import Daemon, are_in_step, let_in, until
from tests.e2e.rude import ASK_ALL, Rude, hears
from wijknet.crdt import wire
from wijknet.crdt.messages import NOTHING, Have, Hello, Statements
from wijknet.identity import Key, card_words


def test_an_invite_that_came_too_late_says_so_and_another_one_works(
    first: Daemon, box: Callable[..., Daemon]
) -> None:
    """The newcomer reads that its invite is worth nothing, pastes a new one, and is let in."""
    late = box("Laat")
    late.run("join", first.run("invite")["invite"], "--place", late.name)
    others = [first.run("invite")["invite"] for _ in range(3)]  # More do not wait at once.
    late.start()
    until(lambda: late.status()["state"]["code"] == "INVITE_REFUSED", "it is refused")
    assert "wijknet join" in late.status()["state"]["nl"]
    assert first.log().count("a link ended") == 1

    late.run("join", others[-1])
    until(lambda: late.name in {w["name"] for w in first.status()["waiting"]}, "it asks again")
    assert late.status()["words"] == first.status()["waiting"][0]["words"]
    first.run("admit", late.name)

    until(lambda: late.status()["state"]["code"] == "IN_STEP", "it is in")


def write_card(home: Path, words: list[str], name: str = "card") -> str:
    """The paper card as a file; its path."""
    file = home / f"{name}.txt"
    file.write_text("\n".join(words))
    return str(file)


async def test_a_new_box_takes_over_from_a_stolen_one(
    first: Daemon, box: Callable[..., Daemon], tmp_path: Path
) -> None:
    """The box is gone, the card is not: a new one gets everything, the stolen one nothing more."""
    broken, fresh = box("Ander"), box("Nieuw")
    invite = first.run("invite")["invite"]
    card = write_card(tmp_path, broken.run("join", invite, "--place", broken.name)["card"])
    broken.start()
    until(lambda: broken.name in {w["name"] for w in first.status()["waiting"]}, "it asks")
    first.run("admit", broken.name)
    until(lambda: broken.status()["is_in"], "it is in")
    broken.run("room", "add", "Zaal")
    until(lambda: len(first.get("rooms")["items"]) == 1, "the room arrives")
    thief = Rude(broken)
    broken.kill()
    shutil.rmtree(broken.directory)

    done = fresh.run(
        "recover", first.run("invite")["invite"], "--card-file", card, "--listen", "127.0.0.1:0",
        "--no-mdns",
    )  # fmt: skip
    fresh.start()

    assert (done["epoch"], done["name"]) == (2, "Ander")
    until(lambda: fresh.status()["state"]["code"] == "IN_STEP", "it speaks for the place")
    assert fresh.status()["is_decider"]
    assert [room["name"] for room in fresh.run("room", "list")] == ["Zaal"]
    fresh.run("room", "add", "Tuin")
    until(lambda: len(first.get("rooms")["items"]) == 2, "what it writes counts")
    assert {place["name"] for place in first.run("members")} == {"Een", "Ander"}

    async with thief.link(first.status()["address"]) as link:
        for frame in (wire.encode(Have(NOTHING, ask=False)), ASK_ALL):
            await link.send(frame)
        late = thief.change([("note/late", {"title": "x"})])
        await link.send(wire.encode(thief.changes(late)))
        heard = {type(wire.decode(each)) for each in await hears(link)}
        assert heard == {Hello, Statements}  # From these it learns why, and nothing else.
        until(
            lambda: {peer["code"] for peer in first.status()["peers"]} == {"IN_STEP", "REMOVED"},
            "the stolen one is known for what it is, and the new one is in step",
        )
    assert are_in_step((first, fresh))


def test_recovering_says_why_it_cannot(
    first: Daemon, box: Callable[..., Daemon], tmp_path: Path
) -> None:
    """A misread card, a card of a place that is not in, and nobody at home each have a sentence."""
    fresh = box("Nieuw")
    options = ["--listen", "127.0.0.1:0", "--no-mdns"]
    invite = first.run("invite")["invite"]
    misread = write_card(tmp_path, ["abandon"] * 24)
    done = fresh.try_run("recover", invite, "--card-file", misread, *options)
    assert (done.returncode, "changed places" in done.stderr) == (2, True)
    assert not fresh.directory.exists()

    strange = write_card(tmp_path, card_words(Key(bytes(32))))
    done = fresh.try_run("recover", invite, "--card-file", strange, *options)
    assert "is not in the neighbourhood" in done.stderr, done.stderr

    first.stop()
    done = fresh.try_run("recover", "--card-file", strange, *options, "--seconds", "2")
    assert (done.returncode, "cannot be reached" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_the_card_adds_a_box_and_names_who_decides(
    first: Daemon, box: Callable[..., Daemon], tmp_path: Path
) -> None:
    """`delegate` on a running place: a tablet may write too, and everybody can see it."""
    own = box("Ander")
    card = write_card(tmp_path, own.run("init", "--network", "Wijk", "--place", "Ander")["card"])
    own.start()
    tablet = first.status()["node"]

    facts = own.run("delegate", "--add", tablet, "--card-file", card)
    refused = own.try_run("delegate", "--remove", own.status()["node"], "--card-file", card)

    assert facts["epoch"] == 2
    assert {peer["node"] for peer in own.run("peers")} == {tablet}
    assert refused.returncode == 2
    assert "--decider" in refused.stderr
    own.run("delegate", "--decider", tablet, "--alone", "--card-file", card)
    assert not own.status()["is_decider"]


def test_who_is_in_and_who_said_so_is_shown(first: Daemon, box: Callable[..., Daemon]) -> None:
    """The fourth place needs two others; `members` says what is missing; `expel` needs more too."""
    places = [first, *(box(name) for name in ("Twee", "Drie", "Vier"))]
    for place in places[1:3]:
        let_in(first, place)
    fourth = places[3]
    fourth.run("join", first.run("invite")["invite"], "--place", fourth.name)
    fourth.start()
    until(lambda: "Vier" in {row["name"] for row in first.get("members")["items"]}, "it asks")

    assert first.run("vouch", "Vier") == {"in": False}
    second = places[1]
    until(
        lambda: "Vier" in {row["name"] for row in second.get("members")["items"]},
        "others hear of it",
    )
    row = next(row for row in second.run("members") if row["name"] == "Vier")
    assert (row["state"], row["let_in_by"]) == ("asks", ["Een"])
    assert second.run("vouch", "Vier") == {"in": True}
    until(lambda: fourth.status()["is_in"], "it is in")

    assert first.run("expel", "Vier") == {"out": False}
    assert first.try_run("expel", "Een").returncode == 2
    assert first.try_run("expel", "Nergens").returncode == 2
    until(lambda: second.run("expel", "Vier", "--yes") == {"out": True}, "two of three say so")
    until(lambda: fourth.status()["state"]["code"] == "OUT", "it is told why")
    row = next(row for row in first.run("members") if row["name"] == "Vier")
    assert (row["state"], sorted(row["put_out_by"])) == ("out", ["Een", "Twee"])


def test_boxes_of_two_wijken_do_not_meet(first: Daemon, box: Callable[..., Daemon]) -> None:
    """A setting that points at another wijk: both go on, and who looks reads why."""
    address = first.status()["address"]
    elsewhere = box("Elders", "", "--peer", address)
    elsewhere.run("init", "--network", "Andere wijk", "--place", "Elders")
    elsewhere.start()

    until(lambda: "wrong-network" in elsewhere.log(), "it is told")

    assert elsewhere.get("peers")["items"] == first.get("peers")["items"] == []
    assert elsewhere.status()["state"]["code"] == first.status()["state"]["code"] == "IN_STEP"


def test_a_place_moves_to_another_wijk_with_what_it_has(
    first: Daemon, box: Callable[..., Daemon], tmp_path: Path
) -> None:
    """Whoever leaves a wijk that went wrong takes its own documents along, by its card."""
    old, fresh = box("Oud"), box("Nieuw")
    card = write_card(tmp_path, old.run("init", "--network", "Kwijt", "--place", "Kas")["card"])
    old.start()
    old.run("room", "add", "Zaal")
    words = ("join", first.run("invite")["invite"], "--place", "Kas", "--from", str(old.directory))
    running = fresh.try_run(*words, "--card-file", card)
    assert (running.returncode, "already running" in running.stderr) == (1, True)
    old.stop()
    other = write_card(tmp_path, card_words(Key(bytes(32))), "other")
    wrong = fresh.try_run(*words, "--card-file", other)
    assert (wrong.returncode, "another place" in wrong.stderr) == (2, True)
    fresh.run(*words, "--card-file", card)
    fresh.start()
    until(lambda: first.status()["waiting"], "it asks")
    first.run("vouch", "Kas")

    until(lambda: len(first.get("rooms")["items"]) == 1, "the room came along")

    assert fresh.status()["network"] == first.status()["network"]
    fresh.run("room", "add", "Tuin")
    until(lambda: len(first.get("rooms")["items"]) == 2, "what it writes counts")
