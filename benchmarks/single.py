"""What a notebook waits for: one run, its laying out included, with and without the tables that are made when they are asked for.

python -m benchmarks.single             processor time and wall clock of a warm `simulate()`, interleaved
"""

from __future__ import annotations

import os
import statistics
import time

TURNS = 15


def main() -> None:
    """Three sides in turns."""
    os.environ["PATRONAGE_COMPILE"] = "always"
    from patronage import load_scenario, simulate

    def anew() -> None:
        simulate(load_scenario("central-asia"), record="standard")

    scenario = load_scenario("central-asia")

    def bare() -> None:
        simulate(scenario, record="standard")

    def with_tables() -> None:
        result = simulate(scenario, record="standard")
        _ = result.data, result.ledger, result.events, result.outcomes

    sides = {"without tables": bare, "with data, ledger, events and outcomes": with_tables, "read from its file first, without tables": anew}
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for turn in range(TURNS + 1):
        for name, side in sides.items():
            wall, spent = time.perf_counter(), time.process_time()
            side()
            if turn:  # the first warms everything
                took[name].append(((time.process_time() - spent) * 1e3, (time.perf_counter() - wall) * 1e3))
    for name, found in took.items():
        cpu, wall = ([row[i] for row in found] for i in (0, 1))
        print(
            f"{name}: {statistics.median(cpu):.1f} ms of processor time ({min(cpu):.1f} to {max(cpu):.1f}), "
            f"{statistics.median(wall):.1f} ms by the clock ({min(wall):.1f} to {max(wall):.1f})"
        )


if __name__ == "__main__":
    main()
