"""Writes experiments/assumptions.yaml: every assumption of the built-in case that has a range, as one Morris design.

    python tests/assumptions.py

Nothing is left out: which factors move no outcome in a few runs is found, and told, by the sweep itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

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
  Factors that move no outcome are not left out: the analysis names them.
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


def text(named: dict[str, str]) -> str:
    """The file."""
    lines = [HEAD.format(scenario=SCENARIO, trajectories=TRAJECTORIES)]
    lines += [f"  {name}: {{path: {path}}}\n" for name, path in named.items()]
    lines.append(TAIL.format(trajectories=TRAJECTORIES))
    return "".join(lines)


if __name__ == "__main__":
    FILE.write_text(text(factors()), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE}\n")
