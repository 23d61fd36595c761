"""What an analysis says, in sentences: one list per outcome, and what holds for all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from patronage.answers import Aim, Answers, Case, Variable, idle_factors, sentence
from patronage.answers.box_text import claim, value_text
from patronage.reports.drivers import among, drivers, smallest
from patronage.reports.words import interval, listed, number, percent, plural, signed
from patronage.results.worth import small

MOST_LINES = 3
NOISY = 0.1
FEW = 20
"""Of fewer values than this 5 and 95 % are no quantiles: the lowest and the highest are told."""


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
    return lines + telling_outcomes(a) + _unmoving(a)


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
    little = [case.variable(n).title for n, how in found.items() if how == "too little"]
    if little:
        lines.append(f"Moves no outcome by as much as is worth telling: {listed(little)}.")
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
    lines = [_level(a, aim) + _few(a.case, aim), *_rivals(a, aim)]
    lines += drivers(a, name) + _boxes(a, aim) + _tipping(a, aim) + _settings(a, aim) + _pairs(a, aim)
    share = a.noise.get(name, np.nan)
    if np.isfinite(share) and share > NOISY:
        says = "the indices above say little" if share > 0.5 else "which raises every total index"
        lines.append(f"{percent(share)} of the variance of its point means is luck, {says}.")
    return lines


def _rivals(a: Answers, aim: Aim) -> list[str]:
    """How much is scenario and theory; then by each of them: what it says, what the levers do, and which two are farthest apart."""
    tables = [(role, rivals[aim.name]) for role, rivals in (("scenario", a.scenarios), ("theory", a.theories)) if aim.name in rivals]
    lines = _divided(tables[0][1].shares) if tables else []
    for role, found in tables:
        rows = [row for _, row in found.by_theory.iterrows()]
        each = [f"{row[role]}: {_value(aim, row['mean'])} {_between(aim, row['low'], row['high'])}" for row in rows]
        lines.append(f"By {role}: {'; '.join(each)}.")
        lines += _versus(a, aim, found.against) if role == "scenario" else []
        if found.effects is not None:
            first = found.effects.iloc[0]
            does = [f"{row[role]} {_does(aim, row)}" for _, row in found.effects.iterrows()]
            lines.append(f"{first['second']} against {first['first']}, by {role}: {'; '.join(does)}.")
        if len(found.telling) and found.telling["distance"].iloc[0] > 0 and (role == "theory" or len(found.telling) > 1):
            top = found.telling.iloc[0]
            how = f"Kolmogorov-Smirnov distance {number(float(top['distance']), 2)}"
            lines.append(f"Farthest apart: {top['first']} and {top['second']} ({how}).")
    return lines


def _divided(shares: pd.DataFrame) -> list[str]:
    """The shares of the variance: every part alone, and the rest together."""
    if not np.isfinite(shares["share"]).all():
        return []
    single = (len(shares) + 1).bit_length() - 1  # of n axes there are 2ⁿ − 1 parts, the single ones first
    rows = shares.head(single).itertuples()
    alone = [f"{row.component} {percent(row.share)} [{percent(row.low)}, {percent(row.high)}]" for row in rows]
    together = float(shares["share"].iloc[single:].sum())
    return [f"Of the variance of single runs: {', '.join(alone)}; what they do only together {percent(together)}."]


def _versus(a: Answers, aim: Aim, found: pd.DataFrame) -> list[str]:
    """Every scenario against the first, in the same futures with the same luck."""
    several = any(v.role != "scenario" for v in a.case.variables)
    does = [f"{row['second']} {_does(aim, row, 'futures' if several else 'runs')}" for _, row in found.iterrows()]
    where = "in the same futures with the same luck" if several else "with the same luck"
    return [f"Against {found['first'].iloc[0]}, {where}: {'; '.join(does)}."]


def _does(aim: Aim, row: pd.Series[Any], of: str = "futures") -> str:
    """A difference with its interval, and in how many futures it is one."""
    falls = f", falls in {percent(row['falls'])}" if row["falls"] > 0 else ""
    change = f"{_change(aim, row['mean'])} {_between(aim, row['low'], row['high'], sign=True)}"
    return f"{change}, grows in {percent(row['grows'])} of {of}{falls}"


def telling_outcomes(a: Answers) -> list[str]:
    """Which outcomes would tell the theories apart: those whose distributions differ most, over all pairs of theories."""
    found = sorted(
        ((name, t.telling) for name, t in a.theories.items() if len(t.telling)), key=lambda item: -float(item[1]["distance"].mean())
    )[:MOST_LINES]
    if not found:
        return []
    texts = []
    for name, table in found:
        mean, most, pair = float(table["distance"].mean()), float(table["distance"].iloc[0]), table.iloc[0]
        texts.append(f"{a.case.aim(name).title} ({number(mean, 2)}; {number(most, 2)} between {pair['first']} and {pair['second']})")
    return [f"What would tell the theories apart, by the mean Kolmogorov-Smirnov distance of two of them: {'; '.join(texts)}."]


def _value(aim: Aim, value: float) -> str:
    return percent(value) if aim.truth else number(value)


def _change(aim: Aim, value: float) -> str:
    return f"{100 * value:+.1f} points".replace("-", "−") if aim.truth else signed(value)


def _between(aim: Aim, low: float, high: float, *, sign: bool = False) -> str:
    return interval(100 * low, 100 * high, sign=sign) if aim.truth else interval(low, high, sign=sign)


def _few(case: Case, aim: Aim) -> str:
    """That what is given is true in too few runs."""
    known = len(case.known(aim.name))
    return f" Only {plural(known, 'run')}: too few to rely on." if aim.given and 0 < known < FEW else ""


def _level(a: Answers, aim: Aim) -> str:
    values, some = a.case.known(aim.name), among(a.case, aim.name)
    if not values.size:
        return f"{aim.title}: no run has a value."
    if len(values) == 1:
        text = ("so" if values[0] else "not so") if aim.truth else f"{number(values[0])}{_unit(aim)}"
        return f"{aim.title}: {text} in the {some or 'only run'}."
    if aim.truth:
        means = a.case.means(aim.name)
        low, high = np.nanmin(means), np.nanmax(means)
        whose = f"the {some}" if some else "all runs"
        return (
            f"{aim.title}: in {percent(float(values.mean()))} of {whose}; {percent(low)} to {percent(high)} by point."
        )
    if some and len(values) < FEW:
        span = f"{number(values.min())} to {number(values.max())}{_unit(aim)}"
        return f"{aim.title}: {span} in the {some}."
    low, mid, high = np.quantile(values, (0.05, 0.5, 0.95))
    unit = _unit(aim)
    whose = f"the {some}," if some else "runs"
    return f"{aim.title}: median {number(mid)}{unit}, 90 % of {whose} {number(low)} to {number(high)}{unit}."


def _unit(aim: Aim) -> str:
    return f" {aim.unit}" if aim.unit not in ("", "1") else ""


def _boxes(a: Answers, aim: Aim) -> list[str]:
    some = among(a.case, aim.name)
    whose = f", among the {some}" if some else ""
    lines = [f"{sentence(b, aim, a.case.variables)}{whose}." for b in a.prim.get(aim.name, [])]
    if aim.name in a.prim and not lines:
        lines = ["Conditions: no box in which it counts more densely than overall."]
    elif not lines and (reason := a.silent.get(("prim", aim.name))):
        lines = [f"Conditions: none, {reason}."]
    leaves = [b for b in a.cart.get(aim.name, []) if b.limits and b.density > b.base]
    if leaves:
        lines.append(f"Densest leaf of a tree (CART): {sentence(leaves[0], aim, a.case.variables)}{whose}.")
    return lines


def _tipping(a: Answers, aim: Aim) -> list[str]:
    table = a.tipping.get(aim.name)
    if table is None or not len(table):
        return []
    found = table[table["tells"].astype(bool)]
    some = among(a.case, aim.name)
    lines = [_tip(a.case.variable(r.variable), r) for r in found.head(MOST_LINES).itertuples()]
    if not lines:
        return [f"No factor alone carries it across one half of the {some or 'runs'}."]
    whose = f"half of the {some}," if some else "half of the runs"
    return [f"Holds in {whose} at: {'; '.join(lines)}."]


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
    if one["futures"] < one["of"]:
        futures = f"the {one['futures']} of {plural(int(one['of']), 'future')} with a value for every setting"
    worst = int(table["regret"].argmax())
    text = (
        f"No setting does better than another by {smallest(a.case, aim)} or more, on average over {futures}."
        if float(table.iloc[worst]["regret"]) < a.case.least(aim.name)
        else f"Least regret over {futures} ({'more' if aim.prefer != 'low' else 'less'} is better): {names[least]}, mean "
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
        if not r.positive + r.negative > 0 or small(r.mean, r.low, r.high, r.least):
            continue
        doubt = "" if r.tells else " (sign cannot be told)"
        pair = pair_name(a.case, settings, r.first, r.second)
        gap = interval(r.low, r.high, sign=True) if r.pairs > 1 else "[unknown: one pair]"
        out[levers] = f"{pair} {signed(r.mean)} {gap}{doubt}"
    used = int(table["pairs"].max())
    whose = (
        ""
        if table["pairs"].eq(table["of"]).all()
        else f", over at most {used} of {table['of'].max()} pairs that both have values"
    )
    if not used:
        return ["Same future, same luck: no pair has values on both sides."]
    if not out:
        return [f"Same future, same luck: no two settings differ by {smallest(a.case, aim)} or more{whose}."]
    return [f"Same future, same luck{whose}: {'; '.join(out.values())}."]


def pair_name(case: Case, settings: pd.DataFrame, first: int, second: int) -> str:
    """Two settings compared: what differs, and in brackets what is the same and differs elsewhere."""
    one, two = settings.iloc[first], settings.iloc[second]
    differs = [v for v in case.levers if one[v.name] != two[v.name]]
    text = ", ".join(f"{v.title} {shown(v, one[v.name])} rather than {shown(v, two[v.name])}" for v in differs)
    same = [v for v in case.levers if v not in differs and len(settings[v.name].unique()) > 1]
    given = ", ".join(f"{v.title} {shown(v, one[v.name])}" for v in same)
    return f"{text} (with {given})" if given else text


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
