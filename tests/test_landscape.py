"""The landscape of a run folder and of one's own matrix: propensities by hand, words, and everything that is refused."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.batch.checksums import sealed
from patronage.batch.folders import FolderError
from patronage.cli.app import app
from patronage.reports import read_run, run_to_folder
from patronage.reports.landscape import blocs_text, landscape_text
from patronage.reports.matrix import read_matrix
from patronage.runs.landscape import QuestionError, region_of, sides, sizes
from patronage.scenario import ScenarioError, load_text
from patronage.theory.landscape import bonds, descend, landscape
from worlds import TWO, Scene

PACT = "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ]}\n"


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


# --- propensities ---


def test_what_draws_actors_together_and_apart():
    scene = Scene(TWO + PACT, {"rivalry.RUS.USA": 0.8, "rivalry.USA.RUS": 0.4})
    scene.put(position={("KGZ", "security"): 0.5, ("TJK", "security"): -0.25}, share=0.0)
    scene.put(share={("RUS", "KGZ"): 0.6, ("USA", "TJK"): 0.3}, grievance={("RUS", "KGZ"): 0.2, ("RUS", "TJK"): 3.0})
    scene.put(campaign={("RUS", "TJK"): 1}, sanction={("USA", "KGZ"): 2})
    assert scene.structure.actors == ("KGZ", "RUS", "TJK", "USA")
    p = scene.ensemble.bonds()[0]
    # KGZ–RUS: 1 − 2 · ½ + ½ (bloc) + 0.6 − 0.2. KGZ–TJK: 1 − 2 · ¾. KGZ–USA: 1 − 2 · 1.5 − ½ (sanction).
    # RUS–TJK: 1 − 2 · 1.25 − 1 (grievance counts at most 1) − ½ (campaign). RUS–USA: 1 − 2 · 2 − 0.6. TJK–USA: 1 − 1.5 + 0.3.
    pairs = [p[0, 1], p[0, 2], p[0, 3], p[1, 2], p[1, 3], p[2, 3]]
    assert pairs == near([0.9, -0.5, -2.5, -3.0, -3.6, -0.2])
    assert (p == p.T).all()
    # KGZ and RUS against TJK and USA. Within: 0.9 fits, −0.2 does not; across all repel: 0.5 + 2.5 + 3 + 3.6.
    assert sides(scene.ensemble)[0].tolist() == [False, False, True, True]
    assert scene.measure("frustration") == near(0.2 / 10.7)
    assert scene.measure("polarisation") == near(9.6 / 10.7)
    # The twin: with TJK on the other side it is less polarised and more frustrated.
    scene.put(position={("TJK", "security"): 0.25})
    assert scene.measure("frustration") > 0.15
    assert scene.measure("polarisation") < 0.8


def test_allies_attract_and_sizes_are_gdp():
    scene = Scene(TWO + "allies:\n  USA: [RUS]\n", {"patrons.USA.gdp": 1e6})
    p = scene.ensemble.bonds()[0]
    assert p[1, 3] == near(1 - 2 * 2 + 0.5)
    assert sizes(scene.ensemble)[0] == near([4000, 0, 2000, 1e6])


def test_outcomes_and_conditions_may_ask_for_it():
    scenario = load_text("""
extends: two-patrons
events:
  alarm: {when: "polarisation() > 0", set: {region.instability: 0.9}, source: assumption}
outcomes:
  divided: {measure: polarisation(), reduce: mean}
  ill_at_ease: {measure: frustration(), reduce: max}
""")
    result = simulate(scenario, runs=3)
    assert (result.outcomes["divided"] > 0).all()
    assert result.outcomes["ill_at_ease"].between(0, 1).all()
    assert set(result.events.query("event == 'alarm'")["what"]) == {"fired"}


# --- of a folder ---


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("landscape") / "run"
    scenario = load_scenario("us-withdrawal")
    return run_to_folder(scenario, runs=8, seed=3, out=out, until="2000Q3", plates=False, screening=0)


def test_the_region_of_a_folder_is_that_of_its_runs(folder):
    region = region_of(folder, "2000Q2")
    assert region.actors == ("CHN", "EUU", "KAZ", "KGZ", "RUS", "TJK", "TKM", "TUR", "USA", "UZB")
    # The measure of an ensemble simulated elsewhere tells the same.
    scenario = load_text("extends: us-withdrawal\noutcomes:\n  f: {measure: frustration(), from: 2000Q2, to: 2000Q2}")
    told = simulate(scenario, 8, 3, until=folder.scenario.start + 1).outcomes["f"].to_numpy()
    bond = bonds(region.size, region.propensity)
    across = region.side[:, :, None] != region.side[:, None]
    loose = np.where(across, np.maximum(bond, 0), np.maximum(-bond, 0)).sum(axis=(1, 2)) / np.abs(bond).sum(axis=(1, 2))
    assert loose == near(told)
    one = region_of(folder, "2000Q2", run=7)
    assert (one.propensity[0] == region.propensity[7]).all()
    few = region_of(folder, "2000Q2", actors=["USA", "KGZ", "RUS"], sizing="gdp")
    assert few.actors == ("KGZ", "RUS", "USA")
    assert (few.size[:, 2] > few.size[:, 1]).all()
    assert (few.propensity[:, 0, 1] == region.propensity[:, 3, 4]).all()


def test_what_is_said_of_a_folder(folder):
    region = region_of(folder)
    text = landscape_text(region)
    assert text.startswith("us-withdrawal, 2000Q3, 8 runs: 10 actors, 512 splits in two blocs; ")
    best = landscape(region.size.mean(axis=0), region.propensity.mean(axis=0)).minima[0]
    assert f"  1. {blocs_text(region.actors, best.side)}\n" in text
    ends = descend(bonds(region.size, region.propensity), region.side)
    share = 100 * (ends == best.side).all(axis=1).mean()
    assert f"{share:3.0f} %  {blocs_text(region.actors, best.side)} (minimum 1)" in text
    single = landscape_text(region_of(folder, run=0))
    assert "Each run on its own" not in single
    assert ", run 0: " in single


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ({"quarter": "2000Q5"}, "'2000Q5' is no quarter"),
        ({"quarter": "2003Q1"}, "holds 2000Q1 to 2000Q3, not 2003Q1"),
        ({"actors": ["RSU", "USA"]}, "'RSU' is no actor here. Did you mean RUS"),
        ({"actors": ["USA"]}, "needs 2 to 20 actors, and here are 1"),
        ({"run": 8}, "holds runs 0 to 7, not 8"),
    ],
)
def test_questions_without_an_answer(folder, question, answer):
    with pytest.raises(QuestionError, match=answer):
        region_of(folder, **question)


def test_a_gdp_that_nobody_gives(tmp_path):
    made = run_to_folder(
        load_scenario("two-patrons"), runs=2, seed=1, out=tmp_path / "run", until="2009Q1", plates=False, screening=0
    )
    with pytest.raises(QuestionError, match="no GDP of RUS, USA"):
        region_of(made, sizing="gdp")
    assert len(region_of(made).actors) == 3


def test_a_folder_of_another_model_is_refused(folder, tmp_path):
    copy = tmp_path / "old"
    shutil.copytree(folder.path, copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["seed"] = 4  # as if the model had changed under it
    (copy / "manifest.json").write_text(json.dumps(sealed(manifest)), encoding="utf-8")
    with pytest.raises(FolderError, match="another version of the model"):
        region_of(read_run(copy))


# --- of a matrix ---

GOOD = "actor,size,side,A,B,C\nA,2,x,,1,-1\nB,3,x,,,4\nC,1,y,,4,0\n"


def matrix(tmp_path, text: str, neutral: float = 0.0):
    file = tmp_path / "m.csv"
    file.write_text(text, encoding="utf-8")
    return read_matrix(file, neutral)


def test_a_matrix_may_fill_either_half(tmp_path):
    region = matrix(tmp_path, GOOD)
    assert region.propensity[0].tolist() == [[0, 1, -1], [1, 0, 4], [-1, 4, 0]]
    assert region.size.tolist() == [[2, 3, 1]]
    assert region.side.tolist() == [[False, False, True]]
    lower = matrix(tmp_path, "C,actor,B,A\n,A,,\n,B,,4\n,C,1,2\n", neutral=3)
    assert lower.actors == ("A", "B", "C")
    assert lower.propensity[0].tolist() == [[0, 1, -1], [1, 0, -2], [-1, -2, 0]]
    assert lower.side is None
    # A and B against C: across p = −1 and 4, sizes 2 · 1 and 3 · 1, ordered pairs: 2 · (−2 + 12) of 2 · (6 + 2 + 12).
    assert "energy 20 (+50 %)" in landscape_text(region)
    assert "no minimum: changing sides would lower it for B, C" in landscape_text(region)


WRONG = {
    "": ["m.csv:1:1: the table is empty. It begins with actor,size,side and the actors."],
    "actor;A;B\nA;;1,5\nB;;\n": ["m.csv:1:1: the table is separated by ;. Save it with commas between the cells."],
    "Actor,A,B\nA,,1\nB,,\n": ["m.csv:1:1: unknown column 'Actor'. Write actor."],
    'actor,A,B\nA,,"1,5"\nB,,\n': ["m.csv:2:3: '1,5' is no number. Write 1.5."],
    "actor,A,B\nA,,1_0\nB,,\n": ["m.csv:2:3: '1_0' is no number. Write 10."],
    "name,A\nA,\n": ["m.csv:1:1: the first row lacks the column actor."],
    "actor,A,B\nA,,1\n": [
        "m.csv:1:1: a landscape has 2 to 20 actors, and here are 1.",
        "m.csv:1:3: 'B' has a column but no row. Allowed: actor, size, side, A.",
    ],
    "actor,A,B\nA,,\nB,,\n": ["m.csv:2:3: no propensity of A and B. Every pair needs one, above or below the diagonal."],
    "actor,size,A,B\nA,-2,,1\nB,nan,2,7\n": [
        "m.csv:2:2: a size cannot be negative: -2.",
        "m.csv:3:2: 'nan' is no number. Write it as 10 or -1.5.",
        "m.csv:3:3: A and B have two propensities, 2 here and 1 in line 2. They are mutual.",
        "m.csv:3:4: 'B' has no propensity to itself. Leave the diagonal empty.",
    ],
    "actor,side,A,B\nA,x,,1\nB,,,\nA,z,,\nC,x,1\n": [
        "m.csv:3:2: 'B' has no side. Give all of them one, or leave the column out.",
        "m.csv:4:1: 'A' stands in line 2 already.",
        "m.csv:5:1: 3 cells in a table of 4 columns.",
    ],
    "actor,A,B,A\nA,,1,\nB,,,\n": ["m.csv:1:4: two columns are called 'A'."],
    "actor,side,A,B,C\nA,x,,1,1\nB,y,,,1\nC,w,,,\n": ["m.csv:4:2: unknown side 'w'. Allowed: x, y."],
}


@pytest.mark.parametrize("text", WRONG)
def test_everything_that_is_wrong_with_a_matrix_is_said_at_once(tmp_path, text):
    with pytest.raises(ScenarioError) as caught:
        matrix(tmp_path, text)
    told = str(caught.value).replace(str(tmp_path / "m.csv"), "m.csv").splitlines()
    assert told == WRONG[text]


def test_more_than_twenty_actors_are_too_many(tmp_path):
    names = [f"N{i}" for i in range(21)]
    rows = [",".join(["actor", *names]), *(",".join([n, *["1"] * i, "", *["1"] * (20 - i)]) for i, n in enumerate(names))]
    with pytest.raises(ScenarioError, match="2 to 20 actors, and here are 21"):
        matrix(tmp_path, "\n".join(rows))


# --- the command ---


def test_the_command(folder, tmp_path):
    runner = CliRunner()
    done = runner.invoke(app, ["landscape", str(folder.path), "--run", "3", "--actors", "USA, RUS,KGZ"])
    assert done.exit_code == 0
    assert "3 actors, 4 splits" in done.stdout
    (tmp_path / "m.csv").write_text(GOOD, encoding="utf-8")
    done = runner.invoke(app, ["landscape", "--matrix", str(tmp_path / "m.csv")])
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "m.csv: 3 actors, 4 splits in two blocs.")
    (tmp_path / "m.csv").write_text(GOOD.replace("2,x", "two,x"), encoding="utf-8")
    for words in (
        ["--matrix", str(tmp_path / "m.csv")], ["--matrix", str(tmp_path / "m.csv"), "--run", "1"], [],
        [str(tmp_path)], [str(folder.path), "--quarter", "1066"], [str(folder.path), "--sizes", "weight"],
    ):  # fmt: skip
        refused = runner.invoke(app, ["landscape", *words])
        assert refused.exit_code == 2, words
        assert refused.stdout == ""
        assert refused.stderr
