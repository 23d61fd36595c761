"""What a strategy or a policy of another package costs: as a class over arrays, as a compiled function, and built in.

    python -m benchmarks.registered              processor time a run-quarter, and the ratio to the built-in ones, interleaved

All sides do the same: Russia courts in proportion to weight, Uzbekistan asks everybody the same.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.engine import seconds

PACKAGE = """
from patronage.decisions.registered import SPHERE, Policy, Strategy, compiled, spread_by
from patronage.world.arithmetic import share_of

class Everyone(Strategy):
    def effort(self, view):
        return spread_by(view.weight, view.available)

class Seller(Policy):
    pass

@compiled
def everyone(w, n, s, p):
    weight = 0.0
    for c in range(s.C):
        weight += w.weight[p, c]
    for c in range(s.C):
        w.effort[p, c] = share_of(w.available[p] * w.weight[p, c], weight)
    return SPHERE

@compiled
def seller(w, n, s, p, c, j):
    return 1.0
"""
WORDS = """[patronage.strategies]
everyone_class = benchmarked:Everyone
everyone = benchmarked:everyone
[patronage.policies]
seller_class = benchmarked:Seller
seller = benchmarked:seller
"""
SIDES = {
    "built in": {"patrons.RUS.strategy": "sphere"},
    "strategy, compiled function": {"patrons.RUS.strategy": "everyone"},
    "strategy, class": {"patrons.RUS.strategy": "everyone_class"},
    "policy, compiled function": {"patrons.RUS.strategy": "sphere", "states.UZB.policy": "seller"},
    "policy, class": {"patrons.RUS.strategy": "sphere", "states.UZB.policy": "seller_class"},
}
RUNS, TURNS = (1, 100, 1000), 3


def install(folder: Path) -> None:
    """The package as an installer leaves it."""
    (folder / "benchmarked.py").write_text(PACKAGE, encoding="utf-8")
    info = folder / "benchmarked-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: benchmarked\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(WORDS, encoding="utf-8")
    sys.path.insert(0, str(folder))


def main() -> None:
    """Interleave all sides."""
    os.environ["PATRONAGE_COMPILE"] = "always"
    with tempfile.TemporaryDirectory() as place:
        install(Path(place))
        from patronage import load_scenario, simulate

        scenarios = {name: load_scenario("central-asia", words) for name, words in SIDES.items()}
        quarters = scenarios["built in"].end - scenarios["built in"].start + 1
        print("| runs | side | us a run-quarter | times the built-in |\n|---|---|---|---|")
        for runs in RUNS:
            took: dict[str, list[float]] = {name: [] for name in SIDES}
            for turn in range(TURNS + 1):
                for name, scenario in scenarios.items():
                    spent = seconds(lambda s=scenario, r=runs: simulate(s, runs=r, record="lean"))  # type: ignore[misc]
                    if turn:  # the first warms everything
                        took[name].append(spent)
            for name, spent in took.items():
                ratios = [a / b for a, b in zip(spent, took["built in"], strict=True)]
                told = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
                print(f"| {runs} | {name} | {statistics.median(spent) / runs / quarters * 1e6:.1f} | {told} |", flush=True)


if __name__ == "__main__":
    main()
