"""An origin starts where the index stands: what the formula leaves unexplained of each published part stays for the whole run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from patronage.scenario import Scenario
from patronage.scenario.derived import YEARS, deflator

from ..data.index import formula
from ..data.tables import Tables
from .targets import PARTS

DIGITS = 6
"""Of what is left unexplained; the published parts have fewer."""


def at_published(start: Scenario, tables: Tables, origin: int) -> Scenario:
    """The scenario with `ties.P.C.unexplained.*` as the parts published for the origin ask; unchanged where one of the five is not."""
    found: dict[tuple[str, tuple[str, ...]], float] = {}
    for p in start.patrons:
        for c in (c for c in start.clients if c != p):
            seen = [tables.at(column, origin, p, c, back=0) for column in PARTS.values()]
            told = [x.value for x in seen if x is not None]
            if len(told) == len(PARTS):
                for part, published, said in zip(PARTS, told, parts(start, p, c), strict=True):
                    found[f"unexplained_{part}", (p, c)] = round(published - said, DIGITS)
    return replace(start, numbers={**start.numbers, **found})


def parts(start: Scenario, patron: str, client: str) -> tuple[float, ...]:
    """What the formula makes of a scenario's first moment, in the order of PARTS. docs/equations.md section 7."""
    number = start.number
    gdp, prices = number("real_gdp", client), deflator(start)
    trade = {p: number("trade", p, client) * gdp for p in start.patrons if p != client}
    arms = {p: sum(number(f"arms_year_y{i}", p, client) for i in range(1, YEARS + 1)) for p in trade}
    led = [b for b in map(start.bloc, start.blocs) if b.leader == patron and client in b.members]
    treaty = number("treaty", patron, client) + sum(number("bloc_treaty", b.code) for b in led)
    pact = max([number("pact", patron, client), *(number("bloc_pact", b.code) for b in led)])
    lent = np.array([number("capital0", patron, client), number("debt0", patron, client)]) / prices
    mine, others = np.array(trade[patron]), number("other_trade", client) * gdp
    economic = formula.economic_dependence(
        mine, np.array(sum(trade.values()) + others), np.array(gdp), np.array(number("aid", patron, client) / prices), np.zeros(())
    )
    economic += 0.5 * formula.FORMULA.lending * formula.logged(lent, np.array(gdp)).sum()
    tiv = np.array(arms[patron])
    every = np.array(sum(arms.values()) + number("other_arms", client))
    return (
        float(formula.economic_bandwidth(mine, np.array(treaty))), number("tie", patron, client),
        float(formula.security_bandwidth(tiv, np.array(pact))), float(economic), float(formula.security_dependence(tiv, every)),
    )  # fmt: skip
