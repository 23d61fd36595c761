"""What the page explains: values of the run, meanings as `explain` and reasons as `why` have them; bad questions have no answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from patronage import browser, simulate, telling
from patronage.browser.debriefing import comparison, questions
from patronage.browser.model import PageModel
from patronage.browser.setup import Setup
from patronage.reports.why import why_text
from patronage.scenario import explain
from patronage.telling import explaining
from patronage.telling.charts import actors, client, compare, contracts, streams
from patronage.telling.charts.base import number
from patronage.telling.deals import about_words, rows
from patronage.telling.explaining import explained, run_so_far
from patronage.telling.ties import ties
from patronage.telling.tiles import NOTHING, signed, tiles

QUARTERS = 18


@pytest.fixture(scope="module")
def story():
    model = PageModel(Setup("two-patrons", replication=2))
    for _ in range(QUARTERS):
        model.step()
    return model.story


@pytest.fixture(scope="module")
def result(story):
    return simulate(story.scenario, 1, first=2, seed=story.record.seed, record="full", until=story.quarters[QUARTERS])


@pytest.mark.parametrize("words", ["share(RUS, KGZ)", "legitimacy(KGZ)", "budget(USA)", "base(USA, KGZ)", "delivered(USA, KGZ)"])
def test_a_measure_is_explained_as_the_commands_do(story, result, words):
    found = explained(story, None, QUARTERS, words, year=False)
    assert found.moved == why_text(result, words)
    assert found.meaning == explain(story.scenario, words)
    if found.spans:
        year = explained(story, None, QUARTERS, words)
        assert year.moved == why_text(result, words, since=story.quarters[QUARTERS - 4])


def test_values_are_those_of_the_run(story, result):
    share = float(result.data["share"].sel(patron="RUS", client="KGZ").values[0, -1])
    assert f"{100 * share:.1f} %" in explained(story, None, QUARTERS, "share(RUS, KGZ)").value
    assert explained(story, None, QUARTERS, "share(RUS, KGZ)").value.startswith(story.quarters[QUARTERS])
    before = explained(story, None, 0, "share(RUS, KGZ)")
    assert f"{100 * float(story.at('share', 0)[story.patrons.index('RUS'), 0]):.1f} %" in before.value
    assert "before the first" in before.moved


def test_what_every_chart_and_tile_asks_has_an_answer(story):
    marks = client.happenings(story, QUARTERS)
    options = [
        client.client_shares(story, QUARTERS, "KGZ", story, None, marks), client.timeline(story, QUARTERS),
        client.legitimacy(story, QUARTERS, None, None), streams.stream(story, QUARTERS, "KGZ"),
        streams.channels(story, QUARTERS, "RUS", "KGZ"), streams.stocks(story, QUARTERS, "RUS", "KGZ"),
        streams.position(story, QUARTERS, "KGZ"), contracts.bases(story, QUARTERS), contracts.rents(story, QUARTERS),
        actors.budgets(story, QUARTERS), actors.concentration(story, QUARTERS), actors.portfolio(story, QUARTERS, "USA"),
        actors.gifts(story, QUARTERS, "USA"), compare.means(story, story, QUARTERS),
        compare.differences(story, story, QUARTERS, "KGZ"),
    ]  # fmt: skip
    asked = {t.ask or f"tile {t.key}" for t in tiles(story, QUARTERS, None)} | {t.asks for t in ties(story, QUARTERS)}
    for option in options:
        found = {x["ask"] for s in option["series"] for x in (s, *(d for d in s["data"] if isinstance(d, dict))) if "ask" in x}
        assert found, json.dumps(option)[:200]
        asked |= found
    for question in sorted(asked):
        answer = explained(story, story, QUARTERS, question)
        assert answer is not None, question
        assert answer.title, question
        assert answer.value, question
        assert all(explained(story, None, QUARTERS, more) for _, more in answer.parts if more), question


def test_a_tie_is_explained_by_the_quarters_or_the_inputs_that_it_is_made_of(story):
    found = {t.layer: t for t in ties(story, QUARTERS) if t.layer != "rent"}
    arms, treaty = explained(story, None, QUARTERS, found["arms"].asks), explained(story, None, QUARTERS, found["treaties"].asks)
    amounts = [float(words.split(": ")[1].removesuffix(" MUSD")) for words, _ in arms.parts]
    assert sum(amounts) == pytest.approx(found["arms"].amount, abs=0.02)
    path = f"ties.{found['treaties'].patron}.{found['treaties'].client}"
    assert treaty.meaning == "\n".join(explain(story.scenario, f"{path}.{name}") for name in ("treaty", "pact"))
    assert "source:" in treaty.meaning
    assert explained(story, None, QUARTERS, "tie arms KGZ RUS") is None


def test_a_term_is_explained_as_the_command_does(story):
    for word in ("mission", "mode", "concession", "share of influence"):
        found = explained(story, None, QUARTERS, f"word {word}")
        assert found.meaning == explain(story.scenario, word)
        assert found.value
    assert explained(story, None, QUARTERS, "word nonsense") is None


def test_headings_speak_of_terms_that_have_a_meaning_and_stand_on_the_page():
    texts = "".join(p.read_text("utf-8") for folder in (browser.__path__[0], telling.__path__[0]) for p in Path(folder).rglob("*.py"))
    whole = texts.replace(Path(explaining.__file__).read_text("utf-8"), "")
    for head, word in explaining.SPOKEN_OF.items():
        assert explaining.word_meaning(word), word
        assert f'"{head}' in whole, f"nothing on the page is headed {head}"
    spoken = {"Rent, MUSD/yr": "rent", "Least price, MUSD/yr": "floor F", "Worth, MUSD/yr": "value V"}
    spoken |= {"Mode": "mode", "Client": "client", "Bases": "basing rights"}
    silent = dict.fromkeys(("Outcome", "Kyrgyzstan", ""), "")
    assert {h: explaining.term_behind(h) for h in spoken | silent} == spoken | silent


def test_events_are_named_in_words():
    event = "{at: 2010Q4, forgive: {from: RUS, to: KGZ, amount: {value: 5, unit: MUSD, source: what if}}, source: what if}"
    changed = PageModel(Setup("two-patrons", None, (("events.now_forgive_1", event),))).story
    assert changed.event_words("now_forgive_1") == "Fired here: forgive – Russia – Kyrgyzstan"
    silent = PageModel(Setup("us-withdrawal")).story
    assert silent.event_words("american_mission").startswith("The United States go to war")
    assert silent.event_words("withdrawal") == "The American mission in Afghanistan ends"


def test_a_mark_asks_for_its_own_row(story):
    for mark in client.happenings(story, QUARTERS):
        row = story.ledger.iloc[mark["row"]]
        assert (str(row["quarter"]), str(row["kind"])) == (mark["quarter"], mark["kind"])


NONE = (
    "", "share(RUS)", "share(RUS, XXX)", "nothing", "row 99999", "row -1", "tile x", "event x", "mean KGZ",
    "share(RUS, KGZ) > 1", "gave RUS x", "member(NATO, KGZ)", "(" * 190,
)  # fmt: skip


@pytest.mark.parametrize("words", NONE)
def test_what_is_no_question_has_no_answer(story, words):
    assert explained(story, None, QUARTERS, words) is None


def test_every_outcome_is_explained_or_not_read_yet(story):
    for name in story.scenario.outcomes:
        assert explained(story, None, QUARTERS, f"outcome {name}").value
    stands = explained(story, None, QUARTERS, "outcome manas_open").value
    read = explained(story, None, QUARTERS, "outcome manas_open")
    assert read.title == "Manas stands (United States, in Kyrgyzstan)"
    assert read.meaning.splitlines() == [f"{read.title}: read in 2013Q4.", "In the file: last of base(USA, KGZ)"]
    assert stands.endswith(": yes in this run") == (story.outcome("manas_open", QUARTERS) > 0)
    assert run_so_far(story, 3).ledger["quarter"].astype(str).max() <= story.quarters[3]


def test_the_ledger_has_its_causes_and_what_it_is_about_in_words(story):
    found = rows(story, QUARTERS)
    raw = set(story.ledger["cause"].dropna().astype(str)) & {"hazard", "sought", "shock", "rebid", "term", "declining mission"}
    assert raw, "the run has none of the causes that need words"
    assert not [r["cause"] for r in found if r["cause"] in raw]
    about = {r["what"] for r in found}
    assert not [what for what in about if " of refusal" in what or "_" in what]
    assert about_words(story, "loans", "refusal of a base") == "loans for refusing a base"
    assert about_words(story, "", "refusal of a outpost") == "refusing an outpost"
    assert about_words(story, "arms", "base") == "arms for a base"
    assert about_words(story, "grants", "") == "grants"


def test_before_the_first_quarter_tiles_tell_no_numbers_that_mean_nothing(story):
    before, after = ({t.key: t for t in tiles(story, when, None)} for when in (0, QUARTERS))
    assert [before[k].value for k in ("shift", "money")] == [NOTHING, NOTHING]
    assert "pts" in after["shift"].value
    assert after["money"].value.endswith(" MUSD")


@pytest.fixture(scope="module")
def twin():
    """The same luck under another lever."""
    model = PageModel(Setup("two-patrons", None, (("patrons.USA.mission", "0"),), replication=2))
    for _ in range(QUARTERS):
        model.step()
    return model.story


def test_beside_a_run_that_is_compared_with_a_number_says_both_and_their_difference(story, twin):
    share, other = (float(s.at("share", QUARTERS)[s.patrons.index("USA"), 0]) for s in (story, twin))
    assert abs(share - other) > 0.001
    for question, one, two in (
        ("share(USA, KGZ)", share, other),
        ("mean USA", *(float(s.at("share", QUARTERS)[s.patrons.index("USA")].mean()) for s in (story, twin))),
    ):
        words = f"{number(100 * one)} % (in the run compared with: {number(100 * two)} %; this run less the other: "
        assert f"{words}{signed(100 * (one - two))} points)" in explained(story, twin, QUARTERS, question).value
    base = explained(story, twin, QUARTERS, "base(USA, KGZ)").value
    assert "less the other" not in base
    assert base.endswith("(in the run compared with: no)")
    assert "compared" not in explained(story, None, QUARTERS, "share(USA, KGZ)").value
    leads = explained(story, twin, QUARTERS, "leads KGZ")
    for s in (story, twin):
        patron, most, lead = s.leaders(QUARTERS)[0]
        assert f"{s.name(patron)} with {number(100 * most)} %, {number(100 * lead)} points ahead" in leads.value
    assert leads.parts[0][1] == f"share({story.leaders(QUARTERS)[0][0]}, KGZ)"
    hosts = [int(s.at("base", QUARTERS)[:, 0].sum()) for s in (story, twin)]
    assert explained(story, twin, QUARTERS, "hosts KGZ").value.endswith(f": {hosts[0]} (in the run compared with: {hosts[1]})")
    outcome = explained(story, twin, QUARTERS, "outcome manas_open").value
    assert outcome.endswith(f"(in the run compared with: {'yes' if twin.outcome('manas_open', QUARTERS) > 0 else 'no'})")


def test_all_that_a_debrief_compares_has_its_answer_and_says_the_same(story, twin):
    for seat in ("USA", "KGZ"):
        rows, asks = comparison(story, twin, QUARTERS, seat), questions(story, twin, seat)
        assert len(rows) == len(asks)
        for (title, mine, _, _), question in zip(rows, asks, strict=True):
            found = explained(story, twin, QUARTERS, question)
            shown = found.value.partition(": ")[2]
            if question.startswith(("so-far", "mean", "share", "hosts")):
                number_there = float(shown.split(" ")[0].replace("−", "-").replace("\u202f", ""))
                assert number_there == pytest.approx(float(mine.replace("−", "-").replace("\u202f", "")), abs=0.06), title
            assert "in the run compared with" in found.value, title


def test_a_total_is_the_sum_of_its_years(story):
    spent = explained(story, None, QUARTERS, "so-far spent USA")
    years = [float(words.split(": ")[1].split(" ")[0]) for words, asks in spent.parts if not asks]
    assert len(years) == len({q[:4] for q in story.quarters[1 : QUARTERS + 1]})
    assert sum(years) == pytest.approx(float(spent.value.split(": ")[1].split(" ")[0].replace("\u202f", "")), abs=0.03)


def test_a_turn_lists_the_rows_of_its_seat_and_quarters_and_no_order(story):
    begun = next(r.when for r in story.entries if r.patron == "USA")
    first, last = story.quarters[begun], story.quarters[begun + 3]
    found = explained(story, None, QUARTERS, f"turn USA {first} {last}")
    wanted = [n for n, r in enumerate(story.entries) if begun <= r.when <= begun + 3 and "USA" in (r.patron, r.client)]
    assert 0 < len(wanted) < len(story.entries)
    assert [asks for _, asks in found.parts] == [f"row {n}" for n in wanted]
    assert found.value == f"Rows of the ledger: {len(wanted)}"


def test_choices_of_the_scenario_answer_with_their_source():
    story = PageModel(Setup("us-withdrawal")).story
    for question, path in (("strategy USA", "patrons.USA.strategy"), ("leader SCO", "blocs.SCO.leader")):
        assert explained(story, None, 0, question).meaning == explain(story.scenario, path)
    assert explained(story, None, 0, "leader SCO").value == "China"


@pytest.mark.parametrize("words", [
    "leads USA", "hosts USA", "so-far spent KGZ", "so-far spent XXX", "so-far", "turn USA", "turn USA 2010Q1 x",
    "turn XXX 2010Q1 2010Q2", "leader", "strategy KGZ", "fact", "fact nothing",
])  # fmt: skip
def test_nor_have_these(story, words):
    assert explained(story, None, QUARTERS, words) is None
