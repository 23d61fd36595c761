"""Every tab of the page, what one can do there, and what it takes away; in a real browser."""

from __future__ import annotations

import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from browser_tools import (
    Shared,
    advanced,
    arrived,
    bring,
    chart,
    choose,
    download,
    drawn_down,
    line,
    press,
    says,
    seldom,
    series,
    shows,
    step,
    tab,
    taken,
    tile,
    tip,
    tried_in,
    until,
    visit,
)
from patronage import load_scenario, simulate
from patronage.browser.answering import answer, interesting
from patronage.reports import run_to_folder
from patronage.runs.store import read_run

pytestmark = pytest.mark.browser
QUARTERS = 12


@pytest.fixture(scope="module")
def folder(place):
    """Where the server runs, with a run folder with seed 1 and one with seed 5."""
    for name, runs, seed in (("saved-1", 1, 1), ("saved", 3, 5)):
        run_to_folder(load_scenario("two-patrons"), runs=runs, seed=seed, out=place / name, plates=False, screening=0)
    return place


@pytest.fixture(scope="module")
def visited(two_patrons, browser):
    with visit(browser, two_patrons) as opened:
        yield Shared(opened, "two-patrons")


@pytest.fixture
def page(visited, request):
    yield (opened := visited.anew(request.session.testsfailed))
    folder = Path(request.config.cache.mkdir("pictures"))
    opened.screenshot(path=folder / f"{request.node.name}.png", full_page=True)


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("−", "-").replace("\u202f", "").replace(",", "").split()[0])


def test_five_numbers_are_those_of_a_run_folder(page, folder):
    """Tile, tooltip, chart, ledger and contracts against the files of a run folder with the same seed."""
    bring(page, "two-patrons", QUARTERS)
    saved = read_run(folder / "saved-1")
    last = {name: saved.array(name).isel(run=0, quarter=QUARTERS - 1) for name in ("share", "delivered", "rent_paid", "rent")}
    quarter = saved.coords["quarter"][QUARTERS - 1]
    assert tile(page, "quarter") == quarter
    money = float(last["delivered"].sel(instrument=["arms", "grants", "loans"]).sum() + last["rent_paid"].sum())
    assert number(tile(page, "money")) == round(money, 1)
    until(page, lambda: line(page, "shares", "RUS")[-1], round(100 * float(last["share"].sel(patron="RUS", client="KGZ")), 2))
    usa = f"{100 * float(last['share'].sel(patron='USA', client='KGZ')):.1f}"
    until(page, lambda: any(r.startswith("United States") and usa in r for r in tip(page, "map", "KGZ").splitlines()))
    tab(page, "Deals & bases")
    rows = page.locator("[data-testid=ledger] tbody tr")
    deals = saved.ledger[saved.ledger["quarter"].astype(str) <= quarter]
    deal = deals[deals["run"] == 0].iloc[-1]

    def latest():
        cells = rows.first.locator("td").all_inner_texts()
        return cells[0], cells[1], float(cells[8])

    until(page, latest, (str(deal["quarter"]), str(deal["kind"]).replace("_", " "), round(float(deal["value"]), 2)))
    rent = page.locator("[data-testid=contracts] tbody tr", has_text="Manas").locator("td").nth(1)
    until(page, lambda: number(rent.inner_text()), round(float(last["rent"].sel(patron="USA", client="KGZ")), 2))


def test_a_row_of_the_ledger_opens_its_why(page):
    bring(page, "two-patrons", 6)
    tab(page, "Deals & bases")
    page.get_by_label("Filter deals").fill("renewed")
    page.get_by_role("button", name="Why:").first.press("Enter")
    says(page, "why", "value V", "costs its rulers in support (k)", "what rivals bid", "floor F")
    assert page.get_by_label("Filter deals").input_value() == "renewed", "an explanation takes no filter away"
    page.get_by_label("Filter deals").fill("nothing like that")
    page.get_by_text("0 of ").wait_for()


DRAWN = {
    "Influence": ["stream-KGZ", "channels", "stocks", "position"], "Deals & bases": ["bases", "rents"],
    "Blocs": ["membership", "cohesion", "forces"], "Patrons": ["budgets", "concentration", "portfolio", "gifts"],
    "How to read": [],
}  # fmt: skip


def test_every_tab_draws_its_figures(page, request):
    step(page, 2)
    for name, drawn in DRAWN.items():
        tab(page, name)
        for figure in drawn:
            until(page, lambda figure=figure: any(s["data"] for s in series(page, figure)))
        folder = Path(request.config.cache.mkdir("pictures"))
        page.screenshot(path=folder / f"{request.node.name}-{name.split()[0].lower()}.png", full_page=True)


def test_what_if_waits_for_reset(page):
    tab(page, "What if")
    page.get_by_label("Search all").fill("united states mission")  # words; the path is their tooltip
    slider = page.get_by_role("slider", name="United States' mission (operational need for bases)", exact=True)
    page.locator(".pg-lever-name[title^='patrons.USA.mission: ']").wait_for()
    drawn_down(page, slider)  # beyond the low end of the stated range
    says(page, "pending", "United States' mission (operational need for bases) = 0.5")
    shows(page, "command", "patronage run two-patrons --runs 1 --seed 1")
    tried = tried_in(page)  # what the lever does stands beside it, before any Reset
    runs = answer(simulate(load_scenario("two-patrons", {"patrons.USA.mission": "0.5"}), tried, 1, record="lean"))
    leading = [line.text.partition(";")[0] for line in runs.lines if line.leads]
    assert leading
    says(page, "trial-answer", *leading)
    press(page, "Reset")
    shows(page, "command", "patronage run two-patrons --runs 1 --seed 1 --set patrons.USA.mission=0.5")
    page.locator("[data-testid=pending]").wait_for(state="detached")
    step(page, 2)
    tab(page, "Overview")
    scenario = load_scenario("two-patrons", {"patrons.USA.mission": "0.5"})
    expected = simulate(scenario, 1, 1, until=scenario.start + 1).data["share"].sel(run=0, patron="USA", client="KGZ")
    until(page, lambda: line(page, "shares", "USA")[1:], [round(100 * float(v), 2) for v in expected.values])


def test_choices_are_in_words_with_the_word_of_commands_as_tooltip(page):
    tab(page, "Patrons")
    strategy = page.locator("[data-testid=patrons] [data-ask='strategy RUS']")
    until(page, lambda: (strategy.inner_text(), strategy.get_attribute("title")), ("sphere or client state", "portfolio"))
    tab(page, "What if")
    page.get_by_label("Search all").fill("russia's strategy")
    row = page.locator(".pg-lever", has=page.locator("[data-ask='lever patrons.RUS.strategy']"))
    row.get_by_title("portfolio", exact=True).get_by_text("sphere or client state").wait_for()
    choose(page, "Russia's strategy of courtship", "client state")
    row.get_by_title("client_state", exact=True).wait_for()
    says(page, "pending", "Russia's strategy of courtship = client state")
    assert page.get_by_test_id("pending").get_attribute("title") == "patrons.RUS.strategy=client_state"
    press(page, "Reset")
    shows(page, "command", "patronage run two-patrons --runs 1 --seed 1 --set patrons.RUS.strategy=client_state")
    page.locator("[data-testid=attempts] [title='patrons.RUS.strategy=client_state']", has_text="= client state").wait_for()
    row.locator("[data-ask]").click()
    value = page.get_by_test_id("explained-value")
    until(page, value.inner_text, "sphere or client state in the scenario; client state where your lever stands")


def test_an_event_fired_now_leaves_the_past(page):
    step(page, 4)
    before = line(page, "shares", "RUS")
    tab(page, "What if")
    page.get_by_role("button", name="Fire it now", exact=True).dblclick()  # in a hurry: one event
    again = "The scenario sets the same figure again: "
    says(page, "fired", "will act in 2010Q1.", again, "What it does in many runs comes below, under What you have tried.")
    says(page, "command", "events.now_withdraw_1")
    command = page.locator("[data-testid=command]").inner_text()
    tab(page, "Overview")
    chart(page, "shares").wait_for()
    step(page, 4)
    event = command.partition("--set '")[2].rstrip("'").partition("=")
    scenario = load_scenario("two-patrons", {event[0]: event[2]})
    expected = simulate(scenario, 1, 1, until=scenario.start + 7).data["share"].sel(run=0, patron="RUS", client="KGZ")
    until(page, lambda: line(page, "shares", "RUS")[1:], [round(100 * float(v), 2) for v in expected.values])
    assert line(page, "shares", "RUS")[:5] == before


def test_compare_with_the_same_without_an_event_to_the_end_and_beyond(page):
    tab(page, "Compare")
    choose(page, "This run against", "the same without “Withdrawal: The mission in Afghanistan is wound down”")
    page.get_by_text("The other run is complete").wait_for()
    step(page, 20)
    chart(page, "difference").wait_for()
    scenario, other = load_scenario("two-patrons"), load_scenario("two-patrons", {"events.withdrawal": "~"})
    pair = [simulate(s, 1, 1).data["share"].sel(run=0, client="KGZ") for s in (scenario, other)]
    gap = pair[0] - pair[1]
    for patron in ("RUS", "USA"):
        wanted = [round(100 * float(v), 2) for v in gap.sel(patron=patron).values]
        until(page, lambda patron=patron: line(page, "difference", patron)[1:], wanted)
    last = gap.isel(quarter=-1)
    assert 100 * abs(float(last.max())) >= 0.1, "the table, of one decimal place, would show nothing but zeros"
    cells = page.locator("[data-testid=differences] tbody tr").first.locator("td")
    wanted = [float(last.sel(patron=p)) for p in ("RUS", "USA")]
    until(page, lambda: [number(c) for c in cells.all_inner_texts()[1:3]], [round(100 * w, 1) for w in wanted])
    page.get_by_text("The period ends in 2013Q4").wait_for()
    until(page, page.get_by_role("button", name="Step", exact=True).is_disabled)
    press(page, "Go on for 10 years")
    page.locator("[data-testid=over]").wait_for(state="detached")
    arrived(page, 20)
    shows(page, "tile-quarter", "2013Q4")
    step(page)
    shows(page, "tile-quarter", "2014Q1")
    until(page, lambda: len(line(page, "difference", "USA")), 22)  # the other run goes on as well
    tab(page, "What if")
    command = "patronage run two-patrons --runs 1 --seed 1 --until 2014Q1 --set period.end=2023Q4"
    shows(page, "command", command)
    longer = simulate(load_scenario("two-patrons", {"period.end": "2023Q4"}), 1, 1, until=scenario.end + 1).data["share"]
    tab(page, "Overview")
    wanted = round(100 * float(longer.sel(run=0, patron="USA", client="KGZ").values[-1]), 2)
    until(page, lambda: line(page, "shares", "USA")[-1], wanted)


def test_what_the_run_is_compared_with_outlasts_a_reset(page):
    tab(page, "Compare")
    choose(page, "This run against", "the same without “Surplus: ", exact=False)
    page.get_by_text("The other run is complete").wait_for()
    press(page, "Reset")
    page.get_by_text("The other run is complete").wait_for()
    assert page.get_by_text("the same without “Surplus: ").first.is_visible()
    choose(page, "This run against", "nothing")
    page.get_by_text("Choose something to compare with.").wait_for()
    page.locator("[data-testid=means]").wait_for(state="detached")


def test_bands_of_an_ensemble_and_their_cancelling(page):
    step(page, 3)
    tab(page, "Ensemble")
    press(page, "Compute bands")
    page.get_by_text("100 runs: quarter 20 of 20, complete").wait_for()
    chart(page, "band-KGZ").wait_for()
    data = simulate(load_scenario("two-patrons"), 100, 1, until=load_scenario("two-patrons").start + 2).data
    stands = 100 * float(data["base"].sel(patron="USA", client="KGZ").isel(quarter=-1).mean())
    says(page, "shares-of-runs", f"{stands:.0f} % (stands)")
    page.locator("[data-testid=trial-answer] table").wait_for()  # the answer stands above
    words = page.locator("[data-testid=spread-words]")
    words.get_by_text("100 runs in ").wait_for()
    chart(page, "spread").wait_for()
    patron, client = interesting(load_scenario("two-patrons"))
    counts = list(np.histogram(data["share"].sel(patron=patron, client=client).isel(quarter=-1), np.linspace(0, 1, 21))[0])
    until(page, lambda: [bar["value"] for bar in line(page, "spread", "runs")], counts)
    choose(page, "Of", "Manas", exact=False, within=page.locator("[data-testid=spread-card]"))
    words.get_by_text("runs. Most often").wait_for()
    press(page, "Reset")
    page.locator("[data-testid=bands]").wait_for(state="detached")


def test_a_person_takes_a_seat(page):
    tab(page, "Take a seat")
    choose(page, "You play", "Russia")
    page.locator("[data-testid=decisions]").wait_for()
    offer = page.get_by_label("Offer to Kyrgyzstan")
    until(page, lambda: float(offer.input_value()) > 0)
    use = page.locator("[data-testid=use]")
    offer.fill("")
    use.get_by_text("the model decides in 1 of 1 fields").wait_for()
    offer.fill("0")
    use.get_by_text("you offer 0.0: ").wait_for()
    hand = page.locator("[data-testid=at-hand]").inner_text().split()[0]
    shows(page, "use", f"Of {hand} MUSD at hand you offer 0.0: {hand} stay unspent, which is not saved for a later quarter.")
    page.get_by_label("Forgive debt of Kyrgyzstan").fill("40")
    page.get_by_label("Restraint").check()
    press(page, "Play the quarter")
    page.get_by_text("Step: 1", exact=True).wait_for()
    table = page.locator("[data-testid=debrief-table]")

    def level(words):
        row = next(r for r in table.locator("tr").all_inner_texts() if r.startswith(words))
        return [number(cell) for cell in row.split("\t")[1:3]]

    until(page, lambda: level("Debt relief")[0] >= 40)
    until(page, lambda: level("Spent")[0] < level("Spent")[1])
    tab(page, "What if")
    told = json.loads(taken(page, "decisions.json").read_text("utf-8"))["decisions"]
    assert told[0]["offers"] == {"KGZ": 0.0}
    assert told[0]["relief"] == {"KGZ": 40.0}
    assert told[0]["restrain"] is True


def test_what_can_be_taken_away(page):
    step(page, 5)
    tab(page, "What if")
    got = download(page, "influence.csv")
    assert got.suggested_filename == "two-patrons-seed1-run0-2010Q1-influence.csv"
    table = pd.read_csv(got.path())
    scenario = load_scenario("two-patrons")
    expected = simulate(scenario, 1, 1, until=scenario.start + 4)
    assert table["share"].to_numpy() == pytest.approx(expected.data["share"].values.ravel(), abs=1e-12)
    deals = pd.read_csv(taken(page, "deals.csv"))
    again = pd.read_csv(io.StringIO(expected.ledger.to_csv(index=False)))
    pd.testing.assert_frame_equal(deals, again)
    assert taken(page, "scenario.yaml").read_text("utf-8") == scenario.resolved()
    tab(page, "Overview")
    chart(page, "map").wait_for()
    for kind, begins in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        got = download(page, f"Save as {kind}: Shares of influence in Kyrgyzstan")
        content = Path(got.path()).read_bytes()
        assert content.startswith(begins)
        assert len(content) > 3000
        if kind == "PNG":  # two dots a pixel; the title above, run and source below
            drawn = page.get_by_test_id("shares").bounding_box()["height"]
            assert int.from_bytes(content[20:24], "big") >= 2 * (drawn + 30 + 10 + 2 * 14)
        assert got.suggested_filename == f"shares-of-influence-in-kyrgyzstan-2010Q1.{kind.lower()}"
    drawing = ET.fromstring(content)  # our own, the last one
    words = [text.text for text in drawing.findall("{http://www.w3.org/2000/svg}text")]
    assert words[0] == "Shares of influence in Kyrgyzstan"
    below = "".join(words[1:])
    assert f"{scenario.title} · 2010Q1 · seed 1, run 0" in below
    assert "patronage run two-patrons --runs 1 --seed 1 --until 2010Q1" in below
    happened = page.get_by_test_id("shares-card").locator(".pg-marks li").all_inner_texts()
    assert happened
    assert [words for words in happened if "".join(words.split()) not in "".join(below.split())] == []  # what its numbers stand for
    mapped = taken(page, "Save as SVG: Influence map").read_text("utf-8")
    assert "Boundaries: Natural Earth" in mapped
    assert "stripes: contested" in mapped
    assert "click a client" not in mapped  # it cannot be done on paper


def test_a_saved_run_is_replayed(page, folder):
    seldom(page)
    page.get_by_label("Open a run folder").fill("saved")
    press(page, "Open folder")
    page.locator("[data-testid=replay]").wait_for()
    page.wait_for_function("[...document.querySelectorAll('nav input')].some(i => i.value === '5')")  # seed of the folder
    advanced(page)
    field = page.get_by_label("Number of the run")
    field.fill("2")
    field.press("Tab")
    press(page, "Reset")
    page.get_by_text("Run 2 of 0 to 2, equal to the folder so far.").wait_for()
    arrived(page, 0)
    step(page, 3)
    page.get_by_text("Run 2 of 0 to 2, equal to the folder so far.").wait_for()
    expected = read_run(folder / "saved").array("share").sel(run=2, patron="USA", client="KGZ").values[:3]
    until(page, lambda: line(page, "shares", "USA")[1:], [round(100 * float(v), 2) for v in expected])
    page.get_by_label("Open a run folder").fill("nowhere")
    press(page, "Open folder")
    says(page, "problem", "is no run folder")
    step(page)
