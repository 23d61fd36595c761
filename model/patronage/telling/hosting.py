"""A client's seat in words: who may want a base and what it would bring, what a turn brought, what an order said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from patronage.games.hosting import Brought
from patronage.games.orders import Decision
from patronage.games.scoring import MEAN_DANGER, MEAN_RECEIPTS, Objective
from patronage.looks import short_route, the
from patronage.scenario.vocabulary import MEASURES
from patronage.world.arrays import Array

from .deals import plain
from .history import Story
from .tiles import signed

SHOWN = 0.05
"""MUSD a year, and quarters: less is not told."""
MOST_ANSWERS = 3
WANTED = {
    "autonomy": "Keep much influence for yourself", "legitimacy": "Be legitimate", "gdp": "Have a large economy", "growth": "Grow",
    "rent": "Have a high rent from {}", "rent_paid": "Be paid much rent by {}", "delivered": "Be given much by {}",
    "relief": "Have much debt forgiven by {}", "promised": "Be promised much by {}", "arms_promised": "Be promised many arms by {}",
    "arms_delivered": "Be given many arms by {}", "overthrow": "Not be overthrown", "coup": "Have no coup",
    "insecurity": "Have little to fear", "debt": "Owe little to {}", "campaign": "Have no campaign of {} against you",
    "campaigns": "Have few campaigns against you", "sanction": "Have no sanction of {}",
}  # fmt: skip
"""What a client wants of a measure, of a patron where it is about one."""


def wanted(story: Story, aim: Objective) -> str:
    """An aim of a client in words."""
    if aim.outcome == MEAN_RECEIPTS:
        return "Receive much: what all patrons hand over and pay as rent, a year, over the whole game"
    if aim.outcome == MEAN_DANGER:
        return "Keep your regime: a low chance to be overthrown, a quarter, over the whole game"
    outcome = story.scenario.outcomes[aim.outcome]
    words = WANTED[aim.measure].format(the(story.name(aim.patron)))
    first, last = (min(t, story.scenario.end) - story.scenario.start + 1 for t in (outcome.first, outcome.last))
    span = f"{story.quarters[first]} to {story.quarters[last]}"
    return f"{words}; {f'read in {story.quarters[last]}' if first == last else f'{outcome.reduce} of {span}'}"


def wanted_value(story: Story, aim: Objective, value: float) -> str:
    """A value of an aim of a client, with its unit."""
    if aim.outcome == MEAN_DANGER:
        return f"{100 * value:.2f} %"
    if aim.outcome == MEAN_RECEIPTS:
        return f"{value:.1f} MUSD/yr"
    unit = MEASURES[aim.measure].unit
    summed = story.scenario.outcomes[aim.outcome].reduce == "sum"
    if unit.startswith("MUSD"):
        return f"{value:.1f} {unit.removesuffix('/quarter') if summed else unit}"
    return f"{value:.0f}" if MEASURES[aim.measure].truth else f"{100 * value:.1f} %"


def on_the_table(story: Story, seat: str, row: Mapping[str, Any]) -> str:
    """What a patron has, what a base may be worth to it, and what stands behind the floor; of a row of `games.hosting.table_of`."""
    base = story.contract_name(row["patron"], seat)
    if row["holds"] and row["notice"] > 0:
        now = f"{base} is under notice: {_quarters(row['notice'])} left"
    elif row["holds"]:
        now = f"Has {base} for {row['rent']:.1f} MUSD a year, {_quarters(row['term'])} to run"
    else:
        now = "You are closed to it" if row["closed"] else "Has no base"
    if row["worth"] <= 0:
        return f"{now}. It wants none at present."
    parts = [f"your coalition’s price {row['price']:.1f}"]
    named = ((row["denial"], "rivals pay you {} to keep it out"), (row["consent"], "allies ask {} for their consent"))
    parts += [words.format(f"{x:.1f}") for x, words in named if x > SHOWN]
    if abs(row["survival"]) > SHOWN:
        parts.append(f"it {'endangers' if row['survival'] > 0 else 'guards'} your regime, {abs(row['survival']):.1f}")
    return f"{now}. A base may be worth {row['worth']:.1f} to it. The least you would ask: {', '.join(parts)}."


def _quarters(count: float) -> str:
    return f"{count:.0f} {'quarter' if count == 1 else 'quarters'}"


def advice(row: Mapping[str, Any]) -> str:
    """What the model would answer a patron in the seat."""
    found = row["advice"]
    if row["worth"] <= 0 or row["closed"]:
        return "nothing to sell"
    more = "" if found["takes"] else ", more than it is worth"
    return f"the model would {'agree at' if found['takes'] else 'ask'} {found['least']:.1f}{more}"


def brings(found: Brought) -> str:
    """What letting a patron in brings within a year, against refusing it."""
    base = f", its base {signed(100 * found.base, 0)} %" if abs(found.base) >= 0.005 else ""
    fear = f", danger {signed(100 * found.danger, 2)} pts" if abs(found.danger) >= 5e-5 else ""
    return f"{signed(found.receipts)} ± {found.spread:.1f} MUSD{base}{fear}"


# --- a turn, and the whole game -----------------------------------------------------------------------------------------------


def received(story: Story, seat: str, until: int) -> tuple[Array, Array]:
    """[time, P] what a client was handed over, and what it was paid as rent less what it paid, in every quarter so far, MUSD."""
    j = story.clients.index(seat)
    return story.array("delivered", until)[1:, :, j].sum(axis=-1), story.array("rent_paid", until)[1:, :, j]


def chance_to_fall(story: Story, seat: str, before: int, now: int) -> float:
    """The mean chance that a client's regime is overthrown in a quarter, over the quarters after `before` up to `now`."""
    j = story.clients.index(seat)
    return float(np.mean([story.moment("overthrow_chance", t)[j] for t in range(before + 1, now + 1)]))


def income(story: Story, seat: str, before: int, now: int) -> list[str]:
    """Two sentences: what came in and who gave it, and what became of the regime's autonomy and danger."""
    handed, rents = (x[before:now] for x in received(story, seat, now))
    by_patron = (handed + rents).sum(axis=0)
    span = story.quarters[now] if now - before < 2 else f"{story.quarters[before + 1]} to {story.quarters[now]}"
    most = int(np.argmax(by_patron))
    gave = f", most from {the(story.name(story.patrons[most]))} ({by_patron[most]:.1f})" if by_patron[most] > SHOWN else ""
    j = story.clients.index(seat)
    kept = [100 * float(story.at("autonomy", t)[j]) for t in (before, now)]
    feared = 100 * chance_to_fall(story, seat, before, now)
    leader = the(story.name(story.patrons[int(np.argmax(story.at("share", now)[:, j]))]))
    mine = f"The influence you keep for yourself went from {kept[0]:.1f} to {kept[1]:.1f} %, {leader} has most"
    return [
        f"{span}: you received {by_patron.sum():.1f} MUSD, rents {rents.sum():.1f} of it{gave}.",
        f"{mine}; the chance to be overthrown was {feared:.2f} % a quarter.",
    ]


def in_kind(story: Story, patron: str, client: str) -> str:
    """How the rent of a base is paid, where it is not in money; nothing where it is."""
    part = story.scenario.number("in_kind", patron, client)
    if part <= 0:
        return ""
    return ", paid in packages of arms and projects" if part >= 1 else f", {100 * part:.0f} % of it paid in packages"


def answers(story: Story, seat: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What became of bases in the client, of rows of the ledger about bases within a turn."""
    latest = {(plain(r["patron"]), plain(r["kind"])): r for r in rows if plain(r["client"]) == seat}
    out = []
    for (patron, kind), row in latest.items():
        base, whom = story.contract_name(patron, seat), the(story.name(patron))
        if kind in ("opened", "renewed", "kept"):
            word = "have" if kind == "opened" else "keep"
            paid = in_kind(story, patron, seat)
            out.append(f"You let {whom} {word} {base} for {float(row['rent']):.1f} MUSD a year{paid}.")
        elif kind == "refused" and float(row["value"]) > 0:
            out.append(f"You refused {whom} a base, worth {float(row['value']):.1f} MUSD a year to it.")
        elif kind in ("notice", "closed"):
            word = "You gave notice to" if kind == "notice" else "Closed:"
            out.append(f"{word} {base} ({short_route(plain(row['cause']))}).")
    return out[:MOST_ANSWERS]


def figures(story: Story, seat: str, last: int) -> list[tuple[str, float, int]]:
    """A row per figure of a client's game up to a time: its name, the number, digits."""
    handed, rents = received(story, seat, last)
    j = story.clients.index(seat)
    shares = story.at("share", last)[:, j]
    return [
        ("Received so far, MUSD", float((handed + rents).sum()), 1),
        ("Rents so far, MUSD", float(rents.sum()), 1),
        ("Chance to be overthrown, mean of a quarter, %", 100 * chance_to_fall(story, seat, 0, last), 2),
        ("Overthrown, times", float(story.array("overthrow", last)[1:, j].sum()), 0),
        ("Legitimacy, %", 100 * float(story.at("legitimacy", last)[j]), 1),
        ("Influence you keep for yourself, %", 100 * float(story.at("autonomy", last)[j]), 1),
        ("Bases on your soil", float(story.at("base", last)[:, j].sum()), 0),
        *((f"Share of {story.name(p)}, %", 100 * float(s), 1) for p, s in zip(story.patrons, shares, strict=True) if p != seat),
    ]  # fmt: skip


def ordered_words(story: Story, decision: Decision) -> str:
    """An order of a client in words."""
    parts = [f"asks {story.name(p)} for {least:g} a year" for p, least in decision.least.items() if p not in decision.refuse]
    refused = [story.name(p) for p in sorted(decision.refuse)]
    return "; ".join([*parts, *([f"refuses {', '.join(refused)}"] if refused else [])])


def left_to_the_model(decision: Decision, patrons: int) -> tuple[int, int]:
    """How many patrons an order leaves to the model's answer, and of how many."""
    return patrons - len({*decision.least, *decision.refuse}), patrons
