"""One address for several processes: a connection is handed as it came in to the process that has the browser's page.

The front looks at the head of what a browser sends and takes nothing of it: the process that gets the connection reads it from
the beginning, with the addresses of both ends as they are. So whoever guards one server guards each of these.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from typing import Any

from .access import Door
from .places import Placement, owner, session_of

POSSIBLE = sys.platform != "win32"
"""Whether a connection can be handed on: Windows has another way, which was not tried."""
LONGEST_HEAD = 64 * 1024
PATIENCE = 60.0
"""Seconds that a connection may stay silent before its first request is whole: browsers open some ahead."""
MOST_SILENT = 500
"""Connections of which nothing has come yet."""
GLANCE = 0.02
"""Seconds between two looks at a head that comes in pieces."""
LEAVING = 6.0
"""Seconds that a process may take to end."""
LOOK = 1.0
"""Seconds between two looks at who has been heard: a process speaks once a second, in a thread of its own, however busy it is."""
MOST_MISSED, MOST_STARTING = 20, 240
"""Looks in a row at which nothing has been heard of a process that answered, and of one that starts: more, and it hangs."""
QUICK, MOST_QUICK = 30.0, 3
"""A process that dies so many times in a row within so many seconds of its start is not started again."""

Work = Callable[[socket.socket, int, int, Any], None]
"""Serves what comes through the wire: wire, number of the process, how many there are, settings. Importable: it is spawned."""


def cookies_in(head: bytes) -> list[str]:
    """Values of the Cookie headers in the head of a request."""
    lines = head.decode("latin-1").split("\r\n")[1:]
    split = (line.partition(":") for line in lines)
    return [value.strip() for name, _, value in split if name.lower() == "cookie"]


class Worker:
    """One process as the front sees it. `wire`: lines both ways; with the line `visit` goes a connection."""

    def __init__(self, number: int, processes: int, work: Work, settings: object) -> None:
        self.number, self.ready, self.ended, self.began = number, False, False, time.monotonic()
        self.missed, self.hung = 0, False
        """Looks since it was heard, counted, not timed: a front that slept has heard nobody. Whether it was killed for them."""
        self.wire, theirs = socket.socketpair()
        self.wire.setblocking(False)
        self._heard = b""
        process = get_context("spawn").Process(target=work, args=(theirs, number, processes, settings))
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front, which ends the others
        try:
            process.start()
        finally:
            signal.signal(signal.SIGINT, before)
            theirs.close()
        self.process: SpawnProcess = process

    def lines(self) -> list[dict[str, Any]]:
        """What it has told since the last look."""
        with suppress(BlockingIOError, ConnectionError):
            self._heard += self.wire.recv(1 << 20)
        *whole, self._heard = self._heard.split(b"\n")
        return [json.loads(line) for line in whole]

    def look(self) -> None:
        """Kill it if it has been silent for too long; what is dead is buried."""
        self.missed += 1
        if self.missed > (MOST_MISSED if self.ready else MOST_STARTING) and not self.ended:
            self.hung = True
            self.process.kill()

    def send_line(self, **words: object) -> None:
        """Send a line. A process that takes none any more is dead or hangs."""
        with suppress(OSError):
            self.wire.send(json.dumps(words).encode() + b"\n")

    def hand(self, visitor: socket.socket) -> None:
        """Hand over a connection; where it cannot take one the visitor is hung up on."""
        with suppress(OSError):
            socket.send_fds(self.wire, [b'{"visit": 1}\n'], [visitor.fileno()])

    def end(self) -> None:
        """End it, unless that is done: it sees the wire closed and goes; else it is killed."""
        self.wire.close()
        if self.ended:
            return
        self.ended = True
        self.process.join(LEAVING)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class Pool:
    """The front and its processes."""

    def __init__(
        self, listener: socket.socket, door: Door, processes: int, work: Work, settings: object, *,
        ready: Callable[[], None], died: Callable[[str], None],
    ) -> None:  # fmt: skip
        """`ready`: called once all processes answer; `died`: is told of one that ended, in a sentence."""
        self._listener, self._door = listener, door
        self._work, self._settings, self._ready, self._died = work, settings, ready, died
        self.places = Placement(processes)
        self._processes = processes
        self.workers: list[Worker] = []
        self._deaths: Counter[int] = Counter()
        self._open = False
        self._visits: set[asyncio.Task[None]] = set()
        self._ended: asyncio.Future[int]

    def run(self) -> int:
        """Serve until a signal ends it; its number. 0: the processes would not stay alive."""
        return asyncio.run(self._serve())

    async def _serve(self) -> int:
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, self._end, int(ending))
        self._listener.setblocking(False)
        try:
            for number in range(self._processes):
                self.workers.append(Worker(number, self._processes, self._work, self._settings))
                self._follow(self.workers[-1])
            tasks = [asyncio.create_task(self._accept()), asyncio.create_task(self._watch())]
            found = await self._ended
            for task in tasks:
                task.cancel()
            return found
        finally:
            for worker in self.workers:
                self._unfollow(worker)
                worker.wire.close()  # all at once: they end side by side
            for worker in self.workers:
                worker.end()

    def _end(self, number: int) -> None:
        if not self._ended.done():
            self._ended.set_result(number)

    # --- visitors

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                visitor, _ = await loop.sock_accept(self._listener)
            except OSError:  # no more files: wait for some to be closed
                await asyncio.sleep(0.1)
                continue
            if len(self._visits) >= MOST_SILENT:
                visitor.close()
                continue
            visit = asyncio.create_task(self._receive(visitor))
            self._visits.add(visit)
            visit.add_done_callback(self._visits.discard)

    async def _receive(self, visitor: socket.socket) -> None:
        """Look at what a visitor sends first, and hand the visitor on."""
        with visitor, suppress(OSError, TimeoutError):
            visitor.setblocking(False)
            async with asyncio.timeout(PATIENCE):
                head = await _head(visitor)
            if head:
                self.workers[self.place(head)].hand(visitor)

    def place(self, head: bytes) -> int:
        """The process for a request. A place is kept for those only who hold the key."""
        cookies = cookies_in(head)
        session = session_of(cookies)
        if not session or len(session) > 200 or not self._door.admits(cookies):
            return self.places.idlest()
        return self.places.of(session, time.monotonic())

    # --- processes

    def _follow(self, worker: Worker) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(worker.wire, self._hear, worker)
        loop.add_reader(worker.process.sentinel, self._bury, worker)

    def _unfollow(self, worker: Worker) -> None:
        loop = asyncio.get_running_loop()
        if worker.wire.fileno() >= 0:
            loop.remove_reader(worker.wire)
        if not worker.ended:
            loop.remove_reader(worker.process.sentinel)

    def _hear(self, worker: Worker) -> None:
        lines = worker.lines()
        if not lines and worker.process.exitcode is not None:
            asyncio.get_running_loop().remove_reader(worker.wire)
        for words in lines:
            worker.missed = 0
            if "ready" in words:
                worker.ready = True
                if not self._open and all(w.ready for w in self.workers):
                    self._open = True
                    self._ready()
            elif "pages" in words:
                self.places.heard(worker.number, words["pages"], time.monotonic())
            elif "move" in words:
                self._move(*words["move"])

    def _move(self, session: str, code: str) -> None:
        """Send a session to the process of a room; what goes through the wire first is known there first."""
        process = owner(code, self._processes)
        self.places.move(session, process, time.monotonic())
        self.workers[process].send_line(expect=[session, code])

    async def _watch(self) -> None:
        """Look again and again whether all are heard."""
        while True:
            await asyncio.sleep(LOOK)
            for worker in self.workers:
                worker.look()

    def _bury(self, worker: Worker) -> None:
        """Start a process anew that has ended, and let it know whose pages are lost."""
        self._unfollow(worker)
        worker.process.join()
        code, lasted = worker.process.exitcode, time.monotonic() - worker.began
        worker.end()
        if self._ended.done():
            return
        how = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
        if worker.hung:
            how = f"it hung: {worker.missed * LOOK:.0f} s without a word"
        self._deaths[worker.number] = self._deaths[worker.number] + 1 if lasted < QUICK else 1
        if self._deaths[worker.number] >= MOST_QUICK or not worker.ready:
            self._died(f"Process {worker.number + 1} of {self._processes} ended ({how}) as soon as it was started.")
            self._end(0)
            return
        lost = self.places.at(worker.number)
        self._died(f"Process {worker.number + 1} of {self._processes} ended ({how}) and is started anew: its pages begin anew, too.")
        fresh = self.workers[worker.number] = Worker(worker.number, self._processes, self._work, self._settings)
        fresh.send_line(lost=lost)
        self._follow(fresh)


async def _head(visitor: socket.socket) -> bytes:
    """The head of a first request, left where it is; nothing if there is none."""
    loop, readable, seen = asyncio.get_running_loop(), asyncio.Event(), 0
    while True:
        readable.clear()
        loop.add_reader(visitor, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(visitor)
        head = visitor.recv(LONGEST_HEAD, socket.MSG_PEEK)
        if b"\r\n\r\n" in head:
            return head[: head.index(b"\r\n\r\n")]
        if not head or len(head) >= LONGEST_HEAD:
            return b""
        if len(head) == seen:  # nothing has come: not to ask all the time
            await asyncio.sleep(GLANCE)
        seen = len(head)
