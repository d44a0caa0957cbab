"""Who may do what at this box: a PIN for each role, and cookies that remember it.

PINs are local to the box. They are short, so what keeps them is the throttle in front; scrypt only
slows down whoever has stolen the disk. All roles share one salt, so one hash tells which PIN it is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from wijknet import limits
from wijknet.errors import ConfigError, RequestError
from wijknet.identity import is_same
from wijknet.ids import Rng
from wijknet.node import private

PINS_FILE: Final = "pins.json"
ROLES: Final = ("visitor", "kiosk", "member", "admin")
"""From who may least to who may most; each may all that those before it may."""

_LASTS_S: Final = {
    "kiosk": limits.KIOSK_SESSION_S,
    "member": limits.MEMBER_SESSION_S,
    "admin": limits.ADMIN_SESSION_S,
}
_SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}  # 16 MB and 0.3 s on a Pi (RFC 7914 section 2).


class Pins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file of PINs holds.

    Attributes:
        salt: of the hashes, base64.
        secret: by which cookies are signed, base64; new ones end all sessions.
        hashes: of each role with a PIN, base64.
    """

    salt: str
    secret: str
    hashes: Mapping[str, str] = {}

    def hashed(self, pin: str) -> bytes:
        """The hash of a PIN; slow on purpose, so call it in a thread."""
        return hashlib.scrypt(pin.encode(), salt=base64.b64decode(self.salt), dklen=32, **_SCRYPT)

    def role_of(self, hashed: bytes) -> str:
        """Whose PIN this is; nothing when nobody's."""
        found = ""
        for role, told in self.hashes.items():
            if is_same(base64.b64decode(told), hashed):
                found = role
        return found


class Session(NamedTuple):
    """A browser that has shown a PIN, or none.

    Attributes:
        role: one of `ROLES`.
        csrf: what its forms must carry; nothing for a visitor.
    """

    role: str = "visitor"
    csrf: str = ""

    def may(self, role: str) -> bool:
        """Whether it may what this role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


def load(directory: Path, rng: Rng) -> Pins:
    """Read the PINs of a box; none at first.

    Raises:
        ConfigError: the file is damaged or can be read by others.
    """
    path = directory / PINS_FILE
    held = private.read(path)
    if held is None:
        return Pins(_drawn(rng), _drawn(rng))
    try:
        return msgspec.json.decode(held, type=Pins)
    except msgspec.DecodeError as error:
        raise ConfigError(
            f"{path} is damaged: delete it, and choose the PINs again with `wijknet pin`."
        ) from error


def stamp(directory: Path) -> int:
    """Differs when the file was written since; 0 without a file."""
    try:
        return (directory / PINS_FILE).stat().st_mtime_ns
    except OSError:
        return 0


def save(directory: Path, pins: Pins) -> None:
    """Keep the PINs of a box.

    Raises:
        ConfigError: the file cannot be written.
    """
    private.replace(directory / PINS_FILE, msgspec.json.encode(pins))


def with_pin(pins: Pins, role: str, pin: str, rng: Rng) -> Pins:
    """The PINs after one was chosen; slow on purpose, so call it in a thread.

    Raises:
        RequestError: `bad-pin` or `pin-taken`.
    """
    if not pin.isascii() or not pin.isdigit() or not _is_long_enough(role, pin):
        digits = _digits_min(role)
        raise RequestError(
            "bad-pin", f"A PIN for {role} is {digits} to {limits.PIN_DIGITS_MAX} digits.", "pin"
        )
    hashed = pins.hashed(pin)
    if pins.role_of(hashed) not in ("", role):
        raise RequestError("pin-taken", "Another role has this PIN; choose another one.", "pin")
    told = base64.b64encode(hashed).decode()
    # The salt stays, or the other PINs would have to be typed again.
    return Pins(pins.salt, _drawn(rng), {**pins.hashes, role: told})


def _is_long_enough(role: str, pin: str) -> bool:
    return _digits_min(role) <= len(pin) <= limits.PIN_DIGITS_MAX


def _digits_min(role: str) -> int:
    return limits.ADMIN_PIN_DIGITS_MIN if role == "admin" else limits.PIN_DIGITS_MIN


def _drawn(rng: Rng) -> str:
    return base64.b64encode(rng.randbytes(32)).decode()


# --- Cookies ------------------------------------------------------------------------------------


def cookie(pins: Pins, role: str, now_s: int, rng: Rng) -> tuple[str, int]:
    """What a browser keeps to be known again, and for how many seconds."""
    body = f"{role}.{now_s + _LASTS_S[role]}.{rng.randbytes(12).hex()}"
    return f"{body}.{_mac(pins, 'session', body)}", _LASTS_S[role]


def session(pins: Pins, shown: str, now_s: int) -> Session:
    """The session of a cookie. One that is forged, too old or of an earlier PIN is a visitor's."""
    body, _, mac = shown.rpartition(".")
    if not is_same(mac.encode("utf-8", "replace"), _mac(pins, "session", body).encode()):
        return Session()
    role, until, _ = body.split(".")
    if now_s >= int(until) or role not in pins.hashes:
        return Session()
    return Session(role, _mac(pins, "csrf", body))


def known(pins: Pins, rng: Rng) -> str:
    """What a browser keeps once it has signed in, also when it signs out; it opens nothing."""
    name = rng.randbytes(12).hex()
    return f"{name}.{_mac(pins, 'known', name)}"


def known_name(pins: Pins, shown: str) -> str:
    """The name in such a cookie; nothing when it is forged or of an earlier PIN."""
    name, _, mac = shown.rpartition(".")
    is_ours = is_same(mac.encode("utf-8", "replace"), _mac(pins, "known", name).encode())
    return name if is_ours else ""


def _mac(pins: Pins, purpose: str, body: str) -> str:
    message = f"wijknet {purpose} {body}".encode("utf-8", "replace")
    return hmac.new(base64.b64decode(pins.secret), message, hashlib.sha256).hexdigest()
