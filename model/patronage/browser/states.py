"""The states of a page and what every action makes of them: the one table that says it. No drawing, no thread, no run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Doing(StrEnum):
    """What the run on the page does."""

    IDLE = "idle"
    PLAYING = "playing"
    ENDED = "ended"
    """At the end of its period, or stopped by an error."""
    HELD = "held"
    """In a room, whose facilitator moves it on."""


@dataclass(frozen=True)
class PageState:
    """The whole of it: what the run does, and three things that may be so beside it."""

    run: Doing = Doing.IDLE
    seated: bool = False
    """A person decides for a patron."""
    back: bool = False
    """A past quarter is looked at."""
    computing: bool = False
    """Bands are being computed, or there to be seen."""


@dataclass(frozen=True)
class Rule:
    """One action: from which states of the run it can be taken, and what is so afterwards; None leaves a thing as it is."""

    from_: frozenset[Doing]
    run: Doing | None = None
    seated: bool | None = None
    back: bool | None = None
    computing: bool | None = None


ANY = frozenset(Doing)
OWN = ANY - {Doing.HELD}
GOING = frozenset({Doing.IDLE, Doing.PLAYING})
ONLY_IDLE, ONLY_PLAYING, ONLY_ENDED = (frozenset({run}) for run in (Doing.IDLE, Doing.PLAYING, Doing.ENDED))

RULES: Mapping[str, Rule] = {
    "play": Rule(ONLY_IDLE, run=Doing.PLAYING, back=False),
    "pause": Rule(ONLY_PLAYING, run=Doing.IDLE),
    "step": Rule(ONLY_IDLE, back=False),
    "end": Rule(GOING, run=Doing.ENDED),
    "open": Rule(ANY, run=Doing.IDLE, seated=False, back=False, computing=False),
    "sit": Rule(ANY, run=Doing.IDLE, seated=True, back=False, computing=False),
    "replay": Rule(frozenset({Doing.IDLE, Doing.ENDED}), run=Doing.PLAYING, back=False, computing=False),
    "reset": Rule(OWN, run=Doing.IDLE, back=False, computing=False),
    "extend": Rule(ONLY_ENDED, run=Doing.IDLE, back=False, computing=False),
    "fire": Rule(GOING, run=Doing.IDLE, computing=False),
    "look": Rule(ANY, back=True),
    "latest": Rule(ANY, back=False),
    "compute": Rule(ANY, computing=True),
    "cancel": Rule(ANY, computing=False),
    "tab": Rule(ANY),
    "join": Rule(ANY, run=Doing.HELD, seated=False, back=False, computing=False),
    "lose": Rule(ONLY_PLAYING, run=Doing.IDLE),
}  # fmt: skip
"""By action. `open`: a scenario, a file, a run folder, leaving a seat, or the page loaded anew; `join`: a room; `end`: the run comes
to its end; `replay`: Reset and play; `lose`: the browser is gone. A refused setup is no action: nothing changes."""


IN_A_ROOM = "In a room orders alone move the run, which its facilitator plays: "
"""Why a control rests there; what rests follows."""


def allowed(state: PageState, action: str) -> bool:
    """Whether an action can be taken."""
    return state.run in RULES[action].from_


def after(state: PageState, action: str) -> PageState:
    """The state that an action leads to; the same where it cannot be taken."""
    rule = RULES[action]
    if state.run not in rule.from_:
        return state
    stated = {name: getattr(rule, name) for name in ("run", "seated", "back", "computing")}
    return replace(state, **{name: value for name, value in stated.items() if value is not None})
