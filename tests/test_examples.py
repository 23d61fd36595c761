"""The examples run, and the Mesa page renders and steps."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import mesa
import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.abm import simulate_agents

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@pytest.fixture
def example(monkeypatch):
    """The module of the worked example, found as a person who runs it finds it."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    module = __import__("mesa_kyrgyzstan")
    yield module
    sys.modules.pop("mesa_kyrgyzstan", None)


@pytest.fixture
def run_through(example):
    """The example's model at its end."""
    model = example.Republic(replication=3)
    while model.running:
        model.step()
    yield model
    mesa.Agent._ids.pop(model, None)  # mesa would keep it alive


def test_the_replaced_state_never_hosts_two(example):
    base = simulate_agents("two-patrons", {"KGZ": example.Monogamous}, runs=4, seed=1).data["base"]
    assert int(base.sum("patron").max()) == 1
    stock = simulate(load_scenario("two-patrons"), runs=4, seed=1).data["base"]
    assert int(stock.sum("patron").max()) == 2


def test_the_stock_model_is_the_engine(example):
    model = example.Republic(replication=3, exclusive=False)
    while model.running:
        model.step()
    own = simulate(load_scenario("two-patrons"), runs=1, seed=1, first=3).data
    share = model.datacollector.get_model_vars_dataframe()["Russian share"]
    np.testing.assert_array_equal(share, own["share"].sel(patron="RUS", client="KGZ").values[0])
    mesa.Agent._ids.pop(model, None)


def test_all_three_collectors_are_filled(example, run_through):
    collector = run_through.datacollector
    assert len(collector.get_model_vars_dataframe()) == 20
    state = collector.get_agenttype_vars_dataframe(example.Monogamous)
    assert len(state) == 20
    assert set(state["patrons"]) <= {0, 1}
    rows = collector.get_table_dataframe("ledger")
    whole = simulate_agents("two-patrons", {"KGZ": example.Monogamous}, runs=1, seed=1, first=3).ledger
    for column in ("quarter", "kind", "patron", "cause"):
        assert rows[column].astype(str).tolist() == whole[column].astype(str).tolist()


def test_a_batch_has_a_row_for_every_quarter_of_every_run(example):
    rows = mesa.batch_run(
        example.Republic, {"replication": range(2)}, data_collection_period=1, display_progress=False
    )
    assert [r["Step"] for r in rows] == [*range(20)] * 2
    assert len({r["Russian share"] for r in rows if r["Step"] == 19}) == 2


def test_the_example_runs_as_a_script(example, capsys):
    runpy.run_path(str(EXAMPLES / "mesa_kyrgyzstan.py"), run_name="__main__")
    assert "exclusive True: Russian share" in capsys.readouterr().out


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore")  # the page of Mesa warns of itself
def test_the_stock_page_renders_steps_and_resets(example, monkeypatch):
    import ipyvuetify
    import solara

    made = []

    class Seen(example.Republic):
        def __init__(self, seed=1, replication=0, exclusive=True):
            super().__init__(seed, replication, exclusive)
            made.append((self, (seed, replication, exclusive)))

    drawn = []
    monkeypatch.setattr(example, "Republic", Seen)
    monkeypatch.setattr(solara, "FigureMatplotlib", lambda figure, **_: drawn.append(figure) or solara.Text("a chart"))
    page = runpy.run_path(str(EXAMPLES / "mesa_page.py"))["Page"]
    _, shown = solara.render(solara.AppLayout(children=[page()]), handle_error=False)
    try:
        buttons = {str(b.children[0]): b for b in shown.find(ipyvuetify.Btn).widgets if b.children}
        assert [parameters for _, parameters in made] == [(1, 0, True)]
        buttons["Step"].click()
        assert made[0][0].steps == 1
        axes = {figure.axes[0].get_ylabel(): figure.axes[0] for figure in drawn[-2:]}
        assert axes.keys() == {"MUSD a year", "share of influence, 0 to 1"}
        for ax in axes.values():
            assert [ax.xaxis.get_major_formatter()(x) for x in ax.lines[0].get_xdata()] == ["2009Q1"]
            assert ax.get_xlabel() == "year and quarter"
        assert axes["share of influence, 0 to 1"].lines[0].get_ydata() == pytest.approx(made[0][0].world.share[0, 0, 0])
        buttons["Reset"].click()
        assert made[1][1] == ("1", 0, True)  # what is typed is a text
        assert made[1][0].steps == 0
        labels = {w.label for kind in (ipyvuetify.Select, ipyvuetify.Checkbox) for w in shown.find(kind).widgets}
        assert {"number of the run", "hosts one patron at a time"} <= labels
        assert not any("onsole" in str(getattr(w, "children", "")) for w in shown.find(ipyvuetify.CardTitle).widgets)
    finally:
        shown.close()
        for model, _ in made:
            mesa.Agent._ids.pop(model, None)
