"""Layers: what a scenario extends, its tables, what the command line sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from patronage.scenario import ScenarioError, load_scenario, load_text, unsourced
from patronage.scenario.layers import label_of
from patronage.scenario.library import builtin_dir
from scenario_texts import EVENTS, HEAD, load_small

FILES = Path(__file__).parent / "scenario_files"


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
