"""Why a share moved, something was given or happened: parts that add up to the whole, and numbers that are the ledger's."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from fake_result import FakeResult, fake_result
from patronage.cli.app import app
from patronage.reports import NothingToExplainError, run_to_folder, why_text
from patronage.reports.why.gifts import aims_of
from patronage.reports.why.levels import Question, Span, companions, series_of
from patronage.reports.why.shares import parts_of, slopes
from patronage.results.ensemble import Statistics
from patronage.results.ledger import COLUMNS
from patronage.scenario import load_scenario
from patronage.simulation import simulate

NUMBER = r"[+−]?\d[\d.\u202f]*"


def amount(text: str) -> float:
    return float(text.replace("−", "-").replace("\u202f", ""))


def ledger(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows with every column of a ledger, texts as a ledger has them."""
    texts = dict.fromkeys(("patron", "client", "counterpart", "instrument", "concession", "cause"), "")
    return pd.DataFrame([{**texts, **row} for row in rows], columns=list(COLUMNS))


def span(s: Statistics, first: int = 0, last: int = -1) -> Span:
    quarters = s.coords["quarter"]
    return Span(tuple(quarters[first : len(quarters) + 1 + last]), tuple(s.coords["run"]))


def history(**more: object) -> FakeResult:
    """An invented history whose influence by channel and shares fit each other, with .3 for the client itself."""
    made = fake_result(8, 12, patrons=("RUS", "USA", "CHN"), **more)
    channel = made.data["by_channel"]
    total = channel.sum(("patron", "channel"))
    made.data["share"] = channel.sum("channel") / (total + 0.3)
    made.data["autonomy"] = 0.3 / (total + 0.3)
    return made


# --- the decomposition ---


def test_a_change_of_a_share_worked_out_by_hand():
    # x from 1 to 3, y from 1 to 2: s from 1/2 to 3/5. x first: 3/4 − 1/2, then 3/5 − 3/4; y first: 1/3 − 1/2, then 3/5 − 1/3.
    up, down = slopes(np.array([[1.0], [3.0]]), np.array([[1.0], [2.0]]))
    assert 2 * up[0] == pytest.approx((0.25 + 3 / 5 - 1 / 3) / 2)
    assert down[0] == pytest.approx((-0.15 + 1 / 3 - 1 / 2) / 2)
    assert 2 * up[0] + down[0] == pytest.approx(0.1)


def test_nothing_in_a_client_moves_nothing():
    up, down = slopes(np.zeros((2, 1)), np.zeros((2, 1)))
    assert (up[0], down[0]) == (0.0, 0.0)


@pytest.mark.parametrize(("measure", "codes"), [("share", ("RUS", "KGZ")), ("share", ("CHN", "KGZ")), ("autonomy", ("KGZ",))])
def test_parts_add_up_to_the_change_in_every_run(measure, codes):
    s = Statistics(history())
    found = parts_of(s, measure, codes, span(s))
    values = series_of(s, measure, codes)
    assert sum(found.parts.values()) == pytest.approx(values[:, -1] - values[:, 0], abs=1e-12)
    assert found.parts["", "its own weight"] == pytest.approx(0.0, abs=1e-12)
    own = sum(v for k, v in found.parts.items() if k[0] == codes[0])
    assert (np.abs(own) > 1e-6).any() or measure == "autonomy"


def test_a_channel_that_does_not_move_has_no_part_and_a_rival_who_gains_takes():
    result = history()
    steady = result.data["by_channel"].isel(quarter=0)
    moved = steady.expand_dims(quarter=result.data["quarter"]).transpose(*result.data["by_channel"].dims).copy(deep=True)
    moved.loc[{"patron": "USA", "channel": "debt"}] += np.linspace(0, 0.5, 12)[None, :, None]
    result.data["by_channel"] = moved
    result.data["share"] = moved.sum("channel") / (moved.sum(("patron", "channel")) + 0.3)
    s = Statistics(result)
    found = parts_of(s, "share", ("RUS", "KGZ"), span(s))
    assert {k for k, v in found.parts.items() if np.abs(v).max() > 1e-12} == {("USA", "debt")}
    assert (found.parts["USA", "debt"] < 0).all()
    text = why_text(result, "RUS", "KGZ", "share")
    assert re.search(r"^  −\d+\.\d  The United States' influence: −\d+\.\d debt$", text, re.MULTILINE)


def test_a_history_without_channels_says_how_to_have_them():
    result = history()
    result.data = result.data.drop_vars("by_channel").drop_dims("channel", errors="ignore")
    assert "holds no by_channel and share. Ask for it as an outcome" in why_text(result, "RUS", "KGZ", "share")
    assert "holds no sentiment(RUS, KGZ)" in why_text(result, "RUS", "KGZ", "sentiment")


# --- gifts ---


def package(run: int, quarter: str, promised: float, concession: str, counterpart: str, cause: str = "rival") -> dict[str, object]:
    row = {"run": run, "quarter": quarter, "kind": "package", "patron": "RUS", "client": "KGZ", "instrument": "loans"}
    return {**row, "promised": promised, "concession": concession, "counterpart": counterpart, "cause": cause}


def test_what_is_promised_is_told_by_its_aim_and_adds_up():
    result = fake_result(4, 12)
    result.data["promised"].loc[{"patron": "RUS", "client": "KGZ", "instrument": "loans"}] = 5.0  # 60 a run
    rows = [
        package(0, "2005Q3", 4.0, "refusal of a base", "USA"),
        package(1, "2005Q3", 4.0, "refusal of a base", "USA"),
        package(1, "2006Q3", 2.0, "accession", "RUS", "benefit"),
    ]
    result.ledger = ledger(rows)
    s = Statistics(result)
    found = aims_of(s, Question("loans_promised", ("RUS", "KGZ"), "", span(s)))
    refusal = "for the refusal of the United States' base (against the holder's own offer)"
    assert found[refusal] == (pytest.approx(2.0), 0.5)
    assert found["courtship"] == (pytest.approx(57.5), 1.0)
    assert sum(x for x, _ in found.values()) == pytest.approx(60)
    text = why_text(result, "RUS", "KGZ", "loans_promised")
    assert "it comes to 60.0 MUSD a run" in text
    assert "Of 60.0 MUSD promised a run" in text
    assert f"  2.0 MUSD {refusal}, in 50\u00a0% of runs" in text
    late = Question("loans_promised", ("RUS", "KGZ"), "", span(s, 5))
    assert list(aims_of(s, late)) == ["courtship", "for accession (what membership is worth to the client)"]


# --- what happens ---


def happening(kind: str, run: int, quarter: str, **more: object) -> dict[str, object]:
    return {"run": run, "quarter": quarter, "kind": kind, "client": "KGZ", **more}


def test_an_overthrow_is_told_by_cause_and_state_before():
    result = fake_result(4, 12)
    fell = [happening("overthrow", r, "2006Q1", cause="grievance", patron="RUS", value=0.1) for r in (0, 1)]
    result.ledger = ledger([*fell, happening("overthrow", 1, "2007Q1", cause="legitimacy", value=0.3)])
    result.data["legitimacy"][:] = 0.6
    result.data["legitimacy"].loc[{"quarter": ["2005Q4", "2006Q4"]}] = 0.2
    text = why_text(result, "KGZ", "overthrow")
    assert "It happened 3 times in 50\u00a0% of runs (2 of 4)" in text
    assert "  overthrow for Russia: grievance; 50\u00a0% of runs (2 of 4), 2 rows, 2006Q1; mean chance in the quarter: 0.10" in text
    assert "  overthrow: nobody campaigned; 25\u00a0% of runs (1 of 4), 1 row, 2007Q1; mean chance in the quarter: 0.30" in text
    assert "In the quarter before: legitimacy 0.20 [0.20, 0.20] (all quarters: 0.53)" in text
    assert "The regime of Kyrgyzstan is overthrown, to the benefit of Russia (chance in the quarter: 10 %)." in text


def test_members_and_strategies_are_told_by_their_own_rows():
    rows = [
        happening("joined", 0, "2006Q1", patron="RUS", concession="CSTO", cause="benefit"),
        happening("joined", 1, "2006Q1", patron="RUS", concession="OTHER", cause="benefit"),
        {"run": 2, "quarter": "2006Q2", "kind": "switch", "patron": "RUS", "concession": "client state", "cause": "choice"},
        {"run": 2, "quarter": "2006Q3", "kind": "switch", "patron": "USA", "concession": "client state", "cause": "choice"},
    ]
    result = fake_result(4, 12)
    result.ledger = ledger(rows)
    text = why_text(result, "CSTO", "KGZ", "member")
    assert "  joined: what membership is worth to the client; 25\u00a0% of runs (1 of 4), 1 row, 2006Q1" in text
    text = why_text(result, "RUS", "mode")
    assert "It happened 1 time in 25\u00a0% of runs (1 of 4)" in text
    assert "2006Q2: Russia turns to a client state: it concentrates on few clients." in text
    assert "It never happened" in why_text(result, "KGZ", "coup")


def test_companions_are_beyond_chance_and_never_the_thing_itself():
    result = fake_result(40, 8)
    high = np.arange(40) < 15
    rows = [happening("closed", r, "2005Q4", patron="USA", concession="base", cause="rival") for r in np.flatnonzero(high)]
    rows += [happening("turnover", r, "2005Q4", cause="turnover") for r in range(0, 40, 2)]
    rows += [happening("coup", r, "2006Q4", cause="event") for r in np.flatnonzero(high)]
    result.ledger = ledger(rows)
    s = Statistics(result)
    whole = span(s)
    assert len(companions(s, high.astype(float), whole)) == 2
    [found] = companions(s, high.astype(float), whole, frozenset({("coup", "", "KGZ")}))
    assert found.startswith("- base: closed (rival), United States – Kyrgyzstan: in 100\u00a0% of the 15 runs with the higher")
    assert found.endswith("in 0\u00a0% of the 25 others")
    assert len(companions(s, high.astype(float), span(s, 0, -5))) == 1, "rows after the last quarter are not looked at"
    assert companions(s, np.ones(40), whole) == []


# --- questions ---


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (("RUS", "KGZ", "shares"), "'shares' is no measure, kind of concession or outcome here. Did you mean share"),
        (("KGZ", "share"), "share is asked about patron, client: for example share\\(USA, KGZ\\)"),
        (("RUS", "XYZ", "share"), "'XYZ' is no client here"),
        (("share(RUS, KGZ) > 0.5",), "no single measure"),
        (("share(RUS",), "expression"),
        (("CSTO", "KGZ", "base"), "'CSTO' is no patron here"),
    ],
)
def test_a_wrong_question_is_answered_by_a_right_one(about, words):
    with pytest.raises(NothingToExplainError, match=words):
        why_text(fake_result(3, 8), *about)


def test_quarters_outside_the_run_are_refused():
    for quarters in ({"since": "1999Q1"}, {"until": "spring"}, {"since": "2006Q1", "until": "2005Q1"}):
        with pytest.raises(NothingToExplainError):
            why_text(history(), "RUS", "KGZ", "share", **quarters)
    with pytest.raises(NothingToExplainError, match="whole run"):
        why_text(history(), "USA", "KGZ", since="2005Q2")


def test_a_question_can_be_written_as_in_a_scenario():
    result = history()
    assert why_text(result, "share(RUS, KGZ)") == why_text(result, "RUS", "KGZ", "share")


# --- a shipped case ---


@pytest.fixture(scope="module")
def sahel() -> Statistics:
    return Statistics(simulate(load_scenario("sahel"), 12, 1, record="full"))


def test_every_share_of_a_shipped_case_comes_apart_exactly(sahel):
    share = sahel.ensemble.array("share")
    for client in sahel.coords["client"]:
        for patron in sahel.coords["patron"]:
            values = share.sel(patron=patron, client=client).values
            found = parts_of(sahel, "share", (patron, client), span(sahel))
            assert found.whole == pytest.approx(values[:, -1] - values[:, 0], abs=2e-6)
            assert np.abs(found.parts["", "its own weight"]).max() < 2e-6


def test_printed_points_add_up_and_are_those_of_the_record(sahel):
    text = why_text(sahel, "RUS", "MLI", "share")
    share = sahel.ensemble.array("share").sel(patron="RUS", client="MLI").values
    whole = amount(re.search(rf"mean change of ({NUMBER}) points", text).group(1))
    assert whole == pytest.approx(100 * (share[:, -1] - share[:, 0]).mean(), abs=0.051)
    lines = re.findall(rf"^  ({NUMBER})  .* influence: (.*)$", text, re.MULTILINE)
    assert len(lines) > 2
    assert sum(amount(total) for total, _ in lines) == pytest.approx(whole)
    for total, split in lines:
        assert sum(amount(part.split()[0]) for part in split.split(", ")) == pytest.approx(amount(total))
    given = float(sahel.ensemble.array("delivered").sel(patron="RUS", client="MLI", instrument="arms").sum("quarter").mean())
    assert f"{given:.1f} MUSD of arms delivered" in text


def test_every_outcome_and_measure_of_a_shipped_case_is_explained(sahel):
    for name in sahel.scenario.outcomes:
        assert "seed 1, 2015Q1–2027Q4." in why_text(sahel, name)
    for about in ("RUS MLI arms_delivered", "NER coup", "USA NER sanction", "AES MLI member", "USA mode"):
        assert "A typical run" in why_text(sahel, *about.split())


def test_the_command_explains_measures_and_refuses_plainly(tmp_path):
    run_to_folder(load_scenario("two-patrons"), runs=4, seed=3, until="2010Q4", out=tmp_path / "r", plates=False, screening=0)
    told = CliRunner().invoke(app, ["why", str(tmp_path / "r"), "RUS", "KGZ", "share", "--since", "2009Q3"])
    assert told.exit_code == 0
    assert "From 2009Q3 to 2010Q4 it" in told.stdout
    refused = CliRunner().invoke(app, ["why", str(tmp_path / "r"), "RUS", "KGZ", "wealth"])
    assert refused.exit_code == 2
