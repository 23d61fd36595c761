"""Luck is addressed, not consumed.

A uniform number belongs to (seed, replication, decision, quarter, row code, column code) and to nothing else: it is
the same in a single run and in a batch of ten thousand, and a new actor, decision or event leaves all others alone.
The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, ndtri

from .arrays import Array

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def philox4x32(counter: tuple[Array, Array, Array, Array], key: tuple[int, int]) -> tuple[Array, Array, Array, Array]:
    """Ten rounds of Philox on arrays of 32-bit words (held in uint64, broadcast against each other)."""
    x0, x1, x2, x3 = (np.ascontiguousarray(c, dtype=np.uint64) for c in np.broadcast_arrays(*counter))
    k0, k1 = key
    m0, m1 = np.uint64(_MULTIPLIERS[0]), np.uint64(_MULTIPLIERS[1])
    for _ in range(10):
        p0 = x0 * m0
        p1 = x2 * m1
        x0 = p1 >> _SHIFT
        x0 ^= x1
        x0 ^= np.uint64(k0)
        x2 = p0 >> _SHIFT
        x2 ^= x3
        x2 ^= np.uint64(k1)
        p1 &= _LOW
        p0 &= _LOW
        x1, x3 = p1, p0
        k0 = (k0 + _WEYL[0]) & 0xFFFFFFFF
        k1 = (k1 + _WEYL[1]) & 0xFFFFFFFF
    return x0, x1, x2, x3


def decision_key(seed: int, decision: str) -> tuple[int, int]:
    """The two key words of a decision: the first 8 bytes of BLAKE2b of "seed/decision"."""
    digest = hashlib.blake2b(f"{seed}/{decision}".encode("ascii"), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def code_words(codes: Sequence[str]) -> Array:
    """32-bit words that stand for actor codes in a counter."""
    return np.array([zlib.crc32(code.encode("ascii")) for code in codes], dtype=np.uint64)


class Luck:
    """All luck of an ensemble: `replications` [R] names the runs, `seed` the experiment."""

    def __init__(self, seed: int, replications: Sequence[int] | Array) -> None:
        self.seed = int(seed)
        self.replications = np.asarray(replications, dtype=np.uint64)
        self._blocks: dict[str, tuple[int, Array]] = {}

    def uniform(self, decision: str, quarter: int, rows: Array | None = None, columns: Array | None = None) -> Array:
        """Uniforms in (0, 1), [R] extended by an axis for `rows` and one for `columns` (code words) where given.

        One block of the generator serves four quarters; it is kept until the next four.
        """
        block, word = divmod(quarter, 4)
        kept = self._blocks.get(decision)
        if kept is None or kept[0] != block:
            kept = (block, self._draw(decision, block, rows, columns))
            self._blocks[decision] = kept
        return (kept[1][word] + 0.5) * 2.0**-32

    def uniform_at(self, decision: str, quarter: int, run: Array, rows: Array, columns: Array) -> Array:
        """The same uniforms for single cells [n]: `run` indexes the replications, rows and columns are code words."""
        block, word = divmod(quarter, 4)
        counter = (self.replications[run], np.full(len(run), block, dtype=np.uint64), rows, columns)
        return (philox4x32(counter, decision_key(self.seed, decision))[word] + 0.5) * 2.0**-32

    def normal(self, decision: str, quarter: int, rows: Array | None = None, columns: Array | None = None) -> Array:
        """Standard normal variates by the inverse CDF."""
        return np.asarray(ndtri(self.uniform(decision, quarter, rows, columns)))

    def _draw(self, decision: str, block: int, rows: Array | None, columns: Array | None) -> Array:
        none = np.zeros(1, dtype=np.uint64)
        r = none if rows is None else rows
        c = none if columns is None else columns
        # The run axis stands last while drawing, so that transposing makes it first and contiguous.
        counter = (
            self.replications[None, None, :],
            np.full((1, 1, 1), block, dtype=np.uint64),
            r[None, :, None],
            c[:, None, None],
        )
        words = np.stack(philox4x32(counter, decision_key(self.seed, decision))).transpose(0, 3, 2, 1)
        if columns is None:
            words = words[..., 0]
        if rows is None:
            words = words[:, :, 0]
        return words


_NODES = 256


@lru_cache(maxsize=32_768)  # 2 kB each; a chunk of 800 runs that all differ asks for 20,000 in every quarter
def _beta_table(precision: float, mean: float) -> Array:
    grid = np.arange(_NODES + 1) / _NODES
    if mean >= 1.0:
        return np.ones(_NODES + 1)
    return np.asarray(betaincinv(precision * mean, precision * (1.0 - mean), grid))


def delivered_share(u: Array, precision: Array, mean: Array, cells: tuple[Array, Array] | None = None) -> Array:
    """Delivered share: quantile of Beta(precision*mean, precision*(1-mean)) at `u`.

    `u` is [R,P,C], or [n] for single `cells` (run and patron of each). `mean` is [1 or R,P], `precision` [1 or R].
    The quantile function is tabulated at 257 points and interpolated: an inverse CDF still, at a hundredth of the
    cost. A mean of one delivers everything.
    """
    runs = max(mean.shape[0], precision.shape[0])
    means = np.broadcast_to(mean, (runs, mean.shape[1]))
    pairs = np.stack([np.broadcast_to(precision[:, None], means.shape), means], axis=-1).reshape(-1, 2)
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    tables = np.stack([_beta_table(float(a), float(b)) for a, b in distinct])
    row = which.reshape(means.shape)
    if cells is None:
        row, exact = row[:, :, None], means[:, :, None] >= 1.0
    else:
        at = (cells[0] if runs > 1 else np.zeros_like(cells[0]), cells[1])
        row, exact = row[at], means[at] >= 1.0
    place = u * _NODES
    left = np.minimum(place.astype(np.intp), _NODES - 1)
    low = tables[row, left]
    share = low + (place - left) * (tables[row, left + 1] - low)
    # A mean of one is exact by definition, not by interpolation.
    return np.where(exact, 1.0, share)
