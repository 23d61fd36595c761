"""Writes experiments/assumptions.yaml: every assumption of the built-in case that has a range, as one Morris design.

    python tests/assumptions.py

Factors that changed none of the outcomes, changed alone in a few runs around the scenario and around some points of the design, are
left out and named in the notes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from patronage.experiments import load_experiment
from patronage.experiments.folder import as_settings
from patronage.experiments.reach import unmoved
from patronage.experiments.sweeping import batch_of
from patronage.patterns.draws import event_ranges, ranges
from patronage.scenario import load_scenario

FILE = Path(__file__).resolve().parents[1] / "experiments" / "assumptions.yaml"
SCENARIO = "us-withdrawal"
HEAD = """\
title: Which assumptions matter most
question: Of all the assumptions of the case that have a range, which move its answers, and by how much?
notes: >-
  Morris's screening: every factor through its whole range, alone, from {trajectories} places. Written by tests/assumptions.py from the
  ranges of the scenario and of the rules; missions, data without a range and inputs that only the catalogue gives one are not varied.
  {left_out}
scenario: {scenario}
uncertainties:
"""
TAIL = """\
design: {{kind: morris, trajectories: {trajectories}, levels: 4}}
replications: 2
outcomes:
  manas: {{measure: "base(USA, KGZ)", reduce: quarters, label: Quarters in which Manas stands}}
  rent_manas:
  russian_share:
  american_share:
  overthrows: {{measure: overthrow(KGZ), reduce: sum, label: Overthrows in Kyrgyzstan}}
  chinese_debt: {{measure: "debt(CHN, KGZ)", from: 2017Q4, to: 2017Q4, label: Kyrgyz debt to China}}
analysis: [summary, morris, idle]
"""
TRAJECTORIES = 6


def factors() -> dict[str, str]:
    """Name → path of everything that is varied, in the order of the catalogue."""
    scenario = load_scenario(SCENARIO)
    paths = [d.path for d in (*ranges(scenario), *event_ranges(scenario))]
    return {path.replace(".set.", ".").replace(".", "_"): path for path in paths}


def text(chosen: dict[str, str], left_out: list[str]) -> str:
    """The file."""
    why = "Left out, because none of these outcomes changed when they were changed alone in a few runs (rare events may be missed)"
    told = f"{why}: {', '.join(left_out)}." if left_out else ""
    lines = [HEAD.format(scenario=SCENARIO, trajectories=TRAJECTORIES, left_out=told).replace("\n  \n", "\n")]
    lines += [f"  {name}: {{path: {path}}}\n" for name, path in chosen.items()]
    lines.append(TAIL.format(trajectories=TRAJECTORIES))
    return "".join(lines)


def written() -> str:
    """The file as it should be: with fewer factors the points are others, so it is tried until nothing is left out any more."""
    every = factors()
    left_out: list[str] = []
    while True:
        chosen = {n: p for n, p in every.items() if n not in left_out}
        found = text(chosen, [every[n] for n in left_out])
        idle = still(found)
        if not idle:
            return found
        left_out += idle


def still(content: str) -> list[str]:
    """Factors of the file that move nothing."""
    with tempfile.TemporaryDirectory() as place:
        draft = Path(place) / "assumptions.yaml"
        draft.write_text(content, encoding="utf-8")
        experiment = load_experiment(draft)
    points = experiment.design.table(experiment.factors)
    return unmoved(experiment, batch_of(experiment), as_settings(experiment, points))


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE}\n")
