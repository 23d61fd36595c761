"""Absurd regions: whether a board of facts can tell a region that nobody believes from the one that is shipped.

Families, sizes, draws and the criterion stand in `absurd.yaml`. A board that gives an absurd region no worse a score cannot tell,
and what it says of the shipped one is worth as little.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from patronage.data.tables import Tables
from patronage.facts.board import brier, resampled
from patronage.facts.fitting import decided, unasked
from patronage.facts.holding import right
from patronage.facts.kinds import Fact
from patronage.facts.text import WIDTH, table
from patronage.results.ensemble import proportion_interval
from patronage.scenario import Scenario
from patronage.scenario.entities import Base
from patronage.scenario.scenario import inside
from patronage.simulation import simulate
from patronage.world.arrays import Array

from .ensembles import Cells
from .index_board import statements

FILE = Path(__file__).parent / "absurd.yaml"
FACTS, WHOLE, CONTROL = "facts", "whole", "control"
Number = tuple[str, tuple[str, ...]]
"""A field and codes."""
Held = dict[str, Array]
"""[run, statement] by board."""


@dataclass(frozen=True)
class AbsurdPlan:
    """What the file says."""

    sizes: Mapping[str, float]
    draws: int
    runs: int
    aim: float
    cannot_tell: float
    families: Mapping[str, Mapping[str, Any]]


@cache
def plan() -> AbsurdPlan:
    """The shipped plan."""
    content = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return AbsurdPlan(**{k: content[k] for k in ("sizes", "draws", "runs", "aim", "cannot_tell", "families")})


class Absurdity:
    """The family applied to a scenario: whole numbers at size 0 and 1, and who hosts what at the start."""

    def __init__(self, scenario: Scenario, family: Mapping[str, Any], luck: np.random.Generator) -> None:
        self.scenario, self.cells, self.luck = scenario, Cells(scenario), luck
        self.targets: dict[Number, float] = {}
        self.orders: dict[str, str] = {}
        if "set" in family:
            for path, value in family["set"].items():
                if path in self.cells.fields:
                    self.targets[self.cells.key(path)] = inside(self.cells.fields[path], float(value))
        for template in family.get("mirror", ()):
            for words in self.places(template):
                key = self.cells.key(template.format(**words))
                self.targets[key] = -self.number(key)
        if "permute" in family:
            self.permute(family["permute"])
        self.moves = bool(family.get("contracts"))

    def number(self, key: Number) -> float:
        """The shipped one, in the unit of the engine."""
        return self.scenario.number(key[0], *key[1])

    def places(self, template: str) -> Iterator[dict[str, str]]:
        """Every way to fill a path with actors and axes, as far as there are such figures."""
        codes = {"patron": self.scenario.patrons, "client": self.scenario.clients, "axis": self.scenario.axes}
        names = [n for n in codes if f"{{{n}}}" in template]
        for chosen in product(*(codes[n] for n in names)):
            words = dict(zip(names, chosen, strict=True))
            if template.format(**words) in self.cells.fields:
                yield words

    def permute(self, how: Mapping[str, Any]) -> None:
        """Every actor gets another's figures, in an order that is drawn: one for all, or one for each patron."""
        over, each = how["over"], how.get("each")
        codes = self.scenario.clients if over == "client" else self.scenario.patrons
        groups = self.scenario.patrons if each else ("",)
        orders = {g: dict(zip(codes, other, strict=True)) for g in groups if (other := derangement(codes, self.luck))}
        for template in how["figures"]:
            for words in self.places(template):
                taken = orders.get(words[each] if each else "", {}).get(words[over], words[over])
                path, source = template.format(**words), template.format(**{**words, over: taken})
                if source in self.cells.fields:
                    self.targets[self.cells.key(path)] = self.number(self.cells.key(source))
        # What stands in X is of use where X's figures go: to the actor that takes them.
        self.orders = {source: taker for taker, source in orders.get("", {}).items()}

    @property
    def differs(self) -> bool:
        """Whether it is another region at all."""
        return any(not math.isclose(v, self.number(k)) for k, v in self.targets.items())

    def region(self, size: float) -> Scenario:
        """The scenario, so far on the way."""
        moved = {k: (1 - size) * self.number(k) + size * v for k, v in self.targets.items()}
        contracts = self.contracts(size) if self.moves else self.scenario.contracts
        return replace(self.scenario, numbers={**self.scenario.numbers, **moved}, contracts=contracts)

    def contracts(self, size: float) -> dict[str, Base]:
        """Those at the start; the part that the size says, rounded up, stands elsewhere."""
        out = dict(self.scenario.contracts)
        for name in list(out)[: math.ceil(size * len(out))]:
            mine = self.scenario.contracts[name]
            to, here = self.orders.get(mine.host, mine.host), out[name].host
            if to == mine.holder:
                continue
            for other, its in out.items():  # whoever stands there already changes places with it
                if other != name and (its.holder, its.kind, its.host) == (mine.holder, mine.kind, to):
                    out[other] = replace(its, host=here)
            out[name] = replace(mine, host=to)
        return out


def derangement(codes: Sequence[str], luck: np.random.Generator) -> list[str]:
    """The codes in an order that leaves none in its place; empty where there is no such order."""
    if len(codes) < 2:
        return []
    while True:
        order = [codes[i] for i in luck.permutation(len(codes))]
        if all(a != b for a, b in zip(codes, order, strict=True)):
            return order


def scored(facts: Sequence[Fact], scenario: Scenario) -> list[Fact]:
    """Those that the shipped scenario can be asked and does not decide; absurd ones are asked the same."""
    return [f for f in facts if not unasked(f, scenario) and not decided(f, scenario)]


def held(result: Any, scenario: Scenario, facts: Sequence[Fact], tables: Tables | None) -> Held:
    """What each run gets right, by board."""
    out: Held = {FACTS: np.stack([right(f, result) for f in facts], axis=1)} if facts else {}
    if tables is not None:
        found = statements(result, scenario, tables)
        for board in dict.fromkeys(s.board for s in found):
            out[board] = np.stack([s.held for s in found if s.board == board], axis=1)
    return out


def compared(shipped: Held, other: Held, draws: Array) -> Iterator[dict[str, Any]]:
    """A row a board, and for several their mean: Brier scores, how much worse the other is, and its interval over resampled runs."""
    sides = []
    for board in shipped:
        scores = [(float(brier(h.mean(axis=0))), brier(draws @ h / len(h))) for h in (shipped[board], other[board])]
        sides.append((board, scores))
    means = [
        (float(np.mean([s[i][0] for _, s in sides])), np.mean([s[i][1] for _, s in sides], axis=0)) for i in (0, 1)
    ]
    for board, ((a, drawn_a), (b, drawn_b)) in [*sides, (WHOLE, means)] if len(sides) > 1 else sides:
        low, high = np.quantile(drawn_b - drawn_a, (0.025, 0.975))
        yield {
            "board": board,
            "shipped": a,
            "absurd": b,
            "worse": b - a,
            "low": low,
            "high": high,
            "detected": bool(low > 0),
        }


def absurd(
    scenario: Scenario, facts: Sequence[Fact], tables: Tables | None, *, draws: int | None = None, runs: int | None = None,
    seed: int = 1, progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """A row a family, size, draw and board; `control` is the shipped region with other luck.

    Draw d of every region and the shipped one share their luck, seed + d.
    """
    about, asked = plan(), scored(facts, scenario)
    draws, runs = draws or about.draws, runs or about.runs
    weights, rows, done = resampled(runs, seed), [], 0
    total = draws * (2 + len(about.families) * len(about.sizes))

    def play(region: Scenario, luck: int) -> Held:
        nonlocal done
        out = held(simulate(region, runs, luck), scenario, asked, tables)
        done += 1
        if progress is not None:
            progress(done, total)
        return out

    for d in range(draws):
        shipped = play(scenario, seed + d)
        cases = [(CONTROL, "", play(scenario, seed + draws + d))]
        for number, (name, family) in enumerate(about.families.items()):
            region = Absurdity(scenario, family, np.random.default_rng([seed, d, number]))
            if region.differs:
                cases += [(name, size, play(region.region(part), seed + d)) for size, part in about.sizes.items()]
        for name, size, found in cases:
            rows += [{"family": name, "size": size, "draw": d, **row} for row in compared(shipped, found, weights)]
    return pd.DataFrame(rows)


def rates(rows: pd.DataFrame, by: Sequence[str]) -> list[dict[str, Any]]:
    """Draws detected by groups, with the Wilson interval of their share and the mean of how much worse the score is."""
    out = []
    for key, mine in rows.groupby(list(by), sort=False):
        count, n = int(mine["detected"].sum()), len(mine)
        share, low, high = proportion_interval(count, n)
        named = dict(zip(by, key, strict=True))
        out.append(
            {
                **named,
                "detected": count,
                "draws": n,
                "share": share,
                "low": low,
                "high": high,
                "worse": mine["worse"].mean(),
            }
        )
    return out


def verdict(share: float) -> str:
    """What a share of draws detected says of a board."""
    about = plan()
    return "tells" if share >= about.aim else "cannot tell" if share < about.cannot_tell else "tells in part"


def text(rows: pd.DataFrame, name: str, runs: int, seed: int) -> str:
    """By size and board over all families; then by family."""
    about, regions = plan(), rows[rows["family"] != CONTROL]
    draws = rows["draw"].nunique()
    out = [f"Absurd regions of {name}: {draws} draws of each family and size, {runs} runs each, seed {seed}.", ""]
    head = ("size", "board", "detected", "of regions", "", "worse by (Brier)")
    by_size = [
        (r["size"], r["board"], *_rate(r), verdict(r["share"]), f"{r['worse']:+.3f}")
        for r in rates(regions, ("size", "board"))
    ]
    control = rates(rows[rows["family"] == CONTROL], ("family", "board"))
    calm = [(CONTROL, r["board"], *_rate(r), "", f"{r['worse']:+.3f}") for r in control]
    out += [*table([head, *by_size, *calm], 2), ""]
    boards = list(dict.fromkeys(regions["board"]))
    found = {(r["family"], r["size"], r["board"]): r for r in rates(regions, ("family", "size", "board"))}
    cases = dict.fromkeys((f, s) for f, s, _ in found)
    lines = [
        (*case, *(f"{r['detected']} of {draws}, {r['worse']:+.3f}" for r in (found[*case, b] for b in boards)))
        for case in cases
    ]
    out += [*table([("family", "size", *boards), *lines], 2), ""]
    out += [f"  {f}: {about.families[f]['text']}" for f in dict.fromkeys(regions["family"])]
    return "\n".join([*out, "", *textwrap.wrap(ERRORS, WIDTH)]).replace("-0.", "−0.").replace("+−", "−")


ERRORS = (
    "Detected: a Brier score worse than that of the shipped region with the same luck, with the 95 % interval of the difference "
    "over resampled runs above 0. control: the shipped region with other luck. whole: the mean over the boards. The aim is 95 % of "
    "regions; below half a board cannot tell."
)


def _rate(r: dict[Any, Any]) -> tuple[str, str]:
    return f"{r['detected']}", f"{r['draws']}: {r['share']:.2f} [{r['low']:.2f}, {r['high']:.2f}]"
