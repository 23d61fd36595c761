"""Why a contract stands or falls: sentences of hand-made ledgers, and every number of a shipped case against its ledger."""

from __future__ import annotations

import re
import shlex
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from fake_result import FakeResult, fake_result
from patronage.cli.app import app
from patronage.looks import the
from patronage.reports import NothingToExplainError, read_run, run_to_folder, why_text
from patronage.reports.why.contracts import groups
from patronage.reports.why.prices import formula, terms_of
from patronage.reports.words import adding_up, fixed
from patronage.results.contracts import Contract, contracts_held, rents_of, rows_about, standing
from patronage.results.ensemble import Statistics
from patronage.results.ledger import COLUMNS
from patronage.scenario import load_scenario
from patronage.simulation import simulate

GUARD = Contract("RUS", "KGZ", "guard")
MANAS = Contract("USA", "KGZ")
NUMBER = r"[−\d.\u202f]+"
SUM = re.compile(rf"F ({NUMBER}) = k ({NUMBER})((?: [−+] [^−+,;.]*? ?{NUMBER})*)")


def amount(text: str) -> float:
    return float(text.replace("−", "-").replace("\u202f", ""))


def ledger(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{"run": 0, "client": "KGZ", **row} for row in rows], columns=list(COLUMNS))


def invented(*rows: dict[str, Any], runs: int = 4) -> FakeResult:
    """A history with a guard and a base, and this ledger alone."""
    made = fake_result(runs, 16)
    made.ledger = ledger(*rows)
    kinds = {"kind_guards": {"guard": 1.5}, "kind_exclusive": {"seat": 1.0}}
    made.scenario.kinds = ("base", "guard", "seat")
    made.scenario.number = lambda field, kind, *_: kinds.get(field, {}).get(kind, 0.0)
    return made


def guard(kind: str, quarter: str, cause: str = "sought", **more: Any) -> dict[str, Any]:
    terms = {"value": -20.0, "price": 2.0, "survival": -70.0, "denial": 1.0, "floor": -67.0, "rent": -60.0, "asked": -60.0}
    return {"quarter": quarter, "kind": kind, "patron": "RUS", "concession": "guard", "cause": cause, **terms, **more}


def base(kind: str, quarter: str, cause: str, **more: Any) -> dict[str, Any]:
    terms = {"value": 40.0, "price": 2.0, "survival": 100.0, "denial": 5.0, "floor": 107.0, "rent": 30.0, "asked": 107.0, "anger": 0.5}
    return {"quarter": quarter, "kind": kind, "patron": "USA", "concession": "base", "cause": cause, **terms, **more}


# --- numbers that add up ---


@pytest.mark.parametrize("parts", [(0.04, 0.04, 0.04), (1.26, 0.92, -0.41, 3.03), (1e-9, 0.0), (-0.05, -0.05, 0.2)])
def test_rounded_parts_add_up_to_the_rounded_whole(parts):
    assert sum(adding_up(parts, 1)) == pytest.approx(round(sum(parts) + 1e-12, 1))
    assert all(abs(a - b) < 0.1 for a, b in zip(adding_up(parts, 1), parts, strict=True))


def test_a_zero_has_no_sign_and_some_names_an_article():
    assert (fixed(-0.04, 1), fixed(-1234.56, 1), fixed(0.3, 1, sign=True)) == ("0.0", "−1\u202f234.6", "+0.3")
    assert (the("United States"), the("Mali"), the("European Union")) == ("the United States", "Mali", "the European Union")


# --- hand-made ledgers ---


def test_the_client_pays_for_a_guard_and_is_told_to():
    result = invented(guard("opened", "2005Q3"), guard("opened", "2006Q1", run=1, rent=-50.0))
    text = why_text(result, *GUARD)
    assert text.startswith("The guard of Russia in Kyrgyzstan: 4 runs, seed 1, 2005Q1–2008Q4.")
    assert "opened  the patron sought it  50\u00a0% (2), 2 rows, 2005Q4; V −20.0, F −67.0 = k 2.0 − π 70.0 + N 1.0" in text
    assert "Kyrgyzstan would itself pay up to 67.0 MUSD a year, mainly for protection" in text
    assert "less 70.0, as the guard keeps them in office (π)" in text
    assert "Unpaid it would not come: Kyrgyzstan pays 55.0 MUSD a year." in text
    assert "The guard of Russia opens (the patron sought it): Kyrgyzstan pays 60 MUSD a year for it; worth −20.0, at least" in text


def test_a_refusal_by_fear_says_what_would_have_been_without():
    sure = base("notice", "2006Q1", "politics")
    doors = base("notice", "2006Q2", "politics", run=1, value=3.0)  # less than F − π = 7: not fear alone
    text = why_text(invented(sure, base("closed", "2006Q3", "politics"), doors), *MANAS)
    assert "Kyrgyzstan asks 107.0 MUSD a year, mainly because its rulers fear for their office: 2.0 for the support" in text
    assert "100.0 for fear of losing office (π; the public's anger at the United States is 0.50)" in text
    assert "less than F in 2 of 2 rows. Without that fear it would have agreed in 1 of them." in text
    assert "It closed:" not in text, "the notice says why"


def test_a_sanction_in_force_is_named_as_what_is_feared():
    result = invented(base("notice", "2006Q1", "politics", anger=0.0))
    result.data["sanction"][:] = False
    assert "(π; anger at the United States)" in why_text(result, *MANAS)
    result.data["sanction"].loc[{"run": 0, "quarter": "2005Q4", "patron": "USA", "client": "KGZ"}] = True
    assert "(π; the United States condemned them by a sanction in 1 of 1 row)" in why_text(result, *MANAS)


def test_a_demand_of_the_host_is_not_a_price_too_high():
    result = invented(base("notice", "2006Q1", "demand", survival=0.0, floor=7.0, asked=55.0))
    text = why_text(result, *MANAS)
    assert "less than F in 0 of 1 row. In 1 it would do, but Kyrgyzstan insisted on more: 55.0 MUSD a year." in text


def test_rivals_who_outbid_the_holder():
    result = invented(base("notice", "2006Q1", "rival", survival=0.0, denial=50.0, floor=52.0))
    assert "mainly because rivals bid against it" in why_text(result, *MANAS)
    assert "Without the rivals' bids it would have agreed in 1 of them." in why_text(result, *MANAS)


def test_what_is_kept_under_notice_is_told_by_the_notice():
    rows = [base("notice", "2006Q1", "event"), base("kept", "2006Q2", "rebid", value=200.0)]
    other = [base("notice", "2006Q1", "rival", run=1), base("kept", "2006Q2", "rebid", run=1, value=200.0)]
    result = invented(*rows, *other)
    text = why_text(result, *MANAS)
    assert "an ordered eviction bought off" in text
    assert "after notice: rivals outbid the holder" in text
    kept = [g for g in groups(rows_about(Statistics(result), MANAS)) if g.kind == "kept"]
    assert [(g.cause, g.runs) for g in kept] == [("event", 1), ("rival", 1)]


def test_what_others_ask_is_named_by_the_kind():
    s = Statistics(invented(guard("opened", "2005Q3")))
    rest = {"survival": 0.0, "floor": 10.0, "denial": 1.0}
    for contract, row, words in (
        (MANAS, base("opened", "2005Q3", "sought", **rest), "consent of allies 7.0"),
        (Contract("RUS", "KGZ", "seat"), guard("opened", "2005Q3", **rest), "outdoing its rivals 7.0"),
        (GUARD, guard("opened", "2005Q3", floor=-40.0), "end of its purse 27.0"),
    ):
        assert words in formula(s, contract, terms_of(ledger(row)))


def test_rows_of_one_kind_are_not_those_of_another():
    own = {**base("renewed", "2006Q1", "term"), "patron": "RUS"}
    result = invented(guard("opened", "2005Q3"), base("renewed", "2005Q4", "term"), own)
    s = Statistics(result)
    assert rows_about(s, GUARD)["kind"].tolist() == ["opened"]
    assert rows_about(s, Contract("RUS", "KGZ"))["quarter"].tolist() == ["2006Q1"]


def test_a_contract_stands_from_its_opening_to_its_closing_at_the_rent_agreed():
    result = invented(guard("opened", "2005Q3"), guard("renewed", "2006Q1", rent=-10.0), guard("closed", "2006Q2", "price"))
    s = Statistics(result)
    assert standing(s, GUARD)[0].tolist() == [False] * 2 + [True] * 3 + [False] * 11
    assert rents_of(s, GUARD)[0].tolist() == [0.0] * 2 + [-60.0] * 2 + [-10.0] + [0.0] * 11
    assert not standing(s, GUARD)[1:].any()
    result.scenario.contracts["camp"] = SimpleNamespace(name="camp", holder="RUS", host="KGZ", kind="guard", rent=5.0)
    assert standing(s, GUARD)[1:].all()
    result.scenario.called[GUARD] = "Camp"
    assert why_text(result, *GUARD).startswith("Camp (Russia in Kyrgyzstan): 4 runs")


def test_a_kind_that_the_scenario_has_not_is_refused():
    with pytest.raises(NothingToExplainError, match="'port'"):
        why_text(invented(guard("opened", "2005Q3")), "RUS", "KGZ", "port")


# --- a shipped case ---


@pytest.fixture(scope="module")
def sahel() -> Statistics:
    return Statistics(simulate(load_scenario("sahel"), 12, 1, record="full", also=("standing", "rents")))


def test_contracts_out_of_the_ledger_are_those_of_the_simulation(sahel):
    held = contracts_held(sahel)
    assert {Contract("RUS", "MLI", "guard"), Contract("FRA", "TCD", "guard"), Contract("FRA", "MLI")} <= set(held)
    for p in sahel.coords["patron"]:
        for c in sahel.coords["client"]:
            for kind in ("base", "guard"):
                at = {"patron": p, "client": c, "kind": kind}
                assert (standing(sahel, Contract(p, c, kind)) == sahel.ensemble.array("standing").sel(at).values).all()
                assert rents_of(sahel, Contract(p, c, kind)) == pytest.approx(sahel.ensemble.array("rents").sel(at).values, abs=1e-4)


@pytest.mark.parametrize("contract", [Contract("FRA", "MLI"), Contract("RUS", "MLI", "guard"), Contract("USA", "NER")])
def test_every_line_is_that_of_the_ledger(sahel, contract):
    text = why_text(sahel, *contract)
    found = groups(rows_about(sahel, contract))
    lines = [x for x in text.splitlines() if re.search(r"\d rows?, \d{4}Q\d;", x)]
    assert len(lines) == len(found) > 4
    for line, g in zip(lines, found, strict=True):
        assert line.split()[0] == g.kind
        assert f"({g.runs}), {len(g.rows)} row" in line
        value, floor = (float(g.rows[c].mean()) for c in ("value", "floor"))
        whole, price, rest = SUM.search(line).groups()
        assert amount(whole) == pytest.approx(floor, abs=0.06)
        assert amount(re.search(rf"V ({NUMBER}),", line).group(1)) == pytest.approx(value, abs=0.051)
        signed = [amount(x) * (-1 if s == "−" else 1) for s, x in re.findall(rf"([−+]) [^−+]*?({NUMBER})(?= |$)", rest)]
        assert amount(price) + sum(signed) == pytest.approx(amount(whole)), "the parts add up as they are printed"
    held = standing(sahel, contract)[:, -1].sum()
    assert f"({held}) at the end of 2027Q4" in text


def test_the_same_words_come_twice_and_rest_on_the_ledger_alone(sahel):
    text = why_text(sahel, "RUS", "MLI", "guard")
    assert text == why_text(sahel, "RUS", "MLI", "guard")
    mine = rows_about(sahel, Contract("RUS", "MLI", "guard"))
    paid = -float(mine[mine["kind"].isin(("renewed", "kept", "demand_met"))]["rent"].mean())
    assert f"Mali pays {fixed(paid, 1)} MUSD a year" in text
    assert np.isfinite(paid)


def test_the_command_names_the_run_that_it_tells_and_repeats_it(tmp_path):
    scenario = load_scenario("two-patrons")
    whole = run_to_folder(scenario, runs=6, seed=3, until="2010Q4", out=tmp_path / "six", plates=False, screening=0)
    line = why_text(whole, "USA", "KGZ").splitlines()[-1]
    words = shlex.split(line.removeprefix("That run alone: "))
    assert CliRunner().invoke(app, [*words[1:], "--no-figures", "--out", str(tmp_path / "one")]).exit_code == 0
    one, number = read_run(tmp_path / "one"), int(words[words.index("--first") + 1])
    assert one.coords["run"] == [number]
    assert (one.array("share").values[0] == whole.array("share").sel(run=number).values).all()
    assert f"--first {number}" in one.manifest["command"] or number == 0
