"""Ties between patrons and clients on the page: each layer against the engine's own words for it, and against the tables of a run."""

from __future__ import annotations

import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.browser.model import PageModel
from patronage.browser.setup import Setup
from patronage.driving import prepare
from patronage.results.bonds import bonds_of
from patronage.telling.charts.marks import arrows, flows
from patronage.telling.charts.network import MOST, drawn, network
from patronage.telling.ties import LAYERS, SOON, ties
from patronage.world.loose import loosened
from patronage.world.terms import pledged, traded, treaty_of, uncut


@pytest.fixture(scope="module")
def story():
    model = PageModel(Setup("us-withdrawal"))
    for _ in range(40):
        model.step()
    return model.story


def test_an_arrow_says_what_flows(story):
    lines = {d["name"]: d for d in arrows(story, story.now, dict.fromkeys((*story.patrons, *story.clients), (0, 0)), "geo")["data"]}
    kinds = ("arms", "grants", "loans")
    seen = set()
    for patron, client, money in flows(story, story.now):
        i, j = story.patrons.index(patron), story.clients.index(client)
        given = {k: story.at("delivered", story.now)[i, j, n] for n, k in enumerate(kinds)}
        given["rent"] = story.at("rent_paid", story.now)[i, j]
        assert sum(given.values()) == pytest.approx(money)
        most = max(given, key=given.get)
        line = lines[f"{patron}-{client}"]
        assert line["lineStyle"]["type"] == {"arms": "solid", "rent": "dotted"}.get(most, "dashed")
        assert f"in the quarter: {most} " in line["tooltip"]["formatter"]
        seen.add(most)
    assert len(seen) > 1, "the case shows one kind only"


def same(now):
    """What the page says of all pairs at once is what the engine says of each."""
    w, n, s = loosened(now.worlds)[0], loosened(now.inputs)[0], loosened(now.places)[0]
    found = bonds_of(now.world, now.parameters)
    for p in range(s.P):
        for c in range(s.C):
            if s.other[p, c]:
                trade = traded(w, n, s, p, c) * w.real_gdp[c] * uncut(w, p, c)
                assert found["trade"][p, c] == pytest.approx(trade, rel=1e-6)
                assert found["treaty"][p, c] == pytest.approx(treaty_of(w, n, s, p, c), rel=1e-6)
                assert found["pact"][p, c] == pytest.approx(pledged(w, n, s, p, c), rel=1e-6)
    return found


@pytest.mark.parametrize("name", ["us-withdrawal", "sahel"])
def test_trade_treaties_and_pledges_are_what_the_engine_says_of_each_pair(name):
    now = prepare(load_scenario(name), [0], 1).ensemble()
    for _ in range(44):
        now.step()
        found = same(now)
    assert all((values > 0).any() for values in found.values())
    i, j = np.argwhere(found["trade"] > 0)[0]
    now.world.sanction[0, i, j], now.world.sanction_cut[0, i, j] = 4.0, 0.4
    assert same(now)["trade"][i, j] == pytest.approx(0.6 * found["trade"][i, j], rel=1e-6)


def test_deliveries_are_those_of_the_last_four_quarters_in_the_tables(story):
    run = simulate(load_scenario("us-withdrawal"), 1, 1, until=story.scenario.start + 39, record="full").data
    year = run["delivered"].isel(run=0, quarter=slice(36, 40)).sum("quarter")
    for layer in ("arms", "grants", "loans"):
        told = {(t.patron, t.client): t.amount for t in ties(story, 40, (layer,))}
        table = year.sel(instrument=layer).to_series()
        assert told.keys() == {pair for pair, value in table.items() if value >= 0.005}
        assert all(told[pair] == pytest.approx(table[pair], rel=1e-5) for pair in told)
    first = {(t.patron, t.client): t.amount for t in ties(story, 1, ("arms",))}
    only = run["delivered"].isel(run=0, quarter=0).sel(instrument="arms").to_series()
    assert first == pytest.approx({pair: value for pair, value in only.items() if value >= 0.005})


def test_contracts_are_tied_with_their_rents_and_terms(story):
    told = ties(story, 40, ("rent",))
    stands = story.moment("stands", 40)
    assert len(told) == stands.sum() > 0
    for t in told:
        i, j = story.patrons.index(t.patron), story.clients.index(t.client)
        assert t.amount in story.moment("rents", 40)[i, j]
        notice, left = story.moment("notices", 40)[i, j], story.moment("terms", 40)[i, j]
        assert t.left in (notice if t.notice else left)
        assert str(t.left) in t.ends or t.ends == "review due"


def test_the_largest_of_each_layer_are_drawn_and_what_ends_soon_is_marked(story):
    option = network(story, 40, tuple(LAYERS), "KGZ")["series"][0]
    found = drawn(story, 40, tuple(LAYERS))
    assert [link["value"] for link in option["links"]] == [round(t.amount, 3) for t in found]
    for layer in LAYERS:
        whole, shown = ties(story, 40, (layer,)), [t for t in found if t.layer == layer]
        assert shown == whole[:MOST]
    for link, t in zip(option["links"], found, strict=True):
        soon = 0 <= t.left < SOON
        assert link["lineStyle"]["type"] == ("dotted" if t.notice else "dashed" if soon else "solid")
        assert link["label"]["show"] == soon
    names = [node["id"] for node in option["data"]]
    assert len(set(names)) == len(names) == len(story.patrons) + len(story.clients)
    assert {x for link in option["links"] for x in (link["source"], link["target"])} <= set(names)
    assert network(story, 40, (), "KGZ")["series"][0]["links"] == []
    assert np.isfinite([link["lineStyle"]["width"] for link in option["links"]]).all()
