"""Run folders that somebody may choose from: those under the roots that the page may open, newest first, read cheaply."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from patronage.batch.folders import MANIFEST, FolderError

from .allowed_folders import LONGEST, inside, roots, shown

MOST = 40
"""Folders that are offered: the newest."""
MOST_LOOKED_AT = 2_000
"""Entries of folders that are looked at."""
MOST_BYTES = 1 << 20
"""Of a manifest that is read; one with more offers its name and date."""
LONGEST_TITLE = 80
DEPTH = 2
"""Folders below a root."""


class OfferedFolder(NamedTuple):
    """A folder that can be opened."""

    path: str
    """As a visitor types it: from the root's name on."""
    kind: str
    """run, comparison or sweep."""
    words: str
    """Path, title, runs and date."""


def offered() -> list[OfferedFolder]:
    """What lies under the roots now, newest first. Whatever cannot be read is left out."""
    looked = islice((found for root in roots() for found in _below(root, DEPTH)), MOST_LOOKED_AT)
    newest = sorted(((when, folder) for folder, when in looked if when), reverse=True)
    return list(islice((one for when, folder in newest if (one := _described(folder, when))), MOST))


def _below(folder: Path, depth: int) -> Iterator[tuple[Path, float]]:
    """Every entry below a folder, with the time of its manifest: 0 where it has none. Links that lead out are not followed."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            place, when = folder / entry.name, 0.0
            with suppress(OSError, FolderError):
                inside(str(place))
                when = inside(str(place / MANIFEST)).stat().st_mtime
            yield place, when
            if not when and depth > 1 and entry.is_dir(follow_symlinks=False):
                yield from _below(place, depth - 1)


def _described(folder: Path, when: float) -> OfferedFolder | None:
    file = folder / MANIFEST
    root = next(r for r in roots() if folder.is_relative_to(r))
    path = f"{shown(root)}/{folder.relative_to(root).as_posix()}"
    kept: Any = {}
    with suppress(OSError, ValueError, RecursionError):
        if file.stat().st_size <= MOST_BYTES:
            kept = json.loads(file.read_bytes())
    kept = kept if isinstance(kept, dict) else {}
    kind = kept.get("kind")
    if kind not in ("run", "comparison", "sweep") or len(path) > LONGEST:
        return None
    runs = kept.get("runs")
    date = f"{datetime.fromtimestamp(when, UTC).astimezone():%Y-%m-%d %H:%M}"
    parts = [_title(kept), f"{runs:,} runs" if isinstance(runs, int) else "", date]
    return OfferedFolder(path, kind, f"{path}: {', '.join(p for p in parts if p)}")


def _title(kept: dict[str, Any]) -> str:
    """What it is about; anybody may have written it."""
    about, names = kept.get("experiment", kept.get("scenario")), kept.get("names")
    if isinstance(about, dict):
        return str(about.get("title") or about.get("name"))[:LONGEST_TITLE]
    return " and ".join(map(str, names))[:LONGEST_TITLE] if isinstance(names, list) else ""
