"""The first page of a report: in words, own answers first, and how far many differences can be read at once."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from patronage.figures.contracts import contract_name
from patronage.reports import compare_to_folder
from patronage.reports.brief import event_told, holm, in_order, leading, multiplicity, p_values, run_brief
from patronage.reports.provenance import provenance_of
from patronage.reports.words import contract_words
from patronage.results.contracts import Contract
from patronage.results.ensemble import Statistics, mean_interval
from patronage.scenario import load_scenario
from patronage.simulation import simulate

CHILD = """extends: two-patrons
title: The tenant stays longer
question: What does staying change?
outcomes:
  again: {measure: "base(USA, KGZ)", from: 2009Q1, to: 2009Q4, reduce: all}
  twice: {measure: "base(USA, KGZ)", from: 2009Q1, to: 2009Q4, reduce: all}
  answer: {measure: "share(RUS, KGZ)", from: 2009Q4, to: 2009Q4, label: Russia's share at the end of 2009, answers: yes}
patrons: {USA: {need: 90}}
"""


@pytest.fixture(scope="module")
def child(tmp_path_factory):
    file = tmp_path_factory.mktemp("brief") / "child_of_two.yaml"
    file.write_text(CHILD, encoding="utf-8")
    return load_scenario(file)


@pytest.fixture(scope="module")
def page(child, tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "pair"
    other = load_scenario("two-patrons")
    made = compare_to_folder([child, other], runs=12, seed=1, until="2011Q4", out=out, screening=4)
    return (made.path / "report.html").read_text(encoding="utf-8")


def words(page: str) -> str:
    """What a reader sees, without the commands that repeat something."""
    text = re.sub(r"<style>.*?</style>|<pre>.*?</pre>|<img[^>]*>", " ", page, flags=re.DOTALL)
    text = re.sub(r"In the folder that the command below makes, the whole report of each lies in the folders [^<]*", "", text)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("&#39;", "'").split())


def test_own_answers_come_first_each_question_once(child):
    s = Statistics(simulate(child, runs=3, seed=1, until="2009Q4"))
    names = [about.name for about in in_order(s)]
    assert names[0] == "answer"
    assert names.index("again") < names.index("manas_open")  # own before inherited
    assert "twice" not in names  # the same question as again
    assert [about.name for about in leading(s)] == ["answer"]


def test_it_opens_with_the_brief_and_every_entry_of_the_contents_leads_somewhere(page):
    text = words(page)
    order = [text.index(t) for t in ("What does staying change?", "In brief", "What it rests on", "Answer", "What this rests on")]
    assert order == sorted(order)
    sentence = text[text.index("In brief") : text.index("What it rests on")]
    assert "Russia's share at the end of 2009" in sentence
    assert re.search(r"\[[^\]]+\]|no difference in any pair", sentence)
    targets = re.findall(r'href="#([\w-]+)"', page)
    assert len(targets) >= 6
    assert all(page.count(f'id="{t}"') == 1 for t in targets)
    assert page.count("<figure>") >= 2
    assert "@media print" in page


def test_no_machine_name_is_shown(page, child):
    text = words(page)
    names = [*child.outcomes, *(e.name for e in child.events), "two-patrons", "child_of_two"]
    shown = [n for n in names if re.search(rf"(?<![\w.]){re.escape(n)}(?![\w.])", text) and re.search(r"[_-]", n)]
    assert shown == []
    assert not re.findall(r"\b(?:patrons|states|ties|rules|events)\.\w+", text)


NAMED = """extends: two-patrons
bases: {manas: {name: the Transit Center}}
ties: {RUS: {KGZ: {base_name: Kant}}}
outcomes: {russian: {measure: "base(RUS, KGZ)", from: 2009Q4, to: 2009Q4}}
"""


def test_bases_are_called_as_the_file_says_whether_they_stand_at_the_start_or_not(tmp_path):
    file = tmp_path / "named.yaml"
    file.write_text(NAMED, encoding="utf-8")
    named = load_scenario(file)
    assert contract_words(named, "USA", "KGZ") == "the Transit Center (United States in Kyrgyzstan)"
    assert contract_words(named, "RUS", "KGZ") == "Kant (Russia in Kyrgyzstan)"
    assert contract_words(load_scenario("two-patrons"), "USA", "KGZ") == "Manas (United States in Kyrgyzstan)"
    assert contract_words(load_scenario("two-patrons"), "RUS", "KGZ") == "the base of Russia in Kyrgyzstan"
    s = Statistics(simulate(named, runs=2, seed=1, until="2009Q4"))
    assert contract_name(s, Contract("RUS", "KGZ")) == "Kant (Russia in Kyrgyzstan)"
    assert "Kant stands (Russia, in Kyrgyzstan)" in next(about.title for about in in_order(s) if about.name == "russian")
    again = tmp_path / "again.yaml"
    again.write_text(named.resolved(), encoding="utf-8")
    assert load_scenario(again).called == named.called
    assert load_scenario(again).digest == named.digest


def test_a_key_of_codes_and_kinds_is_no_name():
    recognised = load_scenario("pacific-recognition")
    names = {c.name: recognised.called.get((c.holder, c.host, c.kind), "") for c in recognised.contracts.values()}
    assert {names[n] for n in ("taipei_kir", "beijing_fji", "police_png", "police_vanuatu")} == {""}
    assert (names["ramsi"], names["kwajalein"]) == ("RAMSI", "Kwajalein")
    assert contract_words(recognised, "AUS", "PNG", "police") == "the police of Australia in Papua New Guinea"
    assert contract_words(recognised, "CHN", "SLB", "recognition") == "the Solomon Islands' recognition of China"


def test_holm_by_hand_and_against_all_nulls():
    assert holm(np.array([0.001, 0.04, 0.03, np.nan])).tolist() == [True, False, False, False]  # .03 > .05/2
    assert holm(np.array([0.01, 0.02, 0.03])).tolist() == [True, True, True]  # .05/3, .05/2, .05
    rng = np.random.default_rng(5)
    any_told = np.mean([holm(rng.uniform(size=20)).any() for _ in range(2000)])
    assert any_told == pytest.approx(0.05, abs=0.02)


def frame(differences: np.ndarray) -> pd.DataFrame:
    """The table of outcomes of made-up differences [pair, outcome]."""
    mean, low, high = mean_interval(differences)
    names = [f"o{i}" for i in range(differences.shape[1])]
    tells = (low > 0) | (high < 0)
    return pd.DataFrame({"outcome": names, "mean": mean, "low": low, "high": high, "pairs": len(differences), "tells": tells})


def test_p_values_are_those_of_students_test_and_chance_findings_are_marked():
    from scipy import stats

    x = np.random.default_rng(3).normal(size=(40, 60))
    x[:, 0] += 2  # one that is really there
    table = frame(x)
    assert np.allclose(p_values(table), stats.ttest_1samp(x, 0).pvalue)
    found = multiplicity(table)
    assert table["tells"].sum() > 1
    assert found.doubtful == set(table["outcome"][table["tells"]]) - {"o0"}
    assert "60 differences are read here" in found.text
    assert "about 3.0 would" in found.text
    few = multiplicity(table.head(3))
    assert not few.text
    assert not few.doubtful


def test_events_are_told_by_what_is_noted_of_them():
    """By the first clause of the note, where there is a short one; by the name alone otherwise."""
    assert event_told("withdrawal", "", "phased; the last quarter is 2014Q2") == "withdrawal (phased)"
    assert event_told("dam_finance", "", "Moscow lends for the dam.") == "dam finance (Moscow lends for the dam)"
    assert event_told("drought", "it rains no more", "in places") == "it rains no more"
    assert event_told("drought", "", "") == "drought"
    assert event_told("drought", "", "a very long note " * 9) == "drought"


def test_events_of_the_scenario_itself_are_told_first():
    s = Statistics(simulate(load_scenario("us-withdrawal"), runs=1, until="2000Q2"))
    found = run_brief(s, provenance_of(s), pd.DataFrame())
    line = next(text for text in found.grounds if text.startswith("Ordered by the scenario"))
    mine = "the American mission in Afghanistan ends, the militants return"
    assert line.startswith(f"Ordered by the scenario, not found by the model: {mine}")
