"""An experiment as it is read: a scenario, what is varied in it, how, and what is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..scenario import Outcome, Scenario, conditions
from .designs import Design
from .factors import Factor

RECORDS = ("outcomes", "lean", "standard")


@dataclass(frozen=True)
class Precision:
    """Replications are added to a point until the 95 % interval of an outcome's mean is as narrow as wanted."""

    outcome: str
    ci: float
    """Half of the width of the interval."""
    most: int
    """Replications beyond which no point gets more."""


@dataclass(frozen=True)
class RecordedSeries:
    """A measure kept for every quarter."""

    name: str
    text: str
    expression: conditions.Expression


@dataclass(frozen=True, eq=False)
class Experiment:
    """Everything an experiment file says, resolved."""

    name: str
    title: str
    question: str
    notes: str
    scenario: Scenario
    """The base: with what `set` changes, and with the outcomes asked for."""
    scenario_name: str
    factors: tuple[Factor, ...]
    """Levers first, then theories, then uncertainties, each in the order of the file."""
    design: Design
    replications: int
    seed: int
    series: tuple[RecordedSeries, ...] = ()
    record: str = "outcomes"
    precision: Precision | None = None
    analysis: tuple[Any, ...] = ()
    """What `analyse` does by default, as written: texts, lists and mappings."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """What `set` changes, as written."""
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    """By name, where the scenario itself is varied; `scenario` is the first. Empty where there is one only."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What is read off every run."""
        return tuple(self.scenario.outcomes.values())

    @property
    def labels(self) -> dict[str, str]:
        """Outcomes in words."""
        return {o.name: o.label or o.name for o in self.outcomes}

    @property
    def levers(self) -> tuple[Factor, ...]:
        return tuple(f for f in self.factors if f.role == "lever")

    @property
    def uncertainties(self) -> tuple[Factor, ...]:
        return tuple(f for f in self.factors if f.role == "uncertainty")

    @property
    def theories(self) -> tuple[Factor, ...]:
        return tuple(f for f in self.factors if f.role == "theory")

    @property
    def worlds(self) -> tuple[Scenario, ...]:
        """The scenario, or all of them."""
        return tuple(self.scenarios.values()) or (self.scenario,)

    @property
    def files(self) -> dict[str, Scenario]:
        """The scenarios as they lie beside the resolved experiment, by the name of the file."""
        from .resolve import scenario_file

        return {scenario_file(i): world for i, world in enumerate(self.worlds)}

    @property
    def scenario_digest(self) -> str:
        """Hash of the scenario, or of all of them."""
        if not self.scenarios:
            return self.scenario.digest
        return _digest([[name, world.digest] for name, world in self.scenarios.items()])

    def factor(self, name: str) -> Factor:
        """A factor by name. KeyError if there is none."""
        for one in self.factors:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def points(self) -> int:
        return self.design.count(self.factors)

    @property
    def runs(self) -> int:
        """Runs to begin with; `precision` may add some."""
        return self.points * self.replications

    @cached_property
    def plain(self) -> dict[str, object]:
        """The experiment as plain mappings, everything spelt out; its scenario is the file scenario.yaml beside it."""
        from .resolve import as_mapping

        return as_mapping(self)

    def resolved(self) -> str:
        """The same as YAML."""
        from .resolve import as_text

        return as_text(self)

    @cached_property
    def model_digest(self) -> str:
        """Hash of what decides a run apart from its point: scenario, factors' paths, outcomes, what is kept, seed."""
        return _digest([
            self.scenario_digest,
            [[f.name, f.path, f.role, f.sort, f.unit, *([f.choices] if f.choices else [])] for f in self.factors],
            [[s.name, s.text] for s in self.series],
            self.record,
            self.seed,
        ])  # fmt: skip

    @cached_property
    def design_digest(self) -> str:
        """Hash of how points are chosen, their number apart."""
        from .resolve import factor_mapping

        unlabelled = [{k: v for k, v in factor_mapping(f).items() if k != "label"} for f in self.factors]
        precision = (self.precision.outcome, self.precision.ci) if self.precision is not None else ()
        sizes = {} if self.design.kind == "sobol" else self.design.sizes
        d = self.design
        together = [list(d.correlations)] if d.correlations else []
        return _digest([unlabelled, precision, d.kind, sizes, d.second_order, d.crossed, d.seed, *together])


def _digest(what: object) -> str:
    text = json.dumps(what, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
