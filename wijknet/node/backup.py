"""Everything of a box in one file, and a box from such a file.

The file holds the key of the box and the names of people: whoever has it can speak for the box. A
restored box asks its neighbours first what it said since, and writes on under fresh names
(protocol.md section 4), so nothing is said twice and nothing is given away twice.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from wijknet import __version__, limits
from wijknet.errors import ConfigError
from wijknet.ids import Moment, to_text
from wijknet.node import config, keyfile, private
from wijknet.node.sqlite import FILE_NAME, PEOPLE_NAME, copy_file

ABOUT: Final = "wijknet-backup.json"
LAST: Final = "last-backup.json"
"""In the data directory: when the last backup was made, for the page about the box."""

_STORES: Final = (FILE_NAME, PEOPLE_NAME)
_FILES: Final = (keyfile.CERTIFICATE_FILE, config.FILE, "pins.json", keyfile.KEY_FILE)
"""The key comes last: a directory with a key is a place that is complete. The root key and the
token of the command line stay behind: the one belongs on paper, the other is made anew."""

_PRIVATE: Final = 0o600
_SCRATCH: Final = ".backup-"
"""How the directory is called in which a backup is collected, beside what it copies."""


UNFINISHED: Final = ".restore"
"""How the directory is called in which a box is put back, inside its own: with no key beside it a
restore was cut off."""


class About(Struct, frozen=True):
    """What a backup is of.

    Attributes:
        version: of the program that made it.
        node: the public key of the box.
        at_ms: when, milliseconds since 1970, UTC.
    """

    version: str
    node: str
    at_ms: int


def make(
    directory: Path, target: Path, now: Moment, progress: Callable[[float], None]
) -> About:  # fmt: skip
    """Put everything of a box into one file, also while its node runs. Blocks.

    Args:
        directory: of the place.
        target: the file to make; never overwritten.
        now: for the note inside.
        progress: called with how much is done, 0 to 1.

    Raises:
        ConfigError: there is no place, the file is there already, or the disk is full.
    """
    if target.exists():
        raise ConfigError(f"{target} is there already and is not overwritten: choose another name.")
    about = About(__version__, to_text(keyfile.load(directory).public), now.wall_ms)
    unfinished = target.with_name(f".{target.name}.new")
    try:
        with tempfile.TemporaryDirectory(dir=directory, prefix=_SCRATCH) as scratch:
            _collect(directory, Path(scratch), progress)
            _pack(directory, Path(scratch), unfinished, about)
        os.link(unfinished, target)  # Renaming would replace a file without a word.
        private.flush_directory(target.parent)
        (directory / LAST).write_bytes(msgspec.json.encode(about))
    except OSError as error:
        raise ConfigError(f"{target} cannot be written ({error.strerror}).") from error
    finally:
        unfinished.unlink(missing_ok=True)
    progress(1)
    return about


def give(directory: Path, now: Moment) -> BinaryIO:
    """A backup to give away at once, as an open file that has no name any more. Blocks.

    Raises:
        ConfigError: the disk is full.
    """
    with tempfile.TemporaryDirectory(dir=directory, prefix=_SCRATCH) as scratch:
        file = Path(scratch) / "backup.zip"
        make(directory, file, now, lambda _: None)
        return file.open("rb")


def last(directory: Path) -> About | None:
    """The last backup that was made, or None; blocks."""
    try:
        return msgspec.json.decode((directory / LAST).read_bytes(), type=About)
    except (OSError, msgspec.DecodeError):
        return None


def check_place(directory: Path) -> None:
    """See that a directory holds a place, and a whole one.

    Raises:
        ConfigError: it does not; what to do.
    """
    if (directory / keyfile.KEY_FILE).exists():
        return
    if (directory / UNFINISHED).exists():
        raise ConfigError(f"{directory} was not put back to the end; run `wijknet restore` again.")
    raise ConfigError(f"{directory} has no place in it; run `wijknet init` or `join` first.")


def sweep(directory: Path) -> None:
    """Take away what a backup left that was cut off: it holds people who may be erased since."""
    for left in (*directory.glob(f"{_SCRATCH}*"), directory / UNFINISHED):
        shutil.rmtree(left, ignore_errors=True)


def _collect(directory: Path, scratch: Path, progress: Callable[[float], None]) -> None:
    for name in _STORES:
        if (directory / name).exists():
            copy_file(
                directory / name,
                scratch / name,
                lambda left, all_: progress(0.9 * (1 - left / max(1, all_))),
            )


def _pack(directory: Path, scratch: Path, target: Path, about: About) -> None:
    opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _PRIVATE)
    with os.fdopen(opened, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(ABOUT, msgspec.json.encode(about))
            for name in (*_STORES, *_FILES):
                found = (scratch if name in _STORES else directory) / name
                if found.exists():
                    packed.write(found, name)
        file.flush()
        os.fsync(file.fileno())


def restore(source: Path, directory: Path, progress: Callable[[float], None]) -> About:
    """Make the data directory of a box from a backup. Blocks.

    Args:
        source: what `make` made.
        directory: holds no place yet.
        progress: called with how much is done, 0 to 1.

    Raises:
        ConfigError: there is a place in it already, the file is no backup or damaged, or the
            directory cannot be written.
    """
    aside = directory / UNFINISHED
    is_cut_off = aside.exists()  # Then what is there is half of a backup, and of no use.
    if (directory / keyfile.KEY_FILE).exists() or (
        (directory / FILE_NAME).exists() and not is_cut_off
    ):
        raise ConfigError(
            f"{directory} holds a place already and is not overwritten: choose another directory "
            "with --data, or move the old one away first."
        )
    try:
        with zipfile.ZipFile(source) as packed:
            about = _about(packed, source)
            names = [each for each in (*_STORES, *_FILES) if each in packed.namelist()]
            aside.mkdir(mode=0o700, parents=True, exist_ok=True)
            private.flush_directory(directory)
            for done, name in enumerate(names):
                _unpack(packed, name, aside)
                progress((done + 1) / (2 * len(names)))
        private.flush_directory(aside)
        for done, name in enumerate(names):
            if name == keyfile.KEY_FILE:  # All else is there for good before it is a place.
                private.flush_directory(directory)
            (aside / name).replace(directory / name)
            progress((len(names) + done + 1) / (2 * len(names)))
        private.flush_directory(directory)
        shutil.rmtree(aside, ignore_errors=True)
    except (zipfile.BadZipFile, EOFError) as error:
        raise ConfigError(f"{source} is damaged or no backup of wijknet ({error}).") from error
    except OSError as error:
        raise ConfigError(f"{source} cannot be put back ({error.strerror or error}).") from error
    return about


def _about(packed: zipfile.ZipFile, source: Path) -> About:
    """See that it is a whole backup before anything is written."""
    names = set(packed.namelist())
    if not {ABOUT, FILE_NAME, keyfile.KEY_FILE} <= names:
        raise ConfigError(f"{source} is no backup of wijknet; choose another file.")
    if sum(each.file_size for each in packed.infolist()) > limits.STORE_BYTES_MAX:
        raise ConfigError(f"{source} holds more than a box may hold; it was not made by wijknet.")
    damaged = packed.testzip()
    if damaged is not None:
        raise ConfigError(f"{source} is damaged ({damaged}); use an older backup.")
    try:
        return msgspec.json.decode(packed.read(ABOUT), type=About)
    except msgspec.DecodeError as error:
        raise ConfigError(f"{source} is damaged ({error}); use an older backup.") from error


def _unpack(packed: zipfile.ZipFile, name: str, directory: Path) -> None:
    target = directory / name
    target.unlink(missing_ok=True)  # Left by a restore that was cut off.
    opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
    with os.fdopen(opened, "wb") as file, packed.open(name) as content:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())
