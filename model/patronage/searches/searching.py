"""Searches: packages asked for and simulated, generation by generation, in a folder or in memory, from where it stopped if it did."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..batch.checksums import digest, intact, sealed
from ..batch.executors import Executor, executor
from ..batch.folders import FolderError
from ..batch.identity import versions
from ..batch.sweepstore import SweepStore
from ..experiments.repair import Notice, warn
from ..scenario import Scenario
from ..simulation import settle
from .confirming import confirmed
from .evaluating import FIRST, SECOND, GenerationStore, Simulated, simulate_packages, together
from .fronts import front, growth, largest_regret, lowered
from .goals import Floats, Search, statistics_of
from .optimisers import Optimiser, library, optimiser
from .reading import load_search
from .selecting import Selection, candidates, select, shortfalls

STATE = "search.json"
"""What the search in a folder is, sealed; its generations are in `dataset`."""

MARGIN = 1.0
"""Standard errors from a constraint at which the optimiser is told that it is broken: otherwise it goes where luck is."""
LOT = 6
"""Candidates that are simulated together and kept at once."""

Progress = Callable[[float, int], None]
"""Called with (runs done, runs in all)."""


@dataclass(frozen=True)
class SearchResult:
    """What a search found."""

    search: Search
    packages: pd.DataFrame
    """A row a package (index: its number): `generation` (from 1), its levers, its price (`price`, MUSD), its goals as found, `kept`
    (whether it keeps all constraints), `failed` (why it could not be simulated, mostly empty)."""
    front: pd.DataFrame
    """A row a package that is named, in order of the first objective: of the candidates those that keep their constraints with the
    second luck and that no other beats with it (without `validate`: as they were found). Levers, goals as found, and, where `confirm`
    asks for fresh luck, every goal again as `NAME_again` with its 95 % interval `NAME_low`, `NAME_high`, and `holds` (whether it keeps
    its constraints with fresh luck); `regret` (the largest in any future and objective, in parts of the front's spread, with the
    luck it was chosen by) and `least_regret` (whether it is the smallest)."""
    candidates: pd.DataFrame
    """A row a package near the front as found, simulated with a second luck: every goal as `NAME_second`, `sure` (whether it keeps all
    constraints with it, sampling errors allowed for), `chosen` (whether it is in the front). Empty without `validate`."""
    nearest: pd.DataFrame
    """Where no candidate is sure: the one that falls short by least, with the columns of a front. Empty otherwise."""
    growth: pd.DataFrame
    """Hypervolume by generation: `generation`, `evaluations`, `front`, `hypervolume` (0 to 1)."""
    runs: dict[str, Floats]
    """Outcome → [packages, futures, runs], as found."""
    seconds: float
    """That this call spent on simulating; 0 where everything was there."""

    @property
    def evaluations(self) -> int:
        return len(self.packages)


@dataclass
class _Archive:
    """All packages so far."""

    search: Search
    packages: list[pd.DataFrame] = field(default_factory=list)
    runs: list[dict[str, Floats]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    generations: list[int] = field(default_factory=list)
    number: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def new(self, asked: pd.DataFrame) -> pd.DataFrame:
        """Those that were not simulated yet, each once."""
        fresh = [key not in self.number for key in keys(asked)]
        return asked[fresh].drop_duplicates(ignore_index=True)

    def add(self, found: Simulated, generation: int) -> None:
        for key in keys(found.packages):
            self.number[key] = len(self.number)
        self.packages.append(found.packages)
        self.runs.append(found.runs)
        self.failures += found.failures
        self.generations += [generation] * len(found.packages)

    @property
    def table(self) -> pd.DataFrame:
        return pd.concat(self.packages, ignore_index=True)

    @property
    def outcomes(self) -> dict[str, Floats]:
        return {name: np.concatenate([one[name] for one in self.runs]) for name in self.runs[0]}

    def scores(self) -> tuple[Floats, Floats]:
        """Objectives that less is better of [packages, goals], and excess over constraints, with a margin [packages, constraints]."""
        table, outcomes = self.table, self.outcomes
        levels = statistics_of(self.search.goals, self.search.tables(table, outcomes))
        _, excess = shortfalls(self.search, table, outcomes, MARGIN)
        return lowered(self.search.objectives, levels), excess_of(self.search, levels, self.failures, excess)


def keys(packages: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Packages as what can be looked up."""
    return list(packages.itertuples(index=False, name=None))


def excess_of(search: Search, levels: pd.DataFrame, failures: list[str], excess: Floats) -> Floats:
    """By how much each package breaks each constraint (`excess`); a last column is broken by failing."""
    failed = np.array([np.inf if f else 0.0 for f in failures])
    columns = [np.maximum(column, np.where(failed > 0, np.inf, -np.inf)) for column in excess.T]
    unknown = levels[[g.name for g in search.objectives]].isna().any(axis=1).to_numpy()
    return np.column_stack([*columns, np.where(unknown, np.inf, failed)])


def search(
    what: Search | str | Path,
    out: str | Path | None = None,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    notice: Notice = warn,
) -> SearchResult:
    """Look for the packages that no other beats, or go on where an earlier call stopped.

    Args:
        what: the search, or the name or file of one.
        out: a folder to keep generations in and to go on from; None: only in memory.
        workers: processes of this machine; no number depends on it.
        progress: told how much is done.
        notice: told of files that were damaged, which are set aside and made again.

    Raises:
        ScenarioError: a file that is wrong.
        MissingOptimiserError: the extra `search` is not installed.
        FolderError: the folder holds something else, or somebody else is writing to it.
        LostError: the workers are gone; what is done is kept.
    """
    loaded = what if isinstance(what, Search) else load_search(what)
    used = identity(loaded)
    with ExitStack() as stack:
        kept = None
        if out is not None:
            store = SweepStore(out)
            stack.enter_context(store.alone())
            begin(store, used)
            kept = GenerationStore(store, digest(used), notice)
        load = partial(_load, loaded.experiment.scenario, all_runs(loaded))
        doer = stack.enter_context(executor(workers, begin=load))
        return _Searching(loaded, kept, doer, workers, load, progress).result()


def all_runs(search: Search) -> int:
    """Runs of a search, at most: to find, to choose and to tell."""
    return search.evaluations * search.runs_each + search.runs_chosen + search.runs_told


def pace(search: Search, runs: int) -> float:
    """Seconds that one process takes for a run of a package, measured on so many runs of two packages."""
    settle(search.experiment.scenario, search.evaluations * search.runs_each)  # what is measured must be what will be done
    packages = search.packages(np.repeat([[0.25], [0.75]], len(search.levers), axis=1))
    each = max(1, runs // (2 * len(search.futures)))

    def timed(many: int) -> float:
        begun = time.perf_counter()
        with executor(1) as doer:
            simulate_packages(search, packages, doer, runs=many)
        return time.perf_counter() - begun

    timed(1)  # whatever is loaded once
    return timed(each) / (2 * each * len(search.futures))


def identity(search: Search) -> dict[str, Any]:
    """What must agree for a search to be gone on with: what decides its runs and what decides which packages are asked for."""
    e = search.experiment
    levers = [
        [x.name, x.factor.path, x.price, x.free, list(x.prices), x.step, list(x.factor.ends), list(x.factor.choices)]
        for x in search.levers
    ]
    uncertain = [[f.name, f.path, [str(v) for v in f.ends], str(f.distribution)] for f in (*e.theories, *e.uncertainties)]
    goals = [[g.name, g.of, g.better, g.over, g.sign, repr(g.limit)] for g in search.goals]
    return {
        "scenario": e.scenario.digest,
        "question": digest([
            e.model_digest, levers, uncertain, goals, [[c.name, c.bound, c.at_least] for c in search.constraints],
            list(search.spending), len(search.futures), e.replications, search.population, search.search_seed, search.last,
            MARGIN, "luck by future",
        ]),
        "versions": versions() | {"optimiser": library()},
    }  # fmt: skip


def begin(store: SweepStore, used: dict[str, Any]) -> None:
    """A folder in which nothing, or the same search, was begun. FolderError otherwise."""
    store.clean()
    path = store.folder / STATE
    text = (json.dumps(sealed(used), indent=1, ensure_ascii=False) + "\n").encode()
    if path.is_file():
        if path.read_bytes() == text:
            return
        held = _state(path)
        if held is None and not store.chunks():
            store.write(STATE, text)
            return
        if held is None:
            raise FolderError(f"{path} is damaged, and nothing else says what the search is: choose another folder")
        same = held.get("question") == used["question"] and held.get("scenario") == used["scenario"]
        what = (
            "the same search, begun with other versions" if same
            else "another search: its scenario, levers, goals, futures, seeds or population are others"
        )  # fmt: skip
        raise FolderError(f"{store.folder} holds {what}. Results are not mixed: choose another folder")
    if any(not p.name.startswith(".") for p in store.folder.iterdir()):
        raise FolderError(f"{store.folder} exists and holds no search: choose another folder")
    store.write(STATE, text)


def _state(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and intact(found) else None


def _load(scenario: Scenario, runs: int) -> None:
    """Load compiled code if all runs together are worth it: a chunk alone may be too small."""
    settle(scenario, runs)


class _Searching:
    """One call."""

    def __init__(
        self, search: Search, kept: GenerationStore | None, doer: Executor, workers: int, load: Callable[[], None],
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self.search, self.kept, self.doer, self.progress = search, kept, doer, progress
        self.archive = _Archive(search)
        self.load = load if workers == 1 else lambda: None
        self.done, self.total, self.seconds = 0, search.evaluations * search.runs_each, 0.0

    def result(self) -> SearchResult:
        """Ask, simulate, tell, until nothing is left to ask or all generations are done; then choose and tell with fresh luck."""
        s = self.search
        first = s.standing()
        opt = optimiser(
            len(s.levers), len(s.objectives), len(s.constraints) + 1, s.population, s.search_seed,
            None if first is None else first[None], self._middle, all(x.factor.numeric for x in s.levers),
        )  # fmt: skip
        for generation in range(s.generations):
            if not self._generation(opt, generation):
                break
        return self._tables()

    def _middle(self, u: Floats) -> Floats:
        return np.column_stack([x.middle(u[:, i]) for i, x in enumerate(self.search.levers)])

    def _generation(self, opt: Optimiser, generation: int) -> bool:
        """Whether there was anything to ask."""
        s = self.search
        u = opt.ask()
        if not len(u):
            return False
        asked = s.packages(u)
        fresh = self.archive.new(asked)
        if len(fresh):
            self.archive.add(self._simulated(generation, fresh, s.experiment.replications, 0), generation)
        numbers = [self.archive.number[key] for key in keys(asked)]
        goals, excess = self.archive.scores()
        opt.refresh(goals, excess)
        opt.learn(numbers, goals[numbers], excess[numbers])
        self._report((generation + 1) * s.population * s.runs_each)
        return True

    def _simulated(self, number: int, packages: pd.DataFrame, runs: int, first: int) -> Simulated:
        """Packages from the folder, or simulated now and kept there."""
        if self.kept is not None and (found := self.kept.read(number, packages, runs, first)) is not None:
            return found
        self.load()
        begun, before = time.perf_counter(), self.done

        def advance(more: int) -> None:
            self._report(self.done + more)

        found = simulate_packages(self.search, packages, self.doer, runs=runs, first=first, advance=advance)
        self.seconds += time.perf_counter() - begun
        self.done = before
        if self.kept is not None:
            self.kept.keep(number, found, runs, first)
        return found

    def _report(self, done: int) -> None:
        self.done = min(done, self.total)
        if self.progress is not None:
            self.progress(self.done, self.total)

    def _tables(self) -> SearchResult:
        """The tables."""
        s, archive = self.search, self.archive
        table, outcomes = archive.table, archive.outcomes
        tables = s.tables(table, outcomes)
        levels = statistics_of(s.goals, tables)
        plain = np.column_stack([np.zeros((len(table), 0)), *(c.excess(levels[c.name].to_numpy()) for c in s.constraints)])
        values, excess = lowered(s.objectives, levels), excess_of(s, levels, archive.failures, plain)
        keeps = np.asarray((excess <= 0).all(axis=1))
        generation = np.array(archive.generations)
        packages = pd.concat([
            pd.DataFrame({"generation": generation + 1}), table, pd.DataFrame({"price": s.prices(table)}), levels,
            pd.DataFrame({"kept": keeps, "failed": archive.failures}),
        ], axis=1).rename_axis("package")  # fmt: skip
        best, near, nearest = packages.iloc[:0], packages.iloc[:0], packages.iloc[:0]
        able = np.array([not f for f in archive.failures])
        if s.validate and len(numbers := candidates(s, table, outcomes, able, s.candidates)):
            chosen = self._chosen(table, numbers)
            near = chosen.table
            best = self._named(packages, chosen.chosen, chosen.tables, chosen.reference)
            if chosen.nearest is not None:
                nearest = self._again(_shown(packages, [chosen.nearest]), chosen.reference)
        elif not s.validate:
            numbers = front(values, keeps)
            reference = {g.name: g.best(tables[g.of]) for g in s.goals}
            best = self._named(packages, numbers, {k: v[numbers] for k, v in tables.items()}, reference)
        return SearchResult(s, packages, best, near, nearest, growth(values, keeps, generation), outcomes, self.seconds)

    def _chosen(self, table: pd.DataFrame, numbers: list[int]) -> Selection:
        """The candidates with a second luck, by lots, so that what interrupts loses one."""
        s = self.search
        each, begin = s.divided(s.validate), len(self.archive.packages) + s.generations + 1
        self.total += len(numbers) * each * len(s.futures)
        lots = [numbers[i : i + LOT] for i in range(0, len(numbers), LOT)]
        found = []
        for i, lot in enumerate(lots):
            found.append(self._simulated(begin + i, table.loc[lot].reset_index(drop=True), each, SECOND))
            self._report(self.done + len(lot) * each * len(s.futures))
        return select(s, numbers, together(found))

    def _named(
        self, packages: pd.DataFrame, numbers: list[int], tables: dict[str, Floats], reference: dict[str, Floats]
    ) -> pd.DataFrame:
        """A front with its regrets, and with fresh luck."""
        best = _shown(packages, numbers)
        if not numbers:
            return best
        best = best.assign(regret=largest_regret(self.search.objectives, tables))
        best["least_regret"] = best.index == best["regret"].idxmin()  # of equals the first
        return self._again(best, reference)

    def _again(self, best: pd.DataFrame, reference: dict[str, Floats]) -> pd.DataFrame:
        """Packages with fresh luck; regrets are counted from the best with the luck they were chosen by."""
        s = self.search
        if not s.confirm:
            return best
        each = s.divided(s.confirm)
        packages = best[[x.name for x in s.levers]].reset_index(drop=True)
        self.total += len(packages) * each * len(s.futures)
        found = self._simulated(len(self.archive.packages) + s.generations, packages, each, FIRST)
        return confirmed(s, best, found, reference)


def _shown(packages: pd.DataFrame, numbers: list[int]) -> pd.DataFrame:
    return packages.loc[numbers].drop(columns=["kept", "failed"])


__all__ = ["STATE", "SearchResult", "all_runs", "pace", "search"]
