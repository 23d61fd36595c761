"""The command compare: scenarios, folders of runs, and sides that differ by settings, with the same luck."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .completing import scenario_names
from .options import Json, Noted, Set, Smallest, load, notes_of, settings, with_smallest
from .output import RefusalError, note, plainly, progress_bar
from .results import (
    Figures,
    Format,
    Out,
    Runs,
    Seed,
    TableFormat,
    Until,
    check_comparable,
    check_until,
    finish,
    folder_for,
    report_needs,
    report_undrawn,
)

if TYPE_CHECKING:
    from patronage.runs.comparison import ComparisonFolder
    from patronage.runs.store import RunFolder
    from patronage.scenario import Scenario

RUNS, SEED = 500, 1


@dataclass(frozen=True)
class Side:
    """One side of a comparison."""

    scenario: Scenario
    folder: RunFolder | None = None
    """Where its runs lie already, if it was given as their folder."""


@plainly
def compare(
    context: typer.Context,
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="A [B...]",
            help="A is compared with each of the others. Names, files, or folders of runs, whose seed and runs are taken.",
            show_default=False,
            autocompletion=scenario_names,
        ),
    ],
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against", metavar="'PATH=VALUE; ...'", show_default=False,
            help="One more side: A, or a scenario named first, with these settings (~ removes). May be given several times.",
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--given", metavar="NAME", show_default=False,
            help="Compare also in those pairs alone in which this outcome is true in A. May be given several times.",
        ),
    ] = None,
    runs: Runs = RUNS,
    seed: Seed = SEED,
    smallest: Smallest = None,
    changes: Set = None,
    until: Until = None,
    out: Out = None,
    table_format: Format = TableFormat.parquet,
    figures: Figures = True,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, show_default="a processor a scenario", help="Processes; the numbers do not depend on it."
        ),
    ] = None,
    notes: Noted = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Simulate scenarios with the same luck and compare them run by run, in the outcomes of A; --set holds for all."""
    if len(scenarios) + len(against or ()) < 2:
        raise RefusalError(
            "compare needs two scenarios or more, or one and --against: for example patronage compare us-withdrawal us-stays, "
            "or patronage compare us-withdrawal --against 'events.aftermath=~'"
        )
    sides = [side(name, changes) for name in scenarios] + [varied(scenarios[0], changes, text) for text in against or ()]
    loaded = [s.scenario for s in sides]
    loaded[0] = with_smallest(loaded[0], smallest)
    folders = [s.folder for s in sides if s.folder is not None]
    runs = _from_folders(context, "runs", runs, [f.runs for f in folders])
    seed = _from_folders(context, "seed", seed, [f.seed for f in folders])
    check_until(loaded, until)
    check_comparable(loaded)
    for name in given or ():
        if name not in loaded[0].outcomes:
            from patronage.scenario.problems import nearest

            raise RefusalError(f"--given {name}: {loaded[0].name} has no such outcome. {nearest(name, list(loaded[0].outcomes))}")
    lines, options = notes_of(loaded[0], notes)
    folder = folder_for("-vs-".join(s.name for s in loaded[:3]) + ("-and-more" if len(loaded) > 3 else ""), seed, runs, out)
    from patronage.reports import compare_to_folder

    processes = workers or min(len(loaded), os.cpu_count() or 1)
    report_needs(loaded[0], runs, until, table_format, folder, len(loaded), processes)
    with progress_bar(f"{len(loaded)} scenarios, {runs} runs each") as advance:
        made = compare_to_folder(
            loaded, runs=runs, seed=seed, until=until, out=folder, fmt=table_format.value, progress=advance,
            workers=processes, plates=figures, given=given or (), notes=lines, options=options,
        )  # fmt: skip
    report_undrawn(loaded, figures)
    _say_what_changed(made, sides)
    _say_what_is_not_read(loaded)
    finish(made.path, as_json)


def _say_what_is_not_read(loaded: Sequence[Scenario]) -> None:
    """Outcomes of other sides that the first has not: nothing asks them, and whoever wrote them should know."""
    for other in loaded[1:]:
        missing = [name for name in other.outcomes if name not in loaded[0].outcomes]
        if missing:
            more = "" if len(missing) <= 3 else f" and {len(missing) - 3} more"
            note(
                f"Not read, since {loaded[0].name} does not ask: {', '.join(missing[:3])}{more} of {other.name}. "
                f"To ask it, name {other.name} first."
            )


def side(source: str, changes: Sequence[str] | None) -> Side:
    """A scenario by name or file, or that of a folder of runs, with what --set changes."""
    from patronage.batch.folders import MANIFEST, FolderError

    if not (Path(source) / MANIFEST).is_file():
        return Side(load(source, changes))
    from patronage.runs.store import read_run

    try:
        held = read_run(source)
        numbers, _ = held.coords["run"], held.outcomes  # what is damaged is told before anything is simulated
    except FolderError as error:
        raise RefusalError(f"{error}.") from None
    if numbers[0] != 0:
        raise RefusalError(f"{source} holds runs {numbers[0]} to {numbers[-1]}: compare begins with run 0.")
    name = held.manifest["scenario"]["name"]
    return Side(replace(load(str(held.path / "scenario.yaml"), changes), name=name), None if changes else held)


def varied(source: str, changes: Sequence[str] | None, text: str) -> Side:
    """A scenario with settings of its own, over what --set changes: A, or the one that the text names first."""
    from patronage.runs.sides import SEPARATOR, named_side

    parts = [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    if parts and "=" not in parts[0]:
        source = parts.pop(0)
    own = settings(parts, "--against")
    if not own:
        raise RefusalError(f"--against {text!r}: write 'PATH=VALUE', several with ; between them")
    kept = [pair for pair in changes or () if pair.partition("=")[0].strip() not in own]
    base = side(source, changes).scenario
    file = Path(source) / "scenario.yaml"
    loaded = load(str(file) if file.is_file() else source, [*kept, *parts])
    return Side(named_side(base, loaded, own))


def _from_folders(context: typer.Context, name: str, value: int, held: list[int]) -> int:
    """A number of the command line, or where it was not given that of the folders that are compared; these must agree."""
    if not held:
        return value
    if len(set(held)) > 1:
        raise RefusalError(f"the folders cannot be compared: they have different {name}, {' and '.join(map(str, held))}")
    source = context.get_parameter_source(name)
    if source is None or source.name != "COMMANDLINE":
        return held[0]
    if name == "seed" and value != held[0]:
        raise RefusalError(f"--seed {value}: the folder's runs have seed {held[0]}, and pairs have the same luck")
    return value


def _say_what_changed(made: ComparisonFolder, sides: Sequence[Side]) -> None:
    """Say which folders came out otherwise than they are: they were made by another version of the model."""
    for name, one in zip(made.names, sides, strict=True):
        if one.folder is None:
            continue
        then, now = one.folder.outcomes, made.run(name).outcomes
        runs, common = min(len(then), len(now)), [c for c in now if c in then]
        if not then[common].iloc[:runs].equals(now[common].iloc[:runs]):
            note(f"{one.folder.path} was made by another version, or until another quarter: its runs come out otherwise now.")


COMMANDS = (compare,)
