"""Experiments: what is varied in a scenario, by which design, and the sweeps that simulate it."""

from __future__ import annotations

from ..batch.chunks import VersionError
from ..batch.folders import FolderError
from ..moved import renamed
from .designs import Design, MissingError
from .experiment import Experiment, Precision, RecordedSeries
from .factors import Distribution, Factor
from .folder import SweepFolder, read_sweep
from .reading import experiment_names, list_experiments, load_experiment, looks_like_experiment
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
    "read_any",
    "read_sweep",
    "sweep",
]

renamed(__name__, {"Series": "RecordedSeries"})
