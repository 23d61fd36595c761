"""Words that stand for other figures, words that files no longer hold, and figures that follow from others."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest

from patronage.driving import prepare
from patronage.scenario import ScenarioError, load_scenario, load_text
from patronage.scenario.cautions import cautions

HEAD = """
title: Small
period: {start: 2010Q1, end: 2010Q4}
states: {KGZ: {gdp: 4000, growth: 6}, RUS: {}, USA: {}}
patrons: {RUS: {budget: 100, gdp: 800000}, USA: {budget: 100}}
"""


def refused(text: str) -> str:
    with pytest.raises(ScenarioError) as error:
        load_text(text)
    return str(error.value)


def test_access_is_read_as_trade_and_remittances_together() -> None:
    own = "{access: {value: 30, range: [20, 45], source: x}, remittances: 24}"
    s = load_text(HEAD + f"ties: {{RUS: {{KGZ: {own}}}, USA: {{KGZ: {{access: 2}}}}}}")
    figure = s.figure("ties.RUS.KGZ.trade")
    assert (figure.value, figure.range, figure.source) == (6, (0, 21), "x")
    assert s.number("trade", "USA", "KGZ") == pytest.approx(0.02)
    assert "access" not in s.resolved().partition("bloc")[0]
    assert load_text(s.resolved()).digest == s.digest


def test_access_and_trade_in_one_file_are_refused_and_a_later_layer_decides(tmp_path) -> None:
    both = refused(HEAD + "ties: {RUS: {KGZ: {access: 30, trade: 20}}}")
    assert "ties.RUS.KGZ.access and ties.RUS.KGZ.trade say the same" in both
    (tmp_path / "low.yaml").write_text(HEAD + "ties: {RUS: {KGZ: {trade: 20}}}", encoding="utf-8")
    (tmp_path / "high.yaml").write_text("extends: low.yaml\ntitle: High\nties: {RUS: {KGZ: {access: 30}}}\n", encoding="utf-8")
    assert load_scenario(tmp_path / "high.yaml").figure("ties.RUS.KGZ.trade").value == 30
    assert load_scenario(tmp_path / "high.yaml", {"ties.RUS.KGZ.trade": 9}).figure("ties.RUS.KGZ.trade").value == 9
    (tmp_path / "ties.csv").write_text("patron,client,access [% of GDP]\nRUS,KGZ,12\n", encoding="utf-8")
    (tmp_path / "table.yaml").write_text(HEAD + "ties: {table: ties.csv}\n", encoding="utf-8")
    assert load_scenario(tmp_path / "table.yaml").figure("ties.RUS.KGZ.trade").value == 12


def test_an_event_may_speak_of_access() -> None:
    events = "events: {shift: {at: 2010Q2, set: {ties.RUS.KGZ.access: 30}, source: y}}"
    s = load_text(HEAD + "ties: {RUS: {KGZ: {trade: 5, remittances: 10}}}\n" + events)
    (change,) = s.events[0].changes
    assert (change.field, change.path, change.value) == ("trade", "ties.RUS.KGZ.trade", pytest.approx(0.2))
    twice = events.replace("access: 30}", "access: 30, ties.RUS.KGZ.trade: 3}")
    assert "say the same" in refused(HEAD + twice)


def test_arms_of_ten_years_are_spread_evenly_or_given_by_year() -> None:
    def years(tie: str) -> list[float]:
        s = load_text(HEAD + f"ties: {{RUS: {{KGZ: {tie}}}}}")
        assert load_text(s.resolved()).digest == s.digest
        return [s.number(f"arms_year_y{i}", "RUS", "KGZ") for i in range(1, 11)]

    assert years("{arms_years: 30}") == [3] * 10
    assert years("{arms: 50, arms_year: {y2: 7, y10: 1}}") == [0, 7, 0, 0, 0, 0, 0, 0, 0, 1]
    # Of arms alone: as many TIV as MUSD of 2015, from the end of 2009 by 2 % a year.
    assert years("{arms: 50}") == pytest.approx([5 * exp(0.02 * 5.25)] * 10)
    assert years("{}") == [0] * 10
    assert "arms_years and ties.RUS.KGZ.arms_year.y1 say the same" in refused(
        HEAD + "ties: {RUS: {KGZ: {arms_years: 30, arms_year: {y1: 3}}}}"
    )


@pytest.mark.parametrize(
    ("text", "path", "now"),
    [
        ("ties: {RUS: {KGZ: {institutions: 0.1}}}", "ties.RUS.KGZ.institutions", "treaty"),
        ("blocs: {CSTO: {leader: RUS, depth: 0.1}}", "blocs.CSTO.depth", "pact"),
        ("rules: {influence: {weight_arms: 0.3}}", "rules.influence.weight_arms", "trade_share"),
        ("events: {e: {at: 2010Q2, set: {ties.RUS.KGZ.institutions: 0.1}}}", "ties.RUS.KGZ.institutions", "treaty"),
    ],
)
def test_words_of_before_are_refused_with_what_took_their_place(text: str, path: str, now: str) -> None:
    message = refused(HEAD + text)
    assert f"{path} is no longer read" in message
    assert now in message


def test_a_column_of_before_is_too(tmp_path) -> None:
    (tmp_path / "ties.csv").write_text("patron,client,institutions\nRUS,KGZ,0.1\n", encoding="utf-8")
    (tmp_path / "s.yaml").write_text(HEAD + "ties: {table: ties.csv}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"ties\.csv:1:3: institutions is no longer read\. Write treaty"):
        load_scenario(tmp_path / "s.yaml")


def test_volumes_follow_from_dollars_where_a_file_gives_none() -> None:
    s = load_text(HEAD + "ties: {RUS: {KGZ: {trade: 20}}, USA: {KGZ: {trade: 35}}}")
    prices = exp(0.02 * (2009.75 - 2015))
    assert s.number("real_gdp", "KGZ") == pytest.approx(4000 / prices)
    assert s.figure("states.KGZ.real_growth").value == pytest.approx(4)
    assert s.number("patron_real_gdp", "RUS") == pytest.approx(800_000 / prices)
    assert s.number("patron_real_growth", "USA") == pytest.approx(0.02 / 4)
    assert s.figure("states.KGZ.other_trade").value == 10  # 60 less 55 is less than 10
    assert s.figure("states.KGZ.real_gdp").source == "gdp over the deflator of the start"
    assert load_text(HEAD + "rules: {economy: {deflator_growth: 0}}").number("real_gdp", "KGZ") == 4000


def test_a_supplier_that_sells_no_more_is_remarked_on() -> None:
    ties = "ties: {RUS: {KGZ: {arms: 50}}, USA: {KGZ: {weight: 1}}}\n"
    (said,) = about_supply(HEAD + ties)
    assert said.startswith("patrons.RUS.supply is 0, so that RUS signs no contract of major arms")
    sells = HEAD.replace("budget: 100, gdp", "budget: 100, supply: 27, gdp")
    later = "events: {opens: {at: 2010Q2, set: {patrons.RUS.supply: 20}, source: x}}\n"
    for text in (sells + ties, HEAD + ties + later, HEAD + ties + "mechanisms: {contracts: off}\n"):
        assert about_supply(text) == []


def about_supply(text: str) -> list[str]:
    """Cautions on who sells arms."""
    return [c for c in cautions(load_text(text)) if ".supply is" in c]


def test_what_follows_moves_in_a_sweep() -> None:
    s = load_text(HEAD)
    richer = replace(s, numbers={**s.numbers, ("gdp", ("KGZ",)): 2000.0, ("growth", ("KGZ",)): 0.02})
    inputs = prepare(s, [0, 1], 1, variants=[s, richer]).inputs
    assert inputs["real_gdp"][1, 0] == pytest.approx(2 * inputs["real_gdp"][0, 0])
    assert (inputs["real_growth"][:, 0] == pytest.approx([0.01, 0.015])) is True
