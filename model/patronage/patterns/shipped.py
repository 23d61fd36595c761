"""Tables that come with the package: what was measured, with how many runs, and of which state of the model."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from patronage import __version__
from patronage.scenario import load_scenario
from patronage.simulation import simulate

MEASURED = Path(__file__).parent / "measured"
NAMES = ("patterns", "fragility", "ablations")
PROBE = 4
"""Runs that tell one state of the model from another."""


@dataclass(frozen=True)
class Origin:
    """What a table was computed with."""

    version: str
    model: str
    """Fingerprint of the model and the built-in case."""
    runs: int
    seed: int
    draws: int = 0
    planned: int = 0
    """Draws of the hypercube, of which the first `draws` were simulated."""

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class MeasuredTable:
    """A table and where it comes from."""

    rows: pd.DataFrame
    origin: Origin

    @property
    def current(self) -> bool:
        """Whether it belongs to the model as it is."""
        return self.origin.model == fingerprint()


@cache
def fingerprint() -> str:
    """What a few runs of the built-in case do, as a hash: it changes with the model and its numbers, not with words."""
    digest = hashlib.sha256()
    for name in ("us-withdrawal", "us-stays"):
        result = simulate(load_scenario(name), PROBE)
        for variable in ("base", "member", "overthrow", "notice"):
            digest.update(np.packbits(result.data[variable].values > 0).tobytes())
        # Four digits: machines agree to about nine, and a number may lie near the edge between two.
        numbers = [*result.outcomes.to_numpy(dtype=float).ravel(), *result.data["share"].values[:, -1].ravel()]
        digest.update(" ".join(f"{x:.4g}" for x in numbers).encode("ascii"))
    return digest.hexdigest()[:16]


def origin(runs: int, seed: int, draws: int = 0) -> Origin:
    """The origin of what is computed now."""
    return Origin(__version__, fingerprint(), runs, seed, draws, draws)


def write_table(folder: Path, name: str, rows: pd.DataFrame, made: Origin) -> None:
    """A table and its origin, as two files of a folder."""
    rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", float_format="%.6g")
    made.write(folder / f"{name}.json")


def read_table(name: str, folder: Path = MEASURED) -> MeasuredTable | None:
    """A table of a folder; None if it is not there."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        return None
    facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return MeasuredTable(pd.read_csv(path, keep_default_na=False, na_values=[""]), Origin(**facts))


def expected_to_hold() -> set[int]:
    """Numbers of the patterns that hold according to the shipped table."""
    table = read_table("patterns")
    if table is None:
        return set()
    judged = table.rows[table.rows["verdict"] != "reported"]
    held = judged.groupby("pattern")["verdict"].agg(lambda v: set(v) == {"holds"})
    return {int(n) for n, holds in held.items() if holds}
