"""Cases of other regions and their boards: cited, mostly no assumption, mostly undecided, and as bad as their pages say."""

from __future__ import annotations

import re

import pytest

from patronage import load_scenario, simulate
from patronage.facts.board import board
from patronage.facts.fitting import check, decided, unasked
from patronage.facts.shipped import ELSEWHERE, boards, for_scenario, lists, pool
from patronage.scenario import load_text
from test_scenario_figures import differences, needs_data

SCORED = {name: name for name in ("sahel", "horn-of-africa", "pacific-islands", "pacific-recognition")}
"""Boards by the scenario they are about."""
CASES = ("horn-of-africa", "central-asia-2025", "pacific-recognition")
"""Cases of which at most a third of all written figures may be an assumption."""
FEWEST = 12


@pytest.mark.parametrize(("listed", "name"), SCORED.items())
def test_a_case_has_a_dozen_cited_facts_half_of_them_undecided(listed: str, name: str) -> None:
    scenario, facts = load_scenario(name), boards()[listed]
    assert for_scenario(scenario) == facts
    check(facts, scenario)
    open_ = [f for f in facts.facts if not unasked(f, scenario) and not decided(f, scenario)]
    assert len(open_) >= max(FEWEST, len(facts.facts) / 2)
    assert [f.name for f in facts.facts if len(f.source) < 4] == []


def test_every_board_is_about_a_case_and_gives_nobody_a_base_rate() -> None:
    assert set(boards()) - set(lists()) == set(SCORED)
    assert ELSEWHERE not in boards()
    assert pool() == [f for facts in lists().values() for f in facts.facts]


@pytest.mark.parametrize("name", CASES)
def test_at_most_a_third_of_a_case_is_assumed(name: str) -> None:
    written = [f for f in load_scenario(name).figures().values() if f.origin != "default"]
    assumed = [f for f in written if f.source.startswith("assumption")]
    assert 0 < len(assumed) <= len(written) / 3


def test_what_a_case_took_over_from_build_is_compared_with_what_build_gives() -> None:
    needs_data()
    figure = load_scenario("horn-of-africa").figures()["states.ETH.openness"]
    planted = {"states.ETH.openness": {"value": 0.4, "source": figure.source}}
    assert list(differences(load_scenario("horn-of-africa", planted))[1]) == ["states.ETH.openness"]


def test_the_forward_case_knows_nothing_after_its_first_day() -> None:
    scenario = load_scenario("central-asia-2025")
    assert not scenario.events
    dated = {path: re.findall(r"\b20\d\d-\d\d(?:-\d\d)?\b", f.source) for path, f in scenario.figures().items()}
    assert sum(map(bool, dated.values())) > 20
    assert {path: days for path, days in dated.items() if max(days, default="") >= "2025"} == {}


def test_a_large_region_s_run_can_be_read_again() -> None:
    """A run folder holds every figure spelt out: six states, five powers and the paths of nine years are above 256 KiB."""
    many = {f"events.e{i}": {"at": "2009Q1", "set": {"region.instability": {"value": 0.1, "source": "x" * 1000}}} for i in range(200)}
    text = load_scenario("pacific-islands", many).resolved()
    assert len(text) > 300 * 1024
    assert len(load_text(text).events) > 200


@pytest.mark.statistical
def test_the_horn_is_told_worse_than_by_saying_that_nothing_changes() -> None:
    """As docs/horn-of-africa.md says: of bases that were announced and never built all stand; money and rents are told better."""
    scenario = load_scenario("horn-of-africa")
    found = board(boards()["horn-of-africa"], simulate(scenario, 60, 1), scenario, pool())
    rows, groups = found.rows.set_index("fact"), found.slices.set_index("group")
    missed = ["emirates_djibouti_2016", "emirates_berbera_2018", "saudis_djibouti_2020", "turkey_sudan_2020", "russia_sudan_2022"]
    assert (rows.loc[[*missed, "russia_eritrea_2022", "falls_sudan"], "chance"].astype(float) < 0.2).all()
    assert groups.loc["base", "brier"] > max(groups.loc["base", "brier_base"], groups.loc["base", "brier_persistence"])
    assert groups.loc["rent", "brier"] < groups.loc["rent", "brier_base"]
    assert groups.loc["given", "brier"] < groups.loc["given", "brier_base"]


def test_a_friend_has_one_friend_and_what_needs_an_embassy_goes_with_it() -> None:
    """Recognition in the Pacific: never two at a time, no Chinese police, port or outpost without, and no event names a winner."""
    scenario = load_scenario("pacific-recognition")
    assert not [act for event in scenario.events for act in event.acts]
    with_both = {c: f"concession(CHN, {c}, recognition) + concession(TWN, {c}, recognition)" for c in scenario.clients}
    guests = {c: " + ".join(f"concession(CHN, {c}, {k})" for k in ("team", "port", "outpost")) for c in scenario.clients}
    asked: dict[str, object] = {f"outcomes.both_{c}": {"measure": m, "reduce": "max"} for c, m in with_both.items()}
    asked |= {
        f"outcomes.alone_{c}": {"measure": f"{m} > 0 and not concession(CHN, {c}, recognition)", "reduce": "any"}
        for c, m in guests.items()
    }
    found = simulate(load_scenario("pacific-recognition", asked), 10, 1, record="lean").outcomes
    assert (found[[f"both_{c}" for c in scenario.clients]].max() == 1).all()
    assert (found[[f"alone_{c}" for c in scenario.clients]] == 0).all(axis=None)


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("name", "likely", "unlikely"),
    [
        ("sahel", ["france_mali_2023", "france_burkina_2023", "france_chad_2023"], ["france_niger_2024", "france_chad_2025"]),
        (
            "pacific-recognition",
            ["marshalls_taipei_2024", "palau_taipei_2024", "australians_solomons_2018", "chinese_police_vanuatu_2023", "manus_2022"],
            ["nauru_beijing_2024", "chinese_police_solomons_2022", "chinese_police_fiji_2023", "falls", "american_grants_png"],
        ),
        ("pacific-islands", ["ramsi_2018", "kwajalein_2022"], ["australians_back_2022", "american_grants_png"]),
    ],
)  # fmt: skip
def test_boards_are_right_and_wrong_where_their_pages_say(name: str, likely: list[str], unlikely: list[str]) -> None:
    scenario = load_scenario(name)
    rows = board(boards()[name], simulate(scenario, 60, 1), scenario, pool()).rows.set_index("fact")
    assert (rows.loc[likely, "chance"].astype(float) > 0.7).all()
    assert (rows.loc[unlikely, "chance"].astype(float) < 0.3).all()
