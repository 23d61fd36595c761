"""What docs/experiments.md says the built-in experiments found, at a small size; each finding fails without its mechanism."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from patronage.experiments import sweep

pytestmark = pytest.mark.statistical

EXPERIMENTS = Path(__file__).resolve().parents[1] / "experiments"


@pytest.fixture
def small(tmp_path):
    """Simulate a built-in experiment with another design and number of runs, and something fixed otherwise."""

    def made(name: str, design: str, replications: int, fixed: str = "", without: tuple[str, ...] = ()) -> pd.DataFrame:
        text = (EXPERIMENTS / f"{name}.yaml").read_text(encoding="utf-8")
        text = re.sub(r"design: .*", f"design: {design}", text)
        text = re.sub(r"replications: .*", f"replications: {replications}", text)
        for factor in without:
            text = re.sub(rf"  {factor}: .*\n", "", text)
        if fixed:
            text = re.sub(r"(scenario: .*\n)", rf"\1set: {{{fixed}}}\n", text)
        number = len(list(tmp_path.iterdir()))
        file = tmp_path / f"{name}-{number}.yaml"
        file.write_text(text, encoding="utf-8")
        done = sweep(file, tmp_path / f"{name}-{number}")
        return done.outcomes.join(done.points, on="point")

    return made


def test_the_mission_decides_manas(small):
    def shares(**more):
        return (
            small("manas", "{kind: lhs, points: 12, crossed: yes}", 3, **more).groupby("mission")["manas_open"].mean()
        )

    found = shares()
    assert found[0.0] == 0
    assert 0.1 < found[0.5] < 0.4
    assert found[1.0] > found[0.5] + 0.08
    unwanted = shares(fixed="patrons.USA.need.base: 0", without=("need",))
    assert unwanted[1.0] == 0


def test_equipment_buys_influence_where_it_is_left_and_only_there(small):
    def gains(**more):
        table = small("equipment", "{kind: lhs, points: 4, crossed: yes}", 3, **more)
        means = table.groupby(["to_kgz", "to_tjk", "to_uzb"]).mean()
        return means.loc[(31.0, 0.0, 0.0)] - means.loc[(0.0, 0.0, 0.0)], means.loc[(0.0, 31.0, 0.0)] - means.loc[
            (0.0, 0.0, 0.0)
        ]

    kyrgyz, tajik = gains()
    assert kyrgyz["kyrgyz_2015"] > 0.02
    assert 0 < kyrgyz["kyrgyz_2021"] < kyrgyz["kyrgyz_2015"]
    assert abs(kyrgyz["tajik_2015"]) < 0.002
    assert tajik["tajik_2015"] > 0.01
    assert tajik["russian_share_2015"] < -0.005
    weightless = (
        "rules.influence.arms_bandwidth: 0, rules.influence.arms_monopoly: 0"  # a handover counts as major arms
    )
    nothing, _ = gains(
        fixed=f"{weightless}, rules.stocks.surplus_quality: 0, rules.stocks.instructors: 0",
        without=("quality", "instructors"),
    )
    assert abs(nothing["kyrgyz_2015"]) < 0.002


def test_distance_and_russian_influence_decide_uzbek_membership(small):
    def split(**more):
        table = small("uzbekistan", "{kind: lhs, points: 80}", 2, **more)
        return {
            name: table[table[name] > table[name].median()]["member_2013"].mean()
            - table[table[name] <= table[name].median()]["member_2013"].mean()
            for name in ("distance", "share")
        }

    found = split()
    assert found["distance"] < -0.15
    assert found["share"] > 0.05
    nobody = split(fixed="mechanisms.bloc_choice: off")
    assert nobody == {"distance": 0, "share": 0}


def test_rivals_raise_the_price_of_a_base(small):
    table = small("rivalry", "{kind: grid, levels: 2}", 6)
    mean = table.groupby(["bids", "rivalry"])[["rent_manas", "russian_relief", "manas_open"]].mean()
    with_bids, without = mean.loc["on"], mean.loc["off"]
    assert with_bids.loc[1.5, "rent_manas"] > 1.3 * with_bids.loc[0.0, "rent_manas"]
    assert without.loc[1.5, "rent_manas"] < 1.05 * without.loc[0.0, "rent_manas"]
    assert with_bids.loc[1.5, "russian_relief"] > with_bids.loc[0.0, "russian_relief"]
    assert with_bids.loc[1.5, "manas_open"] < with_bids.loc[0.0, "manas_open"]


def test_a_poor_moscow_concentrates_and_rivalry_says_on_whom(small):
    def thirds(**more):
        table = small("concentration", "{kind: lhs, points: 300}", 3, **more)
        return {
            (factor, outcome): table[table[factor] > table[factor].quantile(2 / 3)][outcome].mean()
            - table[table[factor] < table[factor].quantile(1 / 3)][outcome].mean()
            for factor in ("russian_budget", "rivalry")
            for outcome in ("concentration", "favourite")
        }

    found = thirds()
    assert found["russian_budget", "concentration"] < -0.03
    assert found["rivalry", "favourite"] > 2
    sphere = thirds(fixed="patrons.RUS.strategy: sphere")
    assert sphere["russian_budget", "concentration"] > -0.01
    blind = thirds(fixed="rules.courtship.rival_base: 0", without=("rival_base",))
    assert abs(blind["rivalry", "favourite"]) < 1
