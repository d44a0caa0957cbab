"""Sphinx settings: warnings are errors, see the Makefile. The page of commands is made here."""

import os
from collections.abc import Iterator

os.environ["WIJKNET_LANGUAGE"] = "en"  # Before the command line is loaded, which chooses by it.

import click
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from wijknet.node.cli.contents import SECTIONS
from wijknet.node.cli.main import main

project = "wijknet"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
myst_heading_anchors = 3
smartquotes = False  # An option begins with two dashes.


# Told once, above all commands.
_EVERYWHERE = {"--help", "--data", "--json"}


class Commands(SphinxDirective):
    """Every command as it is, so that the page cannot tell of another."""

    def run(self) -> list[nodes.Node]:
        found = nodes.section()
        lines = StringList([line for text in _sections() for line in text.split("\n")], "commands")
        self.state.nested_parse(lines, self.content_offset, found, match_titles=True)
        return found.children


def _sections() -> Iterator[str]:
    root = click.Context(main, info_name="wijknet")
    for heading, names in SECTIONS.items():
        yield f"## {heading}\n"
        for name in names:
            command = main.get_command(root, name)
            assert command is not None, name
            yield from _about(command, click.Context(command, info_name=name, parent=root))


def _about(command: click.Command, ctx: click.Context) -> Iterator[str]:
    path = ctx.command_path
    usage = " ".join(each for each in command.collect_usage_pieces(ctx) if each != "[OPTIONS]")
    yield f"### `{path}`\n"
    yield f"{_plain(command.help or command.short_help or '')}\n"
    if isinstance(command, click.Group):
        yield f"```sh\n{path} {usage}\n```\n"
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            yield from _about(below, click.Context(below, info_name=name, parent=ctx))
        return
    yield f"```sh\n{path} {usage}".rstrip() + "\n```\n"
    own = [each for each in command.get_params(ctx) if not _EVERYWHERE & {*each.opts}]
    rows = [row for each in own if (row := each.get_help_record(ctx)) and row[1]]
    if rows:
        yield "| option | |\n|---|---|"
        yield from (f"| `{_cell(option)}` | {_cell(_plain(text))} |" for option, text in rows)
        yield ""


def _plain(text: str) -> str:
    """Help for a terminal as Markdown: paragraphs stay, and what is left as it is does too."""
    return text.replace("\b\n", "").replace("\f", "").replace("<", "&lt;").strip()


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def setup(app: Sphinx) -> None:
    app.add_directive("commands", Commands)
