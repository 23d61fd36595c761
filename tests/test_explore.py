"""The page of many runs: what it holds is what the folder holds, and nothing in it comes from elsewhere."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from patronage import simulate
from patronage.browser import assets
from patronage.cli.app import app
from patronage.experiments import read_sweep, sweep
from patronage.reports import explorer, result_to_folder, why_text
from patronage.reports.explorer import explored, explorer_page, table
from patronage.reports.why.telling import ALONE

FILE = """title: A base </script><b>and</b> its price
scenario: two-patrons
levers: {policy: {path: states.KGZ.policy, values: [auctioneer, balancer], label: Kyrgyz policy}}
uncertainties:
  need: {path: patrons.USA.need, range: [20, 160], label: the American need}
  leaving: {path: events.withdrawal.at, range: [2010Q3, 2012Q4]}
design: {kind: lhs, points: 5, crossed: yes}
replications: 3
outcomes:
  stands: {measure: "base(USA, KGZ)", at: 2011Q4, label: The base stands}
  share: {measure: "share(RUS, KGZ)", at: 2011Q4, label: Russia's share}
  rent: {measure: "rent(USA, KGZ)", at: 2011Q4, given: stands}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("explore")
    (place / "file.yaml").write_text(FILE, encoding="utf-8")
    sweep(place / "file.yaml", place / "swept")
    return place / "swept"


def held(page: str) -> dict:
    """The data that stand in a page."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def test_the_page_holds_every_run_of_the_sweep(folder):
    found, swept = explored(folder), read_sweep(folder)
    frame = table(found)
    assert list(frame.index) == [f"{p}:{r}" for p, r in swept.outcomes.index]
    assert (frame["policy"].to_numpy() == swept.points["policy"].loc[swept.outcomes.index.get_level_values("point")].to_numpy()).all()
    for name in ("need", "leaving"):
        wanted = swept.points[name].loc[swept.outcomes.index.get_level_values("point")]
        assert np.allclose(frame[name].astype(float), wanted, rtol=1e-5)
    for name in ("stands", "share", "rent"):
        assert np.allclose(frame[name].astype(float), swept.outcomes[name], rtol=1e-5, equal_nan=True)
    assert frame["rent"].isna().any()
    kinds = {c.name: (c.role, c.kind) for c in found.columns}
    assert kinds == {
        "policy": ("lever", "word"), "need": ("uncertainty", "number"), "leaving": ("uncertainty", "quarter"),
        "stands": ("outcome", "truth"), "share": ("outcome", "number"), "rent": ("outcome", "number"),
    }  # fmt: skip
    data = held(explorer_page(found, "LIBRARY"))
    assert [c["values"] for c in data["columns"]] == [list(c.values) for c in found.columns]


def test_a_text_cannot_end_the_script_or_become_markup(folder):
    page = explorer_page(explored(folder), "const x = '</script><i>';")
    assert "<b>and</b>" not in page
    assert "<i>" not in page.replace("<\\/script><i>", "")
    assert page.count("</script>") == 3


def test_the_page_fetches_nothing(folder):
    page = explorer_page(explored(folder), "LIBRARY")
    assert "default-src 'none'" in page
    assert not re.findall(r"(?:src|href)=|https?://|@import|url\(", page)


def test_of_many_runs_some_are_shown_at_even_distances_and_it_is_said(folder, monkeypatch):
    monkeypatch.setattr(explorer, "MOST_RUNS", 7)
    found = explored(folder)
    assert len(found.rows) == 7
    assert (found.rows[0], found.rows[-1]) == ("0:0", "9:2")
    assert found.remarks[-1] == "7 of 30 runs are shown, at even distances."


def test_the_runs_of_a_run_folder_and_the_line_that_repeats_one(tmp_path):
    made = result_to_folder(simulate("two-patrons", runs=4, seed=3, until="2011Q4"), tmp_path / "run", plates=False)
    found = explored(made.path, ["manas_open"])
    assert [c.name for c in found.columns] == ["manas_open"]
    assert found.rows == ("0", "1", "2", "3")
    alone = why_text(made, "USA", "KGZ").split(ALONE)[1].splitlines()[0].split()  # which is simulated again by the tests of why
    assert [w for w in found.line.split() if w != "{}"] == [w for i, w in enumerate(alone) if alone[i - 1] != "--first"]


def test_what_is_wrong_is_said_in_a_line(folder, tmp_path, monkeypatch):
    def refused(*words: object) -> str:
        done = CliRunner().invoke(app, ["explore", *map(str, words)])
        assert done.exit_code == 2
        return done.output

    assert "no such folder" in refused(tmp_path / "nowhere")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assert "make build-assets" in refused(folder)
    (tmp_path / assets.ECHARTS).parent.mkdir(parents=True)
    (tmp_path / assets.ECHARTS).write_text("LIBRARY", encoding="utf-8")
    assert "no such outcome" in refused(folder, "--outcome", "stand")
    (tmp_path / "there.html").write_text("mine", encoding="utf-8")
    assert "there.html" in refused(folder, "--out", tmp_path / "there.html")
    assert (tmp_path / "there.html").read_text(encoding="utf-8") == "mine"
    for name in ("explore.html", "explore-2.html"):
        assert CliRunner().invoke(app, ["explore", str(folder)]).exit_code == 0
        assert (folder / name).is_file()
