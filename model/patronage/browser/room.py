"""One room: a run with several seats, those who play it, their sealed orders, its clock and its debrief.

What a browser is shown is `view`: nobody's sealed order is in it but one's own.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from patronage.games.orders import Decision, counterparts, drafted, meant
from patronage.games.player import Player
from patronage.games.scoring import GameScore, standing
from patronage.scenario import quarter_name
from patronage.scenario.quarters import parse_quarter

from .game import forgiven
from .links import read
from .model import PageModel
from .setup import Setup

MORE = 120
"""Seconds that a facilitator gives at a time."""
GATHERING, DEBRIEF, CLOSED = "ordering", "debrief", "closed"


class RoomError(ValueError):
    """Something cannot be done in a room; the message is for who tried."""


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
        self.code, self.link, self.facilitator = code, link, facilitator
        self.folder = Path("rooms")
        """Where it is kept."""
        self.forget: Callable[[], None] = lambda: None
        """Called once it is closed."""
        self.minutes, self.quarters = minutes, quarters
        self.setup: Setup = read(link, sources).setup
        scenario = self.setup.load()
        self.players = {code: Player(code) for code in (*scenario.patrons, *scenario.clients)}
        self.held: dict[str, str] = dict.fromkeys(self.players, "")
        """By seat who sits there."""
        self.sealed: dict[str, dict[str, Any]] = {}
        self.typed: dict[str, Mapping[str, Any]] = {}
        """By seat what stands in its fields and has not been sealed; not kept on disk."""
        self.left: set[str] = set()
        """Seats that somebody who had ordered stood up from: the coming turn is the model's, unless an order is sealed there."""
        self.freed: set[str] = set()
        """Who was made to stand up and has not been told."""
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
            self._is_there()
            if self.held.get(seat, who) not in ("", who) or seat not in self.held:
                raise RoomError("This seat is taken")
            old = self.seat_of(who)
            if old and old != seat:
                self._vacate(old)
            self.held[seat] = who
            self._spread()

    def leave(self, who: str) -> None:
        """Stand up: the seat is free for another, and the room does not know who sat there any more."""
        with self.changed:
            seat = self.seat_of(who)
            if seat and self.phase != CLOSED:
                self._vacate(seat)
                self._spread()

    def free(self, who: str, seat: str) -> None:
        """Let the facilitator free a seat whose browser is lost; what was sealed there is given up."""
        with self.changed:
            self._facilitates(who)
            self._is_there()
            if self.held.get(seat):
                self.freed.add(self.held[seat])
                self._vacate(seat)
            self._spread()

    def _vacate(self, seat: str) -> None:
        self.held[seat] = ""
        self.sealed.pop(seat, None)
        self.typed.pop(seat, None)
        if self.players[seat].decision != Decision():
            self.left.add(seat)

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
            if isinstance(answer, Mapping) and not self._is_coming(answer.get("at")):
                self.typed[seat] = found[0].as_words() | {"relief": found[1]}
                raise RoomError("The turn was revealed before this order came: look at what it brought, and seal anew")
            if self.deadline and time.time() > self.deadline:
                raise RoomError("Time is up: orders are closed until the turn is revealed")
            self.sealed[seat] = found[0].as_words() | {"relief": found[1]}
            self.typed.pop(seat, None)
            self._spread()

    def reveal(self, who: str, at: str = "") -> None:
        """Play the turn: sealed orders, and where there is none the last one. Raises RoomError.

        `at`: the quarter of the turn that is meant; of another one, as in a second press on the same button, nothing is revealed.
        """
        with self.changed:
            self._facilitates(who)
            if not self._is_coming(at):
                return
            if self.phase != GATHERING or not self.model.running:
                raise RoomError("The game is over")
            turn = Turn(quarter_name(self.model.world.quarter + 1), self.quarters, self._handed_in())
            self._carry_out(turn)
            self.turns.append(turn)
            self.sealed.clear()
            self.left.clear()
            self.start_timer()
            self._spread()

    def _is_coming(self, at: object) -> bool:
        """Whether a quarter is that of the coming turn; what does not say of which it is, is of that."""
        return not at or at == quarter_name(self.model.world.quarter + 1)

    def _handed_in(self) -> dict[str, dict[str, Any]]:
        """The orders of the coming turn: what is sealed; nothing is ordered where somebody stood up, or it would go on for ever."""
        nothing = Decision().as_words() | {"relief": {}}
        return {seat: nothing for seat in self.players if seat in self.left} | self.sealed

    @property
    def waits(self) -> bool:
        """Whether the clock of the first turn has not been begun: nobody has the code when a room is opened."""
        return bool(self.minutes) and not self.deadline and not self.turns and self.phase == GATHERING

    def begin_clock(self, who: str) -> None:
        """Begin the minutes of the first turn. Raises RoomError."""
        with self.changed:
            self._facilitates(who)
            if self.waits:
                self.start_timer()
                self._spread()

    def more_time(self, who: str) -> None:
        """Give the turn under way two minutes more, also when its time is up. Raises RoomError."""
        with self.changed:
            self._facilitates(who)
            if self.deadline and self.phase == GATHERING:
                self.deadline = max(self.deadline, time.time()) + MORE
                self._spread()

    def start_timer(self) -> None:
        """Give the turn its minutes; 0 is no limit."""
        self.deadline = time.time() + 60 * self.minutes if self.minutes and self.model.running else 0.0

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
            self._typed_since(seat, decision, relief)
        for _ in range(turn.quarters):
            if self.model.running:
                self.model.step()

    def _typed_since(self, seat: str, decision: Decision, relief: Mapping[str, float]) -> None:
        """Leave in the fields what was typed after an order was sealed; debt that was forgiven just now is not forgiven once more."""
        typed = self.typed.get(seat)
        if typed is not None:
            left = {client: x for client, x in typed.get("relief", {}).items() if x > 0 and relief.get(client) != x}
            self.typed[seat] = {**typed, "relief": left}
            if self.typed[seat] == decision.as_words() | {"relief": {}}:
                del self.typed[seat]

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
        self.forget()

    def _is_there(self) -> None:
        if self.phase == CLOSED:
            raise RoomError("The room was closed")

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
                "waits": self.waits, "at": quarter_name(self.model.world.quarter + 1), "over": not self.model.running,
                "seats": [
                    {
                        "seat": s, "taken": bool(h), "sealed": s in self.sealed, "yours": s == mine,
                        "played": bool(self.players[s].history),
                    }
                    for s, h in self.held.items()
                ],
                "draft": self.typed.get(mine) or self.sealed.get(mine) or self._last(mine), "own": self.sealed.get(mine),
                "repeats": bool(mine) and mine not in self.left and bool(self.players[mine].history),
                "turns": [{"at": t.at, "orders": {s: dict(o) for s, o in t.orders.items()}} for t in shown],
            }  # fmt: skip

    def _last(self, seat: str) -> Mapping[str, Any] | None:
        """The last order of a seat, for its fields; nobody is told that of who stood up."""
        return self.players[seat].draft if seat and seat not in self.left else None

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
            "held": self.held, "left": sorted(self.left), "sealed": self.sealed, "phase": self.phase, "deadline": self.deadline,
            "turns": [{"at": t.at, "quarters": t.quarters, "orders": t.orders} for t in self.turns],
        }  # fmt: skip
        part = self.folder / f"{self.code}.part"
        part.touch(mode=0o600)
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(self.folder / f"{self.code}.json")


def restored(state: Mapping[str, Any], sources: Sequence[str], folder: Path) -> Room:
    """A room as it was kept: its turns are played again, which gives the same run."""
    room = Room(state["code"], state["link"], sources, state["facilitator"], state["minutes"], state["quarters"])
    room.folder = folder
    for kept in state["turns"]:
        turn = Turn(kept["at"], kept["quarters"], kept["orders"])
        room._carry_out(turn)  # noqa: SLF001  # of the room itself
        room.turns.append(turn)
    room.held.update(state["held"])
    room.sealed, room.left = dict(state["sealed"]), set(state.get("left", ()))
    room.phase, room.deadline = state["phase"], state["deadline"]
    if room.phase == DEBRIEF:
        room.debrief(room.facilitator)
    return room
