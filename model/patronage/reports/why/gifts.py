"""Why a patron gave: what was promised in courtship and in packages, for what, and how much of it arrived."""

from __future__ import annotations

import numpy as np
import pandas as pd

from patronage.looks import REASONS, the
from patronage.reports.why.levels import FLOWS, Question, companions_text, level_line, series_of, typical_of, unrecorded
from patronage.reports.why.telling import chain, head
from patronage.reports.words import adding_up, fixed, genitive, kind_words, percent, upper
from patronage.results.ensemble import Statistics

COURTSHIP = "courtship"


def aims_of(s: Statistics, asked: Question) -> dict[str, tuple[float, float]]:
    """What was promised by aim: MUSD a run, and the share of runs; the parts are the whole flow."""
    _, instruments = FLOWS[asked.measure]
    patron, client = asked.codes
    flow = s.ensemble.array("promised").sel(patron=patron, client=client, quarter=list(asked.span.quarters))
    whole = (flow.sel(instrument=list(instruments)) if instruments else flow).sum(("quarter", "instrument")).values.astype(float)
    rows = packages(s, asked)
    keys = ["concession", "counterpart", "cause"]
    found = {
        _aim(s, *(str(x) for x in key)): (float(part["promised"].sum()) / s.runs, part["run"].nunique() / s.runs)
        for key, part in rows.groupby(keys, observed=True, sort=True)
    }
    packaged = rows.groupby("run")["promised"].sum().reindex(s.coords["run"]).fillna(0.0).to_numpy(dtype=float)
    courted = whole - packaged
    return {COURTSHIP: (float(courted.mean()), float((courted > 1e-6).mean())), **found}


def packages(s: Statistics, asked: Question) -> pd.DataFrame:
    """Rows of packages of the patron to the client, of these instruments, in these quarters."""
    _, instruments = FLOWS[asked.measure]
    rows = asked.span.rows(s.ledger)
    rows = rows[(rows["kind"] == "package") & (rows["patron"] == asked.codes[0]) & (rows["client"] == asked.codes[1])]
    return rows[rows["instrument"].isin(instruments)] if instruments else rows


def _aim(s: Statistics, concession: str, counterpart: str, cause: str) -> str:
    reason = REASONS.get(cause, cause)
    if concession.startswith("refusal of a "):
        kind = kind_words(concession.removeprefix("refusal of a "))
        return f"for the refusal of {genitive(the(s.label(counterpart)))} {kind} ({reason})"
    return f"for {'its ' if concession in s.scenario.kinds else ''}{concession.replace('_', ' ') or 'its own ends'} ({reason})"


def gift_text(s: Statistics, asked: Question) -> str:
    """Everything about arms, loans, relief or all that a patron gave."""
    values = series_of(s, asked.measure, asked.codes)
    first = [head(s, asked.title)]
    if values is None or not s.has("promised"):
        return "\n\n".join([*first, unrecorded("promised and delivered")])
    patron, client = asked.codes
    total = values[:, [s.coords["quarter"].index(q) for q in asked.span.quarters]].sum(axis=1)
    run = typical_of(s, total)
    kinds = ("package", "renege", "cancelled", "forgiven", "transfer", "opened", "closed", "notice", "joined")
    rows = s.ledger
    story = asked.span.rows(rows[(rows["client"] == client) & (rows["run"] == run) & rows["kind"].isin(kinds)])
    story = story[(story["patron"] == patron) | (story["kind"].isin(("opened", "closed", "notice")))]
    at = list(s.coords["run"]).index(run)
    typical = f"{fixed(float(total[at]), 1)} MUSD, nearest the median"
    blocks = [level_line(s, asked), _aims(s, asked), _arrived(s, asked), companions_text(s, total, asked.span)]
    return "\n\n".join([*first, *(b for b in blocks if b), chain(s, story, patron, run, typical)])


def _aims(s: Statistics, asked: Question) -> str:
    found = aims_of(s, asked)
    amounts = adding_up([amount for amount, _ in found.values()], 1)
    order = sorted(zip(found, amounts, found.values(), strict=True), key=lambda x: -x[1])
    lines = [
        f"  {fixed(amount, 1)} MUSD {'in courtship' if aim == COURTSHIP else aim}"
        + (f", in {percent(share)} of runs" if s.runs > 1 else "")
        for aim, amount, (_, share) in order
        if amount
    ]
    if not lines:
        return "Nothing was promised."
    whole = fixed(round(sum(amounts), 1), 1)
    return "\n".join([f"Of {whole} MUSD promised{' a run' if s.runs > 1 else ''} (the parts add up):", *lines])


def _arrived(s: Statistics, asked: Question) -> str:
    """How much of what was promised arrived."""
    _, instruments = FLOWS[asked.measure]
    sums = []
    for variable in ("promised", "delivered"):
        flow = s.ensemble.array(variable).sel(patron=asked.codes[0], client=asked.codes[1], quarter=list(asked.span.quarters))
        flow = flow.sel(instrument=list(instruments)) if instruments else flow
        sums.append(float(np.asarray(flow.sum(("quarter", "instrument")).mean("run"))))
    given, who = sums[1], upper(the(s.label(asked.codes[0])))
    return f"{who} delivered {fixed(given, 1)} MUSD of it, arrears of earlier promises included." if sums[0] else ""
