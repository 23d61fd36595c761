"""The seat of a client: its orders are those of a run they are put into, a refusal refuses, what it is told holds. No browser."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from patronage.abm import InfluenceModel
from patronage.browser import debriefing
from patronage.browser.game import ScoreJob, dated, look_ahead, play_turn, resume, saved
from patronage.browser.panels.seat import advise, fields
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.driving import prepare
from patronage.games.foresight import Ordered
from patronage.games.hosting import brought, danger, receipts, table_of
from patronage.games.orders import Decision, decided, meant
from patronage.games.player import Player
from patronage.games.scoring import GOOD_FOR_CLIENTS, MEAN_DANGER, MEAN_RECEIPTS, Leaning, aims, in_force, standing
from patronage.scenario import load_scenario, quarter_name
from patronage.simulation import simulate
from patronage.telling import hosting
from patronage.telling.turns import aim_words, turn_report
from patronage.world.structure import Structure

DEAR = {"least": {"USA": 12.5, "RUS": 1.0}, "refuse": ["CHN"]}
NONE = {"refuse": ["USA"]}
REGION = "us-withdrawal"


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(REGION)


def seated(source=REGION, code="KGZ"):
    desk = Desk(Setup(source), held=True)
    desk.sit(code)
    return desk


def years(scenario, decision, quarters=8):
    """A run in which Kyrgyzstan answers so, after some quarters."""
    player = Player("KGZ")
    player.decision = decision
    model = InfluenceModel(scenario, 1, 0, {"KGZ": player.agent()})
    for _ in range(quarters):
        model.step()
    return model


def state(model):
    """The bits of every field of a run: between fields there are bytes that nobody writes."""
    worlds = model._ensemble.worlds
    return {name: worlds[name].tobytes() for name in worlds.dtype.names}


def american(model):
    return [model.measure(what, "USA", "KGZ") for what in ("base", "rent")]


# --- what is decided --------------------------------------------------------------------------------------------------------


def test_a_client_that_orders_nothing_leaves_the_run_as_it_is(scenario):
    plain = InfluenceModel(scenario, 1, 0)
    for _ in range(8):
        plain.step()
    seat = years(scenario, Decision())
    assert state(seat) == state(plain)
    assert seat.datacollector.get_table_dataframe("ledger").equals(plain.datacollector.get_table_dataframe("ledger"))


def test_who_is_refused_has_no_base_and_who_values_it_as_much_as_is_asked_has_one(scenario):
    base, rent = american(years(scenario, Decision()))
    assert base == 1
    assert american(years(scenario, decided(NONE, scenario.patrons)[0])) == [0, 0]
    assert american(years(scenario, Decision(least={"USA": rent + 7}))) == [1, pytest.approx(rent + 7)]
    assert american(years(scenario, Decision(least={"USA": rent - 1}))) == [1, pytest.approx(rent - 1)], "less than the model's floor"
    assert american(years(scenario, Decision(least={"USA": 5000.0}))) == [0, 0]


def test_a_standing_base_that_is_refused_gets_notice_at_its_review_and_closes(scenario):
    stands = years(scenario, Decision(), 12)
    assert stands.measure("base", "RUS", "KGZ") == 1
    ledger = years(scenario, Decision(refuse=frozenset({"RUS"})), 40).datacollector.get_table_dataframe("ledger")
    mine = ledger[(ledger["patron"] == "RUS") & (ledger["client"] == "KGZ") & (ledger["concession"] == "base")]
    kinds = [k for k in mine["kind"] if k in ("renewed", "notice", "closed", "kept", "refused")]
    assert kinds[:2] == ["notice", "closed"]
    assert "renewed" not in kinds


def test_the_price_of_the_allies_consent_is_not_the_clients_to_waive(scenario):
    class Seen(Player):
        def __init__(self):
            super().__init__("KGZ")
            self.floors = []

    player = Seen()
    player.decision = Decision(least={"USA": 0.0})
    agent = player.agent()

    class Dear(agent):
        def respond(self, offers):
            answer = super().respond(replace(offers, consent=offers.consent + 3.25))
            player.floors.append(answer.floor[0, self.model.parameters.structure.patrons.index("USA"), 0])
            return answer

    InfluenceModel(scenario, 1, 0, {"KGZ": Dear}).step()
    assert player.floors == [3.25]


@pytest.mark.parametrize("first", [DEAR, NONE])
def test_orders_typed_are_those_of_a_run_they_are_put_into(first):
    desk = seated()
    play_turn(desk, first, 4)
    play_turn(desk, first, 4)
    play_turn(desk, {"refuse": ["RUS"]})
    desk.step(3)
    scenario, history = desk.setup.load(), dated(desk.player)
    until = desk.model.value.world.quarter
    runs = prepare(scenario, [0, 0], 1).ensemble()  # the other one answers as the model would
    kept = {name: [] for name in ("share", "base", "rent")}
    while runs.world.quarter < until:
        runs.step(Ordered(runs.start.structure, {"KGZ": [in_force(history, runs.world.quarter + 1), Decision()]}))
        for name, values in kept.items():
            values.append(getattr(runs.world, name)[0].copy())
    story = desk.model.value.story
    assert np.array_equal(story.array("share")[1:], kept["share"])
    assert np.array_equal(story.array("base")[1:], kept["base"])
    assert np.allclose(story.array("rent")[1:], np.array(kept["rent"])[..., 0])
    free = simulate(scenario, 1, 1, until=until).data
    assert np.array_equal(free["share"].values[0, -1], runs.world.share[1])
    assert not np.array_equal(free["share"].values[0, -1], kept["share"][-1]), "orders that change nothing"


def test_a_game_of_a_client_is_taken_up_where_it_was_saved():
    desk = seated()
    play_turn(desk, DEAR, 4)
    play_turn(desk, NONE, 4)
    other = Desk(Setup(), held=True)
    assert resume(other, json.dumps(saved(desk)))
    assert state(other.model.value) == state(desk.model.value)
    assert (other.player.orders(), other.client.value) == (desk.player.orders(), "KGZ")


def test_a_client_forgives_nobody_debt(scenario):
    answer = {"relief": {"RUS": 5.0, "KGZ": 5.0}, **DEAR}
    assert meant(answer, scenario, "KGZ")[1] == {}
    assert meant(answer, scenario, "RUS")[1] == {"KGZ": 5.0}
    desk = seated()
    play_turn(desk, answer)
    assert (desk.setup.changes, desk.problem.value) == ((), "")


# --- what a seat is told -------------------------------------------------------------------------------------------------------


def test_the_table_says_what_the_model_would_answer_in_the_luck_it_is_shown(scenario):
    model = years(scenario, Decision())
    before = model._ensemble.worlds.tobytes()
    rows = {r["patron"]: r for r in table_of(model, "KGZ")}
    usa = rows["USA"]
    assert set(rows) == set(scenario.patrons)
    assert usa["floor"] == pytest.approx(usa["price"] + usa["denial"] + usa["consent"] + usa["survival"])
    assert (usa["holds"], usa["rent"]) == (True, american(model)[1])
    assert usa["advice"] == {"takes": True, "least": usa["advice"]["least"]}
    assert usa["advice"]["least"] >= usa["floor"]
    assert model._ensemble.worlds.tobytes() == before


def test_what_letting_in_brings_is_the_difference_to_refusing_with_other_luck(scenario):
    model = years(scenario, Decision(), 4)  # the United States ask within the year
    before = model._ensemble.worlds.tobytes()
    found = {b.patron: b for b in brought(model, "KGZ", Decision(least={"USA": 12.5}, refuse=frozenset({"USA"})), 6)}
    usa = found["USA"]
    assert usa.base == 1
    assert usa.receipts > 2
    assert (found["TUR"].receipts, found["TUR"].base, found["TUR"].danger) == (0, 0, 0)
    assert {b.patron: b for b in brought(model, "KGZ", Decision(), 6)}["USA"].receipts < usa.receipts
    assert model._ensemble.worlds.tobytes() == before


def test_advice_and_what_an_answer_brings_are_told_when_they_are_asked_for():
    desk = seated("two-patrons")
    following = quarter_name(desk.model.value.world.quarter + 1)

    def row():
        found = fields(desk.model.value.story, table_of(desk.model.value, "KGZ"), desk.player, following)
        return next(r for r in found if r["code"] == "USA")

    assert not {"advice", "asks", "brings"} & row().keys()
    advise(desk, desk.player)
    assert row()["advice"].startswith("the model would agree at")
    look_ahead(desk, {"least": {"USA": 20.0}})
    assert " MUSD" in row()["brings"]
    assert "Has the base" in row()["words"] or "Has Manas" in row()["words"]


def test_a_turn_of_a_client_is_told_with_its_own_numbers():
    desk = seated()
    for answer in ({}, DEAR, {"refuse": ["USA", "RUS"]}):
        play_turn(desk, answer, 4)
    story = desk.model.value.story
    j = story.clients.index("KGZ")
    told = turn_report(story, "KGZ", 4, 8)
    total = float(story.array("delivered")[5:9, :, j].sum() + story.array("rent_paid")[5:9, :, j].sum())
    assert told[0].startswith(f"2001Q1 to 2001Q4: you received {total:.1f} MUSD, rents ")
    assert f" to {100 * float(story.at('autonomy', 8)[j]):.1f} %" in told[1]
    assert "You let the United States have Manas for 12.5 MUSD a year." in told
    assert told[-1].startswith("Ahead")
    assert all(3 <= len(turn_report(story, "KGZ", *turn)) <= 6 for turn in desk.player.turns)


# --- aims and score -------------------------------------------------------------------------------------------------------------


def test_aims_of_a_client_are_its_income_its_regime_and_outcomes_that_are_plainly_good_or_bad_for_it(scenario):
    found = aims(scenario, "KGZ")
    assert [a.outcome for a in found] == [MEAN_RECEIPTS, MEAN_DANGER, "rent_manas_2002_05", "kyrgyz_autonomy", "russian_relief"]
    assert [a.wants for a in found] == [1, -1, 1, 1, 1]
    story = seated().model.value.story
    assert aim_words(story, found[2]) == "Have a high rent from the United States; mean of 2002Q1 to 2005Q4"
    assert hosting.WANTED.keys() == GOOD_FOR_CLIENTS.keys()


def test_the_first_game_of_the_model_is_the_model_and_the_others_ask_otherwise():
    desk = seated()
    play_turn(desk, {"least": {"RUS": 9.0}}, 4)
    play_turn(desk, {"refuse": ["USA"]}, 4)
    scenario, until = desk.setup.load(), desk.model.value.world.quarter
    found = standing(scenario, scenario, 1, 0, "KGZ", until, {"KGZ": dated(desk.player)}, 12)
    alone = prepare(scenario, [0], 1).ensemble()
    had, feared = [], []
    while alone.world.quarter < until:
        alone.step(None)
        had.append(4 * receipts(alone, "KGZ")[0])
        feared.append(danger(alone, "KGZ")[0])
    assert found.model[:2] == pytest.approx([np.mean(had), np.mean(feared)])
    assert len({round(v, 6) for v in found.games[:, 0]}) > 6
    handed, rents = hosting.received(desk.model.value.story, "KGZ", 8)
    assert found.mine[0] == pytest.approx(float((handed + rents).sum()) / 2, rel=1e-5)
    assert standing(scenario, scenario, 1, 0, "KGZ", until, {}, 12).mine.tolist() == found.model.tolist()


def test_model_players_keep_the_rule_of_who_sells_to_nobody():
    shut = load_scenario(REGION, {"states.KGZ.policy": "isolationist"})
    run = prepare(shut, np.zeros(4, int), 1).ensemble()
    for _ in range(8):
        run.step(Leaning(Structure.of(shut), "KGZ", 4, {}))
    assert run.measure("base", "USA", "KGZ").tolist() == [0, 0, 0, 0]


def test_the_debrief_of_a_client_holds_its_orders_and_its_numbers():
    desk = seated()
    play_turn(desk, {}, 4)
    play_turn(desk, DEAR, 4)
    job = ScoreJob(desk.setup, desk.player, desk.model.value.world.quarter, lambda: None)
    job.work()
    desk.player.score = job
    page = debriefing.as_html(desk).decode()
    assert f"does better than {job.found.score:.0f} % of 100 games" in page
    assert "You let the United States have Manas for 12.5 MUSD a year." in page
    lines = debriefing.as_csv(desk.player, desk.model.value.story).decode().splitlines()
    assert lines[0] == "quarter,client,patron,rent_asked_musd_a_year,refused"
    assert lines[1:] == ["2001Q1,KGZ,CHN,,yes", "2001Q1,KGZ,RUS,1,", "2001Q1,KGZ,USA,12.5,"]
    story = desk.model.value.story
    same = debriefing.comparison(story, story, 8, "KGZ")
    assert {row[3] for row in same} <= {"0.0", "0.00", "0"}
