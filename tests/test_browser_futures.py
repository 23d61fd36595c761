"""Futures of the run under way, and history beside it, in a real browser."""

from __future__ import annotations

from urllib.parse import quote

import numpy as np
import pytest

from browser_server import PATIENCE
from browser_tools import (
    Shared,
    bring,
    chart,
    choose,
    line,
    play,
    press,
    rested,
    says,
    series,
    shows,
    step,
    tab,
    tile,
    until,
    visit,
)
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


@pytest.fixture(scope="module")
def visited(url, browser):
    with visit(browser, url) as opened:
        yield Shared(opened, "us-withdrawal")


@pytest.fixture
def page(visited, request):
    return visited.anew(request.session.testsfailed)


def ahead(page, patron):
    """The middle of a cone and its two edges as they are drawn; an error where there is none."""
    lines = {s["id"]: [np.nan if x in (None, "-") else x for x in s["data"]] for s in series(page, "shares")}
    low, more, middle = (np.array(lines[f"{patron}-ahead{end}"], float) for end in ("-low", "-high", ""))
    return low, middle, low + more


def begins(page, patron):
    """The time at which a cone begins."""
    return int(np.isfinite(ahead(page, patron)[0]).argmax())


def test_the_cone_and_the_outcomes_are_those_of_runs_with_the_same_past(page):
    scenario = load_scenario("us-withdrawal")
    page.locator("[data-testid=answers]").wait_for()  # where futures would stand
    assert page.locator("[data-testid=futures-state]").count() == 0
    assert not any("ahead" in (s["id"] or "") for s in series(page, "shares"))
    step(page, 6)
    job = FuturesJob(scenario, 1, 0, scenario.start + 5, lambda: None)
    assert (job.lucks == fresh(0, RUNS)).all()
    job.work()
    i, j = scenario.patrons.index("RUS"), scenario.clients.index("KGZ")
    expected = 100 * job.band[:, :, i, j].T
    until(page, lambda: np.abs(np.array(ahead(page, "RUS")) - expected)[:, 6:].max() <= 0.011)
    low, middle, high = ahead(page, "RUS")
    assert (np.isnan([low, middle, high]) == np.isnan(expected)).all()
    assert low[6] == high[6] == line(page, "shares", "RUS")[-1], "it begins where the run is"
    assert high[-1] - low[-1] > 5
    says(
        page, "answers", f"From {tile(page, 'quarter')} on, {RUNS} runs", *(x.text for x in job.found.lines if x.leads)
    )


def test_another_quarter_has_other_futures_and_none_are_drawn_while_the_run_plays(page):
    bring(page, "us-withdrawal", 8, f"&set={quote('period.end=2089Q4')}")  # it must not end before it is paused
    until(page, lambda: begins(page, "USA"), 8)
    page.get_by_role("slider", name="Look at").press("ArrowLeft")
    shows(page, "looked-at", "2001Q3")
    until(page, lambda: begins(page, "USA"), 7)
    press(page, "Play")
    page.wait_for_function("document.querySelector('[data-testid=tile-quarter] .v').innerText > '2003Q1'")
    until(page, lambda: [s["id"] for s in series(page, "shares", settled=False) if "ahead" in (s["id"] or "")], [])
    press(page, "Pause")
    now = rested(page)
    until(page, lambda: begins(page, "USA"), now)
    assert now > 12


def test_dots_tell_where_history_went(page):
    scenario = load_scenario("us-withdrawal")
    play(page, "2006Q4")
    last = tile(page, "quarter")
    run = simulate(scenario, 1, 1, record="full")
    facts = [f for f in for_scenario(scenario).facts if quarter_name(f.last) <= last and not unasked(f, scenario)]
    had = {f.name: bool(right(f, run)[0]) for f in facts}

    def tips(words):
        return sum(d["tooltip"]["formatter"].count(words) for d in line(page, "timeline", NAME))

    assert len(facts) > 5
    until(page, lambda: tips("so in this run"), len(facts))
    assert tips("not so in this run") == sum(not x for x in had.values())
    open_ = [f.name for f in facts if not decided(f, scenario)]
    told = page.locator("[data-testid=history]")
    says(page, "history", f"of {len(open_)} facts up to {last} this run had {sum(had[n] for n in open_)}")
    told.click()
    table = page.locator("[data-testid=facts]")
    until(page, lambda: table.locator("tbody tr").count(), len(facts))
    until(page, lambda: [f.source for f in facts if " ".join(f.source.split()) not in " ".join(table.inner_text().split())], [])


def test_the_network_of_ties_is_drawn_layer_by_layer_beside_its_table(page):
    bring(page, "us-withdrawal", 10)
    tab(page, "Deals & bases")
    scenario = load_scenario("us-withdrawal")
    run = simulate(scenario, 1, 1, until=scenario.start + 9, record="full").data
    year = run["delivered"].isel(run=0, quarter=slice(6, 10)).sum("quarter")

    def links():
        chart(page, "ties").wait_for()
        return page.evaluate(
            "() => document.querySelector('[data-testid=ties]').chart.getOption().series[0].links.map(l => [l.id, l.value])"
        )

    until(page, lambda: {x[0].split("-")[0] for x in links()}, {"arms", "loans", "rent"})
    before = links()
    assert sum(x[0].startswith("rent") for x in before) >= int(run["base"].isel(run=0, quarter=-1).sum()) > 0
    for layer in ("Arms", "Loans", "Contracts and rent"):
        rest = sum(not x[0].startswith(KEYS[layer]) for x in links())
        page.get_by_role("checkbox", name=layer, exact=True).press("Space")
        until(page, lambda rest=rest: len(links()), rest)
    assert links() == []
    page.get_by_role("checkbox", name="Grants", exact=True).press("Space")
    grants = sorted((float(x) for x in year.sel(instrument="grants").values.ravel() if x >= 0.005), reverse=True)
    until(page, lambda: [x[1] for x in links()], pytest.approx(grants[:12], abs=0.001))
    cells = page.locator("[data-testid=ties-table] tbody tr td:nth-child(4)")
    until(page, lambda: [float(x.replace("\u202f", "")) for x in cells.all_inner_texts()], pytest.approx(grants, abs=0.006))


def values(page, name):
    """What a small map writes into its clients."""
    return {d["name"]: d["value"][2] for d in line(page, name, "values")}


def test_small_maps_show_the_shares_of_every_patron_and_what_differs(page):
    bring(page, "us-withdrawal", 6)
    here, stays = (
        simulate(load_scenario(name), 1, 1, until=load_scenario(name).start + 5).data["share"].isel(run=0, quarter=-1)
        for name in ("us-withdrawal", "russian-recession")
    )
    tab(page, "Influence")
    for patron in here.patron.values:
        table = {str(c): round(100 * float(here.sel(patron=patron, client=c)), 2) for c in here.client.values}
        until(page, lambda patron=patron: values(page, f"share-map-{patron}"), table)
    tab(page, "Compare")
    choose(page, "This run against", "scenario russian-recession")
    for patron in here.patron.values:
        less = 100 * (here - stays).sel(patron=patron)
        table = {str(c): float(less.sel(client=c)) for c in here.client.values}
        until(page, lambda patron=patron: values(page, f"difference-map-{patron}"), pytest.approx(table, abs=0.006))


@pytest.mark.browser_long
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
    until(page, lambda: {len(s["data"]) for s in series(page, "twenty")}, {runs.sizes["quarter"] + 1})
    lines = {s["id"]: s["data"] for s in series(page, "twenty")}
    assert len(lines) == SHOWN * len(scenario.patrons)
    for run in (0, 7, SHOWN - 1):
        for patron in scenario.patrons:
            table = 100 * runs.sel(run=run, patron=patron).values
            assert [y for _, y in lines[f"{run}-{patron}"][1:]] == pytest.approx(table.tolist(), abs=0.006)
    slider = page.get_by_role("slider", name="Quarter", exact=True)
    slider.press("Home")
    page.wait_for_function("document.querySelector('[data-testid=twenty-now]').innerText.startsWith('1999Q4')")
    slider.press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-testid=twenty-now]').innerText.startsWith('2000Q1')")
    until(page, lambda: slider.get_attribute("aria-valuetext"), "2000Q1")
    first = runs.isel(quarter=0).argmax("patron").values
    names = {p: load_scenario("us-withdrawal").names.get(p, p) for p in scenario.patrons}
    told = page.locator("[data-testid=twenty-now]").inner_text()
    for k, patron in enumerate(scenario.patrons):
        assert (f"{names[patron]} in {int((first == k).sum())}" in told) == bool((first == k).any())
