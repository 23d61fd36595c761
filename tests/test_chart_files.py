"""One chart as an HTML file: what it says, what it holds, what is refused. No browser; the script that draws is stood in for."""

from __future__ import annotations

import html
import json
import re

import pytest

from patronage import chart
from patronage.browser import assets, figures
from patronage.scenario import ScenarioError

LIBRARY = "var echarts = 'a</script>b @title@ @data@';"
HOSTILE = "extends: two-patrons\ntitle: 'A </script><img src=x onerror=alert(1)> @library@'\n"


@pytest.fixture(autouse=True)
def library(monkeypatch):
    monkeypatch.setattr(assets, "library", lambda: LIBRARY)


def held(figure):
    """The data in a file, as a browser reads it."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', figure.html, re.DOTALL)[1])


@pytest.mark.parametrize("kind", figures.KINDS)
def test_every_kind_is_a_whole_document(kind):
    figure = chart("two-patrons", kind, quarter="2009Q2")
    assert figure.html.startswith("<!doctype html>")
    assert figure.html.count("</script>") == 3, "one of data, one of the library, one that draws"
    assert not figures.PARTS.findall(figure.html.replace(LIBRARY.replace("</script", "<\\/script"), "")), "a part was not filled in"
    assert "2009Q2 · seed 1, run 0" in figure.html
    assert "patronage run two-patrons --runs 1 --seed 1" in figure.html
    assert held(figure)["option"]["animation"] is False
    assert f"<title>{html.escape(figure.title)}</title>" in figure.html


def test_the_run_is_the_one_that_is_asked_for():
    one = held(chart("two-patrons", "shares", quarter="2009Q4"))
    assert one == held(chart("two-patrons", "shares", quarter="2009Q4"))
    others = [{"seed": 2}, {"run": 1}, {"changes": {"patrons.USA.mission": "0"}}, {"quarter": "2009Q3"}]
    for other in others:
        assert held(chart("two-patrons", "shares", **{"quarter": "2009Q4"} | other)) != one, other


def test_words_of_a_scenario_are_text(tmp_path):
    (tmp_path / "s.yaml").write_text(HOSTILE, encoding="utf-8")
    figure = chart(tmp_path / "s.yaml", "shares", quarter="2009Q4")
    assert "<img" not in figure.html
    assert "A &lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; @library@ · 2009Q4" in figure.html
    assert figure.html.count("</script>") == 3


def test_what_a_notebook_shows_may_only_run_its_own_scripts():
    shown = chart("two-patrons", "shares", quarter="2009Q1")._repr_html_()
    assert shown.startswith('<iframe title="Shares of influence in Kyrgyzstan" sandbox="allow-scripts"')
    assert shown.count("<") == 2, "the document is an attribute of the frame"


def test_it_is_written_once(tmp_path):
    figure = chart("two-patrons", "rents", quarter="2009Q1")
    figure.save(tmp_path / "rents.html")
    assert (tmp_path / "rents.html").read_text("utf-8") == figure.html
    with pytest.raises(FileExistsError):
        figure.save(tmp_path / "rents.html")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"kind": "pie"}, "there is no kind 'pie': choose one of map, shares"),
        ({"client": "RUS"}, "there is no client 'RUS': choose one of KGZ"),
        ({"patron": "KGZ"}, "there is no patron 'KGZ': choose one of RUS, USA"),
        ({"quarter": "1999Q1"}, "quarter '1999Q1' is outside the period of two-patrons"),
        ({"quarter": "soon"}, "quarter"),
    ],
)
def test_what_there_is_not_is_refused(words, message):
    with pytest.raises(ValueError, match=message):
        chart("two-patrons", **words)


def test_no_such_scenario_is_refused():
    with pytest.raises(ScenarioError):
        chart("no-such-scenario")


def test_without_the_script_there_is_no_file(monkeypatch, tmp_path):
    monkeypatch.undo()
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    with pytest.raises(assets.NoScriptError, match="make build-assets"):
        chart("two-patrons", "shares")
