"""The command line: every command is there, explains itself, and fails with a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click
import pytest
from click.testing import CliRunner

import wijknet.node.cli
from tests.e2e.daemons import Api, Daemon
from wijknet.node.cli.contents import MODULES, SECTIONS
from wijknet.node.cli.main import main

WITHOUT_FACTS = {"up", "setup", "demo", "completion", "export"}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its whole name."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            for sub in command.commands.values():
                yield f"{name} {sub.name}", sub
        else:
            yield name, command


@pytest.mark.parametrize(("name", "command"), [*commands()])
def test_a_command_explains_itself(name: str, command: click.Command) -> None:
    """A newcomer reads what it does and what each option is for, and programs get JSON."""
    assert command.help
    options = {option for each in command.params for option in each.opts}
    assert "--json" in options or name in WITHOUT_FACTS
    unexplained = [
        each.name
        for each in command.params
        if isinstance(each, click.Option) and not each.help and each.name != "reason"
    ]
    assert unexplained == []


def test_the_list_of_commands_is_complete() -> None:
    """What help lists can be called, and what can be called is listed."""
    listed = [name for section in SECTIONS.values() for name in section]
    assert sorted(listed) == sorted(set(MODULES) - {"admit"})  # The old name of vouch.
    assert len(listed) == len({*listed})


def test_help_begins_with_how_to_begin() -> None:
    """A newcomer finds the way: beginning, every day, the wijk, looking after the box."""
    told = CliRunner().invoke(main, ["--help"]).output
    headings = ["Begin:", "Every day: the agenda:", "The wijk:", "Looking after the box:"]
    assert [told.index(each) for each in headings] == sorted(told.index(each) for each in headings)


def test_every_command_of_the_outside_contract_is_there() -> None:
    """Programs and manuals call these by name; `admit` is what `vouch` was called first."""
    names = (
        "init join up invite members vouch admit expel delegate recover status peers why doctor "
        "metrics agenda book requests accept decline withdraw free signup seat count import export "
        "report backup restore export-bundle import-bundle demo sim"
    )
    context = click.Context(main)
    assert [each for each in names.split() if main.get_command(context, each) is None] == []
    below = {
        "activity": "add edit cancel-date end", "room": "add edit", "closure": "add",
        "shift": "add", "service": "install",
    }  # fmt: skip
    for group, parts in below.items():
        found = main.get_command(context, group)
        assert isinstance(found, click.Group)
        assert set(parts.split()) <= set(found.commands)


def test_without_a_command_the_next_step_is_told(tmp_path: Path) -> None:
    """Whoever just installed it reads how to begin, and whoever did how to go on."""
    runner = CliRunner(env={"WIJKNET_DATA": str(tmp_path / "place")})
    done = runner.invoke(main, [])
    assert done.exit_code == 0
    assert "wijknet setup" in done.output
    runner.invoke(main, ["init", "--network", "W", "--place", "P"])
    done = runner.invoke(main, [])
    assert done.exit_code == 0
    assert "wijknet up" in done.output
    assert "wijknet setup" not in done.output


def test_without_a_command_a_place_that_runs_says_where_its_pages_are(place: Daemon) -> None:
    """Nobody has to remember a port."""
    done = CliRunner(env={"WIJKNET_DATA": str(place.directory)}).invoke(main, [])
    assert done.exit_code == 0
    assert f"http://{Api(place).web}/" in done.output


def test_no_command_is_forgotten() -> None:
    """Whatever a file of commands offers can be called."""
    files = [
        import_module(f"{wijknet.node.cli.__name__}.{each.name}")
        for each in iter_modules(wijknet.node.cli.__path__)
    ]
    offered = {each.name for file in files for each in getattr(file, "COMMANDS", ())}
    assert offered | {"sim"} == set(MODULES)


def test_a_command_without_a_running_node_says_how_to_start_it(tmp_path: Path) -> None:
    """Whoever forgot to start the node reads how, and the exit code says it failed."""
    done = CliRunner().invoke(main, ["peers", "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "wijknet up" in done.output


def test_the_status_of_a_stopped_box(tmp_path: Path) -> None:
    """What is on disk is told, and that nobody answers."""
    where = ["--data", str(tmp_path / "place")]
    CliRunner().invoke(main, ["init", "--network", "W", "--place", "P", *where])
    done = CliRunner().invoke(main, ["status", *where, "--json"])
    told = json.loads(done.output)
    assert (told["place"]["name"], told["is_running"]) == ("P", False)


def test_wrong_use_ends_with_two(tmp_path: Path) -> None:
    """Programs can tell wrong use from a failure."""
    done = CliRunner().invoke(main, ["sim", "--scenario", "nonsense"])
    assert done.exit_code == 2


def test_the_doctor_of_an_empty_directory_says_how_to_begin(tmp_path: Path) -> None:
    """The doctor works where nothing runs and nothing is."""
    done = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path), "--json"])
    (found,) = json.loads(done.output)
    assert (found["check"], found["is_ok"]) == ("place", False)
    assert "wijknet init" in found["en"]
    assert done.exit_code == 1


def test_the_doctor_examines_a_stopped_box(tmp_path: Path) -> None:
    """A box that does not run is looked at all the same, and nothing is changed."""
    where = ["--data", str(tmp_path / "place"), "--json"]
    CliRunner().invoke(main, ["init", "--network", "W", "--place", "P", *where])
    (tmp_path / "place" / "node.key").chmod(0o644)
    done = CliRunner().invoke(main, ["doctor", *where])
    told = {each["check"]: each["is_ok"] for each in json.loads(done.output)}
    assert told["store"]
    assert not told["secrecy"]
    assert not told["key"]
    assert not told["node"]


def test_a_simulated_wijk_answers_as_json() -> None:
    """The same seed gives the same world, so a report can name it."""
    runs = [
        CliRunner().invoke(
            main, ["sim", "--seed", "2", "--nodes", "3", "--scenario", "calm", "--json"]
        )
        for _ in range(2)
    ]
    first, second = (json.loads(each.output) for each in runs)
    assert first == second
    assert first["nodes"] == 3


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_every_shell(shell: str) -> None:
    """What a shell loads names the variable by which it asks for completions."""
    done = CliRunner().invoke(main, ["completion", shell])
    assert done.exit_code == 0
    assert "_WIJKNET_COMPLETE" in done.output
