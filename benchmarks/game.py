"""How quickly games are played: profiles a minute, by processor time and by the clock.

    python -m benchmarks.game                    every built-in game, three turns
    python -m benchmarks.game sahel 5            one of them, five turns

Compiled code is loaded before.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from dataclasses import replace

from patronage.equilibria import game, game_names, load_game


def played(name: str, turns: int) -> None:
    """A game as often, each profile with the runs that it begins with; what is loaded once counts for nobody."""
    file = load_game(name)
    file = replace(file, most=file.runs)
    game(replace(file, runs=2, most=2))
    clock, processor = [], []
    for _ in range(turns):
        wall, cpu = time.perf_counter(), time.process_time()
        game(file)
        clock.append(60 * len(file.profiles) / (time.perf_counter() - wall))
        processor.append(60 * len(file.profiles) / (time.process_time() - cpu))
    for what, found in (("processor time", processor), ("wall clock", clock)):
        print(
            f"{name}: {len(file.profiles)} profiles of {file.runs} runs: {statistics.median(found):.0f} profiles a minute "
            f"({min(found):.0f} to {max(found):.0f}), by {what}; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def main() -> None:
    """All games, or the one that is named."""
    names = sys.argv[1:2] or list(game_names())
    for name in names:
        played(name, int(sys.argv[2]) if len(sys.argv) > 2 else 3)


if __name__ == "__main__":
    main()
