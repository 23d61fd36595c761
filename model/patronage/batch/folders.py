"""Folders that appear whole or not at all, and the manifest that says what is in them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from patronage.batch.seals import SEAL, intact, sealed, sha256

MANIFEST = "manifest.json"
LAYOUT = 1
"""Version of the layout of a run folder."""


class FolderError(Exception):
    """A folder that is no run folder, or not a whole one."""


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
    partial = final.parent / f".{final.name}.partial-{os.getpid()}"
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


def _refuse_existing(final: Path) -> None:
    if final.is_dir() and not any(final.iterdir()):
        return
    if final.exists() or final.is_symlink():
        raise FileExistsError(f"{final} exists and is not empty: choose another folder or remove it first")


def _sweep(final: Path) -> None:
    """Remove what processes that no longer live left unfinished under the same name."""
    for left in final.parent.glob(f".{_escape(final.name)}.partial-*"):
        owner = left.name.rpartition("-")[2]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)


def _escape(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """The last file of a folder, sealed with the hash of its own entries."""
    whole = sealed({"layout": LAYOUT, **manifest})
    (folder / MANIFEST).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_manifest(path: str | Path) -> dict[str, Any]:
    """The manifest of a folder.

    Raises:
        FolderError: there is none, or it is not one of ours, or not as it was written.
    """
    folder = Path(path)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FolderError(f"{folder} is no run folder: it holds no {MANIFEST}") from None
    except (ValueError, RecursionError, OSError) as error:
        raise FolderError(f"{folder / MANIFEST} cannot be read: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("layout") != LAYOUT:
        raise FolderError(f"{folder / MANIFEST} is not the manifest of a run folder of this version")
    if SEAL in manifest and not intact(manifest):
        raise FolderError(f"{folder / MANIFEST} is damaged: its entries are not those that were written")
    return manifest


def state(path: Path) -> str:
    """What is the matter with a file that is not what was promised."""
    return "not as it was written" if path.exists() else "gone"


__all__ = ["LAYOUT", "MANIFEST", "FolderError", "new_folder", "read_manifest", "sha256", "state", "write_manifest"]
