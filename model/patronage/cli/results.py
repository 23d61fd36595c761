"""Commands that simulate and read results: run, summary, why, plot."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .completing import asked_about, figure_names, scenario_names
from .needs import announce
from .options import Json, Noted, Set, Smallest, load, notes_of, refuse_existing, with_smallest
from .output import RefusalError, echo, echo_json, note, plainly, progress_bar
from .sweeps import run_row

if TYPE_CHECKING:
    from patronage.scenario import Scenario

HOME = Path("runs")
"""Where results go unless --out says otherwise."""


class TableFormat(StrEnum):
    """How tables are written."""

    parquet = "parquet"
    csv = "csv"


Runs = Annotated[int, typer.Option("--runs", "-n", min=1, max=1_000_000, help="Number of runs.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Names the experiment: the same seed gives the same results.")]
Until = Annotated[
    str | None, typer.Option("--until", metavar="QUARTER", help="Last quarter, such as 2016Q4.", show_default=False)
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder to make. Default: a new one in runs/.", show_default=False),
]
Format = Annotated[TableFormat, typer.Option("--format", help="How tables are written.")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures, or leave them out to be quicker.")]
Folder = Annotated[
    Path, typer.Argument(metavar="RUN", help="A folder that run or compare has made.", show_default=False)
]


@plainly
def run(
    context: typer.Context,
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="A built-in name or a file.", show_default=False, autocompletion=scenario_names),
    ] = None,
    runs: Runs = 500,
    seed: Seed = 1,
    changes: Set = None,
    until: Until = None,
    out: Out = None,
    table_format: Format = TableFormat.parquet,
    figures: Figures = True,
    from_sweep: Annotated[
        Path | None,
        typer.Option("--from", metavar="SWEEP", help="Instead of a scenario: the folder of a sweep.", show_default=False),
    ] = None,
    row: Annotated[
        str | None,
        typer.Option("--row", metavar="POINT:RUN", help="Which run of it, or the row of its outcomes.", show_default=False),
    ] = None,
    first: Annotated[
        int, typer.Option(min=0, max=10**9, help="Number of the first run: luck is that of the seed and the number.")
    ] = 0,
    notes: Noted = None,
    as_json: Json = False,
) -> None:
    """Simulate an ensemble of a scenario, or one run of a sweep again; write tables, figures and a report."""
    if from_sweep is not None or row is not None:
        finish(row_again(context, from_sweep, row, out, table_format, figures), as_json)
        return
    if scenario is None:
        raise RefusalError("run needs a scenario: for example patronage run us-withdrawal")
    loaded = load(scenario, changes)
    check_until([loaded], until)
    lines, options = notes_of(loaded, notes)
    folder = folder_for(loaded.name, seed, runs, out)
    from patronage.reports import run_to_folder

    report_needs(loaded, runs, until, table_format, folder)
    with progress_bar(f"{loaded.name}, {runs} runs") as advance:
        made = run_to_folder(
            loaded, runs=runs, seed=seed, until=until, out=folder, fmt=table_format.value, progress=advance,
            plates=figures, first=first, notes=lines, options=options,
        )  # fmt: skip
    report_undrawn([loaded], figures)
    finish(made.path, as_json)


def row_again(
    context: typer.Context, sweep: Path | None, row: str | None, out: Path | None, fmt: TableFormat, figures: bool
) -> Path:
    """The folder of one run of a sweep."""
    if sweep is None or row is None:
        raise RefusalError("--from and --row go together: for example --from runs/manas-seed1 --row 17:3")
    for name in ("scenario", "runs", "seed", "changes", "until", "first", "notes"):
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = {"scenario": "a scenario", "changes": "--set", "notes": "--note"}.get(name, f"--{name}")
            raise RefusalError(f"{option} cannot be given with --from: the sweep says it all")
    from patronage.reports import run_to_folder

    return run_row(sweep, row, partial(run_to_folder, fmt=fmt.value, plates=figures), out)


@plainly
def summary(folder: Folder, smallest: Smallest = None, as_json: Json = False) -> None:
    """Say again what a run, a comparison, a game or a search says, and where its report and figures lie."""
    from patronage.reports import FolderError

    try:
        if smallest:
            retell(folder, smallest, as_json)
        else:
            finish(folder, as_json)
    except FolderError as error:
        raise RefusalError(f"{error}.") from None


def retell(folder: Path, smallest: list[str], as_json: bool = False) -> None:
    """Say what a comparison says with other smallest differences that matter; its files stay as they are."""
    from patronage.reports import open_folder, pair_text
    from patronage.reports.json_results import as_json as mapping
    from patronage.runs.store import RunFolder

    held = open_folder(folder)
    if isinstance(held, RunFolder):
        raise RefusalError("--smallest is about differences, and this is the folder of one scenario: give that of a comparison")
    asked = with_smallest(held.run(held.names[0]).scenario, smallest)
    if as_json:
        echo_json(mapping(held, asked))
        return
    echo("\n\n".join(pair_text(held, name, asked) for name in held.names[1:]))


@plainly
def plot(
    folder: Folder,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder to make. Default: a new one in RUN.", show_default=False),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="FIGURE", help="Draw it alone; may be repeated.", show_default=False, autocompletion=figure_names
        ),
    ] = None,
) -> None:
    """Draw the figures of a run or comparison again, as PNG and SVG."""
    if out is not None:
        refuse_existing(out, "choose another folder")
    from patronage.batch.folders import new_folder
    from patronage.reports import FolderError, RunFolder, open_folder, plot_folder

    target = out or free(folder / "figures")
    try:
        held = open_folder(folder)
        with new_folder(target) as place:
            drawn = plot_folder(held, place, only)
    except (FolderError, ValueError) as error:
        raise RefusalError(f"{error}.") from None
    report_undrawn([held.scenario] if isinstance(held, RunFolder) else [held.run(name).scenario for name in held.names])
    echo(f"Drew {len(drawn)} files in {target}.")


@plainly
def why(
    folder: Folder,
    about: Annotated[
        list[str],
        typer.Argument(
            metavar="ABOUT...", show_default=False, autocompletion=asked_about,
            help="Codes and a kind of concession or a measure (FRA MLI base; RUS KGZ share; KGZ overthrow), or an outcome's name; "
            "of a comparison, first the name of a side to hear it alone.",
        ),
    ],
    since: Annotated[str | None, typer.Option(metavar="QUARTER", help="First quarter of a measure.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option(metavar="QUARTER", help="Last quarter of a measure.", show_default=False)] = None,
    given: Annotated[
        str, typer.Option("--given", metavar="NAME", help="Only the runs in which this outcome is true.", show_default=False)
    ] = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say why a concession stands or falls, a share moved, something happened; of a comparison also where the difference is from."""
    from patronage.reports import FolderError, NothingToExplainError, answers_of, answers_text, open_folder

    try:
        held = open_folder(folder)
        if as_json:
            from patronage.reports.json_answers import why_json

            echo_json(why_json(held, *about, since=since, until=until, given=given))
            return
        text = answers_text(held, answers_of(held, *about, since=since, until=until, given=given))
    except (FolderError, NothingToExplainError) as error:
        raise RefusalError(f"{error}.") from None
    echo(text)


def report_needs(
    scenario: Scenario, runs: int, until: str | None, fmt: TableFormat, folder: Path, scenarios: int = 1, workers: int = 1
) -> None:
    """Say what an ensemble will take, if that is much."""
    from patronage.runs.needs import needs_of

    found = needs_of(scenario, runs, until, fmt.value, scenarios, workers)
    if found is not None:
        announce(
            found.seconds, found.disk, found.memory, folder, processes=found.processes, sample=found.sample,
            fewer="fewer runs (--runs) or quarters (--until) take less, and patronage sweep keeps outcomes alone",
        )  # fmt: skip


def check_until(scenarios: Sequence[Scenario], until: str | None) -> None:
    """Refuse a last quarter that is none, or lies outside a period."""
    if until is None:
        return
    from patronage.scenario import parse_quarter, quarter_name
    from patronage.scenario.quarters import quarter_hint

    try:
        last = parse_quarter(until)
    except ValueError:
        raise RefusalError(f"--until {until}: this is no quarter. {quarter_hint(until)}.") from None
    for s in scenarios:
        if not s.start <= last <= s.end:
            period = f"{quarter_name(s.start)} to {quarter_name(s.end)}"
            raise RefusalError(f"--until {until}: {s.name} lasts from {period}")


def check_comparable(scenarios: Sequence[Scenario]) -> None:
    """Refuse to pair scenarios in which others play, or that begin at another time."""
    first = scenarios[0]
    for s in scenarios[1:]:
        for what, a, b in (
            ("patrons", first.patrons, s.patrons),
            ("clients", first.clients, s.clients),
            ("first quarters", (quarter_text(first.start),), (quarter_text(s.start),)),
        ):
            if a != b:
                raise RefusalError(
                    f"{first.name} and {s.name} cannot be compared run by run: they have different {what}, "
                    f"{', '.join(a)} and {', '.join(b)}"
                )


def quarter_text(quarter: int) -> str:
    """A quarter as people write it."""
    from patronage.scenario import quarter_name

    return quarter_name(quarter)


def folder_for(name: str, seed: int, runs: int, out: Path | None) -> Path:
    """The folder to make: the one asked for if it is free, otherwise a free one in runs/."""
    if out is not None:
        refuse_existing(out, "choose another folder with --out, or remove it first")
        return out
    wanted = HOME / f"{name}-seed{seed}-{runs}"
    found = free(wanted)
    if found != wanted:
        note(f"{wanted} exists already; writing to {found}.")
    return found


def free(wanted: Path) -> Path:
    """The folder, or the first of -2, -3, … that does not exist."""
    found, number = wanted, 2
    while found.exists() or found.is_symlink():
        found, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
    return found


def report_undrawn(scenarios: Sequence[Scenario], figures: bool = True) -> None:
    """Say once which characters the figures cannot show."""
    if not figures:
        return
    from patronage.figures import scenario_texts, undrawn

    remark = undrawn(text for s in scenarios for text in scenario_texts(s))
    if remark:
        note(remark)


def finish(folder: Path, as_json: bool = False) -> None:
    """What the run says, and where everything lies."""
    from patronage.reports import is_game, open_folder, summary_text
    from patronage.reports.search import is_search, search_held

    if is_search(folder):
        from .searching import places as places_of

        if as_json:
            echo_json(search_held(folder, as_json=True))
        else:
            echo(f"{search_held(folder)}\n{places_of(folder)}")
        return

    if as_json:
        from patronage.reports.equilibria import read_game_json
        from patronage.reports.json_results import as_json as mapping

        echo_json(read_game_json(folder) if is_game(folder) else mapping(open_folder(folder)))
        return
    echo(summary_text(folder))
    figures = [*folder.glob("figures"), *sorted(folder.glob("pairs/*/figures"))]
    places = [("Report", folder / "report.html"), *(("Figures", place) for place in figures), ("Folder", folder)]
    for what, place in places:
        echo(f"{what:<8} {place}")


COMMANDS = (run, summary, why, plot)
