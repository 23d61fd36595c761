"""The folder an analysis leaves: sentences, figures, one self-contained page, tables."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from patronage import answers
from patronage.answers import Aim, Variable, case_of
from patronage.reports import findings
from patronage.reports.answers import answers_to_folder, plot_answers

VARIABLES = (
    Variable("strategy", "lever", values=("stay", "leave", "phase"), label="The American strategy"),
    Variable("budget", low=140, high=420, label="Russia's yearly budget", unit="MUSD/yr"),
    Variable("end", low=2012, high=2018, label="The end of the mission", quarter=True),
    Variable("idle", low=0, high=1, label="The weather"),
)
AIMS = (Aim("manas", "Manas stands"), Aim("share", "The American share", sign=">", limit=0.5, stated=True))


def case(futures=40, runs=2):
    luck = np.random.default_rng(1)
    worlds = pd.DataFrame({
        "budget": luck.uniform(140, 420, futures),
        "end": 2012 + luck.integers(0, 25, futures) / 4,
        "idle": luck.random(futures),
    })  # fmt: skip
    points = pd.concat([worlds.assign(strategy=s) for s in VARIABLES[0].values], ignore_index=True)
    gain = points["strategy"].map({"stay": 2.0, "leave": -2.0, "phase": 0.0})
    z = ((points["end"] - 2014.5) * 2 - (points["budget"] - 260) / 30 + gain).to_numpy()[:, None]
    noise = 0.3 * luck.logistic(size=(1, runs)) + 0.1 * luck.logistic(size=(len(points), runs))
    index = pd.MultiIndex.from_product([range(len(points)), range(runs)], names=["point", "run"])
    outcomes = {"manas": (z + noise > 0).astype(float).ravel(), "share": (0.5 + 0.05 * (z + noise)).ravel()}
    return case_of(
        points[[v.name for v in VARIABLES]], pd.DataFrame(outcomes, index=index), variables=VARIABLES, aims=AIMS
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("answers") / "analysis"
    found = answers_to_folder(
        case(), out, title="What decides Manas", question="When does it stand?", facts={"seed": 7}
    )
    return out, found


def test_the_folder_holds_what_it_says(folder):
    out, found = folder
    assert {p.name for p in out.iterdir()} == {"report.html", "figures", "tables", "summary.txt", "manifest.json"}
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["kind"] == "analysis"
    assert set(manifest["tables"]) == {
        "points",
        "settings",
        "factors",
        "scores",
        "prim",
        "cart",
        "regret",
        "paired",
        "tipping",
    }
    drawn = {p.stem for p in (out / "figures").glob("*.png")}
    assert drawn == {"settings", "scores", "boxes", "leaves", "tipping", "regret", "paired"}
    table = pd.read_csv(out / "tables" / "regret.csv")
    assert table["regret"].tolist() == pytest.approx(pd.concat(found.regret.values())["regret"].tolist(), rel=1e-8)


def test_the_page_is_one_file_that_fetches_nothing(folder):
    page = (folder[0] / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "<script" not in page
    assert page.count("data:image/png;base64,") == 7
    for text in ("When does it stand?", "Manas stands when", "Regret and satisficing", "The weather", "seed 7"):
        assert text in page
    assert "sobol says nothing" not in page  # it was not asked


def test_sentences_say_what_the_tables_hold(folder):
    _, found = folder
    lines = findings.about(found, "manas")
    box = found.prim["manas"][0]
    told = next(line for line in lines if line.startswith("Manas stands when ") and "The end of the mission" in line)
    assert f"coverage {box.coverage:.2f}, density {box.density:.2f}".replace("0.", ".") in told
    regret = found.regret["manas"].set_index("strategy")
    assert regret["regret"].idxmin() == "stay"
    assert any("Least regret over 40 futures (more is better): The American strategy: stay" in line for line in lines)
    assert any(
        line.startswith("Same future, same luck: The American strategy leave rather than stay −0.")
        for line in lines
    )
    tip = found.tipping["manas"].set_index("variable").loc["end"]
    assert any(f"The end of the mission {answers.box_text.value_text(VARIABLES[2], tip['at'])}" in line for line in lines)


def test_a_factor_that_moves_nothing_is_reported(folder):
    _, found = folder
    (line,) = [text for text in findings.general(found) if "The weather" in text]
    assert line == "Effect on no outcome that this sample can tell: The weather."
    assert not any("budget" in text for text in findings.general(found))


def test_failed_points_are_counted():
    from dataclasses import replace

    whole = case(futures=15)
    some = replace(
        whole, points=whole.points.drop(index=3), outcomes=whole.outcomes.drop(index=3, level="point"), size=45
    )
    found = answers.analyse(some, methods=["regret"])
    assert findings.general(found)[0] == "44 points, 88 runs; 1 point failed and is left out."


def test_nothing_to_draw_draws_nothing(tmp_path):
    points = pd.DataFrame({"a": np.arange(5.0)})
    found = answers.analyse(case_of(points, pd.DataFrame({"y": np.ones(5)})))
    assert plot_answers(found, tmp_path / "none", "Nothing") == []
    assert ("prim", "y") in found.silent


def test_the_same_analysis_writes_the_same_tables(folder, tmp_path):
    answers_to_folder(case(), tmp_path / "again", title="What decides Manas", plates=False)
    for table in (folder[0] / "tables").iterdir():
        assert (tmp_path / "again" / "tables" / table.name).read_bytes() == table.read_bytes()


def test_nothing_is_overwritten(folder):
    with pytest.raises(FileExistsError):
        answers_to_folder(case(futures=4), folder[0], title="again", methods=["summary"])
