"""PINs, cookies and the throttle, as the pure rules they are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from wijknet import limits
from wijknet.errors import ConfigError, RequestError
from wijknet.node.web import pins
from wijknet.node.web.throttle import Guesser, Throttle

NOW_S = 1_800_000_000


@pytest.fixture
def chosen() -> pins.Pins:
    """Two roles with a PIN each."""
    rng = random.Random(1)
    empty = pins.Pins("AAAA", "BBBB")
    return pins.with_pin(pins.with_pin(empty, "member", "1234", rng), "admin", "123456", rng)


def test_a_pin_tells_the_role_and_nothing_else_does(chosen: pins.Pins) -> None:
    """Each PIN opens its own role; others open nothing."""
    assert [chosen.role_of(chosen.hashed(each)) for each in ("1234", "123456", "0000", "")] == [
        "member", "admin", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "pin"),
    [("member", "123"), ("member", "12a4"), ("admin", "12345"), ("kiosk", "1" * 13), ("kiosk", "")],
)
def test_a_pin_that_is_none_is_refused(chosen: pins.Pins, role: str, pin: str) -> None:
    """Too short, too long, or no digits."""
    with pytest.raises(RequestError) as refused:
        pins.with_pin(chosen, role, pin, random.Random(2))
    assert refused.value.code == "bad-pin"


def test_two_roles_cannot_share_a_pin(chosen: pins.Pins) -> None:
    """Or the box could not tell who signs in."""
    with pytest.raises(RequestError) as refused:
        pins.with_pin(chosen, "kiosk", "1234", random.Random(2))
    assert refused.value.code == "pin-taken"


def test_a_cookie_lasts_its_time_and_not_a_new_pin(chosen: pins.Pins) -> None:
    """It names the role until it is too old, or until any PIN changes."""
    value, lasts_s = pins.cookie(chosen, "member", NOW_S, random.Random(3))
    assert pins.session(chosen, value, NOW_S + lasts_s - 1).role == "member"
    assert pins.session(chosen, value, NOW_S + lasts_s).role == "visitor"
    changed = pins.with_pin(chosen, "admin", "654321", random.Random(4))
    assert pins.session(changed, value, NOW_S).role == "visitor"


@pytest.mark.parametrize("part", range(4))
def test_a_cookie_that_somebody_wrote_is_a_visitors(chosen: pins.Pins, part: int) -> None:
    """Any other role, time, chance or signature makes it worthless."""
    value, _ = pins.cookie(chosen, "member", NOW_S, random.Random(3))
    parts = value.split(".")
    parts[part] = {0: "admin", 1: str(NOW_S * 2), 2: "00", 3: "0" * 64}[part]
    assert pins.session(chosen, ".".join(parts), NOW_S) == pins.Session()


@pytest.mark.parametrize("shown", ["", ".", "...", "x" * 10_000, "\udcff", "member.9.é.0"])
def test_rubbish_in_a_cookie_breaks_nothing(chosen: pins.Pins, shown: str) -> None:
    """Whatever a browser sends, it is at most a visitor."""
    assert pins.session(chosen, shown, NOW_S) == pins.Session()


def test_the_file_is_for_this_user_only_and_rubbish_in_it_is_named(
    tmp_path: Path, chosen: pins.Pins
) -> None:
    """What was saved is read again; a damaged file says what to do."""
    pins.save(tmp_path, chosen)
    pins.save(tmp_path, chosen)
    file = tmp_path / pins.PINS_FILE
    assert pins.load(tmp_path, random.Random(5)) == chosen
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("{")
    with pytest.raises(ConfigError, match="wijknet pin"):
        pins.load(tmp_path, random.Random(5))


def test_guessing_takes_longer_each_time_and_others_are_not_kept_waiting() -> None:
    """Five wrong PINs are forgiven; then the wait doubles up to an hour, for that address alone."""
    throttle = Throttle()
    waits = []
    now_ms = 1_000_000
    for _ in range(16):
        throttle.wrong(Guesser("192.168.1.9"), now_ms)
        waits.append(throttle.wait_s(Guesser("192.168.1.9"), now_ms))
        now_ms += 1000 * waits[-1]
    assert waits[:7] == [0, 0, 0, 0, 30, 60, 120]
    assert waits[-1] == limits.PIN_WAIT_MAX_S
    assert throttle.wait_s(Guesser("192.168.1.10"), now_ms) == 0
    assert throttle.wait_s(Guesser("192.168.1.9"), now_ms) == 0


def test_a_right_pin_does_not_forgive_the_wrong_ones() -> None:
    """Whoever knows the PIN of the kiosk cannot guess the admin's for ever."""
    throttle = Throttle()
    for _ in range(limits.PIN_TRIES_MAX - 1):
        throttle.wrong(Guesser("a"), 0)
    for _ in range(3):
        throttle.wrong(Guesser("a"), 0)
        throttle.take_back(Guesser("a"))
        assert throttle.wait_s(Guesser("a"), 0) == 0
    throttle.wrong(Guesser("a"), 0)
    assert throttle.wait_s(Guesser("a"), 0) == limits.PIN_WAIT_FIRST_S


def test_many_addresses_share_a_count_and_a_day_forgets() -> None:
    """A guesser with many addresses meets the common count; after a quiet day all is forgotten."""
    throttle = Throttle()
    for number in range(10 * limits.PIN_TRIES_MAX):
        throttle.wrong(Guesser(f"10.0.{number // 256}.{number % 256}"), 0)
    assert throttle.wait_s(Guesser("10.1.1.1"), 0) == limits.PIN_WAIT_FIRST_S
    later_ms = 1000 * limits.PIN_FORGET_S
    throttle.wrong(Guesser("10.1.1.1"), later_ms)
    assert throttle.wait_s(Guesser("10.1.1.1"), later_ms) == 0


def test_strangers_never_keep_who_has_signed_in_before_waiting() -> None:
    """However many guess from however many addresses; each known browser has its own tries."""
    throttle = Throttle()
    tablet, laptop = Guesser("tablet", is_known=True), Guesser("laptop", is_known=True)
    for number in range(100 * limits.PIN_TRIES_MAX):
        throttle.wrong(Guesser(f"fe80::{number:x}"), 0)
    assert throttle.wait_s(Guesser("192.168.1.2"), 0) > 0
    assert throttle.wait_s(tablet, 0) == 0
    for _ in range(limits.PIN_TRIES_MAX):
        throttle.wrong(tablet, 0)
    assert throttle.wait_s(tablet, 0) == limits.PIN_WAIT_FIRST_S
    assert throttle.wait_s(laptop, 0) == 0


def test_many_known_browsers_share_a_count_as_well() -> None:
    """Or who knows the kiosk's PIN could become known again and again to guess the admin's."""
    throttle = Throttle()
    for number in range(10 * limits.PIN_TRIES_MAX):
        throttle.wrong(Guesser(f"browser {number}", is_known=True), 0)
    assert throttle.wait_s(Guesser("the next one", is_known=True), 0) == limits.PIN_WAIT_FIRST_S
    assert throttle.wait_s(Guesser("192.168.1.2"), 0) == 0


def test_a_browser_is_known_by_what_this_box_gave_it(chosen: pins.Pins) -> None:
    """Not by what somebody wrote, nor after the PINs were chosen anew."""
    shown = pins.known(chosen, random.Random(3))
    assert pins.known_name(chosen, shown)
    assert pins.known_name(chosen, shown) != pins.known_name(
        chosen, pins.known(chosen, random.Random(4))
    )
    session, _ = pins.cookie(chosen, "member", NOW_S, random.Random(3))
    for forged in ("", ".", "a.b", "\ud800.x", shown[:-1], "x" + shown, session):
        assert not pins.known_name(chosen, forged)
    assert not pins.known_name(pins.with_pin(chosen, "kiosk", "7531", random.Random(5)), shown)
    assert pins.session(chosen, shown, NOW_S).role == "visitor"
