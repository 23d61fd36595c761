"""Ensembles of a hindcast that is under way, kept beside the folder to come, so that the same command goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from patronage.batch.folders import sha256
from patronage.batch.identity import code_digest, versions
from patronage.world.arrays import Array

from .hindcast import HindcastPlan

FILES = ("country_year.csv", "country_year.csv.gz", "dyad_year.csv", "dyad_year.csv.gz", "timeline.csv", "bases.csv")
CODE = ("hindcast.cache",)
"""Ensembles depend on this module and on all that it imports, the hindcast and the reading of tables among them."""
Summaries = dict[str, dict[str, Array]]


def files(data: Path) -> dict[str, str]:
    """Hashes of what was read from a folder of tables, by name."""
    return {name: sha256(data / name) for name in FILES if (data / name).is_file()}


def identity(plan: HindcastPlan, read: Mapping[str, str]) -> str:
    """What must be the same for ensembles to be the same."""
    facts = {
        "scenario": plan.scenario.digest, "files": dict(read), "last": plan.last, "longest": max(plan.horizons), "runs": plan.runs,
        "seed": plan.seed, "versions": versions(), "code": code_digest(CODE),
    }  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


class Cache:
    """A folder of ensembles; without one nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, out: Path | None, key: str) -> Cache:
        """That of a folder to come."""
        return cls(None if out is None else out.parent / f".{out.name}.hindcast-{key[:16]}")

    def __len__(self) -> int:
        return len(list(self.folder.glob("*.npz"))) if self.folder is not None and self.folder.is_dir() else 0

    def get(self, origin: int, column: str) -> Summaries | None:
        """One ensemble, if it is there."""
        path = self._path(origin, column)
        if path is None or not path.is_file():
            return None
        out: Summaries = {}
        with np.load(path) as arrays:
            for name in arrays.files:
                target, _, part = name.partition("|")
                out.setdefault(target, {})[part] = arrays[name]
        return out

    def put(self, origin: int, column: str, summaries: Mapping[str, Mapping[str, Array]]) -> None:
        """Keep one, whole or not at all."""
        path = self._path(origin, column)
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as stream:
            np.savez(stream, **dict(_flat(summaries)))  # type: ignore[arg-type]  # names of arrays are keywords here
        os.replace(partial, path)  # noqa: PTH105

    def clear(self) -> None:
        """The hindcast is done."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, origin: int, column: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{origin}-{column}.npz"


def _flat(summaries: Mapping[str, Mapping[str, Array]]) -> Iterator[tuple[str, Array]]:
    for target, parts in summaries.items():
        for part, array in parts.items():
            yield f"{target}|{part}", array
