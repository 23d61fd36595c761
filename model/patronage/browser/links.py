"""The state of a page as the part of its address behind `#`, which no browser sends over the network, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from patronage.scenario import ScenarioError
from patronage.scenario.library import builtin_names
from patronage.scenario.quarters import parse_quarter
from patronage.telling.notes import MOST_NOTES, Note, packed, unpacked
from patronage.telling.packing import lines_of, parts

from . import brushed, handed
from .brushed import Brush
from .levers import levers as movable
from .rivals import likeliest
from .setup import PERIOD_END, Setup, whole_number

if TYPE_CHECKING:
    from .workspace import Desk

LONGEST = 16_000
"""Characters of an address."""
MOST_FIELDS = 60 + MOST_NOTES + brushed.MOST_LIMITS + 20
"""Changes that are not compressed, notes, limits, the rest."""
MOST_COMPRESSED = 500
"""Changes."""
LOOKED_AT = ("at", "look", "tab", "client", "patron", "rival", "stop")
"""What of a view is a word of its own."""
LONGEST_CHANGE = 1_000
LONGEST_PLAIN = 2_000
"""Characters of changes, above which they are compressed."""
EVENT = re.compile(r"events\.[a-z][a-zA-Z0-9_]*")
"""Path of an event that somebody added."""


class UnknownFileError(ValueError):
    """An address is of a file that was handed over elsewhere, or so long ago that the browser keeps it no more."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This needs the file {name[:80]}, which this browser does not keep for the page: open it here, "
            "with its tables if it has any"
        )


@dataclass(frozen=True)
class Linked:
    """What somebody looks at."""

    setup: Setup
    at: str = ""
    """The quarter that the run has reached, or nothing before the first."""
    look: str = ""
    """The past quarter that is looked at, if one is."""
    tab: str = ""
    client: str = ""
    patron: str = ""
    rival: str = ""
    """What the run is compared with, where the visitor chose it."""
    levers: tuple[tuple[str, str], ...] = ()
    """Paths and values that wait for Reset; without a value, a change that was taken back."""
    notes: tuple[Note, ...] = ()
    brush: Brush = Brush()
    """Which runs are looked about in, within which limits."""
    stop: str = ""
    """Number of the stop of the story, from 1."""


def address(view: Linked, sources: Sequence[str]) -> str:
    """A view as text; nothing where the scenario is neither one of `sources` nor a file that was handed over, or the text too long."""
    setup = view.setup
    if setup.text is None and setup.source not in sources:
        return ""
    words = [("scenario", setup.source), ("file", handed.key(setup)), ("seed", str(setup.seed)), ("run", str(setup.replication))]
    for key, pairs in (("set", setup.changes), ("lever", view.levers)):
        words += parts(key, [f"{path}={value}" for path, value in pairs], LONGEST_PLAIN)
    words += [*packed(view.notes), *brushed.packed(view.brush)]
    words += [(key, str(getattr(view, key))) for key in LOOKED_AT]
    text = urlencode([(key, value) for key, value in words if value], quote_via=quote, safe=":,")
    return text if len(text) <= LONGEST else ""


def no_address(setup: Setup, sources: Sequence[str]) -> str:
    """Why a view that has no address has none."""
    if setup.text is None and setup.source not in sources:
        return "A run folder that is replayed has no link"
    return f"Changes and notes are more than a link can hold ({LONGEST:,} characters): scenario.yaml, on What if, keeps them"


def read(text: str, sources: Sequence[str], own: Setup | None = None) -> Linked:
    """The view behind an address, which is anybody's text: it may name scenarios of `sources` and change what the page can change.

    `own`: with a file that was handed over, which an address can be of as well.

    Raises:
        UnknownFileError: it is of a file that nobody has handed over.
        ValueError: it is no such address (also as a ScenarioError, with lines of its own).
    """
    try:
        words = parse_qsl(text[: LONGEST + 1], strict_parsing=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        words = []
    one = dict(words)
    setup = _origin(one, sources, own) if len(text) <= LONGEST else None
    if setup is None:
        raise ValueError("This link names no scenario that the page has: copy it anew, whole")
    changes, moved = (_changes(name, words) for name in ("set", "lever"))
    brush = brushed.unpacked(words)
    admitted = changeable(setup) if changes or moved or brush.moved else lambda _: True
    asked = (*changes, *moved, *((path, "", "") for path in brush.moved))
    wrong = next((path for path, _, value in asked if not admitted(path) or len(value) > LONGEST_CHANGE), None)
    if wrong is not None:
        raise ValueError(f"{wrong[:80]!r} is to be changed, which the page cannot change")
    setup = replace(
        setup, changes=tuple((path, value) for path, _, value in changes),
        seed=whole_number(one.get("seed", "1"), "Seed"), replication=whole_number(one.get("run", "0"), "Number of the run"),
    )  # fmt: skip
    for key in ("at", "look"):
        if one.get(key):
            parse_quarter(one[key])
    levers = tuple((path, value) for path, _, value in moved)
    if levers:
        setup.with_changes(positions(setup, levers)).load()
    looked = {key: one.get(key, "") for key in LOOKED_AT}
    return Linked(setup, levers=levers, notes=unpacked(words), brush=brush, **looked)


def _origin(one: Mapping[str, str], sources: Sequence[str], own: Setup | None) -> Setup | None:
    """The scenario that an address names, or the file."""
    if not one.get("file"):
        return Setup(one["scenario"]) if one.get("scenario") in sources else None
    if own is None or handed.key(own) != one["file"]:
        raise UnknownFileError(one.get("scenario", ""))
    return replace(own, changes=())


def _changes(key: str, words: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Paths and values of a kind."""
    try:
        found = [v.partition("=") for v in lines_of(key, words, MOST_COMPRESSED * LONGEST_CHANGE)]
    except ValueError as error:
        raise ValueError(f"{error}: copy this link anew, whole") from None
    if len(found) > MOST_COMPRESSED:
        raise ValueError(f"More than {MOST_COMPRESSED} changes are more than the page follows")
    return found


def positions(setup: Setup, levers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """All changes as they would be after Reset, where these wait for it."""
    moved = dict(levers)
    return {p: v for p, v in setup.changes if p not in moved} | {p: v for p, v in levers if v}


def waiting(setup: Setup, wanted: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What waits for Reset, where `wanted` are all changes that it would apply."""
    now = dict(setup.changes)
    return (*((path, value) for path, value in wanted.items() if now.get(path) != value), *((p, "") for p in now if p not in wanted))


def changeable(setup: Setup) -> Callable[[str], bool]:
    """Whether a path is one that the page can change: a lever of the scenario, its end, or an event of the visitor's own."""
    paths = {lever.path for lever in movable(setup.load())} | {PERIOD_END}
    return lambda path: path in paths or EVENT.fullmatch(path) is not None


def sources(first: Setup) -> tuple[str, ...]:
    """Scenarios that a link may name: the built-in ones, and the one the page was started with."""
    return (*builtin_names(), *([first.source] if first.text is None else []))


# --- of a desk ---------------------------------------------------------------------------------------------------------------


def written(desk: Desk) -> str:
    """What is on a page as the end of an address; nothing where it cannot be linked: a game, or a run folder."""
    if desk.player is not None or desk.room is not None:
        return ""
    story, (patron, client) = desk.model.value.story, desk.pair()
    look = desk.quarter.value
    view = Linked(
        desk.setup, story.quarters[story.now] if story.now else "", "" if look is None else story.quarters[look],
        desk.tabs[desk.tab.value] if desk.tab.value < len(desk.tabs) else "", client, patron,
        desk.rival.value if desk.picked else "", waiting(desk.setup, desk.wanted.value), desk.lasting.notes.list,
        desk.lasting.brushing.brush, "" if desk.tour.stop is None else str((desk.tour.at.value or 0) + 1),
    )  # fmt: skip
    return address(view, desk.sources)


def unwritten(desk: Desk) -> str:
    """Why what is on a page has no address."""
    if desk.player is not None or desk.room is not None:
        return "A game has no link"
    return no_address(desk.setup, desk.sources)


def follow(desk: Desk, text: str, own: Setup | None = None) -> None:
    """Bring a page to where an address says; a message where it cannot be, and everything stays.

    `own`: with a file that comes along; else an address may be of the file that is on the page.
    """
    if text == written(desk):
        return
    try:
        view = read(text, desk.sources, own or desk.setup)
    except UnknownFileError as error:
        desk.lasting.awaiting = text
        desk.refuse(f"{error}. Then the link leads on")
        return
    except (ScenarioError, ValueError, OSError) as error:
        desk.refuse(str(error))
        return
    desk.problem.value = ""
    story = desk.model.value.story
    there = (desk.setup, story.quarters[story.now] if story.now else "", desk.player)
    with desk.batch:
        if there != (view.setup, view.at, None) and not desk.open(view.setup, parse_quarter(view.at) if view.at else 0):
            return
        story = desk.model.value.story
        if view.client in story.clients:
            desk.client.value = view.client
        if view.patron in story.patrons:
            desk.patron.value = view.patron
        if view.tab in desk.tabs:
            desk.tab.value = desk.tabs.index(view.tab)
        past = parse_quarter(view.look) - story.scenario.start + 1 if view.look else -1
        desk.quarter.value = past if 0 <= past < story.now else None
        if view.at and not story.scenario.start <= parse_quarter(view.at) <= story.scenario.end:
            desk.refuse(f"{view.at} lies outside the period of {view.setup.source}, {story.quarters[1]} to {story.quarters[-1]}")
        if view.rival and not desk.pick(view.rival):
            desk.refuse(f"There is no run {view.rival[:80]!r} to compare with: choose one on Compare")
        if desk.picked and not view.rival:
            desk.picked = False
            desk.compare(likeliest(desk.setup))
        _bring_along(desk, view)
    desk.tour.resume(int(view.stop[:4]) - 1 if view.stop.isdecimal() else -1)  # thousands of digits are no number, either


def lead_on(desk: Desk, own: Setup) -> bool:
    """Follow the link that has waited for a file, where it is this one."""
    waits = desk.lasting.awaiting
    if f"&file={handed.key(own)}&" not in f"{waits}&":
        return False
    desk.lasting.awaiting = ""
    follow(desk, waits, own)
    return desk.setup.origin == own.origin


def _bring_along(desk: Desk, view: Linked) -> None:
    """What else a link brings: levers that wait for Reset, notes, the runs that are looked about in."""
    if waiting(desk.setup, desk.wanted.value) != view.levers:
        desk.wanted.value = positions(desk.setup, view.levers)
        desk.trials.moved()
    if desk.lasting.notes.list != view.notes:
        if desk.lasting.notes.list:  # a link that takes notes away can be undone, one that brings the first has changed nothing
            desk.lasting.undoing.note()
        desk.lasting.notes.put(view.notes)
    brushing = desk.lasting.brushing
    if view.brush != brushing.brush and (view.brush != Brush() or view.tab == brushed.TAB):  # other tabs leave it alone
        if brushing.brush != Brush():
            desk.lasting.undoing.note()
        brushing.bring(view.brush)
