"""Futures of the run under way, and history beside it, in a real browser."""

from __future__ import annotations

import numpy as np
import pytest

from browser_tools import PATIENCE, chart, play, press, series, shows, step, still, tab, tile, visit
from patronage import load_scenario, simulate
from patronage.browser.futures import RUNS, FuturesJob, fresh
from patronage.browser.jobs import SHOWN
from patronage.facts.fitting import decided, unasked
from patronage.facts.holding import right
from patronage.facts.shipped import for_scenario
from patronage.scenario import quarter_name
from patronage.telling.charts.past import NAME
from patronage.telling.ties import LAYERS

pytestmark = pytest.mark.browser
KEYS = {title: key for key, title in LAYERS.items()}


@pytest.fixture
def page(url, browser):
    with visit(browser, url) as opened:
        yield opened


def ahead(page, patron):
    """Wait for a cone, and return its middle and its two edges as they are drawn."""
    page.wait_for_function(
        "id => document.querySelector('[data-testid=shares]').chart.getOption().series.some(s => s && s.id === id)",
        arg=f"{patron}-ahead",
    )
    lines = {s["id"]: [np.nan if x in (None, "-") else x for x in s["data"]] for s in series(page, "shares")}
    low, more, middle = (np.array(lines[f"{patron}-ahead{end}"], float) for end in ("-low", "-high", ""))
    return low, middle, low + more


def test_the_cone_and_the_outcomes_are_those_of_runs_with_the_same_past(page):
    scenario = load_scenario("us-withdrawal")
    assert page.locator("[data-testid=futures-state]").count() == 0
    step(page, 6)
    low, middle, high = ahead(page, "RUS")
    job = FuturesJob(scenario, 1, 0, scenario.start + 5, lambda: None)
    assert (job.lucks == fresh(0, RUNS)).all()
    job.work()
    i, j = scenario.patrons.index("RUS"), scenario.clients.index("KGZ")
    for drawn, expected in zip((low, middle, high), 100 * job.band[:, :, i, j].T, strict=True):
        assert np.allclose(drawn, expected, atol=0.011, equal_nan=True)
    line = next(s["data"] for s in series(page, "shares") if s["id"] == "RUS")
    assert low[6] == high[6] == line[-1], "it begins where the run is"
    assert high[-1] - low[-1] > 5
    card = page.locator("[data-testid=answers]").inner_text()
    assert f"From {tile(page, 'quarter')} on, {RUNS} runs" in card
    for outcome in job.found.lines:
        if outcome.leads:
            assert outcome.text in card


def test_another_quarter_has_other_futures_and_none_are_drawn_while_the_run_plays(page):
    step(page, 8)
    later = ahead(page, "USA")[0]
    assert np.isfinite(later).argmax() == 8
    page.get_by_role("slider", name="Look at").press("ArrowLeft")
    shows(page, "looked-at", "2001Q3")
    page.wait_for_function(
        "document.querySelector('[data-testid=shares]').chart.getOption().series.find(s => s && s.id === 'USA-ahead')"
        "?.data[7] != null"
    )
    assert np.isfinite(ahead(page, "USA")[0]).argmax() == 7
    press(page, "Play")
    page.wait_for_function("document.querySelector('[data-testid=tile-quarter] .v').innerText > '2003Q1'")
    page.wait_for_function(  # not at once: a chart out of sight is drawn every two seconds
        "document.querySelector('[data-testid=shares]').chart.getOption().series.every(s => !s?.id?.endsWith('-ahead'))"
    )
    press(page, "Pause")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    low, _, _ = ahead(page, "USA")
    assert np.isfinite(low).argmax() > 12


def test_dots_tell_where_history_went(page):
    scenario = load_scenario("us-withdrawal")
    play(page, "2006Q4")
    last = tile(page, "quarter")
    run = simulate(scenario, 1, 1, record="full")
    facts = [f for f in for_scenario(scenario).facts if quarter_name(f.last) <= last and not unasked(f, scenario)]
    had = {f.name: bool(right(f, run)[0]) for f in facts}
    drawn = next(s["data"] for s in series(page, "timeline") if s["name"] == NAME)
    tips = "".join(d["tooltip"]["formatter"] for d in drawn)
    assert tips.count("so in this run") == len(facts) > 5
    assert tips.count("not so in this run") == sum(not x for x in had.values())
    open_ = [f.name for f in facts if not decided(f, scenario)]
    told = page.locator("[data-testid=history]")
    assert f"of {len(open_)} facts up to {last} this run had {sum(had[n] for n in open_)}" in told.inner_text()
    told.click()
    rows = page.locator("[data-testid=facts] tbody tr")
    assert rows.count() == len(facts)
    table = page.locator("[data-testid=facts]").inner_text()
    assert all(" ".join(f.source.split()) in " ".join(table.split()) for f in facts)


def test_the_network_of_ties_is_drawn_layer_by_layer_beside_its_table(page):
    step(page, 10)
    tab(page, "Deals & bases")
    scenario = load_scenario("us-withdrawal")
    run = simulate(scenario, 1, 1, until=scenario.start + 9, record="full").data
    year = run["delivered"].isel(run=0, quarter=slice(6, 10)).sum("quarter")

    def links():
        chart(page, "ties").wait_for()
        return page.evaluate(
            "() => document.querySelector('[data-testid=ties]').chart.getOption().series[0].links.map(l => [l.id, l.value])"
        )

    before = links()
    assert {x[0].split("-")[0] for x in before} == {"arms", "loans", "rent"}
    assert sum(x[0].startswith("rent") for x in before) >= int(run["base"].isel(run=0, quarter=-1).sum()) > 0
    for layer in ("Arms", "Loans", "Contracts and rent"):
        rest = sum(not x[0].startswith(KEYS[layer]) for x in links())
        page.get_by_role("checkbox", name=layer, exact=True).press("Space")
        page.wait_for_function(
            "n => document.querySelector('[data-testid=ties]').chart.getOption().series[0].links.length === n", arg=rest
        )
    assert links() == []
    page.get_by_role("checkbox", name="Grants", exact=True).press("Space")
    page.wait_for_function("document.querySelector('[data-testid=ties]').chart.getOption().series[0].links.length > 0")
    grants = sorted((float(x) for x in year.sel(instrument="grants").values.ravel() if x >= 0.005), reverse=True)
    assert [x[1] for x in links()] == pytest.approx(grants[: len(links())], abs=0.001)
    assert len(links()) == min(12, len(grants))
    rows = page.locator("[data-testid=ties-table] tbody tr")
    rows.nth(len(grants) - 1).wait_for()
    assert rows.count() == len(grants)
    shown = [float(rows.nth(i).locator("td").nth(3).inner_text().replace("\u202f", "")) for i in range(rows.count())]
    assert shown == pytest.approx(grants, abs=0.006)


def values(page, name):
    """What a small map writes into its clients."""
    chart(page, name).wait_for()
    drawn = next(s["data"] for s in series(page, name) if s["name"] == "values")
    return {d["name"]: d["value"][2] for d in drawn}


def test_small_maps_show_the_shares_of_every_patron_and_what_differs(page):
    step(page, 6)
    here, stays = (
        simulate(load_scenario(name), 1, 1, until=load_scenario(name).start + 5).data["share"].isel(run=0, quarter=-1)
        for name in ("us-withdrawal", "russian-recession")
    )
    tab(page, "Influence")
    for patron in here.patron.values:
        table = {str(c): round(100 * float(here.sel(patron=patron, client=c)), 2) for c in here.client.values}
        assert values(page, f"share-map-{patron}") == table
    tab(page, "Compare")
    page.get_by_label("This run against").click(force=True)
    page.get_by_role("option", name="scenario russian-recession").click()
    page.get_by_text("The other run is complete").wait_for()
    page.wait_for_function(
        "document.querySelector('[data-testid=difference-map-RUS]')?.chart?.getOption().series.some(s => s?.data.length)"
    )
    still(page)
    found = {p: values(page, f"difference-map-{p}") for p in map(str, here.patron.values)}
    for patron, drawn in found.items():
        less = 100 * (here - stays).sel(patron=patron)
        assert drawn == pytest.approx({str(c): float(less.sel(client=c)) for c in here.client.values}, abs=0.006)


def test_twenty_runs_move_together_with_the_numbers_of_their_tables(page):
    tab(page, "Ensemble")
    press(page, "Compute bands")
    chart(page, "twenty").wait_for()
    scenario = load_scenario("us-withdrawal")
    runs = simulate(scenario, SHOWN, 1, record="lean").data["share"].sel(client="KGZ")
    press(page, f"Replay {SHOWN} runs")
    end = quarter_name(scenario.end)
    page.wait_for_function(
        "q => document.querySelector('[data-testid=twenty-now]').innerText.startsWith(q)", arg=end, timeout=2 * PATIENCE
    )
    page.get_by_role("button", name=f"Replay {SHOWN} runs").wait_for()
    still(page)
    lines = {s["id"]: s["data"] for s in series(page, "twenty")}
    assert len(lines) == SHOWN * len(scenario.patrons)
    for run in (0, 7, SHOWN - 1):
        for patron in scenario.patrons:
            table = 100 * runs.sel(run=run, patron=patron).values
            assert [y for _, y in lines[f"{run}-{patron}"][1:]] == pytest.approx(table.tolist(), abs=0.006)
    page.get_by_role("slider", name="Quarter").press("Home")
    page.wait_for_function("document.querySelector('[data-testid=twenty-now]').innerText.startsWith('1999Q4')")
    page.get_by_role("slider", name="Quarter").press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-testid=twenty-now]').innerText.startsWith('2000Q1')")
    first = runs.isel(quarter=0).argmax("patron").values
    names = {p: load_scenario("us-withdrawal").names.get(p, p) for p in scenario.patrons}
    told = page.locator("[data-testid=twenty-now]").inner_text()
    for k, patron in enumerate(scenario.patrons):
        assert (f"{names[patron]} in {int((first == k).sum())}" in told) == bool((first == k).any())
