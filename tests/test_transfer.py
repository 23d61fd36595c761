"""Rules learned on many regions: losses by plain loops, a truth found again, nothing read after the window, work that goes on."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage.calibration.priors import Parameter
from patronage.cli.app import app
from patronage.hindcast import regions as world_regions
from patronage.hindcast import world
from patronage.hindcast.regions import REGIONS, RegionOfWorld
from patronage.hindcast.targets import PARTS
from patronage.transfer import TransferPlan, learning, rules_of, transfer
from patronage.transfer import regions as learned_from
from patronage.transfer.learning import Evidence, Outcomes, learn, weights
from test_hindcast import invented

ROOT = Path(__file__).resolve().parents[1]
RULES = ("rules.trade.elasticity", "rules.arms.enter")
NAMES = ("north", "south", "east", "west")
LUCK = np.random.default_rng(5)


def parameters() -> tuple[Parameter, ...]:
    return (Parameter("rules.a", 0.0, 1.0, 0.5, "1"), Parameter("rules.b", 0.0, 1.0, 0.5, "1"))


def evidence(truth: float, noise: float, points: int = 65) -> tuple[Evidence, np.ndarray]:
    """Four regions of thirty dyads in which the first rule is the size of what comes, and the second moves nothing."""
    values = np.concatenate([[[0.5, 0.5]], LUCK.random((points - 1, 2))])
    came, said = [], []
    for region in NAMES:
        shape = LUCK.normal(size=(30, 2))
        dyads = tuple(("RUS", f"{region[:2].upper()}{i}") for i in range(30))
        y = 2 * truth * shape + noise * LUCK.normal(size=shape.shape)
        y[0, 1] = np.nan
        targets = ("fbic", *PARTS, "base")
        came.append(dict.fromkeys(targets, Outcomes(dyads, y, np.tile([1.0, 0.5], (30, 1)))))
        said.append(dict.fromkeys(targets, 2 * values[:, :1, None] * shape[None]))
    return Evidence.of(NAMES, came, said), values


# --- losses and weights -------------------------------------------------------------------------------------------------


def test_losses_are_what_plain_loops_say():
    found, values = evidence(0.8, 0.3, points=5)
    y, w, f = found.came["fbic"], found.weight["fbic"], found.forecast["fbic"]
    assert len(y) == 4 * 59, "what did not come out is left out"
    noise = sum(w[i] * y[i] ** 2 for i in range(len(y))) / sum(w) / 0.25**2
    for p in range(len(values)):
        top = sum(w[i] * f[p, i] * y[i] for i in range(len(y))) + 0.5 * noise
        k = min(1.0, max(0.0, top / (sum(w[i] * f[p, i] ** 2 for i in range(len(y))) + noise)))
        left = sum(w[i] * (y[i] - k * f[p, i]) ** 2 for i in range(len(y)))
        whole = sum(w[i] * y[i] ** 2 for i in range(len(y)))
        assert found.losses(NAMES)[p] == pytest.approx(left / whole), "all targets are alike here"
    assert found.dyads(("north", "west")) == 60


def test_a_point_weighs_by_its_loss_and_the_rules_as_they_stand_do_not():
    found = weights(np.array([0.1, 0.9, 0.92, 1.0]), 100)
    assert found[0] == 0
    assert found[2] / found[1] == pytest.approx(exp(-0.5 * 100 * 0.02))
    assert found.sum() == pytest.approx(1)


def test_groups_of_targets_count_alike():
    by = {"fbic": np.array([1.0]), **{p: np.array([0.4]) for p in PARTS}, "base": np.array([0.7])}
    assert learning.whole(by)[0] == pytest.approx((1.0 + 0.4 + 0.7) / 3)
    assert learning.whole({k: v for k, v in by.items() if k != "base"})[0] == pytest.approx(0.7)


def test_every_group_of_targets_chooses_rules_in_turn():
    parts, base = np.array([0.0, 0.9, 0.0, 0.4]), np.array([9.0, 8.0, 7.0, 6.0])
    reach = {"influence": np.array([0.1, 0.3, 0.2, 0.0]), "parts": parts, "base": base}
    assert learning.strongest(reach, 3) == (0, 1, 3), "the first, and the next of who comes too late"
    assert learning.strongest(reach, 9) == (0, 1, 2, 3)


def test_how_far_a_rule_reaches_is_told_between_its_ends():
    found, _ = evidence(0.8, 0.3, points=5)
    pair = {t: np.stack([0 * f[0], 2 * found.came[t], f[0], f[0]]) for t, f in found.forecast.items()}
    reach = Evidence(found.region, found.dyad, found.came, found.weight, pair).reach()
    assert set(reach) == {"influence", "parts", "base"}
    assert reach["parts"] == pytest.approx([2.0, 0.0])


def test_where_nothing_came_false_alarms_cost():
    found, _ = evidence(0.8, 0.3, points=5)
    found.came["base"][found.inside("base", ["east"])] = 0.0
    quiet = found.squares("base", np.zeros_like(found.forecast["base"]), np.ones(5), ["east"])
    loud = found.squares("base", np.ones_like(found.forecast["base"]), np.ones(5), ["east"])
    assert (quiet == 0).all()
    assert (loud > 0).all()


# --- what is learned ------------------------------------------------------------------------------------------------------


def tried(truth: float, noise: float):
    found, values = evidence(truth, noise)
    learned = learn(found, parameters(), values, {r: i // 2 for i, r in enumerate(NAMES)})
    fresh, _ = evidence(truth, noise)
    pair = Evidence(
        fresh.region, fresh.dyad, fresh.came, fresh.weight,
        {t: np.stack([f[0], f[0] * learned.middle(0)[0] / 0.5]) for t, f in fresh.forecast.items()},
    )  # fmt: skip
    return learned.tested(pair)


def test_a_rule_that_the_regions_tell_is_found_and_wins_where_it_was_not_learned():
    found = tried(0.95, 0.2)
    table = found.table().set_index("path")
    assert table.loc["rules.a", "median"] > 0.8
    assert table.loc["rules.a", "told"] == "well"
    assert table.loc["rules.b", "told"] == "not"
    assert found.everywhere
    gains = found.gains().set_index("of")
    assert gains.loc["all", "low"] > 0
    assert gains.loc["all", "regions"] == 4
    assert set(found.test["of"]) == {"all", "influence", "parts", "base"}


def test_of_noise_nothing_is_learned():
    found = tried(0.0, 1.0)
    assert (found.table()["told"] != "well").all()
    assert found.gains().set_index("of").loc["all", "high"] < 0.05


def test_what_is_left_out_does_not_teach():
    found, values = evidence(0.9, 0.2)
    folds = {r: i for i, r in enumerate(NAMES)}
    before = learn(found, parameters(), values, folds)
    for t in found.targets:
        found.came[t][found.inside(t, ["west"])] *= -3
    after = learn(found, parameters(), values, folds)
    assert np.array_equal(before.middle(3), after.middle(3))
    assert before.links[3] == after.links[3]
    assert not np.array_equal(before.middle(0), after.middle(0))


# --- on the engine --------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(monkeypatch):
    """Two regions of the invented tables."""
    made = {c: RegionOfWorld(c, (c,), ("PPP", "QQQ")) for c in ("AAA", "BBB")}
    for room in (world_regions, world, learned_from):
        monkeypatch.setattr(room, "REGIONS", made)
    monkeypatch.setattr("patronage.reports.transfer.REGIONS", made)
    yield made
    for cached in (world.known, learned_from.window, learned_from.observed_in, learned_from.source_of, learned_from.beginning):
        cached.cache_clear()


def plan(folder, **more) -> TransferPlan:
    settings = {"origins": (2001, 2003), "last": 2006, "points": 8, "runs": 2, "only": RULES, "folds": 2} | more
    return TransferPlan(str(folder), ("AAA", "BBB"), **settings)


@pytest.mark.statistical
def test_nothing_later_than_the_window_is_read(two, tmp_path):
    worlds = (("one", 3000), ("two", 2006))
    found = [transfer(plan(invented(tmp_path / name, after=after)), tmp_path / f"out-{name}") for name, after in worlds]
    assert np.array_equal(found[0].losses, found[1].losses)
    pd.testing.assert_frame_equal(found[0].test, found[1].test, check_exact=True)
    assert (found[0].losses != 1).any(), "it does say something"
    earlier = transfer(plan(invented(tmp_path / "three", after=2005)), tmp_path / "out-three")
    assert not np.array_equal(found[0].losses, earlier.losses), "the twin: a year of the window changed"


def test_rules_are_theory_alone(two, tmp_path):
    start = learned_from.beginning(plan(invented(tmp_path / "data")), "AAA", 2001)
    paths = [p.path for p in rules_of(start)]
    assert all(p.startswith("rules.") for p in paths)
    assert not any(p.startswith("rules.influence.") for p in paths)
    assert len(paths) > 100
    assert tuple(p.path for p in rules_of(start, RULES)) == RULES


def test_regions_kept_apart_are_in_none_and_groups_are_neighbours():
    everywhere = TransferPlan("data", tuple(REGIONS))
    assert not {"ARM", "AZE", "GEO", "BLR", "MDA", "UKR"} & {c for r in REGIONS.values() for c in (*r.clients, *r.patrons)}
    folds = [everywhere.fold(r) for r in REGIONS]
    assert folds == sorted(folds)
    assert set(folds) == set(range(5))
    assert len(everywhere.screened) == 3


def command(*words):
    return CliRunner().invoke(app, ["calibrate", "two-patrons", *map(str, words)])


def words_of(folder, out):
    only = [w for rule in RULES for w in ("--only", rule)]
    return "--regions", "world", "--data", folder, "--to", 2006, "--points", 8, "--runs", 2, "--folds", 2, *only, "--out", out


@pytest.mark.statistical
def test_the_command_goes_on_where_it_was_stopped_and_writes_the_same(two, tmp_path, monkeypatch):
    folder, out = invented(tmp_path / "data"), tmp_path / "out"
    right, done = learned_from.simulated, []

    def stopped(task):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(task)
        return right(task)

    with monkeypatch.context() as patch:
        patch.setattr(learned_from, "simulated", stopped)
        first = command(*words_of(folder, out))
    assert first.exit_code == 130, first.output
    assert "the same command goes on" in first.output
    monkeypatch.setattr(learned_from, "simulated", lambda task: done.append(task) or right(task))
    again = command(*words_of(folder, out))
    assert again.exit_code == 0, again.output
    assert len(done) == 8, "two regions, two origins, twice; none of them again"
    assert "Gain over the rules as they stand" in again.output
    assert {p.name for p in out.iterdir()} >= {"calibrated.yaml", "summary.txt", "regions.csv", "manifest.json"}
    assert command(*words_of(folder, tmp_path / "fresh")).exit_code == 0
    for name in ("parameters.csv", "regions.csv", "gains.csv", "points.csv", "summary.txt"):
        assert (out / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes(), name
    answer = json.loads(command(*words_of(folder, out), "--json").stdout)
    assert [r["path"] for r in answer["rules"]] == list(RULES)
    from patronage import load_scenario

    layered = load_scenario(out / "calibrated.yaml").figure("rules.trade.elasticity")
    assert layered.source.startswith("calibrated on data to 2006")
    assert layered.range is not None
    other = command(*words_of(folder, out), "--seed", 2)
    assert (other.exit_code, "holds another calibration" in other.output) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--regions", "atlantis"), "there is no 'atlantis'"),
        (("--regions", "world", "--only", "rules.trade.elastcity"), "Did you mean rules.trade.elasticity?"),
        (("--regions", "world", "--only", "rules.influence.scale"), "no rule that regions share"),
        (("--regions", "world", "--to", "2003"), "name 2006 or later"),
        (("--regions", "sahel,horn"), "name more, or fewer groups"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(tmp_path, words, said):
    refused = command("--data", tmp_path, *words)
    assert refused.exit_code == 2, refused.output
    assert said in refused.output


def test_a_dry_run_reads_nothing(tmp_path):
    told = command("--data", tmp_path / "nowhere", "--regions", "world", "--dry-run")
    assert told.exit_code == 0, told.output
    assert "95 tasks" in told.output


def test_the_layer_that_ships_sets_rules_within_their_ranges_and_nothing_else():
    from patronage import load_scenario

    layered, stood = load_scenario(ROOT / "examples" / "rules-learned-to-2012.yaml"), load_scenario("central-asia")
    changed = {path for _, path in stood.cells() if layered.figure(path).value != stood.figure(path).value}
    assert 1 <= len(changed) <= 8
    for path in changed:
        figure, before = layered.figure(path), stood.figure(path)
        assert path.startswith("rules.")
        assert not path.startswith("rules.influence.")
        assert figure.source.startswith("calibrated on data to 2012")
        assert before.range[0] <= figure.range[0] < figure.value < figure.range[1] <= before.range[1]
