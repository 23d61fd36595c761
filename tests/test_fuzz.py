"""Two thousand mutants: each is used and stays finite, or is refused in plain lines. docs/robustness.md."""

from __future__ import annotations

from collections import Counter

import pytest

from fuzz.campaign import KINDS, attack, kind_of, megabytes

pytestmark = [pytest.mark.fuzz, pytest.mark.filterwarnings("ignore")]

MUTANTS, PARTS = 2_000, 20
MOST_MEMORY = 1_200
"""Megabytes of the process at its peak, everything it has loaded included."""


@pytest.mark.parametrize("part", range(PARTS))
def test_mutants_are_used_or_refused_and_nothing_else(part: int) -> None:
    size = MUTANTS // PARTS
    wrong = [v for v in map(attack, range(part * size, (part + 1) * size)) if v.became == "wrong"]
    assert not wrong, "\n" + "\n".join(map(str, wrong))
    assert megabytes() < MOST_MEMORY


def test_half_of_the_mutants_lie_within_bounds_and_every_kind_has_its_share() -> None:
    counts = Counter(kind_of(n) for n in range(MUTANTS))
    assert sum(n for k, n in counts.items() if k.startswith("within")) == MUTANTS / 2
    assert counts.keys() == KINDS.keys()
    assert min(counts.values()) >= MUTANTS / 2 / len(KINDS)


def test_a_mutant_is_the_same_today_and_tomorrow() -> None:
    for number in range(4_000, 4_040):
        first, second = attack(number), attack(number)
        assert (first.kind, first.became, first.reason) == (second.kind, second.became, second.reason)
