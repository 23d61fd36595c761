"""One uniform number per decision, by its address: a plain-Python Philox4x32-10 (Salmon et al. 2011).

Written from the paper, apart from the vectorised one of `patronage.world.luck`, so that each checks the other.
"""

from __future__ import annotations

import hashlib
import zlib

WORD = 0xFFFFFFFF
MULTIPLY = (0xD2511F53, 0xCD9E8D57)
BUMP = (0x9E3779B9, 0xBB67AE85)

Words = tuple[int, int, int, int]


def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Ten rounds of Philox4x32: four 32-bit words from a counter of four and a key of two."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        first, second = MULTIPLY[0] * c0, MULTIPLY[1] * c2
        c0, c1, c2, c3 = (second >> 32) ^ c1 ^ k0, second & WORD, (first >> 32) ^ c3 ^ k1, first & WORD
        k0, k1 = (k0 + BUMP[0]) & WORD, (k1 + BUMP[1]) & WORD
    return c0, c1, c2, c3


def decision_key(seed: int, decision: str) -> tuple[int, int]:
    """The key of a decision under a seed: the two halves of a BLAKE2b digest of eight bytes."""
    digest = hashlib.blake2b(f"{seed}/{decision}".encode("ascii"), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def uniform_scalar(seed: int, replication: int, decision: str, quarter: int, row: str = "", column: str = "") -> float:
    """The uniform number in (0, 1) at one address."""
    counter = (replication, quarter // 4, zlib.crc32(row.encode()), zlib.crc32(column.encode()))
    return (philox(counter, decision_key(seed, decision))[quarter % 4] + 0.5) / 2.0**32


class Luck:
    """The luck of one replication; the four quarters of a year come from one call of Philox and are kept."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        self.keys: dict[str, tuple[int, int]] = {}
        self.codes: dict[str, int] = {}
        self.year = -1
        self.words: dict[tuple[str, str, str], Words] = {}

    def uniform(self, decision: str, quarter: int, row: str = "", column: str = "") -> float:
        """The same number as `uniform_scalar`."""
        year, part = divmod(quarter, 4)
        if year != self.year:
            self.year = year
            self.words.clear()
        address = (decision, row, column)
        words = self.words.get(address)
        if words is None:
            if decision not in self.keys:
                self.keys[decision] = decision_key(self.seed, decision)
            counter = (self.replication, year, self.code(row), self.code(column))
            words = self.words[address] = philox(counter, self.keys[decision])
        return (words[part] + 0.5) / 2.0**32

    def code(self, text: str) -> int:
        """The CRC-32 of an actor's code."""
        if text not in self.codes:
            self.codes[text] = zlib.crc32(text.encode())
        return self.codes[text]
