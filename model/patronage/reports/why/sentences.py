"""Rows of the ledger as sentences."""

from __future__ import annotations

from math import isnan
from typing import Any

import pandas as pd

from patronage.looks import reason_words, route_words, the
from patronage.reports.phrases import contract_words
from patronage.reports.why.prices import formula, places_of, terms_of
from patronage.reports.words import fixed, genitive, kind_words, listed, number, upper
from patronage.results.contracts import DECISIONS, Contract, kind_of_row

PORTFOLIOS = {
    "client state": "a client state: it concentrates on few clients",
    "sphere of influence": "a sphere of influence: it courts everyone",
}


def sentences_of(s: Any, story: pd.DataFrame, patron: str) -> list[str]:
    """Every row of a chain as a sentence; the rows of one package are told together."""
    out: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for row in story.itertuples(index=False):
        if row.kind == "package":
            deal = ("quarter", "patron", "concession", "counterpart")
            key = tuple(str(getattr(row, name)) for name in deal)
            if key in seen:
                continue
            seen.add(key)
            same = story["kind"] == "package"
            for name, value in zip(deal, key, strict=True):
                same &= story[name].astype(str) == value
            out.append(f"  {row.quarter}: {_package(s, story[same], patron)}")
        else:
            out.append(f"  {row.quarter}: {_sentence(s, row)}")
    return out


def noun(concession: str) -> str:
    """What a row is about, in a sentence: the base, the guard."""
    return kind_words(kind_of_row(concession))


def _package(s: Any, rows: pd.DataFrame, patron: str) -> str:
    who, about = str(rows["patron"].iloc[0]), str(rows["concession"].iloc[0])
    gifts = listed(
        [
            f"{number(v, 2)} MUSD of {str(i).replace('_', ' ')}"
            for i, v in zip(rows["instrument"], rows["promised"], strict=True)
        ]
    )
    rival = str(rows["counterpart"].iloc[0])
    if about.startswith("refusal of a ") and who != patron:
        aim = f"for the refusal of the {kind_words(about.removeprefix('refusal of a '))}"
    elif about.startswith("refusal of a "):
        aim = f"for the refusal of {genitive(the(s.label(rival)))} {kind_words(about.removeprefix('refusal of a '))}"
    else:
        aim = f"for {'its' if rival == who else 'the'} {noun(about)}"
    return f"{upper(the(s.label(who)))} promises {gifts} {aim}."


def _sentence(s: Any, row: Any) -> str:
    who, where, rival, bloc = (
        the(s.label(str(code))) if code else "" for code in (row.patron, row.client, row.counterpart, row.concession)
    )
    sender = who or bloc
    cause = str(row.cause)
    reason = reason_words(str(row.kind), cause)
    because = f" ({reason})" if reason else ""
    what, rent = noun(str(row.concession)), _rent(row, where)
    called = s.scenario.called.get((str(row.patron), str(row.client), kind_of_row(str(row.concession))))
    sum_promised = f"{number(float(row.promised), 2)} MUSD" if row.promised == row.promised else ""
    sum_delivered = f"{number(float(row.delivered), 2)} MUSD" if row.delivered == row.delivered else ""
    texts = {
        "opened": f"{called or f'the {what} of {who}'} opens{because}: {rent}",
        "renewed": f"the contract is renewed{because}: {rent}",
        "kept": f"{who} bids again and keeps {called or f'the {what}'}: {rent}",
        "refused": f"{where} refuses the {what}{because}{_lacks(s, row)}",
        "notice": f"{where} gives notice: {route_words(cause)}",
        "closed": f"{called or f'the {what} of {who}'} closes: {route_words(cause)}",
        "demand_met": f"{who} meets the host's demand: {rent}",
        "merged": "several agreements are merged into one",
        "renege": f"{where} has broken its pledge to {who}, which resents it",
        "cancelled": f"projects of {who} worth {sum_promised} are given up{because}",
        "transfer": f"{who} hands over surplus equipment worth {sum_delivered}",
        "forgiven": f"{who} forgives {sum_delivered} of debt",
        "campaign": f"{who} runs a campaign against the regime of {where}{because}",
        "smear": f"{who} campaigns against {rival} in the opinion of {where}",
        "scandal": f"the public of {where} thinks {'worse' if row.value < 0 else 'better'} of {who}",
        "sanction": f"{sender} sanctions {where}, which defies it",
        "complied": f"{where} complies with a sanction of {sender}",
        "overthrow": f"the regime of {where} is overthrown"
        + (f", to the benefit of {who}" if who else "")
        + (f" (chance in the quarter: {number(100 * float(row.value), 2)} %)" if cause != "event" and row.value == row.value else ""),
        "coup": f"it was a coup: the army rules {where}",
        "handover": f"the army of {where} hands power to an elected government",
        "turnover": f"power changes hands in {where} by the constitution",
        "joined": f"{where} joins {bloc}{because}",
        "left": f"{where} leaves {bloc}{because}",
        "consent": f"{who} buys the consent of {where} to a joint force for {sum_promised}",
        "switch": f"{who} turns to {PORTFOLIOS.get(str(row.concession), str(row.concession))}",
    }
    return upper(texts.get(str(row.kind), str(row.kind))) + _terms(s, row) + "."


def wanting(scenario: Any, row: Any) -> str:
    """The contract for want of which another was refused, worth all that was asked and not closed by politics; or nothing."""
    otherwise_had = row.kind == "refused" and row.value >= row.floor and not row.asked > row.value and row.cause != "politics"
    required = scenario.requires.get(kind_of_row(str(row.concession)), "") if otherwise_had else ""
    return contract_words(scenario, str(row.patron), str(row.client), required) if required else ""


def _lacks(s: Any, row: Any) -> str:
    required = wanting(s.scenario, row)
    return f": it requires {required}, which does not stand" if required else ""


def _rent(row: Any, where: str) -> str:
    """What is paid, and by whom: a negative rent is paid by the client."""
    rent = float(row.rent)
    if isnan(rent):
        return "the rent is not told"
    if rent == 0:
        return "nobody pays"
    return f"{where} pays {number(-rent, 2)} MUSD a year for it" if rent < 0 else f"a rent of {number(rent, 2)} MUSD a year"


def _terms(s: Any, row: Any) -> str:
    if row.kind not in DECISIONS or row.kind == "closed" or row.value != row.value or row.floor != row.floor:
        return ""
    terms = terms_of(pd.DataFrame([row._asdict()]))
    assert terms is not None  # it has a value and a floor
    sign = "at least" if row.value >= row.floor else "less than"
    contract = Contract(str(row.patron), str(row.client), kind_of_row(str(row.concession)))
    return f"; worth {fixed(terms.value, places_of(terms))}, {sign} {formula(s, contract, terms)}"
