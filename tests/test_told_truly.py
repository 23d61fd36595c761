"""What is told of a run beside the run itself: refusals, parts of a sum, moves, stars, closures, signs. Without a browser."""

from __future__ import annotations

import re

import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.browser.levers import ORDERS, order_event, undone
from patronage.browser.model import PageModel
from patronage.browser.reporting import asked, turned
from patronage.browser.rivals import OTHER, PLAIN, WITHOUT
from patronage.browser.setup import Setup
from patronage.reports.summary import answers
from patronage.reports.why.contracts import contract_text
from patronage.results.contracts import Contract
from patronage.results.ensemble import Statistics
from patronage.telling.charts.ring import ring
from patronage.telling.deals import why
from patronage.telling.explaining import explained
from patronage.telling.turns import MOVED, turn_report


def after(name: str, quarters: int) -> PageModel:
    model = PageModel(Setup(name))
    for _ in range(quarters):
        model.step()
    return model


@pytest.fixture(scope="module")
def pacific():
    return after("pacific-recognition", 28).story


@pytest.fixture(scope="module")
def horn():
    return after("horn-of-africa", 24).story


def test_what_is_worth_its_price_is_refused_for_want_of_what_it_requires(pacific):
    rows = pacific.ledger
    refused = rows.index[(rows["kind"] == "refused") & (rows["value"] >= rows["floor"])]
    assert len(refused) > 0
    required = pacific.scenario.requires
    for row in map(rows.index.get_loc, refused):
        record = rows.iloc[row]
        sentence, figures = why(pacific, row)
        host, holder = (pacific.name(str(record[side])) for side in ("client", "patron"))
        lacks = rf"it requires (the )?{host}('|’)s? {required[str(record['concession'])]} of {holder}, which does not stand"
        assert re.search(f": {lacks}; worth", sentence)
        assert re.search(f", but {lacks}$", figures[-1][1])
    others = rows.index[(rows["kind"] == "refused") & (rows["value"] < rows["floor"])]
    assert not any("requires" in why(pacific, row)[0] for row in map(rows.index.get_loc, others))


def test_why_counts_what_was_refused_for_want_of_a_contract():
    result = simulate(load_scenario("pacific-recognition"), 3, 1)
    rows = result.ledger[(result.ledger["concession"] == "team") & (result.ledger["client"] == "TUV")]
    many = int(((rows["kind"] == "refused") & (rows["value"] >= rows["floor"])).sum())
    told = contract_text(Statistics(result), Contract("CHN", "TUV", "team"))
    assert many > 0
    assert f" In {many} it would do, but Tuvalu's recognition of China did not stand, which it requires." in told


def test_the_parts_of_what_was_paid_add_up_to_it(pacific):
    for when in (8, 20, 28):
        told = explained(pacific, None, when, "tile money")
        amounts = [float(part.rpartition(": ")[2].removesuffix(" MUSD").replace(",", "")) for part, _ in told.parts]
        assert sum(amounts) == pytest.approx(pacific.paid(when), abs=0.06 * len(amounts))


def test_every_base_of_a_host_has_a_star_of_its_own(horn):
    option = ring(horn, horn.now, "DJI")
    stars = next(s for s in option["series"] if s["name"] == "bases")["data"]
    assert len(stars) == int(horn.at("base", horn.now).sum())
    places = np.array([star["value"] for star in stars])
    apart = np.linalg.norm(places[:, None] - places[None], axis=-1) + 1e9 * np.eye(len(places))
    assert apart.min() > 8
    circles = next(s for s in option["series"] if s["name"] == "clients")
    striped = [c["itemStyle"]["color"] for c in circles["data"] if isinstance(c["itemStyle"]["color"], dict)]
    assert striped
    assert {colour["size"] for colour in striped} == {circles["symbolSize"]}


def test_a_turn_tells_the_two_largest_moves(pacific):
    for before in range(0, 28, 4):
        i = pacific.patrons.index("AUS")
        moves = 100 * (pacific.at("share", before + 4)[i] - pacific.at("share", before)[i])
        large = sorted((m for m in moves if abs(m) >= 100 * MOVED), key=abs)[-2:]
        told = re.findall(r"([+−][\d.]+) points in", turn_report(pacific, "AUS", before, before + 4)[0])
        assert sorted(told) == sorted(f"{'+' if m > 0 else '−'}{abs(m):.1f}" for m in large)


def test_closures_say_up_to_when_they_are_counted():
    result = simulate(load_scenario("horn-of-africa"), 4, 1)
    told = answers(Statistics(result))
    last = {o.name: o.last for o in result.scenario.outcomes.values()}
    assert min(last.values()) < result.scenario.end
    closing = [line for line in told if "Closures" in line]
    before = [line for line in closing if "end of 2018" in line]
    assert before
    assert all("Closures up to 2024Q4 (share of runs)" in line for line in before)
    whole = simulate(load_scenario("two-patrons"), 4, 1)
    assert any("Closures (share of runs)" in line for line in answers(Statistics(whole)))


def test_differences_of_the_command_have_the_sign_that_is_told():
    changed = Setup("us-withdrawal").with_changes({"patrons.USA.mission": "0"})
    other = OTHER + "us-stays"
    for setup, key in ((changed, PLAIN), (changed, other), (changed, WITHOUT + "withdrawal"), (changed.plain, other)):
        first = asked(setup, key, 4).scenarios[0].digest == setup.load().digest
        assert turned(setup, key) is not first
    assert turned(changed, PLAIN)
    assert not turned(changed.plain, other)


def test_what_the_scenario_sets_again_is_told_beside_what_is_fired():
    withdraw = next(o for o in ORDERS if o.act == "withdraw")

    def told(at: str, patron: str) -> str:
        return undone(load_scenario("us-withdrawal", {"events.now": order_event(withdraw, at, patron, "KGZ", 0.0)}), "now")

    again = [e for e in load_scenario("us-withdrawal").events if any(c.path == "patrons.USA.mission" for c in e.changes)]
    assert len(again) > 1
    assert told("2000Q1", "USA").startswith(" The scenario sets the same figure again: “")
    assert told("2000Q1", "USA").count("“") == len(again)
    assert 0 < told("2005Q1", "USA").count("“") < len(again)
    assert told("2021Q4", "USA") == told("2000Q1", "TUR") == ""
