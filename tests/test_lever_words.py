"""Every figure that can be moved on the page is told in words that say what it is."""

from __future__ import annotations

import re

import pytest

from patronage.browser.attempts import as_written
from patronage.browser.attempts import in_words as change_in_words
from patronage.browser.levers import lever_words, levers
from patronage.browser.setup import Setup
from patronage.scenario import load_scenario
from patronage.scenario.library import builtin_names
from patronage.scenario.wording import in_words
from patronage.telling.choices import CHOICES, choice_words
from patronage.world.codes import NAMES

PLAIN = {"instability", "threat"}
"""Names of figures that are words of their own."""
MACHINE = re.compile(
    r"_|\w\.\w|\bof of\b|\b[Tt]he same\b|\ba [aeio]|^[Α-Ωα-ω],|\bh\d\b(?!\))|^(Rise|Fall) (with|per|of it)|\b[A-Z]0\b"
    r"|\blo(st|ses) a quarter\b|\bthose \w+s\b|\bthey\b|\bboth logits\b|\b[Hh]azards?\b|'s mission$"
)
"""Paths, symbols, what points at a line above, what reads as a quarter of something, dialect."""


@pytest.mark.parametrize("name", builtin_names())
def test_levers_are_told_in_words(name):
    scenario = load_scenario(name)
    wrong = {}
    for lever in levers(scenario):
        words, about = lever_words(scenario, lever.path)
        said = re.split(r"' |'s |: | of the region", words)[-1] or words.partition(" of the region")[0]
        raw = re.sub(r"^(\w+\.){2}", "", lever.path).split(".")
        names = {" of ".join(raw).replace("_", " "), raw[0].replace("_", " ")} - PLAIN
        if MACHINE.search(words) or (lever.group != "events" and MACHINE.search(about)) or said in names or len(said) < 3:
            wrong[lever.path] = words
    assert not wrong
    assert not [n for n in scenario.names.values() if "(" in n], "a name with a note about the data in it"


@pytest.mark.parametrize(
    ("name", "path", "words"),
    [
        ("sahel", "patrons.FRA.fixed.base", "France's fixed yearly cost of a base"),
        ("pacific-recognition", "patrons.CHN.fixed.outpost", "China's fixed yearly cost of an outpost contract"),
        ("pacific-recognition", "concessions.team.denied", "team contract: how far rivals bid to deny it"),
        ("us-stays", "ties.USA.KGZ.fit.base", "United States → Kyrgyzstan: how well the place serves a base"),
        ("sahel", "patrons.FRA.withhold.rival", "France's part of arms withheld from hosts of rivals"),
        ("central-asia-2025", "bases.kant.rent", "Kant: rent at the start"),
    ],
)  # fmt: skip
def test_what_a_path_means(name, path, words):
    assert in_words(load_scenario(name), path) == words


def test_every_choice_has_words_and_commands_keep_the_words_of_files():
    assert set(CHOICES) == set(NAMES)
    for lever in levers(load_scenario("central-asia")):
        told = [choice_words(w) for w in lever.words]
        assert len(set(told)) == len(told), lever.path
        assert not [t for t in told if MACHINE.search(t)], lever.path
    assert choice_words("few_and_far") == "few and far", "one that another package registered"
    changes = (("patrons.RUS.strategy", "client_state"), ("events.turn.set.blocs.CSTO.vote", "group_decision"))
    assert change_in_words(Setup("central-asia"), changes[:1]) == "Russia's strategy of courtship = client state"
    assert "group decision" in change_in_words(Setup("central-asia"), changes)
    assert as_written(changes) == "patrons.RUS.strategy=client_state, events.turn.set.blocs.CSTO.vote=group_decision"
