"""Which of several processes a browser's session is at: the one that has its page, else the one with the fewest."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from .access import pairs

SESSION = ("solara-session-id", "solara-session-id-lax")
"""Cookies that hold the session of a browser, the first one first."""
FRESH = 60.0
"""Seconds for which a place is kept for a session of which its process has no page: it loads, or begins anew."""
MOST_KNOWN = 10_000
"""Sessions with a place of their own; more are placed by their name."""


def session_of(cookies: Collection[str]) -> str:
    """The session that Cookie headers name, or nothing."""
    found = dict(pairs(cookies))
    return next((found[name] for name in SESSION if found.get(name)), "")


def owner(code: str, processes: int) -> int:
    """The process in which the room of a code lives: every process knows it, after a new start too."""
    return zlib.crc32(code.encode()) % processes


@dataclass
class Stay:
    """Where a session is."""

    process: int
    until: float
    """Second up to which it is kept without a page."""


class Placement:
    """Of all sessions of one server."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._places: dict[str, Stay] = {}

    def of(self, session: str, now: float) -> int:
        """The process of a session, which stays the same as long as the session has a page there."""
        place = self._places.get(session)
        if place is None:
            self._tidy(now)
            if len(self._places) >= MOST_KNOWN:
                return owner(session, self._processes)
            place = self._places[session] = Stay(self.idlest(), now)
        place.until = max(place.until, now + FRESH)
        return place.process

    def idlest(self) -> int:
        """The process with the fewest sessions."""
        have = Counter(place.process for place in self._places.values())
        return min(range(self._processes), key=lambda process: have[process])

    def move(self, session: str, process: int, now: float) -> None:
        """Send a session elsewhere."""
        self._places[session] = Stay(process, now + FRESH)

    def heard(self, process: int, sessions: Collection[str], now: float) -> None:
        """A process has told which sessions have pages there. What nobody has any more gives up its place in time."""
        for session in sessions:
            place = self._places.get(session)
            if place is not None and place.process == process:
                place.until = max(place.until, now + FRESH)
        self._tidy(now)

    def at(self, process: int) -> list[str]:
        """Sessions that a process has."""
        return [session for session, place in self._places.items() if place.process == process]

    def _tidy(self, now: float) -> None:
        for session in [s for s, place in self._places.items() if place.until < now]:
            del self._places[session]
