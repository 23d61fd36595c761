"""Where the engine spends its time: by phase of the quarter, and by function.

python -m benchmarks.phases             processor time of every phase, luck and recording
python -m benchmarks.phases --functions the functions with most time of their own
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

PHASES = (
    "happen", "threaten", "grow", "court", "bargain", "deliver", "store", "influence", "align", "resent", "coerce", "rule", "associate",
)
RUNS = 800
"""As many as the engine advances at once for 25 dyads."""


def timed(function: Callable[..., Any], name: str, clock: dict[str, float]) -> Callable[..., Any]:
    """The function, its processor time added up under a name."""

    def wrapped(*words: Any, **more: Any) -> Any:
        start = time.process_time()
        try:
            return function(*words, **more)
        finally:
            clock[name] += time.process_time() - start

    return wrapped


def by_phase(name: str, runs: int) -> dict[str, float]:
    """Seconds of processor time by phase of one chunk; `luck` is part of the phases, `record` beside them."""
    from patronage import engine, load_scenario, simulate
    from patronage.record import Recorder
    from patronage.world.luck import Luck

    scenario = load_scenario(name)
    simulate(scenario, runs=runs, until=scenario.start + 8)  # warm
    clock: dict[str, float] = defaultdict(float)
    kept = {phase: getattr(engine, phase) for phase in PHASES}
    uniform, add = Luck.uniform, Recorder.add
    try:
        for phase, function in kept.items():
            setattr(engine, phase, timed(function, phase, clock))
        Luck.uniform = timed(uniform, "luck", clock)  # type: ignore[method-assign]
        Recorder.add = timed(add, "record", clock)  # type: ignore[method-assign]
        start = time.process_time()
        simulate(scenario, runs=runs)
        clock["all"] = time.process_time() - start
    finally:
        for phase, function in kept.items():
            setattr(engine, phase, function)
        Luck.uniform, Recorder.add = uniform, add  # type: ignore[method-assign]
    return dict(clock)


def functions(name: str, runs: int) -> None:
    """The profile of one chunk."""
    from patronage import load_scenario, simulate

    scenario = load_scenario(name)
    simulate(scenario, runs=runs, until=scenario.start + 8)
    profile = cProfile.Profile()
    profile.runcall(simulate, scenario, runs=runs)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="central-asia")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--functions", action="store_true")
    asked = parser.parse_args()
    if asked.functions:
        functions(asked.scenario, asked.runs)
        return
    clock = by_phase(asked.scenario, asked.runs)
    whole = clock.pop("all")
    print(f"{asked.scenario}, {asked.runs} runs: {whole:.2f} s of processor time, {whole / asked.runs * 1e3:.2f} ms a run")
    print("| part | s | share |\n|---|---|---|")
    for part, took in sorted(clock.items(), key=lambda c: -c[1]):
        print(f"| {part} | {took:.3f} | {100 * took / whole:.0f} % |")


if __name__ == "__main__":
    main()
