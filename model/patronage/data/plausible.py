"""What looks odd in a region built from series, and where it contradicts a scenario of this project. docs/build.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from patronage.driving import prepare
from patronage.scenario import Scenario, load_scenario
from patronage.scenario.library import builtin_dir

from .index.formula import FORMULA
from .region import Region
from .region_influence import PUBLISHED
from .region_states import Derived

if TYPE_CHECKING:
    from patronage.world.arrays import Array

MOST_GROWTH, LEAST_GROWTH = 10.0, -3.0
"""Real growth, % a year, beyond which few states grew for a dozen years."""
MOST_DEBT, MOST_TRADE = 1.5, 200.0
"""External debt over GDP, and trade with one patron in % of GDP, beyond which a figure is rather a register of firms or ships."""
MOST_APART = 0.15
"""Influence by the formula less that published, beyond which the figures of the dyad do not explain it."""
LEAST_BUDGET = 1.0
"""MUSD a year with which a patron can hardly act."""
YEARS_APART, FACTOR = 3, 2.0
"""How far starts may be apart to be compared, and by what factor figures without a range may differ."""


def oddities(region: Region, made: Scenario, end: int) -> list[str]:
    """Every figure of a built region that should be looked at before it is believed, a line each."""
    found = [*of_states(region), *of_patrons(region), *of_dyads(region), *of_leaders(region, made)]
    if end > region.tables.known:
        last = region.tables.known
        found.append(f"after {last} the tables know nothing: from then on growth, trade and violence stay as they were")
    return found


def of_states(region: Region) -> Iterator[str]:
    """Openness, growth and debt of clients."""
    for c in region.clients:
        openness, growth, gdp = region.openness(c), region.real_growth(c), region.gdp(c)
        if openness.source == "assumption":
            yield f"{c}: no index of its regime is known; openness {openness.value:.2f} is a guess ({openness.gap})"
        if not LEAST_GROWTH <= growth.value <= MOST_GROWTH:
            yield f"{c}: real growth of {growth.value:.3g} % a year ({source_of(growth)})"
        if gdp.source == "assumption":
            yield f"{c}: no GDP is known; {gdp.value:.4g} MUSD a year is a guess ({gdp.gap})"
        debt = region.external_debt(c)
        if debt.value > MOST_DEBT * gdp.value:
            yield f"{c}: external debt of {debt.value / gdp.value:.3g} times the GDP ({source_of(debt)})"


def of_patrons(region: Region) -> Iterator[str]:
    """Who can never act."""
    for p in region.patrons:
        budget = region.budget(p)
        if budget.value < LEAST_BUDGET:
            arms = "" if region.supply(p).value > 0 else ", and it sells no arms"
            yield f"{p} can hardly act: a budget of {budget.value:.2g} MUSD a year ({source_of(budget)}){arms}"


def of_dyads(region: Region) -> Iterator[str]:
    """Trade that is no trade, and influence that the figures do not explain."""
    for p in region.patrons:
        for c in (c for c in region.clients if c != p):
            trade = region.trade(p, c)
            if trade.value > MOST_TRADE:
                yield f"{p} in {c}: trade of {trade.value:.4g} % of GDP ({source_of(trade)})"
            made, gaps = region.by_formula(p, c), region.unexplained(p, c)
            if len(gaps) == len(PUBLISHED):
                parts = {k: made[k] + f.value for k, f in gaps.items()}
                published, formula = index_of(parts), index_of(made)
                if abs(formula - published) > MOST_APART:
                    yield f"{p} in {c}: the figures give an influence of {formula:.2f}, published {published:.2f}; it stays so"


def index_of(parts: dict[str, float]) -> float:
    """The index of influence from its five parts."""
    bandwidth, dependence = (sum(v for k, v in parts.items() if k.endswith(kind)) for kind in ("bandwidth", "dependence"))
    return FORMULA.scale * bandwidth * dependence


def of_leaders(region: Region, made: Scenario) -> Iterator[str]:
    """Clients in which another patron leads at the start than in the published index, or one of whom it says nothing."""
    world = prepare(made, range(1), 1).ensemble().world
    influence: Array = world.influence[0]
    for j, c in enumerate(made.clients):
        index = {
            p: r.value for p in made.patrons
            if p != c and (r := region.tables.at("fbic_influence", region.now, p, c, back=1)) is not None
        }  # fmt: skip
        if len(index) < 2:
            continue
        mine = {p: float(influence[i, j]) for i, p in enumerate(made.patrons) if p != c}
        first, real = max(mine, key=mine.__getitem__), max(index, key=index.__getitem__)
        if first == real:
            continue
        if first in index:
            yield f"{c}: {first} leads at the start ({mine[first]:.2f}), in the published index {real} does ({index[real]:.2f})"
        else:
            yield f"{c}: {first} leads at the start ({mine[first]:.2f} against {mine[real]:.2f} of {real}); its index is not published"


def source_of(figure: Derived) -> str:
    """Where a figure comes from, in few words."""
    return f"assumption: {figure.gap}" if figure.source == "assumption" else figure.source


# --- against the scenarios of this project ---


def contradictions(made: Scenario) -> dict[str, list[str]]:
    """By name of a shipped scenario of about the same start: where it and a built region say different things of shared dyads."""
    found: dict[str, list[str]] = {}
    for name in alike(made):
        shipped = load_scenario(name)
        pairs = [(p, c) for p in made.patrons for c in made.clients if p in shipped.patrons and c in shipped.clients and p != c]
        if pairs:
            found[name] = [*differences(made, shipped, pairs), *other_bases(made, shipped, pairs)]
    return found


def alike(made: Scenario) -> list[str]:
    """Shipped scenarios that say themselves when they start, at most three years apart, and name an actor of the region."""
    found = []
    for path in sorted(builtin_dir("scenarios").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        begun = re.search(r"^period: \{start: (\d{4})", text, re.MULTILINE)
        own = not re.search(r"^extends:", text, re.MULTILINE) or path.stem.rpartition("-")[2].isdecimal()
        if begun and own and abs(int(begun[1]) - made.start // 4) <= YEARS_APART and any(c in text for c in made.clients):
            found.append(path.stem)
    return found


COMPARED = (
    "states.{c}.openness", "states.{c}.real_gdp", "states.{c}.position.security", "patrons.{p}.budget", "ties.{p}.{c}.trade",
    "ties.{p}.{c}.debt",
)  # fmt: skip
"""Figures that are compared, each once."""


def differences(made: Scenario, shipped: Scenario, pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Figures outside the range of the shipped ones, or more than a factor of two from those without."""
    same_axis = made.poles == shipped.poles
    known, there = made.figures(), shipped.figures()
    for pattern in COMPARED:
        if "position" in pattern and not same_axis:
            yield f"the axis is {axis_of(made)}, there {axis_of(shipped)}: positions are not compared"
            continue
        for path in dict.fromkeys(pattern.format(p=p, c=c) for p, c in pairs):
            ours, theirs = known.get(path), there.get(path)
            if ours is not None and theirs is not None and apart(ours.value, theirs.value, theirs.range):
                within = f", from {theirs.range[0]:.4g} to {theirs.range[1]:.4g}" if theirs.range else ""
                yield f"{path}: {ours.value:.4g}, there {theirs.value:.4g}{within}"


def apart(ours: float, theirs: float, span: tuple[float, float] | None) -> bool:
    """Whether a figure contradicts another with its range."""
    if span is not None:
        return not min(span) <= ours <= max(span)
    return not np.isclose(ours, theirs) and not 1 / FACTOR <= (ours / theirs if theirs else np.inf) <= FACTOR


def axis_of(scenario: Scenario) -> str:
    """Both poles of a scenario's first axis."""
    return ":".join(next(iter(scenario.poles.values()), ("none",)))


def other_bases(made: Scenario, shipped: Scenario, pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Bases at the start that only one of two scenarios has."""
    ours, theirs = ({(b.holder, b.host) for b in s.bases.values()} & {*pairs} for s in (made, shipped))
    for p, c in sorted(ours ^ theirs):
        yield f"{p} has a base in {c} {'here only' if (p, c) in ours else 'there only'}"
