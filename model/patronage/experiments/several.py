"""Several scenarios in one experiment: each is read, and everything the file asks must be there in all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..batch.points import WHICH
from ..scenario import Outcome, Scenario, ScenarioError, quarter_name
from ..scenario.problems import Place, Problem, Problems, shown
from ..scenario.reading import Node
from ..world.plan import actors
from .factors import Factor

if TYPE_CHECKING:
    from .block_reading import BlockReader

MOST_SCENARIOS = 20
SCENARIO_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
Found = TypeVar("Found")


def is_several(node: Node | None) -> bool:
    """Whether a file names its scenarios by a list or a block."""
    return node is not None and (node.items is not None or bool(node.entries))


def read_trees(reader: BlockReader) -> dict[str, Node]:
    """The trees by name, those that can be read; what is wrong with the list is noted."""
    node, problems = reader.entries["scenario"], reader.problems
    if node.items is not None:
        named = [(Path(item.text or "").stem, item, item.place) for item in node.items]
    else:
        named = [(name, item, node.keys[name]) for name, item in (node.entries or {}).items()]
    if not 2 <= len(named) <= MOST_SCENARIOS:
        hint = f"Name one, or 2 to {MOST_SCENARIOS}: [one, other] or {{a: one, b: other}}"
        problems.add(node.place, f"scenario lists {len(named)}", hint)
    trees: dict[str, Node] = {}
    for name, item, place in named:
        if item.text is None or item.null:
            problems.add(item.place, f"a scenario is named by a word, not {item.kind}", "Write scenario: [us-withdrawal, us-stays]")
        elif not SCENARIO_NAME.fullmatch(name):
            problems.add(place, f"{shown(name)} cannot name a scenario", "Letters, digits, - _ and . do: scenario: {a: one, b: other}")
        elif name in trees:
            problems.add(place, f"{name} names two scenarios", "Give them names: scenario: {a: one, b: other}")
        elif (tree := reader.tree_of(item)) is not None:
            trees[name] = tree
    return trees


def in_each(reader: BlockReader, names: Sequence[str], work: Callable[[str], Found]) -> dict[str, Found]:
    """What `work` makes of every scenario. What is wrong in all of them is said once, and anything else with its scenario."""
    kept, wrong, found = reader.problems, list[tuple[str, Problem]](), dict[str, Found]()
    for name in names:
        reader.problems = Problems()
        try:
            found[name] = work(name)
            reader.problems.stop()
        except ScenarioError as error:
            wrong += [(name, problem) for problem in error.problems]
        finally:
            reader.problems = kept
    where: dict[tuple[str, int, int, str], list[tuple[str, Problem]]] = {}
    for name, p in wrong:
        where.setdefault((p.file, p.line, p.column, p.message), []).append((name, p))
    for same in where.values():
        p = same[0][1]
        prefix = "" if len(same) == len(names) else f"in {', '.join(name for name, _ in same)}: "
        kept.add(Place(p.file, p.line, p.column), prefix + p.message, p.hint)
    return found


def build_worlds(reader: BlockReader, trees: Mapping[str, Node], record: str) -> dict[str, Scenario]:
    """The scenarios, with the same outcomes over the same period; nothing where something is wrong."""
    before = len(reader.problems)
    worlds = _built(reader, trees)
    if len(reader.problems) > before:
        return worlds
    if "outcomes" not in reader.entries:
        _ask_what_all_have(reader, worlds)
        worlds = _built(reader, trees) if len(reader.problems) == before else worlds
    node = reader.entries["scenario"]
    places = {n: node.keys[n] for n in trees} if node.entries else {n: i.place for n, i in zip(trees, node.items or (), strict=True)}
    first, base = next(iter(worlds.items()))
    for name, world in list(worlds.items())[1:]:
        if (world.start, world.end) != (base.start, base.end):
            what = f"{name} has {_period(world)}, and {first} {_period(base)}"
            reader.problems.add(places[name], what, "The period must be the same")
        elif record != "outcomes" and actors(world) != actors(base):
            reader.problems.add(places[name], f"{name} and {first} differ in who plays", "Write record: outcomes")
        else:
            _same_outcomes(reader, (first, base), (name, world))
    return worlds


def _built(reader: BlockReader, trees: Mapping[str, Node]) -> dict[str, Scenario]:
    found = in_each(reader, list(trees), lambda name: reader.built(trees[name], name))
    return {name: world for name, world in found.items() if world is not None}


def _ask_what_all_have(reader: BlockReader, worlds: Mapping[str, Scenario]) -> None:
    """Where the file does not say what is read off every run: the outcomes that all scenarios have alike."""
    first, *others = worlds.values()
    place = reader.entries["scenario"].place
    alike = [n for n, o in first.outcomes.items() if all(n in w.outcomes and meaning(w.outcomes[n]) == meaning(o) for w in others)]
    alike = [name for name in alike if first.outcomes[name].given in ("", *alike)]
    if alike:
        reader.entries = {**reader.entries, "outcomes": Node(place, items=[Node(place, text=name) for name in alike])}
    else:
        reader.problems.add(place, "the scenarios have no outcome in common", "Say under outcomes what is read off every run")


def _same_outcomes(reader: BlockReader, one: tuple[str, Scenario], other: tuple[str, Scenario]) -> None:
    """A name means the same in all scenarios."""
    asked = reader.entries["outcomes"]
    for name, mine in one[1].outcomes.items():
        theirs = other[1].outcomes.get(name)
        if theirs is not None and meaning(mine) != meaning(theirs):
            place = asked.keys.get(name) or next((i.place for i in asked.items or () if i.text == name), asked.place)
            what = f"{name} is {_in_words(mine)} in {one[0]}, and {_in_words(theirs)} in {other[0]}"
            reader.problems.add(place, what, f"Write it out: {name}: {{measure: …, at: …}}")


def meaning(o: Outcome) -> tuple[object, ...]:
    """What an outcome is, its words apart."""
    return o.expression, o.first, o.last, o.reduce, o.given


def _in_words(o: Outcome) -> str:
    return f"{o.reduce} of {o.text} in {quarter_name(o.first)} to {quarter_name(o.last)}"


def _period(world: Scenario) -> str:
    return f"{quarter_name(world.start)} to {quarter_name(world.end)}"


def one_meaning(reader: BlockReader, found: Mapping[str, tuple[Factor, ...]], places: Mapping[str, Place]) -> tuple[Factor, ...]:
    """The factors of the first scenario; what takes other values in another one is noted."""
    (first, mine), *others = found.items()
    for name, theirs in others:
        for one, other in zip(mine, theirs, strict=True):
            if replace(one, base=None) != replace(other, base=None):
                what = f"{one.name} goes from {_span(one)} in {first}, and from {_span(other)} in {name}"
                reader.problems.add(places[one.name], what, "Give range: [low, high]")
    return mine


def _span(factor: Factor) -> str:
    return " to ".join(factor.words(end) for end in (factor.ends[0], factor.ends[-1]))


def scenario_factor(reader: BlockReader, worlds: Mapping[str, Scenario], differ: Callable[[list[Scenario]], bool]) -> Factor:
    """The scenario as a factor; two that read the same to the model are noted."""
    for (one, first), (other, second) in combinations(worlds.items(), 2):
        if not differ([first, second]):
            reader.problems.add(reader.entries["scenario"].place, f"{one} and {other} read the same to the model", "Leave one out")
    return Factor(WHICH, WHICH, "scenario", "choice", "word", "", None, values=tuple(worlds), label="scenario")


__all__ = ["build_worlds", "in_each", "is_several", "meaning", "one_meaning", "read_trees", "scenario_factor"]
