"""The story of a scenario: stops that somebody is led along, each with a claim that the runs bear out."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from . import conditions
from .entities import Outcome, StoryStop
from .quarters import quarter_name
from .structure import REDUCTIONS, Block, Leaf

if TYPE_CHECKING:
    from collections.abc import Callable

    from .problems import Place, Problems
    from .validation import Findings

STORY_TABS = ("overview", "influence", "deals", "blocs", "patrons", "compare", "ensemble", "what_if")
"""Tabs of the page that a story can open."""
STOP = Block(
    "a stop of the story: a quarter, what to see there, and a claim that the runs bear out",
    {
        "at": Leaf("quarter", "the quarter that is looked at"),
        "tab": Leaf("choice", "the tab of the page on which it is seen; overview unless given", words=STORY_TABS),
        "client": Leaf("code", "the client that is looked at", roles=("client",)),
        "patron": Leaf("code", "the patron that is looked at", roles=("patron",)),
        "text": Leaf("text", "what happens and why, in two sentences"),
        "look": Leaf("text", "where to look"),
        "claim": Leaf("expression", "what must be so, as an expression; its mean over many runs lies in the band"),
        "since": Leaf("quarter", "the first quarter in which the claim is read; that of the stop unless given"),
        "reduce": Leaf("choice", "how its quarters become one number a run", words=REDUCTIONS),
        "band": Leaf("text", "the least and the largest mean over runs, as in 0.9 to 1"),
    },
    required=("at", "text", "claim", "band"),
)
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_BAND = re.compile(rf"\s*({_NUMBER})\s+to\s+({_NUMBER})\s*")


def read_stop(
    name: str, found: Findings, dated: Callable[[int | None, str], bool], place: Callable[[str], Place], problems: Problems
) -> StoryStop | None:
    """A stop by its name; None and problems where it cannot be read. `dated`: whether a quarter lies in the period."""
    path = f"story.{name}"
    at, text = found.quarter(f"{path}.at"), found.text(f"{path}.claim")
    if not dated(at, f"{path}.at") or at is None or not text:
        return None
    since = found.quarter(f"{path}.since")
    if f"{path}.since" in found.words and not dated(since, f"{path}.since"):
        return None
    if since is not None and since > at:
        hint = f"Write {quarter_name(at)} or an earlier one"
        problems.add(place(f"{path}.since"), f"{path} is read from a quarter after its own", hint)
    band = _BAND.fullmatch(found.text(f"{path}.band"))
    low, high = (float(x) for x in band.groups()) if band else (math.nan, math.nan)
    if not low <= high or not math.isfinite(high - low):
        what = f"{path}.band says between which two numbers the mean of the claim lies, the smaller one first"
        problems.add(place(f"{path}.band"), what, "Write 0.9 to 1")
    claim = Outcome(name, conditions.parse(text)[0], text, at if since is None else since, at, found.text(f"{path}.reduce", "last"))
    words = {key: found.text(f"{path}.{key}") for key in ("client", "patron", "text", "look")}
    return StoryStop(at, found.text(f"{path}.tab", "overview"), claim=claim, low=low, high=high, **words)


def stop_block(stop: StoryStop) -> dict[str, object]:
    """The block that gives the stop."""
    claim = stop.claim
    words = {"tab": stop.tab, "client": stop.client, "patron": stop.patron, "text": stop.text, "look": stop.look, "claim": claim.text}
    since = {"since": quarter_name(claim.first)} if claim.first != claim.last else {}
    band = f"{stop.low!r} to {stop.high!r}"
    whole = {"at": quarter_name(stop.at), **words, **since, "reduce": claim.reduce, "band": band}
    return {key: value for key, value in whole.items() if value}
