"""Scenarios as a factor: points of the right one, however the runs are cut, and the share of variance that is theirs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.answers.theories import component_names, components, shares
from patronage.cli.app import app
from patronage.experiments import load_experiment, sweep
from patronage.reports.explorer import explored
from patronage.scenario import ScenarioError

STAYS = """\
title: Nobody leaves
extends: two-patrons
events: {withdrawal: {at: 2013Q4, over: 1}}
outcomes: {manas_open: {measure: "base(USA, KGZ)", reduce: mean}, mine: "share(USA, KGZ)"}
"""
LEAVES = """\
title: Washington leaves
extends: two-patrons
patrons: {USA: {need: {value: 110, unit: MUSD/yr, range: [60, 200]}}}
"""
FILE = """\
title: Who stays
scenario: {leaves: leaves.yaml, stays: stays.yaml}
levers:
  bids: {path: mechanisms.denial_bids}
theories:
  interference: {path: patrons.RUS.interference, values: [revenge, retain]}
uncertainties:
  need: {path: patrons.USA.need, range: [70, 150]}
design: {kind: lhs, points: 2, crossed: yes}
replications: 3
outcomes: {open: {measure: "base(USA, KGZ)", reduce: mean, label: Manas is open}, share: "share(RUS, KGZ)"}
series: {share: "share(RUS, KGZ)"}
record: lean
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("stays", STAYS), ("leaves", LEAVES), ("who", FILE)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def made(files):
    return sweep(load_experiment("who.yaml"), files / "out")


TABLES = ("points.parquet", "outcomes.parquet", "series.parquet", "failures.parquet")


def test_every_point_is_a_point_of_its_scenario(made):
    assert made.points["scenario"].tolist() == (["leaves"] * 4 + ["stays"] * 4) * 2
    asked = {"outcomes.open": '{measure: "base(USA, KGZ)", reduce: mean}', "outcomes.share": "share(RUS, KGZ)"}
    for point in (2, 7, 13):
        row = made.points.loc[point]
        changes = {
            "mechanisms.denial_bids": row["bids"], "patrons.RUS.interference": row["interference"],
            "patrons.USA.need": float(row["need"]),
        }  # fmt: skip
        assert made.settings(point) == {"scenario": row["scenario"], **changes}
        out = simulate(load_scenario(f"{row['scenario']}.yaml", {**asked, **changes}), runs=3, seed=1).outcomes
        for name in ("open", "share"):
            assert (out[name].to_numpy() == made.outcomes.loc[point, name].to_numpy()).all()
        assert made.scenario_at(point).title == {"stays": "Nobody leaves", "leaves": "Washington leaves"}[row["scenario"]]
    assert made.unmoved is not None
    assert "scenario" not in made.unmoved
    text = CliRunner().invoke(app, ["run", "--from", "out", "--row", "13:2", "--out", "row", "--no-figures"])
    assert "Run 2 of point 13: the same outcomes as in out, to the last bit." in text.output
    assert "Nobody leaves" in text.output


def test_as_resolved_the_experiment_says_the_same(made):
    held = made.experiment
    assert held.model_digest == load_experiment("who.yaml").model_digest
    assert held.design_digest == load_experiment("who.yaml").design_digest
    assert [(s["name"], s["file"]) for s in made.manifest["scenarios"]] == [("leaves", "scenario.yaml"), ("stays", "scenario-2.yaml")]
    assert held.scenario_name == "leaves, stays"


def test_however_it_is_cut_stopped_and_gone_on_with_it_gives_the_same_bytes(made, files):
    whole = [(made.path / name).read_bytes() for name in TABLES]
    ledger = made.ledger()

    def stop(done, _):
        if done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep("who.yaml", files / "again", runs_per_chunk=5, progress=stop)
    begun = len(list((files / "again" / "dataset").glob("0*")))
    assert begun
    again = sweep("who.yaml", files / "again", runs_per_chunk=5, workers=2)
    assert [(again.path / name).read_bytes() for name in TABLES] == whole
    pd.testing.assert_frame_equal(again.ledger(), ledger, check_categorical=False)


def test_a_scenario_that_was_changed_in_the_folder_is_noticed_and_mended(made):
    path = made.path / "scenario-2.yaml"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("Nobody leaves", "Somebody leaves"), encoding="utf-8")
    assert "scenario-2.yaml is not as written" in made.faults()
    sweep("who.yaml", made.path)
    assert path.read_text(encoding="utf-8") == right


def test_another_list_is_another_sweep(made, files):
    (files / "who.yaml").write_text(FILE.replace("leaves: leaves.yaml, stays: stays.yaml", "stays: stays.yaml, leaves: leaves.yaml"))
    with pytest.raises(Exception, match="its scenario is another one"):
        sweep("who.yaml", made.path)


def test_a_list_of_names_alone_is_an_experiment(files):
    """No factor besides; what is read off every run is what all scenarios have alike."""
    text = "title: Alone\nscenario: [leaves.yaml, stays.yaml, two.yaml]\ndesign: {kind: grid}\nreplications: 4\n"
    (files / "two.yaml").write_text(LEAVES + "events: {withdrawal: {at: 2010Q1}}\n", encoding="utf-8")
    (files / "alone.yaml").write_text(text, encoding="utf-8")
    found = load_experiment("alone.yaml")
    assert found.factor("scenario").values == ("leaves", "stays", "two")
    assert "mine" not in {o.name for o in found.outcomes}
    assert {o.name for o in found.outcomes} < set(load_scenario("leaves.yaml").outcomes)
    made = sweep(found, files / "alone")
    assert len(made.points) == 3
    done = CliRunner().invoke(app, ["analyse", "alone", "--no-figures", "--methods", "scenarios"])
    text = " ".join(done.output.split())
    assert "Of the variance of single runs: scenario " in text
    assert "parameters" not in text
    assert "Against leaves, with the same luck: stays " in text
    assert "of runs" in text


def test_the_analysis_tells_scenarios_beside_theories(made):
    done = CliRunner().invoke(app, ["analyse", "out", "--no-figures", "--methods", "scenarios", "--methods", "theories", "--json"])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(app, ["analyse", "out", "--no-figures", "--methods", "scenarios", "--methods", "theories"])
    text = " ".join(done.output.split())
    wanted = ("By scenario: leaves: ", "By theory: revenge: ", "Against leaves, in the same futures with the same luck: stays ",
              "on against off, by scenario: leaves", "on against off, by theory: revenge")  # fmt: skip
    for words in wanted:
        assert words in text
    assert text.count("Of the variance of single runs: scenario ") == 2, "once for each outcome"
    table = pd.read_csv("out/analysis/tables/scenario_against.csv").query("outcome == 'open'")
    means = made.outcomes["open"].groupby("point").mean().groupby(made.points["scenario"]).mean()
    assert table["mean"].item() == pytest.approx(means["stays"] - means["leaves"])
    assert table["mean"].item() > 0.1
    names = pd.read_csv("out/analysis/tables/scenario_shares.csv").query("outcome == 'open'")
    assert names["component"].tolist() == component_names(["scenario", "theory", "parameters", "luck"])
    assert names["share"].sum() == pytest.approx(1)
    scenario = next(c for c in explored(made.path).columns if c.role == "scenario")
    assert [scenario.words[int(i)] for i in scenario.values[:: made.manifest["replications"]]] == made.points["scenario"].tolist()


# --- variance over four axes ---


@pytest.mark.parametrize("only", range(15))
def test_a_single_part_of_fifteen_has_everything(only):
    axes = ("scenario", "theory", "parameters", "luck")
    names, shape = component_names(axes), (7, 6, 8, 9)
    parts = [[axes.index(word) for word in axes if word in name] if "all" not in name else range(4) for name in names]
    luck = np.random.default_rng(only)
    values = luck.normal(size=tuple(n if i in parts[only] else 1 for i, n in enumerate(shape))) + np.zeros(shape)
    found = components(values)
    assert np.argmax(found) == only
    assert shares(values, axes=axes)["share"].iloc[only] > 0.75


def test_parts_have_names():
    assert component_names(["scenario", "luck"]) == ["scenario", "luck", "both"]
    assert component_names(["a", "b", "c", "d"])[10:] == ["a, b and c", "a, b and d", "a, c and d", "b, c and d", "all four"]


# --- what is wrong ---


@pytest.mark.parametrize(
    ("right", "wrong", "wanted"),
    [
        ("stays: stays.yaml", "stays: sahell", "2:40: there is no built-in scenario 'sahell'. Did you mean sahel?"),
        ("{leaves: leaves.yaml, stays: stays.yaml}", "[leaves.yaml]", "2:11: scenario lists 1. Name one, or 2 to 20"),
        ("{leaves: leaves.yaml, stays: stays.yaml}", "[leaves.yaml, leaves.yaml]", "2:25: leaves names two scenarios"),
        ("stays: stays.yaml", "stays: leaves.yaml", "2:11: leaves and stays read the same to the model"),
        ("stays: stays.yaml", "stays: [a]", "2:40: a scenario is named by a word, not a list"),
        ("stays: stays.yaml", "stays: sahel", "11:39: in stays: 'KGZ' is no client here"),
        ("stays: stays.yaml", "long: long.yaml", "2:33: long has 2009Q1 to 2014Q4, and leaves 2009Q1 to 2013Q4"),
        ('share: "share(RUS, KGZ)"}', "mine: }", "11:83: in leaves: unknown outcome of the scenario 'mine'"),
        ('share: "share(RUS, KGZ)"}', "manas_open: }", "11:83: manas_open is last of base(USA, KGZ) in 2009Q1"),
        ("patrons.USA.need, range: [70, 150]", "patrons.USA.need", "8:16: need goes from"),
        ("patrons.USA.need", "events.never.at", "8:16: in leaves: unknown name in events 'never'"),
        ("[70, 150]", "[70, -1]", "8:46: -1 MUSD/yr is out of bounds"),
        ("  bids: {", "  scenario: {", "4:3: 'scenario' cannot be a name in levers. Use another word"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(files, right, wrong, wanted):
    assert right in FILE
    never = "events: {never: {at: 2011Q1, set: {patrons.USA.need: 110}}, "
    (files / "stays.yaml").write_text(STAYS.replace("events: {", never), encoding="utf-8")
    (files / "long.yaml").write_text(LEAVES + "period: {end: 2014Q4}\n", encoding="utf-8")
    (files / "who.yaml").write_text(FILE.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_experiment("who.yaml")
    assert f"who.yaml:{wanted}" in str(error.value)


def test_scenarios_with_other_actors_keep_outcomes_only(files):
    union = "blocs: {EAEU: {name: Union, kind: trade, leader: RUS, members: [RUS, KGZ]}}\n"
    (files / "stays.yaml").write_text(STAYS + union, encoding="utf-8")
    with pytest.raises(ScenarioError, match="2:33: stays and leaves differ in who plays"):
        load_experiment("who.yaml")
    (files / "who.yaml").write_text(FILE.replace("record: lean\n", ""), encoding="utf-8")
    assert set(load_experiment("who.yaml").scenarios) == {"leaves", "stays"}


def test_a_search_has_one_scenario(files):
    from patronage.searches import load_search

    text = "title: S\nscenario: [leaves.yaml, stays.yaml]\nlevers: {need: {path: patrons.USA.need, range: [70, 150]}}\n"
    text += "objectives: {open: {maximise: manas_open}}\n"
    (files / "s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="2:11: scenario names one scenario"):
        load_search("s.yaml")
