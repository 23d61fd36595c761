"""The price of a concession in words: F, what a host asks: k for support, π for its rulers' office, N against rivals, the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from patronage.looks import the
from patronage.reports.words import adding_up, fixed, listed, upper
from patronage.results.contracts import BASE, Contract
from patronage.results.ensemble import Statistics


@dataclass(frozen=True, slots=True)
class Terms:
    """Means over decisions, MUSD a year; `floor` is the sum of `price`, `survival`, `denial` and `rest`."""

    value: float
    floor: float
    price: float
    survival: float
    denial: float
    rest: float
    asked: float
    rent: float
    anger: float
    rows: int

    @property
    def parts(self) -> tuple[float, float, float, float]:
        return self.price, self.survival, self.denial, self.rest


def terms_of(rows: pd.DataFrame) -> Terms | None:
    """The mean terms of those rows that have any."""
    known = rows[rows["floor"].notna() & rows["value"].notna()]
    if known.empty:
        return None

    def mean(column: str, missing: float = 0.0) -> float:
        return float(known[column].astype(float).fillna(missing).mean())

    value, floor, price, survival, denial = (mean(c) for c in ("value", "floor", "price", "survival", "denial"))
    rest = floor - price - survival - denial
    return Terms(
        value, floor, price, survival, denial, rest, _known_mean(known["asked"]), _known_mean(known["rent"]), mean("anger"), len(known)
    )


def _known_mean(column: pd.Series[Any]) -> float:
    """Mean of what there is; NaN where there is nothing."""
    found = column.astype(float).dropna()
    return float(found.mean()) if len(found) else np.nan


def places_of(terms: Terms) -> int:
    """Decimals that show its numbers to three digits or so."""
    largest = max(map(abs, (terms.value, *terms.parts)))
    return 1 if largest >= 10 else 2


def formula(s: Any, contract: Contract, terms: Terms) -> str:
    """F = k + π + N, with numbers that add up: F 221.0 = k 0.5 + π 220.4 + N 0.1."""
    places = places_of(terms)
    parts = adding_up(terms.parts, places)
    names = ("k", "π", "N", "rest")
    amounts = [(n, x) for n, x in zip(names, parts, strict=True) if n in ("k", "N") or x]
    total = fixed(round(sum(x for _, x in amounts), places), places)
    sums = " ".join(f"{'−' if x < 0 else '+'} {_name(s, contract, n, terms)} {fixed(abs(x), places)}" for n, x in amounts)
    return f"F {total} = {sums.removeprefix('+ ')}"


def _name(s: Any, contract: Contract, part: str, terms: Terms) -> str:
    return rest_words(s, contract, terms) if part == "rest" else part


def rest_words(s: Any, contract: Contract, terms: Terms) -> str:
    """What F holds beside k, π and N: it depends on the kind."""
    if _flag(s, contract, "kind_exclusive"):
        return "outdoing its rivals"
    return "end of its purse" if terms.floor < 0 else "consent of allies"


def _flag(s: Any, contract: Contract, name: str) -> bool:
    """A switch of the kind of a contract; off in what is no scenario."""
    number = getattr(s.scenario, "number", None)
    return contract.kind != BASE and number is not None and float(number(name, contract.kind)) > 0.5


def guards(s: Any, contract: Contract) -> bool:
    """Whether contracts of the kind protect the host's rulers."""
    number = getattr(s.scenario, "number", None)
    return contract.kind != BASE and number is not None and float(number("kind_guards", contract.kind)) > 0


def price_words(s: Statistics | Any, contract: Contract, terms: Terms, fear: str) -> str:
    """What the host asks and why, in one sentence; `fear` is what its rulers are afraid of."""
    host, holder = upper(the(s.label(contract.client))), the(s.label(contract.patron))
    places = places_of(terms)
    price, survival, denial, rest = adding_up(terms.parts, places)
    total = round(price + survival + denial + rest, places)
    amounts = [f"{fixed(price, places)} for the support that hosting costs its rulers (k)"]
    if survival > 0:
        amounts.append(f"{fixed(survival, places)} for fear of losing office (π; {fear})")
    elif survival < 0:
        shield = "the guard keeps them in office" if guards(s, contract) else "hosting keeps them in office"
        amounts.append(f"less {fixed(-survival, places)}, as {shield} (π)")
    if denial:
        amounts.append(f"{fixed(denial, places)} against what rivals bid to keep {holder} out (N)")
    else:
        amounts.append(f"{'next to ' if terms.denial > 0 else ''}nothing against rivals (N)")
    if rest:
        amounts.append(f"{fixed(rest, places)} {_rest_reason(s, contract, terms)}")
    asks = f"asks {fixed(total, places)} MUSD a year" if total >= 0 else f"would itself pay up to {fixed(-total, places)} MUSD a year"
    return f"{host} {asks}{_mainly(s, contract, terms)}: {listed(amounts)}."


def _rest_reason(s: Any, contract: Contract, terms: Terms) -> str:
    if _flag(s, contract, "kind_exclusive"):
        return "for what the rival who would have it alone offers, and for a change of hands"
    return "because its purse ends there" if terms.floor < 0 else "for the consent of its allies"


def _mainly(s: Any, contract: Contract, terms: Terms) -> str:
    """Which part decides what is asked, if one does."""
    if terms.floor == 0:
        return ""
    reasons = (
        "because hosting costs support",
        "because its rulers fear for their office" if terms.survival > 0 else "for protection",
        "because rivals bid against it",
        "because of what others want for it",
    )
    largest = max(range(4), key=lambda i: terms.parts[i] / terms.floor)
    return f", mainly {reasons[largest]}" if terms.parts[largest] / terms.floor >= 0.5 else ""


def worth_words(s: Statistics | Any, contract: Contract, terms: Terms) -> str:
    """What it is worth to the holder."""
    holder = the(s.label(contract.patron))
    text = f"To {holder} it is worth {fixed(terms.value, places_of(terms))}"
    return f"{text}, for it costs more than it is good for" if terms.value < 0 else text
