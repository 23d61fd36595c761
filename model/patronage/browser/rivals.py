"""What a run can be compared with: the same without its changes or one of its events, or another scenario."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

from patronage.scenario import Scenario, list_scenarios, load_scenario
from patronage.scenario.library import builtin_dir

from .setup import Setup

NOTHING, PLAIN, WITHOUT, OTHER, OWN = "nothing", "plain", "without:", "other:", "own"


@cache
def _shape(name: str) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    scenario = load_scenario(name)
    return scenario.patrons, scenario.clients, scenario.start


@cache
def _parent(name: str) -> str:
    """What a built-in scenario extends, or itself."""
    for line in (builtin_dir("scenarios") / f"{name}.yaml").read_text(encoding="utf-8").splitlines():
        if line.startswith("extends:"):
            return line.partition(":")[2].strip()
    return name


def likeliest(setup: Setup) -> str:
    """The key that a page begins with: without the visitor's changes, or the built-in scenario next of kin."""
    if setup.changes:
        return PLAIN
    names = [s.name for s in list_scenarios()]
    if setup.text is not None or setup.source not in names:
        return NOTHING
    own = _parent(setup.source)
    kin = [n for n in names if n != setup.source and _parent(n) == own and n != own]
    return OTHER + (kin[0] if kin else own) if kin or own != setup.source else NOTHING


@lru_cache(maxsize=32)
def counterparts(setup: Setup) -> dict[str, str]:
    """Keys and words of all that a run can be compared with; the likeliest comes first."""
    scenario = setup.load()
    names = [s.name for s in list_scenarios()]
    builtin = setup.text is None and setup.source in names
    own = _parent(setup.source) if builtin else ""
    others = [
        n for n in names
        if n != setup.source and _maybe_alike(n, setup, own)
        and _shape(n) == (scenario.patrons, scenario.clients, scenario.start)
    ]  # fmt: skip
    others.sort(key=lambda n: (_parent(n) != own, n == own, n))
    out: dict[str, str] = {}
    if setup.changes:
        out[PLAIN] = "the same without my changes"
    for name in others:
        out[OTHER + name] = f"scenario {name}"
    for event in scenario.events:
        if f"events.{event.name}" not in dict(setup.changes):
            out[WITHOUT + event.name] = f"the same without “{event.name.replace('_', ' ')}”"
    out[OWN] = "the same without my decisions"
    out[NOTHING] = "nothing"
    return out


def _maybe_alike(name: str, setup: Setup, own: str) -> bool:
    """Whether it is worth reading a built-in scenario: those of one family, or any for a file of one's own."""
    return not own or _parent(name) == own or name == own or _parent(name) == setup.source


def rival_scenario(setup: Setup, key: str) -> Scenario:
    """The scenario behind a key other than NOTHING. Raises ScenarioError if it cannot be had."""
    if key.startswith(OTHER):
        return load_scenario(key.removeprefix(OTHER))
    if key.startswith(WITHOUT):
        path = f"events.{key.removeprefix(WITHOUT)}"
        kept = tuple((k, v) for k, v in setup.changes if not k.startswith(path))
        return replace(setup, changes=(*kept, (path, "~"))).load()
    return setup.load() if key == OWN else setup.plain.load()
