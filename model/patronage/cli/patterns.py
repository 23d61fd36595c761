"""The command verify: the patterns, their twins, their fragility, what each mechanism is good for, and the boards of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .boards import show_ablations, show_absurd, show_board, show_fragility
from .options import Json, refuse_existing
from .output import INTERRUPTED, RefusalError, echo, echo_json, note, plainly, progress_bar
from .results import Seed

if TYPE_CHECKING:
    from patronage.patterns.pattern import Pattern

RUNS, TWIN_RUNS, ABLATION_RUNS, DRAW_RUNS, SCENARIO_DRAWS = 500, 200, 200, 20, 100
BROKEN = 1


class Form(StrEnum):
    """How findings are printed."""

    text = "text"
    csv = "csv"
    json = "json"


Runs = Annotated[
    int | None,
    typer.Option(
        "--runs", "-n", min=2, max=1_000_000,
        show_default=f"{RUNS}; {TWIN_RUNS} with --twins, {ABLATION_RUNS} with --ablations", help="Runs of each ensemble.",
    ),
]  # fmt: skip
Numbers = Annotated[
    list[int] | None,
    typer.Option("--pattern", metavar="N", help="Only this pattern; may be given several times.", show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder for the tables. Draws are resumed in it.", show_default=False),
]


@plainly
def verify(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]", help="A built-in name or a file: its board of dated facts.", show_default=False
        ),
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(
            "--facts", metavar="FILE", help="Facts of your own, with SCENARIO (docs/facts.md).", show_default=False
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            show_default=False,
            help="Tables of the published index, with SCENARIO: signs and ranks of influence and alignment are scored too.",
        ),
    ] = None,
    runs: Runs = None,
    seed: Seed = 1,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, show_default="a processor each", help="Processes; no number depends on it."),
    ] = None,
    numbers: Numbers = None,
    twins: Annotated[bool, typer.Option("--twins", help="Variants in which each check must fail.")] = False,
    fragility: Annotated[
        bool,
        typer.Option(
            "--fragility",
            help="Share of draws of all ranges at once in which each pattern, or fact of SCENARIO, holds.",
        ),
    ] = False,
    ablations: Annotated[
        bool,
        typer.Option(
            "--ablations", help="What breaks without each mechanism; with SCENARIO, how its outcomes and facts move."
        ),
    ] = False,
    absurd: Annotated[
        bool, typer.Option("--absurd", help="Whether the boards of SCENARIO can tell it from absurd regions.")
    ] = False,
    draws: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=100_000,
            show_default="500; 100 with SCENARIO, 20 with --absurd",
            help="Draws, with --fragility or --absurd.",
        ),
    ] = None,
    per_draw: Annotated[
        int | None,
        typer.Option(
            "--runs-per-draw", min=2, max=10_000, show_default=str(DRAW_RUNS), help="Runs a draw, with --fragility."
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How findings are printed.")] = Form.text,
    as_json: Json = False,
    out: Out = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if a pattern recorded as holding does not.")
    ] = False,
) -> None:
    """Check the patterns that the built-in case must reproduce; with SCENARIO, score its runs on what came."""
    form = Form.json if as_json else form
    switches = {"--twins": twins, "--fragility": fragility, "--ablations": ablations, "--absurd": absurd}
    modes = [name for name, on in switches.items() if on]
    given: dict[str, object] = {
        "--draws": draws,
        "--runs-per-draw": per_draw,
        "--runs": runs,
        "--pattern": numbers,
        "--strict": strict,
        "--facts": facts,
        "--data": data,
    }
    _refuse_contradictions(modes, {name for name, value in given.items() if value not in (None, False, [])}, scenario)
    if scenario is not None:
        if out is not None:
            refuse_existing(out, "choose another folder with --out, or remove it first")
        if absurd:
            show_absurd(scenario, facts, data, draws, runs, seed, form.value, out)
        elif ablations:
            show_ablations(scenario, facts, runs or ABLATION_RUNS, seed, form.value, out)
        elif fragility:
            show_fragility(scenario, facts, draws or SCENARIO_DRAWS, per_draw or DRAW_RUNS, seed, form.value, out)
        else:
            show_board(scenario, facts, runs or RUNS, seed, form.value, out, data)
        return
    from patronage.system import all_processors

    processes = workers or all_processors()
    if fragility:
        _fragility(draws or 500, per_draw or DRAW_RUNS, seed, processes, form, out)
        return
    chosen = _chosen(numbers)
    if out is not None:
        refuse_existing(out, "choose another folder with --out, or remove it first")
    if twins:
        _twins(chosen, runs or TWIN_RUNS, seed, processes, form, out)
    elif ablations:
        _ablations(chosen, runs or ABLATION_RUNS, seed, processes, form, out)
    else:
        _patterns(chosen, runs or RUNS, seed, processes, form, out, strict)


def _refuse_contradictions(modes: list[str], given: set[str], scenario: str | None) -> None:
    """Refuse options that do not go together."""
    if len(modes) > 1:
        raise RefusalError(f"{' and '.join(modes)}: give one of them")
    if scenario is None:
        for option, name in (("--facts", "--facts FILE"), ("--data", "--data DIR"), ("--absurd", "--absurd")):
            if option in given or option in modes:
                raise RefusalError(f"{option} belongs to a scenario: patronage verify SCENARIO {name}")
    else:
        only_patterns = [x for x in ("--twins", "--pattern", "--strict") if x in given or x in modes]
        if only_patterns:
            raise RefusalError(f"{only_patterns[0]} and a scenario: patterns are checked without one, facts with one")
        if "--data" in given and ("--fragility" in modes or "--ablations" in modes):
            raise RefusalError(
                f"--data and {modes[0]}: the published index is scored in a plain verify and with --absurd"
            )
    for option, allowed in (("--draws", ("--fragility", "--absurd")), ("--runs-per-draw", ("--fragility",))):
        if option in given and not set(allowed) & set(modes):
            raise RefusalError(f"{option} belongs to {' or '.join(allowed)}")
    for option in ("--runs", "--pattern"):
        if option in given and "--fragility" in modes:
            raise RefusalError(
                f"{option} and --fragility: draws are made for all patterns; their runs are --runs-per-draw"
            )
    if "--strict" in given and modes:
        raise RefusalError(f"--strict and {modes[0]}: patterns are compared with their record in a plain verify only")


def _chosen(numbers: list[int] | None) -> list[Pattern]:
    from patronage.patterns.central_asia import BY_NUMBER, PATTERNS

    wrong = [n for n in numbers or () if n not in BY_NUMBER]
    if wrong:
        raise RefusalError(f"--pattern {wrong[0]}: there is no such pattern; they are numbered 1 to {len(PATTERNS)}")
    return [p for p in PATTERNS if not numbers or p.number in numbers]


def _patterns(
    chosen: list[Pattern], runs: int, seed: int, workers: int, form: Form, out: Path | None, strict: bool
) -> None:
    from patronage.patterns import shipped, text
    from patronage.patterns.verify import frame, verdict, verify

    with progress_bar(f"{len(chosen)} patterns, {runs} runs an ensemble") as advance:
        found = verify(chosen, runs, seed, workers=workers, progress=advance)
    rows = frame(found)
    _tables(out, "patterns", lambda folder: shipped.write_table(folder, "patterns", rows, shipped.origin(runs, seed)))
    if form is Form.json:
        echo_json(text.as_json(found, chosen, runs, seed))
    else:
        echo(rows.to_csv(index=False) if form is Form.csv else text.text(found, chosen, runs, seed))
    if strict:
        expected = shipped.expected_to_hold()
        lost = [p for p in chosen if p.number in expected and verdict(found[p.number]).value != "holds"]
        for p in lost:
            note(f"Pattern {p.number}, {p.title}: it is recorded as holding; here: {verdict(found[p.number]).value}.")
        if lost:
            raise typer.Exit(BROKEN)


def _twins(chosen: list[Pattern], runs: int, seed: int, workers: int, form: Form, out: Path | None) -> None:
    from patronage.patterns import shipped, text
    from patronage.patterns.verify import twins_frame, verify_twins

    with progress_bar(f"Twins of {len(chosen)} patterns, {runs} runs an ensemble") as advance:
        found = verify_twins(chosen, runs, seed, workers=workers, progress=advance)
    rows = twins_frame(found)
    _tables(out, "twins", lambda folder: shipped.write_table(folder, "twins", rows, shipped.origin(runs, seed)))
    _print(rows, form, text.twins_text(found))


def _fragility(draws: int, runs: int, seed: int, workers: int, form: Form, out: Path | None) -> None:
    from patronage.patterns import fragility, shipped

    plan = fragility.FragilityPlan(draws, runs, seed)
    made = shipped.origin(runs, seed, draws)
    folder = out or Path("runs") / f"draws-seed{seed}-{draws}x{runs}"
    try:
        fragility.begin(folder, made)
        with progress_bar(f"{draws} draws, {runs} runs each") as advance:
            rows = fragility.compute(plan, folder, workers=workers, progress=advance)
    except fragility.OtherDrawsError as error:
        raise RefusalError(f"{error}.") from None
    except KeyboardInterrupt:
        note(f"\nInterrupted. Groups that are done lie in {folder}: the same command goes on from there.")
        raise typer.Exit(INTERRUPTED) from None
    table = fragility.summary(rows)
    shipped.write_table(folder, "fragility", table, made)
    _print(table, form, fragility.text(table, made))
    note(f"Tables lie in {folder}.")


def _ablations(chosen: list[Pattern], runs: int, seed: int, workers: int, form: Form, out: Path | None) -> None:
    from patronage.patterns import ablations, shipped

    with progress_bar(f"{len(ablations.mechanisms())} mechanisms, {runs} runs an ensemble") as advance:
        rows = ablations.compute(chosen, runs, seed, workers=workers, progress=advance)
    _tables(out, "ablations", lambda folder: shipped.write_table(folder, "ablations", rows, shipped.origin(runs, seed)))
    _print(rows, form, ablations.text(rows, runs, seed))


def _print(rows: object, form: Form, text: str) -> None:
    """A table in the form asked for."""
    import json

    import pandas as pd

    assert isinstance(rows, pd.DataFrame)
    if form is Form.csv:
        echo(rows.to_csv(index=False))
    elif form is Form.json:
        echo_json(json.loads(rows.to_json(orient="records")))
    else:
        echo(text)


def _tables(out: Path | None, name: str, write: Callable[[Path], None]) -> None:
    """Write tables into a new folder, whole or not at all."""
    if out is None:
        return
    from patronage.batch.folders import new_folder

    with new_folder(out) as place:
        write(place)
    note(f"Table {name} lies in {out}.")


COMMANDS = (verify,)
