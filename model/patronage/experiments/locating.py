"""Which files are experiments, and where they lie; what is wrong with them is read elsewhere, and takes longer to load."""

from __future__ import annotations

from pathlib import Path

from ..scenario.library import builtin_names, locate
from ..scenario.problems import Problems
from ..scenario.reading import parse, read_file


def experiment_names() -> tuple[str, ...]:
    """Names of the built-in experiments."""
    return builtin_names("experiments")


def looks_like_experiment(source: str | Path) -> bool:
    """Whether a file is meant as an experiment, right or wrong: it varies a scenario rather than being one."""
    keys = _keys(source, "experiments")
    return bool(keys & {"levers", "theories", "uncertainties", "design"}) and not keys & {"period", "objectives"}


def looks_like_search(source: str | Path) -> bool:
    """Whether a file is meant as a search, right or wrong: it has objectives."""
    return "objectives" in _keys(source, "searches")


def _keys(source: str | Path, kind: str) -> set[str]:
    """Keys at the top of a file; none where there is no file."""
    path = locate(source, kind)
    if path is None or not path.is_file():
        return set()
    problems = Problems()
    text = read_file(path, str(path), problems)
    root = parse(text, str(path), problems) if text is not None else None
    return set(root.entries or {}) if root is not None else set()
