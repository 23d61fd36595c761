"""Runs whose numbers run away are failures with a reason; no table holds a NaN or an infinity for them."""

from __future__ import annotations

import math
import random
import re

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from patronage import simulate
from patronage.batch.chunks import Batch, Task, make_chunk
from patronage.cli.app import app
from patronage.errors import NotFiniteError
from patronage.experiments import load_experiment, sweep
from patronage.scenario import load_text
from patronage.scenario.catalogue import FIELDS, INF
from patronage.scenario.structure import is_switch
from test_sweeps import final

HEAD = """title: t
extends: two-patrons
period: {start: 2009Q1, end: 2010Q4}
events: {surplus: ~, overreach: ~, withdrawal: {at: 2009Q3}}
"""
RICH = HEAD + "source: assumption\nties: {RUS: {KGZ: {capital: 1e12}}}\n"
"""Capital out of all proportion: growth of e^(capital/GDP)."""


def test_a_run_that_leaves_the_numbers_is_refused_with_its_reason():
    with pytest.raises(NotFiniteError, match=r"^run 0 of text: gdp is not finite in 2009Q1"):
        simulate(load_text(RICH, "text"), 3)


def test_the_command_says_it_in_a_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rich.yaml").write_text(RICH, encoding="utf-8")
    (tmp_path / "poor.yaml").write_text(HEAD, encoding="utf-8")
    for words in (["run", "rich.yaml"], ["compare", "poor.yaml", "rich.yaml", "--workers", "1"]):
        told = CliRunner().invoke(app, [*words, "--runs", "3", "--no-figures", "--out", "out"])
        assert told.exit_code == 2
        assert re.fullmatch(r"Run 0 of rich: gdp is not finite in 2009Q1: .* Nothing was written\.\n", told.stderr)
        assert not (tmp_path / "out").exists()


EXPERIMENT = """title: Too rich
scenario: rich.yaml
uncertainties: {capital: {path: ties.RUS.KGZ.capital, values: [1, 1e3, 1e12]}}
design: {kind: list}
replications: 3
outcomes: {share: {measure: "share(RUS, KGZ)", at: 2010Q4}, gdp: {measure: "gdp(KGZ)", at: 2010Q4}}
series: {owed: "debt(RUS, KGZ)"}
record: standard
"""


def test_a_sweep_leaves_out_such_runs_and_says_why(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rich.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "e.yaml").write_text(EXPERIMENT, encoding="utf-8")
    told = CliRunner().invoke(app, ["sweep", "e.yaml", "--out", "out"])
    assert told.exit_code == 3, told.stderr
    failures = pq.read_table("out/failures.parquet").to_pandas()
    assert failures[["point", "first_run", "last_run"]].values.tolist() == [[2, r, r] for r in range(3)]
    assert all(re.match(rf"run {r}: gdp is not finite in 2009Q1", e) for r, e in enumerate(failures["error"]))
    assert "1 point failed" in told.stdout
    for table in (
        "out/outcomes.parquet",
        "out/series.parquet",
        *map(str, (tmp_path / "out/dataset").rglob("*.parquet")),
    ):
        if "failures" in table or "points" in table:
            continue
        frame = pq.read_table(table).to_pandas()
        assert set(frame["point"]) <= {0, 1}
        if "ledger" not in table:
            assert np.isfinite(frame.select_dtypes("number")).all(axis=None), table
    for size in (1, 2, 5):
        other = sweep(load_experiment("e.yaml"), tmp_path / f"o{size}", runs_per_chunk=size)
        assert final(other.path) == final(tmp_path / "out"), "failures do not depend on how runs are cut"


def test_what_fails_in_some_runs_fails_in_those_alone(tmp_path, monkeypatch):
    """An error in one replication takes no other with it, however the runs are cut."""
    from patronage.batch import chunks

    scenario = load_text(HEAD, "text")
    prepare = chunks.prepare

    def cracked(base, numbers, *rest):
        if 5 in numbers:
            raise ZeroDivisionError("a crack")
        return prepare(base, numbers, *rest)

    monkeypatch.setattr(chunks, "prepare", cracked)
    made = make_chunk(Batch(scenario.resolved(), 1), Task(0, ((0, 0, 9),), ({},)))
    kept = pq.read_table(__import__("io").BytesIO(made.tables["outcomes"]))["run"].to_pylist()
    assert kept == [0, 1, 2, 3, 4, 6, 7, 8]
    failed = pq.read_table(__import__("io").BytesIO(made.tables["failures"])).to_pylist()
    assert [(f["first_run"], f["last_run"], f["error"]) for f in failed] == [(5, 5, "ZeroDivisionError: a crack")]


def test_a_quotient_by_nothing_does_not_exist():
    """Not infinite: neither a mean nor a quantile may see it."""
    text = HEAD + 'outcomes: {o: "share(RUS, KGZ) / (base(USA, KGZ) * 0)", t: "share(RUS, KGZ) / 0 > 1"}\n'
    found = simulate(load_text(text), 2).outcomes
    assert found["o"].isna().all()
    assert (found["t"] == 1).all()


def test_noise_and_rates_have_bounds():
    """Everything that stands in an exponent, or makes something grow, ends somewhere."""
    bounded = {
        "economy_noise": 0.25, "economy_elasticity": 5, "economy_capital_return": 1, "bargaining_value_noise": 3,
        "stocks_interest": 60, "growth": 60, "other_debt_growth": 60, "budget_growth": 60, "patron_growth": 60,
        "real_growth": 70, "patron_real_growth": 70, "economy_deflator_growth": 8, "trade_elasticity": 10, "trade_world_growth": 60,
        "arms_spread": 3, "shock": 0.5, "threat_noise": 1, "alignment_noise": 1, "regimes_noise": 1,
    }  # fmt: skip
    assert {f.name: f.high for f in FIELDS if f.name in bounded} == bounded
    assert {f.unit for f in FIELDS if f.high == INF} <= {"MUSD", "MUSD/yr", "MUSD/quarter", "persons", "USD/yr", "TIV", "1"}
    for f in FIELDS:
        if f.high == INF and f.unit == "1":  # scales and caps, by which something is divided
            assert f.low > 0, f.name


def drawn(lot: random.Random, text: str = "") -> str:
    """Two-patrons with some rules and rates drawn from within their bounds, ends included; money in proportion."""
    lines = []
    for f in FIELDS:
        if not f.path.startswith("rules.") or is_switch(f) or lot.random() < 0.6:
            continue
        high = min(f.high, 1e6)
        value = lot.choice([f.low, high, lot.uniform(f.low, high), math.exp(lot.uniform(math.log(max(f.low, 1e-6)), math.log(high)))
                            if high > 0 else f.low])  # fmt: skip
        value = min(max(value, f.low), high)
        lines.append((f.path, round(value) if f.unit == "quarter" else value))
    return HEAD + text + "source: assumption\n" + "rules:\n" + "".join(_block(lines))


def _block(lines: list[tuple[str, float]]) -> list[str]:
    groups: dict[str, list[str]] = {}
    for path, value in lines:
        _, group, name = path.split(".")
        groups.setdefault(group, []).append(f"{name}: {value!r}")
    return [f"  {group}: {{{', '.join(entries)}}}\n" for group, entries in groups.items()]


@pytest.mark.parametrize("number", range(60))
def test_within_bounds_nothing_overflows(number):
    """Rules at or within their bounds, two runs of eight quarters: every number of every table is one."""
    scenario = load_text(drawn(random.Random(number)))
    result = simulate(scenario, 2, seed=number, record="full")
    for name, array in result.data.data_vars.items():
        assert np.isfinite(array.values).all(), name
    numbers = result.ledger.select_dtypes("number")
    assert not np.isinf(numbers.to_numpy(dtype=np.float32)).any()
