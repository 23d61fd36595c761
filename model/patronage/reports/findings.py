"""What an analysis says, in sentences: one list per outcome, and what holds for all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from patronage.answers import Aim, Answers, Case, Variable, idle_factors, sentence
from patronage.answers.plain import claim, decimal, value_text
from patronage.reports.words import interval, listed, number, percent, plural, signed

MOST_DRIVERS = 4
MOST_LINES = 3
TELLING = 0.02
"""Indices below this are not named."""
NOISY = 0.1


def setting_names(case: Case, table: pd.DataFrame) -> list[str]:
    """Lever settings in words, row by row: what is the same in all is left out."""
    levers = [v for v in case.levers if len(table) < 2 or len(table[v.name].unique()) > 1]
    return [
        ", ".join(f"{v.title}: {shown(v, value)}" for v, value in zip(levers, row, strict=True))
        for row in table[[v.name for v in levers]].itertuples(index=False)
    ]


def shown(v: Variable, value: Any) -> str:
    """A value of a variable."""
    return str(value) if v.choice else value_text(v, float(value))


def general(a: Answers) -> list[str]:
    """How much there is, how much of it is luck, and what moved nothing."""
    case = a.case
    lines = [f"{plural(len(case.points), 'point')}, {plural(len(case.outcomes), 'run')}."]
    failed = case.size - len(case.points) - case.missing
    if case.size and failed > 0:
        lines[0] = f"{lines[0][:-1]}; {plural(failed, 'point')} failed and {'is' if failed == 1 else 'are'} left out."
    lines += case.remarks
    if case.withheld:
        reasons = dict.fromkeys(case.withheld[m] for m in a.methods if m in case.withheld)
        for why in reasons:
            lines.append(f"Not said: {listed([m for m in a.methods if case.withheld.get(m) == why])}, for {why}.")
    noisy = {n: s for n, s in a.noise.items() if np.isfinite(s)}
    if noisy:
        worst = max(noisy, key=lambda n: noisy[n])
        lines.append(
            f"Luck makes up at most {percent(noisy[worst])} of the variance of point means "
            f"({case.aim(worst).title}); indices are computed on these means."
        )
    elif case.runs == 1:
        lines.append("One run a point: how much of the differences is luck cannot be told.")
    return lines + _unmoving(a)


def _unmoving(a: Answers) -> list[str]:
    """Factors that moved nothing, and factors whose effect the sample cannot tell."""
    case, lines = a.case, []
    if case.unmoved is not None:
        titles = [case.variable(n).title for n in case.unmoved]
        lines.append(
            f"Changed alone, these move no outcome of any run: {listed(titles)}." if titles
            else "Changed alone, every factor moves some outcome."
        )  # fmt: skip
    if a.idle is None:
        return lines
    found = {n: how for n, how in idle_factors(a.idle).items() if n not in (case.unmoved or ())}
    nothing = [case.variable(n).title for n, how in found.items() if how == "nothing"]
    unclear = [case.variable(n).title for n, how in found.items() if how == "cannot tell"]
    if nothing:
        lines.append(f"Equal in every pair of points that differ in it alone: {listed(nothing)}.")
    if unclear:
        lines.append(f"Effect on no outcome that this sample can tell: {listed(unclear)}.")
    if not found and case.unmoved is None:
        lines.append("Every factor moved some outcome.")
    return lines


def about(a: Answers, name: str) -> list[str]:
    """Everything that can be said of one outcome."""
    aim = a.case.aim(name)
    lines = [_level(a, aim)]
    lines += _drivers(a, name) + _boxes(a, aim) + _tipping(a, aim) + _settings(a, aim) + _pairs(a, aim)
    share = a.noise.get(name, np.nan)
    if np.isfinite(share) and share > NOISY:
        says = "the indices above say little" if share > 0.5 else "which raises every total index"
        lines.append(f"{percent(share)} of the variance of its point means is luck, {says}.")
    return lines


def _level(a: Answers, aim: Aim) -> str:
    values = a.case.outcomes[aim.name].to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    if not values.size:
        return f"{aim.title}: no run has a value."
    if aim.truth:
        means = a.case.means(aim.name)
        low, high = np.nanmin(means), np.nanmax(means)
        return (
            f"{aim.title}: in {percent(float(values.mean()))} of all runs; {percent(low)} to {percent(high)} by point."
        )
    low, mid, high = np.quantile(values, (0.05, 0.5, 0.95))
    unit = f" {aim.unit}" if aim.unit not in ("", "1") else ""
    return f"{aim.title}: median {number(mid)}{unit}, 90 % of runs {number(low)} to {number(high)}{unit}."


def _drivers(a: Answers, name: str) -> list[str]:
    case, lines = a.case, []
    if name in a.sobol:
        table = a.sobol[name]
        if table["ST"].isna().all():
            return ["It is the same at every point: nothing drives it here."]
        top = table.sort_values("ST", ascending=False).head(MOST_DRIVERS)
        parts = [
            f"{case.variable(r.variable).title} {decimal(r.ST)} {interval(r.ST_low, r.ST_high, 2)}"
            for r in top.itertuples()
            if r.ST_low > 0 and r.ST > TELLING
        ]
        alone = min(1.0, max(0.0, float(table["S1"].clip(lower=0).sum())))
        if parts:
            lines.append(
                f"Driven by (total Sobol index): {'; '.join(parts)}. Alone they explain {percent(alone)} of the variance."
            )
        else:
            lines.append("No total Sobol index can be told from 0.")
    if name in a.morris:
        top = a.morris[name].sort_values("mu_star", ascending=False).head(MOST_DRIVERS)
        parts = [
            f"{case.variable(r.variable).title} {signed(r.mu, 2)} "
            f"(size {number(r.mu_star, 2)} {interval(r.mu_star_low, r.mu_star_high, 2)})"
            for r in top.itertuples()
            if r.mu_star > 0
        ]
        lines.append(
            f"Moved by (Morris, whole range): {'; '.join(parts)}." if parts else "No factor moved it in any trajectory."
        )
    if name in a.scores and name not in a.sobol and name not in a.morris:
        top = a.scores[name].head(MOST_DRIVERS)
        parts = [f"{case.variable(r.variable).title} {decimal(r.score)}" for r in top.itertuples() if r.score > TELLING]
        lines.append(f"Told best by (feature score): {'; '.join(parts)}.")
    return lines


def _boxes(a: Answers, aim: Aim) -> list[str]:
    lines = [sentence(b, aim, a.case.variables) + "." for b in a.prim.get(aim.name, [])]
    if aim.name in a.prim and not lines:
        lines = ["Conditions: no box in which it counts more densely than overall."]
    elif not lines and (reason := a.silent.get(("prim", aim.name))):
        lines = [f"Conditions: none, {reason}."]
    leaves = [b for b in a.cart.get(aim.name, []) if b.limits and b.density > b.base]
    if leaves:
        lines.append(f"Densest leaf of a tree (CART): {sentence(leaves[0], aim, a.case.variables)}.")
    return lines


def _tipping(a: Answers, aim: Aim) -> list[str]:
    table = a.tipping.get(aim.name)
    if table is None or not len(table):
        return []
    found = table[table["tells"].astype(bool)]
    lines = [_tip(a.case.variable(r.variable), r) for r in found.head(MOST_LINES).itertuples()]
    if not lines:
        return ["No factor alone carries it across one half of the runs."]
    return [f"Holds in half of the runs at: {'; '.join(lines)}."]


def _tip(v: Variable, row: Any) -> str:
    way = "from there on more often" if row.rises else "beyond it less often"
    if np.isnan(row.low):
        return f"{v.title} {value_text(v, row.at)} (no interval: one run a value; {way})"
    return f"{v.title} {value_text(v, row.at)} {tip_interval(v, row.low, row.high)} ({way})"


def tip_interval(v: Variable, low: float, high: float) -> str:
    """The interval of a tipping point in the terms of the variable."""
    bare = Variable(v.name, quarter=v.quarter)
    ends = ["−∞" if low == -np.inf else value_text(bare, low), "∞" if high == np.inf else value_text(bare, high)]
    return f"[{ends[0]}, {ends[1]}]"


def _settings(a: Answers, aim: Aim) -> list[str]:
    table = a.regret.get(aim.name)
    if table is None:
        return []
    names = setting_names(a.case, table)
    least, most = int(table["regret"].argmin()), int(table["satisfices"].argmax())
    one, two = table.iloc[least], table.iloc[most]
    futures = plural(int(one["futures"]), "future")
    worst = int(table["regret"].argmax())
    text = (
        f"Least regret over {futures} ({'more' if aim.prefer != 'low' else 'less'} is better): {names[least]}, mean "
        f"{number(float(one['regret']))} against {number(float(table.iloc[worst]['regret']))} of {names[worst]}."
    )
    if float(two["satisfices"]) > 0 and (aim.truth or aim.stated):
        counts = claim(aim) + (" in at least half of the runs" if aim.truth else "")
        text += (
            f" Good enough ({counts}) most often with {names[most]}: in {percent(float(two['satisfices']))} of futures."
        )
    return [text]


def _pairs(a: Answers, aim: Aim) -> list[str]:
    table = a.paired.get(aim.name)
    if table is None or not len(table):
        return []
    order = table.assign(size=table["mean"].abs()).sort_values("size", ascending=False, kind="stable")
    settings = _settings_of(a)
    out: dict[tuple[str, ...], str] = {}
    for r in order.itertuples():
        levers = tuple(v.name for v in a.case.levers if settings[v.name][r.first] != settings[v.name][r.second])
        if levers in out or len(out) == MOST_LINES:  # the largest of each lever
            continue
        doubt = "" if r.tells else " (sign cannot be told)"
        pair = pair_name(a.case, settings, r.first, r.second)
        out[levers] = f"{pair} {signed(r.mean)} {interval(r.low, r.high, sign=True)}{doubt}"
    return [f"Same future, same luck: {'; '.join(out.values())}."]


def pair_name(case: Case, settings: pd.DataFrame, first: int, second: int) -> str:
    """Two settings compared: what differs, and in brackets what is the same and differs elsewhere."""
    one, two = settings.iloc[first], settings.iloc[second]
    differs = [v for v in case.levers if one[v.name] != two[v.name]]
    told = ", ".join(f"{v.title} {shown(v, one[v.name])} rather than {shown(v, two[v.name])}" for v in differs)
    same = [v for v in case.levers if v not in differs and len(settings[v.name].unique()) > 1]
    given = ", ".join(f"{v.title} {shown(v, one[v.name])}" for v in same)
    return f"{told} (with {given})" if given else told


def _settings_of(a: Answers) -> pd.DataFrame:
    from patronage.answers import crossing

    return crossing(a.case).settings


def text(a: Answers, title: str, question: str) -> str:
    """The whole as plain text for the terminal."""
    from textwrap import fill

    parts = [title] + ([question] if question else []) + [""]
    parts += [fill(line, 100, initial_indent="- ", subsequent_indent="  ") for line in general(a)]
    for name in a.outcomes:
        first, *rest = about(a, name)
        parts += ["", fill(first, 100)]
        parts += [fill(line, 100, initial_indent="- ", subsequent_indent="  ") for line in rest]
    return "\n".join(parts)
