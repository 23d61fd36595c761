"""Which folders of this machine the page may open: those under the roots that were named when it was started."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from patronage.batch.folders import FolderError

LONGEST = 500
"""Characters of a path that is looked at."""

_roots: tuple[Path, ...] = ()


def allow(roots: Sequence[Path]) -> None:
    """Name the roots. They need not exist yet."""
    global _roots  # noqa: PLW0603  # one server a process
    _roots = tuple(Path(os.path.realpath(r)) for r in roots)


def roots() -> tuple[Path, ...]:
    """Those in force."""
    return _roots or (Path(os.path.realpath("runs")),)


def inside(path: str) -> Path:
    """A folder or file under a root, symbolic links followed; named from the working folder, or from the name of a root on.

    Raises:
        FolderError: it lies elsewhere; the same words whether or not there is something.
    """
    allowed = roots()
    for start in (Path(), *(r.parent for r in allowed)):
        try:
            found = Path(os.path.realpath(start / path)) if len(path) <= LONGEST else None
        except (OSError, ValueError):  # a name no file can have
            found = None
        if found is not None and any(found.is_relative_to(r) for r in allowed):
            return found
    named = " or ".join(shown(r) for r in allowed)
    raise FolderError(f"The page opens run folders under {named} only, as it was started (--runs-root DIR)")


def from_here(place: Path) -> str:
    """A file as the working folder names it: where that lies is no visitor's business, and a command finds it so."""
    here = Path.cwd()
    return str(place.relative_to(here) if place.is_relative_to(here) else place)


def shown(root: Path) -> str:
    """A root as seen from the working folder, which is no visitor's business."""
    here = os.path.relpath(root)
    return root.name if here.startswith("..") else here
