"""The command that divides an outcome, or a difference of two scenarios, among parts."""

from __future__ import annotations

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .comparing import varied
from .completing import scenario_names
from .needs import duration
from .options import Json, Set, load
from .output import RefusalError, echo, echo_json, kept, plainly, progress_bar
from .results import HOME, Seed

if TYPE_CHECKING:
    from patronage.attribution.dividing import Plan

LARGEST = 9
"""Groups of deals that are parts, unless one says how many; with all others they are ten."""


class Over(StrEnum):
    """What something is attributed to."""

    events = "events"
    mechanisms = "mechanisms"
    instruments = "instruments"
    actors = "actors"
    deals = "deals"


class How(StrEnum):
    """What it means that a part is not there."""

    swap = "swap"
    switch = "switch"


@plainly
def attribute(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A built-in name or a file.", show_default=False, autocompletion=scenario_names)
    ],
    second: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]", help="A minus B is divided; without it the level of A.", show_default=False,
            autocompletion=scenario_names,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="'PATH=VALUE; ...'", show_default=False,
            help="Instead of B: A, or a scenario named first, with these settings (~ removes).",
        ),
    ] = None,
    outcome: Annotated[str, typer.Option("--outcome", metavar="NAME", help="An outcome of A.", show_default=False)] = "",
    over: Annotated[Over, typer.Option("--over", help="What the parts are.")] = Over.events,
    how: Annotated[
        How | None,
        typer.Option(
            "--how", show_default="swap where A and B differ in such parts",
            help="Swap what A and B differ in, or switch parts off, in both.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="PART", help="Only this part; may be repeated. Deals also as '*.KGZ.*'.", show_default=False,
        ),
    ] = None,
    largest: Annotated[
        int, typer.Option("--largest", min=1, max=1_000, help="Groups of deals that are parts; all others are one more.")
    ] = LARGEST,
    runs: Annotated[int, typer.Option("--runs", "-n", min=1, max=1_000_000, help="Runs of every coalition.")] = 200,
    seed: Seed = 1,
    orders: Annotated[
        int | None,
        typer.Option(
            "--orders", min=2, max=1_000_000, show_default="all coalitions of up to 10 parts, 40 orders of more",
            help="Orders of the parts to draw.",
        ),
    ] = None,
    changes: Set = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder to make or to go on in. Default: one in runs/.", show_default=False),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; no number depends on it.")] = 1,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the waterfall, or leave it out.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Measure a sample and say what it would take.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say what of an outcome, or of a difference of two, is due to which events, mechanisms, instruments, actors or deals."""
    from patronage.attribution import AttributionError
    from patronage.attribution.dividing import plan_of

    if not outcome:
        raise RefusalError("attribute needs an outcome of A: --outcome NAME (patronage show A lists them)")
    if second is not None and against is not None:
        raise RefusalError("B and --against: give one of them")
    a, b = load(first, changes), load(second, changes) if second is not None else None
    b = varied(first, changes, against).scenario if against is not None else b
    try:
        plan = plan_of(
            a, b, outcome=outcome, over=over.value, how=how.value if how is not None else None, only=only or (), largest=largest,
            runs=runs, seed=seed, orders=orders,
        )  # fmt: skip
        if dry_run:
            echo(forecast(plan, workers))
            return
        named = [first, *([second] if second is not None else [])]
        names = "-vs-".join(s.name for s in (a, b) if s is not None)
        folder = out or HOME / f"attribute-{names}-{outcome}-{over.value}-seed{seed}-{runs}"
        named += ["--against", against] if against is not None else []
        command = _repeated(named, outcome, over, how, only, largest, runs, seed, orders, changes, out)
        _simulate(plan, folder, command, workers, figures, as_json)
    except AttributionError as error:
        raise RefusalError(f"{error}.".replace("..", ".")) from None


def _simulate(plan: Plan, folder: Path, command: str, workers: int, figures: bool, as_json: bool) -> None:
    """Simulate what is missing, write the folder, say what was found."""
    from patronage.attribution.dividing import attributed, simulated
    from patronage.reports.attribution import attribution_json, attribution_text, attribution_to_folder

    with kept(folder, command), progress_bar(f"{len(plan.coalitions)} coalitions, {plan.simulations:,} runs") as advance:
        found = attributed(plan, simulated(plan, out=folder, workers=workers, progress=advance))
    attribution_to_folder(found, folder, command, figures)
    if as_json:
        echo_json(attribution_json(found) | {"folder": str(folder), "command": command})
        return
    echo(attribution_text(found))
    places = [("Figure", folder / "figures" / "waterfall.png")] if figures else []
    for what, place in [*places, ("Folder", folder)]:
        echo(f"{what:<8} {place}")


def forecast(plan: Plan, workers: int) -> str:
    """Parts, coalitions, runs and time."""
    from patronage.attribution.dividing import seconds_of

    names = ", ".join(plan.game.parts)
    how = {"swap": "swapped, as in the first or as in the second scenario", "switch": "switched on or off"}[plan.how]
    drawn = f"{len(plan.orders)} orders drawn" if plan.orders else "all of them"
    seconds = seconds_of(plan, workers)
    return "\n".join([
        f"Parts      {len(plan.game.parts)} {plan.over}, {how}: {names}",
        f"Coalitions {len(plan.coalitions):,} ({drawn})",
        f"Runs       {plan.simulations:,}, {plan.runs:,} of each",
        f"Time       about {duration(seconds)} with {workers} process{'' if workers == 1 else 'es'}",
    ])  # fmt: skip


def _repeated(
    named: list[str], outcome: str, over: Over, how: How | None, only: list[str] | None, largest: int, runs: int,
    seed: int, orders: int | None, changes: list[str] | None, out: Path | None,
) -> str:  # fmt: skip
    """The command line as it was given."""
    words = ["patronage", "attribute", *named, "--outcome", outcome, "--over", over.value]
    words += ["--how", how.value] if how is not None else []
    words += [w for name in only or () for w in ("--only", name)]
    words += ["--largest", str(largest)] if over is Over.deals and largest != LARGEST else []
    words += ["--runs", str(runs), "--seed", str(seed)]
    words += ["--orders", str(orders)] if orders is not None else []
    words += [w for change in changes or () for w in ("--set", change)]
    return shlex.join([*words, *(["--out", str(out)] if out is not None else [])])


COMMANDS = (attribute,)
