"""What a side of a comparison is called that differs from another by settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from patronage.scenario import Scenario

SEPARATOR = ";"
"""Between the settings of a side, where they are written as one text."""


def named_side(base: Scenario, scenario: Scenario, settings: Mapping[str, object]) -> Scenario:
    """A scenario with the name and the title of `base` and of the settings that lead from it here."""
    written = "; ".join(f"{path}={value}" for path, value in settings.items())
    name = f"{base.name}-{'-'.join(_slug(path, value) for path, value in settings.items())}"
    return replace(scenario, name=name, title=f"{base.title}, with {written}")


def worth_telling(scenario: Scenario, sizes: Mapping[str, float]) -> Scenario:
    """A scenario in which differences of these outcomes below these sizes are too small to matter. KeyError for one there is not."""
    changed = {name: replace(scenario.outcomes[name], smallest=size) for name, size in sizes.items()}
    return replace(scenario, outcomes={**scenario.outcomes, **changed})


def _slug(path: str, value: object) -> str:
    """A setting as part of the name of a folder: its last words and its value."""
    words = path.split(".")[-2:] if not path.startswith("events.") else path.split(".")[1:]
    text = "removed" if str(value) == "~" else str(value)
    return re.sub(r"[^A-Za-z0-9_.]+", "-", "-".join([*words, text])).strip("-").replace(".", "-")
