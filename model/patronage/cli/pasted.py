"""A command that somebody pastes into the page, read by the command line's own parser; nothing of it is carried out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from .options import read_notes, settings
from .output import RefusalError

if TYPE_CHECKING:
    from patronage.browser.links import Linked

READ = ("run", "compare", "view")
MALFORMED: type[BaseException] = typer.BadParameter.__mro__[1]
"""What the parser raises: typer carries the library of that class, and gives the class itself no name."""


def read_command(line: str) -> Linked:
    """What the page would show of a command `run`, `compare` or `view`.

    The run is the last that the command makes, as in the command that the page itself shows; without --runs it is the first.

    Raises:
        ValueError: it is none of these, or says what the page cannot show; one line.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"The command cannot be read: {error}") from None
    name = words[1] if words[:1] == ["patronage"] and len(words) > 1 else ""
    if name not in READ:
        raise ValueError(f"Paste a command that begins with patronage {', patronage '.join(READ[:-1])} or patronage {READ[-1]}")
    given = _parsed(name, words[2:])
    try:
        return _compared(given) if name == "compare" else _shown(given)
    except RefusalError as error:
        raise ValueError(f"patronage {name}: {error}") from None


def _parsed(name: str, words: list[str]) -> Mapping[str, Any]:
    """The values of a command's options, those alone that were given."""
    from .app import app

    if {"--help", "-h"} & set(words):
        raise ValueError(f"patronage {name} --help is for a terminal")
    command: Any = typer.main.get_command(app)
    try:
        context = command.commands[name].make_context(name, list(words))  # parses; what would act is `invoke`
    except MALFORMED as error:
        usage: Any = error
        raise ValueError(f"patronage {name}: {' '.join(str(usage.format_message()).split())}") from None
    return {k: v for k, v in context.params.items() if getattr(context.get_parameter_source(k), "name", "") == "COMMANDLINE"}


def _shown(given: Mapping[str, Any]) -> Linked:
    if given.get("from_sweep") or given.get("row"):
        raise RefusalError("--from and --row name a sweep's folder; the page opens a scenario")
    if not given.get("scenario"):
        raise RefusalError("name a scenario, such as us-withdrawal")
    return _view(given, given["scenario"], settings(given.get("changes")))


def _compared(given: Mapping[str, Any]) -> Linked:
    """Two sides: the what-if as the run, the other as what it is compared with."""
    from patronage.browser.rivals import OTHER, PLAIN, WITHOUT
    from patronage.runs.sides import SEPARATOR

    names, against = given["scenarios"], given.get("against") or []
    common = settings(given.get("changes"))
    if len(names) + len(against) != 2:
        raise RefusalError("the page compares two sides: name two scenarios, or one and --against")
    if not against:
        return _view(given, names[0], common, OTHER + names[1])
    parts = [part.strip() for part in against[0].split(SEPARATOR) if part.strip()]
    source = parts.pop(0) if parts and "=" not in parts[0] else names[0]
    own = settings(parts, "--against")
    [(path, value), *more] = own.items() or [("", "")]
    if source == names[0] and not more and path.startswith("events.") and value == "~":
        return _view(given, source, common, WITHOUT + path.removeprefix("events."))
    return _view(given, source, common | own, PLAIN if source == names[0] else OTHER + names[0])


def _view(given: Mapping[str, Any], source: str, changes: Mapping[str, object], rival: str = "") -> Linked:
    from patronage.browser.links import Linked
    from patronage.browser.setup import Setup

    number = given.get("first", 0) + given.get("runs", 1) - 1
    setup = Setup(source, None, tuple((path, str(value)) for path, value in changes.items()), given.get("seed", 1), number)
    return Linked(setup, at=given.get("until", ""), rival=rival, notes=read_notes(given.get("notes")))
