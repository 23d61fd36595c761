"""Games: orders typed on the page are those of a run they are put into, saved games go on, and what a seat is told. No browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from patronage.browser import debriefing
from patronage.browser.game import Game, ScoreJob, dated, look_ahead, play_turn, resume, saved
from patronage.browser.model import PageModel
from patronage.browser.panels.seat import advise, fields, note
from patronage.browser.panels.turns import brought, ordered
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.driving import prepare
from patronage.games.foresight import Ordered, bought, outlook
from patronage.games.orders import Decision, decided
from patronage.games.scoring import MEAN_SHARE, Leaning, aims, in_force, percentile, standing
from patronage.scenario import load_scenario, quarter_name
from patronage.simulation import simulate
from patronage.telling.turns import aim_words, turn_report
from patronage.world.codes import RELIEF
from patronage.world.structure import Structure

SHORT = b"extends: two-patrons\nperiod: {end: 2010Q4}\nevents: {withdrawal: ~, surplus: ~}\n"
FIRST = {"offers": {"KGZ": 40.0}, "bids": {"KGZ": 9.5}, "denials": {"KGZ": 3.25}, "relief": {"KGZ": 5.0}, "restrain": True}
SECOND = {"offers": {"KGZ": 0.0}}


def seated(source=None, code="RUS"):
    desk = Desk(source or Setup("short.yaml", SHORT), held=True)
    desk.sit(code)
    return desk


def played(source=None):
    """A year with one order, two quarters with another."""
    desk = seated(source)
    play_turn(desk, FIRST, 4)
    play_turn(desk, SECOND)
    desk.step()
    return desk


@pytest.mark.parametrize(("code", "first", "changed"), [
    ("RUS", FIRST, "share"), ("USA", {"bids": {"KGZ": 0.0}}, "base"), ("USA", {"denials": {"KGZ": 900.0}}, "notice"),
])  # fmt: skip
def test_orders_typed_are_those_of_a_run_they_are_put_into(code, first, changed):
    desk = seated(Setup("us-withdrawal"), code)
    play_turn(desk, first, 4)
    play_turn(desk, first, 4)
    play_turn(desk, SECOND)
    scenario, history = desk.setup.load(), dated(desk.player)
    run = prepare(scenario, [0], 1).ensemble()
    kept = {name: [] for name in ("share", "base", "notice")}
    while run.world.quarter < desk.model.value.world.quarter:
        at = run.world.quarter + 1
        run.step(Ordered(run.start.structure, {code: [in_force(history, at)]}))
        for name, values in kept.items():
            values.append(getattr(run.world, name)[0].copy())
    story = desk.model.value.story
    assert np.array_equal(story.array("share")[1:], kept["share"])
    assert np.array_equal(story.array("base")[1:], kept["base"])
    free = simulate(scenario, 1, 1).data
    assert not np.array_equal(free[changed].values[0, : story.now], kept[changed]), "orders that change nothing"
    assert desk.player.turns == [(0, 4), (4, 8), (8, 9)]


def test_a_game_is_taken_up_where_it_was_saved():
    desk = played(Setup("two-patrons"))
    text = json.dumps(saved(desk))
    other = Desk(Setup(), held=True)
    assert resume(other, text)
    assert other.model.value.story.array("share").tolist() == desk.model.value.story.array("share").tolist()
    assert (other.player.orders(), other.player.turns) == (desk.player.orders(), desk.player.turns)
    for both in (desk, other):
        both.step()
    assert np.array_equal(other.model.value.world.share, desk.model.value.world.share)
    assert "&file=" in saved(played())["game"]  # of a file that was handed over


def test_what_is_typed_and_not_yet_played_comes_back_with_the_game():
    desk, other = played(Setup("two-patrons")), Desk(Setup(), held=True)
    typed, drawn = {"offers": {"KGZ": 12.5}, "relief": {"KGZ": 2.0}, "restrain": True}, desk.ticks.value
    note(desk, desk.player, typed)
    assert desk.ticks.value == drawn, "a page that is drawn anew with every key is slow"
    note(desk, desk.player, typed | {"rests": True})
    assert desk.ticks.value > drawn, "the browser keeps what it is sent"
    kept = saved(desk)
    assert resume(other, json.dumps(kept))
    assert {k: v for k, v in other.player.draft.items() if v} == typed
    assert other.player.orders() == desk.player.orders(), "nothing of it has been played"
    for nonsense in (None, 3, "x", [1]):
        assert resume(other, json.dumps(kept | {"draft": nonsense}))
        assert other.player.draft == Decision(SECOND["offers"]).as_words() | {"relief": {}}
    assert resume(other, json.dumps(kept | {"draft": {"offers": {"KGZ": -1e99, "XXX": 5, "USA": "much"}, "restrain": 1}}))
    assert not any(other.player.draft.values()) or other.player.draft["offers"] == {"KGZ": 0.0}


@pytest.mark.parametrize("change", [
    {"seat": "RSU"}, {"seat": "../x"}, {"game": "scenario=/etc/passwd"}, {"decisions": [{"quarter": "soon"}]}, {"decisions": 3},
    {"turns": [[1]]}, {"turns": None}, {"game": None},
])  # fmt: skip
def test_what_is_no_saved_game_changes_nothing(change):
    desk = seated(Setup("two-patrons"))
    play_turn(desk, SECOND)
    kept = saved(desk)
    shown = desk.model.value
    for text in (json.dumps(kept | change), json.dumps(change), "", "[", "[]"):
        assert not resume(desk, text)
        assert desk.problem.value.startswith("This is no saved game")
    assert desk.model.value is shown


# --- what a seat is told -----------------------------------------------------------------------------------------------------


def test_the_advice_of_the_model_is_told_only_when_it_was_asked_for():
    desk = seated()
    story, following = desk.model.value.story, quarter_name(desk.model.value.world.quarter + 1)
    _, seen = outlook(desk.model.value, "RUS")
    effort = simulate(desk.setup.load(), 1, 1, until=desk.model.value.scenario.start).data["effort"].sel(patron="RUS", client="KGZ")
    assert seen[0]["advice"]["offers"] == pytest.approx(float(effort.values[0, 0]), rel=1e-5)
    assert not [key for row in fields(story, seen, desk.player, following) for key in row if key in ("advice", "offer", "value")]
    advise(desk, desk.player)
    assert fields(story, seen, desk.player, following)[0]["advice"] == seen[0]["advice"]
    desk.step()
    assert "advice" not in fields(story, seen, desk.player, quarter_name(desk.model.value.world.quarter + 1))[0]


def test_what_an_offer_buys_is_the_difference_it_makes_with_other_luck_and_nothing_is_changed():
    desk = seated()
    model = desk.model.value
    before = model._ensemble.worlds.tobytes()
    few, many = (bought(model, "RUS", Decision({"KGZ": much}), 6)[0] for much in (1.0, 40.0))
    assert 0 < few.share < many.share
    assert many.spread > 0
    assert bought(model, "RUS", Decision({"KGZ": 0.0})) == []
    assert model._ensemble.worlds.tobytes() == before
    look_ahead(desk, {"offers": {"KGZ": 40.0}})
    row = fields(model.story, outlook(model, "RUS")[1], desk.player, model.story.quarters[1])[0]
    assert row["buys"].startswith("+")
    while model.running:
        desk.step()
    assert bought(model, "RUS", Decision({"KGZ": 40.0})) == []


def test_a_turn_is_told_in_three_to_six_sentences():
    desk = seated(Setup("us-withdrawal"))
    for _ in range(3):
        play_turn(desk, {"offers": {"KGZ": 20.0}}, 4)
    story = desk.model.value.story
    reports = [turn_report(story, "RUS", *turn) for turn in desk.player.turns]
    assert all(3 <= len(r) <= 6 for r in reports)
    last = reports[1]
    share = 100 * story.at("share", 8)[story.patrons.index("RUS")].mean()
    assert last[0].startswith("2001Q1 to 2001Q4: you spent ")
    assert f" to {share:.1f} %" in last[0]
    assert "offered more than you in" in last[1]
    assert any(s.startswith("Of others: Manas opened") for s in last)
    assert any(s.startswith("Accepted: Kyrgyzstan renewed Kant and the older sites for 4.5 MUSD a year") for s in last)
    assert last[-1].startswith("Ahead")


def test_what_history_brings_is_told_by_name_whatever_else_there_is_to_tell():
    desk = seated(Setup("us-withdrawal"))
    reports = []
    for at in ("2000Q1", "2001Q1", "2002Q1"):
        play_turn(desk, {"offers": {"KGZ": 2000.0}}, 4)  # more than there is: a sentence more
        reports.append(turn_report(desk.model.value.story, "RUS", *desk.player.turns[-1], *desk.player.ordered(at)))
    assert "Your offers were cut" in " ".join(reports[1])
    ahead = "Ahead: 2001Q2 The Shanghai Cooperation Organisation opens; 2001Q4 The United States go to war in Afghanistan"
    assert reports[0][-1].startswith(ahead)
    assert any(s.startswith("It happened: ") and "The United States go to war in Afghanistan" in s for s in reports[1])
    assert all(3 <= len(told) <= 6 for told in reports)


def test_a_base_that_nobody_wanted_is_refused_by_nobody():
    desk = seated(Setup("us-withdrawal"), "USA")
    play_turn(desk, {"offers": {"KGZ": 20.0}}, 12)
    story = desk.model.value.story
    values = [float(row["value"]) for row in story.rows(12).to_dict("records") if row["kind"] == "refused" and row["patron"] == "USA"]
    assert min(values) < 0, "the case has none"
    told = [sentence for at in range(12) for sentence in turn_report(story, "USA", at, at + 1) if sentence.startswith("Refused you")]
    assert not [sentence for sentence in told if "worth −" in sentence or "worth -" in sentence]


def test_quarters_that_were_stepped_in_a_seat_are_turns_too():
    desk = seated()
    desk.step()
    play_turn(desk, {"offers": {"KGZ": 20.0}}, 4)
    desk.step(2)
    game, story = desk.player, desk.model.value.story
    assert (game.turns, game.turns_until(7)) == ([(1, 5)], [(0, 1), (1, 5), (5, 7)])
    assert (game.turns_until(7, playing=True), game.turns_until(5)) == ([(0, 1), (1, 5)], [(0, 1), (1, 5)])
    assert ordered(story, game, (0, 1)) == ""
    assert ordered(story, game, (5, 7)) == "offers Kyrgyzstan 20", "the last order stands"
    assert brought(story, game, (5, 7)).startswith("2010Q2 to 2010Q3: you spent ")
    told = debriefing.as_html(desk).decode()
    assert [f"{words}: you spent" in told for words in ("2009Q1", "2009Q2 to 2010Q1", "2010Q2 to 2010Q3")] == [True] * 3


class Overheard(Ordered):
    """Keeps the denial bids of a quarter."""

    def bid(self, view, p):
        value, self.denial = super().bid(view, p)
        return value, self.denial


def test_whose_bases_a_denial_bid_counts_against_is_said_and_is_what_the_engine_counts():
    found = {}
    for asked in ("us-withdrawal", "two-patrons"):
        scenario = Setup(asked).load()
        for seat in scenario.patrons:
            model = seated(Setup(asked), seat).model.value
            run = prepare(scenario, [0], 1).ensemble()
            heard = Overheard(run.start.structure, {seat: [Decision(denials=dict.fromkeys(scenario.clients, 500.0))]})
            run.step(heard)
            counted = (heard.denial[0, scenario.patrons.index(seat)] > 0).any(axis=1)
            expected = [p for p, counts in zip(scenario.patrons, counted, strict=True) if counts]
            found[asked, seat] = expected
            assert all(row["against"] == expected for row in outlook(model, seat)[1]), (asked, seat)
    assert "USA" not in found["us-withdrawal", "RUS"], "its rivalry returns in 2005"
    assert found["two-patrons", "RUS"] == ["USA"]


def test_what_of_an_order_was_cut_is_told_with_what_it_came_to():
    desk = seated(Setup("us-withdrawal"), "CHN")
    at_hand = outlook(desk.model.value, "CHN")[0]
    play_turn(desk, {"offers": {"KGZ": 6000, "KAZ": 3000, "TJK": 0}, "relief": {"KAZ": 1000}})
    story, player = desk.model.value.story, desk.player
    told = " ".join(turn_report(story, "CHN", 0, 1, *player.ordered("2000Q1")))
    share = at_hand * 2 / 3, at_hand / 3  # of nine thousand, so the rest of the clients had next to nothing
    given = [float(story.at("effort", 1)[story.patrons.index("CHN"), story.clients.index(c)]) for c in ("KGZ", "KAZ")]
    assert given == pytest.approx(share, rel=1e-3)
    assert f"at hand, MUSD a quarter: Kazakhstan {given[1]:.2f} instead of 3000, Kyrgyzstan {given[0]:.2f} instead of 6000." in told
    assert "Tajikistan 0" not in told
    assert "Debt could be forgiven only where it was owed, MUSD: Kazakhstan 50.00 instead of 1000." in told
    play_turn(desk, {"offers": {"KGZ": 0.5, "KAZ": 0, "TJK": 0, "TKM": 0, "UZB": 0}})
    assert "instead of" not in " ".join(turn_report(story, "CHN", 1, 2, *player.ordered("2000Q2")))
    assert player.ordered("2000Q1")[1] == {"KAZ": 1000}
    assert player.ordered("2000Q3") == (player.decision, {})
    assert "forgives Kazakhstan 50.00 of the 1000 ordered" in ordered(story, player, (0, 1))
    assert brought(story, player, (0, 1)) == " ".join(turn_report(story, "CHN", 0, 1, *player.ordered("2000Q1"))[:-1])


# --- aims and score ----------------------------------------------------------------------------------------------------------


def test_aims_come_from_the_outcomes_of_the_scenario():
    scenario = load_scenario("us-withdrawal")
    found = aims(scenario, "USA")
    assert (found[0].outcome, found[0].patron) == (MEAN_SHARE, "USA")
    assert [(a.outcome, a.wants) for a in found[1:3]] == [("manas_open", 1), ("american_share", 1)]
    assert {(a.outcome, a.wants) for a in aims(scenario, "RUS")} >= {("manas_open", -1), ("russian_share", 1)}
    story = seated(Setup("us-withdrawal")).model.value.story
    assert aim_words(story, aims(scenario, "RUS")[2]).startswith("Have no base of the United States in Kyrgyzstan (Manas)")


def test_the_first_game_of_the_model_is_the_model_and_the_others_lean():
    desk = seated(Setup("us-withdrawal"))
    play_turn(desk, FIRST, 2)
    scenario = desk.setup.plain.load()
    until, history = desk.model.value.world.quarter, {"RUS": dated(desk.player)}
    found = standing(desk.setup.load(), scenario, 1, 0, "RUS", until, history, 12)
    i = desk.model.value.story.patrons.index("RUS")
    assert found.mine[0] == desk.model.value.story.array("share")[1:, i].mean()
    alone = simulate(scenario, 1, 1, until=until).data["share"].values[0, :, i]
    assert found.model[0] == pytest.approx(float(alone.mean()), abs=1e-6)
    assert len({round(v, 9) for v in found.games[:, 0]}) > 6
    assert 0 <= found.score <= 100
    wants = np.array([a.wants for a in found.aims])
    assert replace(found, mine=10.0 * wants).score > 95
    assert replace(found, mine=-10.0 * wants).score < 5


def test_model_players_spend_what_the_model_spends():
    """They share it out otherwise."""
    scenario = load_scenario("us-withdrawal")
    structure = Structure.of(scenario)
    i = structure.patrons.index("RUS")
    run = prepare(scenario, np.zeros(5, int), 1).ensemble()
    run.step(Leaning(structure, "RUS", 5, {}))
    effort = run.world.effort[:, i]
    assert effort.sum(axis=1) == pytest.approx(np.full(5, effort[0].sum()))
    assert not np.allclose(effort[0], effort[1])


@pytest.mark.parametrize(("value", "among", "expected"), [(1, [0, 0], 100), (0, [0, 0], 50), (0, [1, 2], 0), (1, [0, 1, 2, 3], 37.5)])
def test_a_percentile_counts_equals_half(value, among, expected):
    assert percentile(value, np.array(among, float)) == expected


def test_the_debrief_for_a_teacher_holds_orders_score_and_nothing_that_runs():
    source = Setup("mine.yaml", SHORT + b"title: '<script>alert(1)</script>'\n")
    desk = played(source)
    job = ScoreJob(desk.setup, desk.player, desk.model.value.world.quarter, lambda: None)
    job.work()
    desk.player.score = job
    page = debriefing.as_html(desk).decode()
    assert "<script>" not in page
    assert f"does better than {job.found.score:.0f} % of 100 games" in page
    assert "<td>2009Q1</td><td>RUS</td><td>KGZ</td><td>40</td><td>9.5</td><td>3.25</td><td>5</td><td>5</td><td>yes</td>" in page
    lines = debriefing.as_csv(desk.player, desk.model.value.story).decode().splitlines()
    assert lines[0].endswith(",debt_ordered_musd,debt_forgiven_musd,restraint")
    assert lines[1:] == ["2009Q1,RUS,KGZ,40,9.5,3.25,5,5,yes", "2010Q1,RUS,KGZ,0,,,,,"]


def test_debt_that_was_not_owed_is_not_told_as_forgiven():
    desk = seated(Setup("us-withdrawal"))
    play_turn(desk, {"relief": {"KAZ": 1000.0}}, 4)
    story = desk.model.value.story
    came = story.array("delivered", 4)[:, story.patrons.index("RUS"), story.clients.index("KAZ"), RELIEF].sum()
    assert 0 < came < 1000
    assert debriefing.as_csv(desk.player, story).decode().splitlines()[1] == f"2000Q1,RUS,KAZ,,,,1000,{came:g},"
    assert ordered(story, desk.player, (0, 4)) == f"forgives Kazakhstan {came:.2f} of the 1000 ordered"


def test_a_base_without_a_name_is_told_by_whose_it_is():
    model = PageModel(Setup("no-name.yaml", SHORT + b"bases: ~\noutcomes: ~\n"))
    for _ in range(8):
        model.step()
    told = " ".join(" ".join(turn_report(model.story, seat, 0, 8)) for seat in model.story.patrons)
    assert "took" not in told
    assert re.search(r"Kyrgyzstan (gave you a|renewed your) base for \d", told)
    assert re.search(r"Of others: a base of \w[\w ]+ in Kyrgyzstan opened", told)


def test_a_game_forgets_nothing_that_was_ordered():
    decision, _ = decided(FIRST | {"least": {"KGZ": 1}, "refuse": ["KGZ", "XXX"]}, ["KGZ"])
    game = Game("RUS")
    game.order("2009Q1", decision, {})
    again = Game("RUS")
    again.remember(json.loads(json.dumps(game.orders())), ["KGZ"])
    assert again.decision == decision
