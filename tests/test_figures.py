"""Figures: every one is drawn from a real ensemble, reads without colour, and cuts no text off."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib import font_manager, ft2font
from matplotlib.figure import Figure
from matplotlib.text import Text
from typer.testing import CliRunner

import patronage
from fake_result import fake_result
from patronage import phases
from patronage.cli.app import app
from patronage.figures import FIGURES, differences, lettering, plot, plot_pair, undrawn
from patronage.figures.contracts import auctions, bases, rents
from patronage.figures.style import (
    MOST_PANELS,
    SERIES,
    clients_shown,
    event_dates,
    is_drawn,
    looks,
    panels,
    shorten,
    styled,
    wrapped,
)
from patronage.results.ensemble import Statistics, quantiles
from patronage.results.pairs import Pair
from patronage.scenario import load_scenario
from patronage.scenario.catalogue import BY_NAME
from patronage.simulation import simulate

FIVE = {"patrons": ("CHN", "EUU", "RUS", "TUR", "USA"), "clients": ("KAZ", "KGZ", "TJK", "TKM", "UZB")}
MODEL = Path(patronage.__file__).parent


@pytest.fixture(scope="module")
def small() -> Statistics:
    """The smallest case, simulated."""
    return Statistics(simulate(load_scenario("two-patrons"), 20, 3, record="full"))


@pytest.fixture(scope="module")
def large() -> Statistics:
    """Five patrons, five clients and two blocs, invented."""
    return Statistics(fake_result(40, 60, blocs=("CSTO", "SCO"), **FIVE))


@pytest.mark.parametrize("plate", FIGURES, ids=lambda p: p.name)
def test_every_figure_is_drawn_from_a_simulation(small: Statistics, tmp_path: Path, plate) -> None:
    paths = plot(small, tmp_path, [plate.name])
    if plate.name == "blocs" and not small.coords["bloc"]:
        assert paths == []
        return
    assert [p.name for p in paths] == [f"{plate.name}.png", f"{plate.name}.svg"]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert paths[0].stat().st_size > 8_000
    assert "<svg" in paths[1].read_text(encoding="utf-8")[:600]


def test_every_phase_of_the_quarter_is_shown() -> None:
    there = {p.stem for p in Path(phases.__file__).parent.glob("[a-z]*.py")}
    assert {phase for plate in FIGURES for phase in plate.phases} == there


@pytest.mark.parametrize("plate", FIGURES, ids=lambda p: p.name)
@pytest.mark.parametrize("case", ["small", "large"])
def test_no_text_is_cut_off_at_the_edge(request: pytest.FixtureRequest, plate, case: str) -> None:
    with styled():
        fig = plate.draw(request.getfixturevalue(case))
        if fig is not None:
            assert outside(fig) == []
            assert not legend_on_labels(fig)


@pytest.mark.parametrize("name", differences.PAIRS)
def test_no_text_of_a_pair_is_cut_off(large: Statistics, name: str) -> None:
    other = Statistics(fake_result(40, 60, blocs=("CSTO", "SCO"), shift=0.4, **FIVE))
    with styled():
        fig = differences.PAIRS[name](Pair(large, other))
        assert fig is not None
        assert outside(fig) == []
        assert not legend_on_labels(fig)


def texts(fig: Figure) -> list[Text]:
    """Everything written in a figure that is drawn: tick labels only where their tick lies in view."""
    found = [*fig.texts, *(t for lg in fig.legends for t in lg.get_texts())]
    for ax in fig.axes:
        found += [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            pairs = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
            found += [label for at, label in pairs if low <= at <= high]
    return [t for t in found if t.get_visible() and t.get_text().strip()]


def outside(fig: Figure) -> list[str]:
    """Texts that reach over the edge of the figure by more than a pixel."""
    fig.draw_without_rendering()
    width, height = fig.get_size_inches() * fig.dpi
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts(fig)]
    return [text for text, b in boxes if b.x0 < -1 or b.y0 < -1 or b.x1 > width + 1 or b.y1 > height + 1]


def test_cut_text_would_be_noticed() -> None:
    with styled():
        fig, axes = panels(1, "Title", "note")
        axes[0].text(1.1, 0.5, "beyond the edge", transform=axes[0].transAxes)
        assert outside(fig) == ["beyond the edge"]


def legend_on_labels(fig: Figure) -> bool:
    """Whether the legend at the foot reaches up to the labels of the time axis. Call after drawing."""
    labels = [
        t.get_window_extent().y0 for ax in fig.axes for t in ax.get_xticklabels() if t.get_text() and t.get_visible()
    ]
    return any(lg.get_window_extent().y1 > min(labels) + 1 for lg in fig.legends)


def test_patrons_differ_without_colour_and_always_look_the_same() -> None:
    two, five = (Statistics(fake_result(2, 8, **kw)) for kw in ({}, FIVE))
    found = looks(five)
    assert len({k.colour for k in found.values()}) == 5
    assert len({k.line for k in found.values()}) == 5
    assert len({k.hatch for k in found.values()}) == 5
    assert {p: k.colour for p, k in looks(two).items()} == {p: found[p].colour for p in ("RUS", "USA")}


def test_a_dollar_sign_is_text_and_no_formula(tmp_path: Path) -> None:
    result = fake_result(4, 8)
    result.scenario.names["KGZ"] = r"$\frac{x}{0}$ & <b>"
    result.scenario.title = "100 $ or _200_ $^2"
    (svg,) = [p for p in plot(result, tmp_path, ["shares"]) if p.suffix == ".svg"]
    text = svg.read_text(encoding="utf-8")
    assert r"$\frac{x}{0}$ &amp; &lt;b&gt;" in text
    assert "100 $ or _200_ $^2" in text


def test_the_same_ensemble_gives_the_same_files(tmp_path: Path) -> None:
    names = ["shares", "bases", "promises"]
    first, second = (plot(fake_result(6, 12), tmp_path / d, names) for d in ("a", "b"))
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_drawing_changes_nothing_in_the_result() -> None:
    result = fake_result(5, 12)
    before = result.data.copy(deep=True)
    for plate in FIGURES:
        with styled():
            plate.draw(Statistics(result))
    assert before.identical(result.data)


def test_a_single_run_is_drawn() -> None:
    s = Statistics(fake_result(1, 8))
    with styled():
        assert all(plate.draw(s) is not None for plate in FIGURES)


def test_nothing_to_show_is_left_out() -> None:
    result = fake_result(3, 8, blocs=())
    result.data["base"][:] = False
    empty = replace(result, ledger=result.ledger.head(0), outcomes=result.outcomes[[]], events=result.events.head(0))
    with styled():
        drawn = {plate.name for plate in FIGURES if plate.draw(Statistics(empty)) is not None}
    assert drawn.isdisjoint({"bases", "rents", "auctions", "ledger", "blocs", "outcomes"})
    assert "shares" in drawn


def test_many_clients_are_cut_to_the_most_influenced() -> None:
    clients = tuple(f"C{i:02d}" for i in range(20))
    s = Statistics(fake_result(2, 4, clients=clients))
    shown = clients_shown(s)
    total = {c: float(s.mean("share").sel(client=c).sum()) for c in clients}
    assert len(shown) == MOST_PANELS
    assert min(total[c] for c in shown) >= max(total[c] for c in clients if c not in shown)
    assert shown == sorted(shown)


def test_pair_figures_are_drawn(tmp_path: Path) -> None:
    a, b = fake_result(20, 16), fake_result(20, 16, shift=0.5)
    names = {p.stem for p in plot_pair(a, b, tmp_path)}
    assert names == set(differences.PAIRS)


def test_pairs_with_different_actors_are_drawn_where_they_meet(tmp_path: Path) -> None:
    a = fake_result(6, 12, patrons=("CHN", "RUS", "USA"), clients=("KGZ", "TJK"))
    b = fake_result(6, 9, patrons=("RUS", "USA"), clients=("KGZ", "UZB"), shift=0.5)
    assert "difference-shares" in {p.stem for p in plot_pair(a, b, tmp_path)}


def test_quantiles_agree_with_numpy_and_leave_the_data_alone() -> None:
    data = fake_result(7, 3).data["share"]
    before = data.values.copy()
    np.testing.assert_allclose(quantiles(data).values, np.quantile(data.values, (0.05, 0.5, 0.95), axis=0), rtol=1e-5)
    np.testing.assert_array_equal(data.values, before)
    flat = data[:, :, 0, 0].copy(data=np.asfortranarray(before[:, :, 0, 0]))
    quantiles(flat)
    np.testing.assert_array_equal(flat.values, before[:, :, 0, 0])


def test_long_names_of_concessions_are_read_whole_over_their_panels() -> None:
    long = "The airfield beside the older sites on the lake (Russia in Kyrgyzstan)"
    heads = [long, "short", "short"] * 2
    fig, axes = panels(6, "Title", "A note.", height=1.0, heads=[wrapped(head, 40) for head in heads])
    assert [ax.get_title().replace("\n", " ") for ax in axes] == heads
    fig.draw_without_rendering()
    over, note, below = axes[0].title.get_window_extent(), fig.texts[1].get_window_extent(), axes[3].title.get_window_extent()
    assert over.y1 < note.y0
    assert below.y1 < axes[0].get_window_extent().y0
    assert over.x1 <= axes[1].get_window_extent().x0


def test_panels_lie_inside_the_figure_and_do_not_overlap() -> None:
    with styled():
        fig, axes = panels(7, "Title", "note", sharey=False)
    boxes = [ax.get_position() for ax in axes]
    assert all(0 < b.x0 < b.x1 < 1 and 0 < b.y0 < b.y1 < 1 for b in boxes)
    for i, a in enumerate(boxes):
        assert not any(a.overlaps(b) for b in boxes[i + 1 :])
    assert fig.get_figwidth() == 10


def test_text_is_shortened_at_a_word() -> None:
    assert shorten("The United States withdraws", 40) == "The United States withdraws"
    assert shorten("The United States withdraws", 20) == "The United States…"
    assert len(shorten("x" * 50, 20)) == 20


def test_importing_the_package_loads_no_drawing_library_and_drawing_no_pyplot(tmp_path: Path) -> None:
    code = f"""
import sys
import patronage
assert "matplotlib" not in sys.modules, "import patronage loads matplotlib"
import patronage.reports
assert "matplotlib" not in sys.modules, "words load matplotlib"
sys.path.insert(0, {str(Path(__file__).parent)!r})
from fake_result import fake_result
from patronage.figures import plot
plot(fake_result(2, 6), {str(tmp_path)!r}, ["shares"])
assert "matplotlib.pyplot" not in sys.modules, "drawing loads pyplot"
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(MODEL.parent)}, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_only_figures_import_matplotlib() -> None:
    others = [p for p in MODEL.rglob("*.py") if p.parent.name != "figures" and "browser" not in p.parts]
    assert [p.name for p in others if "import matplotlib" in p.read_text() or "from matplotlib" in p.read_text()] == []


NAMES = {"KGZ": "中国", "RUS": "Côte\u00a0d’Ivoire", "USA": "ایران"}


def written(folder: Path, name: str) -> str:
    """All text of a figure, as its SVG has it."""
    return " ".join(re.findall(r">([^<>]+)<", (folder / f"{name}.svg").read_text(encoding="utf-8")))


def test_a_name_for_which_no_font_has_the_letters_is_drawn_as_its_code_without_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "_system_fonts", tuple)
    result = fake_result(4, 8)
    result.scenario.names.update(NAMES)
    result.scenario.title = "Who holds 中国 now"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot(result, tmp_path, ["shares", "bases", "heat"])
    shares = written(tmp_path, "shares")
    assert "中" not in shares
    assert "KGZ" in shares
    assert "Côte\u00a0d’Ivoire" in shares
    assert "Who holds … now" in shares
    assert ("ایران" in shares) == lettering.SHAPES
    assert "KGZ" in written(tmp_path, "heat")
    assert undrawn(["中国", "Côte", "国"]) == (
        "No font of this system has 2 characters of these names (中 国): figures show codes instead of them."
    )
    assert undrawn(["Côte d’Ivoire\u00a0\u200d\u200f", "Қазақстан", "e\u0301"]) == ""
    assert result.scenario.names["KGZ"] == "中国"


def test_a_name_is_drawn_in_a_font_that_has_its_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = font_manager.findfont("STIXGeneral")  # comes with matplotlib, too
    letter = "ℵ" if not covers("DejaVu Sans", "ℵ") else next(
        c for c in map(chr, range(0x2100, 0xFB00)) if covers("STIXGeneral", c) and not covers("DejaVu Sans", c)
    )  # fmt: skip
    monkeypatch.setattr(lettering, "_system_fonts", lambda: (("STIXGeneral", other),))
    result = fake_result(4, 8)
    result.scenario.names["KGZ"] = f"X{letter}"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot(result, tmp_path, ["shares"])
    assert undrawn([letter]) == ""
    assert f"X{letter}" in written(tmp_path, "shares")
    assert "STIXGeneral" in (tmp_path / "shares.svg").read_text(encoding="utf-8")


def covers(family: str, char: str) -> bool:
    return bool(ft2font.FT2Font(font_manager.findfont(family)).get_char_index(ord(char)))


def test_fonts_without_letters_are_not_chosen() -> None:
    lettering._system_fonts.cache_clear()
    names = {name.lower() for name, _ in lettering._system_fonts()}
    assert not any("last resort" in name or "emoji" in name for name in names)
    assert "dejavu sans" in names


def test_run_says_once_which_letters_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_system_fonts", tuple)
    (tmp_path / "s.yaml").write_text('title: x\nextends: two-patrons\nstates: {KGZ: {name: "中国"}}\n', encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(tmp_path / "s.yaml"), "--runs", "4", "--out", str(tmp_path / "r")])
    assert done.exit_code == 0
    assert done.stderr == "No font of this system has 2 characters of these names (中 国): figures show codes instead of them.\n"
    assert "Kyrgyzstan" not in written(tmp_path / "r" / "figures", "shares")
    again = CliRunner().invoke(app, ["plot", str(tmp_path / "r")])
    assert again.stderr == done.stderr


# --- concessions of every kind, and which events are marked ---


@pytest.fixture(scope="module")
def sahel() -> Statistics:
    return Statistics(simulate(load_scenario("sahel"), 8, 1, record="full"))


def labels(figure: Figure) -> str:
    return " | ".join(t.get_text() for t in figure.findobj(Text))


@pytest.mark.parametrize("draw", [bases, rents, auctions], ids=lambda d: d.__name__)
def test_guards_stand_beside_bases_by_name(sahel: Statistics, draw) -> None:
    with styled():
        figure = draw(sahel)
    assert "Guard, Russia in Mali" in labels(figure)
    assert "France in Niger" in labels(figure)


def test_a_rent_that_the_host_pays_lies_below_zero(sahel: Statistics) -> None:
    with styled():
        figure = rents(sahel)
    [guard] = [ax for ax in figure.axes if ax.get_title(loc="left") == "Guard, Russia in Mali"]
    assert guard.get_ylim()[0] < -50
    [base] = [ax for ax in figure.axes if ax.get_title(loc="left").startswith("Niamey")]
    assert base.get_ylim()[0] == 0


def test_the_steps_of_a_price_reach_what_is_asked(sahel: Statistics) -> None:
    with styled():
        figure = auctions(sahel)
    [gao] = [ax for ax in figure.axes if ax.get_title(loc="left").startswith("Gao")]
    rows = sahel.ledger[(sahel.ledger["patron"] == "FRA") & (sahel.ledger["client"] == "MLI")]
    rows = rows[(rows["concession"] == "base") & rows["kind"].isin(("opened", "renewed", "kept", "refused", "notice"))]
    highest = rows.groupby(rows["quarter"].astype(str).str[:4])["floor"].mean().max()
    assert max(p.get_data().values.max() for p in gao.patches if hasattr(p, "get_data")) == pytest.approx(highest, rel=1e-6)


def test_events_that_only_set_yearly_figures_are_not_marked() -> None:
    scenario = load_scenario("central-asia")
    drawn = {e.name for e in scenario.events if is_drawn(e, scenario.question)}
    assert {"withdrawal", "andijan", "russian_crash", "taliban_fall", "rivalry_returns"} <= drawn
    assert not {e.name for e in scenario.events if e.name.startswith("trade")} & drawn
    assert "boom_ends" not in drawn
    [ends] = [e for e in scenario.events if e.name == "boom_ends"]
    assert is_drawn(ends, "What if the boom ends?"), "it is named in the question"
    assert len(drawn) < 0.6 * len(scenario.events)
    assert BY_NAME.keys() >= SERIES


def test_marks_are_those_of_the_events_that_are_drawn(small: Statistics) -> None:
    fired = {name for _, name in event_dates(small)}
    assert fired == {e.name for e in small.scenario.events if is_drawn(e, "")} & set(small.ensemble.events["event"])
    acts = [e for e in small.scenario.events if e.name in fired]
    assert acts


def test_a_caption_speaks_of_events_where_they_are_marked() -> None:
    for plate in FIGURES:
        source = inspect.getsource(plate.draw)
        assert plate.events == ("mark_events(" in source or "event_dates(" in source), plate.name
        assert plate.events == ("yearly figures" in plate.caption)
