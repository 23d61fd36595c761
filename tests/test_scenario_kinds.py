"""Kinds of concessions in scenario files: what is written, what it means, what is refused; and what conditions know of the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from patronage import simulate
from patronage.scenario import ScenarioError, load_scenario, load_text
from patronage.scenario.cautions import cautions
from patronage.scenario.entities import Base
from worlds import TWO, Scene, scenario, uncompiled

HEAD = """
title: kinds
source: assumption
period: {start: 2009Q1, end: 2011Q4}
states: {KGZ: {gdp: 4000}, TJK: {gdp: 2000}, RUS: {}, USA: {}}
patrons: {RUS: {budget: 400}, USA: {budget: 200}}
"""
KINDS = """
concessions:
  guard: {guards: 1.5}
  mine: {mission: off, requires: guard}
"""


SEATS = "concessions: {seat: {exclusive: on}}\n"


def wrong(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_text(HEAD + text, "file")
    return str(caught.value)


# --- what is meant by bases alone ---


def test_a_plain_need_and_geography_are_those_of_a_base():
    short = load_text(HEAD.replace("budget: 200", "budget: 200, need: 40, fixed: 15") + "ties: {USA: {KGZ: {geography: 0.5}}}")
    long = load_text(
        HEAD.replace("budget: 200", "budget: 200, need: {base: 40}, fixed: {base: 15}") + "ties: {USA: {KGZ: {fit: {base: 0.5}}}}"
    )
    assert short.digest == long.digest
    assert (short.number("need", "USA", "base"), short.number("fit", "USA", "KGZ", "base")) == (40, 0.5)
    assert short.figure("patrons.USA.need") == short.figure("patrons.USA.need.base")
    assert short.figure("ties.USA.KGZ.geography").value == 0.5


def test_both_forms_in_one_place_are_refused():
    message = wrong("ties: {USA: {KGZ: {geography: 0.5, fit: {base: 0.5}}}}")
    assert message.startswith("file:7:20: geography and fit say the same. Write fit: {base: …, port: …} alone.")


def test_layers_may_mix_the_forms(tmp_path: Path):
    (tmp_path / "low.yaml").write_text(HEAD + KINDS + "ties: {USA: {KGZ: {fit: {base: 1, guard: 2}}}}\n", encoding="utf-8")
    (tmp_path / "high.yaml").write_text("title: high\nextends: low.yaml\nties: {USA: {KGZ: {geography: 3}}}\n", encoding="utf-8")
    high = load_scenario(tmp_path / "high.yaml", {"patrons.USA.need": 7, "ties.USA.TJK.geography": 5})
    assert [high.number("fit", "USA", "KGZ", k) for k in high.kinds] == [3, 2, 0]
    assert high.number("fit", "USA", "TJK", "base") == 5
    assert high.number("need", "USA", "base") == 7
    assert load_scenario(tmp_path / "high.yaml", {"ties.USA.KGZ.geography": "~"}).number("fit", "USA", "KGZ", "base") == 0


def test_a_table_may_have_either_column(tmp_path: Path):
    (tmp_path / "ties.csv").write_text("patron,client,geography,fit.guard\nUSA,KGZ,1.5,\nUSA,TJK,,0.5\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text(HEAD + KINDS + "ties: {table: ties.csv}\n", encoding="utf-8")
    s = load_scenario(tmp_path / "a.yaml")
    assert (s.number("fit", "USA", "KGZ", "base"), s.number("fit", "USA", "TJK", "guard")) == (1.5, 0.5)


def test_events_set_either_path_and_one_of_them():
    one = load_text(HEAD + "events: {e: {at: 2010Q1, set: {ties.USA.KGZ.geography: 2, patrons.USA.need: 9}}}")
    assert [(c.path, c.field) for c in one.events[0].changes] == [("ties.USA.KGZ.fit.base", "fit"), ("patrons.USA.need.base", "need")]
    message = wrong("events: {e: {at: 2010Q1, set: {ties.USA.KGZ.geography: 2, ties.USA.KGZ.fit.base: 1}}}")
    assert "ties.USA.KGZ.fit.base and ties.USA.KGZ.fit.base are set together" in message or "set together" in message


# --- kinds ---


def test_kinds_stand_in_the_order_of_the_file_and_base_comes_first():
    s = load_text(HEAD + KINDS + "contracts: {wagner: {holder: RUS, host: KGZ, kind: guard, rent: -60 MUSD/yr, term: 8}}\n")
    assert s.kinds == ("base", "guard", "mine")
    assert s.requires == {"mine": "guard"}
    assert s.contracts == {"wagner": Base("wagner", "RUS", "KGZ", -60.0, 8, "", "assumption", "", "guard", "contracts")}
    assert s.bases == {}
    assert [s.number("kind_guards", k) for k in s.kinds] == [0, 1.5, 0]
    again = load_text(s.resolved())
    assert again.digest == s.digest
    assert again.kinds == s.kinds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("concessions: {a: {requires: b}, b: {requires: a}}",
         "file:7:29: kinds require each other in a circle: a → b → a. Leave one out."),
        ("concessions: {a: {requires: a}}", "file:7:29: kinds require each other in a circle: a → a. Leave one out."),
        ("concessions: {a: {requires: port}}", "file:7:29: unknown kind in concessions.a.requires 'port'"),
        ("concessions: {any: {}}", "'any' cannot be a name in concessions"),
        ("concessions: {Port: {}}", "'Port' cannot be a name in concessions. Use a word of small letters other than unga and any."),
        ("ties: {USA: {KGZ: {fit: {port: 1}}}}", "file:7:26: unknown kind in ties.USA.KGZ.fit 'port'"),
        (KINDS + "contracts: {a: {holder: USA, host: KGZ, kind: prot}}", "unknown kind in contracts.a.kind 'prot'"),
        (
            "bases: {a: {holder: USA, host: KGZ}}\ncontracts: {b: {holder: USA, host: KGZ}}",
            "USA has a base in KGZ already (bases.a). Several sites of one holder in one host are ties.USA.KGZ.sites: 2.",
        ),
        ("bases: {a: {holder: USA, host: KGZ}}\ncontracts: {a: {holder: USA, host: TJK}}", "a stands under bases and under contracts"),
        (
            SEATS + "contracts: {a: {holder: USA, host: KGZ, kind: seat}, b: {holder: RUS, host: KGZ, kind: seat}}",
            "USA holds the seat in KGZ already, and a seat has one holder. Or set concessions.seat.exclusive: off.",
        ),
        ("states: {KGZ: {gdp: 4000, closed_to: [CHN]}}", "unknown patron in states.KGZ.closed_to 'CHN'"),
        ("events: {e: {at: 2010Q1, again: on, turnover: {state: KGZ}}}",
         "events.e has again but no condition. again: on goes with when."),
        ("events: {e: {at: 2010Q1, evict: []}}", "evict is an empty list. Give one or several acts, or leave it out."),
        (
            "events: {e: {at: 2010Q1, ban: {holder: USA, host: KGZ}}, f: {at: 2010Q1, open_base: {holder: USA, host: KGZ, rent: 1}}}",
            "events.f.open_base opens in the quarter in which events.e.ban bans the same patron. Leave one out.",
        ),
        ("events: {e: {when: 'happened(closed, USA)', turnover: {state: KGZ}}}",
         "happened takes row, patron, client, and a kind of concession"),
        ("events: {e: {when: 'happened(close, USA, KGZ)', turnover: {state: KGZ}}}",
         "'close' is no row of the ledger here. Did you mean closed?"),
        ("events: {e: {when: 'happened(closed, CHN, KGZ)', turnover: {state: KGZ}}}", "'CHN' is no patron here"),
        ("events: {e: {when: 'happened(closed, any, KGZ, port)', turnover: {state: KGZ}}}", "'port' is no kind of concession here"),
        ("outcomes: {o: 'concession(USA, KGZ)'}", "concession takes patron, client, kind in its parentheses"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_where_it_stands(text, message):
    if text.startswith("states"):
        text = text.replace("states: {KGZ: {gdp: 4000, closed_to: [CHN]}}", "")
        with pytest.raises(ScenarioError, match=r"unknown patron in states\.KGZ\.closed_to 'CHN'"):
            load_text(HEAD.replace("KGZ: {gdp: 4000}", "KGZ: {gdp: 4000, closed_to: [CHN]}"))
        return
    assert message in wrong(text)


def test_who_is_no_client_is_closed_to_nobody():
    with pytest.raises(ScenarioError, match="RUS is no client"):
        load_text(HEAD.replace("RUS: {}, USA", "RUS: {closed_to: [USA]}, USA", 1))


# --- events ---


def test_several_acts_of_a_kind_stand_in_a_list():
    s = load_text(HEAD + KINDS + """
events:
  out:
    at: 2010Q1
    evict: [{holder: USA, host: KGZ}, {holder: USA, host: TJK, kind: guard}]
    host_demand: [{holder: RUS, host: KGZ, multiple: 3}]
""")  # fmt: skip
    told = [(a.kind, a.at, a.actors.get("kind", ""), a.numbers) for a in s.events[0].acts]
    orders = [("evict", "evict.1", "", {}), ("evict", "evict.2", "guard", {}), ("host_demand", "host_demand.1", "", {"multiple": 3})]
    assert told == orders
    assert load_text(s.resolved()).digest == s.digest
    assert s.figure("events.out.host_demand.1.multiple").value == 3


RUN = TWO + """
concessions: {guard: {presence: 0}}
contracts: {wagner: {holder: RUS, host: KGZ, kind: guard, term: 40}, ayni: {holder: RUS, host: TJK, term: 40}}
ties: {RUS: {KGZ: {fit: {guard: 1}}, TJK: {geography: 1}}}
events:
  out: {at: 2009Q3, ban: {holder: RUS, host: KGZ}, for: 2 quarters}
  close: {at: 2010Q2, close_base: {holder: RUS, host: TJK}}
  mine: {when: "happened(closed, RUS, KGZ, guard)", turnover: {state: KGZ}}
  base: {when: "happened(closed, RUS, KGZ, base)", turnover: {state: KGZ}}
  some: {when: "happened(closed, any, any)", again: on, turnover: {state: TJK}}
  once: {when: "happened(closed, any, any)", turnover: {state: TJK}}
outcomes:
  closed: {measure: "closed(RUS, KGZ)", reduce: quarters}
  guarded: {measure: "concession(RUS, KGZ, guard)", reduce: quarters}
"""  # fmt: skip


def test_conditions_know_what_the_ledger_had_in_the_quarter_before():
    with uncompiled():
        result = simulate(scenario(RUN, {"patrons.RUS.mission": 1, "patrons.RUS.need": 900}), runs=2, seed=1)
    fired = result.events.groupby("run")[["quarter", "event"]].apply(lambda f: list(f.itertuples(index=False, name=None)))
    # The ban's notice of two quarters runs at once, so that the guard goes in 2009Q4; the base is closed by order in 2010Q2.
    for run in (0, 1):
        starts = [x for x in fired[run] if x[1] in ("mine", "base", "some", "once")]
        told = dict.fromkeys(starts)
        assert [x for x in told if x[1] == "mine"] == [("2010Q1", "mine"), *[x for x in told if x[1] == "mine"][1:]]
        assert not [x for x in told if x[1] == "base"]
        assert [q for q, e in told if e == "some"][:1] == ["2010Q1"]
        assert ("2010Q3", "some") in told
        assert next(q for q, e in told if e == "once") == "2010Q1"
        assert ("2010Q3", "once") not in told
    assert result.outcomes["closed"].tolist() == [2, 2]
    assert result.outcomes["guarded"].tolist() == [3, 3]


def test_a_scenario_may_begin_with_closed_doors():
    scene = Scene(TWO.replace("KGZ:\n    {gdp", "KGZ:\n    {closed_to: [USA], gdp"))
    assert scene.measure("closed", "USA", "KGZ") == 1
    assert scene.measure("closed", "RUS", "KGZ") == 0


# --- cautions ---


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ("events: {e: {at: 2010Q1, evict: {holder: USA, host: KGZ}}}", "events.e.evict may be bought off"),
        ("", "patrons.USA never acts: it gives no client a weight, and no place serves a need of it"),
        ("ties: {USA: {KGZ: {weight: 1}}}\n#need", "patrons.USA.need.base is never met: no client has a ties.USA.….fit.base"),
        ("events: {e: {at: 2010Q1, close_base: {holder: USA, host: KGZ}}}\noutcomes: {o: 'base(USA, KGZ)'}",
         "outcomes.o asks for what events.e.close_base decides"),
        ("events: {e: {at: 2010Q1, ban: {holder: USA, host: KGZ}}}\noutcomes: {o: 'concession(USA, KGZ, base)'}",
         "outcomes.o asks for what events.e.ban decides"),
        ("events: {e: {at: 2010Q1, overthrow: {state: KGZ}}}\noutcomes: {o: {measure: 'overthrow(KGZ)', reduce: any}}",
         "outcomes.o asks for what events.e.overthrow decides"),
        ("events: {e: {at: 2010Q1, ban: {holder: USA, host: KGZ}}, f: {at: 2010Q2, open_base: {holder: USA, host: KGZ, rent: 1}}}",
         "events.f.open_base opens a contract of USA in KGZ whatever events.e.ban says"),
    ],
)  # fmt: skip
def test_a_caution_says_what_may_surprise(more, note):
    head = HEAD.replace("budget: 200", "budget: 200, need: 40") if "#need" in more else HEAD
    assert any(c.startswith(note) for c in cautions(load_text(head + more))), cautions(load_text(head + more))


@pytest.mark.parametrize(
    "more",
    [
        "events: {e: {at: 2010Q1, close_base: {holder: USA, host: KGZ}}}\noutcomes: {o: 'base(USA, TJK)'}",
        "events: {e: {at: 2010Q1, close_base: {holder: USA, host: KGZ}}}\noutcomes: {o: {measure: 'base(USA, KGZ)', to: 2009Q4}}",
        "events: {e: {at: 2010Q1, evict: {holder: USA, host: KGZ}}}\noutcomes: {o: 'base(USA, KGZ)'}",
        KINDS + "events: {e: {at: 2010Q1, close_base: {holder: USA, host: KGZ, kind: guard}}}\noutcomes: {o: 'base(USA, KGZ)'}",
    ],
)  # fmt: skip
def test_what_an_event_does_not_decide_is_no_script(more):
    assert not [c for c in cautions(load_text(HEAD + more)) if "decides" in c]
