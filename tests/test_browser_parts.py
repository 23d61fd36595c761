"""The page without a browser: charts from stories, setups, events added to a run, the map, and the page in process."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from solara.util import parse_timedelta

from patronage import load_scenario, simulate
from patronage.abm import InfluenceModel
from patronage.browser import assets, atlas, exports, rehearsal, sessions, setup
from patronage.browser.app import first_desk
from patronage.browser.launch import environment, is_news
from patronage.browser.levers import ORDERS, order_event
from patronage.browser.model import PageModel
from patronage.browser.rivals import alike, builtin_shape, likeliest, rival_scenario
from patronage.browser.setup import Setup, whole_number
from patronage.browser.workspace import Desk
from patronage.figures import style
from patronage.results.ensemble import Statistics
from patronage.scenario import ScenarioError, load_text
from patronage.scenario.library import builtin_names
from patronage.telling import past
from patronage.telling.charts import client, region, ring
from patronage.telling.charts.base import number
from patronage.telling.charts.marks import badges
from patronage.telling.palette import contrast, looks
from patronage.telling.tiles import tiles
from patronage.visitors.access import is_loopback
from patronage.visitors.backpressure import FEW, LONGEST, MOST_AT_A_TIME, PROMISED, WISHED, Pace, Stride


@pytest.fixture(scope="module")
def model():
    made = PageModel()
    while made.running:
        made.step()
    return made


@pytest.fixture(scope="module")
def result():
    return simulate(load_scenario("two-patrons"), 1, 1, record="full")


# --- reading -------------------------------------------------------------------------------------------------------


def test_a_story_tells_what_the_engine_recorded(model, result):
    story = model.story
    for name in result.data.data_vars:
        assert np.array_equal(story.array(name)[1:], result.data[name].values[0]), name
    assert story.ledger.astype(str).equals(result.ledger.astype(str))
    assert story.quarters[story.now] == str(result.data.quarter.values[-1])
    assert len(model.moments) == len(model.bids) == story.now + 1


def test_denial_bids_kept_are_those_of_the_ledger(model):
    story = model.story
    for row in story.ledger.query("kind in ('renewed', 'refused', 'notice', 'opened')").itertuples():
        t = story.quarters.index(str(row.quarter))
        host, where = story.patrons.index(row.patron), story.clients.index(row.client)
        assert model.bids[t][:, host, where].sum() == pytest.approx(row.denial)


def test_tiles_are_the_numbers_of_the_run(model, result):
    when = 9
    found = {t.key: t for t in tiles(model.story, when, None)}
    data = result.data.isel(run=0, quarter=when - 1)
    assert found["quarter"].value == str(data.quarter.values)
    money = float(data["delivered"].values[..., :3].sum() + data["rent_paid"].values.sum())
    assert found["money"].value == f"{money:,.1f} MUSD"
    assert found["bases"].value == str(int(data["base"].sum()))
    assert found["legitimacy"].value == f"{100 * float(data['legitimacy'].min()):.0f}"
    share = result.data["share"].values[0, when - 1] - result.data["share"].values[0, when - 5]
    assert found["shift"].value.replace("−", "-") == f"{100 * share.flat[np.abs(share).argmax()]:+.1f} pts"
    lead = np.sort(data["share"].values, axis=0)
    assert found["contested"].value == str(int((lead[-1] - lead[-2] < 0.1).sum()))


def test_tiles_before_the_first_quarter_name_no_number_that_means_nothing(model):
    found = {t.key: t.value for t in tiles(model.story, 0, None)}
    assert {found["shift"], found["money"]} == {"none yet"}
    assert found["quarter"] == "2008Q4"


def test_every_chart_is_json_at_every_time(model):
    story = model.story
    for when in (0, 1, story.now):
        for option in (
            client.client_shares(story, when, "KGZ", story, None, client.happenings(story, when)),
            client.timeline(story, when),
            client.legitimacy(story, when, story, None),
            ring.ring(story, when, "KGZ"),
        ):
            json.dumps(option, allow_nan=False)


def test_text_of_users_is_inert():
    evil = load_scenario("two-patrons", {"states.KGZ.name": "'<script>x</script> {a} & co'"})
    mesa_model = PageModel()
    mesa_model.scenario = evil
    tip = region.tooltip(mesa_model.story, 0, "KGZ")
    assert "<script>" not in tip
    assert "{a}" not in tip


# --- the map -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not assets.collected(), reason="no geometry was collected: make build-assets")
def test_the_map_shows_the_clients_and_keeps_areas():
    found = atlas.region(("KAZ", "KGZ", "TJK", "TKM", "UZB"), ("CHN", "EUU", "RUS", "TUR", "USA"))
    assert found is not None
    shapes = {f["properties"]["name"]: f["geometry"]["coordinates"] for f in json.loads(found.geojson)["features"]}
    assert {"KAZ", "KGZ", "TJK", "TKM", "UZB", "RUS", "CHN"} <= shapes.keys()
    area = sum(abs(atlas.area_of(np.array(polygon[0]))) for polygon in shapes["KAZ"])
    assert area == pytest.approx(2_725_000, rel=0.03)  # km², surveyed
    assert set(found.places) | set(found.edges) >= {"CHN", "EUU", "RUS", "TUR", "USA"}
    west, south, east, north = found.window
    for x, y in (*found.places.values(), *found.edges.values()):
        assert west <= x <= east
        assert south <= y <= north


def test_a_scenario_names_disputed_areas():
    text = "extends: two-patrons\nareas: {crimea: {longitude: 34.3, latitude: 45.3, of: UKR}}\n"
    told = load_text(text)
    assert told.areas == {"crimea": (34.3, 45.3, "UKR")}
    assert load_text(told.resolved()).digest == told.digest != load_scenario("two-patrons").digest
    with pytest.raises(ScenarioError, match="Allowed: -90 to 90"):
        load_text(text.replace("45.3", "145.3"))


@pytest.mark.skipif(not assets.collected(), reason="no geometry was collected: make build-assets")
def test_a_scenario_may_assign_a_disputed_area():
    crimea = (34.3, 45.3)
    plain, assigned = atlas._owned(()), atlas._owned(((*crimea, "UKR"),))
    holds = lambda owned, who: any(atlas.inside(p[0], *crimea) for p in owned[who])  # noqa: E731
    assert (holds(plain, "RUS"), holds(assigned, "UKR"), holds(assigned, "RUS")) == (True, True, False)


@pytest.mark.skipif(not assets.collected(), reason="no geometry was collected: make build-assets")
def test_badges_at_the_edge_hide_none_other():
    found = atlas.region(("DJI",), ("CHN", "FRA", "ITA", "DEU", "ESP", "JPN", "USA"))
    assert found is not None
    west, south, east, north = found.window
    spots = list(found.edges.values())
    for i, (x, y) in enumerate(spots):
        assert west <= x <= east
        assert south <= y <= north
        for a, b in spots[:i]:
            assert abs(x - a) > 0.13 * (east - west) or abs(y - b) > 0.08 * (north - south)


def test_the_badge_of_a_patron_tells_of_the_quarter_that_is_looked_at():
    model = PageModel(Setup("us-withdrawal"))
    for _ in range(12):
        model.step()
    story = model.story
    budget = lambda when: f"budget {number(float(story.at('budget', when)[0]))} MUSD/yr"  # noqa: E731
    assert budget(2) != budget(12)
    for when in (2, 12):
        tips = badges(story, when, {story.patrons[0]: (0.0, 0.0)}, "geo")["data"][0]["tooltip"]["formatter"]
        assert budget(when) in tips
        drawn = json.dumps(ring.ring(story, when, story.clients[0]))
        assert budget(when) in drawn


def test_invented_actors_have_no_map():
    assert atlas.region(("AAA", "BBB"), ("CCC",)) is None


def test_clipping_keeps_what_is_inside():
    square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    assert abs(atlas.area_of(atlas.clip(square, (1, 1, 9, 3)))) == pytest.approx(6)
    assert len(atlas.clip(square, (5, 5, 9, 9))) == 0


# --- colours ---------------------------------------------------------------------------------------------------------


def test_colours_are_those_of_the_figures():
    result = simulate(load_scenario("central-asia"), 1, 1, until=load_scenario("central-asia").start)
    figures = style.looks(Statistics(result))
    page = looks(result.scenario)
    assert {p: look.colour for p, look in page.items()} == {p: look.colour for p, look in figures.items()}
    assert len({(look.colour, look.pattern) for look in page.values()}) == len(page)
    assert all(contrast(look.ink, look.colour) >= 4.5 for look in page.values())


# --- setups and events added to a run --------------------------------------------------------------------------------


def test_an_event_added_now_is_the_event_dated_from_the_start():
    changes = {
        "events.gift": "{at: 2011Q2, forgive: {from: RUS, to: KGZ, amount: 200 MUSD}}",
        "events.turn": "{at: 2011Q2, set: {patrons.RUS.strategy: retrench}}",
    }
    plain, changed = load_scenario("two-patrons"), load_scenario("two-patrons", changes)
    model = InfluenceModel(plain, 3)
    for _ in range(9):
        model.step()
    model.inject(changed)
    told, whole, never = model.run(), InfluenceModel(changed, 3).run(), InfluenceModel(plain, 3).run()
    for name in whole.data.data_vars:
        assert np.array_equal(told.data[name].values, whole.data[name].values), name
        assert np.array_equal(told.data[name].values[:, :9], never.data[name].values[:, :9]), name
    assert told.ledger.astype(str).equals(whole.ledger.astype(str))
    assert not np.array_equal(told.data["share"].values, never.data["share"].values)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"events.late": "{at: 2009Q2, turnover: {state: KGZ}}"}, "2009Q2 has passed: late comes too late"),
        ({"events.luck": "{hazard: 5, turnover: {state: KGZ}}"}, "luck has no date"),
        ({"patrons.USA.mission": "0.5"}, "only events can be added"),
        ({"period.end": "2015Q4"}, "the period of a run under way cannot change"),
    ],
)
def test_nothing_else_can_be_added_to_a_run(changes, words):
    model = InfluenceModel("two-patrons", 3)
    for _ in range(4):
        model.step()
    with pytest.raises(ValueError, match=words):
        model.inject(load_scenario("two-patrons", changes))


@pytest.mark.parametrize("order", ORDERS, ids=[o.act for o in ORDERS])
def test_every_event_of_the_page_can_be_fired_now(order):
    model = PageModel()
    for _ in range(4):
        model.step()
    before = model.story.array("share").copy()
    event = order_event(order, "2010Q1", "USA", "KGZ", order.usual)
    model.go_on(replace(model.setup, changes=(("events.now", event),)))
    model.step()
    assert (5, "now", "fired") in model.story.log
    assert np.array_equal(model.story.array("share", 4), before)


def test_work_beside_the_page_ends_with_the_run_it_is_for():
    desk = Desk(Setup("two-patrons"))
    for leave in (lambda: desk.open(Setup("two-patrons", seed=2)), desk.reset, desk.stop_bands, desk.close):
        desk.ensemble(50)
        bands = desk.bands
        leave()
        assert bands is not None
        assert bands.stopped
        bands.wait()


def test_play_waits_for_the_browser_but_not_for_ever():
    def seconds(at):
        begun = time.monotonic()
        pace.keep(at)
        return time.monotonic() - begun

    pace = Pace()
    assert seconds(1) < 0.1
    assert LONGEST <= seconds(5) < LONGEST + 2
    teller = threading.Timer(0.1, pace.acknowledge, [4])
    teller.start()
    assert seconds(5) < LONGEST
    teller.join()
    pace.acknowledge(0)
    assert seconds(9) < 0.1  # the thread that hears the browser does not wait for it


@pytest.mark.parametrize("drawing", [0.03, 0.11, 0.2, 0.4, 1.0, 2.5])
@pytest.mark.parametrize("interval", [0.011, 0.1, 0.5])
def test_slow_drawings_cost_drawings_and_not_quarters(drawing, interval):
    stride, period = Stride(), drawing + interval
    for _ in range(6):
        stride.after(period, interval)
    speed = stride.quarters / period
    promised = WISHED if drawing <= FEW / WISHED else max(PROMISED, FEW / drawing)
    possible = [1 / interval, 1 / period if stride.quarters == 1 else promised]
    assert speed >= 0.7 * min(promised, *possible)
    assert speed <= 1 / interval, "nobody asked for more"
    assert stride.quarters <= max(FEW, PROMISED * drawing + 1)
    assert (stride.quarters > 1) == (drawing > 1 / WISHED and period >= 2 * interval)
    for _ in range(12):
        stride.after(0.03 + interval, interval)
    assert stride.quarters == 1, "what can be drawn is drawn again"


def test_what_is_seen_stays_a_history():
    stride = Stride()
    assert [stride.after(60.0, 0.011) for _ in range(3)] == 3 * [MOST_AT_A_TIME]


def test_what_a_run_is_compared_with_begins_with_it():
    assert likeliest(Setup("us-withdrawal")) == "other:us-stays"
    assert likeliest(Setup("us-withdrawal", None, (("period.end", "2031Q4"),))) == "other:us-stays"
    assert likeliest(Setup("us-withdrawal", None, (("patrons.USA.mission", "0"),))) == "plain"
    for name in ("djibouti", "central-asia", "kyrgyzstan-2013", "two-patrons"):
        assert likeliest(Setup(name)) == "nothing"
    found = alike(Setup("kyrgyzstan-2013"))
    assert "client-state-politics" in found
    assert "us-stays" not in found  # it begins thirteen years before


@pytest.mark.parametrize("name", [
    "russian-recession", "sphere-of-influence", "multi-vector", "debt-and-dam", "beijing-stops-2026", "sahel-no-coups", "uzbek-pivot",
    "client-state", "media-campaign-2010",
])  # fmt: skip
def test_a_scenario_is_compared_with_what_it_extends_in_all_that_it_asks(name):
    twin = likeliest(Setup(name))
    assert twin == f"other:{load_scenario(name).extends[0]}"
    assert alike(Setup(name))[0] == twin.removeprefix("other:")
    other = rival_scenario(Setup(name), twin)
    assert set(load_scenario(name).outcomes) <= set(other.outcomes), "asked there, too"


def test_a_scenario_may_say_what_it_is_compared_with():
    for name, other in {"us-stays": "us-withdrawal", "sahel": "sahel-no-coups", "horn-of-africa": "horn-no-yemen-war"}.items():
        assert likeliest(Setup(name)) == f"other:{other}"
    mine = {
        b"extends: us-withdrawal\n": "other:us-withdrawal", b"extends: two-patrons\nperiod: {start: 2008Q1}\n": "nothing",
        b"extends: us-withdrawal\nagainst: china-lends\n": "other:china-lends",
    }  # fmt: skip
    assert {text: likeliest(Setup("mine.yaml", text)) for text in mine} == mine
    assert load_scenario("us-withdrawal", {"period.end": "2031Q4"}).against == "us-stays"
    assert load_scenario("russian-recession").against == "", "what it extends is nearer"


def test_who_plays_and_from_when_is_read_off_the_files_as_the_loader_reads_it():
    loaded = {name: load_scenario(name) for name in builtin_names()}
    shapes = {name: (s.patrons, s.clients, s.start) for name, s in loaded.items()}
    assert {name: builtin_shape(name) for name in loaded} == shapes
    assert len(set(shapes.values())) > 5
    everyone = {n for n in shapes if shapes[n] == shapes["us-withdrawal"]} - {"us-withdrawal"}
    assert set(alike(Setup("mine.yaml", b"extends: us-withdrawal\n"))) == everyone | {"us-withdrawal"}


def test_a_setup_can_be_made_again():
    setup = Setup("two-patrons", None, (("patrons.USA.mission", "0.5"),), 7, 2)
    assert setup.command == "patronage run two-patrons --runs 3 --seed 7 --set patrons.USA.mission=0.5"
    assert setup.load().number("mission", "USA") == 0.5
    with pytest.raises(ScenarioError, match=r"mine.yaml:1:1"):
        Setup("mine.yaml", b"titel: x\n").load()


@pytest.mark.parametrize("word", ["", "x", "1.5", "-1", "٣", "9" * 19])
def test_what_is_no_number_is_refused(word):
    with pytest.raises(ValueError, match="Seed: write a whole number"):
        whole_number(word, "Seed")


def test_what_is_taken_away_says_what_it_is():
    model = PageModel(Setup("two-patrons", None, (("patrons.USA.mission", "0.5"),), 7, 2))
    model.step()
    note = exports.figure_note(model, "2009Q1")
    assert note["run"] == "Two patrons, one client · 2009Q1 · seed 7, run 2"
    assert note["source"].endswith(": patronage run two-patrons --runs 3 --seed 7 --until 2009Q1 --set patrons.USA.mission=0.5")
    assert "no endorsement" in note["boundaries"]


# --- the launcher ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("host", "local"), [
    ("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("example", False),
])  # fmt: skip
def test_only_this_machine_unless_asked(host, local):
    assert is_loopback(host) is local


def test_the_environment_forbids_telemetry():
    told = environment("two-patrons")
    assert told["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"
    assert told["SOLARA_MODE"] == "production"


def test_a_page_without_its_browser_is_given_up_after_the_three_minutes_that_it_is_told():
    minutes = parse_timedelta(environment("two-patrons")["SOLARA_KERNEL_CULL_TIMEOUT"]) / 60
    assert minutes == 3
    assert "given up after three minutes" in sessions.FULL


def test_what_the_first_page_needs_is_worked_out_before_and_pages_wait_for_it(monkeypatch):
    monkeypatch.setattr(rehearsal, "_over", [])
    setup._loaded.cache_clear()
    past._boards.cache_clear()
    rehearsal.rehearse("two-patrons").join(60)
    missed = setup._loaded.cache_info().misses
    desk = first_desk()
    Setup("two-patrons").load()
    assert (setup._loaded.cache_info().misses - missed, past._boards.cache_info().currsize) == (1, 1)  # the default one is another
    desk.close()
    rehearsal.rehearse("no-such-scenario").join(60)  # the page tells of it
    rehearsal._over.append(threading.Event())
    made = []
    page = threading.Thread(target=lambda: made.append(first_desk()))
    page.start()
    page.join(0.5)
    assert made == []
    rehearsal._over[-1].set()
    page.join(60)
    made[0].close()


def test_a_server_that_is_ended_says_nothing_of_pages_that_were_busy():
    def line(text, error=None):
        return logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, text, None, error and (type(error), error, None))

    # what uvicorn writes after Ctrl-C
    assert not is_news(line("Cancel 1 running task(s), timeout graceful shutdown exceeded"))
    assert not is_news(line("Exception in ASGI application", asyncio.CancelledError("Task cancelled")))
    assert is_news(line("Exception in ASGI application", ValueError("a fault")))
    assert is_news(line("no such address"))
