"""The command compare: sides by settings, folders as sides, a common table, pairs in which something is given."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from findings.claims import claims, commands
from patronage import load_scenario, simulate
from patronage.cli.app import app
from patronage.cli.comparing import side, varied
from patronage.cli.output import RefusalError
from patronage.cli.results import check_comparable
from patronage.reports import result_to_folder
from patronage.results.comparison import outcomes_given

QUICK = ("--runs", "12", "--no-figures", "--workers", "1")


def patronage(*words):
    return CliRunner().invoke(app, [str(w) for w in words])


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A comparison of a scenario with two sides that differ by settings, one of them also by --set."""
    folder = tmp_path_factory.mktemp("three") / "three"
    done = patronage(
        "compare", "two-patrons", "--set", "patrons.RUS.budget=200", "--against", "events.withdrawal=~",
        "--against", "patrons.USA.need=0; patrons.RUS.budget=100", "--given", "manas_open", *QUICK, "--out", folder,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return folder, done.output


def test_sides_are_the_first_with_settings_of_their_own(three):
    folder, _ = three
    names = ["two-patrons", "two-patrons-withdrawal-removed", "two-patrons-USA-need-0-RUS-budget-100"]
    assert json.loads((folder / "manifest.json").read_text())["names"] == names
    own = ({}, {"events.withdrawal": "~"}, {"patrons.USA.need": "0", "patrons.RUS.budget": "100"})
    table = pd.read_csv(folder / "sides.csv").set_index(["side", "outcome"])
    here = simulate(load_scenario("two-patrons", {"patrons.RUS.budget": "200"}), runs=12).outcomes
    for name, settings in zip(names[1:], own[1:], strict=True):
        there = simulate(load_scenario("two-patrons", {"patrons.RUS.budget": "200"} | settings), runs=12).outcomes
        for outcome in ("rent_2010", "russian_share"):
            row = table.loc[(name, outcome)]
            assert row["second"] == pytest.approx(there[outcome].mean(), abs=1e-12)
            assert row["mean"] == pytest.approx((here[outcome] - there[outcome]).mean(), abs=1e-12)


def test_three_sides_have_a_common_table_and_pairs_where_something_is_given(three):
    folder, said = three
    lines = said.splitlines()
    assert lines[0] == "3 sides, 12 runs each with the same luck, seed 1:"
    head = next(line for line in lines if line.startswith("outcome"))
    assert head.split("  ")[0] == "outcome"
    assert "1 − 3 [95 % interval]" in head
    here = simulate(load_scenario("two-patrons", {"patrons.RUS.budget": "200"}), runs=12)
    true = int((here.outcomes["manas_open"] > 0).sum())
    few = ": too few to rely on" if true else ""
    assert f"Given manas_open in two-patrons: {true} of 12 pairs{few}" in lines
    told = json.loads(patronage("summary", folder, "--json").output)
    assert [set(pair["given"]) for pair in told["pairs"]] == [{"manas_open"}] * 2
    if true:
        assert all(row["pairs"] <= true for row in told["pairs"][0]["given"]["manas_open"])


def test_pairs_in_which_something_is_given_are_those_and_no_others():
    a, b = (simulate(load_scenario("two-patrons", s), runs=40, seed=2) for s in ({}, {"patrons.USA.need": "100"}))
    kept = (a.outcomes["manas_open"] > 0).to_numpy()
    assert 0 < kept.sum() < 40
    row = outcomes_given(a, b, "manas_open").set_index("outcome").loc["rent_2010"]
    difference = (a.outcomes["rent_2010"] - b.outcomes["rent_2010"]).to_numpy()
    assert row["mean"] == pytest.approx(difference[kept].mean(), abs=1e-12)
    assert row["pairs"] == kept.sum()
    assert not np.isclose(difference[kept].mean(), difference.mean()), "all pairs would say something else"


def test_outcomes_of_the_second_alone_are_said_not_to_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = 'extends: two-patrons\noutcomes: {mine: {measure: "base(USA, KGZ)"}}\n'
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    said = [
        patronage("compare", *names, *QUICK, "--out", out).stderr
        for names, out in ((("two-patrons", "own.yaml"), "a"), (("own.yaml", "two-patrons"), "b"))
    ]
    assert "Not read, since two-patrons does not ask: mine of own. To ask it, name own first." in said[0]
    assert "Not read" not in said[1]


def test_folders_of_runs_are_sides(tmp_path, monkeypatch):
    """With their seed and as many runs; one that comes out otherwise is named (here: it was simulated less far)."""
    monkeypatch.chdir(tmp_path)
    for name, until in (("held", None), ("short", "2012Q4")):
        result_to_folder(simulate("two-patrons", runs=5, seed=4, until=until), name, plates=False)
    done = patronage("compare", "held", "short", "--no-figures", "--workers", "1", "--out", "made")
    assert done.exit_code == 0, done.output
    manifest = json.loads((tmp_path / "made" / "manifest.json").read_text())
    assert (manifest["seed"], manifest["runs"], manifest["names"]) == (4, 5, ["two-patrons", "two-patrons-2"])
    assert "short was made by another version, or until another quarter" in done.output
    assert "held was made" not in done.output
    refused = patronage("compare", "held", "two-patrons", "--seed", "1")
    assert refused.exit_code == 2
    assert "have seed 4" in refused.output
    table = next((tmp_path / "held" / "tables").glob("outcomes.*"))
    table.write_bytes(b"broken")
    broken = patronage("compare", "held", "two-patrons")
    assert broken.exit_code == 2
    assert "missing or damaged" in broken.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("two-patrons",), "or one and --against"),
        (("two-patrons", "--against", "nothing"), "write 'PATH=VALUE'"),
        (("two-patrons", "--against", "patrons.USA.ned=0"), "Did you mean need?"),
        (("two-patrons", "--against", "patrons.USA.need=0; patrons.USA.need=1"), "set twice"),
        (("two-patrons", "--against", "patrons.USA.need=0", "--given", "manas"), "Did you mean manas_open"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = patronage("compare", *words)
    assert done.exit_code == 2
    assert said in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_side_may_be_another_scenario_with_settings():
    found = varied("us-withdrawal", None, "us-stays; patrons.USA.need=0").scenario
    assert found.name == "us-stays-USA-need-0"
    assert found.number("need", "USA", "base") == 0
    assert found.numbers == load_scenario("us-stays", {"patrons.USA.need": "0"}).numbers


@pytest.mark.statistical
@pytest.mark.parametrize("scenario", dict.fromkeys(c.scenario for c in claims()))
def test_the_commands_beside_the_findings_can_be_given(scenario):
    """Every side of every command that docs/scenarios.md shows is a scenario, comparable with the first."""
    for command in commands(scenario):
        words = shlex.split(command)[2:]
        options = [(words[i], words[i + 1]) for i in range(len(words) - 1) if words[i].startswith("--")]
        names = [w for i, w in enumerate(words) if not w.startswith("--") and not words[i - 1].startswith("--")]
        changes = [value for option, value in options if option == "--set"]
        sides = [side(n, changes) for n in names] + [varied(names[0], changes, v) for o, v in options if o == "--against"]
        check_comparable([s.scenario for s in sides])
        assert {v for o, v in options if o == "--given"} <= set(sides[0].scenario.outcomes)
        assert len(sides) > 1


def test_a_scenario_of_other_actors_is_refused():
    with pytest.raises(RefusalError, match="different patrons"):
        check_comparable([load_scenario("two-patrons"), load_scenario("djibouti")])
