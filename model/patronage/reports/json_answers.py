"""Answers to questions, and what sweeps and their analyses found, as mappings that JSON can hold."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from patronage.answers import Answers
from patronage.experiments import SweepFolder
from patronage.formats import FORMAT
from patronage.reports.answers import frames_of
from patronage.reports.json_results import number, records
from patronage.reports.landscape import usual_split
from patronage.reports.why import answers_of
from patronage.reports.why.telling import ALONE
from patronage.results.ensemble import Statistics
from patronage.runs.comparison import ComparisonFolder
from patronage.runs.landscape import LandscapeInput
from patronage.runs.store import RunFolder
from patronage.theory.landscape import landscape


def why_json(
    held: RunFolder | ComparisonFolder, *about: str, since: str | None = None, until: str | None = None, given: str = ""
) -> dict[str, Any]:
    """What `answers_of` says, with the commands that repeat the runs it tells of. Raises NothingToExplainError."""
    span = {"since": since, "until": until}
    words = [w for k, v in (*span.items(), ("given", given or None)) if v is not None for w in (f"--{k}", v)]
    command = shlex.join(["patronage", "why", str(held.path), *about, *words])
    found = answers_of(held, *about, **span, given=given)
    differences = [{"first": one, "second": two, "text": text} for (one, two), text in found.differences.items()]
    answers = [_answer(name, s, text) for name, (s, text) in found.sides.items()]
    return {"format": FORMAT, "kind": "why", "folder": str(held.path), "command": command, "about": list(about), **span,
            "given": given, "differences": differences, "answers": answers}  # fmt: skip


def _answer(name: str, s: Statistics, text: str) -> dict[str, Any]:
    alone = [line.strip().removeprefix(ALONE) for line in text.splitlines() if line.strip().startswith(ALONE)]
    return {"scenario": name, "digest": s.scenario.digest, "seed": s.ensemble.seed, "runs": s.runs, "text": text, "alone": alone}


def landscape_json(region: LandscapeInput) -> dict[str, Any]:
    """The landscape of mean propensities: minima from the lowest, and where the actors stand."""
    found = landscape(region.size.mean(axis=0), region.propensity.mean(axis=0))
    minima = [{**_blocs(region, m.side), "energy": float(m.energy), "basin": int(m.basin)} for m in found.minima]
    known: dict[str, Any] = {"alignment": None}
    if region.side is not None:
        side, part = usual_split(region.side)
        known["alignment"] = {**_blocs(region, side), "energy": found.energy_of(side), "share": part}
    return {"format": FORMAT, "kind": "landscape", "title": region.title, "actors": list(region.actors), "runs": region.runs,
            "splits": len(found.energy), **known, "minima": minima}  # fmt: skip


def _blocs(region: LandscapeInput, side: np.ndarray) -> dict[str, list[str]]:
    """Who stands with the first actor, and who against."""
    apart = np.asarray(side, dtype=bool) ^ bool(side[0])
    pairs = list(zip(region.actors, apart, strict=True))
    return {"first": [a for a, away in pairs if not away], "second": [a for a, away in pairs if away]}


def sweep_json(sweep: SweepFolder) -> dict[str, Any]:
    """What a finished sweep holds: over all runs the mean of each outcome, and the lowest and highest mean of a point."""
    m, rows = sweep.manifest, []
    for name in sweep.outcomes.columns:
        values = sweep.outcomes[name].astype(float)
        exists = values[np.isfinite(values)]
        means = exists.groupby("point").mean()
        ends = {"mean": exists.mean(), "lowest": means.min(), "highest": means.max()}
        rows.append({"name": str(name), "runs": len(exists), **{k: number(v) for k, v in ends.items()}})
    return {
        "format": FORMAT, "kind": "sweep", "folder": str(sweep.path), "command": m["command"], "seed": sweep.seed,
        "title": m["experiment"]["title"], "scenario": m["scenario"]["name"], "digest": m["scenario"]["digest"], "points": m["points"],
        "runs": m["runs"], "failed_points": m["failed_points"], "unmoved": list(sweep.unmoved or ()), "outcomes": rows,
    }  # fmt: skip


def analysis_json(found: Answers, folder: str | Path, origin: Mapping[str, Any]) -> dict[str, Any]:
    """Every table of an analysis as rows, outcomes below each other; `origin`: its manifest."""
    silent = [{"method": m, "about": about, "why": why} for (m, about), why in found.silent.items()]
    return {"format": FORMAT, "kind": "analysis", "folder": str(folder), "command": origin["command"], "seed": origin["seed"],
            "methods": list(found.methods), "outcomes": list(found.outcomes), "silent": silent,
            "tables": {name: records(frame) for name, frame in frames_of(found).items()}}  # fmt: skip
