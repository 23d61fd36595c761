"""Experiments: what is varied in a scenario, by which design, and the sweeps that simulate it."""

# ruff: noqa: TC004  imported for type checkers alone, and loaded when they are used
from __future__ import annotations

from typing import TYPE_CHECKING

from ..moved import loaded_when_used

if TYPE_CHECKING:
    from ..batch.chunks import VersionError
    from ..batch.folders import FolderError
    from .designs import Design, MissingError
    from .experiment import Experiment, Precision, RecordedSeries
    from .factors import Distribution, Factor
    from .folder import SweepFolder, read_sweep
    from .locating import experiment_names, looks_like_experiment, looks_like_search
    from .reading import list_experiments, load_experiment
    from .schema import json_schema
    from .sweeping import sweep
    from .unfinished import UnfinishedSweep, read_any

__all__ = [
    "Design",
    "Distribution",
    "Experiment",
    "Factor",
    "FolderError",
    "MissingError",
    "Precision",
    "RecordedSeries",
    "SweepFolder",
    "UnfinishedSweep",
    "VersionError",
    "experiment_names",
    "json_schema",
    "list_experiments",
    "load_experiment",
    "looks_like_experiment",
    "looks_like_search",
    "read_any",
    "read_sweep",
    "sweep",
]

_HOMES = {
    "Design": ".designs",
    "Distribution": ".factors",
    "Experiment": ".experiment",
    "Factor": ".factors",
    "FolderError": "..batch.folders",
    "MissingError": ".designs",
    "Precision": ".experiment",
    "RecordedSeries": ".experiment",
    "SweepFolder": ".folder",
    "UnfinishedSweep": ".unfinished",
    "VersionError": "..batch.chunks",
    "experiment_names": ".locating",
    "json_schema": ".schema",
    "list_experiments": ".reading",
    "load_experiment": ".reading",
    "looks_like_experiment": ".locating",
    "looks_like_search": ".locating",
    "read_any": ".unfinished",
    "read_sweep": ".folder",
    "sweep": ".sweeping",
}

loaded_when_used(__name__, _HOMES, former={"Series": "RecordedSeries"})
