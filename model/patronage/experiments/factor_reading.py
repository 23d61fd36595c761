"""Reading factors: what a path leads to, which values it may take, and whether they reach the model at all."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ..scenario import Scenario, parse_quarter
from ..scenario.catalogue import BY_NAME, INF, Field
from ..scenario.figures import brief, read_figure
from ..scenario.layers import split_path
from ..scenario.paths import PathError, follow
from ..scenario.problems import Place, Problems, nearest, shown
from ..scenario.quarters import quarter_hint
from ..scenario.reading import Node
from ..scenario.spreading import regular_path
from ..scenario.structure import Block, Leaf, is_switch, structure
from .design_reading import whole_number
from .factors import TAIL, Distribution, Factor, Role, Sort, Value
from .schema import DISTRIBUTIONS, FACTOR

VARIED = ("figure", "duration", "choice", "quarter", "condition")
"""Kinds of leaves that an experiment may vary."""
MOST_VALUES = 1000


@dataclass(frozen=True)
class PathTarget:
    """What a path leads to."""

    leaf: Leaf
    sort: Sort
    unit: str
    base: Value | None
    range: tuple[float, float] | None


class FactorReader:
    """Reads the factors of one experiment."""

    def __init__(self, scenario: Scenario, problems: Problems) -> None:
        self.scenario, self.problems = scenario, problems
        self.places: dict[str, Place] = {}
        """Where each factor's path is written."""
        self.ends: dict[str, tuple[Place, ...]] = {}
        """Where the values of a factor are written, if they are."""
        self._paths: dict[str, str] = {}

    def read(self, name: str, node: Node, role: Role) -> Factor | None:
        """The factor of that name, or None and problems."""
        problems, before = self.problems, len(self.problems)
        entries = node.entries
        if entries is None:
            problems.add(node.place, f"{name} is a factor: a block with a path, not {node.kind}", nearest("", FACTOR))
            return None
        for key in entries:
            if key not in FACTOR:
                problems.unknown(node.keys[key], f"key of the factor {name}", key, FACTOR)
        if "choices" in entries:
            bundles = self._bundles(name, node, entries, role)
            return bundles if len(problems) == before else None
        at = entries.get("path")
        if at is None or not at.text:
            problems.add(node.place, f"the factor {name} lacks a path", "For example path: patrons.USA.need")
            return None
        target = self.target(at.text, at.place)
        if target is None:
            return None
        self.places[name] = at.place
        if at.text in self._paths:
            problems.add(at.place, f"{at.text} is varied by {self._paths[at.text]} already")
        self._paths[at.text] = name
        factor = self._values(name, at.text, role, target, node, entries)
        return factor if len(problems) == before else None

    # --- what is there to vary ---

    def target(self, path: str, place: Place) -> PathTarget | None:  # noqa: PLR0911  # one way out per sort of value
        """What stands at a path, if it may be varied."""
        leaf = self._leaf(path, place)
        if leaf is None:
            return None
        if path.startswith("bases.") and path.endswith(".until"):
            self.problems.add(
                place, f"{path} is held as a number of quarters", f"Vary {path.removesuffix('until')}term"
            )
            return None
        if leaf.kind not in VARIED:
            self.problems.add(
                place, f"{shown(path)} cannot be varied ({leaf.doc})",
                "Numbers, choices, dates and durations can; write another scenario for anything else",
            )  # fmt: skip
            return None
        written = self.scenario.words.get(path)
        if leaf.kind == "quarter":
            base = parse_quarter(written[0].text) / 4 if written else None
            return PathTarget(leaf, "date", "year", base, None)
        if leaf.kind in ("choice", "condition"):
            word = written[0].text if written else None
            if leaf.choice and not path.startswith("events."):
                word = self.scenario.choice(path)
            return PathTarget(leaf, "word", "", word, None)
        assert leaf.field is not None
        figure = self.scenario.written.get(path)
        if figure is None and leaf.field.name in BY_NAME and not path.startswith("events."):
            figure = self.scenario.figure(path)
        if is_switch(leaf.field):
            return PathTarget(leaf, "word", "", None if figure is None else "on" if figure.value else "off", None)
        whole = leaf.kind == "duration" or leaf.field.unit == "quarter"
        value, span = (figure.value, figure.range) if figure is not None else (None, None)
        return PathTarget(leaf, "whole" if whole else "number", leaf.field.unit, value, span)

    def _leaf(self, path: str, place: Place) -> Leaf | None:  # noqa: PLR0911  # each way to be wrong ends it
        segments = split_path(path)
        head = segments[0]
        contracts = self.scenario.contracts.values()
        declared = {"events": self.scenario.cast.events}
        declared |= {block: tuple(c.name for c in contracts if c.block == block) for block in ("bases", "contracts")}
        if head not in declared:
            try:
                return follow(path, self.scenario.cast)[0]
            except PathError as error:
                self.problems.add(place, str(error), error.hint)
                return None
        at: Block | Leaf | None = structure().keys[head]
        for i, segment in enumerate(segments[1:], start=1):
            gone = ".".join(segments[:i])
            if isinstance(at, Leaf):
                self.problems.add(place, f"the path {shown(path)} goes on below {shown(gone)}", f"{gone} is {at.doc}")
                return None
            assert at is not None
            if i == 1:
                if segment not in declared[head]:
                    self.problems.unknown(place, f"name in {head}", segment, declared[head])
                    return None
                at = at.each
            elif at.role == "path":
                return self._setting(path, segment, place)
            elif segment in at.keys:
                at = at.keys[segment]
            elif at.many and segment.isdigit():  # one of several acts
                continue
            else:
                self.problems.add(
                    place, f"there is no {shown(segment)} in the path {shown(path)}", nearest(segment, at.keys)
                )
                return None
        if isinstance(at, Leaf):
            return at
        keys = at.keys if at is not None else ()
        self.problems.add(place, f"the path {shown(path)} stops before a figure", nearest("", keys))
        return None

    def _setting(self, path: str, target: str, place: Place) -> Leaf | None:
        """What an event sets: only what it sets already, for otherwise the event would be another one."""
        event = next(e for e in self.scenario.events if e.name == path.split(".")[1])
        target, known = regular_path(target), [c.path for c in event.changes]
        if target not in known:
            self.problems.add(place, f"events.{event.name} does not set {shown(target)}", nearest(target, known))
            return None
        return follow(target, self.scenario.cast)[0]

    # --- which values ---

    def _bundles(self, name: str, node: Node, entries: dict[str, Node], role: Role) -> Factor | None:
        """A factor whose values are names, each of which sets several paths."""
        for key in entries:
            if key not in ("choices", "label", "note", "source"):
                self.problems.add(node.keys[key], f"{name} gives both choices and {key}", "Give one")
        block = entries["choices"]
        if not block.entries or len(block.entries) > MOST_VALUES:
            self.problems.add(block.place, f"the choices of {name} are a block", "Write choices: {a: {path: value}, b: {path: value}}")
            return None
        found: list[tuple[str, tuple[tuple[str, Value], ...]]] = []
        for word, settings in block.entries.items():
            if settings.entries is None:
                self.problems.add(settings.place, f"{word} is a choice: a block of path: value, not {settings.kind}")
                continue
            found.append((word, tuple(pair for path in settings.entries for pair in self._bundled(name, word, path, settings, role))))
        varied = {path for _, pairs in found for path, _ in pairs}
        for word, pairs in found:
            if {path for path, _ in pairs} != varied and not len(self.problems):
                what = f"{word} does not set all that the choices of {name} set"
                self.problems.add(block.keys[word], what, "Write every path in each")
        self.places[name] = node.place
        self.ends[name] = tuple(block.keys[word] for word, _ in found)
        label = (entries["label"].text or "") if "label" in entries else ""
        return Factor(name, "", role, "choice", "word", "", None, values=tuple(w for w, _ in found), label=label, choices=tuple(found))

    def _values(
        self, name: str, path: str, role: Role, target: PathTarget, node: Node, entries: dict[str, Node]
    ) -> Factor | None:
        label = (entries["label"].text or "") if "label" in entries else ""
        plain = Factor(name, path, role, "range", target.sort, target.unit, target.base, label=label)
        if "values" in entries:
            for key in ("range", "distribution", "levels", "mean", "sd", "mode"):
                if key in entries:
                    self.problems.add(node.keys[key], f"{name} gives both values and {key}", "Give one")
            return self._choice(plain, target, entries["values"], entries)
        if target.sort == "word":
            if target.leaf.field is not None:  # a switch
                return replace(plain, kind="choice", values=("off", "on"))
            self.problems.add(
                node.place, f"{name} is a choice and lacks values", nearest("", target.leaf.words) if target.leaf.words
                else 'Give the conditions as values: ["…", "…"]',
            )  # fmt: skip
            return None
        levels = self._levels(entries)
        plain = replace(plain, levels=levels)
        distribution = entries.get("distribution")
        if distribution is None:
            for key in ("mean", "sd", "mode"):
                if key in entries:
                    self.problems.add(node.keys[key], f"{name} gives {key} but no distribution")
        elif target.sort != "number":
            self.problems.add(distribution.place, f"{name} is a {_SORTS[target.sort]} and takes a range or values")
        elif distribution.text not in DISTRIBUTIONS:
            self.problems.unknown(distribution.place, "distribution", brief(distribution), DISTRIBUTIONS)
        else:
            return self._distribution(plain, target, distribution.text or "", node, entries)
        ends = self._range(name, target, node, entries)
        return None if ends is None else replace(plain, low=ends[0], high=ends[1])

    def _levels(self, entries: dict[str, Node]) -> int | None:
        node = entries.get("levels")
        if node is None:
            return None
        before = len(self.problems)
        levels = whole_number(node, "levels", 2, MOST_VALUES, self.problems)
        return levels if len(self.problems) == before else None

    def _bundled(self, name: str, word: str, path: str, settings: Node, role: Role) -> list[tuple[str, Value]]:
        """What a choice sets at one of its paths."""
        assert settings.entries is not None
        value, place = settings.entries[path], settings.keys[path]
        inner = Node(place, entries={"path": Node(place, text=path), "values": Node(value.place, items=[value])})
        inner.keys.update(path=place, values=value.place)
        if self._paths.setdefault(path, name) != name:
            self.problems.add(place, f"{path} is varied by {self._paths[path]} already")
        factor = FactorReader(self.scenario, self.problems).read(word, inner, role)
        return [(path, factor.written(factor.values[0]))] if factor is not None else []

    def _choice(self, factor: Factor, target: PathTarget, node: Node, entries: dict[str, Node]) -> Factor | None:
        items = node.items
        if not items or len(items) > MOST_VALUES:
            self.problems.add(node.place, f"the values of {factor.name} are a list", "Write values: [a, b]")
            return None
        read = [self._value(item, target, entries) for item in items]
        for i, value in enumerate(read):
            if value is not None and value in read[:i]:
                self.problems.add(
                    items[i].place, f"{shown(brief(items[i]))} stands twice in the values of {factor.name}"
                )
        self.ends[factor.name] = tuple(item.place for item in items)
        values = tuple(v for v in read if v is not None)
        return replace(factor, kind="choice", values=values) if len(values) == len(items) else None

    def _value(  # noqa: PLR0911  # one way out per sort of value
        self, node: Node, target: PathTarget, entries: dict[str, Node], field: Field | None = None
    ) -> Value | None:
        """One value, in the unit of the field."""
        if target.sort == "date":
            try:
                return parse_quarter(node.text or "") / 4
            except ValueError:
                self.problems.add(node.place, f"{shown(brief(node))} is no quarter", quarter_hint(node.text or ""))
                return None
        if target.sort == "word" and target.leaf.field is None:
            if target.leaf.words and node.text not in target.leaf.words:
                self.problems.unknown(node.place, "word", brief(node), target.leaf.words)
                return None
            return node.text
        assert target.leaf.field is not None
        node.unit = entries.get("unit")
        if node.entries is not None:
            self.problems.add(node.place, "a plain number is wanted here", "Its unit may stand behind it")
            return None
        written = read_figure(node, field or target.leaf.field, self.problems, whole=target.sort == "whole")
        if written is None:
            return None
        return written.value if target.sort != "word" else "on" if written.value else "off"

    def _range(self, name: str, target: PathTarget, node: Node, entries: dict[str, Node]) -> tuple[float, float] | None:
        """Both ends, as stated or as they stand beside the figure."""
        given = entries.get("range")
        if given is None:
            return self._beside(name, target, node)
        if given.items is None or len(given.items) != 2:
            self.problems.add(given.place, "a range is a list of two", "Write range: [low, high]")
            return None
        low, high = (self._value(item, target, entries) for item in given.items)
        self.ends[name] = tuple(item.place for item in given.items)
        if not isinstance(low, float) or not isinstance(high, float):
            return None
        if low >= high:
            what = "is a point" if low == high else "runs backwards"
            ends = f"[{brief(given.items[0])}, {brief(given.items[1])}]"
            self.problems.add(given.place, f"the range {ends} of {name} {what}")
            return None
        return low, high

    def _beside(self, name: str, target: PathTarget, node: Node) -> tuple[float, float] | None:
        """The range that stands beside the figure."""
        ends, wrong = target.range, ""
        if ends is None:
            self.problems.add(
                node.place, f"{name} has no range beside its figure", "Give range: [low, high], or values"
            )
            return None
        if ends[0] == ends[1]:
            wrong = "is a point"
        elif target.sort == "whole":
            ends = float(math.ceil(ends[0])), float(math.floor(ends[1]))
            wrong = "" if ends[0] < ends[1] else "holds no two whole numbers"
        if wrong:
            self.problems.add(node.place, f"the range beside the figure of {name} {wrong}", "Give a range")
        return None if wrong else ends

    def _distribution(
        self, factor: Factor, target: PathTarget, kind: str, node: Node, entries: dict[str, Node]
    ) -> Factor | None:
        field = target.leaf.field
        assert field is not None
        name, problems, before = factor.name, self.problems, len(self.problems)
        numbers: dict[str, float] = {}
        for key in ("mean", "sd", "mode"):
            if key in DISTRIBUTIONS[kind] and key not in entries:
                problems.add(node.place, f"the {kind} distribution of {name} lacks {key}")
            elif key in entries and key not in DISTRIBUTIONS[kind]:
                problems.add(node.keys[key], f"a {kind} distribution takes no {key}")
            elif key in entries:
                wanted = replace(field, low=0.0, high=INF) if key == "sd" else field
                value = self._value(entries[key], target, entries, wanted)
                if isinstance(value, float):
                    numbers[key] = value
        stated = "range" in entries or "mean" not in DISTRIBUTIONS[kind]
        ends = self._range(name, target, node, entries) if stated else (field.low, field.high)
        if ends is None or len(problems) > before:
            return None
        wrong = (
            (kind == "log_uniform" and ends[0] <= 0, "range", "a log_uniform distribution needs a range above 0"),
            (numbers.get("sd") == 0, "sd", f"the sd of {name} is 0"),
            (kind == "lognormal" and numbers.get("mean", 1) <= 0, "mean", "a lognormal distribution has a mean above 0"),
            (kind == "triangular" and not ends[0] <= numbers.get("mode", ends[0]) <= ends[1], "mode",
             f"the mode of {name} lies outside its range"),
        )  # fmt: skip
        for is_wrong, key, message in wrong:
            if is_wrong:
                problems.add(entries[key].place if key in entries else node.place, message)
        if len(problems) > before:
            return None
        found = Distribution(kind, tuple(numbers.items()), ends[0], ends[1])
        low, high = (float(found.quantile(q)) for q in (TAIL, 1 - TAIL))
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            problems.add(
                entries["distribution"].place, f"hardly any of the distribution of {name} lies within its range"
            )
            return None
        return replace(factor, kind="distribution", low=low, high=high, distribution=found)


_SORTS = {"date": "date", "whole": "number of quarters", "word": "word", "number": "number"}
