"""How a run lies in memory: one record for its world, one for its inputs in force, one for who is who.

Compiled code and NumPy look at the same memory. Lengths are padded to a *bucket*, so that regions of different size share one
compilation; the counts that loops run over are data. A record is contiguous and stays in the processor's first caches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ..scenario.catalogue import CHANNELS, INSTRUMENTS
from ..scenario.catalogue import FIELDS as INPUTS
from ..scenario.vocabulary import ROWS
from .fields import FIELDS

PURPOSES = ("refusal", "concession")
"""What a package pays for: keeping a rival's base out, or a concession to the giver itself."""

KINDS = {"number": np.float64, "flag": np.int8, "code": np.int8, "index": np.int64, "quarter": np.int32}

YEARS = 10
"""How long a delivery of major arms counts."""
PAST = 12
"""Quarters over which the published index takes its means."""

GROUPS: dict[str, tuple[str, tuple[str, ...], str]] = {
    **{base: (base, INSTRUMENTS, "K") for base in ("cost", "delivery", "licence", "licence_mission", "package")},
    "courtship_scale": ("courtship_scale", INSTRUMENTS, "K"),
    "delivery_quarters": ("delivery_quarters", INSTRUMENTS, "K"),
    "arms_year": ("arms_year", tuple(f"y{i}" for i in range(1, YEARS + 1)), "Y"),
}
"""Inputs that come one for each instrument or channel and lie beside each other: name, suffixes, axis."""

CHOICES = {"strategy": "P", "policy": "C", "vote": "B", "interference": "P", "support": "C", "regime": "C"}
"""What actors are told to play, and whose it is."""


STACK = 64
"""How many intermediate values an expression may need at once."""


@dataclass(frozen=True, order=True)
class Bucket:
    """Lengths that memory is laid out for; a region takes the smallest that holds it."""

    patrons: int
    clients: int
    blocs: int
    axes: int
    kinds: int = 1

    def length(self, letter: str) -> int:
        """Of an axis by its letter."""
        lengths = {
            "P": self.patrons, "Q": self.patrons, "C": self.clients, "D": self.clients, "B": self.blocs, "O": self.axes,
            "J": self.kinds, "E": len(ROWS), "V": self.patrons + 1, "H": self.clients + 1,
            "K": len(INSTRUMENTS), "U": len(PURPOSES), "N": len(CHANNELS), "3": 3, "Y": YEARS, "M": PAST,
            "L": max(self.patrons, self.clients) + 1, "S": STACK,
        }  # fmt: skip
        return lengths[letter]

    def shape(self, axes: str) -> tuple[int, ...]:
        """Of an array with these axes."""
        return tuple(self.length(letter) for letter in axes)


STEPS = {"patrons": (8, 12, 16, 24, 32, 64), "clients": (12, 24, 64, 200), "blocs": (6, 12, 24, 64), "axes": (4, 8, 16),
         "kinds": (1, 2, 4, 8, 16)}  # fmt: skip
"""Lengths to choose from. Nearly every region fits into the first of each."""


def bucket_for(patrons: int, clients: int, blocs: int, axes: int, kinds: int = 1) -> Bucket:
    """The smallest bucket for a region; beyond the largest step, its own length."""
    wanted = {"patrons": patrons, "clients": clients, "blocs": blocs, "axes": axes, "kinds": kinds}
    fits = {name: next((step for step in STEPS[name] if step >= n), n) for name, n in wanted.items()}
    return Bucket(**fits)


@cache
def world_type(bucket: Bucket) -> np.dtype[np.void]:
    """The record of one run's world."""
    own = [("number", np.int64), ("replication", np.uint64), ("block", np.uint64), ("lane", np.int64), ("quarter", np.int64),
           ("told", np.int64), ("rows", np.int64), ("happenings", np.int64), ("orders", np.int8), ("lost", np.int8)]  # fmt: skip
    fields = [(f.name, KINDS[f.kind], bucket.shape(f.axes)) for f in FIELDS]
    return np.dtype([*own, *fields], align=True)


@cache
def input_axes() -> dict[str, str]:
    """Axes of every array in the record of inputs."""
    grouped = {f"{base}_{suffix}" for base, (_, suffixes, _) in GROUPS.items() for suffix in suffixes}
    out: dict[str, str] = {}
    for f in INPUTS:
        if f.name in grouped:
            base = next(b for b, (_, suffixes, _) in GROUPS.items() if f.name in {f"{b}_{s}" for s in suffixes})
            out.setdefault(base, f.axes + GROUPS[base][2])
        else:
            out[f.name] = f.axes
    return out | CHOICES | {"delivery_row": "PK", "package_row": "PK"}


@cache
def inputs_type(bucket: Bucket) -> np.dtype[np.void]:
    """The record of the inputs in force: nothing but floats, so that a cell has one flat number."""
    return np.dtype([(name, np.float64, bucket.shape(axes)) for name, axes in input_axes().items()])


@cache
def cell(bucket: Bucket, name: str, places: tuple[int, ...]) -> int:
    """Flat number of an input's cell; `name` as in the catalogue."""
    base, tail = place_of(name)
    dtype = inputs_type(bucket)
    assert dtype.fields is not None
    offset = dtype.fields[base][1] // 8
    return int(offset + np.ravel_multi_index((*places, *tail), bucket.shape(input_axes()[base]) or (1,))) if (
        places or tail
    ) else int(offset)


@cache
def place_of(name: str) -> tuple[str, tuple[int, ...]]:
    """Where a field of the catalogue lies: the array, and its place on the instruments or channels."""
    for base, (_, suffixes, _) in GROUPS.items():
        if name.startswith(f"{base}_") and name[len(base) + 1 :] in suffixes:
            return base, (suffixes.index(name[len(base) + 1 :]),)
    return name, ()


DECISIONS = (
    "threat", "growth", "legitimacy", "portfolio", "review", "rebid", "value", "ask", "cancel", "campaign", "sanction",
    "overthrow", "turnover", "membership", "contract", "size", "coup", "handover", "sentiment",
    *(f"{what}.{k}" for what in ("delivery", "refusal", "concession", "accession") for k in INSTRUMENTS),
)  # fmt: skip
"""Decisions that draw luck, in the order of the structure's keys; those of the alignment of each axis follow, then those of kinds."""
OF_KINDS = ("review", "rebid", "value", "ask")
"""Decisions that every further kind of concession has for itself: `review.port`."""


@cache
def structure_type(bucket: Bucket) -> np.dtype[np.void]:
    """The record of who is who: counts, relations that no run changes, and the addresses of luck."""
    p, c, b, o, j = bucket.patrons, bucket.clients, bucket.blocs, bucket.axes, bucket.kinds
    return np.dtype(
        [
            ("P", np.int64), ("C", np.int64), ("B", np.int64), ("O", np.int64), ("J", np.int64), ("dense", np.int64),
            ("leader", np.int64, (b,)),
            ("other", np.int8, (p, c)), ("allied", np.int8, (p, p)), ("affiliate", np.int8, (b, p)),
            ("candidate", np.int8, (b, c)), ("leads", np.int8, (b, p)), ("heads", np.int8, (p,)), ("insider", np.int8, (b, p)),
            ("A", np.int64), ("actor_patron", np.int64, (p + c,)), ("actor_client", np.int64, (p + c,)),
            ("patron_word", np.uint64, (p,)), ("client_word", np.uint64, (c,)), ("bloc_word", np.uint64, (b,)),
            ("requires", np.int64, (j,)), ("tables", np.int64, (j,)), ("decisions", np.int64, (j,)), ("rests", np.int8, (j, j)),
            ("key", np.uint64, (len(DECISIONS) + o + len(OF_KINDS) * (j - 1), 2)),
        ],
        align=True,
    )  # fmt: skip


NUMBERS = ("promised", "delivered", "value", "price", "survival", "denial", "floor", "asked", "rent", "anger")
"""Numbers of a row of the ledger."""

ROW = np.dtype(
    [("run", np.int64), ("quarter", np.int64)]
    + [(name, np.int64) for name in ("kind", "patron", "client", "counterpart", "instrument", "concession", "cause")]
    + [(name, np.float64) for name in NUMBERS]
)
"""A deal."""

HAPPENING = np.dtype([("run", np.int64), ("quarter", np.int64), ("event", np.int64), ("what", np.int64)])
"""An event that fired (0) or ended (1)."""

EVENT = np.dtype(
    [(name, np.int64) for name in ("kind", "at", "holds", "again", "steps", "length", "lasts")]
    + [("chance", np.float64), ("key_low", np.uint64), ("key_high", np.uint64)]
    + [(f"{part}_{end}", np.int64) for part in ("changes", "acts", "repeals", "code") for end in ("first", "last")]
)
"""An event: its trigger, how long it takes and lasts, and where its changes, acts, repeals and condition lie."""

CHANGE = np.dtype([("cell", np.int64), ("choice", np.int64), ("target", np.float64), ("patron", np.int64), ("client", np.int64)])
"""What an event sets; `patron` and `client` are those whose trade it is, −1 for anything else."""

ACT = np.dtype(
    [("kind", np.int64), ("first", np.int64), ("second", np.int64), ("third", np.int64), ("about", np.int64)]
    + [(name, np.float64) for name in ("amount", "rent", "term", "cut", "loss", "quarters")]
    + [("face", np.float64, (len(INSTRUMENTS),))]
)
"""What an event orders, and between whom."""

STANDING = np.dtype([("fired", np.int64), ("active", np.int64), ("held", np.int64), ("spent", np.int64)])
"""Where an event stands in a run: quarter of its latest firing (−1 never), in force, quarters its condition has held; whether it has
fired and its condition has not been false since."""

OUTCOME = np.dtype([(name, np.int64) for name in ("first", "last", "reduce", "code_first", "code_last")])
"""An outcome: its window, how it is gathered, and where its expression lies."""

CODE = np.dtype([("op", np.int64), ("first", np.int64), ("second", np.int64), ("third", np.int64), ("number", np.float64)])
"""A step of an expression in postfix order."""

Records = npt.NDArray[np.void]
