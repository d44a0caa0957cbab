"""Commands that keep a box safe: backup, restore, and starting with the machine."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import Progress
from typing_extensions import override

from wijknet.errors import ConfigError
from wijknet.node import backup as keeping
from wijknet.node import clock
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import busy, show

_File = click.Path(path_type=Path, dir_okay=False)


@contextmanager
def _progress(what: str, *, is_quiet: bool) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal; nothing in a file or for programs."""
    console = Console(stderr=True, quiet=is_quiet or not sys.stderr.isatty())
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda done: bar.update(task, completed=done)


@click.command(help=say("Bewaar alles van deze doos in BESTAND.", "Keep all of this box in FILE."))
@click.argument("file", type=_File)
@data_option
@json_option
def backup(file: Path, directory: Path, as_json: bool) -> None:
    """Keep all of this box in one file, also while it runs."""
    with _progress(say("Bewaren", "Keeping"), is_quiet=as_json) as progress:
        about = keeping.make(directory, file, clock.now(), progress)
    size = file.stat().st_size
    text = say(
        f"Bewaard in {file} ({size // 1000} kB). Wie dit bestand heeft kan namens deze doos "
        "spreken en leest de namen van mensen: leg het achter slot.",
        f"Kept in {file} ({size // 1000} kB). Whoever has this file can speak for this box and "
        "reads the names of people: lock it away.",
    )
    show({"file": str(file), "bytes": size, "node": about.node}, as_json, text)


@click.command(help=say("Zet een doos terug uit BESTAND.", "Put a box back from FILE."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@data_option
@json_option
def restore(file: Path, directory: Path, as_json: bool) -> None:
    """Put a box back from what `backup` kept; never over a place that is there."""
    with _progress(say("Terugzetten", "Putting back"), is_quiet=as_json) as progress:
        about = keeping.restore(file, directory, progress)
    text = say(
        f"Teruggezet in {directory}. Laat de oude doos niet meer draaien. Start met: wijknet up "
        f"--data {directory}; de buren geven terug wat er sindsdien geschreven is.",
        f"Put back in {directory}. Do not run the old box any more. Start with: wijknet up "
        f"--data {directory}; the neighbours give back what was written since.",
    )
    show({"data": str(directory), "node": about.node}, as_json, text)


class _Counted(io.BufferedReader):
    """A file that tells how far it was read."""

    def __init__(self, file: Path, progress: Callable[[float], None]) -> None:
        super().__init__(io.FileIO(file))
        self._size = max(1, file.stat().st_size)
        self._progress = progress

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self._progress(self.tell() / self._size)
        return found


@click.command(
    "export-bundle",
    help=say("Schrijf wat de wijk deelt in BESTAND.", "Write what the wijk shares to FILE."),
)
@click.argument("file", type=_File)
@data_option
@json_option
def export_bundle(file: Path, directory: Path, as_json: bool) -> None:
    """Write what the wijk shares to a file, for a box that no network reaches."""
    if file.exists():
        raise ConfigError(f"{file} is there already and is not overwritten: choose another name.")
    unfinished = file.with_name(f".{file.name}.new")
    try:
        with (
            busy(say("Schrijven", "Writing"), is_quiet=as_json),
            Client(directory).open("GET", "bundle") as answer,
            unfinished.open("wb") as target,
        ):
            shutil.copyfileobj(answer, target)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    size = file.stat().st_size
    text = say(
        f"Geschreven: {file} ({size // 1000} kB). Iedereen die het vindt leest de agenda van de "
        "wijk; namen van mensen staan er niet in.",
        f"Written: {file} ({size // 1000} kB). Whoever finds it reads the agenda of the wijk; no "
        "names of people are in it.",
    )
    show({"file": str(file), "bytes": size}, as_json, text)


@click.command(
    "import-bundle",
    help=say("Neem over wat een andere doos in BESTAND zette.", "Take in what another box wrote."),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@data_option
@json_option
def import_bundle(file: Path, directory: Path, as_json: bool) -> None:
    """Take in a file that `export-bundle` of another box of the wijk wrote."""
    client = Client(directory)
    size = str(file.stat().st_size)
    with (
        _progress(say("Overnemen", "Taking in"), is_quiet=as_json) as progress,
        _Counted(file, progress) as source,
        client.open("POST", "bundle", source, Content_Type=_BUNDLE, Content_Length=size) as answer,
    ):
        facts = json.load(answer)
    text = say(
        f"Overgenomen: {facts['news']} keer iets nieuws.", f"Taken in: {facts['news']} times news."
    )
    show(facts, as_json, text)


_BUNDLE: Final = "application/octet-stream"
_UNIT: Final = """\
[Unit]
Description={about}
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
ExecStart={program} up --data {directory}
Restart=on-failure
RestartSec=5
KillSignal=SIGTERM
TimeoutStopSec=20
LimitNOFILE=4096
NoNewPrivileges=yes
{more}
[Install]
WantedBy={target}
"""
_SYSTEM_ONLY: Final = """\
User={user}
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={directory}
PrivateTmp=yes
"""


@click.group(help=say("Start wijknet met de machine.", "Start wijknet with the machine."))
def service() -> None:
    """Start wijknet with the machine."""


@service.command("show", help=say("Toon het bestand voor systemd.", "Show the file for systemd."))
@click.option("--system", "user", metavar="USER", default="", help="For the system, run as USER.")
@data_option
@json_option
def service_show(user: str, directory: Path, as_json: bool) -> None:
    """Show the unit that `install` would write."""
    path, text = _unit(directory, user)
    show({"path": str(path), "unit": text}, as_json, f"# {path}\n{text}")


@service.command("install", help=say("Zet het neer en start het.", "Put it in place and start it."))
@click.option("--system", "user", metavar="USER", default="", help="For the system, run as USER.")
@data_option
@json_option
def service_install(user: str, directory: Path, as_json: bool) -> None:
    """Put the unit in place and start it, now and at every start of the machine."""
    path, text = _unit(directory, user)
    if path.exists() and path.read_text() != text:
        raise ConfigError(f"{path} is there already and differs: look into it and remove it first.")
    is_new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}).") from error
    mine = [] if user else ["--user"]
    try:
        _systemctl(*mine, "daemon-reload")
        _systemctl(*mine, "enable", "--now", path.name)
    except ConfigError:
        if is_new:  # Nothing half done is left in the way of another try.
            path.unlink(missing_ok=True)
        raise
    show({"path": str(path)}, as_json, say(f"Draait: {path}", f"Runs: {path}"))


def _unit(directory: Path, user: str) -> tuple[Path, str]:
    program = shutil.which("wijknet") or f"{sys.executable} -m wijknet"
    where = directory.expanduser().resolve()
    more = _SYSTEM_ONLY.format(user=user, directory=where) if user else ""
    target = "multi-user.target" if user else "default.target"
    about = say("Wijknet: de agenda van deze wijk", "Wijknet: the agenda of this neighbourhood")
    text = _UNIT.format(about=about, program=program, directory=where, more=more, target=target)
    folder = Path("/etc/systemd/system") if user else Path("~/.config/systemd/user").expanduser()
    return folder / "wijknet.service", text


def _systemctl(*words: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - words of our own
            ["systemctl", *words],  # noqa: S607 - where it is differs between systems
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"systemd does not answer ({error}); run wijknet up by hand.") from error
    if done.returncode != 0:
        raise ConfigError(
            f"systemctl {' '.join(words)} failed ({done.stderr.strip()}). Try it with "
            "--system USER, as root, or run wijknet up by hand."
        )


COMMANDS: Final = (backup, restore, export_bundle, import_bundle, service)
