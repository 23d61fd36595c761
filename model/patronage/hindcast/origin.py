"""A scenario as it could have been written at the end of a year, and what happened afterwards as events.

Every figure that a rule of docs/build.md reads from the tables is read again from what was known at the origin. What the scenario
states and no series tells is kept: who plays, poles, strategies, allies, blocs with their dated history up to the origin. Left
out is everything that may have been chosen with later facts in view: the values of its rules, its figures, and its other
events. Rules keep the defaults of the catalogue and its ranges, or take those of a layer calibrated on earlier years.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from patronage.scenario import Scenario, load_scenario
from patronage.scenario.entities import SourcedValue
from patronage.scenario.events import Act, Change, Dated, Event
from patronage.scenario.scenario import inside
from patronage.scenario.structure import CLIENT_CHOICES, PATRON_CHOICES

from ..data.bases import BaseList, abroad, at_origin
from ..data.blocs import LISTED, shipped_blocs
from ..data.builder import BuiltScenario, build_region
from ..data.region import Region
from ..data.region_states import BaseAtStart, bounded
from ..data.tables import DataError, Tables
from ..patterns.ensembles import Cells

MOST_TRADE = 100.0
"""Trade with a patron beyond which no trend carries, % of GDP."""
DECLARED = ("mission", "bloc_open", "bloc_consent", "bloc_force", "bloc_treaty", "bloc_pact", "bloc_disputes")
"""Fields that dated events may set: what actors declared or founded. Other changes of a scenario's events are assumptions."""


class Known(Region):
    """A region whose bases are those of the list alone, and whose poles are the scenario's."""

    @property
    def written_blocs(self) -> tuple[Mapping[str, Any], ...]:
        """None: the scenario's own are laid over it."""
        return ()

    @cached_property
    def bases(self) -> tuple[BaseAtStart, ...]:
        return self.given


@dataclass(frozen=True)
class Origins:
    """A scenario and the tables, from which it is written anew at any origin."""

    scenario: Scenario
    tables: Tables
    bases: BaseList
    end: int
    """The last year simulated."""
    _read: dict[tuple[str, int], Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out already: both columns of an origin begin alike."""

    def region(self, origin: int) -> Known:
        """What was known at the end of `origin`."""
        if ("region", origin) not in self._read:
            self._read["region", origin] = self._region(origin)
        return self._read["region", origin]

    def at(self, origin: int) -> Scenario:
        """The scenario from the year after the origin, with nothing later in it."""
        if ("scenario", origin) not in self._read:
            self._read["scenario", origin] = self._at(origin)
        return self._read["scenario", origin]

    def _region(self, origin: int) -> Known:
        known = self.tables.until(origin)
        if known.known < origin:
            raise DataError(f"the tables end in {known.known}: nothing is known of {origin}")
        s = self.scenario
        poles = next((p for p in s.poles.values() if set(p) <= set(s.patrons)), None)
        blocs = tuple(bloc_at(s, code, dict(entry), origin) for code, entry in _block(s.plain, "blocs").items())
        reach = abroad(known, self.bases, origin)
        return Known(known, s.clients, s.patrons, origin + 1, self.bases_at(origin), abroad=reach, axis=poles, blocs=blocs)

    def bases_at(self, origin: int) -> tuple[BaseAtStart, ...]:
        """Those of the lists; in hosts they do not cover, those the scenario states at its start, until their term ends."""
        s = self.scenario
        listed = at_origin(self.tables, self.bases, s.patrons, s.clients, origin)
        covered = self.bases.until(origin).covered(origin)
        taken = {(b.holder, b.host) for b in listed}
        stated = (
            BaseAtStart(b.holder, b.host, b.rent, b.source or "stated in the scenario", s.start + b.term_left - 1)
            for b in s.bases.values()
            if s.start // 4 <= origin + 1 and b.host not in covered and (b.holder, b.host) not in taken
            and s.start + b.term_left > 4 * (origin + 1)
        )
        return tuple(sorted((*listed, *stated), key=lambda b: (b.holder, b.host)))

    def _at(self, origin: int) -> Scenario:
        region = self.region(origin)
        name = f"{self.scenario.name}-{origin}"
        return loaded(build_region(region, self.end, self.tables.names, paths=False), name, overlay(self.scenario, origin))

    def extrapolated(self, origin: int, start: Scenario) -> Extrapolation:
        """Exogenous paths as they could be extrapolated at the origin."""
        return Extrapolation(self.region(origin), start, self.end)

    def afterwards(self, origin: int, start: Scenario) -> tuple[Event, ...]:
        """Exogenous paths as they happened after the origin, and what the scenario's dated events declare."""
        cells = Cells(start)
        later = Known(self.tables, start.clients, start.patrons, origin + 1, ())
        paths = (
            _event(f"paths_{year}", 4 * year, dict(_paths(later, year)), cells)
            for year in range(origin + 1, min(self.tables.known, self.end) + 1)
        )
        declared = (d for e in self.scenario.events if (d := declares(e, origin, start)) is not None)
        return (*paths, *declared)


def loaded(written: BuiltScenario, name: str, overrides: Mapping[str, object] | None = None) -> Scenario:
    """A scenario from the text that `build` would write."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(written.text, encoding="utf-8")
        for table, text in written.tables.items():
            (path.parent / table).write_text(text, encoding="utf-8")
        return replace(load_scenario(path, dict(overrides or {}) or None), name=name)


DAMPED = 0.8
"""Part of a trend that is left after each year of extrapolation (damped trends: Gardner & McKenzie 1985)."""
LONG_RUN = 4.0
"""Growth of dollar incomes, % a year, to which extrapolated growth returns."""
LONG_RUN_REAL = 3.0
"""Growth of real GDP to which growth returns: the world's, so that trade with a patron does not grow for ever."""
LOOK_BACK = 5
"""Years over which the trend of trade is measured."""


@dataclass(frozen=True)
class Extrapolation:
    """Exogenous paths as extrapolated at an origin: growth returns to the long run, trends of trade fade out.

    Called with the scenario of one run, whose own growth and trade are the starting points.
    """

    region: Region
    scenario: Scenario
    """The one from the origin on."""
    end: int

    @cached_property
    def trends(self) -> dict[tuple[str, str], float]:
        """Mean yearly change of trade over the last years, % of real GDP."""
        r, found = self.region, {}
        for p in r.patrons:
            for c in (c for c in r.clients if c != p):
                known = [(y, v) for y in range(r.now - LOOK_BACK, r.now + 1) if (v := r.traded(p, c, y)) is not None]
                if len(known) > 1:
                    found[p, c] = (known[-1][1] - known[0][1]) / float(known[-1][0] - known[0][0])
        return found

    def __call__(self, run: Scenario) -> tuple[Event, ...]:
        cells = self.cells
        own = {}
        for path in self.paths:
            name, codes = cells.key(path)
            own[path] = run.number(name, *codes) / inside(cells.fields[path], 1.0)
        events = []
        for step, year in enumerate(range(self.region.start, self.end + 1)):
            values = {}
            for path, start in own.items():
                if path.endswith(".trade"):
                    _, p, c, _ = path.split(".")
                    moved = self.trends.get((p, c), 0.0) * sum(DAMPED**k for k in range(1, step + 2))
                    values[path] = bounded(start + moved, 0.0, max(start, MOST_TRADE))
                else:
                    usual = LONG_RUN_REAL if path.endswith(".real_growth") else LONG_RUN
                    values[path] = usual + (start - usual) * DAMPED**step
            events.append(_event(f"paths_{year}", 4 * year, values, cells))
        return tuple(events)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        r = self.region
        growth = [f"states.{c}.{key}" for c in r.clients for key in ("growth", "real_growth")]
        growth += [f"patrons.{p}.{key}" for p in r.patrons for key in ("growth", "real_growth", "budget_growth")]
        return (*growth, *(f"ties.{p}.{c}.trade" for p, c in self.trends))

    @cached_property
    def cells(self) -> Cells:
        return Cells(self.scenario)


CALIBRATED = re.compile(r"calibrated on data to (\d{4})\b")
"""How the source of a figure begins that `patronage calibrate` wrote."""


def calibrated(scenario: Scenario) -> dict[str, tuple[int, SourcedValue]]:
    """Rules that a calibration set, with the last year of its data."""
    found = {}
    for path, figure in scenario.written.items():
        written = CALIBRATED.match(figure.source)
        if written is not None and path.startswith("rules."):
            found[path] = int(written[1]), figure
    return found


def overlay(scenario: Scenario, origin: int) -> dict[str, object]:
    """What a scenario states and no series tells, as overrides of a region built from tables."""
    out: dict[str, object] = {}
    for path, (_, figure) in calibrated(scenario).items():
        whole: dict[str, object] = {"value": figure.value, "unit": figure.unit, "source": figure.source}
        out[path] = _flow(whole | ({"range": list(figure.range)} if figure.range is not None else {}))
    plain = scenario.plain
    for block, keys in (("patrons", PATRON_CHOICES), ("states", CLIENT_CHOICES)):
        for code, entry in _block(plain, block).items():
            out |= {f"{block}.{code}.{key}": str(entry[key]) for key in keys if isinstance(entry, dict) and key in entry}
    allies = _block(plain, "allies")
    if allies:
        out["allies"] = _flow({k: list(v) for k, v in allies.items()})
    for code, entry in _block(plain, "blocs").items():
        out[f"blocs.{code}"] = _flow(bloc_at(scenario, code, dict(entry), origin))
    return out


def bloc_at(scenario: Scenario, code: str, entry: dict[str, Any], origin: int) -> dict[str, Any]:
    """A bloc's entry with what dated events did to it up to the origin."""
    members = list(entry["members"])
    if isinstance(entry.get("pact"), dict) and str(entry["pact"].get("source", "")).startswith(LISTED):
        actors = {*scenario.clients, *scenario.patrons}
        members = [s for s in shipped_blocs().members_of(code, origin) if s in actors]
    for event in _dated(scenario):
        assert isinstance(event.trigger, Dated)
        if event.trigger.quarter >= 4 * (origin + 1):
            continue
        for act in event.acts:
            if act.actors.get("bloc") == code and act.kind in ("join", "leave"):
                state = act.actors["state"]
                members = [m for m in members if m != state] + ([state] if act.kind == "join" else [])
        for change in event.changes:
            block, _, key = change.path.partition(f"blocs.{code}.")
            if not block and key and "." not in key:
                value = dict(entry[key]) if isinstance(entry.get(key), dict) else {"unit": "1"}
                value.pop("range", None)
                entry[key] = value | {"value": change.value}
    return entry | {"members": members}


def _dated(scenario: Scenario) -> list[Event]:
    found = [e for e in scenario.events if isinstance(e.trigger, Dated)]
    return sorted(found, key=lambda e: e.trigger.quarter if isinstance(e.trigger, Dated) else 0)


def _block(plain: Mapping[str, object], key: str) -> Mapping[str, Any]:
    found = plain.get(key, {})
    return found if isinstance(found, Mapping) else {}


def _flow(value: object) -> str:
    """As YAML in flow style: JSON, which is YAML too."""
    return json.dumps(value, ensure_ascii=False)


def declares(event: Event, origin: int, start: Scenario) -> Event | None:
    """The part of an event after the origin that is no assumption: missions, foundings, accessions, sanctions."""
    if (
        not isinstance(event.trigger, Dated)
        or event.trigger.quarter < 4 * (origin + 1)
        or event.trigger.quarter > start.end
    ):
        return None
    changes = tuple(c for c in event.changes if c.field in DECLARED)
    if not changes and not event.acts:
        return None
    return replace(event, changes=changes, repeals=())


def _paths(region: Region, year: int) -> Iterator[tuple[str, float]]:
    """What no rule of the model moves, in the units of a scenario file."""
    yield "region.instability", region.instability_in(year).value
    for c in region.clients:
        rate = region.tables.growth_of("gdp_usd", year, c)
        if rate is not None:
            yield f"states.{c}.growth", bounded(rate.value, -45, 55)
    for p in region.patrons:
        rate = region.tables.growth_of("gdp_usd", year, p)
        if rate is not None:
            yield f"patrons.{p}.growth", bounded(rate.value, -45, 55)
            yield f"patrons.{p}.budget_growth", bounded(rate.value, -45, 55)
        real = region.real_rate(p, year)
        if real is not None:
            yield f"patrons.{p}.real_growth", bounded(real, -80, 90)
    yield from region.volumes_in(year)


def _event(name: str, quarter: int, values: Mapping[str, float], cells: Cells) -> Event:
    changes = []
    for path, value in values.items():
        entry, codes = cells.key(path)
        changes.append(Change(path, entry, codes, inside(cells.fields[path], value)))
    return Event(name, Dated(quarter), 1, None, tuple(changes), (), (), "as it happened", "docs/evidence.md")


def acts_after(scenario: Scenario, origin: int) -> list[tuple[Act, int]]:
    """What dated events of a scenario do after an origin, with their years: outcomes of it are not scored."""
    return [
        (act, event.trigger.quarter // 4)
        for event in _dated(scenario)
        for act in event.acts
        if isinstance(event.trigger, Dated) and event.trigger.quarter >= 4 * (origin + 1)
    ]
