"""Facts that come with the package."""

from __future__ import annotations

from pathlib import Path

from patronage.scenario import Scenario

from .fitting import suits
from .kinds import Fact, Facts
from .reading import read_facts

FOLDER = Path(__file__).parent / "lists"
ELSEWHERE = "elsewhere"
"""The list of facts from other regions, for base rates only."""


def lists() -> dict[str, Facts]:
    """Shipped lists by name."""
    return {p.stem: read_facts(p) for p in sorted(FOLDER.glob("*.yaml"))}


def for_scenario(scenario: Scenario) -> Facts | None:
    """The shipped facts all of whose actors a scenario has; None if there are none."""
    return next((f for name, f in lists().items() if name != ELSEWHERE and suits(f, scenario)), None)


def pool() -> list[Fact]:
    """All facts that come with the package."""
    return [f for several in lists().values() for f in several.facts]
