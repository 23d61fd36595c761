"""Mutants of run folders and sweep folders: their manifests and other files, read by the commands that take them."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from .judge import WrongError, command, in_folder
from .mutate import Lot, as_bytes, as_text, deep, mutate_text, mutate_tree
from .scenarios import SMALL

EXPERIMENT = {
    "title": "Small sweep", "scenario": "small.yaml",
    "levers": {"mission": {"path": "events.leaves.set.patrons.USA.mission", "values": [0, 1]}},
    "uncertainties": {"need": {"path": "patrons.USA.need", "range": [100, 300]}}, "design": {"kind": "lhs",
    "points": 4}, "replications": 2,
    "outcomes": ["lead", "open"],
}  # fmt: skip


READERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "run": (("summary", "run"), ("why", "run", "USA", "KGZ", "base"), ("landscape", "run")),
    "both": (("summary", "both"), ("why", "both", "USA", "KGZ", "base"), ("landscape", "both")),
    "sweep": (
        ("analyse", "sweep", "--no-figures"),
        ("run", "--from", "sweep", "--row", "0:0", "--no-figures", "--out", "again"),
        ("sweep", "what.yaml", "--out", "sweep"),
    ),
}


@cache
def originals() -> Path:
    """A run in `run`, a comparison in `both` and a sweep in `sweep`, made once a process."""
    place = Path(tempfile.mkdtemp(prefix="fuzz-folders-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    (place / "small.yaml").write_text(as_text(SMALL), encoding="utf-8")
    (place / "other.yaml").write_text(
        as_text(SMALL | {"title": "Other", "rivalry": {"RUS": {"USA": 0}}}), encoding="utf-8"
    )
    (place / "what.yaml").write_text(as_text(EXPERIMENT), encoding="utf-8")
    with in_folder(place):
        for words in (
            ("run", "small.yaml", "--runs", "2", "--out", "run", "--no-figures"),
            ("compare", "small.yaml", "other.yaml", "--runs", "2", "--out", "both", "--no-figures"),
            ("sweep", "what.yaml", "--out", "sweep", "--runs-per-chunk", "4"),
        ):
            if command(words, place) != "used":
                raise WrongError(f"{' '.join(words)} was refused")
        for words in (w for readers in READERS.values() for w in readers):
            if command(words, place) != "used":
                raise WrongError(f"{' '.join(words)} was refused")
        shutil.rmtree("sweep/analysis")
        shutil.rmtree("again")
    return place


FOUND = ("outcomes.parquet", "failures.parquet")
"""What a finished sweep holds."""
DEEP = (
    deep(100_000),
    deep(100_000, '{"a":1}'),
    '{"layout": 1, "kind": ' + deep(100_000) + "}",
    deep(50_000, "1", '{"a":', "}"),
)


def manifest(lot: Lot, number: int, folder: Path) -> str:
    """The manifest of a folder is changed, and a command reads it."""
    kind = lot.one(sorted(READERS))
    whole(kind, folder)
    path = lot.one(sorted((folder / kind).rglob("manifest.json")))
    path.write_bytes(spoilt(lot, path))
    return asked(lot, kind, folder)


def contents(lot: Lot, number: int, folder: Path) -> str:
    """Another file of a folder is changed, damaged, emptied or gone."""
    kind = lot.one(sorted(READERS))
    whole(kind, folder)
    files = sorted(
        p
        for p in (folder / kind).rglob("*")
        if p.is_file() and p.suffix not in (".html", ".png", ".md") and p.name != "manifest.json"
    )
    path = lot.one(files)
    way = lot.randrange(4)
    if way == 0:
        path.unlink()
    elif way == 1:
        path.write_bytes(b"")
    elif path.suffix in (".yaml", ".json"):
        path.write_bytes(spoilt(lot, path))
    else:
        raw = bytearray(path.read_bytes())
        at = lot.randrange(len(raw)) if raw else 0
        raw[at : at + 1] = bytes([raw[at] ^ (1 << lot.randrange(8))]) if raw else b""
        path.write_bytes(raw)
    return asked(lot, kind, folder)


def chunks(lot: Lot, number: int, folder: Path) -> str:
    """A sweep was interrupted, and a file of it damaged: given again, its command makes the same tables, or names the file."""
    whole("sweep", folder)
    place = folder / "sweep"
    finished = {name: (place / name).read_bytes() for name in FOUND}
    for name in ("manifest.json", *FOUND):
        (place / name).unlink()
    files = sorted(
        p for p in place.rglob("*") if p.is_file() and (p.parent != place or p.suffix in (".json", ".parquet"))
    )
    for path in lot.sample(files, lot.randint(1, 2)):
        raw, way = path.read_bytes(), lot.randrange(4)
        if way == 0:
            path.unlink()
        elif way == 1:
            path.write_bytes(raw[: lot.randrange(len(raw) + 1)])
        elif raw:
            at = lot.randrange(len(raw))
            path.write_bytes(raw[:at] + bytes([raw[at] ^ (1 << lot.randrange(8))]) + raw[at + 1 :])
    with in_folder(folder):
        became = command(("sweep", "what.yaml", "--out", "sweep"), folder)
    if became == "used":
        changed = [name for name, content in finished.items() if (place / name).read_bytes() != content]
        if changed:
            raise WrongError(f"other values in {', '.join(changed)}, and nobody said so")
    return became


def spoilt(lot: Lot, path: Path) -> bytes:
    """A text or tree of a file, changed."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".json" or lot.chance(0.3):
        return as_bytes(lot, mutate_text(lot, text))
    if lot.chance(0.1):
        return lot.one(DEEP).encode()
    tree: Any = mutate_tree(lot, json.loads(text))
    if lot.chance(0.2):
        tree = {
            **tree,
            lot.one(sorted(tree)): lot.one(
                ([0, 30_000_000], [[0, 10**18]], -1, 10**30, float("nan"), "sweep", "run", "comparison", None, {}, [])
            ),
        }
    if isinstance(tree, dict) and lot.chance(0.6):  # who means harm seals it anew, or leaves the seal out
        tree.pop("seal", None)
    return as_bytes(lot, as_text(tree))


def whole(kind: str, folder: Path) -> None:
    """A copy of an original."""
    shutil.copytree(originals() / kind, folder / kind)
    for name in ("small.yaml", "what.yaml"):
        shutil.copy(originals() / name, folder / name)


def asked(lot: Lot, kind: str, folder: Path) -> str:
    with in_folder(folder):
        return command(lot.one(READERS[kind]), folder)


KINDS = {"manifests": manifest, "files of folders": contents, "interrupted sweeps": chunks}
