"""The key files of a box, written so that a power cut leaves either nothing or the whole file."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import Final

from wijknet import identity
from wijknet.errors import ConfigError
from wijknet.identity import Key
from wijknet.ids import Rng

KEY_FILE: Final = "node.key"
CERTIFICATE_FILE: Final = "node.crt"
TOKEN_FILE: Final = "api.token"  # noqa: S105 - a name
_TOKEN_BYTES: Final = 20
"""160 bits: nobody guesses it, and it fits on one line."""


def create(directory: Path, key: Key) -> None:
    """Write the key of a new box and its certificate.

    Raises:
        ConfigError: there is one already, or the directory cannot be written.
    """
    path = directory / KEY_FILE
    if path.exists():
        raise ConfigError(f"{path} exists already; one directory is one box. Choose another one.")
    _write(path, key.pem())
    _write(directory / CERTIFICATE_FILE, identity.certificate(key))


def load(directory: Path) -> Key:
    """Read the key of this box.

    Raises:
        ConfigError: it is missing, readable by others, or no key.
    """
    return identity.key_of_pem(_read(directory / KEY_FILE), KEY_FILE)


def api_token(directory: Path, rng: Rng) -> str:
    """The token that programs on this box show to the API; made when there is none.

    Raises:
        ConfigError: as `load`.
    """
    path = directory / TOKEN_FILE
    if not path.exists():
        token = base64.b32encode(rng.randbytes(_TOKEN_BYTES)).decode().lower()
        _write(path, token.encode() + b"\n")
    return _read(path).decode("ascii", "replace").strip()


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror}); put it back from a backup."
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{path} can be read by others; run: chmod 600 {path}")
    return content


def _write(path: Path, content: bytes) -> None:
    """Write a file whole: beside it, flushed, then renamed over it."""
    beside = path.with_name(path.name + ".new")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}); make room or choose another directory."
        ) from error
