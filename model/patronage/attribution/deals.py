"""Deals as parts: what each patron gives each client of an instrument, opens with it and renews, as far as the ledger tells of it."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from ..decisions.decider import needs_python
from ..driving import prepare
from ..results.contracts import kind_of_row
from ..results.result import Result
from ..scenario import Scenario
from ..scenario.catalogue import INSTRUMENTS
from ..scenario.problems import nearest
from ..scenario.quarters import parse_quarter
from ..simulation import simulate
from ..world.arrays import Array
from ..world.structure import Structure
from .parts import AttributionError, Swapping, Switching, check_pair
from .voids import Voids

OTHER_DEALS = "all other deals"
"""The part that holds whatever has no part of its own."""
OTHERS_OF_THESE = "all others of these"
"""The same where only some deals are asked about."""
LARGEST = 9
"""Groups that have a part of their own; with the part for all others every coalition can still be simulated."""
SAMPLE = 100
"""Runs of which the ledger is read to find the largest groups."""
OPENED, RENEWED = "opened", "renewed"
ROWS = {"opened": OPENED, "renewed": RENEWED, "kept": RENEWED, "demand_met": RENEWED}
"""Rows by which contracts come into force, or go on."""


@dataclass(frozen=True)
class Deal:
    """A group of deals: a patron's gifts to a client of one instrument, or contracts of one kind that open, or are renewed."""

    patron: str
    client: str
    kind: str
    """An instrument, or a kind of concession."""
    when: str = ""
    """Of contracts: opened or renewed."""

    @property
    def name(self) -> str:
        """As a part, and for `--only`: RUS.KGZ.grants, USA.KGZ.base.opened."""
        return ".".join(x for x in (self.patron, self.client, self.kind, self.when) if x)


@dataclass(frozen=True)
class Voiding:
    """Deals of a scenario, or of two; those that are not in the coalition are void in all of them."""

    scenarios: tuple[Scenario, ...]
    parts: tuple[str, ...]
    groups: tuple[tuple[Deal, ...], ...]
    """What belongs to each part."""
    worth: tuple[float, ...]
    """MUSD a run, of each part; of two scenarios the mean."""

    @property
    def sides(self) -> int:
        return len(self.scenarios)

    def at(self, _: int) -> tuple[Scenario, ...]:
        """The scenarios: it is not they that differ between coalitions."""
        return self.scenarios

    def voids(self, coalitions: Sequence[int]) -> Voids:
        """What is void in each of some coalitions, a row for each."""
        s = Structure.of(self.scenarios[0])
        p, c, k, j = (
            {code: i for i, code in enumerate(axis)} for axis in (s.patrons, s.clients, INSTRUMENTS, s.kinds)
        )
        gifts, opened, renewed = (np.zeros((len(coalitions), len(p), len(c), n), dtype=bool) for n in (len(k), len(j), len(j)))
        tables = {"": (gifts, k), OPENED: (opened, j), RENEWED: (renewed, j)}
        for row, coalition in enumerate(coalitions):
            for i, group in enumerate(self.groups):
                for deal in group if not coalition >> i & 1 else ():
                    table, places = tables[deal.when]
                    table[row, p[deal.patron], c[deal.client], places[deal.kind]] = True
        return Voids(gifts, opened, renewed)


Game = Swapping | Switching | Voiding


def possible(s: Structure) -> list[Deal]:
    """Every group of deals that there could be."""
    kinds = [*((k, "") for k in INSTRUMENTS), *product(s.kinds, (OPENED, RENEWED))]
    return [Deal(p, c, *kind) for p in s.patrons for c in s.clients if p != c for kind in kinds]


def voiding(
    scenarios: tuple[Scenario, ...], only: Sequence[str], largest: int, *, runs: int, seed: int, until: int
) -> Voiding:
    """The largest groups of deals in the runs to `until`, and all others as one part.

    `only`: names, which are parts whatever they are worth, and patterns such as `*.KGZ.*`; what none of them is about stays as it is.
    Raises AttributionError.
    """
    if len(scenarios) == 2:
        check_pair(*scenarios)
    for s in scenarios:
        if needs_python(prepare(s, [0], seed)):
            raise AttributionError(f"{s.name} plays a strategy, policy or theory of another package: its deals cannot be made void")
    every = {deal.name: deal for deal in possible(Structure.of(scenarios[0]))}
    for name in only:
        if not fnmatch.filter(every, name):
            raise AttributionError(f"{name!r} is none of the deals. {nearest(name, list(every))}".strip())
    about = {n: d for n, d in every.items() if not only or any(fnmatch.fnmatchcase(n, x) for x in only)}
    worth = worth_of(scenarios, min(runs, SAMPLE), seed, until)
    order = sorted(about, key=lambda n: (n not in only, -worth.get(n, 0.0)))
    parts = [n for i, n in enumerate(order) if n in only or (worth.get(n, 0.0) > 0.0 and i < largest)]
    groups: list[tuple[Deal, ...]] = [(every[n],) for n in parts]
    rest = tuple(d for n, d in about.items() if n not in parts)
    if rest:
        parts, groups = [*parts, OTHERS_OF_THESE if only else OTHER_DEALS], [*groups, rest]
    return Voiding(
        scenarios, tuple(parts), tuple(groups), tuple(sum(worth.get(d.name, 0.0) for d in group) for group in groups)
    )


def worth_of(scenarios: Sequence[Scenario], runs: int, seed: int, until: int) -> dict[str, float]:
    """Group of deals → MUSD a run, the mean of the scenarios: gifts at face value, contracts at their worth to the holder."""
    found: dict[str, float] = {}
    for scenario in scenarios:
        result = simulate(scenario, runs=runs, seed=seed, until=until, record="lean", also=("promised",))
        for deal, amount in (*_gifts(result, runs), *_contracts(result.ledger, runs, until)):
            found[deal.name] = found.get(deal.name, 0.0) + amount / len(scenarios)
    return found


def _gifts(result: Result, runs: int) -> list[tuple[Deal, float]]:
    """What was promised in courtship and in packages, and what events forgave and handed over."""
    promised = result.data["promised"].astype(float).sum(("run", "quarter")) / runs
    codes = [promised.coords[d].values.tolist() for d in ("patron", "client", "instrument")]
    amounts: Array = promised.transpose("patron", "client", "instrument").values
    found = [(Deal(*place), float(x)) for place, x in zip(product(*codes), amounts.ravel(), strict=True) if x > 0]
    rows = result.ledger[result.ledger["kind"].isin(("forgiven", "transfer"))]
    sums = rows.groupby(["patron", "client", "instrument"], observed=True)["delivered"].sum() / runs
    return [*found, *((Deal(*map(str, place)), float(x)) for place, x in sums.items())]


def _contracts(ledger: pd.DataFrame, runs: int, until: int) -> list[tuple[Deal, float]]:
    """V of every contract that opened or was renewed, or its rent if that is more, for as long as it then stood."""
    rows = ledger[ledger["kind"].isin((*ROWS, "closed"))].copy()
    if not len(rows):
        return []
    rows["what"] = [kind_of_row(x) for x in rows["concession"].astype(object)]
    rows["at"] = [parse_quarter(str(q)) for q in rows["quarter"]]
    rows["next"] = rows.groupby(["run", "patron", "client", "what"], observed=True)["at"].shift(-1).fillna(until + 1)
    rows = rows[rows["kind"] != "closed"]
    yearly = np.fmax(np.fmax(rows["value"], rows["rent"].abs()), 0.0).fillna(0.0)
    rows["worth"] = yearly * (rows["next"] - rows["at"]) / 4.0 / runs
    rows["when"] = rows["kind"].astype(str).map(ROWS)
    sums = rows.groupby(["patron", "client", "what", "when"], observed=True)["worth"].sum()
    return [(Deal(*map(str, place)), float(x)) for place, x in sums.items()]
