"""What a run can be compared with: the same without its changes or one of its events, or another scenario."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

from patronage.scenario import Scenario, parse_quarter
from patronage.scenario.layers import read_layers
from patronage.scenario.library import builtin_dir, builtin_names
from patronage.scenario.paths import Cast
from patronage.scenario.problems import Problems
from patronage.telling.naming import event_brief, event_name

from .setup import Setup

NOTHING, PLAIN, WITHOUT, OTHER, OWN = "nothing", "plain", "without:", "other:", "own"
Shape = tuple[tuple[str, ...], tuple[str, ...], int]


def _shape(setup: Setup) -> Shape:
    """What two runs must share to be compared: patrons, clients, first quarter."""
    scenario = setup.load()
    return scenario.patrons, scenario.clients, scenario.start


@cache
def builtin_shape(name: str) -> Shape:
    """The same of a built-in scenario, from its files alone: a page may ask for all of them, and building takes most of the time."""
    problems = Problems()
    root = read_layers(name, problems)
    problems.stop()
    assert root is not None
    cast, period = Cast.of(root), (root.entries or {})["period"]
    return cast.patrons, cast.clients, parse_quarter((period.entries or {})["start"].text or "")


@cache
def _parent(name: str) -> str:
    """What a built-in scenario extends, or itself."""
    for line in (builtin_dir("scenarios") / f"{name}.yaml").read_text(encoding="utf-8").splitlines():
        if line.startswith("extends:"):
            return line.partition(":")[2].strip()
    return name


def _own(setup: Setup) -> str:
    """The built-in scenario behind a setup, or nothing for a file of one's own."""
    return setup.source if setup.text is None and setup.source in builtin_names() else ""


def likeliest(setup: Setup) -> str:
    """The key that a page begins with: without the visitor's changes, or the built-in scenario that this one is asked against."""
    if setup.changes != setup.longer:
        return PLAIN
    twin = _twin(setup)
    return OTHER + twin if twin else NOTHING


def _twin(setup: Setup) -> str:
    """The built-in scenario that a file names to be compared with first, else the nearest that it extends; it must be alike."""
    scenario, own, mine = setup.load(), _own(setup), _shape(setup)
    known = [n for n in (scenario.against, *scenario.extends) if n in builtin_names() and n != own]
    return next((n for n in known if builtin_shape(n) == mine), "")


@lru_cache(maxsize=32)
def alike(setup: Setup) -> tuple[str, ...]:
    """Built-in scenarios with the same actors and beginning, the likeliest first. It reads a family of scenarios."""
    own, mine, twin = _own(setup), _shape(setup), _twin(setup)
    parent = _parent(own) if own else ""
    found = [n for n in builtin_names() if n != own and (n == twin or _maybe_alike(n, own, parent)) and builtin_shape(n) == mine]
    return tuple(sorted(found, key=lambda n: (n != twin, _parent(n) != parent, n == parent, n)))


def counterparts(setup: Setup, others: tuple[str, ...], *, seated: bool = False) -> dict[str, str]:
    """Keys and words of all that a run can be compared with; `others`: scenarios alike; `seated`: somebody plays."""
    out: dict[str, str] = {}
    if setup.changes != setup.longer:
        out[PLAIN] = side(PLAIN, setup)
    for name in others:
        out[OTHER + name] = side(OTHER + name, setup)
    for event in setup.load().events:
        if f"events.{event.name}" not in dict(setup.changes):
            out[WITHOUT + event.name] = f"the same without “{event_brief(setup.load(), event.name)}”"
    if seated:
        out[OWN] = side(OWN, setup)
    out[NOTHING] = "nothing"
    return out


def side(key: str, setup: Setup) -> str:
    """The other side of a comparison, in few words."""
    if key.startswith(WITHOUT):
        return f"the same without “{event_name(setup.load(), key.removeprefix(WITHOUT))}”"
    if key.startswith(OTHER):
        return f"scenario {key.removeprefix(OTHER)}"
    return "the same without my decisions" if key == OWN else "the same without my changes"


def _maybe_alike(name: str, own: str, parent: str) -> bool:
    """Whether it is worth reading a built-in scenario: those of one family, or any for a file of one's own."""
    return not own or name == parent or _parent(name) in (own, parent)


def known(key: str, setup: Setup) -> bool:
    """Whether a key is one of those there can be."""
    if key.startswith(OTHER):
        return key.removeprefix(OTHER) in builtin_names()
    if key.startswith(WITHOUT):
        return key.removeprefix(WITHOUT) in {e.name for e in setup.load().events}
    return key in (NOTHING, PLAIN, OWN)


def rival_scenario(setup: Setup, key: str) -> Scenario:
    """The scenario behind a key other than NOTHING. Raises ScenarioError if it cannot be had."""
    if key.startswith(OTHER):
        from patronage.runs.comparison import asking_alike

        return asking_alike([setup.load(), Setup(key.removeprefix(OTHER), None, setup.longer).load()])[1]
    if key.startswith(WITHOUT):
        path = f"events.{key.removeprefix(WITHOUT)}"
        others = tuple((k, v) for k, v in setup.changes if not k.startswith(path))
        return replace(setup, changes=(*others, (path, "~"))).load()
    return setup.load() if key == OWN else replace(setup, changes=setup.longer).load()
