"""Which bases stood when, from dated deals and from troops.

    timeline.csv   date, patron, client, instrument, amount_musd, term_years
                   date is YYYY, YYYY-MM or YYYY-MM-DD; patron and client are codes or names of the country table
    bases.csv      holder, host, from, to, rent       codes and dates; `to` and `rent` may be empty
                   term, source                       last year of the contract as it was signed; both may be absent

Both are optional, and a cell that cannot be read is refused with its place; of hosts that neither names the list of this project
tells (lists/bases.csv, in the form of the second). Of a timeline the instruments base_opened,
base_renewed, base_rent and base_closed are read. Several sites in one host are one base here, as in the model: it stands
while any of them does. Three rules, none of which looks ahead:

* a first opening, renewal or rent means that a base stands; rent paid after a closing opens nothing;
* a closing within the term of a renewal concerns another site;
* 500 troops or more stand for a base in their year, whatever the list says: eviction notices are often withdrawn.

A client is covered by a list from the first deal there that it names: a patron of whom it then says nothing has no base there.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from .cells import decimal
from .layout import Layout, TableError, read_layout
from .region_states import BaseAtStart
from .tables import SERIES, Tables, read_tables

TROOPS = 500
SHORT = {
    "US": "USA",
    "United States": "USA",
    "EU": "EUU",
    "European Union": "EUU",
    "UK": "GBR",
    "Turkey": "TUR",
    "Russia": "RUS",
}
"""Names in use that a table of countries may write otherwise."""
UNION = "EUU"
MEMBERS = frozenset((
    "AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL",
    "ITA", "LVA", "LTU", "LUX", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE",
))  # fmt: skip
"""Members of the European Union of 2020, whose bases are its own where it is a patron and they are none."""
KINDS = ("base_opened", "base_renewed", "base_rent", "base_closed")
TIMELINE = Layout(
    "timeline",
    {"date": "date", "patron": "word", "client": "word", "instrument": "word", "amount_musd": "amount", "term_years": "amount"},
    ("date", "patron", "client"), required=("date", "patron", "client", "instrument", "amount_musd", "term_years"),
)  # fmt: skip
SPANS = Layout(
    "bases", {"holder": "party", "host": "party", "from": "date", "to": "date or nothing", "term": "amount", "rent": "amount"},
    ("holder", "host"), required=("holder", "host", "from", "to"),
)  # fmt: skip
COLUMNS = ["holder", "host", "kind", "when", "rent", "until", "source"]
SHIPPED = Path(__file__).parent / "lists" / "bases.csv"


@dataclass(frozen=True)
class BaseList:
    """Dated facts about bases: a row each, sorted by date."""

    rows: pd.DataFrame
    """holder, host, kind, when [years, as a decimal], rent [MUSD a year], until [end of the term], source."""
    named: pd.DataFrame
    """host, when: from when on the list names a host at all."""
    last: int = 9999
    """The last year of which the list tells."""

    @classmethod
    def empty(cls) -> BaseList:
        """Nothing is known of any base."""
        rows = pd.DataFrame(columns=COLUMNS).astype({"when": float, "rent": float, "until": float})
        return cls(rows, pd.DataFrame({"host": pd.Series(dtype=str), "when": pd.Series(dtype=float)}))

    def covered(self, year: int) -> frozenset[str]:
        """Hosts of which the list tells at the end of a year."""
        return frozenset(self.named["host"][self.named["when"] < year + 1]) if year <= self.last else frozenset()

    def until(self, year: int) -> BaseList:
        """What was known at the end of a year."""
        return BaseList(self.rows[self.rows["when"] < year + 1], self.named[self.named["when"] < year + 1], self.last)

    def beside(self, other: BaseList, tables: Tables) -> BaseList:
        """With what another list tells of hosts that this one does not name, as far as tables know holder and host."""
        holders = {p for c in tables.states for p in tables.patrons_of(c)}
        new = other.named["host"].isin(set(tables.states) - set(self.named["host"]))
        rows = other.rows[other.rows["host"].isin(other.named["host"][new]) & other.rows["holder"].isin(holders)]
        named = other.named[new & other.named["host"].isin(rows["host"])]
        return BaseList(_sorted([self.rows, rows]), pd.concat([self.named, named], ignore_index=True), self.last)

    def standing(self, year: int, patrons: Sequence[str]) -> dict[tuple[str, str], float]:
        """Bases on the last day of a year, each with the last rent known; NaN if none is."""
        found: dict[tuple[str, str], float] = {}
        for (holder, host), facts in self._facts(year):
            stands, rent = _last(facts)
            if stands:
                key = _owner(holder, patrons), host
                found[key] = float(np.fmax(rent, found.get(key, np.nan)))
        return found

    def contracts(self, year: int, patrons: Sequence[str]) -> dict[tuple[str, str], tuple[int | None, str]]:
        """Of bases on the last day of a year the last year of the term, if it is stated and not over, and the source."""
        found: dict[tuple[str, str], tuple[int | None, str]] = {}
        for (holder, host), facts in self._facts(year):
            if _last(facts)[0]:
                terms = facts["until"].dropna()
                last = int(terms.iloc[-1]) if len(terms) and int(terms.iloc[-1]) > year else None
                cited = facts["source"].dropna()
                found[_owner(holder, patrons), host] = last, str(cited.iloc[-1]) if len(cited) else ""
        return found

    def _facts(self, year: int) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
        """What is known of each holder and host at the end of a year."""
        for (holder, host), facts in self.rows[self.rows["when"] < year + 1].groupby(["holder", "host"], sort=True):
            yield (str(holder), str(host)), facts


def _last(facts: pd.DataFrame) -> tuple[bool, float]:
    """Whether a base stands after the facts, and its last rent."""
    stands, seen, rent, renewed_until = False, False, np.nan, -np.inf
    for kind, when, paid, until in facts[["kind", "when", "rent", "until"]].itertuples(index=False):
        if kind == "base_closed":
            stands = stands and when < renewed_until
        elif kind != "base_rent" or not seen:
            stands = True
        seen = True
        rent = paid if np.isfinite(paid) else rent
        renewed_until = until if kind == "base_renewed" and np.isfinite(until) else renewed_until
    return stands, float(rent)


def _owner(holder: str, patrons: Sequence[str]) -> str:
    return UNION if holder in MEMBERS and holder not in patrons and UNION in patrons else holder


def read_bases(folder: str | Path, names: Mapping[str, str]) -> BaseList:
    """The lists of a folder; empty without one. `names` are those of the countries, by code.

    Raises TableError: every cell of both that cannot be used, with its place.
    """
    codes = {**{name: code for code, name in names.items()}, **SHORT}
    found, wrong = [], []
    for layout, reader in ((TIMELINE, _timeline), (SPANS, _spans)):
        path = Path(folder) / f"{layout.name}.csv"
        if path.exists():
            try:
                found.append(reader(read_layout(path, layout), codes))
            except TableError as error:
                wrong.append(error)
    if wrong:
        raise TableError.of(wrong)
    if not found:
        return BaseList.empty()
    rows = _sorted([x.rows for x in found])
    named = pd.concat([x.named for x in found], ignore_index=True).groupby("host", as_index=False)["when"].min()
    return BaseList(rows, named, max(x.last for x in found))


def _sorted(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    full = [p for p in parts if len(p)]
    if not full:
        return BaseList.empty().rows
    return pd.concat(full, ignore_index=True).sort_values(["when", "holder", "host"], kind="stable", ignore_index=True)


def shipped_bases() -> BaseList:
    """The list of this project: foreign bases of eleven patrons since 1992, each with its published source."""
    return _spans(read_layout(SHIPPED, SPANS), {})


def read_known(folder: str | Path) -> tuple[Tables, BaseList]:
    """Both tables of a folder, and its lists of bases with that of this project beside them.

    Raises:
        TableError: every cell of all of them that cannot be used.
        DataError: a table is absent.
    """
    wrong: list[TableError] = []
    names: Mapping[str, str] = {}
    try:
        tables = read_tables(folder)
        names = tables.names
    except TableError as error:
        wrong.append(error)
    try:
        bases = read_bases(folder, names)
    except TableError as error:
        wrong.append(error)
    if wrong:
        raise TableError.of(wrong)
    return tables, bases.beside(shipped_bases(), tables)


def _timeline(frame: pd.DataFrame, codes: Mapping[str, str]) -> BaseList:
    """Of a list of deals; it tells of a host from its first deal on, and until its last date."""

    def coded(column: str) -> pd.Series[str]:
        return frame[column].fillna("").map(lambda x: codes.get(x, x))

    when = frame["date"].map(decimal).astype(float)
    renewed = frame["instrument"] == "base_renewed"
    rows = pd.DataFrame({
        "holder": coded("patron"), "host": coded("client"), "kind": frame["instrument"], "when": when,
        "rent": frame["amount_musd"].where(frame["instrument"].isin(("base_rent", "base_renewed"))),
        "until": (when + frame["term_years"]).where(renewed), "source": None,
    })  # fmt: skip
    last = int(when.max()) if len(when) else 9999
    return BaseList(rows[rows["kind"].isin(KINDS)], rows[["host", "when"]], last)


def _spans(frame: pd.DataFrame, codes: Mapping[str, str]) -> BaseList:
    """Of a list of sites, which tells of its hosts from the first one on. A base stands while any of its sites does."""
    spans = pd.DataFrame({
        "holder": frame["holder"].map(lambda x: codes.get(x, x)), "host": frame["host"].map(lambda x: codes.get(x, x)),
        "when": frame["from"].map(decimal).astype(float),
        "end": frame["to"].map(decimal, na_action="ignore").fillna(np.inf).astype(float),
        "rent": frame.get("rent", np.nan), "until": frame.get("term", np.nan), "source": frame.get("source"),
    })  # fmt: skip
    rows: list[dict[str, object]] = []
    for _, sites in spans.sort_values("when", kind="stable").groupby(["holder", "host"], sort=True):
        end = -np.inf
        for site in sites.to_dict("records"):
            rows += [_closing(site, end)] if -np.inf < end < site["when"] else []
            rows.append({**site, "kind": "base_opened" if end < site["when"] else "base_rent"})
            end = max(end, site["end"])
        rows += [_closing(sites.iloc[-1].to_dict(), end)] if end < np.inf else []
    found = pd.DataFrame(rows, columns=COLUMNS).astype({"when": float, "rent": float, "until": float})
    return BaseList(found, spans[["host", "when"]])


def _closing(site: Mapping[Hashable, object], when: float) -> dict[str, object]:
    return {"holder": site["holder"], "host": site["host"], "kind": "base_closed", "when": when, "rent": np.nan, "until": np.nan}


def standing(
    tables: Tables, bases: BaseList, patrons: Sequence[str], clients: Sequence[str], year: int
) -> dict[tuple[str, str], bool]:
    """For every dyad of which it is known: whether a base stood at the end of a year."""
    listed, covered = bases.standing(year, patrons), bases.covered(year)
    found = {}
    for p in patrons:
        for c in (c for c in clients if c != p):
            troops = tables.series("troops", p, c).get(year)
            if c in covered or troops is not None:
                found[p, c] = (p, c) in listed or (troops is not None and float(troops) >= TROOPS)
    return found


def at_origin(
    tables: Tables, bases: BaseList, patrons: Sequence[str], clients: Sequence[str], year: int
) -> tuple[BaseAtStart, ...]:
    """Bases in force at the end of a year, as a region takes them."""
    known = bases.until(year)
    known = BaseList(known.rows[known.rows["host"].isin(clients)], known.named, known.last)
    rents, contracts = known.standing(year, patrons), known.contracts(year, patrons)
    stand = standing(tables.until(year), known, patrons, clients, year)
    found = []
    for key in sorted(k for k, there in stand.items() if there):
        last, source = contracts.get(key, (None, ""))
        rent = rents.get(key, np.nan)
        counted = f"{SERIES['troops'].cited}, {year}: {TROOPS} persons or more"
        cited = source or (f"list of bases, end of {year}" if key in contracts else counted)
        found.append(BaseAtStart(*key, rent if np.isfinite(rent) else None, cited, None if last is None else 4 * last + 3))
    return tuple(found)


def at_start(
    tables: Tables, bases: BaseList, patrons: Sequence[str], clients: Sequence[str], start: int, stated: Sequence[BaseAtStart] = ()
) -> tuple[tuple[BaseAtStart, ...], frozenset[str]]:
    """Bases on the day before a period starts, those that are stated first, and the hosts of which a list tells."""
    year = min(start - 1, tables.known)
    found = {(b.holder, b.host): b for b in (*at_origin(tables, bases, patrons, clients, year), *stated)}
    return tuple(found[k] for k in sorted(found)), bases.until(year).covered(year)


def abroad(tables: Tables, bases: BaseList, year: int) -> frozenset[str]:
    """Patrons that hold a base anywhere at the end of a year, by the lists or by troops."""
    found = {holder for holder, _ in bases.standing(year, ())}
    if "troops" in tables.dyad:
        then = tables.dyad["troops"][tables.dyad.index.get_level_values("year") == year]
        found |= {str(p) for p in then.index.get_level_values("patron")[then >= TROOPS]}
    return frozenset(found)
