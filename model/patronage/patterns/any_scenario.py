"""Ablations and fragility of any scenario: what its outcomes and dated facts owe to each mechanism and to the numbers chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from patronage.facts.holding import right
from patronage.facts.kinds import Fact
from patronage.facts.text import table
from patronage.results.ensemble import mean_interval
from patronage.scenario import Scenario
from patronage.simulation import simulate
from patronage.world.arrays import Array

from .ablations import mechanisms
from .draws import Draws
from .ensembles import Cells

BATCH = 800
"""Runs that are simulated at once."""
NUMBER_RIGHT = "facts right"
Measures = dict[str, Array]
"""[run] by name: numeric outcomes of the scenario, every scored fact (1 where a run gets it right), and how many it gets right."""
Progress = Callable[[int, int], None]


class NothingToDrawError(ValueError):
    """No figure of a scenario has a range."""


def measures(result: Any, facts: Sequence[Fact]) -> Measures:
    """What is measured on an ensemble."""
    frame = result.outcomes
    out = {str(c): frame[c].to_numpy(dtype=np.float64) for c in frame if pd.api.types.is_numeric_dtype(frame[c])}
    found = {f"fact {f.name}": right(f, result).astype(np.float64) for f in facts}
    return out | found | ({NUMBER_RIGHT: np.sum(list(found.values()), axis=0)} if found else {})


def ablations(
    scenario: Scenario,
    facts: Sequence[Fact],
    runs: int,
    seed: int = 1,
    *,
    only: Sequence[str] = (),
    progress: Progress | None = None,
) -> pd.DataFrame:
    """A row a mechanism and measure: its mean with and without, and the mean paired change with its 95 % interval.

    The luck is the same. Mechanisms that the scenario has off already are left out.
    """
    cells = Cells(scenario)
    keys = {name: cells.key(f"mechanisms.{name}") for name in (only or mechanisms())}
    on = {name: key for name, key in keys.items() if scenario.number(key[0], *key[1])}
    whole, rows = measures(simulate(scenario, runs, seed), facts), []
    for done, (name, key) in enumerate(on.items()):
        without = measures(simulate(replace(scenario, numbers={**scenario.numbers, key: 0.0}), runs, seed), facts)
        for measure, before in whole.items():
            change, low, high = mean_interval(without[measure] - before)
            means = (
                {"with": np.nanmean(before), "without": np.nanmean(without[measure])}
                if np.isfinite(before).any()
                else {}
            )
            rows.append({"mechanism": name, "measure": measure, **means, "change": change, "low": low, "high": high})
        if progress is not None:
            progress(done + 1, len(on))
    return pd.DataFrame(rows)


def fragility(
    scenario: Scenario, facts: Sequence[Fact], draws: int, runs: int, seed: int = 1, *, progress: Progress | None = None
) -> pd.DataFrame:
    """A row a measure: its mean at the numbers that stand, and 5, 50 and 95 % of its means over draws of all ranges at once.

    `likely` is, for a fact, the share of draws in which more than half of the runs get it right.
    """
    means: dict[str, list[Array]] = {}
    for group in _groups(scenario, draws, runs, seed, facts, progress):
        for name, values in group.items():
            means.setdefault(name, []).append(np.nanmean(values.reshape(-1, runs), axis=1))
    stand, rows = measures(simulate(scenario, max(runs, 2), seed), facts), []
    for name, several in means.items():
        over = np.concatenate(several)
        low, middle, high = np.nanquantile(over, (0.05, 0.5, 0.95))
        likely = float((over > 0.5).mean()) if name.startswith("fact ") else float("nan")
        rows.append(
            {
                "measure": name,
                "stands": np.nanmean(stand[name]),
                "p05": low,
                "p50": middle,
                "p95": high,
                "likely": likely,
            }
        )
    return pd.DataFrame(rows)


def _groups(
    scenario: Scenario, draws: int, runs: int, seed: int, facts: Sequence[Fact], progress: Progress | None
) -> Iterator[Measures]:
    drawn, step = Draws.make(draws, seed, scenario), max(1, BATCH // runs)
    if not drawn.paths:
        raise NothingToDrawError(f"{scenario.name} states no range of any figure: there is nothing to draw")
    for at in range(0, draws, step):
        members = range(at, min(at + step, draws))
        variants = [s for s in drawn.scenarios(scenario, members) for _ in range(runs)]
        yield measures(simulate(variants[0], len(variants), seed, first=at * runs, variants=variants), facts)
        if progress is not None:
            progress(members.stop, draws)


def ablations_text(rows: pd.DataFrame, name: str, runs: int, seed: int, count: int = 3) -> str:
    """What moves most beyond luck without each mechanism."""
    names = mechanisms()
    out = [
        f"{name} without each mechanism ({runs} runs, seed {seed}, the same luck; changes whose 95 % interval leaves out 0).",
        "",
    ]
    for mechanism, mine in rows.groupby("mechanism", sort=False):
        moved = mine[(mine["low"] > 0) | (mine["high"] < 0)].copy()
        moved["half"] = moved["change"].abs() / np.maximum((moved["high"] - moved["low"]) / 2, 1e-9)
        # How many facts a run gets right is always told where there are facts, then what moves most.
        facts = mine[mine["measure"] == NUMBER_RIGHT]
        rest = moved[moved["measure"] != NUMBER_RIGHT].sort_values("half", ascending=False, kind="stable").head(count)
        out.append(f"{mechanism} ({names[str(mechanism)]}): {len(moved)} of {len(mine)} measures move")
        out += [f"    {_change(r)}" for r in pd.concat([facts, rest]).to_dict("records")]
    return "\n".join(out)


def _change(r: dict[Any, Any]) -> str:
    return f"{r['measure']}: {r['with']:.3g} → {r['without']:.3g} ({r['change']:+.3g} [{r['low']:+.3g}, {r['high']:+.3g}])".replace(
        "-", "−"
    )


def fragility_text(rows: pd.DataFrame, name: str, draws: int, runs: int, seed: int) -> str:
    """The table of draws."""
    head = ("measure", "as it stands", "5 %", "50 %", "95 %", "likely in")
    lines = [
        (r["measure"], *(f"{r[k]:.3g}".replace("-", "−") for k in ("stands", "p05", "p50", "p95")), _share(r["likely"]))
        for r in rows.to_dict("records")
    ]
    out = [f"{name} over {draws} draws of all ranges at once, {runs} runs each, seed {seed}.", ""]
    if rows["likely"].isna().all():  # no facts
        return "\n".join([*out, *table([line[:-1] for line in (head, *lines)])])
    note = "likely in: share of draws in which more than half of the runs get a fact right."
    return "\n".join([*out, *table([head, *lines]), "", note])


def _share(value: float) -> str:
    return "" if np.isnan(value) else f"{100 * value:.0f} % of draws"
