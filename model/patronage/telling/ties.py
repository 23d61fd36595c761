"""What ties patrons to clients, in layers: what was delivered in a year, contracts with their terms, trade, treaties."""

from __future__ import annotations

from dataclasses import dataclass

from patronage.scenario.catalogue import INSTRUMENTS

from .charts.contracts import about
from .deals import contracts
from .history import YEAR, Story

FLOWS = INSTRUMENTS[:3]
"""What is handed over; debt that is forgiven is not."""
LAYERS = {k: k.capitalize() for k in FLOWS} | {"rent": "Contracts and rent", "trade": "Trade", "treaties": "Treaties"}
"""Key and title."""
SOON = 2 * YEAR
"""Quarters from which on a contract counts as about to end, as in the strip of tiles."""
LEAST = 0.005
"""MUSD below which nothing was delivered."""


@dataclass(frozen=True)
class Tie:
    """One line between a patron and a client."""

    layer: str
    patron: str
    client: str
    amount: float
    unit: str
    words: str = ""
    """What it is, where the layer does not say it."""
    left: int = -1
    """Quarters until it ends; -1 for what has no term."""
    notice: bool = False
    contract: str = ""
    """What a click on a contract asks."""

    @property
    def asks(self) -> str:
        """What a click on its amount asks (`explaining`)."""
        return self.contract or f"tie {self.layer} {self.patron} {self.client}"

    @property
    def ends(self) -> str:
        """Its term in words."""
        if self.left < 0:
            return ""
        quarters = f"{self.left} quarter{'' if self.left == 1 else 's'}"
        return f"notice, {quarters} left" if self.notice else f"{quarters} left" if self.left else "review due"


def ties(story: Story, when: int, layers: tuple[str, ...] = tuple(LAYERS)) -> list[Tie]:
    """All ties of some layers, the largest of a layer first."""
    found = [*_delivered(story, when), *_contracts(story, when), *_trade(story, when), *_treaties(story, when)]
    return sorted((t for t in found if t.layer in layers), key=lambda t: (list(LAYERS).index(t.layer), -abs(t.amount)))


def _pairs(story: Story) -> list[tuple[int, str, int, str]]:
    return [(i, p, j, c) for i, p in enumerate(story.patrons) for j, c in enumerate(story.clients) if p != c]


def _delivered(story: Story, when: int) -> list[Tie]:
    """What was handed over within a year."""
    year = story.array("delivered", when)[max(1, when - YEAR + 1) :].sum(axis=0)
    return [
        Tie(layer, p, c, float(year[i, j, k]), "MUSD in a year")
        for k, layer in enumerate(FLOWS)
        for i, p, j, c in _pairs(story)
        if year[i, j, k] >= LEAST
    ]


def _contracts(story: Story, when: int) -> list[Tie]:
    return [
        Tie(
            "rent", c["patron"], c["client"], c["rent"], "MUSD/yr", c["name"], c["notice"] or c["left"], bool(c["notice"]),
            about(c["patron"], c["client"], c["kind"]),
        )
        for c in contracts(story, when)
    ]


def _trade(story: Story, when: int) -> list[Tie]:
    amount = story.moment("trade", when)
    return [Tie("trade", p, c, float(amount[i, j]), "MUSD of 2015/yr") for i, p, j, c in _pairs(story) if amount[i, j] >= LEAST]


def _treaties(story: Story, when: int) -> list[Tie]:
    """Treaties and pledges of defence, with the blocs behind them."""
    treaty, pact, member = story.moment("treaty", when), story.moment("pact", when), story.at("member", when)
    s, out = story.structure, []
    for i, p, j, c in _pairs(story):
        if treaty[i, j] <= 0 and pact[i, j] <= 0:
            continue
        parts = [f"{words} {value:.2f}" for words, value in (("economic", treaty[i, j]), ("defence", pact[i, j])) if value > 0]
        parts += [story.name(b) for k, b in enumerate(s.blocs) if s.leader[k] == i and member[k, j]]
        out.append(Tie("treaties", p, c, float(treaty[i, j] + pact[i, j]), "bandwidth", ", ".join(parts)))
    return out
