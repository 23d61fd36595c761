"""Facts that come with the package."""

from __future__ import annotations

from pathlib import Path

from patronage.scenario import Scenario

from .fitting import suits
from .kinds import Fact, Facts
from .reading import read_facts

FOLDER = Path(__file__).parent / "lists"
BOARDS = Path(__file__).parent / "boards"
"""Lists that are scored and give nobody a base rate: a case is chosen for what happened there, which says nothing of elsewhere."""
ELSEWHERE = "elsewhere"
"""The list of facts from other regions, for base rates only."""


def lists() -> dict[str, Facts]:
    """Shipped lists by name that give base rates."""
    return _read(FOLDER)


def boards() -> dict[str, Facts]:
    """Shipped lists by name that are scored."""
    return {name: f for name, f in lists().items() if name != ELSEWHERE} | _read(BOARDS)


def for_scenario(scenario: Scenario) -> Facts | None:
    """The shipped facts all of whose actors a scenario has; None if there are none."""
    return next((f for f in boards().values() if suits(f, scenario)), None)


def pool() -> list[Fact]:
    """All facts that give base rates."""
    return [f for several in lists().values() for f in several.facts]


def _read(folder: Path) -> dict[str, Facts]:
    return {p.stem: read_facts(p) for p in sorted(folder.glob("*.yaml"))}
