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
    path = locate(source, "experiments")
    if path is None or not path.is_file():
        return False
    problems = Problems()
    text = read_file(path, str(path), problems)
    root = parse(text, str(path), problems) if text is not None else None
    entries = root.entries or {} if root is not None else {}
    return bool(entries.keys() & {"levers", "theories", "uncertainties", "design"}) and "period" not in entries
