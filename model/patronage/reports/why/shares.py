"""Why influence or a share of it moved: the exact decomposition by channel and by patron, and the deals that feed the channels.

Influence I is a sum over channels, each of which has half of every cross term (docs/equations.md 7). A share is s = x/(x + y), x the
patron's influence and y all other weight; its change between two quarters is A·Δx + B·Δy exactly, with the mean slopes A and B of both
orders, and Δx and Δy are sums over channels. So the parts add up run by run, and so do their means.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from patronage.looks import the
from patronage.reports.why.levels import Question, Span, change_line, level_line, typical_of, unrecorded
from patronage.reports.why.telling import chain, head
from patronage.reports.words import adding_up, fixed, genitive, number, percent, upper
from patronage.results.ensemble import Statistics

Numbers = npt.NDArray[np.float64]
OWN_WEIGHT = "its own weight"
"""What a client keeps for itself: the constant in the denominator of a share."""
LEAST = 0.5
"""In the unit that is told: another patron or a deal that moves less is summed with others."""
BEHIND = "Because of these deals (trade, and arms bought under contracts, have no row)"
STORY = ("opened", "closed", "joined", "left", "sanction", "complied", "campaign", "transfer", "forgiven", "overthrow", "package")


class Parts(NamedTuple):
    """Contributions to a change, run by run."""

    whole: Numbers
    """[run]"""
    parts: dict[tuple[str, str], Numbers]
    """[run] by patron ("" for the client) and channel; their sum is `whole`."""


class Weights(NamedTuple):
    """What weighs in a client at one time."""

    channel: Numbers
    """[run, patron, channel] influence"""
    own: Numbers
    """[run] what the client keeps for itself"""


def parts_of(s: Statistics, measure: str, codes: tuple[str, ...], span: Span) -> Parts | None:
    """The change of a share, of influence or of autonomy between two quarters by patron and channel; None if not recorded."""
    ends = [weights(s, codes[-1], quarter) for quarter in (span.first_quarter, span.last_quarter)]
    return None if ends[0] is None or ends[1] is None else parts_between(s, measure, codes, ends[0], ends[1])


def weights(s: Statistics, client: str, quarter: str) -> Weights | None:
    """Influence in a client at the end of a quarter by patron and channel, and what the client keeps; None if not recorded."""
    if not s.channel_variable or not s.has("share"):
        return None
    at = {"client": client, "quarter": quarter}
    channel = s.ensemble.array(s.channel_variable).sel(at).transpose("run", "patron", "channel").values.astype(float)
    share = s.ensemble.array("share").sel(at).transpose("run", "patron").values.astype(float)
    total, shares = channel.sum(axis=(-1, -2)), share.sum(axis=-1)
    weight = np.divide(total, shares, out=np.ones_like(total), where=shares > 0)  # all influence and the client's own weight
    return Weights(channel, np.maximum(0.0, weight - total))


def parts_between(s: Statistics, measure: str, codes: tuple[str, ...], then: Weights, now: Weights) -> Parts:
    """What a share, influence or autonomy is more in `now` than in `then`, by patron and channel."""
    patrons, names = s.coords["patron"], s.coords["channel"]
    by_channel, own = now.channel - then.channel, np.array([then.own, now.own])
    moved = {(p, n): by_channel[:, i, k] for i, p in enumerate(patrons) for k, n in enumerate(names)}
    if measure == "influence":
        mine = {key: change for key, change in moved.items() if key[0] == codes[0]}
        return Parts(np.sum(list(mine.values()), axis=0), mine)
    moved[("", OWN_WEIGHT)] = own[1] - own[0]
    channel = np.array([then.channel, now.channel])
    x = own if measure == "autonomy" else channel[:, :, patrons.index(codes[0])].sum(axis=-1)
    y = own + channel.sum(axis=(-1, -2)) - x
    up, down = slopes(x, y)
    whose = "" if measure == "autonomy" else codes[0]
    found = {key: (up if key[0] == whose else down) * change for key, change in moved.items()}
    return Parts(np.sum(list(found.values()), axis=0), found)


def slopes(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """A and B of x/(x + y) between two times; x, y [2, run]: with them A·Δx + B·Δy is the change, in the mean of both orders."""

    def over(top: Numbers, one: Numbers, two: Numbers) -> Numbers:
        below = one * two
        return np.divide(top, below, out=np.zeros_like(top), where=below > 0)

    (x0, x1), (y0, y1) = x, y
    up = (over(y0, x1 + y0, x0 + y0) + over(y1, x1 + y1, x0 + y1)) / 2
    down = -(over(x0, x0 + y1, x0 + y0) + over(x1, x1 + y1, x1 + y0)) / 2
    return up, down


def share_text(s: Statistics, asked: Question) -> str:
    """Everything about a share of influence, influence or autonomy."""
    client, span = asked.codes[-1], asked.span
    found = parts_of(s, asked.measure, asked.codes, span)
    first = [head(s, asked.title), level_line(s, asked)]
    if found is None:
        return "\n\n".join([*first, unrecorded("by_channel and share")])
    whose = asked.codes[0] if len(asked.codes) == 2 else ""
    parts, deals = by_channel(s, asked, found, whose), _because(s, client, whose, found, asked)
    blocks = [*first, change_line(asked, found.whole, scale(asked)), parts, deals]
    run = typical_of(s, found.whole)
    story = _story(s, client, run, span)
    place = f"the change in it is {_amounts(asked, found, run)}, that nearest the median"
    return "\n\n".join([*(b for b in blocks if b), chain(s, story, whose, run, place)])


def scale(asked: Question) -> float:
    """Shares are told in points."""
    return 1.0 if asked.measure == "influence" else 100.0


def _amounts(asked: Question, found: Parts, run: int) -> str:
    at = asked.span.runs.index(run)
    return f"{fixed(float(found.whole[at]) * scale(asked), places(asked), sign=True)}{unit(asked)}"


def unit(asked: Question) -> str:
    return "" if asked.measure == "influence" else " points"


def places(asked: Question) -> int:
    return 3 if asked.measure == "influence" else 1


def by_channel(s: Statistics, asked: Question, found: Parts, whose: str, what: str = "change") -> str:
    """The mean parts of a change or a difference, those of each patron together, printed so that they add up."""
    keys = list(found.parts)
    values = dict(zip(keys, adding_up([float(found.parts[k].mean()) * scale(asked) for k in keys], places(asked)), strict=True))
    whole = fixed(round(sum(values.values()), places(asked)), places(asked), sign=True)
    mean = f"mean {what}" if s.runs > 1 else what
    lines = [f"Where the {mean} of {whole}{unit(asked)} comes from (the parts add up):"]
    totals = {p: round(sum(v for k, v in values.items() if k[0] == p), places(asked)) for p, _ in keys}
    for patron in sorted(totals, key=lambda p: (p != whose, -abs(totals[p]))):
        mine = [(k[1], v) for k, v in values.items() if k[0] == patron and v]
        total = totals[patron]
        if not mine:
            continue
        own = f"What {the(s.label(asked.codes[-1]))} keeps for itself"
        who = f"{upper(genitive(the(s.label(patron))))} influence" if patron else own
        split = ", ".join(f"{fixed(v, places(asked), sign=True)} {n}" for n, v in sorted(mine, key=lambda x: -abs(x[1])))
        lines.append(f"  {fixed(total, places(asked), sign=True)}  {who}" + (f": {split}" if patron else ""))
    return "\n".join(lines)


# --- the deals behind the channels ---


def _because(s: Statistics, client: str, whose: str, found: Parts, asked: Question) -> str:
    """What was delivered and agreed in between, of the patron and of those who moved the share."""
    size = {p: abs(float(sum(v.mean() for k, v in found.parts.items() if k[0] == p))) * scale(asked) for p, _ in found.parts if p}
    least = LEAST if asked.measure != "influence" else 0.0
    patrons = [p for p in sorted(size, key=lambda p: (p != whose, -size[p])) if p == whose or size[p] >= least][:4]
    lines = [text for p in patrons if (text := deals_of(s, p, client, asked.span))]
    if not lines:
        return ""
    return "\n".join([f"{BEHIND} in {asked.span.words}{' (means a run; shares of runs)' if s.runs > 1 else ''}:", *lines])


def deals_of(s: Statistics, patron: str, client: str, span: Span) -> str:
    """What a patron delivered to a client, and which contracts and ruptures there were."""
    items = [*_delivered(s, patron, client, span), *_agreed(s, patron, client, span)]
    return f"- {upper(the(s.label(patron)))}: {', '.join(items)}." if items else ""


def _delivered(s: Statistics, patron: str, client: str, span: Span) -> list[str]:
    if not s.has("delivered"):
        return []
    flow = s.ensemble.array("delivered").sel(patron=patron, client=client, quarter=list(span.quarters))
    out = []
    for instrument in s.coords["instrument"]:
        amount = float(flow.sel(instrument=instrument).sum("quarter").mean("run"))
        if amount >= LEAST:
            out.append(f"{number(amount)} MUSD of {instrument.replace('_', ' ')} delivered")
    return out


WORDS = {
    "opened": "{what} opened",
    "closed": "{what} closed",
    "joined": "{what} joined",
    "left": "{what} left",
    "sanction": "a sanction",
    "campaign": "a campaign",
    "transfer": "surplus equipment",
    "forgiven": "debt forgiven",
}


def _agreed(s: Statistics, patron: str, client: str, span: Span) -> list[str]:
    rows = span.rows(s.ledger)
    rows = rows[(rows["client"] == client) & (rows["patron"] == patron) & rows["kind"].isin(list(WORDS))]
    out = []
    for (kind, concession), part in rows.groupby(["kind", "concession"], observed=True, sort=True):
        what = s.label(str(concession)) if str(concession) in s.coords.get("bloc", []) else str(concession or "base").replace("_", " ")
        share = part["run"].nunique() / s.runs
        often = f" in {percent(share)}" if s.runs > 1 else ""
        out.append((share, f"{WORDS[str(kind)].format(what=what)}{often}"))
    return [text for share, text in sorted(out, key=lambda x: -x[0]) if share >= 0.05][:6]


def _story(s: Statistics, client: str, run: int, span: Span) -> pd.DataFrame:
    rows = span.rows(s.ledger)
    return rows[(rows["client"] == client) & (rows["run"] == run) & rows["kind"].isin(STORY)]


def story_of(s: Statistics, asked: Question) -> pd.DataFrame:
    """Rows in the span that concern whom a question is about."""
    rows = asked.span.rows(s.ledger)
    rows = rows[rows["kind"].isin((*STORY, "turnover", "switch"))]
    about = rows["client"].isin(asked.codes) if set(asked.codes) & set(s.coords["client"]) else rows["patron"].isin(asked.codes)
    return rows[about | rows["concession"].isin(asked.codes)]


__all__ = ["Parts", "deals_of", "parts_of", "share_text", "slopes", "story_of"]
