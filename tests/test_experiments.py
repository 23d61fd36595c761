"""Experiment files: what they may say, what is refused and where, and the designs they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from patronage.experiments import Experiment, load_experiment, looks_like_experiment
from patronage.experiments.factors import Distribution, Factor
from patronage.experiments.schema import json_schema
from patronage.scenario import ScenarioError, load_scenario
from patronage.scenario.build import build
from patronage.scenario.layers import plain_tree
from patronage.scenario.problems import Problems

HEAD = """title: An experiment
scenario: two-patrons
"""
TAIL = """
design: {kind: lhs, points: 8}
replications: 3
outcomes: [manas_open]
"""
NEED = "uncertainties: {need: {path: patrons.USA.need}}"


def read(tmp_path: Path, text: str) -> Experiment:
    path = tmp_path / "try.yaml"
    path.write_text(text, encoding="utf-8")
    return load_experiment(path)


def refused(tmp_path: Path, text: str) -> list[str]:
    """The refusals of a file, without its name."""
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, text)
    assert {Path(p.file).name for p in caught.value.problems} == {"try.yaml"}
    return [str(p).partition("try.yaml:")[2] for p in caught.value.problems]


def only(tmp_path: Path, factor: str, tail: str = TAIL) -> Factor:
    """The one factor of an experiment."""
    (found,) = read(tmp_path, f"{HEAD}uncertainties:\n  one: {factor}\n{tail}").factors
    return found


# --- factors ---


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("{path: patrons.USA.need}", {"kind": "range", "sort": "number", "unit": "MUSD/yr", "low": 100, "high": 300}),
        ("{path: patrons.USA.need, range: [100, 400]}", {"low": 100, "high": 400, "base": 200}),
        ("{path: patrons.USA.need, range: [100 MUSD/quarter, 1 bn USD/yr]}", {"low": 400, "high": 1000}),
        ("{path: patrons.USA.need, range: [0.1, 0.4], unit: bn USD/yr}", {"low": 100, "high": 400}),
        ("{path: rules.bargaining.value_noise}", {"kind": "range", "low": 0.1}),
        ("{path: patrons.RUS.strategy, values: [sphere, portfolio]}",
         {"kind": "choice", "sort": "word", "values": ("sphere", "portfolio"), "base": "portfolio"}),
        ("{path: mechanisms.threat}", {"kind": "choice", "sort": "word", "values": ("off", "on"), "base": "on"}),
        ("{path: patrons.USA.need, values: [100, 200, 300]}", {"kind": "choice", "values": (100.0, 200.0, 300.0)}),
        ("{path: events.withdrawal.at, range: [2010Q1, 2011Q4]}",
         {"sort": "date", "low": 2010.0, "high": 2011.75, "base": 2011.5, "unit": "year"}),
        ("{path: events.withdrawal.over, range: [2, 8]}", {"sort": "whole", "low": 2, "high": 8, "base": 8}),
        ("{path: events.withdrawal.set.patrons.USA.mission}", {"sort": "number", "low": 0, "high": 0.5}),
        ("{path: events.drought.hazard}", {"unit": "%/yr", "low": 2, "high": 10, "base": 5}),
        ("{path: events.surplus.transfer.amount}", {"unit": "MUSD", "low": 10, "high": 30}),
        ("{path: bases.manas.rent, range: [0, 60]}", {"unit": "MUSD/yr", "base": 17.4}),
        ("{path: bases.manas.term, range: [1, 10]}", {"sort": "whole", "low": 1, "high": 10}),
        ("{path: patrons.USA.need, distribution: normal, mean: 200, sd: 40}", {"kind": "distribution"}),
    ],
)  # fmt: skip
def test_a_factor_knows_what_its_path_leads_to(tmp_path, written, wanted):
    factor = only(tmp_path, written)
    assert {k: getattr(factor, k) for k in wanted} == wanted


def test_levers_come_first_and_roles_are_kept(tmp_path):
    text = HEAD + NEED + "\nlevers: {how: {path: patrons.RUS.strategy, values: [sphere, portfolio]}}" + TAIL
    found = read(tmp_path, text)
    assert [(f.name, f.role) for f in found.factors] == [("how", "lever"), ("need", "uncertainty")]


def test_every_coordinate_gives_a_value_within_the_ends(tmp_path):
    text = """uncertainties:
  date: {path: events.withdrawal.at, range: [2010Q1, 2010Q4]}
  whole: {path: events.withdrawal.over, range: [2, 4]}
  word: {path: mechanisms.threat}
  number: {path: patrons.USA.need}
"""
    date, whole, word, number = read(tmp_path, HEAD + text + TAIL).factors
    for u in (0.0, 0.3, 0.999999, 1.0):
        assert date.at(u) in (2010.0, 2010.25, 2010.5, 2010.75)
        assert whole.at(u) in (2, 3, 4)
        assert word.at(u) == ("on" if u >= 0.5 else "off")
        assert number.at(u) == pytest.approx(100 + 200 * u)


def test_whole_numbers_and_dates_are_equally_likely(tmp_path):
    date = only(tmp_path, "{path: events.withdrawal.at, range: [2010Q1, 2010Q4]}")
    _, counts = np.unique(date.at((np.arange(4000) + 0.5) / 4000), return_counts=True)
    assert counts.tolist() == [1000] * 4


@pytest.mark.parametrize(
    ("found", "mean", "sd"),
    [
        (Distribution("uniform", (), 0, 12), 6, 12 / 12**0.5),
        (Distribution("triangular", (("mode", 0.0),), 0, 3), 1, 0.5**0.5),
        (Distribution("normal", (("mean", 280.0), ("sd", 60.0)), -np.inf, np.inf), 280, 60),
        (Distribution("lognormal", (("mean", 10.0), ("sd", 5.0)), 0, np.inf), 10, 5),
        (Distribution("log_uniform", (), 1, np.e), np.e - 1, ((np.e**2 - 1) / 2 - (np.e - 1) ** 2) ** 0.5),
    ],
)
def test_distributions_have_the_mean_and_spread_they_are_given(found, mean, sd):
    drawn = found.quantile((np.arange(200_000) + 0.5) / 200_000)
    assert (drawn.mean(), drawn.std()) == pytest.approx((mean, sd), rel=2e-3)


def test_a_range_cuts_a_distribution_off():
    drawn = Distribution("normal", (("mean", 0.0), ("sd", 1.0)), 0.0, 1.0).quantile(np.linspace(0, 1, 1001))
    assert (drawn.min(), drawn.max()) == (0, 1)
    assert drawn.mean() == pytest.approx(0.4599, abs=2e-3)  # of a normal distribution between 0 and 1


# --- designs ---


def test_a_grid_takes_every_combination(tmp_path):
    tail = TAIL.replace("{kind: lhs, points: 8}", "{kind: grid, levels: 3}")
    text = HEAD + "levers: {how: {path: patrons.RUS.strategy, values: [sphere, portfolio]}}\n" + NEED + tail
    table = read(tmp_path, text).design.table(read(tmp_path, text).factors)
    assert table.values.tolist() == [[w, n] for w in ("sphere", "portfolio") for n in (100.0, 200.0, 300.0)]


def test_a_list_goes_through_its_values_together(tmp_path):
    text = """
levers:
  how: {path: patrons.RUS.strategy, values: [sphere, portfolio]}
  need: {path: patrons.USA.need, values: [100, 150]}
"""
    found = read(tmp_path, HEAD + text + TAIL.replace("{kind: lhs, points: 8}", "{kind: list}"))
    assert found.design.table(found.factors).values.tolist() == [["sphere", 100.0], ["portfolio", 150.0]]


def test_a_hypercube_has_one_point_in_every_part(tmp_path):
    found = read(tmp_path, HEAD + NEED + TAIL)
    need = found.design.table(found.factors)["need"]
    assert sorted(((need - 100) // 25).tolist()) == list(range(8))


@pytest.mark.parametrize(("kind", "points"), [("sobol, points: 8", 8 * 4), ("morris, trajectories: 5", 5 * 3)])
def test_sobol_and_morris_come_in_blocks(tmp_path, kind, points):
    pytest.importorskip("SALib", reason="SALib is in the extra 'analysis'")
    text = HEAD + "uncertainties: {need: {path: patrons.USA.need}, dry: {path: events.drought.hazard}}"
    found = read(tmp_path, text + TAIL.replace("lhs, points: 8", kind))
    table = found.design.table(found.factors)
    assert len(table) == found.points == points
    block = table.iloc[: found.design.block(2)]
    changed = (block.diff().iloc[1:] != 0).sum(axis=1)
    assert set(changed) <= {1, 2}


def test_the_sample_follows_from_its_seed(tmp_path):
    texts = [HEAD + NEED + TAIL + f"seed: {s}\n" for s in (1, 1, 2)]
    one, again, other = ((e := read(tmp_path, t)).design.table(e.factors) for t in texts)
    assert one.equals(again)
    assert not one.equals(other)


# --- outcomes, series, what is fixed ---


def test_outcomes_are_those_asked_for(tmp_path):
    asked = """
design: {kind: lhs, points: 8}
set: {patrons.RUS.budget: 300}
outcomes:
  late: {measure: "base(USA, KGZ)", at: 2012Q2}
  russian_share:
  rent: "rent(USA, KGZ)"
series: {share: "share(RUS, KGZ)"}
"""
    found = read(tmp_path, f"{HEAD}{NEED}{asked}")
    assert [(o.name, o.reduce) for o in found.outcomes] == [("late", "last"), ("russian_share", "last"), ("rent", "last")]
    late = found.outcomes[0]
    assert late.first == late.last == 4 * 2012 + 1
    assert found.scenario.number("budget", "RUS") == 75
    assert found.changed == {"patrons.RUS.budget": "300"}
    assert [s.text for s in found.series] == ["share(RUS, KGZ)"]


def test_without_outcomes_all_of_the_scenario_are_read(tmp_path):
    found = read(tmp_path, HEAD + NEED + "\ndesign: {kind: lhs, points: 8}\n")
    assert [o.name for o in found.outcomes] == list(load_scenario("two-patrons").outcomes)


def test_the_scenario_may_lie_beside_the_file(tmp_path):
    (tmp_path / "mine.yaml").write_text("title: Mine\nextends: two-patrons\n", encoding="utf-8")
    assert read(tmp_path, (HEAD + NEED + TAIL).replace("two-patrons", "mine.yaml")).scenario.title == "Mine"


def test_the_resolved_experiment_says_the_same(tmp_path):
    text = """
levers:
  how: {path: patrons.RUS.strategy, values: [sphere, portfolio], label: How Russia courts}
uncertainties:
  need: {path: patrons.USA.need, distribution: triangular, range: [100, 300], mode: 250}
  start: {path: events.withdrawal.at, range: [2010Q1, 2011Q4]}
  threat: {path: mechanisms.threat}
design: {kind: lhs, points: 8}
set: {patrons.RUS.budget: 300}
series: {share: "share(RUS, KGZ)"}
precision: {outcome: russian_share, ci: 0.05}
analysis: [sobol, {prim: {outcome: russian_share}}]
"""
    one = read(tmp_path, HEAD + text)
    (tmp_path / "scenario.yaml").write_text(one.scenario.resolved(), encoding="utf-8")
    other = read(tmp_path, one.resolved())
    assert other.resolved() == one.resolved()
    assert other.factors == one.factors
    assert (other.model_digest, other.design_digest) == (one.model_digest, one.design_digest)
    assert other.analysis == one.analysis == ("sobol", {"prim": {"outcome": "russian_share"}})
    assert (other.design, other.precision, other.series) == (one.design, one.precision, one.series)


# --- refusals ---

REFUSALS: tuple[tuple[str, str], ...] = (
    ("uncertainties: {x: {path: patrons.USA.ned}}", "3:27: there is no 'ned' in the path 'patrons.USA.ned'. Did you"),
    ("uncertainties: {x: {path: patrons.USB.need}}", "3:27: there is no patron 'USB'"),
    ("uncertainties: {x: {path: events.withdrawl.at}}", "3:27: unknown name in events 'withdrawl'. Did you mean withdrawal?"),
    ("uncertainties: {x: {path: events.withdrawal.set.patrons.RUS.mission}}", "3:27: events.withdrawal does not set"),
    ("uncertainties: {x: {path: blocs.CSTO.members}}", "3:27: 'blocs.CSTO.members' cannot be varied"),
    ("uncertainties: {x: {path: bases.manas.until}}", "3:27: bases.manas.until is held as a number of quarters"),
    ("uncertainties: {x: {path: patrons.USA}}", "3:27: the path 'patrons.USA' stops before a figure"),
    ("uncertainties: {x: {path: bases.manas.rent}}", "3:20: x has no range beside its figure. Give range: [low, high]"),
    ("uncertainties: {x: {path: patrons.USA.need, range: [300, 100]}}", "3:52: the range [300, 100] of x runs backwards"),
    ("uncertainties: {x: {path: patrons.USA.need, range: [100]}}", "3:52: a range is a list of two"),
    ("uncertainties: {x: {path: patrons.USA.need, range: [100 persons, 300]}}", "3:53: wrong unit 'persons'"),
    ("uncertainties: {x: {path: patrons.USA.need, range: [-5, 300]}}", "3:53: -5 MUSD/yr is out of bounds"),
    ("uncertainties: {x: {path: patrons.USA.need, rang: [1, 300]}}", "3:45: unknown key of the factor x 'rang'. Did you mean range?"),
    ("uncertainties: {x: {path: patrons.USA.need, distribution: norml, mean: 1}}", "Did you mean normal?"),
    ("uncertainties: {x: {path: patrons.USA.need, distribution: normal, mean: 1}}", "3:20: the normal distribution of x lacks sd"),
    ("uncertainties: {x: {path: patrons.USA.need, sd: 1}}", "3:45: x gives sd but no distribution"),
    ("uncertainties: {x: {path: patrons.RUS.strategy, values: [sphere, portfoli]}}", "Did you mean portfolio?"),
    ("uncertainties: {x: {path: patrons.RUS.strategy}}", "3:20: x is a choice and lacks values"),
    ("uncertainties: {x: {path: patrons.USA.need, values: [100, 100]}}", "3:59: '100' stands twice"),
    ("uncertainties: {x: {path: events.withdrawal.at, range: [2010Q1, 2010Q5]}}", "3:65: '2010Q5' is no quarter"),
    ("uncertainties: {x: {path: events.withdrawal.at, range: [2010Q1, 2020Q1]}}", "3:65: 2020Q1 lies outside the period"),
    ("uncertainties: {x: {path: patrons.USA.need}, y: {path: patrons.USA.need}}", "3:56: patrons.USA.need is varied by x already"),
    ("uncertainties: {x: 5}", "3:20: x is a factor: a block with a path, not text"),
    ("uncertainties: {x: {range: [1, 2]}}", "3:20: the factor x lacks a path"),
    (f"{NEED}\nlevers: {{need: {{path: patrons.RUS.need}}}}", "3:17: need is a lever already"),
    (f"{NEED}\nset: {{patrons.USA.need: 120}}", "is both set and varied (by need)"),
    (f"{NEED}\nset: {{patrons.USA.ned: 120}}", "4:7: unknown key in patrons.USA 'ned'. Did you mean need?"),
    (f"{NEED}\nrecord: all", "4:9: unknown word for record 'all'"),
    (f"{NEED}\nseries: {{s: 'shar(RUS, KGZ)'}}", "unknown measure 'shar'"),
    (f"{NEED}\nprecision: {{outcome: manas_opn, ci: 0}}", "4:22: unknown outcome 'manas_opn'. Did you mean manas_open?"),
    (f"{NEED}\nprecision: {{outcome: manas_open, ci: 0}}", "4:38: '0' is no half width of an interval"),
    (f"{NEED}\nunknown: 1", "4:1: unknown key in an experiment 'unknown'"),
    ("", "1:1: the experiment varies nothing"),
)  # fmt: skip


@pytest.mark.parametrize(("written", "message"), REFUSALS, ids=[m for _, m in REFUSALS])
def test_what_is_wrong_is_said_with_its_place(tmp_path, written, message):
    found = refused(tmp_path, HEAD + written + TAIL)
    assert any(message in line for line in found), found


@pytest.mark.parametrize("design", [
    "{kind: lhs, points: 5}", "{kind: grid}", "{kind: list}", "{kind: sobol, points: 4}",
    "{kind: morris, trajectories: 4}", "{kind: lhs, points: 5, crossed: yes}",
])  # fmt: skip
@pytest.mark.parametrize(("written", "place"), [
    ("uncertainties: {}", "3:16"), ("levers: {}", "3:9"), ("levers: ~", "3:9"), ("levers: {}\nuncertainties: ~", "3:9"), ("", "1:1"),
])  # fmt: skip
def test_an_experiment_that_varies_nothing_is_refused_in_a_line(tmp_path, written, place, design):
    found = refused(tmp_path, HEAD + written + TAIL.replace("{kind: lhs, points: 8}", design))
    assert found == [f"{place}: the experiment varies nothing. Give levers or uncertainties."]


@pytest.mark.parametrize(("factor", "design", "message"), [
    ("{path: patrons.USA.need, values: [300]}", "{kind: list}", "need takes one value only, 300 MUSD/yr. Give two or more"),
    ("{path: patrons.RUS.strategy, values: [sphere]}", "{kind: lhs, points: 4}", "need takes one value only, sphere."),
    ("{path: patrons.USA.need, levels: 1}", "{kind: grid}", "'1' is no number of levels. Allowed: 2 to 1000."),
    ("{path: patrons.USA.need}", "{kind: grid, levels: 1}", "'1' is no number of levels. Allowed: 2 to 1000."),
    ("{path: patrons.USA.need, range: [5, 5.0]}", "{kind: grid}", "the range [5, 5.0] of need is a point."),
])  # fmt: skip
def test_a_factor_of_one_value_is_refused_in_a_line(tmp_path, factor, design, message):
    found = refused(tmp_path, HEAD + f"uncertainties: {{need: {factor}}}" + TAIL.replace("{kind: lhs, points: 8}", design))
    assert len(found) == 1, found
    assert message in found[0]


@pytest.mark.parametrize(("factor", "message"), [
    ("{path: events.withdrawal.at, range: [2010Q1, 2012Q4]}", "with x at 2012Q4: events.withdrawal ends before it begins."),
    ("{path: events.withdrawal.at, values: [2010Q1, 2010Q2, 2012Q4]}", "with x at 2012Q4: events.withdrawal ends before"),
    ("{path: events.withdrawal.at, range: [2010Q1, 2040Q4]}", "2040Q4 lies outside the period"),
    ("{path: states.KGZ.gdp, range: [0, 5000]}", "0 MUSD/yr is out of bounds"),
    ("{path: states.KGZ.gdp, distribution: uniform, range: [0.5, 5000]}", "0.5 MUSD/yr is out of bounds"),
    ("{path: patrons.USA.mission, distribution: normal, mean: 0.5, sd: 0.1, range: [0, 1.5]}", "1.5 is not a share"),
])  # fmt: skip
def test_a_range_with_an_impossible_end_is_refused_whole(tmp_path, factor, message):
    text = HEAD + f"uncertainties: {{x: {factor}}}\nset: {{events.withdrawal.until: 2011Q4}}" + TAIL
    found = refused(tmp_path, text)
    assert any(message in line for line in found), found


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ("{kind: sobl, points: 8}", "unknown kind of design 'sobl'. Did you mean sobol?"),
        ("{kind: sobol, points: 12}", "12 is no power of 2. Sobol points: for example 16"),
        ("{kind: sobol}", "a sobol design lacks points. For example points: 512"),
        ("{kind: lhs, trajectories: 4}", "unknown key of a lhs design 'trajectories'"),
        ("{kind: morris, trajectories: 4, levels: 3}", "3 is no even number of levels"),
        ("{kind: list}", "a list goes through values, and need has a range. Give need values"),
        ("{kind: lhs, points: many}", "'many' is no number of points. Allowed: 1 to 2000000"),
        ("lhs", "the design is a block with a kind"),
    ],
)
def test_wrong_designs_are_refused(tmp_path, design, message):
    found = refused(tmp_path, HEAD + NEED + TAIL.replace("{kind: lhs, points: 8}", design))
    assert any(message in line for line in found), found


def test_everything_wrong_is_said_at_once(tmp_path):
    text = """title: Wrong
scenario: two-patrons
set: {patrons.RUS.budgt: 1}
uncertainties:
  a: {path: patrons.USA.ned}
  b: {path: patrons.USA.need, range: [3, 2]}
design: {kind: sobol, points: 7}
replications: none
outcomes: [manas_opn]
"""
    assert [line.partition(":")[0] for line in refused(tmp_path, text)] == ["3", "5", "6", "7", "8", "9"]


def test_one_mistake_is_one_refusal(tmp_path):
    """What hangs on what could not be read is not said to be wrong."""
    text = f"""{HEAD}set: {{events.more: {{at: 2010Q1, set: {{patrons.USA.mission: 0}}}}}}
uncertainties: {{start: {{path: events.more.at, range: [2009Q4, 2010Q2]}}}}
design: {{kind: lhs, points: 8}}
replications: three
outcomes: {{base: "base(USA, KGZ)"}}
precision: {{outcome: base, ci: 0.05, max_replications: 12}}
"""
    assert refused(tmp_path, text) == ["6:15: 'three' is no number of replications. Allowed: 1 to 1000000."]


def test_a_wrong_scenario_hides_nothing_that_is_wrong_with_the_experiment(tmp_path):
    (tmp_path / "bad.yaml").write_text("extends: two-patrons\npatrons: {USA: {misson: 1}}\n", encoding="utf-8")
    text = f"title: An experiment\nscenario: bad.yaml\n{NEED}{TAIL}".replace("replications: 3", "replications: three")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, text)
    assert [(Path(p.file).name, p.line) for p in caught.value.problems] == [("bad.yaml", 2), ("try.yaml", 5)]


def test_a_factor_that_does_not_reach_the_model_is_refused(tmp_path):
    (tmp_path / "allied.yaml").write_text(
        "title: Allied\nextends: two-patrons\nallies: {RUS: [USA]}\n", encoding="utf-8"
    )
    text = HEAD.replace("two-patrons", "allied.yaml") + "uncertainties: {x: {path: rivalry.RUS.USA, range: [0, 1]}}"
    assert "3:27: x does not reach the model: rivalry.RUS.USA reads the same at 0 and 1" in refused(tmp_path, text + TAIL)[0]


@pytest.mark.parametrize("name", ["two-patrons", "us-withdrawal"])
def test_factors_are_tried_on_what_a_resolved_scenario_is_read_as(name):
    scenario = load_scenario(name)
    assert build(plain_tree(scenario.plain, "here"), name, Problems()).digest == scenario.digest


def test_a_missing_file_is_said_plainly():
    with pytest.raises(ScenarioError, match="there is no such experiment, neither built in nor as a file"):
        load_experiment("no-such-thing")


def test_experiments_are_told_from_scenarios(tmp_path):
    for text, wanted in ((HEAD + NEED + TAIL, True), ("title: x\ndesign: 1\n", True), ("title: x\nperiod: {}\n", False)):
        path = tmp_path / "any.yaml"
        path.write_text(text, encoding="utf-8")
        assert looks_like_experiment(path) == wanted
    assert not looks_like_experiment(tmp_path / "none.yaml")


def test_the_schema_accepts_what_the_loader_accepts(tmp_path):
    jsonschema: Any = pytest.importorskip("jsonschema", reason="an editor's business; the page in the browser brings it")
    from ruamel.yaml import YAML

    text = HEAD + NEED + TAIL + "series: {s: 'share(RUS, KGZ)'}\nprecision: {outcome: manas_open, ci: 0.1}\n"
    read(tmp_path, text)
    check = jsonschema.Draft202012Validator(json_schema())
    assert list(check.iter_errors(YAML(typ="safe", pure=True).load(text))) == []
    assert list(check.iter_errors({"title": "x", "scenario": "y", "design": {"kind": "sobl"}})) != []
