"""Several seats of one run: a room with a code, sealed orders, a facilitator who reveals them; kept on disk until it is closed.

A room lives in the process that opened it, or that found it on disk. What a browser is shown is `view`: nobody's sealed order is in
it but one's own.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from patronage.games.orders import Decision, counterparts, drafted, meant
from patronage.games.player import Player
from patronage.games.scoring import GameScore, standing
from patronage.scenario import ScenarioError, quarter_name
from patronage.scenario.quarters import parse_quarter
from patronage.system import LockedError, held

from .game import YEAR, forgiven
from .links import Linked, address, read
from .model import PageModel
from .setup import Setup

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of codes: none that is taken for another."""
CODE = re.compile(rf"[{LETTERS}]{{6}}")
MOST_ROOMS = 20
MOST_MINUTES = 120
GATHERING, DEBRIEF, CLOSED = "ordering", "debrief", "closed"
_rooms: dict[str, Room] = {}
_locks: dict[str, ExitStack] = {}
"""Of rooms that this process has, so that no other one takes them up."""
_lock = threading.RLock()
_folder = Path("rooms")
_mine: list[Callable[[str], bool]] = []


class RoomError(ValueError):
    """Something cannot be done in a room; the message is for who tried."""


class ElsewhereError(RoomError):
    """A room lives in another process of this server."""

    def __init__(self, code: str) -> None:
        super().__init__("This room lives in another process of the server: the page is brought there")
        self.code = code


def only(mine: Callable[[str], bool]) -> None:
    """Keep to rooms with certain codes: the others live in other processes of the same server."""
    _mine[:] = [mine]


def _here(code: str) -> bool:
    return all(mine(code) for mine in _mine)


def keep_in(folder: Path) -> None:
    """Set where rooms are kept; nothing is written before one is opened."""
    global _folder  # noqa: PLW0603  # one server a process
    _folder = folder
    _rooms.clear()
    for code in list(_locks):
        _release(code)


def _take(code: str) -> None:
    """Make a room this process's own. Raises RoomError where another one has it."""
    _folder.mkdir(mode=0o700, exist_ok=True)
    stack = ExitStack()
    try:
        stack.enter_context(held(_folder / f"{code}.lock"))
    except LockedError:
        raise RoomError("This room is in another server of the same folder: open that one's address") from None
    _locks[code] = stack


def _release(code: str) -> None:
    _locks.pop(code).close()
    (_folder / f"{code}.lock").unlink(missing_ok=True)


def anonymous(session: str) -> str:
    """Whom a browser's session stands for: its cookie itself is not kept."""
    return hashlib.sha256(f"room {session}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Turn:
    """Orders that were revealed and played."""

    at: str
    quarters: int
    orders: Mapping[str, Mapping[str, Any]]
    """By seat: the order as plain values, debt forgiven included."""


class Room:
    """One run and those who play it. Everything is read and written under `changed`."""

    def __init__(self, code: str, link: str, sources: Sequence[str], facilitator: str, minutes: int, quarters: int) -> None:
        self.code, self.link, self.facilitator, self._folder = code, link, facilitator, _folder
        self.minutes, self.quarters = minutes, quarters
        self.setup: Setup = read(link, sources).setup
        scenario = self.setup.load()
        self.players = {code: Player(code) for code in (*scenario.patrons, *scenario.clients)}
        self.held: dict[str, str] = dict.fromkeys(self.players, "")
        """By seat who sits there."""
        self.sealed: dict[str, dict[str, Any]] = {}
        self.typed: dict[str, Mapping[str, Any]] = {}
        """By seat what stands in its fields and has not been sealed; not kept on disk."""
        self.turns: list[Turn] = []
        self.phase, self.deadline = GATHERING, 0.0
        self.scores: dict[str, GameScore] = {}
        self.changed = threading.Condition(threading.RLock())
        self.version = 0
        self.model = PageModel(self.setup, table=tuple(self.players.values()))

    # --- who is there

    def seat_of(self, who: str) -> str:
        """The seat that somebody holds, or nothing."""
        return next((seat for seat, holder in self.held.items() if holder == who), "")

    def knows(self, who: str) -> bool:
        """Whether somebody belongs to the room."""
        return who == self.facilitator or bool(self.seat_of(who))

    def sit(self, who: str, seat: str) -> None:
        """Take a free seat; one gives up the seat that one held. Raises RoomError."""
        with self.changed:
            if self.held.get(seat, who) not in ("", who) or seat not in self.held:
                raise RoomError("This seat is taken")
            old = self.seat_of(who)
            if old and old != seat:
                self._vacate(old)
            self.held[seat] = who
            self._spread()

    def free(self, who: str, seat: str) -> None:
        """Let the facilitator free a seat whose browser is lost; what was sealed there is given up."""
        with self.changed:
            self._facilitates(who)
            if seat in self.held:
                self._vacate(seat)
            self._spread()

    def _vacate(self, seat: str) -> None:
        self.held[seat] = ""
        self.sealed.pop(seat, None)
        self.typed.pop(seat, None)

    # --- a turn

    def note(self, who: str, answer: object) -> None:
        """Keep what somebody typed and has not sealed, while it looks elsewhere: nobody else is told."""
        with self.changed:
            seat = self.seat_of(who)
            found = drafted(answer, counterparts(self.model.scenario, seat)) if seat else None
            if found is not None:
                self.typed[seat] = found

    def seal(self, who: str, answer: object) -> None:
        """Hand in an order for the coming turn; until it is revealed it can be handed in anew. Raises RoomError."""
        with self.changed:
            seat = self.seat_of(who)
            found = meant(answer, self.model.scenario, seat) if seat else None
            if found is None:
                raise RoomError("Take a seat first")
            if self.phase != GATHERING or not self.model.running:
                raise RoomError("The game is over")
            if self.deadline and time.time() > self.deadline:
                raise RoomError("Time is up: orders are closed until the turn is revealed")
            self.sealed[seat] = found[0].as_words() | {"relief": found[1]}
            self.typed.pop(seat, None)
            self._spread()

    def reveal(self, who: str) -> None:
        """Play the turn: sealed orders, and where there is none the last one. Raises RoomError."""
        with self.changed:
            self._facilitates(who)
            if self.phase != GATHERING or not self.model.running:
                raise RoomError("The game is over")
            turn = Turn(quarter_name(self.model.world.quarter + 1), self.quarters, dict(self.sealed))
            self._carry_out(turn)
            self.turns.append(turn)
            self.sealed.clear()
            self.start_timer()
            self._spread()

    def start_timer(self) -> None:
        """Give the coming turn its minutes; 0 is no limit."""
        self.deadline = time.time() + 60 * self.minutes if self.minutes else 0.0

    def _carry_out(self, turn: Turn) -> None:
        for seat, words in turn.orders.items():
            found = meant(dict(words), self.model.scenario, seat)
            if found is None:
                continue
            decision, relief = found
            changes = [forgiven(seat, client, turn.at, amount) for client, amount in relief.items()]
            if changes:
                setup = replace(self.setup, changes=(*self.setup.changes, *changes))
                self.model.go_on(setup)
                self.setup = setup
            self.players[seat].order(turn.at, decision, relief)
            self.typed.pop(seat, None)
        for _ in range(turn.quarters):
            if self.model.running:
                self.model.step()

    # --- the end

    def debrief(self, who: str) -> None:
        """End the game: from here on everybody sees all orders, and every seat its score. Raises RoomError."""
        with self.changed:
            self._facilitates(who)
            self.phase, self.deadline = DEBRIEF, 0.0
            self.sealed.clear()
            threading.Thread(target=self._score, name="scores", daemon=True).start()
            self._spread()

    def _score(self) -> None:
        until = self.model.world.quarter
        orders = {seat: self.history(seat) for seat in self.players if self.players[seat].history}
        for seat in orders:
            own = self.players[seat].orders_of_debt
            without = self.setup.with_changes({p: v for p, v in self.setup.changes if p not in own})
            found = standing(
                self.setup.load(), without.load(), self.setup.seed, self.setup.replication, seat, until, orders,
                go_on=lambda: self.phase == DEBRIEF,
            )  # fmt: skip
            with self.changed:
                if self.phase != DEBRIEF:  # closed meanwhile: what is deleted stays deleted
                    return
                self.scores[seat] = found
                with suppress(RoomError):  # scores are computed anew from the turns
                    self._spread()

    def history(self, seat: str) -> list[tuple[int, Decision]]:
        """Orders of a seat by quarter."""
        return [(parse_quarter(at), decision) for at, decision, _ in self.players[seat].history]

    def close(self, who: str) -> None:
        """Close the room and forget it, on disk too. Raises RoomError."""
        with self.changed:
            self._facilitates(who)
            self.phase = CLOSED
            self.version += 1
            self.changed.notify_all()
        with _lock:
            _rooms.pop(self.code, None)
            (self._folder / f"{self.code}.json").unlink(missing_ok=True)
            if self.code in _locks:
                _release(self.code)

    def _facilitates(self, who: str) -> None:
        if who != self.facilitator:
            raise RoomError("Only who opened the room can do that")

    # --- what is shown, and kept

    def view(self, who: str) -> dict[str, Any]:
        """What the browser of somebody is told: sealed orders of nobody else, played ones in the debrief, or to the facilitator."""
        with self.changed:
            mine, leads = self.seat_of(who), who == self.facilitator
            shown = [t for t in self.turns if leads or self.phase == DEBRIEF]
            return {
                "code": self.code, "phase": self.phase, "facilitates": leads, "seat": mine, "deadline": self.deadline,
                "at": quarter_name(self.model.world.quarter + 1), "over": not self.model.running,
                "seats": [
                    {"seat": s, "taken": bool(h), "sealed": s in self.sealed, "yours": s == mine} for s, h in self.held.items()
                ],
                "draft": self.typed.get(mine) or self.sealed.get(mine) or (self.players[mine].draft if mine else None),
                "turns": [{"at": t.at, "orders": {s: dict(o) for s, o in t.orders.items()}} for t in shown],
            }  # fmt: skip

    def wait(self, version: int, seconds: float) -> int:
        """Wait until something has happened; the number of the latest happening."""
        with self.changed:
            self.changed.wait_for(lambda: self.version != version, seconds)
            return self.version

    def _spread(self) -> None:
        """Tell all pages, and keep what has happened. Raises RoomError where it cannot be kept: it has happened all the same."""
        self.version += 1
        self.changed.notify_all()
        try:
            self.save()
        except OSError as error:
            advice = "make space there, then do anything in the room: that writes all of it. Until then do not end the server"
            raise RoomError(f"It is done, but the room could not be written to disk ({error}): {advice}") from None

    def save(self) -> None:
        """Write the room to disk, whole or not at all, for its owner's eyes."""
        state = {
            "code": self.code, "link": self.link, "facilitator": self.facilitator, "minutes": self.minutes, "quarters": self.quarters,
            "held": self.held, "sealed": self.sealed, "phase": self.phase, "deadline": self.deadline,
            "turns": [{"at": t.at, "quarters": t.quarters, "orders": t.orders} for t in self.turns],
        }  # fmt: skip
        part = self._folder / f"{self.code}.part"
        part.touch(mode=0o600)
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(self._folder / f"{self.code}.json")


def open_room(setup: Setup, sources: Sequence[str], who: str, minutes: int = 0, quarters: int = YEAR) -> Room:
    """Open a room for a scenario that has a link. Raises RoomError."""
    link = address(Linked(setup), sources) if setup.text is None else ""
    if not link:
        raise RoomError("A room needs a scenario that has a link: a built-in one, or the one the page was started with")
    with _lock:
        if len(on_disk()) >= MOST_ROOMS:
            raise RoomError(f"{MOST_ROOMS} rooms are open, as many as there may be: close one")
        while not _here(code := "".join(secrets.choice(LETTERS) for _ in range(6))):
            pass
        try:
            _take(code)
            room = Room(code, link, sources, who, minutes, quarters)
            room.start_timer()
            room.save()
        except (OSError, ScenarioError) as error:
            raise RoomError(f"The room cannot be kept: {error}") from None
        _rooms[code] = room
        return room


def on_disk() -> list[str]:
    """Codes of rooms that are kept."""
    return sorted(p.stem for p in _folder.glob("*.json") if CODE.fullmatch(p.stem)) if _folder.is_dir() else []


def find(code: str, sources: Sequence[str]) -> Room:
    """The room of a code, brought back from disk where this process does not have it. Raises RoomError."""
    code = code.strip().upper()
    with _lock:
        if code in _rooms:
            return _rooms[code]
        if not CODE.fullmatch(code) or code not in on_disk():
            raise RoomError("There is no room with this code")
        if not _here(code):
            raise ElsewhereError(code)
        _take(code)
        try:
            room = restored(json.loads((_folder / f"{code}.json").read_text(encoding="utf-8")), sources)
        except (OSError, ValueError, LookupError, TypeError) as error:
            _release(code)
            raise RoomError(f"The room {code} cannot be read: {error}") from None
        _rooms[code] = room
        return room


def restored(state: Mapping[str, Any], sources: Sequence[str]) -> Room:
    """A room as it was kept: its turns are played again, which gives the same run."""
    room = Room(state["code"], state["link"], sources, state["facilitator"], state["minutes"], state["quarters"])
    for kept in state["turns"]:
        turn = Turn(kept["at"], kept["quarters"], kept["orders"])
        room._carry_out(turn)  # noqa: SLF001  # of the room itself
        room.turns.append(turn)
    room.held.update(state["held"])
    room.sealed = dict(state["sealed"])
    room.phase, room.deadline = state["phase"], state["deadline"]
    if room.phase == DEBRIEF:
        room.debrief(room.facilitator)
    return room


def of(who: str, sources: Sequence[str]) -> Room | None:
    """The room that somebody belongs to, if there is one. Raises ElsewhereError where it lives in another process."""
    for code in on_disk():
        try:
            room = find(code, sources)
        except ElsewhereError:
            if who in _members(code):
                raise
            continue
        except RoomError:
            continue
        if room.knows(who):
            return room
    return None


def _members(code: str) -> set[str]:
    """Who belongs to a room of another process, as that has written it."""
    try:
        state = json.loads((_folder / f"{code}.json").read_text(encoding="utf-8"))
        return {state["facilitator"], *state["held"].values()} - {""}
    except (OSError, ValueError, LookupError, TypeError):
        return set()
