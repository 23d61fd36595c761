"""Numbers, units and quarters as people write them: each refusal says what to write, and what it says is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patronage.experiments import load_experiment
from patronage.scenario import ScenarioError, load_text, parse_quarter
from patronage.scenario.figures import MOST
from patronage.scenario.quarters import quarter_hint
from scenario_texts import HEAD, load_small, refused_at_mark

DEBT = "ties: {RUS: {KGZ: {debt: §%s}}}"
"""A stock, in MUSD."""
NEED = "patrons: {RUS: {budget: 100, need: §%s}}"
"""A flow, in MUSD a year."""
STOCKS = [
    ("1\u00a0000", "Write 1000"),
    ("1\u202f234\u202f567", "Write 1234567"),
    ("1\u2009000,5", "Write 1000.5"),
    ("12 000", "Write 12000"),
    ('"1\'000"', "Write 1000"),
    ("1’000", "Write 1000"),
    ("1_000", "Write 1000"),
    ('"1,000"', "Write 1000 or 1.000"),
    ('"1,000,000"', "Write 1000000"),
    ('"1,000.5"', "Write 1000.5"),
    ('"1.000,5"', "Write 1000.5"),
    ("1.000.000", "Write 1000000"),
    ('"0,45"', "Write 0.45"),
    ('",5"', "Write .5"),
    ("0,45", "Write 0.45"),
    ("1,000.5 MUSD", "Write 1000.5 MUSD"),
    ("017", "Write 17"),
    ("00.5", "Write 0.5"),
    ("0x1F", "Write 31"),
    ("0o17", "Write 15"),
    ("0b11", "Write 3"),
    ("١٢٫٥", "Write 12.5"),
    ("１２", "Write 12"),
    ("−5", "Write -5"),
    ("“60”", "Write 60"),
    ("~60", "Write 60, and its range beside it"),
    ("5–6", "Write one number, and range: [5, 6] beside it"),
    ("5 - 6 MUSD", "Write one number of MUSD, and range: [5, 6] beside it"),
    ("$60m", "Write 60 MUSD"),
    ("60 million", "Write 60 MUSD"),
    ("60m", "Write 60 MUSD"),
    ("60 mln", "Write 60 MUSD"),
    ("60 bn", "Write 60 bn USD"),
    ("60 musd", "Write 60 MUSD"),
    ("60 thousand", "Write 60 kUSD"),
    ("60 MUSD/yr", "Write 60 MUSD"),
    ("1 000 million", "Write 1000 MUSD"),
    ("12:30:00", "Write a finite number"),
    (".nan", "Write a finite number"),
    ("-.inf", "Write a finite number"),
    ("true", "Write a finite number"),
    ('"#N/A"', "Write a finite number"),
]
FLOWS = [
    ("60 million", "Write 60 MUSD/yr"),
    ("60 million USD", "Write 60 MUSD/yr"),
    ("60 MUSD", "Write 60 MUSD/yr"),
    ("60 bn USD", "Write 60 bn USD/yr"),
    ("60 million per month", "Write 60 MUSD/month"),
    ("$60m p.a.", "Write 60 MUSD/yr"),
    ("1,5 million", "Write 1.5 MUSD/yr"),
]


@pytest.mark.parametrize(("shape", "text", "hint"), [(DEBT, *s) for s in STOCKS] + [(NEED, *f) for f in FLOWS])
def test_a_number_is_told_how_it_is_written(shape: str, text: str, hint: str) -> None:
    more = shape % text
    whole = HEAD.replace("patrons:\n  RUS: {budget: 100}\n", "") if shape is NEED else HEAD
    if shape is NEED:
        whole, more = HEAD.replace("RUS: {budget: 100}", more.removeprefix("patrons: {").removesuffix("}")), ""
    problem = refused_at_mark(whole + more + "\n")
    assert problem.hint.startswith(hint)
    told = re.match(r"Write ([-\d.]+(?: [A-Za-z/ ]+)?)(?:$|:| or|,)", problem.hint)
    if told and not told[1].startswith("-"):
        load_text((whole + more).replace("§" + text, told[1]))


def test_decimal_commas_in_a_range_are_told_as_points() -> None:
    problem = refused_at_mark(HEAD + "region: {instability: {value: 0.4, range: §[0,3, 0,5]}}")
    assert problem.hint == "Write range: [0.3, 0.5]"


def test_signs_and_percent_keep_their_meaning() -> None:
    assert load_small("ties: {RUS: {KGZ: {debt: 5\u00a0MUSD, weight: 50\u202f%}}}").figure("ties.RUS.KGZ.weight").value == 0.5
    minus = load_small("ties: {RUS: {KGZ: {debt: -0}}}")
    assert str(minus.figure("ties.RUS.KGZ.debt").value) == "0.0"
    assert load_text(minus.resolved(), "small").digest == minus.digest
    assert "wrong unit '%'" in refused_at_mark(HEAD + DEBT % "50 %").message


HUGE = ["1e308", "-1e308", "1e308 bn USD", "-1e308 bn USD", "-" + "9" * 70, "9" * 79, "1e13", "-1"]


@pytest.mark.parametrize("number", HUGE)
def test_huge_and_negative_numbers_are_out_of_bounds_and_nothing_else(number: str) -> None:
    message = refused_at_mark(HEAD + DEBT % number).message
    assert "is out of bounds" in message or "larger than anything" in message
    assert f"{MOST:g}" not in message


@pytest.mark.parametrize("number", ["-1e308 yr", "1e308 yr", "-0.5 quarters", "1e308"])
def test_a_duration_is_held_to_its_bounds_before_it_is_rounded(number: str) -> None:
    assert "out of bounds" in refused_at_mark(HEAD + f"rules: {{bargaining: {{pledge: §{number}}}}}").message


def test_a_number_of_too_many_digits_is_said_to_be_too_long() -> None:
    assert "a number of 500 characters is too long" in refused_at_mark(HEAD + DEBT % ("9" * 500)).message


@pytest.mark.parametrize("amount", ["490 quarters", "5 million persons", "50 %", "60 EUR", "60 quux", "60 €"])
def test_what_is_not_clear_is_not_guessed(amount: str) -> None:
    assert not re.match(r"Write \d", refused_at_mark(HEAD + DEBT % amount).hint)


@pytest.mark.parametrize("amount", ["60 €", "€60", "60 EUR", "£1,500"])
def test_another_currency_is_to_be_converted(amount: str) -> None:
    assert refused_at_mark(HEAD + DEBT % f'"{amount}"').hint.startswith("Convert to USD")


@pytest.mark.parametrize(("amount", "right"), [("5 million", "5 million persons"), ("5 mln people", "5 million persons")])
def test_people_are_counted_in_persons(amount: str, right: str) -> None:
    text = HEAD.replace("TJK: {gdp: 5000}", f"TJK: {{gdp: 5000, population: §{amount}}}")
    assert refused_at_mark(text).hint.startswith(f"Write {right}:")


SIZES = ["150 bn kUSD/yr", "1 million MUSD/yr", "5 bn million USD/yr", "5 thousand kUSD/yr", "5 % MUSD/yr", "5 MUSD*MUSD"]


@pytest.mark.parametrize("amount", SIZES)
def test_a_unit_has_one_size_word(amount: str) -> None:
    problem = refused_at_mark(HEAD.replace("RUS: {budget: 100}", f"RUS: {{budget: 100, need: §{amount}}}"))
    assert "has 2 size words" in problem.message
    assert "Keep one of them" in problem.hint


QUARTERS = {
    "2014-06": "2014Q2", "2014-6": "2014Q2", "2014-02": "2014Q1", "2014-12": "2014Q4", "2014/2": "2014Q2", "2014-1": "2014Q1",
    "Q2 2014": "2014Q2", "Q2/2014": "2014Q2", "2Q2014": "2014Q2", "2014q2": "2014Q2", "2014 Q2": "2014Q2", "2014-Q2": "2014Q2",
    "2014-06-30": "2014Q2", "30.06.2014": "2014Q2", "06/2014": "2014Q2", "June 2014": "2014Q2", "30 June 2014": "2014Q2",
    "Jun. 2014": "2014Q2", "2014 June": "2014Q2", "٢٠١٤Q2": "2014Q2", "２０１４Ｑ２": "2014Q2", "2014\u00a0Q2": "2014Q2",
}  # fmt: skip


@pytest.mark.parametrize(("written", "right"), QUARTERS.items())
def test_a_quarter_is_told_how_it_is_written(written: str, right: str) -> None:
    assert quarter_hint(written) == f"Write {right}"
    with pytest.raises(ValueError, match="no quarter"):
        parse_quarter(written)
    parse_quarter(right)


def test_a_quarter_that_cannot_be_told_is_not_guessed() -> None:
    assert quarter_hint("2014") == quarter_hint("2014Q5") == "Write one of the quarters 2014Q1 to 2014Q4"
    assert quarter_hint("1066Q1") == quarter_hint("1066") == "Years go from 1800 to 2300"
    for text in ("soon", "", "Q2", "13", "2014-13-45x", "x" * 1000):
        assert quarter_hint(text).startswith("Write a year and a quarter") or "one of the quarters" in quarter_hint(text)


EVERYWHERE = [
    HEAD.replace("start: 2009Q1", "start: §2009-02"),
    HEAD + "events: {e: {at: §2009-05, turnover: {state: KGZ}}}",
    HEAD + "events: {e: {at: 2009Q2, until: §2009/3, set: {region.instability: 0.5}}}",
    HEAD + "bases: {b: {holder: USA, host: KGZ, until: §Q3 2009}}",
    HEAD + "outcomes: {o: {measure: 'share(RUS, KGZ)', from: §2009q3}}",
]


@pytest.mark.parametrize("text", EVERYWHERE)
def test_every_quarter_of_a_scenario_is_told_so(text: str) -> None:
    assert re.fullmatch(r"Write 2009Q[1-4]", refused_at_mark(text).hint)


EXPRESSIONS = [
    ("'share(RUS, KGZ) > 0§,6'", "Write a point in a decimal number"),
    ("'share(RUS, KGZ) > 60 §%'", "Write a share: 0.6 for 60 %"),
    ("'share(RUS, KGZ) §≥ 0.6'", "Write >="),
    ("'share(RUS, KGZ) §− 1'", "Write -"),
    ("'share(RUS, KGZ) > §٣'", "Write 3"),
]


@pytest.mark.parametrize(("expression", "hint"), EXPRESSIONS)
def test_an_expression_is_told_how_it_is_written(expression: str, hint: str) -> None:
    assert refused_at_mark(HEAD + f"outcomes: {{o: {expression}}}\n").hint == hint


def test_spaces_of_any_width_stand_in_expressions() -> None:
    scenario = load_small("outcomes: {o: 'share(RUS,\u00a0KGZ)\u202f>\u20090.5'}")
    assert load_text(scenario.resolved(), "small").digest == scenario.digest


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,'_ eE+-~$%xMUSDbnkyr/\u00a0\u202f٣", max_size=14))
def test_whatever_is_written_for_a_number_is_read_or_refused(text: str) -> None:
    for more in (DEBT, "rules: {bargaining: {pledge: %s}}", "events: {e: {at: %s, turnover: {state: KGZ}}}"):
        try:
            scenario = load_text(HEAD + more.replace("§", "") % f'"{text}"')
        except ScenarioError as error:
            found = error.problems
        else:
            assert load_text(scenario.resolved()).digest == scenario.digest
            continue
        assert len(found) == 1
        assert "\n" not in str(found[0])


EXPERIMENT = """\
title: x
scenario: two-patrons
levers: {need: {path: patrons.USA.need, range: [100, 200]}}
design: {kind: grid, levels: 3}
replications: 5
"""
WHOLE = [
    ("levels: 3", "levels: ²", "is no number of levels. Write 2"),
    ("levels: 3", "levels: ３", "is no number of levels. Write 3"),
    ("levels: 3", "levels: 3.0", "is no number of levels. Write 3"),
    ("replications: 5", "replications: 1e3", "is no number of replications. Write 1000"),
    ("replications: 5", "replications: 20 000", "is no number of replications. Write 20000"),
    ("replications: 5", "replications: 20 runs", "is no number of replications. Write 20"),
    ("replications: 5", "replications: true", "is no number of replications. Allowed"),
    ("range: [100, 200]", "range: [100, 200], levels: x", "is no number of levels. Allowed"),
    ("range: [100, 200]", "range: [100, 1,5 bn]", "a range is a list of two"),
    ("range: [100, 200]", "range: [100, 0.2 bn]", "wrong unit 'bn'. Write 0.2 bn USD/yr"),
    ("patrons.USA.need, range: [100, 200]", "events.withdrawal.at, range: [2010-06, 2012Q1]", "no quarter. Write 2010Q2"),
    ("title: x", "title: a\u202eb", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
    ("title: x", 'title: "a\\u202eb"', "title contains control characters: U+202E"),
]


@pytest.mark.parametrize(("old", "new", "message"), WHOLE)
def test_an_experiment_is_read_by_the_same_rules(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(EXPERIMENT.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as refusal:
        load_experiment(file)
    assert message in str(refusal.value)
    assert len(refusal.value.problems) == 1


def test_an_experiment_may_have_a_title_in_any_spelling(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(EXPERIMENT.replace("title: x", 'title: "Côte\u00a0: 中国"'), encoding="utf-8")
    assert load_experiment(file).title == "Côte\u00a0: 中国"
