"""A complete, commented scenario for any region, written from real series. docs/build.md."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .blocs import LISTED
from .region import STATE_FIGURES, TIE_FIGURES, Region
from .region_states import Derived, bounded
from .tables import SERIES

USUAL_TERM = 4
"""Years after the first in which the term of a base ends whose term is unknown."""
MOST_INLINE = 60
"""Dyads that still stand in the file itself; more go into tables beside it."""
ROWS_A_TABLE = 5_000


@dataclass
class BuiltScenario:
    """A scenario's text, the tables that belong beside it by name, and the gaps that rules filled, by path."""

    text: str
    tables: dict[str, str] = field(default_factory=dict)
    gaps: dict[str, str] = field(default_factory=dict)


def number(value: float) -> str:
    """A number as a person would write it: six digits at most."""
    if value == 0:
        return "0"
    return f"{value:.6g}" if abs(value) < 1e6 else f"{round(value)}"


def quoted(text: str) -> str:
    """A text as YAML takes it whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def source_text(figure: Derived) -> str:
    """The source; of an assumption with the rule that made it."""
    return f"{figure.source} ({figure.gap})" if figure.source == "assumption" and figure.gap else figure.source


class ScenarioWriter:
    """Writes one region, gathering the gaps on its way."""

    def __init__(self, region: Region, end: int, names: dict[str, str] | None, paths: bool, folder: str) -> None:
        self.region, self.end, self.names, self.paths, self.folder = region, end, names or {}, paths, folder
        self.gaps: dict[str, str] = {}

    def figure(self, path: str, figure: Derived) -> str:
        """A figure in flow style; its gap is noted under the path."""
        if figure.gap and figure.source == "assumption":
            self.gaps[path] = figure.gap
        parts = [f"value: {number(figure.value)}"]
        parts += [f"unit: {quoted(figure.unit)}"] if figure.unit else []
        parts += [f"range: [{number(figure.span[0])}, {number(figure.span[1])}]"] if figure.span else []
        return "{" + ", ".join([*parts, f"source: {quoted(source_text(figure))}"]) + "}"

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    def write(self) -> BuiltScenario:
        r = self.region
        plus, minus = r.poles
        body = [
            f"title: {quoted(self.title())}",
            f"question: {quoted('Whose influence grows, and who holds which base?')}",
            "notes: >-",
            f"  Written by `patronage build` from series known up to {r.tables.known}. Rules and sources: docs/build.md. Every figure",
            "  whose source begins with `assumption (` fills a gap by the rule named there.",
            f"period: {{start: {r.start}Q1, end: {self.end}Q4}}",
            "axes:",
            f"  security: {{plus: {plus}, minus: {minus}}}   # {self.pole_note()}",
            "region:",
            f"  instability: {self.figure('region.instability', r.instability)}",
        ]
        tables: dict[str, str] = {}
        wide = len(r.clients) * len(r.patrons) > MOST_INLINE
        body += self.states(tables) if wide else self.states_inline()
        body += self.patrons() + self.rivalries() + self.allies() + self.blocs() + self.held()
        body += self.ties(tables) if wide else self.ties_inline()
        body += self.events(wide) if self.paths else []
        body += self.outcomes()
        return BuiltScenario("\n".join(body) + "\n", tables, dict(sorted(self.gaps.items())))

    def title(self) -> str:
        shown = ", ".join(self.name(c) for c in self.region.clients[:5])
        more = f" and {len(self.region.clients) - 5} more" if len(self.region.clients) > 5 else ""
        return f"{shown}{more}, {self.region.start} to {self.end}"

    def pole_note(self) -> str:
        if self.region.axis is not None:
            return "as stated"
        return "between whom the clients' arms, pledges and votes differ most"

    def positions(self, code: str, path: str) -> tuple[str, str]:
        r = self.region
        unga = self.figure(f"{path}.position.unga", r.ideal_point(code))
        return unga, self.figure(f"{path}.position.security", r.orientation(code))

    def states_inline(self) -> list[str]:
        lines = ["", "states:"]
        for code in (*self.region.clients, *(p for p in self.region.patrons if p not in self.region.clients)):
            lines += [f"  {code}:", f"    name: {quoted(self.name(code))}"]
            if code in self.region.clients:
                lines += [
                    f"    {key}: {self.figure(f'states.{code}.{key}', rule(self.region, code))}"
                    for key, rule in STATE_FIGURES.items()
                ]
            unga, security = self.positions(code, f"states.{code}")
            lines += ["    position:", f"      unga: {unga}", f"      security: {security}"]
            if code in self.region.clients:
                anchor = self.figure(f"states.{code}.anchor.security", self.region.orientation(code))
                lines += [f"    anchor: {{security: {anchor}}}"]
        return lines

    def states(self, tables: dict[str, str]) -> list[str]:
        rows: list[list[str]] = []
        for code in self.region.clients:
            for key, rule in STATE_FIGURES.items():
                rows.append([code, *self.row(key, f"states.{code}.{key}", rule(self.region, code))])
            rows.append([code, *self.row("position.unga", f"states.{code}.position.unga", self.region.ideal_point(code))])
            rows += [
                [code, *self.row(key, f"states.{code}.{key}", self.region.orientation(code))]
                for key in ("position.security", "anchor.security")
            ]
        names = self.table(tables, "states", ["state"], rows)
        lines = ["", "states:", f"  table: [{', '.join(map(quoted, names))}]"]
        lines += [f"  {code}: {{name: {quoted(self.name(code))}}}" for code in self.region.clients]
        for code in (p for p in self.region.patrons if p not in self.region.clients):
            unga, security = self.positions(code, f"states.{code}")
            lines += [f"  {code}:", f"    name: {quoted(self.name(code))}", f"    position: {{unga: {unga}, security: {security}}}"]
        return lines

    def patrons(self) -> list[str]:
        r = self.region
        lines = ["", "patrons:", "  source: assumption"]
        for code in r.patrons:
            at = f"patrons.{code}"
            lines += [
                f"  {code}:",
                f"    budget: {self.figure(f'{at}.budget', r.budget(code))}",
                f"    budget_growth: {self.figure(f'{at}.budget_growth', r.budget_growth(code))}",
                f"    mission: {self.figure(f'{at}.mission', r.mission(code))}",
                f"    need: {self.figure(f'{at}.need', r.need(code))}",
                f"    gdp: {self.figure(f'{at}.gdp', r.gdp(code))}",
                f"    growth: {self.figure(f'{at}.growth', r.growth(code))}",
                f"    real_gdp: {self.figure(f'{at}.real_gdp', r.real_gdp(code))}",
                f"    real_growth: {self.figure(f'{at}.real_growth', r.real_growth(code))}",
                f"    supply: {self.figure(f'{at}.supply', r.supply(code))}",
            ]
            menu = r.licences(code)
            for block in ("licence", "package"):
                inside = ", ".join(
                    f"{k.partition('.')[2]}: {self.figure(f'{at}.{k}', f)}" for k, f in menu.items() if k.startswith(block)
                )
                lines.append(f"    {block}: {{{inside}}}")
        return lines

    def rivalries(self) -> list[str]:
        r = self.region
        lines = ["", "rivalry:"]
        for rival in r.patrons:
            inside = ", ".join(
                f"{p}: {self.figure(f'rivalry.{rival}.{p}', r.rivalry(rival, p))}" for p in r.patrons if p != rival
            )
            lines.append(f"  {rival}: {{{inside}}}")
        return lines

    def allies(self) -> list[str]:
        """Patrons bound by a pledge of defence."""
        r = self.region
        bound = {a: [b for b in r.patrons if b != a and r.allied(a, b)] for a in r.patrons}
        inside = ", ".join(f"{a}: [{', '.join(others)}]" for a, others in bound.items() if others)
        return ["", f"allies: {{{inside}}}"] if inside else []

    def blocs(self) -> list[str]:
        """Those in force on the day before the start. Whom nobody leads, nobody joins or leaves by choice."""
        lines = ["", "blocs:"] if self.region.written_blocs else []
        for bloc in self.region.written_blocs:
            code, leader = bloc["code"], bloc["leader"]
            lines += [f"  {code}:", f"    name: {quoted(bloc['name'])}", f"    kind: {bloc['kind']}"]
            lines += [f"    leader: {leader}"] if leader else []
            source = f"{LISTED}, {self.region.eve}: {bloc['source']}"
            lines += [
                f"    members: [{', '.join(bloc['members'])}]",
                f"    candidates: [{', '.join(bloc['candidates'])}]",
                f"    open: {'yes' if bloc['open'] else 'no'}",
                f"    treaty: {{value: {number(bloc['treaty'])}, source: {quoted(source)}}}",
                f"    pact: {{value: {number(bloc['pact'])}, source: {quoted(source)}}}",
            ]
            lines += ["    third_party_consent: yes"] if bloc["consent"] else []
            lines += ["    benefit: {threat: {value: 0, source: assumption}}"] if not leader else []
        return lines

    def held(self) -> list[str]:
        if not self.region.bases:
            return ["", "bases: {}                             # none known at the start"]
        lines = ["", "bases:"]
        for base in self.region.bases:
            rent = Derived(base.rent or 0.0, "MUSD/yr", base.source if base.rent is not None else "assumption", None, "rent unknown")
            path = f"bases.{base.holder.lower()}_in_{base.host.lower()}"
            begins, usual = 4 * self.region.start, 4 * (self.region.start + USUAL_TERM) + 3
            until = base.until if base.until is not None and base.until >= begins else usual
            lines.append(
                f"  {path[6:]}: {{holder: {base.holder}, host: {base.host}, rent: {self.figure(f'{path}.rent', rent)},"
                f" until: {until // 4}Q{until % 4 + 1}, source: {quoted(base.source)}}}"
            )
        return lines

    def pairs(self) -> Iterator[tuple[str, str]]:
        return ((p, c) for p in self.region.patrons for c in self.region.clients if p != c)

    def ties_inline(self) -> list[str]:
        lines = ["", "ties:"]
        for p in self.region.patrons:
            lines.append(f"  {p}:")
            for c in self.region.clients:
                if c != p:
                    lines.append(f"    {c}:")
                    lines += [
                        f"      {key}: {self.figure(f'ties.{p}.{c}.{key}', rule(self.region, p, c))}"
                        for key, rule in TIE_FIGURES.items()
                    ]
                    lines += self.nested(f"ties.{p}.{c}", self.region.several(p, c))
        return lines

    def nested(self, path: str, figures: dict[str, Derived]) -> list[str]:
        """Figures of a dyad, those with a point in their name below what they have in common."""
        lines: list[str] = []
        block = ""
        for key, figure in figures.items():
            above, _, name = key.rpartition(".")
            lines += [f"      {above}:"] * (above not in ("", block))
            lines.append(f"      {'  ' if above else ''}{name}: {self.figure(f'{path}.{key}', figure)}")
            block = above
        return lines

    def ties(self, tables: dict[str, str]) -> list[str]:
        rows = []
        for p, c in self.pairs():
            figures = {key: rule(self.region, p, c) for key, rule in TIE_FIGURES.items()} | self.region.several(p, c)
            rows += [[p, c, *self.row(key, f"ties.{p}.{c}.{key}", figure)] for key, figure in figures.items()]
        names = self.table(tables, "ties", ["patron", "client"], rows)
        return ["", f"ties: {{table: [{', '.join(map(quoted, names))}]}}"]

    def row(self, key: str, path: str, figure: Derived) -> list[str]:
        self.figure(path, figure)
        low, high = (number(figure.span[0]), number(figure.span[1])) if figure.span else ("", "")
        return [key, number(figure.value), figure.unit, low, high, source_text(figure)]

    def table(self, tables: dict[str, str], name: str, keys: list[str], rows: Sequence[list[str]]) -> list[str]:
        """Write rows into tables of at most `ROWS_A_TABLE`; their names."""
        found = []
        for i, at in enumerate(range(0, len(rows), ROWS_A_TABLE), 1):
            out = io.StringIO()
            sheet = csv.writer(out, lineterminator="\n")
            sheet.writerow([*keys, "field", "value", "unit", "low", "high", "source"])
            sheet.writerows(rows[at : at + ROWS_A_TABLE])
            tables[f"{name}-{i}.csv"] = out.getvalue()
            found.append(f"{self.folder}/{name}-{i}.csv" if self.folder else f"{name}-{i}.csv")
        return found

    def events(self, wide: bool) -> list[str]:
        """Paths that no rule of the model moves, year by year as far as they are known: growth, trade, violence.

        In a wide region trade stays at its level of the start, for the file would grow beyond what can be read.
        """
        r = self.region
        years = range(r.start + 1, min(r.tables.known, self.end) + 1)
        if not years:
            return []
        found = []
        lines = ["", "events:", "  # What no rule of the model moves, as it happened: growth, trade, violence"]
        for year in years:
            violence = r.instability_in(year)
            block = [f"      region.instability: {number(violence.value)}"] if violence.source != "assumption" else []
            for c in r.clients:
                rate = r.tables.growth_of("gdp_usd", year, c)
                if rate is not None:
                    block.append(f"      states.{c}.growth: {number(bounded(rate.value, -45, 55))}")
            block += [f"      {path}: {number(v)}" for path, v in r.volumes_in(year) if not wide or path.endswith("real_growth")]
            source = f"    source: {quoted(self.cited_paths(year, block))}"
            found += [f"  paths_{year}:", f"    at: {year}Q1", "    set:", *block, source] if block else []
        return [*lines, *found] if found else []

    def cited_paths(self, year: int, block: Sequence[str]) -> str:
        """Sources of the kinds of path that a year has."""
        cited = {
            ".growth:": f"{SERIES['gdp_usd'].cited}, log growth {year - 1}-{year}",
            ".instability:": f"{SERIES['conflict_deaths'].cited}, mean {year - 4}-{year}",
            ".real_growth:": f"{SERIES['gdp_const2015_usd'].cited}, log growth {year - 1}-{year}",
            ".trade:": f"BACI trade in dollars of 2015 over real GDP, {year}",
            ".other_trade:": f"BACI trade with all states in dollars of 2015 over real GDP, {year}, less that with the patrons",
        }
        return "; ".join(text for kind, text in cited.items() if any(kind in line for line in block))

    def outcomes(self) -> list[str]:
        lines = ["", "outcomes:"]
        for c in self.region.clients[:12]:
            lines += [f"  {p.lower()}_in_{c.lower()}: share({p}, {c})" for p in self.region.patrons if p != c]
        return lines


def build_region(
    region: Region, end: int, names: dict[str, str] | None = None, paths: bool = True, folder: str = ""
) -> BuiltScenario:
    """The scenario of a region to the end of a year.

    `names` gives display names by code; with `paths`, what no rule of the model moves follows its known path. `folder` is where the
    tables of a wide region will lie, beside the file.
    """
    return ScenarioWriter(region, end, names, paths, folder).write()
