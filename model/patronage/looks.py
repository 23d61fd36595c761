"""How what the model knows by name is shown: colours and words, once for figures, reports and the page.

Colours of patrons are those of Okabe and Ito, which people with any common form of colour blindness can tell apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

VERMILLION, BLUE, GREEN, ORANGE = "#D55E00", "#0072B2", "#009E73", "#E69F00"
PURPLE, SKY, BLACK, YELLOW = "#CC79A7", "#56B4E9", "#000000", "#F0E442"
REST = (GREEN, ORANGE, PURPLE, SKY, YELLOW, BLACK)


PALETTE = (VERMILLION, BLUE, *REST)
"""Of patrons, by place."""
with (Path(__file__).parent / "patrons.csv").open(encoding="utf-8", newline="") as _listed:
    KNOWN = {row["patron"]: row["colour"] for row in DictReader(_listed)}
"""Patrons that keep their colour from one scenario to the next; of two that share one, the first has it where both are."""


def patron_places(patrons: Sequence[str], axes: Sequence[str], poles_of: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each patron stands in the palette and in whatever else tells patrons apart: a number of its own, from 0.

    Those that are known keep theirs; of the others the poles of the first orientation axis come first. So are they ordered.
    """
    poles = [p for axis in axes[:1] for p in poles_of[axis] if p in patrons]
    ordered = [*poles, *(p for p in patrons if p not in poles)]
    found: dict[str, int] = {}
    for patron, colour in KNOWN.items():
        place = PALETTE.index(colour)
        if patron in patrons and place not in found.values():
            found[patron] = place
    taken = set(found.values())
    free = (i for i in count() if i not in taken)
    found |= {p: next(free) for p in ordered if p not in found}
    return {p: found[p] for p in ordered}


def nth(choices: Sequence[T], place: int) -> T:
    """What a patron at a place has of some choices; beyond the palette they are shifted: no two look alike."""
    return choices[(place + place // len(PALETTE)) % len(choices)]


def colour_of(place: int) -> str:
    """The colour at a place of the palette."""
    return PALETTE[place % len(PALETTE)]


@dataclass(frozen=True, slots=True)
class Shown:
    """How an instrument or a channel is shown."""

    figure: str
    """Colour in figures: cividis, ordered in lightness, so that it also reads in grey."""
    page: str
    """Colour on the page."""
    pattern: str = ""
    """Of an area on the page."""
    symbol: str = ""
    """Of a point on the page."""


INSTRUMENTS = {
    "arms": Shown("#00224E", "#8c510a"),
    "grants": Shown("#666970", "#35978f"),
    "loans": Shown("#C8B866", "#dfc27d"),
    "debt_relief": Shown("#FEE838", "#80b1d3"),
    "rent": Shown("#56B4E9", "#01665e"),
}
"""What patrons give: the instruments, and rents on top of them."""
CHANNELS = {
    "arms": Shown("#00224E", "#8c510a", "stripes", "circle"),
    "economic": Shown("#35456C", "#35978f", "dots", "rect"),
    "debt": Shown("#666970", "#dfc27d", "counter", "triangle"),
    "presence": Shown("#948E77", "#01665e", "grid", "diamond"),
    "market": Shown("#C8B866", "#80b1d3", "bars", "pin"),
    "institutions": Shown("#FEE838", "#b3589a", "cross", "arrow"),
}
"""Channels of influence. On the page they have patterns of their own, so that nobody takes one for a patron."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route by which a concession closes (`closed.cause` of the ledger)."""

    words: str
    short: str
    label: str
    """In figures."""
    figure: str


ROUTES = {
    "mission": Route("the mission ended (a full one would have kept it)", "mission ended", "mission ended", "#00224E"),
    "rival": Route("rivals outbid the holder", "rival outbid", "rival outbid the holder", "#D55E00"),
    "price": Route(
        "the host's own price exceeded what it is worth", "price too high", "the host's own price too high", "#009E73"
    ),
    "overthrow": Route("overthrow of the host's regime", "overthrow", "overthrow", "#CC79A7"),
    "event": Route("dated event of the scenario", "dated event", "event", "#C8B866"),
    "demand": Route("host's demand refused", "demand refused", "host's demand refused", "#8A8A8A"),
    "politics": Route(
        "the host feared for its office, or had closed its doors", "politics", "politics: the host feared for its office", "#0072B2"
    ),
    "ban": Route("the host closed itself to the holder", "ban", "ban", "#56B4E9"),
    "outbid": Route("another patron took what only one can hold", "another has it", "another patron has it alone", "#E69F00"),
}
"""In the order in which figures stack them."""


def route_words(cause: str) -> str:
    """A route in a sentence; what is none stays as it is."""
    return ROUTES[cause].words if cause in ROUTES else cause


def short_route(cause: str) -> str:
    """A route in a cell of a table; what is none stays as it is."""
    return ROUTES[cause].short if cause in ROUTES else cause


REASONS = {
    "term": "its term is over",
    "turnover": "power has changed hands",
    "overthrow": "the regime has fallen",
    "hazard": "it came up for review",
    "sought": "the patron sought it",
    "mission begins": "the mission begins",
    "declining mission": "the mission is declining",
    "sanction": "the holder sanctions the host",
    "event": "the scenario says so",
    "review": "the scenario calls for a review",
    "rebid": "the holder bid again",
    "politics": "the host feared for its office, or its doors were closed",
    "grievance": "grievance",
    "drift": "the client strays from it",
    "leverage": "it is the less open, and nobody stands by the client",
    "legitimacy": "nobody campaigned",
    "benefit": "what membership is worth to the client",
    "cohesion": "the bloc would not act unpaid",
    "choice": "the patron's own choice",
    "shock": "the patron's income fell short",
    "demand": "the host demanded more",
    "rival": "against the holder's own offer",
}
"""Why something was decided, in a sentence; routes have words of their own."""


BY_CHANCE = {"cancelled": "as projects are at times", "handover": "as juntas do at times"}
"""What nobody calls for a review; by kind of row, where the cause is chance."""


def reason_words(kind: str, cause: str) -> str:
    """Why, of a row of the ledger whose cause is no route; nothing where there is none."""
    return BY_CHANCE[kind] if cause == "hazard" and kind in BY_CHANCE else REASONS.get(cause, cause)


def cause_words(kind: str, cause: str) -> str:
    """The cause of a row of the ledger in a cell or a caption: of what ends, the route; nothing where there is none."""
    return short_route(cause) if kind in ("closed", "notice") else reason_words(kind, cause)


@dataclass(frozen=True, slots=True)
class TimelineKind:
    """A kind of row of the ledger, as the page's timeline shows it."""

    title: str
    symbol: str
    """A name that the chart component knows, or a path."""
    page: str
    words: str


STAR = "path://M10 1l2.7 6 6.6.6-5 4.3 1.5 6.5L10 15l-5.8 3.4 1.5-6.5-5-4.3 6.6-.6z"
CROSS = "path://M3 3l14 14M17 3L3 17"
KINDS = {
    "overthrow": TimelineKind("Overthrow", "diamond", "#B00020", "the regime falls"),
    "coup": TimelineKind("Coup", "diamond", "#5B0010", "the army takes power"),
    "handover": TimelineKind("Handover", "emptyCircle", "#009E73", "the army hands over to an elected government"),
    "turnover": TimelineKind("Turnover", "circle", "#009E73", "power changes hands by the constitution"),
    "campaign": TimelineKind("Campaign", "triangle", "#D55E00", "a campaign against the regime"),
    "sanction": TimelineKind("Sanction", "rect", "#CC79A7", "a sanction"),
    "opened": TimelineKind("Concession opens", STAR, "#0072B2", "a concession opens"),
    "closed": TimelineKind("Concession closes", CROSS, "#444444", "a concession closes"),
    "notice": TimelineKind("Notice", "emptyCircle", "#8a6d00", "notice is given to a concession"),
    "renege": TimelineKind("Pledge broken", "arrow", "#7a3b8f", "a pledge is broken"),
    "joined": TimelineKind("Joins a bloc", "roundRect", "#1b7a4b", "joins a bloc"),
    "left": TimelineKind("Leaves a bloc", "emptyRect", "#1b7a4b", "leaves a bloc"),
    "forgiven": TimelineKind("Debt forgiven", "pin", "#0072B2", "debt is forgiven"),
    "transfer": TimelineKind("Equipment", "pin", "#56B4E9", "surplus equipment is handed over"),
}
"""Kinds of rows on the page's timeline."""


ARTICLE = frozenset({"Union", "States", "Kingdom", "Emirates", "Republic", "Islands", "Community", "Organization", "Alliance"})
"""Names with such a word have an article in a sentence."""


def upper(text: str) -> str:
    """With a capital at the start of a sentence."""
    return text[:1].upper() + text[1:]


def the(name: str) -> str:
    """A name within a sentence: the United States."""
    return f"the {name}" if ARTICLE & set(name.split()) else name


def names_years(title: str, period: str) -> bool:
    """Whether a title has the years in which a period begins and ends."""
    years = re.findall(r"\b(\d{4})Q[1-4]", period)
    return bool(years) and all(re.search(rf"\b{year}\b", title) for year in years)


def titled(title: str, when: str) -> str:
    """What is measured and when it is read, without dates that the title has: Kant stands at the end of 2035."""
    if when.endswith(")") or not names_years(title, when):  # simulated no further
        return f"{title}, {when}" if when else title
    over, of, _ = when.partition(" of ")
    return f"{title}, {over}" if of and not over.startswith("number") else title
