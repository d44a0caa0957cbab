"""Settings: `wijknet.toml` in the data directory, over which `WIJKNET_*` variables go.

Every setting is described in `docs/settings.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import platformdirs
from msgspec import Meta, Struct

from wijknet.errors import ConfigError

FILE: Final = "wijknet.toml"
_Address = Annotated[str, Meta(pattern=r"^(\[[0-9a-fA-F:]+\]|[^:\s]+):[0-9]{1,5}$")]


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """How a node runs.

    Attributes:
        listen: `host:port` for neighbours; port 0 takes a free one.
        web: `host:port` for pages and API.
        static_peers: `host:port` of neighbours that mDNS does not find.
        mdns: look for neighbours on the local network.
        interfaces: own IP addresses to look on; empty for all.
        advertise: `host:port` at which others reach this box; empty to find out.
        language: of pages and messages.
        trust_clock: believe the clock without a time server that this program knows.
        log_level: how much the log says.
    """

    listen: _Address = "0.0.0.0:4533"
    web: _Address = "127.0.0.1:4580"
    static_peers: tuple[_Address, ...] = ()
    mdns: bool = True
    interfaces: tuple[str, ...] = ()
    advertise: tuple[_Address, ...] = ()
    language: Literal["nl", "en"] = "nl"
    trust_clock: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


def default_directory() -> Path:
    """Where the data of a place is when nobody says otherwise."""
    return Path(platformdirs.user_data_dir("wijknet"))


def load(directory: Path, environment: Mapping[str, str]) -> Config:
    """Read the settings of a place.

    Args:
        directory: where `wijknet.toml` may be.
        environment: variables such as `WIJKNET_LISTEN`; lists have commas between them.

    Raises:
        ConfigError: names the setting, what was expected and what to do.
    """
    path = directory / FILE
    values: dict[str, Any] = {}
    if path.exists():
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise ConfigError(f"{path} cannot be read: {error}. Correct or remove it.") from error
    for field in msgspec.structs.fields(Config):
        text = environment.get(f"WIJKNET_{field.name.upper()}")
        if text is not None:
            values[field.name] = _of_text(text, field.default)
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(_explained(path, str(error))) from error


def _of_text(text: str, default: object) -> object:
    if isinstance(default, bool):
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if isinstance(default, tuple):
        return [each.strip() for each in text.split(",") if each.strip()]
    return text


def _explained(path: Path, error: str) -> str:
    found = re.search(r"`\$\.(\w+)|field `(\w+)`", error)
    name = next((each for each in (found.groups() if found else ()) if each), "a setting")
    known = ", ".join(field.name for field in msgspec.structs.fields(Config))
    if "unknown field" in error:
        return f"{path}: `{name}` is no setting. Remove it; settings are: {known}."
    return f"{path}: `{name}` is not right: {error}. Addresses are written as host:port."
