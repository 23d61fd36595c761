"""Dated facts: their language, which runs get them right, naive chances, scores and the board.

What a run gets right is held to plain loops over its record, written here; every reader is broken once and must be seen.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.cli.app import app
from patronage.facts import board as scoring
from patronage.facts import holding
from patronage.facts.board import board, log_score, resampled, skill
from patronage.facts.fitting import check, decided, missions, unasked
from patronage.facts.kinds import KINDS, Fact
from patronage.facts.rates import FEWEST, PER_YEAR, base_rate, foreign, persistence
from patronage.facts.reading import KEYS, read_facts
from patronage.facts.shipped import boards, for_scenario, lists, pool
from patronage.facts.text import as_json, text
from patronage.results.ledger import COLUMNS
from patronage.scenario import ScenarioError, parse_quarter, quarter_name

PATRONS, CLIENTS, BLOCS, INSTRUMENTS = ("CHN", "RUS", "USA"), ("KGZ", "UZB"), ("CSTO",), ("arms", "debt_relief")
START, COUNT, RUNS = parse_quarter("2004Q1"), 12, 40


def fact(kind: str, first: str = "2005Q1", last: str = "2005Q4", **given: object) -> Fact:
    actors = {
        "base": {"holder": ("USA",), "host": ("UZB",)}, "rent": {"holder": ("USA",), "host": ("UZB",)},
        "concession": {"holder": ("USA",), "host": ("UZB",), "kind": ("port",)},
        "renewal": {"holder": ("USA",), "host": ("UZB",)}, "member": {"bloc": ("CSTO",), "state": ("UZB",)},
        "leads": {"patron": ("RUS",), "in": ("UZB",), "over": ("CHN", "USA")}, "overthrow": {"of": ("KGZ", "UZB")},
        "campaign": {"by": ("RUS",), "against": ("UZB",)}, "given": {"by": ("RUS",), "to": ("UZB",), "what": ("debt_relief",)},
    }[kind]  # fmt: skip
    made = Fact(
        kind,
        kind,
        actors,
        parse_quarter(first),
        parse_quarter(last),
        1.0,
        1.0,
        1.0,
        None,
        "",
        False,
        "",
        "here",
        "Elsewhere",
        3,
        5,
    )
    return replace(made, **given)


@pytest.fixture(scope="module")
def recorded():
    """A drawn ensemble with the names of a real one; runs do not begin at 0, and rows of the ledger are in no order."""
    r = np.random.default_rng(5)
    names = [quarter_name(START + t) for t in range(COUNT)]
    runs = np.arange(7, 7 + RUNS)
    base = r.random((RUNS, 1, 3, 2)) < 0.5
    base = np.where(r.random((RUNS, COUNT, 3, 2)) < 0.15, ~base, base)
    pc, q = ("patron", "client"), ("run", "quarter")
    data = xr.Dataset(
        {
            "base": ((*q, *pc), base),
            "rent": ((*q, *pc), np.where(base, r.uniform(5, 40, base.shape), 99.0)),
            "share": ((*q, *pc), np.repeat(r.random((RUNS, 1, 3, 2)), COUNT, axis=1) + r.normal(0, 0.05, base.shape)),
            "member": ((*q, "bloc", "client"), np.repeat(r.random((RUNS, 1, 1, 2)) < 0.6, COUNT, axis=1)),
            "overthrow": ((*q, "client"), r.random((RUNS, COUNT, 2)) < 0.12),
            "delivered": ((*q, *pc, "instrument"), r.exponential(10, (*base.shape, 2))),
        },
        coords={"run": runs, "quarter": names, "patron": list(PATRONS), "client": list(CLIENTS), "bloc": list(BLOCS),
                "instrument": list(INSTRUMENTS)},
    )  # fmt: skip
    rows = [
        {"run": int(r.choice(runs)), "quarter": str(r.choice(names)), "kind": str(kind), "patron": str(r.choice(PATRONS)),
         "client": str(r.choice(CLIENTS))}
        for kind in r.choice(["campaign", "renewed", "closed"], 700)
    ]  # fmt: skip
    rows += [row for run in runs for row in comings_and_goings(int(run), names, r)]
    return SimpleNamespace(data=data, ledger=pd.DataFrame(rows, columns=list(COLUMNS)))


def comings_and_goings(run, names, r):
    """Rows of a port that opens and closes in turn, and of another's and another kind that do otherwise."""
    stands = {("USA", "UZB", "port"): False, ("RUS", "UZB", "port"): False, ("USA", "UZB", "guard"): False}
    for quarter in names:
        for who, stood in stands.items():
            if r.random() < 0.15:
                stands[who] = not stood
                kind = "closed" if stood else "opened"
                yield dict(zip(("run", "quarter", "kind", "patron", "client", "concession"), (run, quarter, kind, *who), strict=True))


# --- which runs are right, by plain loops -----------------------------------------------------------------------------


def cell(data, name, run, quarter, **where):
    return data[name].sel(run=run, quarter=quarter_name(quarter), **where).item()


def rows_of(result, f, run, kind, patron, client):
    return sum(
        1 for row in result.ledger.itertuples()
        if f.first <= parse_quarter(row.quarter) <= f.last
        and (row.run, row.kind, row.patron, row.client) == (run, kind, patron, client)
    )  # fmt: skip


def stood_at(f: Fact, result, run, quarter) -> bool:
    """Whether a contract stands at the end of a quarter, by the last of its rows until then."""
    told = [
        (parse_quarter(row.quarter), row.kind) for row in result.ledger[result.ledger["run"] == run].itertuples()
        if (row.patron, row.client, row.concession) == tuple(codes[0] for codes in f.actors.values())
        and row.kind in ("opened", "closed") and parse_quarter(row.quarter) <= quarter
    ]  # fmt: skip
    return max(told)[1] == "opened" if told else bool(f.was)


def holds(f: Fact, result, run: int) -> bool:
    """Whether one run gets a fact right, read number by number."""
    data, quarters = result.data, range(f.first, f.last + 1)
    who = [codes[0] for codes in f.actors.values()]
    if f.kind == "concession":
        return all(stood_at(f, result, run, t) == bool(f.value) for t in quarters)
    if f.kind in ("base", "member", "leads"):
        states = []
        for t in quarters:
            if f.kind == "base":
                states.append(bool(cell(data, "base", run, t, patron=who[0], client=who[1])))
            elif f.kind == "member":
                states.append(bool(cell(data, "member", run, t, bloc=who[0], client=who[1])))
            else:
                mine = cell(data, "share", run, t, patron=who[0], client=who[1])
                states.append(
                    all(mine > cell(data, "share", run, t, patron=p, client=who[1]) for p in f.actors["over"])
                )
        return all(state == bool(f.value) for state in states)
    if f.kind == "overthrow":
        number = sum(bool(cell(data, "overthrow", run, t, client=c)) for t in quarters for c in f.actors["of"])
    elif f.kind in ("campaign", "renewal"):
        number = rows_of(result, f, run, {"campaign": "campaign", "renewal": "renewed"}[f.kind], *who)
    elif f.kind == "given":
        number = sum(cell(data, "delivered", run, t, patron=who[0], client=who[1], instrument=who[2]) for t in quarters)
    else:
        stood = [t for t in quarters if cell(data, "base", run, t, patron=who[0], client=who[1])]
        if not stood:
            return False
        number = sum(cell(data, "rent", run, t, patron=who[0], client=who[1]) for t in stood) / len(stood)
    return f.low <= number <= f.high


ASKED = [
    fact("base"), fact("base", value=0.0), fact("base", last="2005Q1"), fact("member"), fact("member", value=0.0),
    fact("concession"), fact("concession", value=0.0), fact("concession", was=1.0, first="2004Q1", last="2004Q2"),
    fact("leads"), fact("leads", value=0.0), fact("overthrow", low=1, high=2), fact("overthrow", low=0, high=0),
    fact("campaign", low=1, high=9), fact("renewal", low=1, high=2), fact("renewal", first="2004Q1", last="2006Q4", low=2, high=6),
    fact("rent", low=15, high=24), fact("given", low=25, high=50), fact("given", last="2005Q1", low=5, high=20),
]  # fmt: skip
ids = [f"{f.kind}-{i}" for i, f in enumerate(ASKED)]


def agrees(f: Fact, result) -> bool:
    found = holding.right(f, result)
    assert found.dtype == bool
    return found.tolist() == [holds(f, result, int(run)) for run in result.data["run"].values]


def test_who_leads_is_read_off_the_index_where_it_is_recorded(recorded):
    lead = fact("leads")
    turned = SimpleNamespace(data=recorded.data.assign(fbic_index=-recorded.data["share"]), ledger=recorded.ledger)
    last = recorded.data["share"].sel(client="UZB", quarter=[quarter_name(t) for t in range(lead.first, lead.last + 1)])
    least = (last.sel(patron="RUS") < last.sel(patron=["CHN", "USA"]).min("patron")).all("quarter")
    assert holding.right(lead, turned).tolist() == least.values.tolist()


@pytest.mark.parametrize("asked", ASKED, ids=ids)
def test_what_is_right_is_what_plain_loops_say(asked, recorded):
    assert agrees(asked, recorded)
    assert 0 < holding.right(asked, recorded).mean() < 1, "this fact tells runs apart"


def shifted(f, result, name, **where):
    return _window(replace(f, first=f.first - 1, last=f.last - 1), result, name, **where)


_window, _count = holding.window, holding.count
FAULTS = {
    "a state need hold in one quarter only": ("throughout", lambda f, x: x.any(axis=1) if f.value else ~x.any(axis=1)),
    "no is the opposite of always": ("throughout", lambda f, x: x.all(axis=1) == bool(f.value)),
    "bounds are left out": ("within", lambda f, x: (x > f.low) & (x < f.high)),
    "a quarter early": ("window", shifted),
    "whatever stands": ("_kind_of", lambda rows, kind: rows["concession"].notna()),
    "the last quarter is left out": ("count", lambda f, *rest: _count(replace(f, last=f.last - 1), *rest)),
    "whoever campaigns": (
        "count",
        lambda f, result, kind, _, client: sum(_count(f, result, kind, p, client) for p in PATRONS),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_reader_is_seen(fault, recorded, monkeypatch):
    name, broken = FAULTS[fault]
    monkeypatch.setattr(holding, name, broken)
    assert not all(agrees(f, recorded) for f in ASKED)


# --- naive chances ----------------------------------------------------------------------------------------------------


def test_base_rates_are_counted_elsewhere_and_by_hand():
    yes, no = fact("base", value=1.0), fact("base", value=0.0)
    others = [yes] * 6 + [no] * 4
    assert base_rate(yes, others).chance == pytest.approx(6.5 / 11)
    assert base_rate(no, others).chance == pytest.approx(4.5 / 11)
    assert base_rate(yes, others).facts == 10
    few = base_rate(yes, others[: FEWEST - 1])
    assert (few.chance, few.facts) == (0.5, 0)
    fell = fact("overthrow", value=3.0, low=2, high=4)  # two states over one year
    assert (fell.years, fell.exposure) == (1.0, 2.0)
    rate = (8 * 3 + 0.5) / (8 * 2) * 2
    assert base_rate(fell, [fell] * 8).chance == pytest.approx(
        sum(math.exp(-rate) * rate**k / math.factorial(k) for k in (2, 3, 4))
    )
    never = replace(fell, value=0.0, low=0, high=0)
    assert base_rate(never, []).chance == pytest.approx(math.exp(-2 * PER_YEAR["overthrow"]))
    rent = fact("rent", value=20.0, low=10.0, high=40.0)
    known = [replace(rent, value=v) for v in (2, 9, 10, 15, 40, 41, 100, 300)]
    assert base_rate(rent, known).chance == pytest.approx(3.5 / 9)
    assert base_rate(rent, []).chance == pytest.approx(math.log(4) / math.log(1000))
    assert base_rate(fact("leads"), []).chance == pytest.approx(1 / 3)
    assert base_rate(fact("leads", value=0.0), []).chance == pytest.approx(2 / 3)


def test_nothing_of_the_scored_region_gives_a_base_rate():
    mine = [fact("base", region="here")]
    same_region, same_state = (
        fact("base", region="here", actors={"holder": ("USA",), "host": ("ABC",)}),
        fact("base", region="renamed"),
    )
    other = fact("base", region="there", actors={"holder": ("USA",), "host": ("ABC",)})
    assert foreign(mine, [same_region, same_state, other]) == [other]
    shipped = for_scenario(load_scenario("us-withdrawal"))
    left = foreign(shipped.facts, pool())
    assert {f.region for f in left}.isdisjoint({"Central Asia"})
    assert len(left) > 40


def test_where_nothing_changes():
    assert persistence(fact("base", value=1.0, was=1.0)) == persistence(fact("base", value=0.0, was=0.0)) == 1
    assert persistence(fact("member", value=1.0, was=0.0)) == 0
    assert persistence(fact("overthrow", low=0, high=0)) == persistence(fact("campaign", low=0, high=2)) == 1
    assert persistence(fact("overthrow", low=1, high=3)) == 0
    assert persistence(fact("rent", low=50, high=200, was=115.0)) == 1
    assert persistence(fact("rent", low=50, high=200)) == persistence(fact("given", low=1, high=4)) == 0


# --- scores -----------------------------------------------------------------------------------------------------------


def a_board(held: np.ndarray, recorded, monkeypatch, **of):
    """A board of facts about one state, with given runs right."""
    facts = [
        fact("base", name=f"f{i}", was=float(i % 2), part="ours" if i else "", last="2005Q4" if i < 2 else "2006Q4")
        for i in range(held.shape[1])
    ]
    columns = {f.name: held[:, i] for i, f in enumerate(facts)}
    monkeypatch.setattr(scoring, "right", lambda f, _: columns[f.name])
    scenario = SimpleNamespace(
        name="x",
        kinds=("base",),
        patrons=PATRONS,
        clients=CLIENTS,
        blocs=BLOCS,
        events=(),
        start=START,
        end=START + COUNT - 1,
        number=lambda *_: 1.0,
    )
    listed = SimpleNamespace(
        file="x", title="Some", region="here", split=parse_quarter("2005Q4"), facts=tuple(facts), **of
    )
    return board(listed, recorded, scenario, [])


def test_scores_are_those_computed_by_hand(recorded, monkeypatch):
    held = np.zeros((RUNS, 3), dtype=bool)
    held[:30, 0], held[:10, 1] = True, True  # chances .75, .25, 0
    found = a_board(held, recorded, monkeypatch)
    groups = found.slices.set_index("group")
    whole = groups.loc["all"]
    assert whole["facts"] == 3
    assert whole["right"] == pytest.approx(1.0)
    assert whole["brier"] == pytest.approx((0.25**2 + 0.75**2 + 1) / 3)
    assert whole["brier_base"] == pytest.approx(0.25)
    assert whole["brier_persistence"] == pytest.approx(2 / 3)  # only the second stood at the start
    assert whole["brier_skill_base"] == pytest.approx(1 - whole["brier"] / 0.25)
    assert whole["log"] == pytest.approx(-(math.log(0.75) + math.log(0.25) + math.log(0.01)) / 3)
    assert found.numbers.tolist() == held.sum(axis=1).tolist()
    assert groups.loc["before", "right"] == pytest.approx(1.0)
    assert groups.loc["after", "brier"] == 1.0
    assert (groups.loc["ours", "facts"], groups.loc["ours, before", "facts"], groups.loc["untouched", "facts"]) == (
        2,
        1,
        3,
    )
    row = found.rows.set_index("fact").loc["f0"]
    assert (row["chance"], row["status"]) == (0.75, "scored")
    assert row["low"] == pytest.approx(0.5981, abs=1e-4)  # Wilson, 30 of 40
    assert row["high"] == pytest.approx(0.8581, abs=1e-4)


def test_intervals_are_over_runs_and_keep_what_runs_share(recorded, monkeypatch):
    """Facts that go together in a run make the number right vary more than independent ones would."""
    r = np.random.default_rng(2)
    together = np.repeat(r.random((RUNS, 1)) < 0.5, 3, axis=1)
    apart = np.stack([r.permutation(together[:, 0]) for _ in range(3)], axis=1)
    width = {}
    for name, held in (("together", together), ("apart", apart)):
        whole = a_board(held, recorded, monkeypatch).slices.set_index("group").loc["all"]
        width[name] = whole["right_high"] - whole["right_low"]
        expected = 2 * 1.96 * held.sum(axis=1).std() / math.sqrt(RUNS)
        assert width[name] == pytest.approx(expected, rel=0.2)
    assert width["together"] > 1.4 * width["apart"]
    still = a_board(np.ones((RUNS, 3), dtype=bool), recorded, monkeypatch).slices.iloc[0]
    assert (still["right_low"], still["right_high"], still["brier_high"]) == (3.0, 3.0, 0.0)


def test_the_log_score_has_a_floor_and_skill_of_perfection_is_undefined():
    assert log_score(np.array([0.0])) == pytest.approx(-math.log(0.01))
    assert log_score(np.array([1.0])) == pytest.approx(-math.log(0.99))
    assert np.isnan(skill(np.array(0.1), np.array(0.0)))
    assert set(resampled(30, 1).sum(axis=1)) == {30}


# --- what a scenario may be asked -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def withdrawal():
    return load_scenario("us-withdrawal")


def test_what_the_scenario_decides_is_listed_and_not_scored(withdrawal):
    facts = {f.name: f for f in for_scenario(withdrawal).facts}
    found = {name: why for name, f in facts.items() if (why := decided(f, withdrawal))}
    assert found.keys() == {
        "kazakhstan_in_eaeu_2015",
        "uzbekistan_in_sco_2002",
        "tajikistan_in_pfp_2003",
        "no_american_base_turkmenistan",
    }
    assert found["kazakhstan_in_eaeu_2015"] == "events.eaeu_opens: join"
    ordered = "{at: 2012Q2, %s}"
    for act, name in (
        ("close_base: {holder: USA, host: KGZ}", "manas_closed_2015"),
        ("leave: {bloc: CSTO, state: UZB}", "uzbekistan_out_of_csto_2014"),
        ("overthrow: {state: TJK}", "no_overthrow_elsewhere"), ("campaign: {from: RUS, to: KGZ}", "kyrgyz_overthrows"),
        ("forgive: {from: RUS, to: KGZ, amount: 189 MUSD}", "russian_relief_kyrgyzstan"),
    ):  # fmt: skip
        changed = load_scenario("us-withdrawal", {"events.ordered": ordered % f"{act}, source: assumption"})
        assert bool(decided(facts[name], changed)) == (name != "kyrgyz_overthrows"), act
    late = load_scenario(
        "us-withdrawal", {"events.ordered": "{at: 2016Q1, close_base: {holder: USA, host: KGZ}, source: assumption}"}
    )
    assert decided(facts["manas_closed_2015"], late) == ""  # the event comes after the quarter that is asked
    frozen = load_scenario("us-withdrawal", {"blocs.CSTO.open": "0"})
    assert decided(facts["kazakhstan_in_csto"], frozen) == "blocs.CSTO.open is no: nobody joins or leaves"
    assert (
        decided(fact("member", actors={"bloc": ("CSTO",), "state": ("TKM",)}), withdrawal)
        == "TKM is no candidate of CSTO"
    )
    assert missions(facts["manas_closed_2015"], withdrawal) == ("american_mission", "withdrawal")
    assert missions(facts["kyrgyz_overthrows"], withdrawal) == ()


def test_a_concession_is_decided_by_what_is_about_its_kind():
    scenario = load_scenario("pacific-recognition")
    port = fact("concession", first="2017Q4", last="2017Q4", actors={"holder": ("CHN",), "host": ("VUT",), "kind": ("port",)})
    base = fact("base", first="2022Q4", last="2022Q4", actors={"holder": ("AUS",), "host": ("PNG",)})
    assert (decided(port, scenario), missions(port, scenario)) == ("", ())
    nowhere = replace(port, actors=port.actors | {"host": ("NRU",)})
    assert decided(nowhere, scenario) == "ties.CHN.NRU.fit.port is 0: no port can be"
    later = port.last + 10
    who = {"holder": ("CHN",), "host": ("SLB",), "kind": ("recognition",)}
    taken = replace(port, first=later, last=later, actors=who)
    assert (decided(taken, scenario), missions(taken, scenario)) == ("", ("truce_ends",))
    assert missions(replace(taken, actors=taken.actors | {"kind": ("outpost",)}), scenario) == ("police_abroad",)
    for act, open_, shut in (
        ("open_base: {holder: CHN, host: VUT, kind: port, rent: 0}", "", "events.ordered: open_base"),
        ("open_base: {holder: CHN, host: VUT, kind: team, rent: 0}", "", ""),
        ("ban: {holder: AUS, host: PNG}", "events.ordered: ban", ""),
        ("evict: {holder: AUS, host: PNG, kind: police}", "", ""),
    ):
        changed = load_scenario("pacific-recognition", {"events.ordered": f"{{at: 2016Q1, {act}, source: assumption}}"})
        assert (decided(base, changed), decided(port, changed)) == (open_, shut), act


def test_how_a_concession_stood_at_the_start_is_what_the_scenario_says(tmp_path):
    scenario = load_scenario("pacific-recognition")
    text = (
        "title: x\nregion: x\nfacts:\n  a: {concession: {holder: TWN, host: SLB, kind: recognition}, at: 2018Q4, is: yes, was: no, "
        "seen: no, source: here}\n  b: {concession: {holder: TWN, host: SLB, kind: mine}, at: 2018Q4, is: yes, was: no, "
        "seen: no, source: here}\n"
    )
    (tmp_path / "f.yaml").write_text(text)
    with pytest.raises(ScenarioError) as refused:
        check(read_facts(tmp_path / "f.yaml"), scenario)
    said = [(p.line, p.message, p.hint) for p in refused.value.problems]
    assert [line for line, *_ in said] == [4, 5]
    assert "was otherwise at the start than pacific-recognition does" in said[0][1]
    assert said[0][2].startswith("Write was: yes")
    assert "unknown kind of pacific-recognition" in said[1][1]


def test_what_lies_beyond_the_period_is_not_asked(withdrawal):
    assert unasked(fact("base", first="1999Q4"), withdrawal) == unasked(fact("base", last="2022Q1"), withdrawal)
    assert unasked(fact("base", last="2022Q1"), withdrawal) == "the scenario plays 2000Q1 to 2021Q4"
    assert unasked(fact("base"), withdrawal) == ""


# --- the language -----------------------------------------------------------------------------------------------------

HEAD = "title: Here\nregion: Mine\nfacts:\n"
GOOD = "  closed: {base: {holder: USA, host: UZB}, at: 2006Q4, is: no, was: yes, seen: no, source: a report}\n"
BASE = "base: {holder: USA, host: UZB}"
WRONG = {
    "at: 2006-10": ("at: 2006Q4", "2006-10", "'2006-10' is no quarter. Write 2006Q4."),
    "is: maybe": ("is: no", "maybe", "is is yes or no, not 'maybe'. Write yes or no."),
    "bass: {holder: USA, host: UZB}": (BASE, "bass", "unknown key in the fact closed 'bass'. Did you mean base?"),
    "base: {holder: USA}": (BASE, "{holder", "base lacks host. It names holder, host."),
    "base: {holder: [USA, RUS], host: UZB}": (BASE, "[USA", "holder is one patron, not a list."),
    "at: 2006Q4, from: 2005Q1": (
        "at: 2006Q4",
        "{base",
        "the fact closed has no date. Write at: 2006Q4, or from: and to:",
    ),
    "from: 2006Q4, to: 2005Q1": ("at: 2006Q4", "2005Q1", "the fact closed ends before it begins."),
    "times: 1": ("is: no", "1, was", "times does not belong to a base. Write is."),
    "is: no, non_event: yes": ("is: no", "yes, was", "closed is called a non-event, and its answer differs from was."),
    "seen: [a]": ("seen: no", "[a]", "seen is a text, not a list."),
}
"""What is wrong: what it stands instead of, the place that is named, and what is said."""


def refusal(tmp_path, body: str) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_facts(path)
    return str(caught.value).replace(f"{path}:", "")


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_told_with_its_place_and_what_to_write(wrong, tmp_path):
    instead, where, said = WRONG[wrong]
    body = GOOD.replace(instead, wrong)
    assert f"4:{body.index(where) + 1}: {said}" in refusal(tmp_path, HEAD + body)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "a: {overthrow: {of: UZB}, at: 2006Q4, times: 1, accept: [2, 3], seen: no, source: x}",
            "does not lie within accept. Widen it.",
        ),
        (
            "a: {overthrow: {of: UZB}, at: 2006Q4, times: -1, seen: no, source: x}",
            "times is a number from 0 on, not '-1'.",
        ),
        (
            "a: {rent: {holder: USA, host: UZB}, at: 2006Q4, about: 17 MUSD, seen: no, source: x}",
            "about is a number from 0 on, not '17 MUSD'.",
        ),
        (
            "a: {rent: {holder: USA, host: UZB}, at: 2006Q4, about: 17, within: 1, seen: no, source: x}",
            "a allows no amount.",
        ),
        ("a: {given: {by: USA, to: UZB, what: armz}, at: 2006Q4, about: 1, seen: no, source: x}", "Did you mean arms?"),
        (
            "a: {campaign: {by: USA, against: UZB}, at: 2006Q4, times: 1, was: no, seen: no, source: x}",
            "was does not belong to a campaign",
        ),
        (
            "a: {base: {holder: USA, host: UZB}, rent: {holder: USA, host: UZB}, at: 2006Q4}",
            "is of two kinds, base and rent.",
        ),
        (
            "a: {base: {holder: USA, host: UZB}, at: 2006Q4, is: no, was: no, source: x}",
            "a lacks seen. Write no, or what was chosen",
        ),
        (
            "a: {base: {holder: USA, host: UZB}, at: 2006Q4, is: no, was: no, seen: no}",
            "a lacks source. Say where it can be looked up.",
        ),
        ("a: none", "the fact a is a block, not text."),
    ],
)
def test_other_mistakes_too(line, said, tmp_path):
    assert said in refusal(tmp_path, f"{HEAD}  {line}\n")


def test_a_file_that_is_none(tmp_path):
    assert refusal(tmp_path, "title: x\nfacts: {}\n").splitlines()[0].startswith("1:1: the file lacks region.")
    assert "is a block, not text" in refusal(tmp_path, "hello\n")


def test_codes_are_those_of_the_scenario_and_too_little_may_not_happen(tmp_path, withdrawal):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + GOOD.replace("USA", "USB"), encoding="utf-8")
    with pytest.raises(
        ScenarioError,
        match=r"mine.yaml:4:11: unknown patron of us-withdrawal in the fact closed, 'USB'\. Did you mean USA\?",
    ):
        check(read_facts(path), withdrawal)
    still = GOOD.replace("closed", "still").replace("was: yes", "was: no, non_event: yes")
    path.write_text(HEAD + GOOD + GOOD.replace("closed", "again") + still, encoding="utf-8")
    check(read_facts(path), withdrawal)
    path.write_text(HEAD + GOOD + still, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine.yaml:5:10: 1 of 2 facts are non-events, and at most a third may be"):
        check(read_facts(path), withdrawal)


# --- what comes with the package --------------------------------------------------------------------------------------

SIXTEEN = {
    "k2_closed_2006", "k2_closed_2012", "manas_open_2012", "uzbekistan_in_csto_2008",
    "russian_campaign_kyrgyzstan", "manas_closed_2015", "termez_closed_2016", "murghab_2017",
    "uzbekistan_out_of_csto_2014", "uzbekistan_out_of_csto_2021", "kazakhstan_in_csto", "kyrgyzstan_in_eaeu_2015",
    "tajikistan_not_in_eaeu_2021", "no_american_base_tajikistan", "no_overthrow_elsewhere", "kyrgyz_overthrows",
}  # fmt: skip
APART = {"GEO", "ARM", "AZE", "UKR", "BLR", "MDA"}
"""States that are kept for trials nobody has seen."""


def test_the_sixteen_are_all_there_and_five_end_by_2012(withdrawal):
    listed = for_scenario(withdrawal)
    mine = [f for f in listed.facts if f.part == "sixteen"]
    assert {f.name for f in mine} == SIXTEEN
    assert sum(f.last <= listed.split for f in mine) == 5
    assert not any(decided(f, withdrawal) for f in mine)
    check(listed, withdrawal)


def test_shipped_lists_are_cited_and_keep_what_is_kept_apart():
    for name, listed in lists().items():
        assert len({f.name for f in listed.facts}) == len(listed.facts) > 40
        for f in listed.facts:
            assert len(f.source) > 3, (name, f.name)
            assert not {code for codes in f.actors.values() for code in codes} & APART, (name, f.name)
    used = {f.kind for listed in boards().values() for f in listed.facts}
    assert used == KINDS.keys()


def test_a_board_of_the_model_says_what_its_record_says(withdrawal):
    result = simulate(withdrawal, 12, 1)
    found = board(for_scenario(withdrawal), result, withdrawal, pool())
    rows = found.rows.set_index("fact")
    k2 = result.data["base"].sel(patron="USA", client="UZB", quarter="2006Q4").values
    assert rows.loc["k2_closed_2006", "chance"] == pytest.approx(1 - k2.mean())
    struck = result.ledger.query(
        "kind == 'campaign' and patron == 'RUS' and client == 'KGZ' and quarter >= '2009Q1' and quarter <= '2011Q4'"
    )
    assert rows.loc["russian_campaign_kyrgyzstan", "chance"] == pytest.approx(struck["run"].nunique() / 12)
    assert found.slices.set_index("group").loc["sixteen", "facts"] == 16
    told = text(found, "us-withdrawal", 1)
    for name in (
        "k2_closed_2006 [USA, UZB]",
        "Decided by the scenario, not scored:",
        "events.eaeu_opens: join",
        "sixteen, before",
    ):
        assert name in told
    again = json.loads(json.dumps(as_json(found, "us-withdrawal", 1), allow_nan=False))
    assert sum(int(k) * v for k, v in again["right_per_run"].items()) == found.numbers.sum()


# --- the command ------------------------------------------------------------------------------------------------------


def patronage(*words: object):
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)


def test_the_command_says_the_same_as_text_csv_json_and_tables(tmp_path):
    words = ("verify", "us-withdrawal", "--runs", "6")
    shown, table, data = (patronage(*words, "--format", form) for form in ("text", "csv", "json"))
    kept = patronage(*words, "--out", tmp_path / "board")
    assert [d.exit_code for d in (shown, table, data, kept)] == [0, 0, 0, 0]
    rows, told = list(csv.DictReader(io.StringIO(table.stdout))), json.loads(data.stdout)
    assert [r["fact"] for r in rows] == [f["fact"] for f in told["facts"]]
    assert all(
        r["status"] != "scored" or float(r["chance"]) == f["chance"] for r, f in zip(rows, told["facts"], strict=True)
    )
    assert f"{told['groups'][0]['right']:.1f}" in shown.stdout.splitlines()[0]
    assert len(pd.read_csv(tmp_path / "board" / "facts.csv")) == len(rows)
    assert patronage(*words, "--out", tmp_path / "board").exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--facts", "x.yaml"), "--facts belongs to a scenario"),
        (("us-withdrawal", "--twins"), "--twins and a scenario"),
        (("us-withdrawal", "--pattern", "3"), "--pattern and a scenario"),
        (("us-withdrawal", "--strict"), "--strict and a scenario"),
        (("djibouti",), "no facts of this region come with the package; give your own with --facts FILE"),
        (("us-withdrawal", "--facts", "nowhere.yaml"), "nowhere.yaml:1:1: there is no such file"),
    ],
)
def test_wrong_words_are_refused(words, said):
    done = patronage("verify", *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_the_page_explains_every_kind_and_every_key():
    page = (Path(__file__).resolve().parents[1] / "docs" / "facts.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE)
    written = {word for row in rows for word in re.findall(r"[a-z_]+", row)}
    assert {*KINDS, *KEYS, *(key for kind in KINDS.values() for key in kind.actors)} <= written
