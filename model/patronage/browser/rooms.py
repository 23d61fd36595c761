"""Rooms by their codes: opened, found, kept on disk until they are closed.

A room lives in the process that opened it, or that found it on disk.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from patronage.scenario import ScenarioError
from patronage.system import LockedError, held

from .game import YEAR
from .links import Linked, address
from .room import Room, RoomError, restored
from .setup import Setup

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of codes: none that is taken for another."""
CODE = re.compile(rf"[{LETTERS}]{{6}}")
MOST_ROOMS = 20
MOST_MINUTES = 120
_rooms: dict[str, Room] = {}
_locks: dict[str, ExitStack] = {}
"""Of rooms that this process has, so that no other one takes them up."""
_lock = threading.RLock()
_folder = Path("rooms")
_mine: list[Callable[[str], bool]] = []


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
            room.folder = _folder
            room.save()
        except (OSError, ScenarioError) as error:
            raise RoomError(f"The room cannot be kept: {error}") from None
        return _known(room)


def _known(room: Room) -> Room:
    """Have a room here until it is closed, which deletes it."""

    def forget() -> None:
        with _lock:
            _rooms.pop(room.code, None)
            (room.folder / f"{room.code}.json").unlink(missing_ok=True)
            if room.code in _locks:
                _release(room.code)

    room.forget = forget
    _rooms[room.code] = room
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
            room = restored(json.loads((_folder / f"{code}.json").read_text(encoding="utf-8")), sources, _folder)
        except (OSError, ValueError, LookupError, TypeError) as error:
            _release(code)
            raise RoomError(f"The room {code} cannot be read: {error}") from None
        return _known(room)


def of(who: str, sources: Sequence[str]) -> Room | None:
    """The room somebody belongs to, of several the one where something happened last. Raises ElsewhereError if it lives elsewhere."""
    for code in sorted(on_disk(), key=_last_written, reverse=True):
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


def _last_written(code: str) -> float:
    try:
        return (_folder / f"{code}.json").stat().st_mtime
    except OSError:  # closed meanwhile
        return 0.0


def _members(code: str) -> set[str]:
    """Who belongs to a room of another process, as that has written it."""
    try:
        state = json.loads((_folder / f"{code}.json").read_text(encoding="utf-8"))
        return {state["facilitator"], *state["held"].values()} - {""}
    except (OSError, ValueError, LookupError, TypeError):
        return set()
