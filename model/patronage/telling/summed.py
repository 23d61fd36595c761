"""Counts, sums and means over actors or quarters, explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from patronage.scenario import explain
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.scenario.vocabulary import MEASURES
from patronage.world.arrays import Array

from .charts.base import number
from .charts.marks import flows
from .deals import contracts, why
from .explanation import MOST_PARTS, Explanation, beside
from .history import CONTESTED, Story
from .hosting import chance_to_fall, received
from .tiles import signed


def _mean(story: Story, twin: Story | None, when: int, rest: str) -> Explanation | None:
    """A patron's mean share over all clients."""
    if rest not in story.patrons:
        return None
    share = story.at("share", when)[story.patrons.index(rest)]
    parts = [(f"{story.name(c)}: {number(100 * s)} %", f"share({rest}, {c})") for c, s in zip(story.clients, share, strict=True)]
    value = f"{number(100 * float(share.mean()))} %"
    if twin is not None and twin.now >= when and rest in twin.patrons:
        other = float(twin.at("share", when)[twin.patrons.index(rest)].mean())
        value = beside(value, f"{number(100 * other)} %", f"{signed(100 * (float(share.mean()) - other))} points")
    title = f"Mean share of {story.name(rest)} over all clients"
    meaning = f"The mean of its shares, every client alike.\n{explain(story.scenario, 'share')}"
    return Explanation(title, f"{story.quarters[when]}: {value}", meaning, parts=tuple(parts))


def _leads(story: Story, twin: Story | None, when: int, rest: str) -> Explanation | None:
    """Who leads a client, and by how far."""
    if rest not in story.clients:
        return None
    value = _ahead(story, when, rest)
    if twin is not None and twin.now >= when and rest in twin.clients:
        value = beside(value, _ahead(twin, when, rest))
    shares = zip(story.patrons, story.at("share", when)[:, story.clients.index(rest)], strict=True)
    parts = [(f"{story.name(p)}: {number(100 * s)} %", f"share({p}, {rest})") for p, s in sorted(shares, key=lambda x: -x[1])]
    return Explanation(f"Who leads {story.name(rest)}", f"{story.quarters[when]}: {value}", _leading(story), parts=tuple(parts))


def _hosts(story: Story, twin: Story | None, when: int, rest: str) -> Explanation | None:
    """Whose bases stand in a client."""
    if rest not in story.clients:
        return None
    standing = story.at("base", when)[:, story.clients.index(rest)]
    value = str(int(standing.sum()))
    if twin is not None and twin.now >= when and rest in twin.clients:
        value = beside(value, str(int(twin.at("base", when)[:, twin.clients.index(rest)].sum())))
    holders = [p for p, there in zip(story.patrons, standing, strict=True) if there]
    parts = tuple((story.contract_name(p, rest), f"base({p}, {rest})") for p in holders)
    title, meaning = f"Bases in {story.name(rest)}", explain(story.scenario, "base")
    return Explanation(title, f"{story.quarters[when]}: {value}", meaning, parts=parts)


def _ahead(story: Story, when: int, client: str) -> str:
    patron, share, lead = story.leaders(when)[story.clients.index(client)]
    return f"{story.name(patron)} with {number(100 * share)} %, {number(100 * lead)} points ahead"


def _leading(story: Story) -> str:
    return f"A patron leads a client where its share is the largest.\n{explain(story.scenario, 'share')}"


def _gave(story: Story, when: int, rest: str) -> Explanation | None:
    """What a patron handed over to all clients by one instrument, or paid as rent."""
    patron, _, instrument = rest.partition(" ")
    if patron not in story.patrons or instrument not in (*INSTRUMENTS, "rent"):
        return None
    i = story.patrons.index(patron)
    paid = instrument == "rent"
    given = story.at("rent_paid", when)[i] if paid else story.at("delivered", when)[i, :, INSTRUMENTS.index(instrument)]
    measure = "rent_paid" if paid else "relief" if instrument == "debt_relief" else f"{instrument}_delivered"
    measure = measure if measure in MEASURES else "delivered"  # grants have no measure of their own
    parts = tuple(
        (f"{story.name(c)}: {number(x, 2)} MUSD", f"{measure}({patron}, {c})") for c, x in zip(story.clients, given, strict=True) if x
    )
    title = f"{instrument.replace('_', ' ').capitalize()} of {story.name(patron)} to all clients"
    value = f"{story.quarters[when]}: {number(float(given.sum()), 2)} MUSD in the quarter"
    return Explanation(title, value, explain(story.scenario, measure), parts=parts)


class Total(NamedTuple):
    """Something that a seat has come to since the start."""

    title: str
    values: Array
    """By quarter, the first of the period first."""
    reduce: Callable[[Array], float]
    unit: str
    meaning: str
    asks: str
    """Of the latest quarter alone."""


def totals(story: Story, seat: str, until: int) -> dict[str, Total]:
    """All that is totalled of a seat up to a time, by the word that asks for it."""
    if seat in story.patrons:
        i = story.patrons.index(seat)
        spent, relief = story.array("spent", until)[1:, i] / 4, story.array("delivered", until)[1:, i, :, 3].sum(axis=-1)
        return {
            "spent": Total("Spent so far", spent, np.sum, "MUSD", "spent", f"spent({seat})"),
            "relief": Total("Debt relief so far", relief, np.sum, "MUSD", "relief", f"gave {seat} debt_relief"),
        }
    j = story.clients.index(seat)
    handed, rents = (x.sum(axis=-1) for x in received(story, seat, until))
    fallen = story.array("overthrow", until)[1:, j].astype(float)
    danger = np.array([100 * chance_to_fall(story, seat, t - 1, t) for t in range(1, until + 1)])
    return {
        "received": Total("Received so far", handed + rents, np.sum, "MUSD", "delivered", ""),
        "rents": Total("Rents so far", rents, np.sum, "MUSD", "rent_paid", ""),
        "danger": Total("Chance to be overthrown", danger, np.mean, "% in the mean quarter", "overthrow", f"overthrow({seat})"),
        "overthrown": Total("Overthrown", fallen, np.sum, "times", "overthrow", f"overthrow({seat})"),
    }  # fmt: skip


def _total(story: Story, when: int, rest: str) -> Total | None:
    what, _, seat = rest.partition(" ")
    return totals(story, seat, when).get(what) if when and seat in (*story.patrons, *story.clients) else None


def _so_far(story: Story, twin: Story | None, when: int, rest: str) -> Explanation | None:
    """What a seat has come to since the start, year by year."""
    found = _total(story, when, rest)
    if found is None:
        return None
    years = np.array([quarter[:4] for quarter in story.quarters[1 : when + 1]])
    parts = [
        (f"{year}: {number(float(found.reduce(found.values[years == year])), 2)} {found.unit}", "") for year in dict.fromkeys(years)
    ]
    now = [("In the quarter alone", found.asks)] if found.asks else []
    how = "The mean" if found.reduce is np.mean else "The sum"
    meaning = f"{how} over all quarters since {story.quarters[1]}.\n{explain(story.scenario, found.meaning)}"
    here = float(found.reduce(found.values))
    value = f"{number(here, 2)} {found.unit}"
    other = _total(twin, when, rest) if twin is not None and twin.now >= when else None
    if other is not None:
        there = float(other.reduce(other.values))
        value = beside(value, f"{number(there, 2)} {found.unit}", f"{signed(here - there, 2)} {found.unit}")
    title = f"{found.title}: {story.name(rest.partition(' ')[2])}"
    return Explanation(title, f"{story.quarters[when]}: {value}", meaning, parts=(*parts[-MOST_PARTS:], *now))


# --- tiles that are counts and sums


def _tile(story: Story, when: int, rest: str) -> Explanation | None:
    found = TILES.get(rest)
    return found(story, when) if found is not None else None


def _quarter(story: Story, when: int) -> Explanation:
    last = len(story.quarters) - 1
    today = [(i, r) for i, r in enumerate(story.entries) if r.when == when]
    parts = [(why(story, i)[0].partition(": ")[2], f"row {i}") for i, _ in today[:MOST_PARTS]]
    words = "What was decided and what happened in it:" if parts else "Nothing was decided in it."
    return Explanation(f"The quarter {story.quarters[when]}", f"{when} of {last}", words, parts=tuple(parts))


def _leaders(story: Story, when: int) -> tuple[tuple[str, str], ...]:
    found = zip(story.clients, story.leaders(when), strict=True)
    return tuple(
        (f"{story.name(c)}: {story.name(p)} {number(100 * share)} %, {number(100 * lead)} points ahead", f"share({p}, {c})")
        for c, (p, share, lead) in found
    )


def _led(story: Story, when: int) -> Explanation:
    leaders = [p for p, _, _ in story.leaders(when)]
    counts = ", ".join(f"{story.name(p)} {leaders.count(p)}" for p in story.patrons if p in leaders)
    return Explanation("Clients led", f"{story.quarters[when]}: {counts}", _leading(story), parts=_leaders(story, when))


def _contested(story: Story, when: int) -> Explanation:
    many = sum(lead < CONTESTED for _, _, lead in story.leaders(when))
    meaning = f"A client is contested where its leader is less than {number(100 * CONTESTED, 0)} points ahead of the second."
    return Explanation("Contested clients", f"{story.quarters[when]}: {many}", meaning, parts=_leaders(story, when))


def _money(story: Story, when: int) -> Explanation:
    meaning = "Arms, grants, loans and cash rents handed over in the quarter; debt relief and surplus equipment are not counted."
    largest = flows(story, when)
    parts = tuple(
        (f"{story.name(p)} to {story.name(c)}: {number(x)} MUSD", f"delivered({p}, {c})") for p, c, x in largest
    )
    rest = story.paid(when) - sum(x for _, _, x in largest)
    if rest > 0.05:
        parts += ((f"smaller ones together: {number(rest)} MUSD", ""),)
    meaning += f"\n{explain(story.scenario, 'delivered')}\n{explain(story.scenario, 'rent_paid')}"
    return Explanation("Paid this quarter", f"{story.quarters[when]}: {number(story.paid(when))} MUSD", meaning, parts=parts)


def _bases(story: Story, when: int) -> Explanation:
    standing = [c for c in contracts(story, when) if c["kind"] == "base"]
    parts = tuple((f"{c['name']}: {number(c['rent'], 2)} MUSD a year", f"base({c['patron']}, {c['client']})") for c in standing)
    meaning = f"Bases that stand at the end of the quarter, those under notice included.\n{explain(story.scenario, 'base')}"
    return Explanation("Active bases", f"{story.quarters[when]}: {len(standing)}", meaning, parts=parts)


TILES: dict[str, Callable[[Story, int], Explanation]] = {
    "quarter": _quarter, "led": _led, "contested": _contested, "money": _money, "bases": _bases,
}  # fmt: skip
SUMMED: dict[str, Callable[[Story, int, str], Explanation | None]] = {"gave": _gave, "tile": _tile}
COMPARED: dict[str, Callable[[Story, Story | None, int, str], Explanation | None]] = {
    "mean": _mean, "leads": _leads, "hosts": _hosts, "so-far": _so_far,
}  # fmt: skip
"""What is told beside the run compared with."""
