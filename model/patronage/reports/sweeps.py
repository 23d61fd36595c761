"""From the folder of a sweep to what is analysed: factors and outcomes with their units and words, and what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patronage.answers import (
    METHODS,
    Aim,
    AnalysisError,
    Answers,
    Case,
    UnknownWordError,
    Variable,
    analyse,
    check_words,
    completed,
)
from patronage.answers.sensitivity import LEAST_BLOCKS
from patronage.batch.folders import FolderError
from patronage.experiments import Factor, SweepFolder, UnfinishedSweep, read_any
from patronage.reports.answers import answers_to_folder
from patronage.reports.words import listed, signed, subject
from patronage.runs.run import Progress
from patronage.scenario.conditions import unparse
from patronage.scenario.wording import in_words

GOOD = re.compile(r"\s*([A-Za-z_]\w*)\s*(>=|<=|>|<)\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*")
EXAMPLE = "write NAME >= NUMBER, such as manas_open >= 0.5 (also >, <, <=)"


@dataclass(frozen=True)
class Wanted:
    """What an experiment asks of its analysis: the list under `analysis`, read."""

    methods: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    """Outcomes of which less is better."""


def wanted_of(entries: Iterable[Any]) -> Wanted:
    """Read `analysis` of an experiment file: names of methods, and the mappings `good: [...]` and `low: [...]`.

    Raises UnknownWordError for anything else.
    """
    methods: list[str] = []
    found: dict[str, list[str]] = {"good": [], "low": []}
    for entry in entries:
        if isinstance(entry, dict):
            check_words("key of analysis", entry, found)
            for key, value in entry.items():
                found[key] += [str(v) for v in (value if isinstance(value, list) else [value])]
        else:
            methods.append(str(entry))
    check_words("method", methods, METHODS)
    return Wanted(tuple(methods), tuple(found["good"]), tuple(found["low"]))


def case_of_sweep(sweep: SweepFolder, good: Iterable[str] = (), low: Iterable[str] = ()) -> Case:
    """A sweep as a case. `good`: limits such as "share > 0.6"; `low`: outcomes of which less is better.

    Those of the experiment hold where none is given for an outcome. Raises UnknownWordError for names that there are not.
    """
    e = sweep.experiment
    asked = wanted_of(e.analysis)
    outcomes = sweep.outcomes
    names = [str(c) for c in outcomes.columns]
    limits = _limits([*asked.good, *good], names)
    lows = {*asked.low, *low}
    check_words("outcome", lows, names)
    aims = []
    for name in names:
        values = outcomes[name].to_numpy(dtype=float)
        about = subject(e.scenario, name, values)
        sign, limit = limits.get(name, ("", float("nan")))
        prefer = "low" if name in lows else "high"
        aim = Aim(
            name, about.full, about.unit, about.truth, prefer, sign, limit, bool(sign), about.kind, bool(about.given), about.stated
        )  # fmt: skip
        aims.append(completed(aim, values))
    return Case(
        points=sweep.points.loc[[p for p in sweep.points.index if p in set(outcomes.index.get_level_values("point"))]],
        outcomes=outcomes,
        variables=tuple(_variable(sweep, f) for f in e.factors),
        aims=tuple(aims),
        series=sweep.series,
        design=e.design.kind,
        size=len(sweep.points),
        levels=e.design.levels,
        second_order=e.design.second_order,
        missing=len(sweep.points) - len(sweep.read) if isinstance(sweep, UnfinishedSweep) else 0,
        remarks=(*sweep.remarks(), *together(sweep)),
        withheld=withheld(sweep),
        unmoved=sweep.unmoved,
        measures={s.name: f"{s.name.replace('_', ' ')}: {unparse(s.expression)}" for s in e.series},
    )


def together(sweep: SweepFolder) -> list[str]:
    """That factors were drawn together, of which what is told of one may be the other's."""
    e = sweep.experiment
    title = {f.name: f.label or _words(sweep, f.path) for f in e.factors}
    pairs = [f"{title[a]} and {title[b]} ({signed(rank, 2)})" for a, b, rank in e.design.correlations]
    if not pairs:
        return []
    return [f"Drawn together, by rank correlation: {listed(pairs)}. What is told of one of them may be the other's doing."]


def withheld(sweep: SweepFolder) -> dict[str, str]:
    """Methods for which the points of an unfinished sweep do not do, with the reason."""
    if not isinstance(sweep, UnfinishedSweep):
        return {}
    out: dict[str, str] = {}
    if not sweep.fair:
        why = "the points that are there are no sample of the design"
        out = dict.fromkeys(("scores", "shapley", "prim", "cart", "regret", "tipping", "idle"), why)
    kind = sweep.experiment.design.kind
    if kind in ("sobol", "morris") and len(sweep.read) < LEAST_BLOCKS * sweep.block:
        what = {"sobol": "base samples", "morris": "trajectories"}[kind]
        out[kind] = f"indices need {LEAST_BLOCKS} whole {what}, and {len(sweep.read) // sweep.block} are there"
    return out


def _variable(sweep: SweepFolder, factor: Factor) -> Variable:
    label = factor.label or (_words(sweep, factor.path) if factor.path else "")
    if not factor.numeric:
        return Variable(factor.name, factor.role, values=tuple(str(v) for v in factor.values), label=label)
    ends = [float(v) for v in factor.ends]
    date = factor.sort == "date"
    unit = "" if date or factor.unit == "1" else "quarters" if factor.sort == "whole" else factor.unit
    return Variable(factor.name, factor.role, (), min(ends), max(ends), label, unit, date, factor.sort == "whole")


def _words(sweep: SweepFolder, path: str) -> str:
    """A path in words; what an event sets by what it is, not by where it is written."""
    head, sign, target = path.partition(".set.")
    if not sign:
        return in_words(sweep.scenario, path)
    return f"{in_words(sweep.scenario, target)} (event {head.removeprefix('events.').replace('_', ' ')})"


def _limits(texts: Iterable[str], names: list[str]) -> dict[str, tuple[str, float]]:
    """Limits by outcome; a later one replaces an earlier one."""
    found: dict[str, tuple[str, float]] = {}
    wrong: list[str] = []
    for text in texts:
        match = GOOD.fullmatch(text)
        if match is None:
            wrong.append(f"'{text}' is no limit: {EXAMPLE}.")
            continue
        found[match[1]] = (match[2], float(match[3]))
    if wrong:
        raise UnknownWordError("\n".join(wrong))
    check_words("outcome", found, names)
    return found


def analyse_sweep(
    path: str | Path,
    out: str | Path | None,
    *,
    outcomes: Iterable[str] = (),
    methods: Iterable[str] = (),
    good: Iterable[str] = (),
    low: Iterable[str] = (),
    plates: bool = True,
    progress: Progress | None = None,
    command: str = "",
) -> Answers:
    """Analyse the sweep in a folder and write the answers into another; with `out` None they are only given back.

    Of a sweep that is not finished, what is there is analysed, as far as it goes.

    Raises FolderError where there is no sweep or a damaged one,
    UnknownWordError for wrong names, MissingExtraError where a library of the
    extra `analysis` is absent, AnalysisError where no run has outcomes, FileExistsError where `out` is taken.
    """
    sweep = read_any(path)
    if isinstance(sweep, UnfinishedSweep):
        if not len(sweep.outcomes):
            what = "point" if sweep.block == 1 else "block of points"
            raise AnalysisError(f"the sweep in {path} is not finished, and no {what} is whole yet: give its command again")
    elif wrong := sweep.faults():
        raise FolderError(f"{path} is not what its manifest promises: {wrong}. Give the sweep's command again, which mends it")
    if not len(sweep.outcomes) or not len(sweep.outcomes.columns):
        raise AnalysisError(f"the sweep in {path} has no outcomes to analyse")
    case = case_of_sweep(sweep, good, low)
    asked = tuple(methods) or wanted_of(sweep.experiment.analysis).methods
    if out is None:
        return analyse(case, outcomes, asked, progress)
    e = sweep.experiment
    facts = {
        "seed": sweep.seed,
        "sweep": {"name": e.name, "folder": str(Path(path).name), "identity": sweep.manifest.get("identity", {})},
        "unmoved": None if sweep.unmoved is None else list(sweep.unmoved),
    }
    if isinstance(sweep, UnfinishedSweep):
        names = ("runs", "runs_planned", "points", "points_read", "points_missing")
        facts["unfinished"] = {key: sweep.manifest[key] for key in names}
    if command:
        facts["command"] = command
    return answers_to_folder(
        case, out, title=e.title or e.name, question=e.question, outcomes=outcomes, methods=asked,
        facts=facts, plates=plates, progress=progress,
    )  # fmt: skip
