"""The engine against the last commit that computed with NumPy over all runs at once, in turns.

    python -m benchmarks.previous            ensembles of 1, 10, 100 and 1,000 runs: whole `simulate` calls, processor time
    python -m benchmarks.previous 1          of so many runs alone

All four tables of a result are asked for, since the engine before made them always; in the last column outcomes alone. The commit is checked out beside, from this repository's own history. Quote the ratios.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

COMMIT = "58db050"
"""The last one with the vectorised engine."""
TURNS = 5
TABLES = ("data", "ledger", "events", "outcomes")
SIZES = (1, 10, 100, 1000)
ASK = """
import sys, time
from patronage import load_scenario, simulate
scenario, runs = load_scenario("central-asia"), int(sys.argv[1])
quarters = scenario.end - scenario.start + 1
repeats = max(1, 20 // runs)
def once():
    result = simulate(scenario, runs=runs, record="lean")
    for name in sys.argv[2:]:
        getattr(result, name)

once()
start = time.process_time()
for _ in range(repeats):
    once()
print((time.process_time() - start) / repeats / runs / quarters * 1e6)
"""


def took(model: Path, runs: int, *tables: str) -> float:
    """Microseconds a run-quarter in a fresh interpreter, compiled where there is something to compile."""
    environment = {**os.environ, "PYTHONPATH": str(model), "PATRONAGE_COMPILE": "always"}
    words = [sys.executable, "-c", ASK, str(runs), *tables]
    done = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)  # noqa: S603  # this interpreter
    return float(done.stdout.split()[-1])


def spread(told: list[tuple[float, float, float]], side: int) -> str:
    """How much quicker one side is than the engine before: the middle of the turns, and the least and the most."""
    ratios = sorted(turn[0] / turn[side] for turn in told)
    return f"{statistics.median(ratios):.0f} ({ratios[0]:.0f} to {ratios[-1]:.0f})"


def main() -> None:
    """Pairs, interleaved."""
    here = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as place:
        before = Path(place) / "before"
        subprocess.run(["git", "-C", str(here), "worktree", "add", "--detach", "--quiet", str(before), COMMIT], check=True)  # noqa: S603, S607
        try:
            print("| runs at once | NumPy, us a run-quarter | now | ratio, middle of the pairs | outcomes alone |\n" + "|---" * 5 + "|")
            for runs in map(int, sys.argv[1:] or SIZES):
                told = [
                    (took(before / "model", runs, *TABLES), took(here / "model", runs, *TABLES), took(here / "model", runs, "outcomes"))
                    for _ in range(TURNS)
                ]
                old, new, _ = (statistics.median(side) for side in zip(*told, strict=True))
                print(f"| {runs} | {old:.0f} | {new:.1f} | {spread(told, 1)} | {spread(told, 2)} |", flush=True)
        finally:
            subprocess.run(["git", "-C", str(here), "worktree", "remove", "--force", str(before)], check=False)  # noqa: S603, S607


if __name__ == "__main__":
    main()
