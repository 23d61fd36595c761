"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from .completing import scenario_names
from .output import RefusalError, note

if TYPE_CHECKING:
    from patronage.data.bases import BaseList
    from patronage.data.tables import Tables
    from patronage.scenario import Scenario
    from patronage.telling.notes import Note

R = TypeVar("R")

ScenarioName = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="A built-in name or a file.", show_default=False, autocompletion=scenario_names),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a number or word; may be given several times.", show_default=False
    ),
]
Smallest = Annotated[
    list[str] | None,
    typer.Option(
        "--smallest", metavar="NAME=SIZE", show_default=False,
        help="Smallest difference of this outcome that matters, as 0.05 or 5 % of a share of runs. May be given several times.",
    ),
]  # fmt: skip
Noted = Annotated[
    list[str] | None,
    typer.Option(
        "--note", metavar="QUARTER=TEXT", show_default=False,
        help="A note for the report, as '2014Q1=The base closes' or '2014Q1 KGZ=...' about a client. May be given several times.",
    ),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def settings(pairs: Sequence[str] | None, option: str = "--set") -> dict[str, object]:
    """`path=value` texts as a mapping."""
    out: dict[str, object] = {}
    for pair in pairs or ():
        path, sign, value = pair.partition("=")
        if not sign or not path.strip() or not value.strip():
            raise RefusalError(f"{option} {pair}: write {option} PATH=VALUE, for example {option} patrons.USA.mission=0.5")
        if path.strip() in out:
            raise RefusalError(f"{option} {pair}: {path.strip()} is set twice")
        out[path.strip()] = value.strip()
    return out


def read_notes(texts: Sequence[str] | None) -> tuple[Note, ...]:
    """What --note says."""
    from patronage.telling.notes import read_option

    found = []
    for text in texts or ():
        try:
            found.append(read_option(text))
        except ValueError as error:
            raise RefusalError(f"--note {text[:60]}: {error}") from None
    return tuple(found)


def notes_of(scenario: Scenario, texts: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What --note says of the runs of a scenario, a numbered line each; and the words of a command that say it again."""
    from patronage.telling.notes import fitting, sentences, words

    try:
        notes = fitting(scenario, read_notes(texts))
    except ValueError as error:
        raise RefusalError(f"--note: {error}") from None
    return sentences(scenario, notes), words(notes)


def with_smallest(scenario: Scenario, pairs: Sequence[str] | None) -> Scenario:
    """A scenario with what --smallest says of its outcomes."""
    from patronage.runs.sides import worth_telling
    from patronage.scenario.numerals import size_of
    from patronage.scenario.problems import nearest

    sizes: dict[str, float] = {}
    for pair in pairs or ():
        name, _, text = (part.strip() for part in pair.partition("="))
        size = size_of(text)
        if size is None:
            raise RefusalError(f"--smallest {pair}: write --smallest NAME=SIZE, a number above 0, for example manas_open=0.05")
        if name not in scenario.outcomes:
            raise RefusalError(f"--smallest {pair}: {scenario.name} has no such outcome. {nearest(name, scenario.outcomes)}")
        sizes[name] = size
    return worth_telling(scenario, sizes)


def load(source: str, pairs: Sequence[str] | None = None) -> Scenario:
    """A scenario with what --set changes."""
    from patronage.scenario import ScenarioError, load_scenario

    remarks: list[str] = []
    try:
        loaded = load_scenario(source, settings(pairs) or None, remarks)
    except ScenarioError:
        from patronage.experiments import experiment_names

        if source in experiment_names():
            raise RefusalError(f"{source} is an experiment, no scenario: patronage sweep {source}") from None
        raise
    for remark in remarks:
        note(remark)
    return loaded


def read_series(data: Path, option: str = "--data") -> Tables:
    """The tables of real series in a folder. What was noticed in them is said."""
    from patronage.data.tables import read_tables

    tables = _read_or_refuse(read_tables, data, option)
    for line in tables.remarks:
        note(line)
    return tables


def read_known(data: Path) -> tuple[Tables, BaseList]:
    """The tables of real series in a folder, and its lists of bases. What was noticed in them is said."""
    from patronage.data.bases import read_known

    tables, bases = _read_or_refuse(read_known, data, "--data")
    for line in tables.remarks:
        note(line)
    return tables, bases


def _read_or_refuse(reader: Callable[[Path], R], data: Path, option: str) -> R:
    from patronage.data.tables import DataError, TableError

    try:
        return reader(data)
    except TableError as error:
        raise RefusalError(str(error)) from None
    except DataError as error:
        raise RefusalError(f"{option} {data} is not in the layout (docs/build.md):\n{error}") from None


def refuse_existing(path: Path, what: str) -> None:
    """Nothing is ever overwritten."""
    if path.is_dir() and not any(path.iterdir()):
        return
    if path.exists() or path.is_symlink():
        raise RefusalError(f"{path} exists already: {what}.")
