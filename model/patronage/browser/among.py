"""What one of several processes that serve the page knows of the others, through the front that started them all."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable

from patronage.visitors.places import owner

from . import sessions

TOLD_EVERY = 1.0
"""Seconds between two looks at which sessions have pages here. The front takes a process that tells nothing for one that hangs."""
MOST_UNANSWERED = 30
"""Looks in a row at which the server's own loop has not turned: more, and there is nothing to tell, for nobody is answered."""
MOURNED = 180.0
"""Seconds for which a process that was started anew tells whose pages were lost."""
LOST = (
    "The process that computed this page has ended and was started anew. What the address holds is here again, a game under way "
    "and your room as well; what was computed beside it begins anew."
)


class Process:
    """One process among the others: this one."""

    def __init__(self, wire: socket.socket, number: int, processes: int) -> None:
        self.number, self.processes = number, processes
        self._wire = wire
        self._sending = threading.Lock()
        self._expected: dict[str, str] = {}
        self._lost: set[str] = set()
        self._away: set[str] = set()
        self._began = time.monotonic()

    def owns(self, code: str) -> bool:
        """Whether the room of a code lives here."""
        return owner(code, self.processes) == self.number

    def send_line(self, **words: object) -> None:
        """Send a line to the front; once that has gone nothing matters any more."""
        try:
            with self._sending:
                self._wire.sendall(json.dumps(words).encode() + b"\n")
        except OSError:
            return

    def move(self, session: str, code: str) -> None:
        """Send a browser to the process of a room: its next connection comes to there."""
        self._away.add(session)
        self.send_line(move=[session, code])

    def arrived(self, session: str) -> str:
        """A page of a session was opened here; the room it was sent here for, once, or nothing."""
        self._away.discard(session)
        return self._expected.pop(session, "")

    def lost(self, session: str) -> bool:
        """Whether a session had pages in the process before this one, which ended."""
        return session in self._lost and time.monotonic() - self._began < MOURNED

    def settled(self, session: str) -> bool:
        """Whether a connection of this session belongs here for longer than one answer."""
        return bool(session) and session not in self._away

    def listen(self, take: Callable[[socket.socket], None], gone: Callable[[], None]) -> None:
        """Take what the front sends, until it has gone. A thread of its own: it must not wait for anything."""
        rest, visitors = b"", []
        while True:
            try:
                data, found, _, _ = socket.recv_fds(self._wire, 1 << 16, 64)
            except OSError:
                data, found = b"", []
            visitors += found
            if not data:
                gone()
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                words = json.loads(line)
                if "visit" in words and visitors:
                    take(socket.socket(fileno=visitors.pop(0)))
                elif "expect" in words:
                    session, code = words["expect"]
                    self._expected[session] = code
                elif "lost" in words:
                    self._lost = set(words["lost"])

    def report(self, ask: Callable[[Callable[[], None]], object]) -> None:
        """Tell the front who has pages here, again and again: a place is kept for those. `ask`: has the server's loop call something.

        In a thread of its own: what the process computes does not keep it from speaking.
        """
        unanswered = 0

        def answer() -> None:
            nonlocal unanswered
            unanswered = 0

        while True:
            time.sleep(TOLD_EVERY)
            unanswered += 1
            try:
                ask(answer)
            except RuntimeError:  # it has ended, as it was asked to
                return
            if unanswered <= MOST_UNANSWERED:
                self.send_line(pages=sessions.open_ones())


_own: list[Process] = []
"""None where one process serves all."""


def become(process: Process) -> None:
    """Be one of several from now on."""
    _own[:] = [process]


def lost(session: str) -> bool:
    """Whether the pages of a session were lost with the process before this one."""
    return any(process.lost(session) for process in _own)


def arrived(session: str) -> str:
    """A page of this session was opened here; the room it was sent here for, or nothing."""
    return "".join(process.arrived(session) for process in _own)


def send_away(session: str, code: str) -> None:
    """Send a session to the process where the room of a code lives: it has to be loaded anew."""
    for process in _own:
        process.move(session, code)


def sent_away(session: str) -> bool:
    """Whether the pages of a session have to be loaded anew, which brings them to another process."""
    return any(not process.settled(session) for process in _own)
