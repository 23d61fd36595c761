"""Folders and pages of comparisons: they are whole, open offline, and are the same whoever does the work."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from patronage.figures import album
from patronage.reports import (
    ComparisonFolder,
    FolderError,
    compare_to_folder,
    open_folder,
    plot_folder,
    read_comparison,
    run_to_folder,
    summary_text,
)
from patronage.runs.comparison import asking_alike, distinct
from patronage.scenario import Scenario, load_scenario
from patronage.simulation import simulate

RUNS, SEED = 30, 2


@pytest.fixture(scope="module")
def withdrawal() -> Scenario:
    return load_scenario("two-patrons")


@pytest.fixture(scope="module")
def stay() -> Scenario:
    """The same without the withdrawal: its event comes after the period."""
    return load_scenario("two-patrons", {"events.withdrawal.at": "2013Q4"})


@pytest.fixture(scope="module")
def folder(withdrawal: Scenario, stay: Scenario, tmp_path_factory: pytest.TempPathFactory) -> ComparisonFolder:
    out = tmp_path_factory.mktemp("comparisons") / "c"
    with pytest.MonkeyPatch.context() as few:  # test_figures.py draws them all
        few.setattr(album, "FIGURES", album.FIGURES[:3])
        return compare_to_folder([withdrawal, stay], runs=RUNS, seed=SEED, out=out, screening=4)


# --- folders and pages ------------------------------------------------------------------------------------------------


def test_a_comparison_folder_is_whole(folder: ComparisonFolder) -> None:
    assert folder.names == ("two-patrons", "two-patrons-2")
    assert {p.name for p in folder.path.iterdir()} == {"manifest.json", "pairs", "report.html", "runs", "summary.txt"}
    (pair,) = folder.manifest["pairs"]
    assert pair == "two-patrons-against-two-patrons-2"
    for name in folder.names:
        assert folder.run(name).damaged() == []
    assert folder.frame(pair, "outcomes")["outcome"].tolist() == list(folder.run("two-patrons").scenario.outcomes)
    where = folder.path / "pairs" / pair
    assert {p.suffix for p in (where / "figures").iterdir()} == {".png", ".svg"}
    assert isinstance(open_folder(folder.path), ComparisonFolder)


def test_commands_in_a_report_are_given_inside_its_folder(folder: ComparisonFolder) -> None:
    for report, places in ((folder.path, folder.names), (folder.run("two-patrons").path, ("two-patrons",))):
        text = (report / "report.html").read_text(encoding="utf-8")
        named = set(re.findall(r"That run alone: patronage run (\S+)", text))
        assert named == {f"runs/{name}/scenario.yaml" for name in places}
        assert str(folder.path.parent) not in text


def test_the_summary_tells_base_and_influence_with_interval_and_cause(folder: ComparisonFolder) -> None:
    text = summary_text(folder.path)
    assert "Who holds the base when one patron loses interest?" in text
    flat = " ".join(text.split())
    assert re.search(r"Manas .* lower, difference −\d+\.\d points \[−\d+(\.\d)?, −\d+(\.\d)?\]", flat)
    assert "mission ended" in flat
    for name in folder.run("two-patrons").scenario.outcomes:
        assert name in text
    assert re.search(r"Russia in Kyrgyzstan: 0\.\d+ against 0\.\d+, [+−]0\.\d+ \[", flat)
    assert max(len(line) for line in text.splitlines()) <= 140


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for k, v in attrs if k in ("src", "href", "data", "action", "srcset")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("which", ["comparison", "run"])
def test_a_report_opens_offline_and_says_what_it_rests_on(folder: ComparisonFolder, which: str) -> None:
    path = folder.path if which == "comparison" else folder.run("two-patrons").path
    page = Page((path / "report.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert "iframe" not in page.tags
    assert page.links
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in page.links)
    words = " ".join(page.words)
    order = [
        words.index(t) for t in ("Who holds the base", "Answer", "The story", "What this rests on", "How to repeat it")
    ]
    assert order == sorted(order)
    if which == "comparison":
        assert "The assumptions with most reach" in words
        assert "mission ended" in words


def test_text_from_a_scenario_is_escaped(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    words = {"title": hostile, "question": f"\"{hostile}' {{{{ 7*7 }}}}", "notes": "<img src=x onerror=y>"}
    file = tmp_path / "hostile.yaml"
    file.write_text(json.dumps({"extends": "two-patrons", **words}), encoding="utf-8")
    scenario = load_scenario(file)
    made = run_to_folder(scenario, runs=2, seed=1, until="2009Q3", out=tmp_path / "one", screening=0, plates=False)
    text = (made.path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7*7 }}" in text


def test_more_than_two_scenarios_are_compared_with_the_first(
    withdrawal: Scenario, stay: Scenario, tmp_path: Path
) -> None:
    made = compare_to_folder(
        [withdrawal, stay, withdrawal],
        runs=3,
        seed=1,
        until="2009Q4",
        out=tmp_path / "c",
        plates=False,
        screening=0,
        fmt="csv",
    )
    assert list(made.manifest["pairs"]) == ["two-patrons-against-two-patrons-2", "two-patrons-against-two-patrons-3"]
    same = made.frame("two-patrons-against-two-patrons-3", "outcomes").set_index("outcome")["mean"]
    assert same.drop("rent_2010").astype(float).eq(0).all()
    assert "rent_2010" in same.index
    assert "not measured" in summary_text(made), "its window lies after the last quarter"
    reports = [p["report"] for p in made.manifest["pairs"].values()]
    assert all((made.path / r).is_file() for r in reports)
    assert len(set(reports)) == 2


def test_the_number_of_processes_changes_no_number(
    folder: ComparisonFolder, withdrawal: Scenario, stay: Scenario, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    made = compare_to_folder(
        [withdrawal, stay],
        runs=RUNS,
        seed=SEED,
        out=tmp_path / "c",
        plates=False,
        screening=4,
        workers=2,
        progress=lambda d, n: told.append((d, n)),
    )
    (pair,) = folder.manifest["pairs"]
    one, two = ({n: t["sha256"] for n, t in f.manifest["pairs"][pair]["tables"].items()} for f in (folder, made))
    assert one == two
    assert told
    assert max(told) <= (RUNS * 20 * 2, RUNS * 20 * 2)


def test_a_comparison_needs_two(withdrawal: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least two"):
        compare_to_folder([withdrawal], runs=1, seed=1, out=tmp_path / "c")
    assert list(tmp_path.iterdir()) == []


def test_plot_folder_draws_runs_and_comparisons(
    folder: ComparisonFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album, "FIGURES", album.FIGURES[:2])
    (pair,) = folder.manifest["pairs"]
    assert {p.parent.name for p in plot_folder(folder.path, tmp_path / "c")} == {pair}
    assert [p.name for p in plot_folder(folder.run("two-patrons"), tmp_path / "r")] == [
        "shares.png", "shares.svg", "stacked.png", "stacked.svg",
    ]  # fmt: skip


def test_a_run_is_no_comparison(folder: ComparisonFolder) -> None:
    with pytest.raises(FolderError, match="not a comparison"):
        read_comparison(folder.path / "runs" / "two-patrons")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a", "a", "b"], ["a", "a-2", "b"]),
        (["x y/../z"], ["z"]),
        (["scenarios/us.yaml"], ["us"]),
        (["..."], ["scenario"]),
    ],
)
def test_folder_names_are_plain_and_distinct(names: list[str], found: list[str]) -> None:
    assert distinct(names) == found


def test_the_outcomes_of_the_first_are_read_in_all() -> None:
    asked = load_scenario("two-patrons", {"outcomes.early": {"measure": "share(RUS, KGZ)", "to": "2010Q1"}})
    plain = load_scenario("two-patrons")
    shorter = load_scenario("two-patrons", {"period.end": "2013Q3"})
    first, second, third = asking_alike([asked, plain, shorter])
    assert first is asked
    assert list(second.outcomes) == list(asked.outcomes)
    assert simulate(second, 3, until=plain.start + 5).outcomes["early"].notna().all()
    assert "early" in third.outcomes
    longer = replace(asked, outcomes={"late": replace(asked.outcomes["early"], name="late", last=asked.end)})
    assert "late" not in asking_alike([longer, shorter])[1].outcomes, "what ends too late is not asked"
    stranger = replace(plain, blocs=())
    loyal = load_scenario("two-patrons", {"outcomes.loyal": "member(CSTO, KGZ)"})
    assert "loyal" not in asking_alike([loyal, stranger])[1].outcomes, "nor what is about somebody else"
    assert list(asking_alike([loyal, plain])[1].outcomes)[-1] == "loyal"
