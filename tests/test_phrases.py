"""Measures, outcomes without a label and expressions in words."""

from __future__ import annotations

import re

import numpy as np
import pytest

from patronage import load_scenario
from patronage.looks import titled
from patronage.reports.phrases import SUBJECTS, expression_words, within
from patronage.reports.words import subject
from patronage.scenario.conditions import parse
from patronage.scenario.library import builtin_names
from patronage.scenario.vocabulary import MEASURES

MACHINE = re.compile(r"_|\w\(|\b[A-Z]{3}\b|[<>*/=]|\(\(|\bthe the\b|^[a-z]")
"""Names, calls, codes and signs of a file; a sentence that begins small."""
POINTING = re.compile(r"\b(them|they|these)\b")
"""What a title alone does not say."""


def test_every_measure_has_words_for_whom_it_is_asked():
    assert set(SUBJECTS) == set(MEASURES)
    for name, pattern in SUBJECTS.items():
        places = {int(n) for n in re.findall(r"\{(?:whose\[)?(\d)", pattern)}
        if "{base}" not in pattern:
            assert places == set(range(len(MEASURES[name].arguments))), name


@pytest.mark.parametrize("name", builtin_names())
def test_no_outcome_is_told_by_its_name_in_the_file(name):
    scenario = load_scenario(name)
    titles = {o: subject(scenario, o, np.zeros(0)).title for o in scenario.outcomes}
    assert not [title for o, title in titles.items() if not scenario.outcomes[o].label and MACHINE.search(title)]
    assert not [title for title in titles.values() if POINTING.search(title) or (not title[0].isupper() and title[0].isalpha())]


@pytest.mark.parametrize(
    ("text", "reduce", "words"),
    [
        ("base(USA, KGZ)", "last", "Manas stands (United States, in Kyrgyzstan)"),
        ("base(TUR, KGZ)", "last", "the base of Turkey in Kyrgyzstan stands"),
        ("share(USA, UZB)", "last", "the United States' share of influence in Uzbekistan"),
        ("member(EAEU, KGZ)", "last", "Kyrgyzstan is a member of the Eurasian Economic Union"),
        ("overthrow(KGZ)", "any", "an overthrow in Kyrgyzstan"),
        ("overthrow(KGZ)", "sum", "overthrows in Kyrgyzstan"),
        ("overthrow(KGZ) + overthrow(TJK) + overthrow(UZB)", "sum", "overthrows in Kyrgyzstan, Tajikistan and Uzbekistan"),
        ("rent_paid(RUS, KGZ) + rent_paid(USA, KGZ)", "mean", "rent paid by Russia and the United States to Kyrgyzstan"),
        # each pays its own: no sum over actors of one place can say so
        ("rent_paid(RUS, KGZ) + rent_paid(USA, UZB)", "mean",
         "rent paid by Russia to Kyrgyzstan plus rent paid by the United States to Uzbekistan"),
        ("overthrow(KGZ) + overthrow(KGZ)", "sum", "overthrows in Kyrgyzstan plus overthrows in Kyrgyzstan"),
        ("2 * (debt(CHN, KGZ) - debt(RUS, KGZ))", "last", "2 times (debt of Kyrgyzstan to China less debt of Kyrgyzstan to Russia)"),
        ("effort(RUS, TJK) > effort(RUS, KGZ)", "last", "Russia's effort in Tajikistan is above Russia's effort in Kyrgyzstan"),
        ("campaigns(KGZ) >= -1", "last", "number of campaigns begun against the regime of Kyrgyzstan is at least −1"),
        ("base(RUS, KGZ) and not base(USA, KGZ)", "last",
         "Kant and the older sites stand (Russia, in Kyrgyzstan) and it is not so that Manas stands (United States, in Kyrgyzstan)"),
    ],
)  # fmt: skip
def test_an_expression_in_words(text, reduce, words):
    assert expression_words(load_scenario("central-asia"), parse(text)[0], reduce) == words


@pytest.mark.parametrize(
    ("title", "when", "words"),
    [
        ("Kant stands at the end of 2035", "2035Q4", "Kant stands at the end of 2035"),
        ("Kant stands", "2035Q4", "Kant stands, 2035Q4"),
        ("Effort, 2013 to 2016", "total of 2013Q1–2016Q4", "Effort, 2013 to 2016, total"),
        ("Quarters of 2013 to 2016", "number of quarters in 2013Q1–2016Q4", "Quarters of 2013 to 2016"),
        ("Arms delivered by 2020", "total of 2013Q1–2020Q2", "Arms delivered by 2020, total of 2013Q1–2020Q2"),
        ("Kant stands in 2035", "2035Q4 (simulated no further)", "Kant stands in 2035, 2035Q4 (simulated no further)"),
        ("Lost by 12013", "2013Q4", "Lost by 12013, 2013Q4"),
        ("Falls", "", "Falls"),
    ],
)  # fmt: skip
def test_no_title_has_its_dates_twice(title, when, words):
    assert titled(title, when) == words


def test_a_title_within_a_sentence_keeps_the_capital_of_a_name():
    scenario = load_scenario("central-asia")
    texts = ("Manas stands (United States, in Kyrgyzstan)", "Russia's share", "EAEU members", "The American share", "Autonomy")
    assert [within(scenario, text) for text in texts] == [*texts[:3], "the American share", "autonomy"]
