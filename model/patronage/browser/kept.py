"""What a search has found, kept on disk: the next start of the page has it at once, and so has every other process of this one."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from patronage import compiling
from patronage.batch.disk import write_whole
from patronage.batch.identity import libraries, whole_digest
from patronage.system import LockedError, held

MOST = 200
"""Findings that are kept; the oldest go."""
PATIENCE = 0.2
"""Seconds between two looks at whether another process has found it."""


class Shelf:
    """Findings by what they were asked about and by the program that found them: one that would find otherwise asks anew.

    Nothing is read or written before `keep_in`: only what serves the page says it.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None

    def keep_in(self, folder: Path | None = None) -> None:
        """Keep findings in a folder from now on; in the user's cache if none is named."""
        self._folder = (folder or compiling.cache_root()) / "found"

    def read(self, question: str) -> dict[str, Any] | None:
        """What was found for a question; None where nothing was, or where what lies there cannot be read."""
        place = self._place(question)
        if place is None:
            return None
        with suppress(OSError, ValueError):
            found = json.loads(place.read_text(encoding="utf-8"))
            return found if isinstance(found, dict) else None
        return None

    def write(self, question: str, found: dict[str, Any]) -> None:
        """Keep what was found, if a disk takes it: whole or not at all."""
        place = self._place(question)
        if place is None:
            return
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, json.dumps(found).encode())
            for old in sorted(place.parent.glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True)[MOST:]:
                for file in (old, old.with_suffix(".lock")):
                    file.unlink(missing_ok=True)

    @contextmanager
    def alone(self, question: str, wanted: Callable[[], bool]) -> Iterator[None]:
        """Another process that asks the same waits meanwhile, while its answer is wanted; where nothing can be kept it does not."""
        place = self._place(question)
        with ExitStack() as stack:
            while place is not None and wanted():
                try:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    stack.enter_context(held(place.with_suffix(".lock")))
                except LockedError:
                    time.sleep(PATIENCE)
                    continue
                except OSError:
                    pass
                break
            yield

    def _place(self, question: str) -> Path | None:
        if self._folder is None:
            return None
        about = json.dumps([question, whole_digest(), sorted(libraries().items())])
        return self._folder / f"{hashlib.sha256(about.encode()).hexdigest()[:32]}.json"


SHELF = Shelf()
"""Of this process."""
