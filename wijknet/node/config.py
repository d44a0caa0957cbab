"""Settings: `wijknet.toml` in the data directory, over which `WIJKNET_*` variables go.

Every setting is described in `docs/settings.md`. A setting that is not understood keeps the node
from starting: one that was silently ignored would be found much later, and by somebody else.
"""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
import platformdirs
from msgspec import Meta, Struct

from wijknet import limits
from wijknet.errors import ConfigError, LinkClosedError
from wijknet.node import private
from wijknet.node.persons import Keeping
from wijknet.transport import address as addresses

FILE: Final = "wijknet.toml"
DATA_VARIABLE: Final = "WIJKNET_DATA"
"""Says where the data directory is; the one variable that is no setting in the file."""
WEB_FOR_ALL: Final = "0.0.0.0:4580"
"""Where a box shows its pages that was begun in a browser: people come with their telephones."""

_PREFIX: Final = "WIJKNET_"
_NOTHING: Final[Mapping[str, object]] = {}
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """How a node runs. Only `load` checks the values.

    Attributes:
        listen: `host:port` for neighbours; port 0 takes a free one.
        web: `host:port` for pages and API; port 0 takes a free one.
        static_peers: `host:port` of neighbours that mDNS does not find.
        mdns: look for neighbours on the local network.
        interfaces: own IP addresses to look on; empty for all.
        advertise: `host:port` at which others reach this box; empty to find out.
        proxied: let neighbours come through a proxy that ends TLS.
        names: by which browsers may call this box, besides its addresses and `.local`.
        language: of pages and messages.
        trust_clock: believe the clock without a time server that this program knows.
        log_level: how much the log says.
        keep_volunteers_months, keep_contacts_days, keep_notes_days: how long people are kept.
    """

    listen: str = "0.0.0.0:4533"
    web: str = "127.0.0.1:4580"
    static_peers: tuple[str, ...] = ()
    mdns: bool = True
    interfaces: tuple[str, ...] = ()
    advertise: Annotated[tuple[str, ...], Meta(max_length=limits.ADDRESSES_MAX)] = ()
    proxied: bool = False
    names: Annotated[tuple[str, ...], Meta(max_length=limits.NAMES_MAX)] = ()
    language: Literal["nl", "en"] = "nl"
    trust_clock: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    keep_volunteers_months: Annotated[int, Meta(ge=1, le=120)] = 12
    keep_contacts_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    keep_notes_days: Annotated[int, Meta(ge=1, le=3650)] = 30


EXPECTED: Final = {
    "listen": 'host:port, like "0.0.0.0:4533"',
    "web": 'host:port, like "127.0.0.1:4580"',
    "static_peers": 'a list of host:port, like ["wijk.example.org:4533"]',
    "mdns": "true or false",
    "interfaces": 'a list of IP addresses, like ["192.168.1.20"]',
    "advertise": (
        f'a list of at most {limits.ADDRESSES_MAX} host:port, like ["wijk.example.org:4533"]'
    ),
    "proxied": "true or false",
    "names": f'a list of at most {limits.NAMES_MAX} names, like ["doos", "wijk.example.org"]',
    "language": '"nl" or "en"',
    "trust_clock": "true or false",
    "log_level": '"DEBUG", "INFO", "WARNING" or "ERROR"',
    "keep_volunteers_months": "a whole number from 1 to 120",
    "keep_contacts_days": "a whole number from 1 to 3650",
    "keep_notes_days": "a whole number from 1 to 3650",
}
"""What each setting can be; goes on from "expected"."""
_NAME: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
_PORT_MIN: Final = {"listen": 0, "web": 0, "static_peers": 1, "advertise": 1}


def default_directory(environment: Mapping[str, str]) -> Path:
    """Where the data of a place is when nobody says otherwise.

    `WIJKNET_DATA`, else what systemd gives a service (`StateDirectory=` of systemd.exec(5)), else
    the platform's place for a user's data.
    """
    named = environment.get(DATA_VARIABLE) or environment.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(named) if named else platformdirs.user_data_path("wijknet", appauthor=False)


def load(
    directory: Path, environment: Mapping[str, str], otherwise: Mapping[str, object] = _NOTHING
) -> Config:
    """Read the settings of a place; without any, the defaults.

    Args:
        directory: where `wijknet.toml` may be.
        environment: variables such as `WIJKNET_LISTEN`; lists have commas between them. Those
            that are set but empty count as not set.
        otherwise: goes over the defaults, and nothing else.

    Raises:
        ConfigError: names the setting and where it stands, what was expected and what to do.
    """
    path = directory / FILE
    chosen: dict[str, object] = {**otherwise}
    for name, value in _read(path).items():
        _must_be_known(name, tuple(EXPECTED), f"{path}: `{name}`")
        chosen[name] = _checked(name, value, f"{path}: `{name}`")
    known = (DATA_VARIABLE, *(_PREFIX + name.upper() for name in EXPECTED))
    for variable in sorted(each for each in environment if each.startswith(_PREFIX)):
        _must_be_known(variable, known, f"The variable {variable}")
        name, text = variable.removeprefix(_PREFIX).lower(), environment[variable].strip()
        if text and name in EXPECTED:
            chosen[name] = _checked(name, _of_text(name, text), f"The variable {variable}")
    return msgspec.convert(chosen, Config)


def keep(directory: Path, chosen: Mapping[str, str]) -> None:
    """Write settings into the file for the next start; everything else in it stays as it is.

    Args:
        directory: where `wijknet.toml` is, or will be.
        chosen: texts by the name of their setting.

    Raises:
        ConfigError: the file is no settings file, or cannot be written.
    """
    path = directory / FILE
    _read(path)  # Or what is written below could make a damaged file worse.
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    for name, value in chosen.items():
        line = f"{name} = {json.dumps(_checked(name, value, name))}"  # JSON of a text is TOML.
        at = next((at for at, each in enumerate(lines) if _sets(each, name)), len(lines))
        lines[at : at + 1] = [line]
    private.replace(path, ("\n".join(lines) + "\n").encode())


def _sets(line: str, name: str) -> bool:
    return line.partition("=")[0].strip() == name


def keeping_of(config: Config) -> Keeping:
    """How long people are kept."""
    return Keeping(config.keep_volunteers_months, config.keep_contacts_days, config.keep_notes_days)


# --- Reading ------------------------------------------------------------------------------------


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(limits.SETTINGS_BYTES_MAX + 1)
        if len(content) > limits.SETTINGS_BYTES_MAX:
            raise ConfigError(f"{path} is too large for a file of settings; look what is in it.")
        return tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror}): give it to the user that runs wijknet."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path} is not written in UTF-8: open it in an editor and save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path} is not TOML: {error}. Correct that line; text stands in quotes."
        ) from error


def _must_be_known(name: str, known: tuple[str, ...], where: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, 1, 0.8)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
        raise ConfigError(f"{where} is no setting; correct or remove it: {meant}")


def _of_text(name: str, text: str) -> object:
    """The value as it would stand in the file."""
    default = getattr(Config(), name)
    if isinstance(default, bool):
        return _FLAGS.get(text.lower(), text)
    if isinstance(default, int):
        return int(text) if text.isdecimal() else text
    if isinstance(default, tuple):
        return [each.strip() for each in text.split(",") if each.strip()]
    return text


def _checked(name: str, value: object, where: str) -> object:
    try:
        fitting: object = getattr(msgspec.convert({name: value}, Config), name)
        for text in fitting if isinstance(fitting, tuple) else (fitting,):
            if name in _PORT_MIN:
                _check_address(text, _PORT_MIN[name])
            elif name == "interfaces":
                ipaddress.ip_address(text)
            elif name == "names" and not _NAME.fullmatch(text):
                raise ValueError("no name of a host")
    except (msgspec.ValidationError, LinkClosedError, ValueError) as error:
        raise ConfigError(
            f"{where} is {value!r}; expected {EXPECTED[name]}. Correct or remove it."
        ) from error
    return fitting


def _check_address(text: str, port_min: int) -> None:
    dialled = text.removeprefix(addresses.PROXIED) if port_min else text
    addresses.split(dialled, port_min)
    if len(text) > limits.ADDRESS_CHARS_MAX:
        raise ValueError("longer than any address on the wire")
