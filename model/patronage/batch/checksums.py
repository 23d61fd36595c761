"""Seals: what a file says about itself and others, so that a changed bit, a lost file or a foreign one is noticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEAL = "seal"
"""Key under which a JSON file holds the hash of all its other entries."""
CHUNK_SEAL = "seal.json"
"""The file in the folder of a chunk that says whose it is and what its other files are."""


def sha256(path: Path) -> str:
    """Content hash of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest(plain: object) -> str:
    """SHA-256 of a plain value, whatever the order of its keys."""
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def sealed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with its seal."""
    content = {k: v for k, v in plain.items() if k != SEAL}
    return {**content, SEAL: digest(content)}


def intact(plain: Mapping[str, Any]) -> bool:
    """Whether the entries are those that were sealed; False without a seal."""
    return plain.get(SEAL) == digest({k: v for k, v in plain.items() if k != SEAL})


def seal_text(mark: Mapping[str, Any], hashes: Mapping[str, str]) -> bytes:
    """The seal of a chunk: whose it is, and the hashes of its files. It follows from them to the last byte."""
    return (json.dumps({**mark, "files": hashes}, indent=1, sort_keys=True) + "\n").encode()


def fault_of(path: Path, mark: Mapping[str, Any]) -> str:
    """What is wrong with the folder of a chunk; empty if it is whole and the one that is known by `mark`."""
    try:
        files = [p for p in path.iterdir() if p.name != CHUNK_SEAL]
        seal = seal_text(mark, {p.name: sha256(p) for p in files})
        held = (path / CHUNK_SEAL).read_bytes()
    except FileNotFoundError:
        return "it has no seal"
    except OSError as error:
        return f"it cannot be read ({error.strerror or error})"
    if held == seal:
        return ""
    try:
        sealed_content = json.loads(held)
        named = dict(sealed_content["files"])
        right = seal_text({k: v for k, v in sealed_content.items() if k != "files"}, named) == held
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        right = False
    if not right:
        return f"its {CHUNK_SEAL} is damaged"
    there = {p.name: sha256(p) for p in files}
    gone = sorted(named.keys() - there.keys())
    changed = sorted(name for name, value in there.items() if named.get(name) != value)
    if gone:
        return f"{', '.join(gone)} is gone"
    return f"{', '.join(changed)} is not as it was written" if changed else "it is a chunk of another sweep"


def as_sealed(path: Path) -> bool:
    """Whether a file of a chunk is the one that the seal beside it names."""
    try:
        return bool(json.loads((path.parent / CHUNK_SEAL).read_bytes())["files"][path.name] == sha256(path))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return False
