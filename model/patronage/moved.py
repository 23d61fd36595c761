"""Paths of an earlier layout: each still leads to the module that took its place, with a DeprecationWarning that names it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

MOVED = {
    "answers.levels": "answers.quantiles",
    "answers.plain": "answers.box_text",
    "batch.seals": "batch.checksums",
    "batch.store": "runs.store",
    "browser.access": "visitors.access",
    "browser.allowed_folders": "visitors.allowed_folders",
    "browser.backpressure": "visitors.backpressure",
    "browser.charts": "telling.charts",
    "browser.charts.actors": "telling.charts.actors",
    "browser.charts.base": "telling.charts.base",
    "browser.charts.client": "telling.charts.client",
    "browser.charts.compare": "telling.charts.compare",
    "browser.charts.contracts": "telling.charts.contracts",
    "browser.charts.marks": "telling.charts.marks",
    "browser.charts.multiples": "telling.charts.multiples",
    "browser.charts.network": "telling.charts.network",
    "browser.charts.past": "telling.charts.past",
    "browser.charts.region": "telling.charts.region",
    "browser.charts.ring": "telling.charts.ring",
    "browser.charts.streams": "telling.charts.streams",
    "browser.charts.twenty": "telling.charts.twenty",
    "browser.deals": "telling.deals",
    "browser.desk": "browser.workspace",
    "browser.door": "visitors.access",
    "browser.explaining": "telling.explaining",
    "browser.history": "telling.history",
    "browser.pace": "visitors.backpressure",
    "browser.palette": "telling.palette",
    "browser.past": "telling.past",
    "browser.roots": "visitors.allowed_folders",
    "browser.story": "telling.history",
    "browser.ties": "telling.ties",
    "browser.tiles": "telling.tiles",
    "browser.turns": "telling.turns",
    "cli.speech": "cli.output",
    "ensemble": "results.ensemble",
    "evidence": "data",
    "evidence.ablations": "patterns.ablations",
    "evidence.baselines": "hindcast.baselines",
    "evidence.bases_known": "data.bases",
    "evidence.builder": "data.builder",
    "evidence.calibration": "calibration",
    "evidence.calibration.calibrate": "calibration.calibrate",
    "evidence.calibration.layer": "calibration.layer",
    "evidence.calibration.posterior": "calibration.posterior",
    "evidence.calibration.priors": "calibration.priors",
    "evidence.calibration.screening": "calibration.screening",
    "evidence.calibration.simulating": "calibration.simulating",
    "evidence.calibration.statistics": "calibration.statistics",
    "evidence.cells": "data.cells",
    "evidence.chances": "hindcast.chances",
    "evidence.claims": "patterns.claims",
    "evidence.columns": "patterns.central_asia_statistics",
    "evidence.draws": "patterns.draws",
    "evidence.ensembles": "patterns.ensembles",
    "evidence.fragility": "patterns.fragility",
    "evidence.futures": "hindcast.futures",
    "evidence.hindcast": "hindcast.hindcast",
    "evidence.judging": "patterns.verify",
    "evidence.keeping": "hindcast.cache",
    "evidence.layout": "data.layout",
    "evidence.measurement": "hindcast.measurement",
    "evidence.native": "data.native",
    "evidence.native.converting": "data.native.converting",
    "evidence.native.names": "data.native.names",
    "evidence.native.sheets": "data.native.sheets",
    "evidence.native.sipri": "data.native.sipri",
    "evidence.native.worldbank": "data.native.worldbank",
    "evidence.opening": "data.opening",
    "evidence.origin": "hindcast.origin",
    "evidence.past": "hindcast.past",
    "evidence.patterns": "patterns.pattern",
    "evidence.readings": "patterns.readings",
    "evidence.region": "data.region",
    "evidence.region_states": "data.region_states",
    "evidence.region_ties": "data.region_ties",
    "evidence.scores": "hindcast.scores",
    "evidence.series": "data.series",
    "evidence.shipped": "patterns.shipped",
    "evidence.sixteen": "patterns.central_asia",
    "evidence.speaking": "patterns.text",
    "evidence.tables": "data.tables",
    "evidence.targets": "hindcast.targets",
    "evidence.told": "hindcast.summaries",
    "evidence.tuning": "patterns.central_asia_tuning",
    "evidence.verdicts": "hindcast.text",
    "evidence.watch": "patterns.observed",
    "experiments.keys": "experiments.schema",
    "experiments.mending": "experiments.repair",
    "experiments.parts": "experiments.design_reading",
    "ledger": "results.ledger",
    "pairs": "results.pairs",
    "record": "results.recorder",
    "reports.comparison": "runs.comparison",
    "reports.needs": "runs.needs",
    "reports.paired": "results.comparison",
    "reports.rests": "reports.provenance",
    "reports.run": "runs.run",
    "reports.screening": "experiments.screening",
    "result": "results.result",
    "scenario.parts": "scenario.entities",
    "scenario.walk": "scenario.validation",
    "strategies": "decisions",
    "strategies.auction": "exchange.auction",
    "strategies.blocs": "decisions.blocs",
    "strategies.clients": "decisions.clients",
    "strategies.compose": "exchange.packages",
    "strategies.debate": "decisions.debate",
    "strategies.decider": "decisions.decider",
    "strategies.decrees": "exchange.decrees",
    "strategies.patrons": "decisions.patrons",
    "strategies.registered": "decisions.registered",
    "strategies.seeing": "decisions.observation",
    "strategies.views": "decisions.views",
    "worth": "results.worth",
}
"""Module of version 0.1 → where it stands now, both named within the package."""


def renamed(package: str, names: dict[str, str]) -> None:
    """Let a package give classes by the names they had, too. `names`: old name → new one."""

    def by_old_name(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        warnings.warn(f"{package}.{name} is {package}.{names[name]} now", DeprecationWarning, stacklevel=2)
        return getattr(sys.modules[package], names[name])

    sys.modules[package].__dict__["__getattr__"] = by_old_name  # not where a type checker sees it: it would accept any name


def loaded_when_used(package: str, homes: dict[str, str], former: dict[str, str] | None = None) -> None:
    """Let a package load its public names when they are first asked for: a small command does not wait for what it never needs.

    `homes`: name → module, relative to the package; `former`: names of an earlier layout → those of now.
    """

    def by_name(name: str) -> object:
        known = former or {}
        if name in known:
            warnings.warn(f"{package}.{name} is {package}.{known[name]} now", DeprecationWarning, stacklevel=2)
            name = known[name]
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(homes[name], package), name)
        sys.modules[package].__dict__[name] = value
        return value

    sys.modules[package].__dict__["__getattr__"] = by_name  # not where a type checker sees it: it would accept any name


class _Alias(Loader):
    """Gives the module that took a place; a package is looked through, so that what is set on the old name stays there."""

    def __init__(self, successor: ModuleType) -> None:
        self.successor = successor

    def exec_module(self, module: ModuleType) -> None:
        if hasattr(self.successor, "__path__"):
            module.__dict__["__getattr__"] = lambda name: getattr(self.successor, name)
        else:
            sys.modules[module.__name__] = self.successor


class Finder(MetaPathFinder):
    """Finds modules of the package by the names they had."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The successor of a module that moved; None of any other."""
        package, _, module = name.partition(".")
        if package != __package__ or module not in MOVED:
            return None
        successor = import_module(f"{package}.{MOVED[module]}")
        warnings.warn(f"{name} is {successor.__name__} now", DeprecationWarning, stacklevel=2)
        return ModuleSpec(name, _Alias(successor), is_package=hasattr(successor, "__path__"))


def keep_old_paths() -> None:
    """From now on modules are found by the names they had, too; calling it again changes nothing."""
    if not any(type(finder).__name__ == "Finder" and type(finder).__module__ == __name__ for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())
