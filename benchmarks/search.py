"""How far the front of a search is from that of all packages, and how many are simulated a second: `python benchmarks/search.py`.

Every package of the built-in keep-base is simulated once; searches with other seeds then read what they ask for from that table, so that
what is compared is the optimisers: the one of `patronage search` and packages drawn at random.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from patronage.batch.executors import Serial
from patronage.searches import Search, load_search
from patronage.searches.evaluating import simulate_packages
from patronage.searches.fronts import front, hypervolume, lowered
from patronage.searches.goals import statistics_of
from patronage.searches.optimisers import optimiser
from patronage.simulation import settle

SEEDS = range(1, 21)


class Table:
    """All packages of a search with what became of them."""

    def __init__(self, search: Search) -> None:
        self.search, self.packages = search, search.grid()
        runs = len(self.packages) * search.runs_each
        settle(search.experiment.scenario, runs)
        begun = time.process_time()
        found = simulate_packages(search, self.packages, Serial(), runs=search.experiment.replications)
        self.seconds = time.process_time() - begun
        self.values = lowered(search.objectives, statistics_of(search.goals, search.tables(self.packages, found.runs)))
        self.number = {key: i for i, key in enumerate(self.packages.itertuples(index=False, name=None))}
        self.box = (self.values.min(axis=0), self.values.max(axis=0))
        self.whole = self.reached(range(len(self.packages)))

    def reached(self, numbers: object) -> float:
        """Hypervolume of the front of some packages."""
        some = self.values[sorted(set(numbers))]  # type: ignore[call-overload]
        return hypervolume(some[front(some, np.ones(len(some), dtype=bool))], *self.box)

    def searched(self, seed: int, most: int, population: int) -> float:
        """What a search of at most so many packages reaches, as a part of what there is."""
        s = self.search
        first = s.standing()
        opt = optimiser(
            len(s.levers), 2, 0, population, seed, None if first is None else first[None],
            lambda u: np.column_stack([x.middle(u[:, i]) for i, x in enumerate(s.levers)]),
        )  # fmt: skip
        seen: dict[int, None] = {}
        for _ in range(most):
            u = opt.ask()
            numbers = [self.number[key] for key in s.packages(u).itertuples(index=False, name=None)]
            fresh = [n for n in dict.fromkeys(numbers) if n not in seen]
            seen |= dict.fromkeys(fresh[: most - len(seen)])
            if not numbers or len(seen) >= most:
                break
            opt.learn(numbers, self.values[numbers], np.zeros((len(numbers), 0)))
        return self.reached(seen) / self.whole

    def drawn(self, seed: int, most: int) -> float:
        """What so many packages drawn at random reach."""
        return self.reached(np.random.default_rng(seed).permutation(len(self.packages))[:most].tolist()) / self.whole


def main() -> None:
    """Print a row a budget and way of searching."""
    table = Table(load_search("keep-base"))
    count, each = len(table.packages), table.search.runs_each
    there = len(front(table.values, np.ones(count, dtype=bool)))
    print(f"{count:,} packages of {each} runs in {table.seconds:.1f} s of one processor: "
          f"{count / table.seconds:.0f} packages, {count * each / table.seconds:,.0f} runs a second")
    print(f"front of all packages: {there} packages, hypervolume {table.whole:.4f}")
    rows = []
    for part in (20, 10, 5):
        most = count // part
        for name, values in (
            ("search", [table.searched(seed, most, 12) for seed in SEEDS]),
            ("at random", [table.drawn(seed, most) for seed in SEEDS]),
        ):
            rows.append((f"1/{part}", most, name, np.mean(values), np.min(values)))
    print(pd.DataFrame(rows, columns=["of all", "packages", "how", "mean", "least"]).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
