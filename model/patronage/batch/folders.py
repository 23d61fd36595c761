"""Folders that appear whole or not at all, and the manifest that says what is in them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from patronage.batch.checksums import sealed, sha256

MANIFEST = "manifest.json"
PARTIAL = ".partial-"
"""In the name of a folder that is being made."""
LAYOUT = 1
"""Version of the layout of a run folder."""


class FolderError(Exception):
    """A folder that is no run folder, or not a whole one."""


class UnknownError(FolderError, KeyError):
    """A folder that holds no such table or variable."""

    __str__ = Exception.__str__  # KeyError would put its words into quotes


@contextmanager
def new_folder(out: str | Path) -> Iterator[Path]:
    """A hidden folder to fill; on success it takes the name `out`, on any failure it is removed.

    Raises:
        FileExistsError: `out` exists and is not an empty folder: nothing is ever overwritten.
    """
    final = Path(os.path.abspath(out))
    _refuse_existing(final)
    final.parent.mkdir(parents=True, exist_ok=True)
    _sweep(final)
    partial = final.parent / f".{final.name}{PARTIAL}{os.getpid()}"
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir()
    try:
        yield partial
        _refuse_existing(final)
        if final.is_dir():
            final.rmdir()  # Windows gives no folder the name of another, be it empty
        os.rename(partial, final)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def said_inside(path: Path) -> Path:
    """A path of a folder that is being made, as commands that are given inside the finished one name it; any other as it is."""
    making = next((p for p in (path, *path.parents) if p.name.startswith(".") and PARTIAL in p.name), None)
    return path if making is None else path.relative_to(making)


def _refuse_existing(final: Path) -> None:
    if final.is_dir() and not any(final.iterdir()):
        return
    if final.exists() or final.is_symlink():
        raise FileExistsError(f"{final} exists and is not empty: choose another folder or remove it first")


def _sweep(final: Path) -> None:
    """Remove what processes that no longer live left unfinished under the same name."""
    for left in final.parent.glob(f".{_escape(final.name)}{PARTIAL}*"):
        owner = left.name.rpartition("-")[2]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)


def _escape(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """The last file of a folder, sealed with the hash of its own entries."""
    whole = sealed({"layout": LAYOUT, **manifest})
    (folder / MANIFEST).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def state(path: Path) -> str:
    """What is the matter with a file that is not what was promised."""
    return "not as it was written" if path.exists() else "gone"


__all__ = ["LAYOUT", "MANIFEST", "FolderError", "UnknownError", "new_folder", "said_inside", "sha256", "state", "write_manifest"]
