"""Every kind of mistake in a scenario file is refused, at its line and column, with the nearest right word."""

from __future__ import annotations

from pathlib import Path

import pytest

from patronage.scenario import ScenarioError, load_scenario, load_text
from scenario_texts import HEAD, refusals, refused_at_mark

FILES = Path(__file__).parent / "scenario_files"

MORE = [
    # unknown and misplaced words
    ("§evnts: {}", "unknown key in a scenario 'evnts'", "Did you mean events?"),
    ("ties: {RUS: {KGZ: {§wieght: 1}}}", "unknown key in ties.RUS.KGZ 'wieght'", "Did you mean weight?"),
    ("rules: {bargaining: {§surplus_shar: 0.1}}", "unknown key in rules.bargaining", "Did you mean surplus_share?"),
    ("mechanisms: {§denial: off}", "unknown key in mechanisms 'denial'", "Did you mean denial_bids?"),
    ("ties: {§RUSS: {KGZ: {weight: 1}}}", "unknown patron in ties 'RUSS'", "Did you mean RUS? Allowed: RUS, USA"),
    ("ties: {RUS: {§KGX: {weight: 1}}}", "unknown client in ties.RUS 'KGX'", "Did you mean KGZ?"),
    ("ties: {RUS: {§USA: {weight: 1}}}", "USA is no client: states.USA has no gdp", "Allowed: KGZ, TJK"),
    ("rivalry: {RUS: {§CHN: 1}}", "unknown patron in rivalry.RUS 'CHN'", "Allowed: RUS, USA"),
    ("allies: {RUS: [§CHN]}", "unknown actor in allies.RUS 'CHN'", "Allowed: KGZ, RUS, TJK, USA"),
    ("bases: {manas: {holder: §USAA, host: KGZ}}", "unknown holder in bases.manas.holder 'USAA'", "Did you mean USA?"),
    ("blocs: {CSTO: {leader: §KGZ}}", "unknown patron in blocs.CSTO.leader 'KGZ'", "Allowed: RUS, USA"),
    ("blocs: {CSTO: {leader: RUS, members: [RUS, §KGS]}}", "unknown actor in blocs.CSTO.members", "Did you mean KGZ?"),
    ("blocs: {CSTO: {leader: RUS, members: [KGZ, §KGZ]}}", "'KGZ' stands twice in blocs.CSTO.members", ""),
    ("blocs: {CSTO: {leader: RUS, vote: §majoritty}}", "unknown word for blocs.CSTO.vote", "Did you mean majority?"),
    ("blocs: {§csto: {leader: RUS}}", "'csto' cannot be a name in blocs", "a code of capital letters"),
    ("notes: x\n§notes: y", "duplicate key 'notes'", "It stands in line 12 already"),
    ("notes: §[]", "notes is a text", ""),
    ("against: §us-stay", "there is no built-in scenario 'us-stay' (against)", "Did you mean us-stays?"),
    ("against: §[us-stays]", "against is the name of a built-in scenario", ""),
    # numbers, units, bounds and ranges
    (
        "region: {instability: §1.2}",
        "1.2 is not a share (violence in the neighbouring conflict zone)",
        "Allowed: 0 to 1",
    ),
    ("region: {instability: §much}", "'much' is no number", "Write a finite number"),
    ("region: {instability: §.nan}", "'.nan' is no number", ""),
    ("region: {instability: §.inf}", "'.inf' is no number", ""),
    ("region: {instability: §1e999}", "'1e999' is not finite", ""),
    ("region: {instability: §0x1}", "'0x1' is no number", "Write 1"),
    ("region: {instability: §1_0}", "'1_0' is no number", ""),
    ("region: {instability:§ }", "a number is missing here", "Write a number of 1"),
    ("region: {instability: §{}}", "a number is missing here", "{value: …, unit: …, source: …, range: […]}"),
    ("region: {instability: {value: 0.2, §sorce: x}}", "unknown key in a figure 'sorce'", "Did you mean source?"),
    ("region: {instability: {value: 0.2, range: §[0.3, 0.5]}}", "the range [0.3, 0.5] excludes the value 0.2", ""),
    ("region: {instability: {value: 0.2, range: §[0.3, 0.1]}}", "the range [0.3, 0.1] runs backwards", ""),
    ("region: {instability: {value: 0.2, range: §[0, 7]}}", "goes beyond what is allowed (0 to 1)", ""),
    ("region: {instability: {value: 0.2, range: §0.1}}", "a range is a list of two numbers", "[low, high]"),
    ("rules: {bargaining: {pledge: §-1}}", "-1 quarter is out of bounds", "Allowed: 1 to 400 quarter"),
    ("ties: {RUS: {KGZ: {debt: {value: 5, unit: §MUSD/yr}}}}", "wrong unit 'MUSD/yr'", "measured in MUSD"),
    ("ties: {RUS: {KGZ: {debt: {value: 5, unit: §MUDS}}}}", "unknown unit 'MUDS'", "Did you mean MUSD?"),
    ("ties: {RUS: {KGZ: {debt: {value: 5, unit: §EUR}}}}", "unknown currency 'EUR'", "exchange rate"),
    ("ties: {RUS: {KGZ: {debt: §5 bn USD/yr}}}", "wrong unit 'bn USD/yr'", ""),
    ("ties: {RUS: {KGZ: {debt: {value: 5 MUSD, unit: §MUSD}}}}", "the unit is given twice", ""),
    ("ties: {RUS: {KGZ: {weight: §5 % of GDP}}}", "unit '% of GDP' where this figure is no share of GDP", ""),
    (
        "ties: {RUS: {KGZ: {unit: MUSD, debt: 5, term: §8}}}",
        "the block's unit 'MUSD' (line 12) does not fit",
        "own unit",
    ),
    ("ties: {RUS: {KGZ: {unit: §MUDS, weight: 1}}}", "unknown unit 'MUDS'", ""),
    ("ties: {RUS: {KGZ: {in_kind: §maybe}}}", "'maybe' is neither on nor off", ""),
    ("mechanisms: {packages: {value: on, range: §[0, 1]}}", "what is on or off has no range", ""),
    # who is what
    ("ties: {RUS: {KGZ: {weight: §[1]}}}", "a number is missing here", ""),
    ("rivalry: {RUS: {RUS: §1}}", "RUS is no rival of itself", ""),
    ("bases: {m: §{holder: USA}}", "bases.m lacks host", ""),
    (
        "bases: {a: {holder: USA, host: KGZ}, b: §{holder: USA, host: KGZ}}",
        "USA has a base in KGZ already (bases.a)",
        "sites: 2",
    ),
    ("bases: {m: {holder: USA, host: KGZ, until: §2008Q4}}", "2008Q4 lies outside the period 2009Q1 to 2010Q4", ""),
    ("bases: {m: {holder: USA, host: KGZ, term: 3, until: §2009Q4}}", "bases.m gives both term and until", "Give one"),
    ("bases: {m: {holder: USA, host: KGZ, term: §2.5}}", "2.5 is not a whole number of quarters", ""),
    ("bases: {source: §[], m: {holder: USA, host: KGZ}}", "a source is a text", ""),
    # events
    ("events: {e: §{set: {region.instability: 1}}}", "events.e has no trigger", "Give one of at, when, hazard"),
    ("events: {e: §{at: 2009Q2, hazard: 5, turnover: {state: KGZ}}}", "events.e has 2 triggers (at, hazard)", ""),
    ("events: {e: §{at: 2009Q2}}", "events.e does nothing", "Give set, repeal or an act"),
    ("events: {e: {at: §2011Q1, turnover: {state: KGZ}}}", "2011Q1 lies outside the period", ""),
    (
        "events: {e: {at: §2009-Q2, turnover: {state: KGZ}}}",
        "'2009-Q2' is no quarter (events.e.at)",
        "Write 2009Q2",
    ),
    ("events: {e: {at: 2009Q2, until: §2009Q1, set: {region.instability: 1}}}", "events.e ends before it begins", ""),
    (
        "events: {e: {hazard: 5, until: §2009Q2, set: {region.instability: 1}}}",
        "no date to count from",
        "for: 4 quarters",
    ),
    ("events: {e: {at: 2009Q2, for: 2, until: §2009Q3, set: {region.instability: 1}}}", "both for and until", ""),
    ("events: {e: {at: 2009Q2, over: §2.5 quarters, set: {region.instability: 1}}}", "2.5 is not a whole number", ""),
    ("events: {e: {at: 2009Q2, over: §3 quarters, turnover: {state: KGZ}}}", "has over but sets nothing", ""),
    (
        "events: {e: {at: 2009Q2, over: 4, set: {patrons.RUS.strategy: §sphere}}}",
        "cannot change gradually",
        "without over",
    ),
    ("events: {e: {at: 2009Q2, repeal: §f}}", "unknown event in events.e.repeal 'f'", "Allowed: e"),
    ("events: {e: {at: 2009Q2, repeal: §e}}", "events.e repeals itself", ""),
    (
        "events: {e: {at: 2009Q2, set: {§patrons.RUS.misson: 1}}}",
        "there is no 'misson' in the path",
        "Did you mean mission?",
    ),
    (
        "events: {e: {at: 2009Q2, set: {§patrons.CHN.mission: 1}}}",
        "there is no patron 'CHN' in the path",
        "Allowed: RUS, USA",
    ),
    ("events: {e: {at: 2009Q2, set: {§patrons.RUS: 1}}}", "stops before a figure", ""),
    ("events: {e: {at: 2009Q2, set: {§patrons.RUS.mission.x: 1}}}", "goes on below 'patrons.RUS.mission'", ""),
    ("events: {e: {at: 2009Q2, set: {§patrons.RUS.budget: 1}}}", "is read at the start only", "budget_growth"),
    ("events: {e: {at: 2009Q2, set: {§title: x}}}", "title is nothing an event can set", ""),
    ("events: {e: {at: 2009Q2, set: {patrons.RUS.mission: §1.5}}}", "1.5 is not a share", ""),
    ("events: {e: {at: 2009Q2, set: {patrons.RUS.strategy: §spheer}}}", "unknown word for", "Did you mean sphere?"),
    ("events: {e: {hazard: §150, turnover: {state: KGZ}}}", "150 %/yr is out of bounds", "Allowed: 0 to 100 %/yr"),
    ("events: {e: {at: 2009Q2, transfer: §{from: USA, to: KGZ}}}", "events.e.transfer lacks amount", ""),
    (
        "events: {e: {at: 2009Q2, transfer: {from: §KGZ, to: KGZ, amount: 1}}}",
        "unknown patron in events.e.transfer.from",
        "",
    ),
    (
        "events: {e: {at: 2009Q2, transfer: {from: USA, to: KGZ, amount: 1, §instrument: arms}}}",
        "unknown key",
        "amount",
    ),
    # conditions and outcomes
    ("outcomes: {o: '§shar(RUS, KGZ)'}", "unknown measure 'shar'", "Did you mean share?"),
    ("outcomes: {o: 'share(§RU, KGZ)'}", "'RU' is no patron here", "Did you mean RUS?"),
    ("outcomes: {o: 'share(RUS, §RUS)'}", "'RUS' is no client here", "Allowed: KGZ, TJK"),
    ("outcomes: {o: 1 + §share(RUS)}", "share takes patron, client in its parentheses", "share(USA, KGZ)"),
    ("outcomes: {o: 'position(KGZ, §west)'}", "'west' is no axis here", "Allowed: unga, security"),
    ("outcomes: {o: 'share(RUS, KGZ) > §> 1'}", "unexpected '>' in an expression", ""),
    ("outcomes: {o: 'share(RUS, KGZ) §; import os'}", "unexpected ';' in an expression", ""),
    ("outcomes: {o: '__import__§.os'}", "unexpected '.' in an expression", ""),
    ("outcomes: {o: 'share(RUS, KGZ) >§'}", "the expression ends too early", ""),
    ("outcomes: {o: '§share(RUS, KGZ) > 1 for 3 quarters'}", "belongs to conditions of events", ""),
    (
        "outcomes: {o: {measure: 'base(USA, KGZ)', reduce: §median}}",
        "unknown word for outcomes.o.reduce",
        "Did you mean mean?",
    ),
    ("outcomes: {o: {measure: 'base(USA, KGZ)', from: §2008Q1}}", "2008Q1 lies outside the period", ""),
    ("outcomes: {o: {measure: 'base(USA, KGZ)', from: 2009Q3, to: §2009Q1}}", "to a quarter before the first", ""),
    ("outcomes: {o: §{reduce: mean}}", "outcomes.o lacks measure", ""),
    (
        "events: {e: {when: '§share(RUS, KGZ)', turnover: {state: KGZ}}}",
        "is true or false, and this is a number",
        "Compare",
    ),
    (
        "events: {e: {when: 'base(USA, KGZ) and §year()', turnover: {state: KGZ}}}",
        "join conditions, and this is a number",
        "",
    ),
    ("events: {e: {when: '§base(USA, KGZ) for 0 quarters', turnover: {state: KGZ}}}", "0 quarters are no duration", ""),
    # the YAML itself
    ("notes: §*a", "anchors and aliases are not allowed", "Use extends"),
    ("notes: §&a x", "anchors and aliases are not allowed", ""),
    ("notes: §!!python/name:os.system x", "YAML tags are not allowed", ""),
    ("§---\nnotes: x", "a second document begins here", "A scenario is one document"),
    ('notes: §"\\x07"', "notes contains control characters", ""),
    ("? §[a]\n: b", "a key must be a word", ""),
    ("notes: [§}", "this is not YAML", ""),
    ("§\tnotes: x", "this is not YAML", ""),
]


@pytest.mark.parametrize(("more", "message", "hint"), MORE)
def test_a_mistake_is_refused_at_its_place(more: str, message: str, hint: str) -> None:
    problem = refused_at_mark(HEAD + more + "\n")
    assert message in problem.message
    assert hint in problem.hint


WHOLE = [
    ("start: 2009Q1", "start: 2009Q5", "start: §2009Q5", "'2009Q5' is no quarter (period.start)"),
    ("end: 2010Q4", "end: 2008Q4", "end: §2008Q4", "the period ends before it starts"),
    ("end: 2010Q4", "end: 2299Q4", "end: §2299Q4", "the period is longer than 800 quarters"),
    ("period: {start: 2009Q1, end", "period: {end", "period: §{end", "period lacks start"),
    ("title: Small\n", "", "§period", "the scenario lacks title"),
    ("title: Small", "title: ' '", "title: §' '", "the title is empty"),
    ("gdp: 4000", "gdp: -4000", "gdp: §-4000", "-4000 MUSD/yr is out of bounds"),
    ("TJK: {gdp: 5000}", "TJK: {name: x}", "TJK: §{name: x}", "TJK plays no part"),
    ("TJK: {gdp: 5000}", "TJK: {growth: 5}", "TJK: {growth: §5}", "is a figure of a client, and TJK has no gdp"),
    ("USA: {}", "USA: {policy: hedger}", "USA: {policy: §hedger}", "USA is no client and has no policy"),
    (
        "USA: {}",
        "USA: {position: {security: 2}}",
        "security: §2",
        "2 is out of bounds (orientation on the axis security)",
    ),
    ("USA: {}", "USA: {position: {west: 1}}", "position: {§west", "unknown axis in states.USA.position 'west'"),
    ("RUS: {budget: 100}", "RUS: {}", "RUS: §{}", "patrons.RUS lacks budget"),
    (
        "USA: {budget: 200}",
        "US: {budget: 200}",
        "§US: {budget: 200}",
        "'US' stands neither under states nor under blocs",
    ),
    ("plus: RUS", "plus: RU", "plus: §RU", "unknown actor in axes.security.plus 'RU'"),
    ("axes: {security", "axes: {unga", "axes: {§unga", "'unga' cannot be a name in axes"),
    ("states:\n", "states:\n  kgz: {gdp: 1}\n", "  §kgz", "'kgz' cannot be a name in states"),
]


@pytest.mark.parametrize(("old", "new", "marked", "message"), WHOLE)
def test_a_mistake_in_what_every_scenario_has(old: str, new: str, marked: str, message: str) -> None:
    """`new` for `old` is wrong, at the mark in `marked`."""
    wrong = HEAD.replace(old, new, 1)
    problems = refusals(wrong)
    before = wrong[: wrong.index(marked.replace("§", "")) + marked.index("§")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert [(p.line, p.column) for p in problems if message in p.message] == [(line, column)], problems


def test_no_patron_or_no_client() -> None:
    text = "title: x\nperiod: {start: 2009Q1, end: 2009Q1}\nstates: {RUS: {}}\npatrons: {RUS: {budget: 1}}\n"
    assert [p.message for p in refusals(text)] == ["there is no client"]
    text = "title: x\nperiod: {start: 2009Q1, end: 2009Q1}\nstates: {KGZ: {gdp: 1}}\npatrons: {}\n"
    assert [p.message for p in refusals(text)] == ["there is no patron"]


def test_all_mistakes_are_reported_at_once_in_the_order_of_the_lines() -> None:
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(FILES / "wrong.yaml")
    lines = [line.split("wrong.yaml:")[1] for line in str(refusal.value).splitlines()]
    found = [line.partition(" Allowed: ")[0] for line in lines]  # the lists grow with the catalogue
    assert found == (FILES / "wrong.txt").read_text(encoding="utf-8").splitlines()


def test_a_scenario_full_of_mistakes_ends_the_reading() -> None:
    problems = refusals(HEAD + "".join(f"k{i}: 1\n" for i in range(500)))
    assert len(problems) == 101
    assert problems[-1].message == "100 problems; there may be more"


def test_what_is_not_there() -> None:
    with pytest.raises(ScenarioError, match="there is no such scenario") as refusal:
        load_scenario("two-patron")
    assert "Did you mean two-patrons?" in str(refusal.value)
    with pytest.raises(ScenarioError, match="this is no regular file"):
        load_scenario(FILES)


def test_norway_and_other_words_that_old_yaml_took_for_truths() -> None:
    """`NO`, `ON`, `Y` are codes, `off` is a name; only switches read on and off, yes and no."""
    scenario = load_text(
        """
title: no
question: yes
period: {start: 2009Q1, end: 2009Q4}
axes: {y: {plus: NO, minus: Y}}
states: {NO: {name: on, gdp: 100}, ON: {gdp: 100}, Y: {name: Null}}
patrons: {Y: {budget: 1}}
ties: {Y: {NO: {in_kind: yes}, ON: {in_kind: no}}}
mechanisms: {packages: off, denial_bids: true}
blocs: {N: {leader: Y, members: [NO, Y]}}
bases: {off: {holder: Y, host: NO}}
events: {yes: {when: "base(Y, NO) and not member(N, ON)", turnover: {state: NO}}}
outcomes: {no: "share(Y, NO)"}
"""
    )
    assert (scenario.title, scenario.question, scenario.clients) == ("no", "yes", ("NO", "ON"))
    assert scenario.names == {"NO": "on", "ON": "ON", "Y": "Null", "N": "N"}
    assert scenario.bloc("N").members == ("NO",)
    assert scenario.bases["off"].host == "NO"
    assert [scenario.number("in_kind", "Y", code) for code in ("NO", "ON")] == [1, 0]
    assert [scenario.number(f"with_{name}") for name in ("packages", "denial_bids")] == [0, 1]
    again = load_text(scenario.resolved(), scenario.name)
    assert again.digest == scenario.digest


def test_markup_in_a_title_is_kept_as_text() -> None:
    title = '<img src=x onerror="alert(1)">'
    scenario = load_text(HEAD.replace("Small", f"'{title}'"))
    assert scenario.title == title
    assert load_text(scenario.resolved()).title == title


def test_a_refusal_of_foreign_words_is_short_and_printable() -> None:
    (problem,) = refusals(HEAD + '"\\e[31m' + "x" * 500 + '": 1\n')
    assert len(str(problem)) < 400
    assert str(problem).isprintable()


@pytest.mark.parametrize("end", ["2999Q4", "2299Q4", "1990Q4"])
def test_a_wrong_end_of_the_period_is_told_alone(end, tmp_path):
    """What is read within the period cannot be judged, and is not the writer's fault."""
    file = tmp_path / "mine.yaml"
    file.write_text(f"extends: us-withdrawal\nperiod: {{end: {end}}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as told:
        load_scenario(file)
    assert [p.line for p in told.value.problems] == [2]
