"""Experiments: what is varied in a scenario, by which design, and the sweeps that simulate it."""

from __future__ import annotations

from ..batch.chunks import VersionError
from ..batch.folders import FolderError
from .designs import Design, MissingError
from .experiment import Experiment, Precision, Series
from .factors import Distribution, Factor
from .folder import SweepFolder, read_sweep
from .keys import json_schema
from .reading import experiment_names, list_experiments, load_experiment, looks_like_experiment
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
    "Series",
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
