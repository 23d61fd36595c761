"""Optimisers that are asked for packages and told what became of them (pymoo), in the unit cube, all goals minimised."""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Any, Protocol

import numpy as np

from ..extras import how_to_install
from .goals import Floats

FEW = 3
"""Goals up to which packages are kept by what they add to the hypervolume (SMS-EMOA); with more by directions (NSGA-III)."""
SPREAD = 0.3
"""First step of CMA-ES, in parts of the range of every lever."""


class MissingOptimiserError(ImportError):
    """The library that searches is not installed."""


class Optimiser(Protocol):
    """Asked and told in turns."""

    def ask(self) -> Floats:
        """Coordinates [packages, levers] to try; none when there is nothing left to try."""

    def learn(self, numbers: list[int], goals: Floats, excess: Floats) -> None:
        """What became of them: their numbers, goals [packages, goals], excess over constraints [packages, constraints]."""

    def refresh(self, goals: Floats, excess: Floats) -> None:
        """What is known by now of all packages, by number: a regret grows as better ones are found."""


def library() -> str:
    """The optimiser's package with its version. Raises MissingOptimiserError."""
    try:
        import pymoo
    except ImportError:
        raise MissingOptimiserError(f"a search needs pymoo, which the extra 'search' installs: {how_to_install('search')}") from None
    return f"pymoo {pymoo.__version__}"


def optimiser(
    levers: int,
    goals: int,
    constraints: int,
    population: int,
    seed: int,
    first: Floats | None = None,
    middle: Callable[[Floats], Floats] = lambda u: u,
    numeric: bool = True,
) -> Optimiser:
    """The one for so many goals: CMA-ES for one, SMS-EMOA for two or three, else NSGA-III.

    Where levers are words, one goal is sought by a genetic algorithm: words are in no order.

    Args:
        levers: dimensions of the cube.
        goals: numbers to minimise.
        constraints: numbers that are to be 0 or less.
        population: packages a generation.
        seed: the same seed and the same answers give the same questions.
        first: coordinates that are among the first to be tried.
        middle: coordinates → those that stand for all that give the same package.
        numeric: whether all levers are numbers.

    Raises MissingOptimiserError.
    """
    library()
    if goals == 1 and numeric:
        return _Evolution(levers, population, seed, first, middle)
    return _Genetic(levers, goals, constraints, population, seed, first, middle)


class _Genetic:
    """SMS-EMOA, NSGA-III, or a genetic algorithm for one goal."""

    def __init__(
        self, levers: int, goals: int, constraints: int, population: int, seed: int, first: Floats | None, middle: Any
    ) -> None:
        from pymoo.algorithms.moo.nsga3 import NSGA3
        from pymoo.algorithms.moo.sms import SMSEMOA
        from pymoo.algorithms.soo.nonconvex.ga import GA
        from pymoo.core.problem import Problem
        from pymoo.core.repair import Repair
        from pymoo.util.ref_dirs import get_reference_directions

        class Middle(Repair):  # type: ignore[misc]  # pymoo ships no types
            def _do(self, problem: Any, x: Any, **_: Any) -> Any:
                return middle(np.asarray(x, dtype=np.float64))

        sample = middle(beginning(levers, population, seed, first))
        how = {"pop_size": population, "sampling": np.unique(sample, axis=0), "repair": Middle(), "eliminate_duplicates": True}
        if goals == 1:
            self._algorithm = GA(**how)
        elif goals <= FEW:
            self._algorithm = SMSEMOA(**how)
        else:
            self._algorithm = NSGA3(get_reference_directions("das-dennis", goals, n_partitions=_partitions(goals, population)), **how)
        self._problem = Problem(n_var=levers, n_obj=goals, n_ieq_constr=constraints, xl=np.zeros(levers), xu=np.ones(levers))
        self._algorithm.setup(self._problem, termination=("n_gen", 1 << 30), seed=seed, verbose=False)
        self._asked: Any = None

    def ask(self) -> Floats:
        self._asked = self._algorithm.ask()
        if self._asked is None or not len(self._asked):
            return np.zeros((0, self._problem.n_var))
        return np.asarray(self._asked.get("X"), dtype=np.float64)

    def learn(self, numbers: list[int], goals: Floats, excess: Floats) -> None:
        from pymoo.core.evaluator import Evaluator
        from pymoo.problems.static import StaticProblem

        known = {"F": finite(goals)} | ({"G": finite(excess)} if excess.shape[1] else {})
        Evaluator().eval(StaticProblem(self._problem, **known), self._asked)
        self._asked.set("number", np.array(numbers))
        self._algorithm.tell(infills=self._asked)

    def refresh(self, goals: Floats, excess: Floats) -> None:
        kept = self._algorithm.pop
        if kept is not None and len(kept):
            kept.set("F", finite(goals[kept.get("number").astype(np.intp)]))


def _partitions(goals: int, population: int) -> int:
    """So many parts of every axis give no more reference directions than packages."""
    return max(p for p in range(1, population + 1) if p == 1 or comb(p + goals - 1, goals - 1) <= population)


class _Evolution:
    """CMA-ES: what is kept is a distribution, told by rank, those that break constraints behind all that keep them."""

    def __init__(self, levers: int, population: int, seed: int, first: Floats | None, middle: Any) -> None:
        import cma

        start = np.full(levers, 0.5) if first is None or not len(first) else np.clip(first[0], 0.05, 0.95)
        self._middle = middle
        self._asked: list[Any] = []
        options = {"popsize": population, "bounds": [0, 1], "seed": seed + 1, "verbose": -9, "CMA_diagonal": levers == 1}
        self._strategy = cma.CMAEvolutionStrategy(start if levers > 1 else np.repeat(start, 2), SPREAD, options)
        self._levers = levers

    def ask(self) -> Floats:
        self._asked = self._strategy.ask()
        return np.asarray(self._middle(np.array(self._asked, dtype=np.float64)[:, : self._levers]))

    def learn(self, numbers: list[int], goals: Floats, excess: Floats) -> None:
        broken = np.maximum(finite(excess), 0).sum(axis=1) if excess.shape[1] else np.zeros(len(goals))
        order = np.lexsort((finite(goals)[:, 0], broken))
        rank = np.empty(len(order))
        rank[order] = np.arange(len(order))
        self._strategy.tell(self._asked, rank.tolist())

    def refresh(self, goals: Floats, excess: Floats) -> None:
        """A generation is told at once and forgotten: nothing is out of date."""


def beginning(levers: int, population: int, seed: int, first: Floats | None) -> Floats:
    """The first packages: those that are given, all levers at their low and at their high ends, then a Latin hypercube.

    The ends of a front often lie where the levers end, which children of what lies between hardly reach.
    """
    from scipy.stats import qmc

    given = np.vstack([np.zeros((0, levers)) if first is None else first, np.zeros((1, levers)), np.ones((1, levers))])
    drawn = qmc.LatinHypercube(levers, rng=np.random.default_rng(seed)).random(max(0, population - len(given)))
    return np.vstack([given, drawn])[:population]


def finite(values: Floats) -> Floats:
    """What an optimiser can compare: a number that nobody knows is worse than all."""
    return np.where(np.isfinite(values), values, 1e30)
