"""Two thousand mutants: each is used and stays finite, or is refused in plain lines. docs/robustness.md."""

from __future__ import annotations

import os
from collections import Counter
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

import pytest

from fuzz import data, experiments, page
from fuzz.campaign import KINDS, MEGABYTES, attack, held, kind_of, once
from fuzz.judge import USED, read
from fuzz.mutate import Lot, as_text
from fuzz.page import send
from fuzz.scenarios import SMALL, TABLES, table_read
from patronage.scenario import load_text

pytestmark = [pytest.mark.fuzz, pytest.mark.filterwarnings("ignore")]

MUTANTS, PARTS = 2_000, 20
MOST_KEPT = 400
"""Megabytes that a part of the mutants may leave behind, with everything that the first of a kind loads (300)."""


@pytest.mark.parametrize("part", range(PARTS))
def test_mutants_are_used_or_refused_and_nothing_else(part: int) -> None:
    size, before = MUTANTS // PARTS, held()
    wrong = [v for v in map(attack, range(part * size, (part + 1) * size)) if v.became == "wrong"]
    assert not wrong, "\n" + "\n".join(map(str, wrong))
    assert held() - before < MOST_KEPT


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="only Linux forgets a peak")
def test_a_mutant_that_takes_much_memory_is_wrong_whatever_was_taken_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def large(*_: Any) -> str:
        return USED if b"1" * (2 * MEGABYTES << 20) else ""

    monkeypatch.setitem(KINDS, "large", large)
    assert b"1" * (3 * MEGABYTES << 20)
    found = once(0, "large")
    assert (found.became, found.reason[-7:]) == ("wrong", "MB more")


def test_half_of_the_mutants_lie_within_bounds_and_every_kind_has_its_share() -> None:
    counts = Counter(kind_of(n) for n in range(MUTANTS))
    assert sum(n for k, n in counts.items() if k.startswith("within")) == MUTANTS / 2
    assert counts.keys() == KINDS.keys()
    assert min(counts.values()) >= MUTANTS / 2 / len(KINDS)


def test_mutants_begin_from_something_right(tmp_path: Path) -> None:
    places = (tmp_path / str(i) for i in count())

    def place() -> Path:
        made = next(places)
        made.mkdir()
        return made

    assert read(lambda: load_text(as_text(SMALL))) == USED
    assert {name: table_read(name, text.encode(), place()) for name, text in TABLES.items()} == dict.fromkeys(
        TABLES, USED
    )
    assert all(
        experiments.judged(as_text(experiments.base(Lot(n))).encode(), place(), must=True) == USED for n in range(8)
    )
    texts = {"country_year.csv": data.country_year(), "dyad_year.csv": data.dyad_year()}
    assert data.built({name: text.encode() for name, text in texts.items()}, place()) == USED
    assert [data.listed(name, text.encode(), place()) for name, text in data.LISTS.items()] == [USED] * len(data.LISTS)
    assert [data.converted(name, text.encode(), place()) for name, text in data.NATIVE.items()] == [USED] * len(
        data.NATIVE
    )


def test_a_mutant_is_the_same_today_and_tomorrow() -> None:
    for number in range(4_000, 4_020):
        first, second = attack(number), attack(number)
        assert (first.kind, first.became, first.reason) == (second.kind, second.became, second.reason)


def test_messages_to_the_page_are_the_same_whatever_was_drawn_before(monkeypatch: pytest.MonkeyPatch) -> None:
    import ipyvuetify

    sent: list[str] = []

    def noted(lot: Lot, widget: Any) -> None:
        sent.append(f"{number} {type(widget).__name__} {hash(lot.getstate())}")
        send(lot, widget)

    def messages() -> list[str]:
        nonlocal number
        sent.clear()
        for number in range(12):
            once(number, "messages to the page")  # attack would do it again where the machine is slow
        return list(sent)

    number = 0
    monkeypatch.setattr(page, "send", noted)
    first = messages()
    left = [ipyvuetify.Btn(children=[str(i)]) for i in range(40)]
    try:
        second = messages()
    finally:
        for widget in left:
            widget.close()
    assert [pair for pair in zip_longest(first, second) if pair[0] != pair[1]][:1] == []
    assert len(first) > 12
