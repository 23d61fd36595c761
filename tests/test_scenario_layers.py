"""Layers: what a scenario extends, its tables, what the command line sets; who wrote what, and how scenarios differ."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from patronage.scenario import ScenarioError, diff, explain, load_scenario, load_text, unsourced
from patronage.scenario.layers import label_of
from patronage.scenario.library import builtin_dir
from scenario_texts import HEAD, load_small

FILES = Path(__file__).parent / "scenario_files"

EVENTS = """\
events:
  withdrawal: {at: 2009Q3, over: 4 quarters, set: {patrons.USA.mission: {value: 0, source: x}}}
  rain: {hazard: 5, turnover: {state: KGZ}}
"""


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def message(folder: Path, name: str) -> str:
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(folder / f"{name}.yaml")
    return str(refusal.value)


# extends


def test_the_upper_layer_wins_adds_and_removes(tmp_path: Path) -> None:
    write(
        tmp_path,
        low=HEAD + EVENTS + "blocs: {CSTO: {leader: RUS, members: [RUS, KGZ]}}\n",
        high="""
extends: low.yaml
title: Higher
patrons: {RUS: {budget: {value: 400, source: new}, need: 7}}
events: {withdrawal: {at: ~, when: "base(USA, KGZ)"}, rain: ~}
blocs: {CSTO: {members: [TJK]}}
""",
    )
    low, high = load_scenario(tmp_path / "low.yaml"), load_scenario(tmp_path / "high.yaml")
    assert (high.title, high.name) == ("Higher", "high")
    assert [high.figure(f"patrons.{p}").value for p in ("RUS.budget", "RUS.need", "USA.budget")] == [400, 7, 200]
    assert [e.name for e in high.events] == ["withdrawal"]
    assert high.events[0].trigger.text == "base(USA, KGZ)"
    assert high.events[0].over == 4
    assert (low.bloc("CSTO").members, high.bloc("CSTO").members) == (("KGZ",), ("TJK",))


def test_a_figure_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """A plain number over a long one does not inherit unit, source or range."""
    write(
        tmp_path,
        low=HEAD.replace("gdp: 4000", "gdp: {value: 4, unit: bn USD/yr, source: WDI, range: [3, 5]}"),
        high="extends: low.yaml\nstates: {KGZ: {gdp: 3500}}\n",
    )
    figure = load_scenario(tmp_path / "high.yaml").figure("states.KGZ.gdp")
    assert (figure.value, figure.source, figure.range) == (3500, "", None)
    assert [(layer.text, layer.origin[0][-8:]) for layer in figure.history] == [
        ("3500", "igh.yaml"),
        ("4 bn USD/yr", "low.yaml"),
    ]


def test_a_block_s_unit_and_source_end_with_their_layer(tmp_path: Path) -> None:
    write(
        tmp_path,
        low=HEAD + "ties: {RUS: {KGZ: {unit: bn USD, source: low, debt: 1, arms: 2}}}\n",
        high="extends: low.yaml\nties: {RUS: {KGZ: {debt: 5}}}\n",
    )
    high = load_scenario(tmp_path / "high.yaml")
    debt, arms = high.figure("ties.RUS.KGZ.debt"), high.figure("ties.RUS.KGZ.arms")
    assert (debt.value, debt.source) == (5, "")
    assert (arms.value, arms.source) == (2000, "low")
    assert unsourced(high).count("ties.RUS.KGZ.debt") == 1


def test_words_of_an_event_end_where_a_file_makes_it_do_something_else(tmp_path: Path) -> None:
    words = "label: the mission ends, note: step by step"
    fall, rain = f"{words}, at: 2009Q3, set: {{patrons.USA.mission: 0.0}}", f"{words}, hazard: 5, turnover: {{state: KGZ}}"
    write(tmp_path, low=f"{HEAD}events:\n  fall: {{{fall}, source: x}}\n  rain: {{{rain}, repeal: [fall], source: x}}\n")

    def found(changes: str) -> dict[str, tuple[str, str]]:
        write(tmp_path, high=f"extends: low.yaml\nevents: {changes}\n")
        return {e.name: (e.label, e.note) for e in load_scenario(tmp_path / "high.yaml").events}

    old, none = ("the mission ends", "step by step"), ("", "")
    same = "{fall: {at: 2009Q4, over: 2 quarters, set: {patrons.USA.mission: {value: 0.0, source: y}, patrons.USA.need.base: 40}}}"
    assert found(same) == {"fall": old, "rain": old}
    turned = "{fall: {set: {patrons.USA.mission: 1}}, rain: {turnover: {state: TJK}}}"
    assert found(turned.replace("TJK", "KGZ")) == {"fall": none, "rain": old}
    assert found("{rain: {repeal: ~}}") == {"fall": old, "rain": none}
    assert found("{fall: {note: it goes on, set: {patrons.USA.mission: 1}}}")["fall"] == ("", "it goes on")
    assert found("{fall: {label: ~, set: {patrons.USA.mission: 1}}}")["fall"] == none
    path = "events.fall.set.patrons.USA.mission"
    assert load_scenario(tmp_path / "low.yaml", {path: "1"}).events[0].label == "the mission ends", "a lever is how much of it"


def test_a_file_with_answers_of_its_own_inherits_none(tmp_path: Path) -> None:
    share = "  {}: {{measure: 'share(RUS, KGZ)', answers: {}}}\n"
    write(
        tmp_path,
        low=HEAD + "outcomes:\n" + share.format("old", "yes") + share.format("again", "yes"),
        own="extends: low.yaml\noutcomes:\n" + share.format("mine", "yes"),
        again="extends: low.yaml\noutcomes:\n  again: {answers: yes}\n" + share.format("mine", "yes"),
        without="extends: low.yaml\noutcomes:\n" + share.format("mine", "no"),
        above="extends: own.yaml\noutcomes: {high: 'share(USA, KGZ)'}\n",
    )

    def answering(name: str) -> list[str]:
        return [o.name for o in load_scenario(tmp_path / f"{name}.yaml").outcomes.values() if o.answers]

    assert {"old", "again", "mine"} <= load_scenario(tmp_path / "own.yaml").outcomes.keys()
    assert (answering("own"), answering("again"), answering("above")) == (["mine"], ["again", "mine"], ["mine"])
    assert (answering("low"), answering("without")) == (["old", "again"], ["old", "again"])


def test_a_circle_is_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="extends: b.yaml\n",
        b="title: x\nextends: c.yaml\n",
        c="extends: a.yaml\n",
        own="extends: own.yaml\n",
    )
    assert "c.yaml:1:10: the scenarios extend each other in a circle: a.yaml → b.yaml → c.yaml → a.yaml" in message(
        tmp_path, "a"
    )
    assert "own.yaml:1:10: the scenarios extend each other in a circle" in message(tmp_path, "own")


def test_a_long_chain_is_refused(tmp_path: Path) -> None:
    write(tmp_path, **{f"s{i}": f"extends: s{i + 1}.yaml\n" for i in range(20)}, s20=HEAD)
    assert "s7.yaml:1:10: more than 8 scenarios extend each other" in message(tmp_path, "s0")


def test_what_cannot_be_extended(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="extends: two-patron\n",
        b="extends: c.yaml\n",
        c2=HEAD,
        d="extends: [x]\n",
        e="extends: two-patrons\nx: ~\n",
    )
    assert "a.yaml:1:10: there is no built-in scenario 'two-patron'. Did you mean two-patrons?" in message(
        tmp_path, "a"
    )
    assert "b.yaml:1:10: there is no file 'c.yaml' beside this one. Did you mean c2.yaml?" in message(tmp_path, "b")
    assert "d.yaml:1:10: extends names one scenario" in message(tmp_path, "d")
    assert "e.yaml:2:1: there is no 'x' to remove" in message(tmp_path, "e")


def test_mistakes_below_are_reported_with_those_above(tmp_path: Path) -> None:
    write(tmp_path, low=HEAD + "rules: {threat: {gian: 1}}\n", high="extends: low.yaml\nrules: {threat: {gain: -1}}\n")
    text = message(tmp_path, "high")
    assert "high.yaml:2:24: -1 is out of bounds" in text
    assert "low.yaml:12:18: unknown key in rules.threat 'gian'. Did you mean gain?" in text


def test_what_a_scenario_is_compared_with_is_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        low=HEAD + "against: two-patrons\n",
        high="extends: low.yaml\n",
        higher="extends: high.yaml\nagainst: sahel\n",
    )
    low, high, higher = (load_scenario(tmp_path / f"{name}.yaml") for name in ("low", "high", "higher"))
    assert [s.against for s in (low, high, higher)] == ["two-patrons", "", "sahel"]
    assert (low.extends, higher.extends) == ((), ("high.yaml", "low.yaml"))
    assert low.digest == high.digest, "it changes nothing of what happens"
    assert load_text(low.resolved(), "low").digest == low.digest
    label = label_of(builtin_dir("scenarios") / "us-stays.yaml")
    assert load_text("extends: us-withdrawal\nagainst: us-stays\n", "mine.yaml").against == "us-stays"
    with pytest.raises(ScenarioError) as refusal:
        load_text("extends: us-withdrawal\nagainst: us-stays\n", label)
    assert str(refusal.value) == f"{label}:2:10: against names this scenario itself. Name another one, or leave it out."


# the command line


def test_values_set_on_the_command_line() -> None:
    sets = {
        "patrons.USA.mission": "0.5",
        "states.KGZ.gdp": "5 bn USD/yr",
        "ties.RUS.KGZ.debt": "{value: 1, unit: bn USD, source: mine}",
        "mechanisms.packages": False,
        "rules.threat.gain": 2,
        "patrons.RUS.strategy": "sphere",
        "events.withdrawal.at": "2010Q1",
        "events.withdrawal.set.patrons.USA.mission": 0.25,
        "events.rain": None,
        "blocs.CSTO": {"leader": "RUS", "members": ["KGZ"]},
        "title": "'~'",
    }
    scenario = load_small(EVENTS, sets)
    assert scenario.number("mission", "USA") == 0.5
    assert scenario.number("gdp", "KGZ") == 1250
    assert scenario.figure("ties.RUS.KGZ.debt").source == "mine"
    assert scenario.number("with_packages") == 0
    assert scenario.number("threat_gain") == 2
    assert scenario.choice("patrons.RUS.strategy") == "sphere"
    assert [(e.name, e.trigger.quarter, e.changes[0].value) for e in scenario.events] == [("withdrawal", 8040, 0.25)]
    assert scenario.bloc("CSTO").members == ("KGZ",)
    assert scenario.title == "~"


def test_a_set_figure_keeps_a_range_that_holds_it() -> None:
    more = "region: {instability: {value: 0.2, source: s, range: [0.15, 0.5]}}\n"
    inside, outside = (
        load_small(more, {"region.instability": v}).figure("region.instability") for v in ("0.4", "0.05")
    )
    assert (inside.range, inside.source) == ((0.15, 0.5), "--set")
    assert outside.range is None


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "patrons.USA.misson",
            "1",
            "--set patrons.USA.misson:1:1: unknown key in patrons.USA 'misson'. Did you mean mission?",
        ),
        ("patrons.USA.mission", "2", "--set patrons.USA.mission:1:1: 2 is not a share"),
        ("patrons..mission", "2", "'patrons..mission' is no path"),
        ("region.instability", "{value: [", "--set region.instability:1:10: this is not YAML"),
        ("region.nothing", "~", "there is no 'region.nothing' to remove"),
    ],
)
def test_a_wrong_value_on_the_command_line(path: str, value: str, message: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        load_small("region: {instability: 0.2}\n", {path: value})
    assert message in str(refusal.value)


# tables


@pytest.mark.parametrize("form", ["wide", "long"])
def test_wide_and_long_tables_say_the_same_as_yaml(form: str) -> None:
    table, plain = load_scenario(FILES / f"{form}.yaml"), load_scenario(FILES / "no-table.yaml")
    assert table.digest == plain.digest
    origin = table.figure("ties.RUS.KGZ.debt").origin
    assert (origin[0].endswith(f"{form}.csv"), origin[1]) == (True, 2 if form == "wide" else 4)
    assert "of tests/scenario_files" in origin[3] or f"{form}.csv of " in origin[3]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("patron,client,weight\nRUS,KGZ,heavy\n", "ties.csv:2:3: 'heavy' is no number"),
        (
            "patron,client,weight\nRUS,KGZ,1\nRUS,KGX,1\n",
            "ties.csv:3:2: unknown client in ties.RUS 'KGX'. Did you mean KGZ?",
        ),
        ("patron,client,weight\nRUX,KGZ,1\n", "ties.csv:2:1: unknown patron in ties 'RUX'. Did you mean RUS?"),
        (
            "patron,client,wieght\nRUS,KGZ,1\n",
            "ties.csv:1:3: unknown column 'wieght'. Did you mean weight?",
        ),
        ("patron,client,debt [USD/yr]\nRUS,KGZ,1\n", "ties.csv:1:3: wrong unit 'USD/yr'"),
        ("patron,client,weight\nRUS,KGZ,1\nRUS,KGZ,2\n", "ties.csv:3:3: this figure stands in line 2 already"),
        ("patron,client,weight\nRUS,KGZ\n", "ties.csv:2:1: 2 cells in a table of 3 columns"),
        ("patron,weight\nRUS,1\n", "ties.csv:1:1: the first row lacks the column client. It begins with patron,client"),
        ("patron,client,weight,weight\nRUS,KGZ,1,1\n", "ties.csv:1:1: two columns have one name"),
        (
            "patron,client,field,value,unti\nRUS,KGZ,debt,1,MUSD\n",
            "ties.csv:1:5: unknown column 'unti'. Did you mean unit?",
        ),
        (
            "patron,client,field,value,low,high\nRUS,KGZ,debt,5,1,3\n",
            "ties.csv:2:5: the range [1, 3] excludes the value 5",
        ),
        ("patron,client,weight\nUSA,KGZ,1\n", "ties.csv:2:3: 'weight' stands in "),
        ("", "ties.csv:1:1: the table is empty"),
    ],
)
def test_a_mistake_in_a_table_names_row_and_column(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "small.yaml").write_text(HEAD + "ties: {table: ties.csv, USA: {KGZ: {weight: 1}}}\n")
    (tmp_path / "ties.csv").write_text(table)
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(tmp_path / "small.yaml")
    assert message in str(refusal.value)


def test_a_table_needs_a_file_beside_the_scenario(tmp_path: Path) -> None:
    write(tmp_path, small=HEAD + "ties: {table: tie.csv}\n", other=HEAD + "ties: {table: ties.txt}\n")
    (tmp_path / "ties.csv").write_text("patron,client,weight\n")
    assert "small.yaml:12:15: there is no file 'tie.csv' beside this one. Did you mean ties.csv?" in message(
        tmp_path, "small"
    )
    assert "other.yaml:12:15: 'ties.txt' does not end in .csv" in message(tmp_path, "other")
    with pytest.raises(ScenarioError, match=r"the table 'ties\.csv' was not handed over"):
        load_small("ties: {table: ties.csv}\n")


# explain, diff, unsourced


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
