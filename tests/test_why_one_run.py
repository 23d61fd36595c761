"""Why, asked of a single run: what it says is of that run, and nothing of shares of runs, means or chance."""

from __future__ import annotations

import re

import pytest

from patronage import load_scenario, simulate
from patronage.reports.why import why_text

ASKED = (
    "RUS KGZ share", "USA KGZ base", "USA KGZ arms_delivered", "KGZ legitimacy", "RUS budget", "KGZ overthrow", "KGZ autonomy",
    "USA KGZ effort",
)  # fmt: skip


@pytest.fixture(scope="module")
def one():
    return simulate(load_scenario("two-patrons"), 1, first=2, record="full")


@pytest.mark.parametrize("about", ASKED)
def test_one_run_is_told_as_one_run(one, about):
    text = why_text(one, *about.split())
    assert not re.search(r"% of runs|typical|on average|one run\]|beyond chance|\(1 of 1\)|share of runs|means a run", text)
    assert "1 run, seed 1" in text


def test_an_outcome_of_one_run_holds_or_not_and_what_decided_it_comes_next(one):
    text = why_text(one, "manas_open")
    assert text.splitlines()[2] == "It does not hold in this run."
    assert text.splitlines()[4] == "What decided it: 2013Q2: Manas closes: the mission ended (a full one would have kept it)."
    assert not re.search(r"one run\]|on average|% of runs", text)
    assert "\n\nIt is 17.0 quarters in this run." in why_text(one, "quarters_open")
    assert "What decided it" not in why_text(one, "quarters_open")  # a count has no single decision


def test_its_steps_are_rows_of_its_ledger_in_the_quarters_asked(one):
    text = why_text(one, "KGZ", "legitimacy", since="2012Q1", until="2012Q4")
    told = re.findall(r"^  (\d{4}Q\d): ", text.split("Run 2, step by step:")[1], re.MULTILINE)
    assert told
    assert set(told) <= {f"2012Q{n}" for n in (1, 2, 3, 4)}
    assert "is overthrown" in text  # the regime fell in 2012Q3 of this run


def test_a_share_of_one_run_comes_apart_into_parts_that_add_up(one):
    text = why_text(one, "USA", "KGZ", "share", since="2012Q1", until="2013Q4")
    parts = [float(x.replace("−", "-")) for x in re.findall(r"^  ([+−]?\d+\.\d)  ", text, re.MULTILINE)]
    whole = float(re.search(r"Where the change of ([+−]?\d+\.\d) points", text)[1].replace("−", "-"))
    assert sum(parts) == pytest.approx(whole, abs=1e-9)
