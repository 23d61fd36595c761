"""Rows of the ledger for people: a table, and the why of one row."""

from __future__ import annotations

from math import isfinite
from typing import Any

import pandas as pd

from patronage.looks import cause_words
from patronage.results.contracts import DECISIONS, kind_of_row
from patronage.world.arrays import Array

from .charts.base import number
from .history import Story
from .loading import reports_loaded

HEADS = (
    ("quarter", "Quarter", False), ("kind", "Deal", False), ("patron", "Patron", False), ("client", "Client", False),
    ("what", "About", False), ("cause", "Cause", False), ("promised", "MUSD", True), ("rent", "Rent, MUSD/yr", True),
    ("value", "Worth, MUSD/yr", True), ("floor", "Least price, MUSD/yr", True),
)  # fmt: skip
"""Columns: key, heading, whether it is a number."""


REFUSAL = "refusal of a "
"""With which the ledger begins what a package for a refusal is about."""


def plain(value: object) -> str:
    """A text of the ledger; nothing where it does not apply."""
    return "" if pd.isna(value) else str(value).replace("_", " ")


def figure(value: float, digits: int = 2) -> float | None:
    """A number of the ledger, or None where it does not apply."""
    return round(float(value), digits) if isfinite(value) else None


def rows(story: Story, when: int) -> list[dict[str, Any]]:
    """The ledger up to a time, latest first."""
    out = []
    for i, row in story.rows(when).iterrows():
        patron, client = plain(row["patron"]), plain(row["client"])
        money = row["promised"] if isfinite(row["promised"]) else row["delivered"]
        about = about_words(story, plain(row["instrument"]), str(row["concession"]) if plain(row["concession"]) else "")
        if str(row["kind"]) in DECISIONS:
            about = story.contract_name(patron, client, kind_of_row(row["concession"]))
        out.append(
            {
                "id": int(i), "quarter": str(row["quarter"]), "kind": plain(row["kind"]),
                "patron": story.name(patron) if patron else "", "client": story.name(client) if client else "",
                "what": about, "cause": cause_words(str(row["kind"]), plain(row["cause"])), "promised": figure(money),
                "rent": figure(row["rent"]), "value": figure(row["value"]), "floor": figure(row["floor"]),
                "colour": story.looks[patron].colour if patron in story.looks else "",
            }
        )  # fmt: skip
    return out[::-1]


def about_words(story: Story, instrument: str, concession: str) -> str:
    """What a row is about: loans for refusing a base; accession; a bloc by its name."""
    refused = concession.removeprefix(REFUSAL)
    what = f"refusing {article(refused)}" if refused != concession else story.name(concession).replace("_", " ")
    if concession in story.structure.kinds:
        what = article(concession)
    return " for ".join(x for x in (instrument, what) if x)


def article(kind: str) -> str:
    """A kind of contract with its article: a base, an outpost."""
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind.replace('_', ' ')}"


class Labels:
    """What sentences about the ledger ask for."""

    def __init__(self, story: Story) -> None:
        self.scenario, self._story = story.scenario, story

    def label(self, code: str) -> str:
        """The display name of an actor."""
        return self._story.name(code)


def why(story: Story, row: int) -> tuple[str, list[tuple[str, str]]]:
    """One row explained: a sentence, and its figures in words."""
    reports_loaded()
    from patronage.reports.why import sentences_of

    texts = ("kind", "patron", "client", "counterpart", "instrument", "cause", "concession")
    found = story.ledger.iloc[[row]].astype(dict.fromkeys(texts, object)).fillna(dict.fromkeys(texts, ""))
    record = found.iloc[0]
    sentence = sentences_of(Labels(story), pd.DataFrame(found), str(record["patron"]))[0].strip()
    figures: list[tuple[str, str]] = []
    if isfinite(record["value"]) and isfinite(record["floor"]):
        figures = _auction(story, row, record)
    elif isfinite(record["value"]):
        figures.append(("value at the decision", number(record["value"], 3)))
    for key, words in (("promised", "promised, MUSD"), ("delivered", "delivered, MUSD")):
        if isfinite(record[key]):
            figures.append((words, number(record[key], 2)))
    return sentence, figures


def _auction(story: Story, row: int, record: Any) -> list[tuple[str, str]]:
    """The auction behind a row: value against floor, and who bid what to deny."""
    out = [
        ("what it is worth to the would-be holder (value V)", f"{number(record['value'], 2)} MUSD/yr"),
        ("what hosting costs its rulers in support (k)", f"{number(record['price'], 2)} MUSD/yr"),
    ]
    survival = float(record["survival"]) if isfinite(record["survival"]) else 0.0
    if survival:
        fear = "what hosting adds to its rulers' fear for their office" if survival > 0 else "what it is worth to them as protection"
        out.append((f"{fear} (π)", f"{number(survival, 2)} MUSD/yr"))
    host = str(record["counterpart"]) if record["kind"] == "package" else str(record["patron"])
    total, split = record["denial"], ""
    if str(record["concession"]) in ("", "base", "refusal of a base"):  # of other kinds only the sum is kept
        bids = denial(story, str(record["quarter"]), host, str(record["client"]))
        split = f" ({'; '.join(f'{story.name(q)} {number(n, 2)}' for q, n in bids) or 'nobody bids'})"
    out.append(("what rivals bid to keep it out (N)", f"{number(total, 2)} MUSD/yr{split}"))
    rest = record["floor"] - record["price"] - survival - total
    if rest > 0.005:
        words = "the end of the host's purse" if record["floor"] < 0 else "what others want for it"
        out.append((words, f"{number(rest, 2)} MUSD/yr"))
    enough = "it is worth that" if record["value"] >= record["floor"] else "it is not worth that"
    from patronage.reports.why.sentences import wanting

    if required := wanting(story.scenario, record):
        enough += f", but it requires {required}, which does not stand"
    out.append(("the least that the host asks (floor F)", f"{number(record['floor'], 2)} MUSD/yr; {enough}"))
    return out


def denial(story: Story, quarter: str, host: str, client: str) -> list[tuple[str, float]]:
    """Who bid to keep a patron's base out of a client in a quarter, largest first."""
    when = story.quarters.index(quarter)
    if when >= len(story.bids) or host not in story.patrons or client not in story.clients:
        return []
    bids: Array = story.bids[when][:, story.patrons.index(host), story.clients.index(client)]
    found = [(q, float(n)) for q, n in zip(story.patrons, bids, strict=True) if n > 1e-9]
    return sorted(found, key=lambda item: -item[1])


def contracts(story: Story, when: int) -> list[dict[str, Any]]:
    """Contracts of all kinds that stand: holder, host, kind, rent, quarters of the term left, notice, pledges against it."""
    stands, rent = story.moment("stands", when), story.moment("rents", when)
    left, notice = story.moment("terms", when), story.moment("notices", when)
    pledge = story.moment("pledge", when)
    out = []
    for i, p in enumerate(story.patrons):
        for j, c in enumerate(story.clients):
            for k, kind in enumerate(story.structure.kinds):
                if stands[i, j, k]:
                    against = [q for n, q in enumerate(story.patrons) if pledge[n, i, j, k] > 0]
                    out.append(
                        {
                            "patron": p, "client": c, "kind": kind, "name": story.contract_name(p, c, kind),
                            "rent": float(rent[i, j, k]), "left": int(left[i, j, k]), "notice": int(notice[i, j, k]),
                            "pledged": against,
                        }
                    )  # fmt: skip
    return out
