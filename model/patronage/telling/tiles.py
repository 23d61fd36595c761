"""The strip above everything: eight numbers of one quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .charts.base import number
from .charts.client import largest_shift
from .history import CONTESTED, Story

CHIPS = 4
"""Patrons whose number of clients led is shown on their colour; the note names all."""
NOTHING = "none yet"
"""What a tile shows before the first quarter where a number would mean nothing."""
SOON = 8
"""Quarters within which a contract counts as ending soon."""


@dataclass(frozen=True)
class Tile:
    """One number with its note; `chips` are counts on the colours of patrons."""

    key: str
    label: str
    value: str
    note: str
    tone: str = "calm"
    """calm, look or alarm."""
    patron: str = ""
    chips: tuple[tuple[str, str], ...] = ()
    ask: str = ""
    """What a click asks (`explaining`); by itself what the tile is."""


def signed(value: float, digits: int = 1) -> str:
    """A number that shows its sign, unless what is shown of it is nothing."""
    shown = number(value, digits)
    return shown.removeprefix("−") if not shown.strip("−0.") else "+" * (value > 0) + shown


def tiles(story: Story, when: int, twin: Story | None) -> list[Tile]:
    """The strip of one quarter."""
    return [
        _quarter(story, when), _leading(story, when, twin), _led(story, when), _contested(story, when),
        _shift(story, when), _money(story, when), _bases(story, when), _legitimacy(story, when),
    ]  # fmt: skip


def _quarter(story: Story, when: int) -> Tile:
    last = len(story.quarters) - 1
    note = "before the first quarter" if when == 0 else f"quarter {when} of {last}"
    return Tile("quarter", "Quarter", story.quarters[when], note if when < last else f"the last of {last}")


def _leading(story: Story, when: int, twin: Story | None) -> Tile:
    mean = story.at("share", when).mean(axis=1)
    i = int(np.argmax(mean))
    note = f"mean share {number(100 * mean[i])} %"
    if twin is not None and twin.now >= when and story.patrons[i] in twin.patrons:
        other = twin.at("share", when).mean(axis=1)[twin.patrons.index(story.patrons[i])]
        if abs(mean[i] - other) >= 0.0005:
            note += f"; other run {number(100 * other)} %"
    code = story.patrons[i]
    return Tile("leading", "Leading patron", story.name(code), note, patron=code, ask=f"mean {code}")


def _led(story: Story, when: int) -> Tile:
    leaders = [leader for leader, _, _ in story.leaders(when)]
    counts = [(p, leaders.count(p)) for p in story.patrons if p in leaders]
    counts.sort(key=lambda item: -item[1])
    note = " · ".join(story.name(p) for p, _ in counts)
    chips = tuple((p, str(n)) for p, n in counts[:CHIPS])
    return Tile("led", "Clients led", "…" if len(counts) > CHIPS else "", note, chips=chips)


def _contested(story: Story, when: int) -> Tile:
    names = [story.name(c) for c, (_, _, lead) in zip(story.clients, story.leaders(when), strict=True) if lead < CONTESTED]
    note = ", ".join(names) or "every lead is 10 points or more"
    return Tile("contested", "Contested clients", str(len(names)), note, "look" if names else "calm")


def _shift(story: Story, when: int) -> Tile:
    change, patron, client = largest_shift(story, when)
    if when == 0:
        return Tile("shift", "Largest shift, 1 yr", NOTHING, "history begins with the next quarter")
    tone = "look" if abs(change) >= 5 else "calm"
    note = f"{story.name(patron)} in {story.name(client)}"
    return Tile("shift", "Largest shift, 1 yr", f"{signed(change)} pts", note, tone, ask=f"share({patron}, {client})")


def _money(story: Story, when: int) -> Tile:
    paid = story.paid(when)
    if when == 0:
        return Tile("money", "Paid this quarter", NOTHING, "arms, grants, loans, rents")
    note = "arms, grants, loans, rents"
    if when > 1 and story.paid(when - 1) > 0:
        note = f"{signed(100 * (paid / story.paid(when - 1) - 1), 0)} % on the last quarter"
    return Tile("money", "Paid this quarter", f"{number(paid, 1 if paid < 1000 else 0)} MUSD", note)


def _bases(story: Story, when: int) -> Tile:
    base, left, notice = story.at("base", when), story.moment("term_left", when), story.at("notice", when)
    ending = int(np.count_nonzero(base & ((left <= SOON) | (notice > 0))))
    given = int(np.count_nonzero(notice))
    note = f"{ending} end{'s' if ending == 1 else ''} within 2 yrs" + (f", {given} under notice" if given else "")
    return Tile("bases", "Active bases", str(int(base.sum())), note, "look" if given else "calm")


def _legitimacy(story: Story, when: int) -> Tile:
    level = story.at("legitimacy", when)
    c = int(np.argmin(level))
    tone = "alarm" if level[c] < 0.4 else "look" if level[c] < 0.5 else "calm"
    client = story.clients[c]
    value = number(100 * float(level[c]), 0)
    return Tile("legitimacy", "Lowest legitimacy", value, story.name(client), tone, ask=f"legitimacy({client})")
