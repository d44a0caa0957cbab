"""Looks for what is wrong with a box, also one that does not run. Changes nothing."""

from __future__ import annotations

import asyncio
import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from wijknet import limits
from wijknet.errors import ConfigError
from wijknet.node import backup, clock, config, keyfile, private, sentences
from wijknet.node.sqlite import FILE_NAME, open_store


class Finding(NamedTuple):
    """One thing that was looked at.

    Attributes:
        check: what.
        is_ok: whether it is as it should be.
        nl, en: what was found and, when it is wrong, what to do.
    """

    check: str
    is_ok: bool
    nl: str
    en: str


def examine(
    directory: Path, environment: Mapping[str, str], status: Mapping[str, Any] | None
) -> list[Finding]:
    """Look at everything; blocks.

    Args:
        directory: of the place.
        environment: variables such as `WIJKNET_WEB`.
        status: what the running node says, or None when none runs.
    """
    if not (directory / keyfile.KEY_FILE).exists():
        return [
            Finding(
                "place",
                False,
                f"In {directory} staat geen plek. Begin er een: wijknet init of wijknet join.",
                f"{directory} holds no place. Begin one: wijknet init or wijknet join.",
            )
        ]
    found = [
        _checked("settings", lambda: config.load(directory, environment)),
        _checked("key", lambda: keyfile.load(directory)),
        _secrecy(directory),
        _space(directory),
        _clock(directory, environment),
        _backup(directory),
    ]
    if status is None:
        found.append(_checked("store", lambda: _open(directory)))
        found.append(
            Finding(
                "node",
                False,
                f"De doos draait niet. Start hem: wijknet up --data {directory}",
                f"The node does not run. Start it: wijknet up --data {directory}",
            )
        )
        return found
    return found + _running(status)


def _checked(check: str, look: Callable[[], object]) -> Finding:
    try:
        look()
    except ConfigError as error:
        return Finding(check, False, *(sentences.told(str(error), each) for each in ("nl", "en")))
    return Finding(check, True, "In orde.", "In order.")


def _open(directory: Path) -> None:
    """Opening reads the whole file and takes the lock; letting go again changes nothing."""
    asyncio.run(open_store(directory).close())


def _secrecy(directory: Path) -> Finding:
    """Whether others on the machine can read what is nobody's business."""
    names = (keyfile.KEY_FILE, private.TOKEN_FILE)
    open_to_all = [
        name
        for name in names
        if (directory / name).exists() and stat.S_IMODE((directory / name).stat().st_mode) & 0o077
    ]
    if open_to_all:
        files = " ".join(str(directory / each) for each in open_to_all)
        return Finding(
            "secrecy",
            False,
            f"Anderen op deze machine kunnen dit lezen. Geef: chmod 600 {files}",
            f"Others on this machine can read this. Run: chmod 600 {files}",
        )
    return Finding("secrecy", True, "Sleutels zijn privé.", "Keys are private.")


def _space(directory: Path) -> Finding:
    free = shutil.disk_usage(directory).free
    size = (directory / FILE_NAME).stat().st_size if (directory / FILE_NAME).exists() else 0
    megabytes = free // 1_000_000
    if free < limits.DISK_FREE_BYTES_MIN:
        return Finding(
            "disk",
            False,
            f"Nog maar {megabytes} MB vrij. Ruim bestanden op deze schijf op.",
            f"Only {megabytes} MB is left. Remove files from this disk.",
        )
    kilobytes = size // 1000
    return Finding(
        "disk",
        True,
        f"{megabytes} MB vrij; de wijk neemt {kilobytes} kB.",
        f"{megabytes} MB is free; the wijk takes {kilobytes} kB.",
    )


def _clock(directory: Path, environment: Mapping[str, str]) -> Finding:
    try:
        trusted = config.load(directory, environment).trust_clock or clock.is_clock_trusted()
    except ConfigError:
        trusted = clock.is_clock_trusted()
    if trusted:
        return Finding("clock", True, "De klok klopt.", "The clock is right.")
    return Finding(
        "clock",
        False,
        "Niets houdt de klok van deze doos gelijk. Verbind de doos met internet, of zet hem zelf"
        " gelijk en zet `trust_clock = true` in wijknet.toml.",
        "Nothing keeps the clock of this box right. Connect the box to the internet, or set it"
        " yourself and put `trust_clock = true` in wijknet.toml.",
    )


def _backup(directory: Path) -> Finding:
    """When the last backup was made: names of people are on this box alone."""
    try:
        about = msgspec.json.decode((directory / backup.LAST).read_bytes(), type=backup.About)
    except (OSError, ValueError):
        return Finding(
            "backup",
            False,
            "Er is nog geen reservekopie. Maak er een: wijknet backup BESTAND",
            "There is no backup yet. Make one: wijknet backup FILE",
        )
    days = max(0, clock.now().wall_ms - about.at_ms) // 86_400_000
    if days > limits.BACKUP_DAYS_MAX:
        return Finding(
            "backup",
            False,
            f"De laatste reservekopie is {days} dagen oud. Maak er een: wijknet backup BESTAND",
            f"The last backup is {days} days old. Make one: wijknet backup FILE",
        )
    return Finding(
        "backup",
        True,
        f"De laatste reservekopie is {days} dagen oud.",
        f"The last backup is {days} days old.",
    )


_FINE: Final = frozenset({"IN_STEP", "COMPARING", "ASKS_TO_COME_IN"})


def _running(status: Mapping[str, Any]) -> list[Finding]:
    """What the node says about itself and its neighbours."""
    state = status["state"]
    found = [Finding("node", state["code"] in _FINE, state["nl"], state["en"])]
    found += [
        Finding(
            f"neighbour {each['name']}",
            each["code"] in _FINE,
            each["nl"],
            each["en"],
        )
        for each in status["peers"]
    ]
    return found


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is wrong."""
    return all(each.is_ok for each in findings)
