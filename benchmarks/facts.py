"""What the built-in case says of dated facts and of measured influence, at this commit or at another: tables for docs/facts.md.

    python -m benchmarks.facts                                 this commit
    python -m benchmarks.facts --commit 3e7e8f1                another, checked out beside, asked the facts of this one
    python -m benchmarks.facts --data FOLDER                   with the published index (docs/build.md says the layout)

Both sides of the built-in comparison are run with the same luck. Intervals are 95 %, over runs only.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parents[1]
WITHDRAWAL, STAYS = "us-withdrawal", "us-stays"
CLIENTS, MEASURED = ("KAZ", "KGZ", "TJK", "TKM", "UZB"), ("RUS", "CHN")
INFLUENCE = ("share", "fbic_index")
"""Variables that may stand for influence; those that a commit records are told."""
FROM, YEARS = "2000Q4", (2012, 2020)
DRAWS = np.random.default_rng(1)
RESAMPLES = 1000
MOVED = {"patronage.results.ensemble": "patronage.ensemble"}
"""Modules that facts use, and where they were in commits before they moved."""
Row = tuple[str, ...]


def interval(values: np.ndarray, statistic: Any = np.mean) -> tuple[float, float, float]:
    """A statistic over runs with its bootstrap interval."""
    drawn = [statistic(values[DRAWS.integers(len(values), size=len(values))]) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(statistic(values)), float(low), float(high)


def said(found: tuple[float, float, float], form: str = ".3f") -> str:
    """Written with its interval."""
    return f"{found[0]:{form}} [{found[1]:{form}}, {found[2]:{form}}]".replace("-", "−")


def share(holds: np.ndarray) -> str:
    """Share of runs with its Wilson interval."""
    from patronage.results.ensemble import proportion_interval

    return said(proportion_interval(int(holds.sum()), len(holds)))


def runs_of(name: str, runs: int) -> Any:
    """An ensemble of the commit under test."""
    from patronage import load_scenario, simulate

    return simulate(load_scenario(name), runs, 1)


def told(result: Any, other: Any) -> list[Row]:
    """What is told before and after the model is founded anew; nothing here is aimed at."""
    data, stays = result.data, other.data
    fell, last = data["overthrow"], "2021Q4"
    path = data["position"].sel(axis="security", client="UZB").values  # [run, quarter]
    middle = np.median(path, axis=0)
    mission = slice("2012Q1", last)
    kyrgyz, kept = (d["overthrow"].sel(client="KGZ", quarter=mission).sum("quarter").values for d in (data, stays))
    first = data["share"].sel(client="TKM", quarter=last)
    ledger = result.ledger
    renewed = ledger[(ledger["kind"] == "renewed") & (ledger["patron"] == "RUS") & (ledger["client"] == "KGZ")]
    renewals = np.bincount(renewed["run"].to_numpy(), minlength=data.sizes["run"])
    return [
        ("an overthrow outside Kyrgyzstan, share of runs", share(fell.sel(client=[c for c in CLIENTS if c != "KGZ"]).any(["quarter", "client"]).values)),
        ("Tajikistan in the EAEU, 2021Q4", share(data["member"].sel(bloc="EAEU", client="TJK", quarter=last).values)),
        ("renewals of the Russian base in Kyrgyzstan, a run", said(interval(renewals), ".1f")),
        ("Uzbekistan's orientation (-1 to 1): range of the median path", f"{np.ptp(middle):.3f} ({middle.min():.3f} to {middle.max():.3f})".replace("-", "−")),
        ("the same, mean over runs of the range of a run", said(interval(np.ptp(path, axis=1)))),
        ("Turkey first in Turkmenistan by share, 2021Q4", share(first.patron.values[first.transpose("run", "patron").values.argmax(axis=1)] == "TUR")),
        ("Kyrgyz overthrows from 2012Q1, withdrawal less stay, a run", said(interval((kyrgyz - kept).astype(float)), "+.3f")),
    ]  # fmt: skip


def main_answer(result: Any, other: Any) -> list[Row]:
    """Manas, and influence in Kyrgyzstan, with the withdrawal and without."""
    rows = []
    for name, quarter, variable, patron in (
        ("Manas stands, 2015Q2", "2015Q2", "base", "USA"),
        *((f"{v}, {p} in Kyrgyzstan, 2016Q2", "2016Q2", v, p) for v in INFLUENCE if v in result.data for p in ("RUS", "USA")),
    ):
        there, here = (r.data[variable].sel(quarter=quarter, patron=patron, client="KGZ").values.astype(float) for r in (other, result))
        rows.append((name, f"{there.mean():.3f}", f"{here.mean():.3f}", said(interval(here - there), "+.3f")))
    return rows


def index(result: Any, folder: Path, variable: str) -> tuple[list[Row], list[Row]]:
    """Levels and changes of influence against the published index, whose own numbers are not repeated: dyads, and all together."""
    from scipy.stats import spearmanr

    real = pd.read_csv(folder / "dyad_year.csv.gz", usecols=["patron", "client", "year", "fbic_influence"], low_memory=False)
    real = real.set_index(["patron", "client", "year"])["fbic_influence"]
    dyads, together = [], []
    start = result.data["quarter"].values[0]
    for year in YEARS:
        ours, theirs, levels, gaps = [], [], [], []
        for p in MEASURED:
            for c in CLIENTS:
                cut = result.data[variable].sel(patron=p, client=c)
                then, now = cut.sel(quarter=FROM).values, cut.sel(quarter=f"{year}Q4").values
                found, seen = interval(now - then, np.median), float(real[p, c, year] - real[p, c, 2000])
                gaps.append(float(np.median(cut.sel(quarter=start).values)) - float(real[p, c, 2000]))
                ours.append(found[0])
                theirs.append(seen)
                levels.append((float(np.median(now)), float(real[p, c, year])))
                mark = "undecided" if found[1] <= 0 <= found[2] else "right" if found[0] * seen > 0 else "wrong"
                dyads.append((f"{p} {c}, 2000 to {year}", said(found, "+.3f"), mark))
        signs = np.sign(ours) == np.sign(theirs)
        level, seen = np.array(levels).T
        half = len(CLIENTS)
        together += [
            (f"signs right of ten, 2000 to {year} (Russia, China)", f"{signs.sum()} ({signs[:half].sum()}, {signs[half:].sum()})"),
            (f"rank correlation of the ten changes, 2000 to {year}", f"{spearmanr(ours, theirs).statistic:.2f}".replace("-", "−")),
            (f"rank correlation of the ten levels, {year}", f"{spearmanr(level, seen).statistic:.2f}".replace("-", "−")),
            (f"the same, Russia alone, China alone (five each), {year}", ", ".join(f"{spearmanr(level[s], seen[s]).statistic:.2f}" for s in (slice(half), slice(half, None))).replace("-", "−")),
            (f"Russia in Kazakhstan less Uzbekistan, {year}", f"{level[0] - level[4]:+.3f}, {'right' if (level[0] > level[4]) == (seen[0] > seen[4]) else 'wrong'}".replace("-", "−")),
        ]  # fmt: skip
        if year == YEARS[0]:
            together.append(("largest distance from the index at the start, ten dyads", f"{np.abs(gaps).max():.3f}"))
            there = result.data[variable].sel(patron="USA", client="TJK", quarter=f"{year}Q4").values
            together.append((f"the United States in Tajikistan, {year}", said(interval(there, np.median))))
    return dyads, together


def markdown(head: Row, rows: list[Row]) -> str:
    """A table."""
    lines = [head, tuple("---" if i == 0 else "--:" for i in range(len(head))), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def report(runs: int, data: Path | None) -> str:
    """All tables of the commit under test."""
    from patronage.facts.board import board
    from patronage.facts.shipped import for_scenario, pool
    from patronage.facts.text import FACT_HEAD, GROUP_HEAD, fact_row, group_row, headline

    result, other = runs_of(WITHDRAWAL, runs), runs_of(STAYS, runs)
    facts = for_scenario(result.scenario)
    assert facts is not None
    found = board(facts, result, result.scenario, pool())
    scored = found.rows[found.rows["status"] == "scored"]
    out = [f"In {WITHDRAWAL} {headline(found)} ({runs} runs, seed 1).\n"]
    out.append(markdown(GROUP_HEAD, [group_row(r) for r in found.slices.to_dict("records")]))
    for late in (False, True):
        out.append(markdown((*FACT_HEAD[:-1], "marks"), [fact_row(r) for r in scored[scored["after"] == late].to_dict("records")]))
    decided = found.rows[found.rows["status"] != "scored"]
    out.append(markdown(("not scored", "when", "why"), [(r.fact, r.when, r.reason) for r in decided.itertuples()]))
    out.append(markdown(("told, aimed at by nothing", WITHDRAWAL), told(result, other)))
    out.append(markdown(("the main answer", "stays", "withdraws", "difference"), main_answer(result, other)))
    for variable in (v for v in INFLUENCE if data is not None and v in result.data):
        assert data is not None
        dyads, together = index(result, data, variable)
        out.append(markdown((f"median of `{variable}` against the index", "value"), together))
        out.append(markdown((f"change of `{variable}`", "model", "sign, by the index"), dyads))
    return "\n".join(out)


def borrow(package: Path) -> None:
    """Let the model under test, which may know no facts, use those of this commit."""
    place = package / "facts"
    spec = importlib.util.spec_from_file_location("patronage.facts", place / "__init__.py", submodule_search_locations=[str(place)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["patronage.facts"] = module
    for now, then in MOVED.items():
        try:
            importlib.import_module(now)
        except ModuleNotFoundError:
            sys.modules[now] = importlib.import_module(then)
    spec.loader.exec_module(module)


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Another commit, beside."""
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place) / "tree"
        subprocess.run(["git", "-C", str(HERE), "worktree", "add", "--detach", "--quiet", str(tree), commit], check=True)  # noqa: S603, S607
        try:
            yield tree
        finally:
            subprocess.run(["git", "-C", str(HERE), "worktree", "remove", "--force", str(tree)], check=False)  # noqa: S603, S607


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.facts", description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--commit", help="another commit of this repository")
    asked.add_argument("--runs", type=int, default=500)
    asked.add_argument("--data", type=Path, help="a folder with dyad_year.csv.gz, for the published index")
    asked.add_argument("--borrow", type=Path, help=argparse.SUPPRESS)
    words = asked.parse_args()
    if words.commit is None:
        if words.borrow is not None:
            borrow(words.borrow)
        print(report(words.runs, words.data))
        return
    with checked_out(words.commit) as tree:
        again = [sys.executable, __file__, "--runs", str(words.runs), "--borrow", str(HERE / "model" / "patronage")]
        again += ["--data", str(words.data.resolve())] if words.data else []
        subprocess.run(again, check=True, env={**os.environ, "PYTHONPATH": str(tree / "model")})  # noqa: S603  # this interpreter


if __name__ == "__main__":
    main()
