"""Files that only the box's own user can read, and the token of its command line.

A file is written whole under another name, flushed, and only then linked to its own, so a power cut
leaves the old state or the new one. Apart from keys, because what a command needs to talk to the
box must start at once.
"""

from __future__ import annotations

import base64
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from wijknet import limits
from wijknet.errors import ConfigError
from wijknet.ids import Rng

TOKEN_FILE: Final = "api.token"  # noqa: S105  # The name of the file.

_TOKEN = re.compile(r"[a-z2-7]{32}")
PRIVATE: Final = 0o600


def api_token(directory: Path, rng: Rng) -> str:
    """The token by which commands on this machine reach the running box: 32 letters and digits.

    It is made at the first call.

    Raises:
        ConfigError: it is damaged, other users can read it, or it cannot be written.
    """
    path = directory / TOKEN_FILE
    held = read(path)
    if held is None:
        token = base64.b32encode(rng.randbytes(limits.API_TOKEN_BYTES)).decode("ascii").lower()
        create(path, f"{token}\n".encode(), PRIVATE)
        return token
    token = held.decode("ascii", "replace").strip()
    if not _TOKEN.fullmatch(token):
        raise ConfigError(f"{path} is damaged: delete it, and a new one is made at the next start.")
    return token


# --- Files --------------------------------------------------------------------------------------


def read(path: Path) -> bytes | None:
    """The content of a file that only we may read, or None when there is none.

    Raises:
        ConfigError: other users of the machine can read it, or we cannot.
    """
    with explained(path):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        with file:
            # Asked of the open file: what lies at the path may be another one by now.
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise ConfigError(
                    f"{path} can be read by other users of this machine: run "
                    f"`chmod 600 {path}`. Whoever may have copied it can speak for this box."
                )
            return file.read(limits.SETTINGS_BYTES_MAX)


def replace(path: Path, content: bytes) -> None:
    """Write a file that only we may read: the old content or the new, also after a power cut.

    For what can be chosen again. A key is never replaced.

    Raises:
        ConfigError: it cannot be written.
    """
    create(path, content, PRIVATE, put=os.replace)


def create(
    path: Path, content: bytes, mode: int, put: Callable[[Path, Path], None] = os.link
) -> None:
    """Make a file that is there whole or not at all, also after a power cut.

    By default it never replaces one: renaming would replace a key without a word.

    Raises:
        ConfigError: there is one already, or it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.new")
    with explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)  # Left by a power cut.
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            with os.fdopen(opened, "wb") as file:
                os.fchmod(file.fileno(), mode)  # Whatever the umask says.
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            put(unfinished, path)
        finally:
            with suppress(OSError):
                unfinished.unlink()
        flush_directory(path.parent)


def flush_directory(directory: Path) -> None:
    """Put new names in a directory on disk: a file is there only when its name is. Blocks."""
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into what an admin can do about it."""
    try:
        yield
    except FileExistsError as error:
        raise ConfigError(
            f"{path} is there already and is not overwritten: choose another directory with "
            "--data, or move the old one away if that box is gone for good."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be used ({error.strerror}): give it and its directory to the user "
            "that runs wijknet."
        ) from error
