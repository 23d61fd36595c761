"""What a run or a comparison says, for programs: stable names and numbers, described by a schema."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from patronage.formats import FORMAT
from patronage.reports.summary import subjects
from patronage.reports.words import Subject
from patronage.results.comparison import compare, outcomes_given
from patronage.results.ensemble import LEVELS, Statistics, mean_interval, proportion_interval
from patronage.runs.comparison import ComparisonFolder
from patronage.runs.store import RunFolder
from patronage.scenario import Scenario

PAIRED = ("first", "second", "mean", "low", "high", "p05", "p95", "positive", "negative", "least")
SPREAD = ("p05", "p50", "p95")


def as_json(held: RunFolder | ComparisonFolder, asked: Scenario | None = None) -> dict[str, Any]:
    """A folder as one mapping that JSON can hold; what does not exist is null. `schema()` describes it.

    `asked`: the scenario that says which differences of a comparison matter; the first side unless given.
    """
    known = {"format": FORMAT, "folder": str(held.path), "command": held.manifest["command"], "seed": held.manifest["seed"]}
    return known | (of_run(held) if isinstance(held, RunFolder) else of_comparison(held, asked))


def of_run(run: RunFolder) -> dict[str, Any]:
    """Outcomes of an ensemble with their intervals."""
    s = Statistics(run)
    outcomes = [level(s, subject, values) for subject, values in subjects(s)]
    return {"kind": "run", **about(s, run.manifest["scenario"]["name"]), "outcomes": outcomes}


def of_comparison(held: ComparisonFolder, asked: Scenario | None = None) -> dict[str, Any]:
    """The first scenario less each of the others, pair by pair."""
    sides = {name: Statistics(held.run(name)) for name in held.names}
    first = sides[held.names[0]]
    first.scenario = asked or first.scenario
    words = {subject.name: subject for subject, _ in subjects(first)}
    pairs = []
    for name in held.names[1:]:
        rows = compare(first, sides[name]).outcomes.to_dict("records")
        outcomes = [difference(words[row["outcome"]], row) for row in rows]
        given = {
            condition: [
                difference(words[row["outcome"]], row)
                for row in outcomes_given(first, sides[name], condition).to_dict("records")
            ]
            for condition in held.manifest.get("given", [])
        }
        pairs.append({"first": held.names[0], "second": name, "outcomes": outcomes, "given": given})
    return {"kind": "comparison", "sides": [about(s, name) for name, s in sides.items()], "pairs": pairs}


def about(s: Statistics, name: str) -> dict[str, Any]:
    """Which ensemble it is."""
    return {
        "scenario": name,
        "title": s.scenario.title,
        "question": s.scenario.question,
        "digest": s.scenario.digest,
        "first_quarter": s.coords["quarter"][0],
        "last_quarter": s.coords["quarter"][-1],
        "runs": s.runs,
        "first_run": s.coords["run"][0],
    }


def level(s: Statistics, subject: Subject, values: np.ndarray) -> dict[str, Any]:
    """An outcome over runs: of a truth the share of runs and its Wilson interval, else the mean and Student's."""
    exists = values[np.isfinite(values)]
    if subject.truth:
        mean, low, high = proportion_interval(int(exists.sum()), len(exists))
    else:
        mean, low, high = (float(x) for x in mean_interval(values))
    spread = dict.fromkeys(SPREAD) if not len(exists) else dict(zip(SPREAD, np.quantile(exists, LEVELS).tolist(), strict=True))
    outcome = s.scenario.outcomes.get(subject.name)
    numbers = {k: number(v) for k, v in {"mean": mean, "low": low, "high": high, **spread}.items()}
    return named(subject) | {"answers": bool(outcome and outcome.answers), "runs": len(exists)} | numbers


def difference(subject: Subject, row: dict[str, Any]) -> dict[str, Any]:
    """The paired difference of an outcome: its mean, 95 % interval and spread, and whether it is worth telling."""
    found = {name: number(row[name]) for name in PAIRED}
    counts = {name: int(row[name]) for name in ("first_runs", "second_runs", "pairs")}
    return named(subject) | found | counts | {"tells": bool(row["tells"])}


def named(subject: Subject) -> dict[str, Any]:
    """What is measured, when, in which unit."""
    return {name: getattr(subject, name) for name in ("name", "title", "when", "unit", "truth", "given")}


def number(value: float | None) -> float | None:
    """JSON knows neither infinity nor what is no number."""
    return float(value) if value is not None and isfinite(value) else None


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as rows; what JSON cannot write is null."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=15))
    return rows


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what commands answer with --json."""
    text, whole, maybe = {"type": "string"}, {"type": "integer"}, {"type": ["number", "null"]}
    truth = {"type": "boolean"}
    outcome = {"name": text, "title": text, "when": text, "unit": text, "truth": truth, "given": text}
    side = dict.fromkeys(("scenario", "title", "question", "digest", "first_quarter", "last_quarter"), text)
    side |= {"runs": whole, "first_run": whole}
    levels = outcome | {"answers": truth, "runs": whole} | dict.fromkeys(("mean", "low", "high", *SPREAD), maybe)
    paired = outcome | dict.fromkeys(PAIRED, maybe) | dict.fromkeys(("first_runs", "second_runs", "pairs"), whole) | {"tells": truth}
    common = {"format": {"const": FORMAT}, "folder": text, "command": text, "seed": whole}
    differences = {"type": "array", "items": _all(paired)}
    given = {"type": "object", "additionalProperties": differences}
    pair = _all({"first": text, "second": text, "outcomes": differences, "given": given})
    run = common | side | {"kind": {"const": "run"}, "outcomes": {"type": "array", "items": _all(levels)}}
    both = {"sides": {"type": "array", "items": _all(side)}, "pairs": {"type": "array", "items": pair}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What commands of patronage answer with --json",
        "oneOf": [_all(run), _all(common | {"kind": {"const": "comparison"}} | both), *_answers(common, text, whole, maybe)],
    }


def _answers(common: dict[str, Any], text: Any, whole: Any, maybe: Any) -> list[dict[str, Any]]:
    """What answers questions, and what sweeps, analyses and attributions found."""
    names, blocs = {"type": "array", "items": text}, {"first": {"type": "array"}, "second": {"type": "array"}}
    rows = {"type": "array", "items": {"type": "object"}}
    answer = _all({"scenario": text, "digest": text, "seed": whole, "runs": whole, "text": text, "alone": names})
    apart = {"type": "array", "items": _all({"first": text, "second": text, "text": text})}
    outcome = _all({"name": text, "runs": whole} | dict.fromkeys(("mean", "lowest", "highest"), maybe))
    minimum = _all(blocs | {"energy": maybe, "basin": whole})
    alignment = {"anyOf": [{"type": "null"}, _all(blocs | {"energy": maybe, "share": maybe})]}
    kinds: dict[str, dict[str, Any]] = {
        "why": {k: common[k] for k in ("folder", "command")}
        | {"about": names, "differences": apart, "answers": {"type": "array", "items": answer}},
        "explanation": dict.fromkeys(("scenario", "digest", "path", "text"), text),
        "landscape": {"title": text, "actors": names, "runs": whole, "splits": whole, "alignment": alignment,
                      "minima": {"type": "array", "items": minimum}},
        "sweep": common | dict.fromkeys(("title", "scenario", "digest"), text) | {"points": whole, "runs": whole, "unmoved": names,
                  "failed_points": {"type": "array"}, "outcomes": {"type": "array", "items": outcome}},
        "explorer": dict.fromkeys(("folder", "file", "title", "command"), text) | {"runs": whole, "shown": whole, "factors": names,
                    "outcomes": names},
        "analysis": common | {"methods": names, "outcomes": names, "silent": rows,
                              "tables": {"type": "object", "additionalProperties": rows}},
        "attribution": common | dict.fromkeys(("outcome", "label", "unit", "over", "how"), text)
        | {"scenarios": names, "runs": whole, "used": whole, "parts": rows, "interactions": rows}
        | dict.fromkeys(("base", "whole", "total", "low", "high"), maybe),
        "search": common | dict.fromkeys(("title", "scenario"), text)
        | dict.fromkeys(("packages", "futures", "replications", "validate", "confirm"), whole) | {"levers": names}
        | dict.fromkeys(("goals", "front", "nearest", "candidates", "growth"), rows),
    }  # fmt: skip
    return [_all({"format": common["format"], "kind": {"const": kind}} | keys) for kind, keys in kinds.items()]


def _all(properties: dict[str, Any]) -> dict[str, Any]:
    """An object that has all of these, and may have more in a later version."""
    return {"type": "object", "properties": properties, "required": sorted(properties)}
