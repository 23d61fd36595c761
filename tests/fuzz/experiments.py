"""Mutants of experiments: through reading and design, and two simulated points of those that are accepted."""

from __future__ import annotations

import copy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from patronage.batch.chunks import Task, make_chunk
from patronage.experiments import Experiment, load_experiment
from patronage.experiments.folder import as_settings
from patronage.experiments.resolve import SCENARIO
from patronage.experiments.sweeping import batch_of
from patronage.scenario import ScenarioError

from . import bounded
from .judge import USED, WrongError, plain_line, plain_refusal
from .mutate import Lot, as_bytes, as_text, mutate_text, mutate_tree
from .scenarios import SMALL

MOST_POINTS = 3000
"""A design of more is read and counted, not made."""
FACTORS: dict[str, dict[str, Any]] = {
    "levers": {
        "mission": {"path": "events.leaves.set.patrons.USA.mission", "values": [0, 0.5, 1],
        "label": "the mission left"},
        "policy": {"path": "states.KGZ.policy", "values": ["auctioneer", "balancer"]},
        "when": {"path": "events.leaves.at", "values": ["2009Q2", "2009Q4"]},
        "switch": {"path": "mechanisms.security", "values": ["on", "off"]},
    },
    "uncertainties": {
        "need": {"path": "patrons.USA.need", "range": [100, 300], "unit": "MUSD/yr"},
        "budget": {"path": "patrons.USA.budget"},
        "denial": {"path": "rules.bargaining.denial"},
        "term": {"path": "ties.USA.KGZ.term", "range": [4, 20]},
        "weight": {"path": "ties.RUS.KGZ.weight", "range": [0.1, 2], "distribution": "triangular", "mode": 1},
        "growth": {"path": "states.KGZ.growth", "distribution": "normal", "mean": 3, "sd": 2, "range": [-4, 9]},
    },
}  # fmt: skip
DESIGNS = (
    {"kind": "lhs", "points": 8}, {"kind": "lhs", "points": 3, "crossed": "yes"}, {"kind": "grid", "levels": 2},
    {"kind": "sobol", "points": 4},
    {"kind": "morris", "trajectories": 2, "levels": 4},
)  # fmt: skip


def base(lot: Lot) -> dict[str, Any]:
    """A right experiment with some factors and some design."""
    out: dict[str, Any] = {
        "title": "Small experiment",
        "question": "What matters?",
        "scenario": "small.yaml",
        "set": {"patrons.RUS.budget": 250},
    }
    for role, count in (("levers", lot.randint(1, 2)), ("uncertainties", lot.randint(1, 3))):
        out[role] = {k: copy.deepcopy(FACTORS[role][k]) for k in lot.sample(sorted(FACTORS[role]), count)}
    out |= {"design": dict(lot.one(DESIGNS)), "replications": 2, "seed": 7, "outcomes": ["lead", "open"]}
    out |= {"series": {"s": "share(RUS, KGZ)"}} if lot.chance(0.3) else {}
    out |= {"precision": {"outcome": "lead", "ci": 0.05, "max_replications": 4}} if lot.chance(0.3) else {}
    return out | ({"analysis": ["summary", {"prim": {"outcome": "lead", "above": 0.5}}]} if lot.chance(0.2) else {})


def within(lot: Lot, number: int, folder: Path) -> str:
    """Factors anywhere within the bounds of the catalogue: the experiment must be used."""
    doc = base(lot)
    for factor in (f for role in ("levers", "uncertainties") for f in doc[role].values()):
        field = bounded.field_at(tuple(factor["path"].split(".")))
        if field is None or factor["path"].startswith("mechanisms") or lot.chance(0.3):
            continue
        ends = sorted({bounded.within(lot, field), bounded.within(lot, field)})
        if field.unit == "quarter":
            ends = sorted({round(e) for e in ends})
        if len(ends) == 2:
            for key in ("values", "distribution", "mode", "mean", "sd", "unit"):
                factor.pop(key, None)
            factor["range"] = ends
    return judged(as_text(doc).encode(), folder, must=True)


def tree(lot: Lot, number: int, folder: Path) -> str:
    """An experiment with some of its tree changed."""
    return judged(as_bytes(lot, as_text(mutate_tree(lot, base(lot)))), folder)


def text(lot: Lot, number: int, folder: Path) -> str:
    """The same as text."""
    return judged(as_bytes(lot, mutate_text(lot, as_text(base(lot)).replace('"', "").replace("{", "{ "))), folder)


def sure(lot: Lot, number: int, folder: Path) -> str:
    """An experiment that varies nothing, in one way or another: refused, in one line."""
    doc = base(lot)
    way = lot.randrange(4)
    if way == 0:
        doc |= {"levers": {}, "uncertainties": {}}
    elif way == 1:
        doc["levers"] = {}
        del doc["uncertainties"]
    elif way == 2:
        doc["levers"], doc["uncertainties"] = None, {}
    else:
        del doc["levers"], doc["uncertainties"]
    doc["design"] = {"kind": lot.one(("lhs", "sobol")), "points": 4}
    if judged(as_text(doc).encode(), folder) == USED:
        raise WrongError("an experiment that varies nothing was accepted")
    return "refused"


def judged(raw: bytes, folder: Path, *, must: bool = False) -> str:
    """The experiment is refused in plain lines, or it is the same written and read again, and two of its points are simulated."""
    (folder / "small.yaml").write_text(as_text(SMALL), encoding="utf-8")
    (folder / "what.yaml").write_bytes(raw)
    try:
        experiment = load_experiment(folder / "what.yaml")
    except ScenarioError as error:
        if must:
            raise WrongError(f"within bounds, and refused: {str(error)[:400]}") from error
        return plain_refusal(error)
    written_again(experiment, folder)
    if experiment.points <= MOST_POINTS:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            simulated(experiment)
    return USED


def written_again(experiment: Experiment, folder: Path) -> None:
    """As a sweep's folder holds it."""
    again = folder / "again"
    again.mkdir()
    (again / SCENARIO).write_text(experiment.scenario.resolved(), encoding="utf-8")
    (again / "experiment.yaml").write_text(experiment.resolved(), encoding="utf-8")
    try:
        other = load_experiment(again / "experiment.yaml")
    except ScenarioError as error:
        raise WrongError(f"its resolved text is refused: {str(error)[:300]}") from error
    if (other.model_digest, other.design_digest) != (experiment.model_digest, experiment.design_digest):
        raise WrongError("its resolved text is another experiment")


def simulated(experiment: Experiment) -> None:
    """The first and the last point: numbers that are finite, or a failure told in plain words."""
    points = experiment.design.table(experiment.factors)
    if len(points) != experiment.points:
        raise WrongError(f"{len(points)} points instead of {experiment.points}")
    if not np.isfinite(points.select_dtypes("number").to_numpy(dtype=float)).all():
        raise WrongError("a point is not finite")
    chosen = points.iloc[sorted({0, len(points) - 1})]
    settings = tuple(as_settings(experiment, chosen))
    cells = tuple((int(p), 0, 1) for p in range(len(chosen)))
    made = make_chunk(batch_of(experiment), Task(0, cells, settings))
    for name, content in made.tables.items():
        table = pq.read_table(pa.BufferReader(content)).to_pandas()
        if name == "failures":
            for line in "\n".join(table["error"]).split("\n"):
                plain_line(line)
        elif np.isinf(table.select_dtypes("number").to_numpy(dtype=float)).any():
            raise WrongError(f"accepted, and {name} are not finite")


KINDS = {
    "within bounds, experiment": within,
    "experiment, tree": tree,
    "experiment, text": text,
    "experiment, surely wrong": sure,
}
