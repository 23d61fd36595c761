"""An outcome in a sentence or a cell: its level over runs, its paired difference, and in how many runs it exists at all."""

from __future__ import annotations

from typing import Any

import numpy as np

from patronage.answers.box_text import amount
from patronage.reports.words import Subject, interval, number, percent, percents, plural, points, signed
from patronage.results.ensemble import mean_interval, proportion_interval
from patronage.results.worth import least, small

INF = float("inf")
ONE = "[unknown: one value]"
UNMEASURED = "not measured in any run: its quarters were not simulated, or it divides by nothing"


def mean_text(about: Subject, values: np.ndarray) -> str:
    """The mean of an outcome with its interval, and the spread over runs: over those in which it has a value."""
    few = about.few(int(np.isfinite(values).sum())).removesuffix(".")
    return _mean_text(about, values) + (f".{few}" if few else "")


def level_sentence(about: Subject, values: np.ndarray) -> str:
    """What an outcome is over the runs; of a single one whether it holds in it, or its value there."""
    if values.size != 1 or not np.isfinite(values[0]):
        return f"It is {mean_text(about, values)}."
    if about.truth:
        return "It holds in this run." if values[0] > 0 else "It does not hold in this run."
    return f"It is {number(float(values[0]))}{f' {about.unit}' if about.unit else ''} in this run."


def _mean_text(about: Subject, values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    n, total = known.size, values.size
    if not n:
        return UNMEASURED
    some = "runs" if n == total else f"the {n} of {plural(total, 'run')} {about.there}"
    if about.truth:
        share, low, high = proportion_interval(int((known > 0).sum()), n)
        return f"in {percent(share)} of {some} {ONE if n == 1 < total else percents(low, high, n)}"
    unit = f" {about.unit}" if about.unit else ""
    if n == 1:
        where = (
            f"in the 1 of {total} runs {about.there} {ONE}" if total > 1 else f"on average {interval(-INF, INF)}"
        )
        return f"{number(float(known[0]))}{unit} {where}"
    mean, low, high = (float(x) for x in mean_interval(known))
    spread = np.quantile(known, (0.05, 0.95))
    over = "" if n == total else f" over {some}"
    middle = f"{number(mean)}{unit} on average {interval(low, high)}{over}"
    ends = [number(x) for x in spread]
    outside = not spread[0] <= mean <= spread[1] and number(mean) not in ends
    few = " (few runs beyond make the mean)" if outside else ""
    return f"{middle}; 5–95 % of {'runs' if n == total else 'these'} {ends[0]} to {ends[1]}{few}"


def smallest(about: Subject, row: Any) -> str:
    """The smallest difference of an outcome that is worth telling, in its unit."""
    size = _least(about, row)
    return points(size) if about.truth else amount(size, about.unit)


def _least(about: Subject, row: Any) -> float:
    return least(about.kind, max(abs(row.first), abs(row.second)), about.stated)


def slight(about: Subject, row: Any) -> bool:
    """Whether a paired difference is known to be too small to be worth telling; of a stated size, with its whole interval."""
    if about.stated > 0:
        return bool(max(abs(row.low), abs(row.high)) < about.stated)
    return small(row.mean, row.low, row.high, _least(about, row))


def too_small(about: Subject, row: Any) -> str:
    """That a difference is too small, in words."""
    what = "too small to matter" if about.stated > 0 else "no difference worth telling"
    return f"{what} (less than {smallest(about, row)})"


def perhaps_small(about: Subject, row: Any) -> str:
    """That a difference may be smaller than what is stated to matter, or larger; else empty."""
    if not about.stated or slight(about, row) or abs(row.mean) >= about.stated or not (row.low > 0 or row.high < 0):
        return ""
    return f", which may be too small to matter (less than {smallest(about, row)})"


def _share(about: Subject, share: float, known: int, runs: int) -> str:
    """A share of the runs in which a truth exists."""
    return f"{percent(share)} of {'runs' if known == runs else f'the {known} of {runs} runs {about.there}'}"


def difference(about: Subject, row: Any, first: str, second: str, runs: int = 0) -> str:
    """A paired difference in words, or that the sample cannot tell; `runs` of each, where it may not exist in all of them."""
    if np.isnan(row.first) and np.isnan(row.second):
        return UNMEASURED
    unit = f" {about.unit}" if about.unit else ""
    both = (
        f"{_share(about, row.first, row.first_runs if runs else 0, runs)} in {first}, "
        + (_share(about, row.second, row.second_runs, runs) if runs and row.second_runs < runs else percent(row.second))
        + f" in {second}"
        if about.truth
        else f"{number(row.first)}{unit} in {first}, {number(row.second)} in {second}"
    )
    if not np.isfinite(row.mean):
        return f"{both}: no pair has a value on both sides"
    if row.positive + row.negative == 0:
        return f"{both}: no difference in any pair"
    signs = f"higher in {percent(row.positive)} of pairs, lower in {percent(row.negative)}"
    if slight(about, row):
        return f"{both}: {too_small(about, row)}; {signs}"
    if not (row.low > 0 or row.high < 0):
        return f"{both}: the sample cannot tell the sign of the difference, {size(about, row)}; {signs}"
    return f"{both}: {'higher' if row.mean > 0 else 'lower'}, difference {size(about, row)}{perhaps_small(about, row)}; {signs}"


def difference_cell(about: Subject, row: Any) -> str:
    """The difference in a table."""
    if not np.isfinite(row.mean):
        return "not measured" if np.isnan(row.first) and np.isnan(row.second) else "no pair"
    if row.positive + row.negative == 0:
        return "none in any pair"
    if slight(about, row):
        return f"below {smallest(about, row)}"
    doubt = f", perhaps below {smallest(about, row)}" if perhaps_small(about, row) else ""
    return size(about, row) + (doubt if row.low > 0 or row.high < 0 else ", sign open")


def existing(about: Subject, row: Any, runs: int, first: str, second: str) -> str:
    """In how many runs and pairs an outcome exists, if not in all; else empty."""
    if min(row.first_runs, row.second_runs) == runs or max(row.first_runs, row.second_runs) == 0:
        return ""
    what = "What is given is true" if about.given else "It exists"
    return (
        f" {what} in {row.first_runs} of {runs} runs of {first} and {row.second_runs} of {second}; "
        f"differences are over the {plural(int(row.pairs), 'pair')} in which it {'is' if about.given else 'does'} in both."
        f"{about.few(int(row.pairs), 'such pair')}"
    )


def size(about: Subject, row: Any) -> str:
    """A paired difference and its interval; of a truth in percentage points."""
    scale, unit = (100.0, " points") if about.truth else (1.0, f" {about.unit}" if about.unit else "")
    known = about.truth and np.isfinite(row.high - row.low)  # of a single pair nothing is known
    low, high = (max(row.low, -1.0), min(row.high, 1.0)) if known else (row.low, row.high)
    return f"{signed(scale * row.mean)}{unit} {interval(scale * low, scale * high, sign=True)}"
