"""What a loaded scenario answers: actors, positions, bases, blocs, events, defaults; and its resolved form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from patronage.scenario import (
    Act,
    Base,
    Change,
    Conditional,
    Dated,
    Hazard,
    builtin_dir,
    list_scenarios,
    load_scenario,
    load_text,
    new_scenario,
    unsourced,
)
from patronage.scenario import quarters as calendar
from patronage.scenario.catalogue import BY_NAME, FIELDS, MECHANISMS, RULES
from patronage.scenario.document import parameters_markdown
from patronage.scenario.library import builtin_names
from patronage.scenario.quarters import parse_quarter, quarter_name
from scenario_texts import HEAD, load_small

ROOT = Path(__file__).resolve().parents[1]


# the two-patrons case, by hand


def test_the_two_patrons_case_says_what_its_file_says() -> None:
    s = load_scenario("two-patrons")
    assert (s.name, s.patrons, s.clients, s.blocs, s.axes) == (
        "two-patrons",
        ("RUS", "USA"),
        ("KGZ",),
        ("CSTO",),
        ("security",),
    )
    assert (quarter_name(s.start), quarter_name(s.end), s.poles) == ("2009Q1", "2013Q4", {"security": ("RUS", "USA")})
    assert s.names == {
        "KGZ": "Kyrgyzstan",
        "RUS": "Russia",
        "USA": "United States",
        "CSTO": "Collective Security Treaty Organization",
    }
    inside = {
        ("gdp", "KGZ"): 1172.5,
        ("growth", "KGZ"): 0.0125,
        ("population", "KGZ"): 5.38e6,
        ("budget", "RUS"): 70,
        ("budget", "USA"): 60,
        ("weight", "USA", "KGZ"): 0.7,
        ("remittances", "RUS", "KGZ"): 0.24,
        ("trade", "USA", "KGZ"): 0.018,
        ("debt0", "RUS", "KGZ"): 490,
        ("position", "KGZ", "unga"): -0.26,
        ("position", "KGZ", "security"): 0.4,
        ("anchor", "KGZ", "security"): 0.45,
        ("anchor", "KGZ", "unga"): 0,
        ("patron_position", "USA", "unga"): 2.75,
        ("rivalry", "RUS", "USA"): 1,
        ("rivalry", "USA", "RUS"): 0.15,
        ("rivalry", "USA", "USA"): 0,
        ("other_debt", "KGZ"): 1500,
    }
    assert {key: s.number(*key) for key in inside} == pytest.approx(inside)
    assert s.bases["manas"] == Base("manas", "USA", "KGZ", 17.4, 10, "", "press reports on the agreement of 2006-07-14")
    assert (s.bloc("CSTO").leader, s.bloc("CSTO").members, s.bloc("CSTO").affiliates) == ("RUS", ("KGZ",), ("RUS",))
    withdrawal, surplus, overreach, drought = s.events
    assert (withdrawal.trigger, withdrawal.over, withdrawal.lasts) == (Dated(parse_quarter("2011Q3")), 8, None)
    assert withdrawal.changes == (Change("patrons.USA.mission", "mission", ("USA",), 0.0),)
    assert (surplus.trigger, surplus.acts) == (
        Dated(parse_quarter("2012Q1")),
        (Act("transfer", {"from": "USA", "to": "KGZ"}, {"amount": 20}),),
    )
    assert isinstance(overreach.trigger, Conditional)
    assert (overreach.trigger.quarters, overreach.changes[0].codes, overreach.changes[0].value) == (
        3,
        ("USA", "RUS"),
        0.4,
    )
    assert (drought.trigger, drought.lasts) == (Hazard(0.05), 4)
    assert drought.changes[0].value == pytest.approx(-0.01)
    assert (s.outcomes["rent_2010"].first, s.outcomes["rent_2010"].last, s.outcomes["rent_2010"].reduce) == (
        8040,
        8043,
        "mean",
    )
    assert (s.outcomes["manas_open"].first, s.outcomes["manas_open"].last, s.outcomes["manas_open"].reduce) == (
        s.start,
        s.end,
        "last",
    )


@pytest.mark.parametrize("name", builtin_names())
def test_every_number_of_a_built_in_scenario_has_a_source(name: str) -> None:
    assert unsourced(load_scenario(name)) == []


def test_every_assumption_of_the_two_patrons_has_a_range() -> None:
    written = load_scenario("two-patrons").written
    assert [p for p, f in written.items() if f.source == "assumption" and f.range is None and f.unit != "quarter"] == []


# defaults and conventions


def test_defaults_come_from_the_catalogue_in_the_engine_s_unit() -> None:
    s = load_small()
    assert s.number("stocks_interest") == pytest.approx(BY_NAME["stocks_interest"].default / 400)
    figure = s.figure("rules.stocks.interest")
    assert (figure.value, figure.unit, figure.source, figure.origin) == (
        2.0,
        "%/yr",
        BY_NAME["stocks_interest"].source,
        "default",
    )
    assert s.choice("patrons.RUS.strategy") == "portfolio"
    assert s.choice("states.KGZ.policy") == "auctioneer"
    with pytest.raises(KeyError, match="Did you mean interest"):
        s.figure("rules.stocks.intrest")


def test_every_field_and_cell_has_a_number_and_every_figure_a_path() -> None:
    s = load_small("blocs: {CSTO: {leader: RUS}}\n")
    lists = {"P": s.patrons, "Q": s.patrons, "C": s.clients, "B": s.blocs, "O": ("unga", *s.axes), "J": s.kinds}
    for field in FIELDS:
        cells = [()]
        for letter in field.axes:
            cells = [(*cell, code) for cell in cells for code in lists[letter]]
        assert all(isinstance(s.number(field.name, *cell), float | int) for cell in cells)
    figures = s.figures()
    assert len(figures) == len(set(figures))
    assert all(s.figure(path) == figure for path, figure in figures.items())
    expected = {f.path for f in (*RULES, *MECHANISMS)}
    assert expected <= set(figures)
    assert {
        "rivalry.RUS.USA",
        "patrons.RUS.position.unga",
        "states.KGZ.anchor.security",
        "blocs.CSTO.benefit.share",
    } <= set(figures)
    assert not {"rivalry.RUS.RUS", "states.KGZ.anchor.unga"} & set(figures)


def test_a_state_may_be_client_and_patron() -> None:
    s = load_text(
        """
title: x
period: {start: 2009Q1, end: 2009Q4}
states: {KAZ: {gdp: 100, position: {unga: 0.2}}, RUS: {position: {unga: 0.1}}}
patrons: {KAZ: {budget: 1}, RUS: {budget: 2}}
ties: {RUS: {KAZ: {weight: 1, term: 9}}}
"""
    )
    assert s.number("position", "KAZ", "unga") == s.number("patron_position", "KAZ", "unga") == 0.2
    assert s.number("patron_position", "RUS", "unga") == 0.1
    assert (s.number("weight", "KAZ", "KAZ"), s.number("term", "RUS", "KAZ"), s.number("term", "KAZ", "KAZ")) == (
        0,
        9,
        8,
    )
    assert load_text(s.resolved()).digest == s.digest


def test_nothing_ties_an_actor_to_itself() -> None:
    names = ("weight", "trade", "remittances", "treaty", "arms0", "capital0", "debt0", "presence0")
    s = load_text(HEAD.replace("RUS: {name: Russia}", "RUS: {gdp: 1}"))
    assert [s.number(name, "RUS", "RUS") for name in (*names, "rivalry")] == [0] * 9
    assert s.number("fit", "RUS", "RUS", "base") == 0


def test_a_position_stands_once() -> None:
    text = HEAD.replace("USA: {}", "USA: {position: {unga: 1}}").replace(
        "budget: 200", "budget: 200, position: {unga: 2}"
    )
    with pytest.raises(Exception, match=r"patrons.USA.position.unga stands in scenario:8 already"):
        load_text(text)


def test_the_upper_layer_decides_between_both_places_of_a_position() -> None:
    head = HEAD.replace("USA: {}", "USA: {position: {unga: 1}}")
    assert load_text(head, overrides={"patrons.USA.position.unga": 2}).number("patron_position", "USA", "unga") == 2
    resolved = load_text(head).resolved()
    assert load_text(resolved, overrides={"states.USA.position.unga": 3}).number("patron_position", "USA", "unga") == 3


def test_blocs_hold_bases_through_their_leader_and_may_be_patrons() -> None:
    s = load_text(
        """
title: x
period: {start: 2009Q1, end: 2009Q4}
states: {KGZ: {gdp: 100}, TJK: {gdp: 100}, UZB: {gdp: 100}, BLR: {name: Belarus}, RUS: {}}
patrons: {RUS: {budget: 2}, EUU: {budget: 3}}
blocs:
  CSTO: {leader: RUS, members: [BLR, RUS, TJK, KGZ], candidates: [UZB], vote: majority}
  EUU: {name: European Union, leader: EUU}
allies: {EUU: [RUS]}
bases:
  kant: {holder: CSTO, host: KGZ, rent: 4.5, term: 40}
  termez: {holder: EUU, host: UZB, until: 2032Q1}
  ayni: {holder: RUS, host: TJK}
events: {move: {at: 2009Q2, open_base: {holder: CSTO, host: UZB, rent: 1}}}
"""
    )
    csto = s.bloc("CSTO")
    assert (csto.members, csto.affiliates, csto.candidates, csto.vote) == (
        ("KGZ", "TJK"),
        ("BLR", "RUS"),
        ("UZB",),
        "majority",
    )
    assert (s.bloc("EUU").affiliates, s.bloc("EUU").candidates) == (("EUU",), ("KGZ", "TJK", "UZB"))
    assert s.allies == {frozenset(("EUU", "RUS"))}
    assert [(b.name, b.holder, b.under, b.term_left, b.rent) for b in s.bases.values()] == [
        ("ayni", "RUS", "", 8, 0.0),
        ("kant", "RUS", "CSTO", 40, 4.5),
        ("termez", "EUU", "", 93, 0.0),
    ]
    assert s.events[0].acts == (Act("open_base", {"holder": "RUS", "host": "UZB"}, {"rent": 1}),)
    assert load_text(s.resolved()).digest == s.digest


# resolved


def whole(name: str) -> bool:
    """Whether a built-in scenario extends no other."""
    return "\nextends:" not in (builtin_dir("scenarios") / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", [n if whole(n) else pytest.param(n, marks=pytest.mark.statistical) for n in builtin_names()]
)
def test_a_resolved_scenario_loads_as_the_same(name: str) -> None:
    s = load_scenario(name)
    again = load_text(s.resolved(), name)
    figures = s.figures()
    assert (again.digest, again.plain) == (s.digest, s.plain)
    assert {p: (f.value, f.unit, f.source, f.range) for p, f in again.figures().items() if p in figures} == {
        p: (f.value, f.unit, f.source, f.range) for p, f in figures.items()
    }
    lists = {"P": s.patrons, "Q": s.patrons, "C": s.clients, "B": s.blocs, "O": ("unga", *s.axes), "J": s.kinds}
    for field in FIELDS:
        cells = [()]
        for letter in field.axes:
            cells = [(*cell, code) for cell in cells for code in lists[letter]]
        assert [s.number(field.name, *c) for c in cells] == [again.number(field.name, *c) for c in cells]
    assert (again.events, again.outcomes, again.bases, again.members) == (s.events, s.outcomes, s.bases, s.members)


def test_a_resolved_scenario_with_everything_loads_as_the_same() -> None:
    more = """
notes: "two\\nlines: and # more"
region: {instability: {value: 0.25, source: "a: b # c", range: [0.1, 0.3]}}
bases: {source: press, m: {holder: USA, host: KGZ, rent: {value: 3, source: ''}, until: 2009Q4, note: small}}
blocs: {CSTO: {leader: RUS, members: [KGZ], joint_force: on, benefit: {threat: 3}}}
allies: {RUS: [KGZ]}
events:
  a:
    {at: 2009Q2, until: 2010Q1, over: 1 year,
    set: {states.USA.position.security: 0.5, patrons.USA.shock: -5 %/quarter}}
  b: {when: "share(RUS, KGZ) > 0.5 for 2 quarters", repeal: [a, c], note: n}
  c:
    hazard: {value: 3, source: s, range: [1, 5]}
    for: 3
    set: {blocs.CSTO.vote: leader, blocs.CSTO.open: off, states.TJK.policy: hedger}
  d: {at: 2009Q1, source: t, sanction: {from: USA, to: TJK, loss: 2 % of GDP}, join: {bloc: CSTO, state: TJK}}
  e: {at: 2009Q1, merge: {holder: USA, host: KGZ, term: 3 years}, host_demand: {holder: USA, host: KGZ, multiple: 2}}
outcomes: {x: {measure: "base(USA, KGZ)", from: 2009Q2, reduce: any}}
"""
    s = load_small(more, {"rules.threat.gain": 2})
    again = load_text(s.resolved(), s.name)
    assert (again.digest, again.resolved()) == (s.digest, s.resolved())
    assert (again.events, again.outcomes, again.notes) == (s.events, s.outcomes, "two\nlines: and # more")
    assert s.events[0].lasts == 4
    assert s.events[0].changes[0].path == "patrons.USA.position.security"
    assert s.events[1].repeals == ("a", "c")
    assert [c.value for c in s.events[2].changes] == ["leader", 0.0, "hedger"]


def test_the_digest_is_of_the_content() -> None:
    digest = load_small().digest
    assert load_text(HEAD + "# a comment\n", "another name").digest == digest
    assert load_text(HEAD.replace("gdp: 4000", "gdp: 4 bn USD/yr")).digest == digest
    assert load_small("rules: {threat: {gain: {value: 1.6, source: other}}}\n").digest != digest
    assert load_small("", {"patrons.RUS.budget": 100.1}).digest != digest
    swapped = ["events:\n  a: {at: 2009Q1, turnover: {state: KGZ}}\n", "  b: {at: 2009Q1, turnover: {state: TJK}}\n"]
    assert (
        load_small("".join(swapped)).digest
        != load_small("events:\n" + swapped[1] + swapped[0].replace("events:\n", "")).digest
    )


# the package's own texts


def test_the_starter_runs_the_loader_and_is_short() -> None:
    text = new_scenario()
    scenario = load_text(text)
    assert 30 <= len(text.splitlines()) <= 50
    assert unsourced(scenario) == []
    assert "#" in text


def test_the_list_of_scenarios() -> None:
    found = {s.name: s for s in list_scenarios()}
    assert found["two-patrons"].title == "Two patrons, one client"
    assert found["two-patrons"].question == "Who holds the base when one patron loses interest?"
    assert tuple(found) == builtin_names()


def test_built_in_files_lie_in_the_clone_or_in_the_package() -> None:
    assert builtin_dir("scenarios") == ROOT / "scenarios"
    assert builtin_dir("experiments") == ROOT / "experiments"
    with pytest.raises(ValueError, match="no built-in 'secrets'"):
        builtin_dir("secrets")


def test_the_page_of_parameters_is_current() -> None:
    page = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")
    assert page == parameters_markdown(), "run: python -m patronage.scenario.document"
    assert all(f"`{f.path}`" in page for f in FIELDS)


def test_the_examples_of_the_documentation_are_one_scenario() -> None:
    page = (ROOT / "docs" / "scenario-files.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    scenario = load_text("".join(blocks))
    assert len(blocks) == 5
    assert (len(scenario.events), len(scenario.outcomes), len(scenario.bases)) == (5, 3, 2)


def test_quarters() -> None:
    assert parse_quarter("2009Q1") == 8036
    assert [quarter_name(8036 + i) for i in range(5)] == ["2009Q1", "2009Q2", "2009Q3", "2009Q4", "2010Q1"]
    for wrong in ("2009", "2009Q0", "2009Q5", "09Q1", "2009q1", "1799Q4", "2301Q1", "2009Q1 "):
        with pytest.raises(ValueError, match="no quarter"):
            calendar.parse_quarter(wrong)


def test_a_digest_is_of_plain_data() -> None:
    assert (
        json.loads(json.dumps(load_scenario("two-patrons").plain, allow_nan=False))
        == load_scenario("two-patrons").plain
    )
