"""A file that was handed over: what its link names it by, and what its browser keeps for a page that is loaded anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

from .checked import upload, words
from .setup import Setup

MOST = 200_000
"""Characters of an address or a game."""


def own(files: object) -> Setup:
    """The setup of files, whoever hands them over. Raises ValueError, as `upload` does."""
    given = upload(files)
    return Setup(given.name, given.text, tables=given.tables)


def key(setup: Setup) -> str:
    """What a link names a file by, with its name and its tables; nothing for a setup without one."""
    return _kept(*setup.origin)[0]


def kept(setup: Setup) -> str:
    """The file in force, as its browser keeps it and hands it over again; nothing for a setup without one."""
    return _kept(*setup.origin)[1]


@lru_cache(maxsize=16)
def _kept(source: str, text: bytes | None, tables: tuple[tuple[str, bytes], ...]) -> tuple[str, str]:
    if text is None:
        return "", ""
    name = hashlib.sha256(repr((source, text, tables)).encode()).hexdigest()[:24]
    files = [{"name": file, "text": content.decode("utf-8", "replace")} for file, content in ((source, text), *tables)]
    return name, json.dumps({"key": name, "name": source, "files": files})


def brought(sent: object) -> tuple[str, Setup | None]:
    """What a browser sends after a reload: an address or a game, and the files that it has kept for it, if it has.

    Raises:
        ValueError: its files are none.
    """
    given: Mapping[object, object] = sent if isinstance(sent, Mapping) else {"what": sent}
    files = given.get("files")
    return words(given.get("what"), MOST), own(files) if files is not None else None
