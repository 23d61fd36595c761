"""What a scenario says of itself: who wrote what, how two differ, what has no source."""

from __future__ import annotations

import re

import pytest

from patronage.scenario import ScenarioError, diff, explain, load_scenario, load_text, unsourced
from scenario_texts import EVENTS, HEAD, load_small


def test_explain_lists_the_layers_and_the_events() -> None:
    text = explain(load_scenario("two-patrons", {"patrons.USA.mission": "0.8"}), "patrons.USA.mission")
    lines = text.splitlines()
    assert lines[0] == "patrons.USA.mission: United States' mission (operational need for bases)"
    assert "  value: 0.8" in lines
    assert "  range: 0.5 to 1" in lines
    assert "  set by --set patrons.USA.mission: 0.8" in lines
    assert any(
        line.startswith("  overrides ") and "two-patrons.yaml:" in line and line.endswith(": 1") for line in lines
    )
    assert any(line.startswith("  overrides the catalogue: default 0") for line in lines)
    assert lines[-1] == "  changed by event withdrawal in 2011Q3, over 8 quarters: to 0"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("rules.threat.gain", "  set by the catalogue: default 1.6"),
        ("patrons.RUS.budget", "  unit: MUSD/yr (inside the engine: MUSD/quarter)"),
        ("patrons.RUS.strategy", "  value: portfolio"),
        ("rivalry.USA.RUS", "  changed by event overreach when share(RUS, KGZ) > 0.6 for 3 quarters: to 0.4"),
        ("states.KGZ.growth", "  changed by event drought at random, 5 %/yr, for 4 quarters: to -4 %/yr"),
        (
            "states.USA.position.security",
            "patrons.USA.position.security: United States' position on the axis security",
        ),
        ("events.withdrawal.at", "  value: 2011Q3"),
        ("events.drought.hazard", "  range: 2 to 10"),
        ("bases.manas.rent", "  value: 17.4 MUSD/yr"),
        ("events.surplus", "  events.surplus.transfer.amount: 20 MUSD"),
        ("period", "  period.start: 2009Q1"),
    ],
)
def test_explain_other_paths(path: str, line: str) -> None:
    text = explain(load_scenario("two-patrons"), path)
    assert any(found.startswith(line) for found in text.splitlines()), text


def test_explain_refuses_a_wrong_path_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match=r"no 'misson' in the path .* Did you mean patrons.USA.mission\?$"):
        explain(load_scenario("two-patrons"), "patrons.USA.misson")


def test_explain_says_that_allies_are_no_rivals() -> None:
    scenario = load_small("allies: {RUS: [USA]}\nrivalry: {RUS: {USA: 1}, USA: {RUS: 1}}\n")
    assert "read as 0, since the two are allies" in explain(scenario, "rivalry.USA.RUS")
    assert scenario.number("rivalry", "USA", "RUS") == 0


def test_diff_speaks_of_the_domain() -> None:
    sets = {
        "patrons.RUS.budget": "240",
        "events.withdrawal": "~",
        "events.flood": "{at: 2010Q1, set: {states.KGZ.growth: -2}}",
        "events.surplus.at": "2012Q3",
        "rules.bargaining.surplus_share": 0.1,
        "mechanisms.packages": "off",
        "patrons.USA.strategy": "sphere",
        "ties.USA.KGZ.weight": "{value: 0.7, source: a survey, range: [0.6, 0.8]}",
        "ties.USA.KGZ.trade": "2 % of GDP",
        "rivalry.USA.RUS": "0.2",
        "bases.manas.rent": "60",
        "blocs.CSTO.vote": "majority",
        "period.end": "2014Q4",
        "states.KGZ.position.unga": "0",
    }
    a, b = load_scenario("two-patrons"), load_scenario("two-patrons", sets)
    assert diff(a, a) == []
    ends = "United States' mission (operational need for bases) becomes 0 (The mission in Afghanistan is wound down.)"
    assert sorted(diff(a, b)) == sorted(
        [
            f"event withdrawal removed, in 2011Q3, over 8 quarters: {ends}",
            "event flood added, in 2010Q1: Kyrgyzstan's growth of GDP in current dollars becomes -2 %/yr",
            "Russia's yearly budget: 280 → 240 MUSD/yr",
            "event surplus: at: 2012Q1 → 2012Q3",
            "rule bargaining.surplus_share: 0.05 → 0.1",
            "mechanism packages: on → off",
            "United States' strategy of courtship: portfolio → sphere",
            "United States → Kyrgyzstan: how much the patron wants influence: source assumption → a survey",
            "United States → Kyrgyzstan: how much the patron wants influence: range [0.35, 1.05] → [0.6, 0.8]",
            "United States → Kyrgyzstan: trade both ways: 1.8 → 2 %",
            "United States' rivalry with Russia: 0.15 → 0.2",
            "Manas: rent at the start: 17.4 → 60 MUSD/yr",
            "Collective Security Treaty Organization's rule of admission and consent: consensus → majority",
            "end of the period: 2013Q4 → 2014Q4",
            "Kyrgyzstan's position in the UN General Assembly: -0.26 → 0",
            "outcome manas_open: to: 2013Q4 → 2014Q4",
            "outcome russian_share: to: 2013Q4 → 2014Q4",
            "outcome quarters_open: to: 2013Q4 → 2014Q4",
        ]
    )


def test_diff_says_what_comes_and_goes() -> None:
    sets = {
        "outcomes.quarters_open": "~",
        "bases.manas": "~",
        "events.storm": "{at: 2011Q1, sanction: {from: RUS, to: KGZ, cut: 0.5, quarters: 3}, note: an invention}",
    }
    found = diff(load_scenario("two-patrons"), load_scenario("two-patrons", sets))
    assert [line for line in found if line.startswith("event storm")] == [
        "event storm added, in 2011Q1: sanction from RUS to KGZ (cut 0.5, 3 quarters) (an invention)"
    ]
    assert "base manas removed: USA in KGZ, 17.4 MUSD/yr, 10 quarters left" in found
    assert "outcome quarters_open removed: quarters of base(USA, KGZ)" in found


@pytest.mark.parametrize("word", ["loans", "arms", "debt relief", "grants"])
def test_an_instrument_is_explained_with_the_numbers_of_the_scenario(word: str) -> None:
    scenario = load_scenario("two-patrons", {f"patrons.RUS.licence.{word.replace(' ', '_')}": 0.37})
    text = explain(scenario, word)
    assert f"{word}, an instrument of patrons" in text
    found = dict(re.findall(r"^  patrons\.\*\.(\S+): (.*?) \(", text, re.MULTILINE))
    for path, values in found.items():
        for code, value in (pair.split(" ") for pair in values.split(", ")):
            assert float(value) == pytest.approx(scenario.figure(f"patrons.{code}.{path}").value)
    written = [p for p in scenario.written if re.fullmatch(rf"patrons\.RUS\.\w+\.{word.replace(' ', '_')}", p)]
    assert written
    assert {p.removeprefix("patrons.RUS.") for p in written} <= set(found)
    assert "RUS 0.37" in found[f"licence.{word.replace(' ', '_')}"]


def test_diff_names_a_state_that_comes_once() -> None:
    more = {"states.UZB": "{gdp: 30000, name: Uzbekistan}"}
    a, b = load_small("ties: {RUS: {KGZ: {weight: 1}}}\n"), load_small("ties: {RUS: {KGZ: {weight: 1}}}\n", more)
    assert diff(a, b) == ["Uzbekistan added"]
    assert diff(b, a) == ["Uzbekistan removed"]


def test_unsourced_lists_what_files_leave_without_a_source() -> None:
    scenario = load_text(
        HEAD + "ties: {source: s, RUS: {KGZ: {weight: 1, debt: {value: 3, source: ''}}}}\n" + EVENTS,
        overrides={"region.instability": 0.3},
    )
    assert unsourced(scenario) == [
        "states.KGZ.gdp",
        "states.TJK.gdp",
        "patrons.RUS.budget",
        "patrons.USA.budget",
        "ties.RUS.KGZ.debt",
        "events.withdrawal.over",
        "events.rain.hazard",
    ]
