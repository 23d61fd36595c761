"""Checks a merged tree against the structure of scenarios and gathers what stands where."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import conditions
from .catalogue import BY_NAME, Field
from .figures import ReadValue, brief, read_figure
from .layers import label_of
from .library import builtin_dir, builtin_names
from .names import DECLARING, better_name, is_name
from .numerals import size_of
from .paths import Cast, PathError, follow, regular
from .problems import Place, Problem, Problems, ScenarioError, meant, nearest, shown
from .quarters import parse_quarter, quarter_hint
from .reading import Node
from .retired import successor
from .structure import ACCESS, AT_START_ONLY, CLIENT_CHOICES, OUTCOME, UNGA, Block, Leaf, structure
from .texts import first_foreign
from .vocabulary import ROWS


@dataclass(frozen=True, slots=True)
class Found:
    """A number and where it stands."""

    field: Field
    codes: tuple[str, ...]
    node: Node
    written: ReadValue


@dataclass
class Findings:
    """Everything a tree says, by path."""

    cast: Cast
    figures: dict[str, Found] = field(default_factory=dict)
    words: dict[str, tuple[Leaf, Node]] = field(default_factory=dict)
    """Texts, choices, quarters, codes and expressions."""
    settings: dict[str, tuple[Leaf, tuple[str, ...], str]] = field(default_factory=dict)
    """Paths below `set` of an event: what they set, whose, and the path in its regular form."""
    blocks: dict[str, Node] = field(default_factory=dict)

    def text(self, path: str, default: str = "") -> str:
        found = self.words.get(path)
        return found[1].text or default if found else default

    def quarter(self, path: str) -> int | None:
        found = self.words.get(path)
        try:
            return parse_quarter(found[1].text or "") if found else None
        except ValueError:  # reported already
            return None

    def codes(self, path: str) -> tuple[str, ...]:
        """Codes of a list, in order, each once."""
        found = self.words.get(path)
        if found is None:
            return ()
        items = found[1].items if found[1].items is not None else [found[1]]
        return tuple(dict.fromkeys(i.text for i in items if i.text))


def misspelt(key: str, node: Node, spec: Block) -> bool:
    """Whether a block holds a key that nobody knows and that was meant to be this one."""
    return any(k not in spec.keys and meant(k, spec.keys) == key for k in node.entries or ())


class Walker:
    """One pass over a tree."""

    def __init__(self, root: Node, problems: Problems) -> None:
        self.problems = problems
        self.found = Findings(Cast.of(root))
        self.block(root, structure(), "", ())

    def block(self, node: Node, spec: Block, path: str, codes: tuple[str, ...]) -> None:
        if node.entries is None or node.is_figure:
            what = "nothing" if node.null else "a figure" if node.is_figure else node.kind
            self.problems.add(
                node.place,
                f"{path or 'the scenario'} is a block ({spec.doc}), not {what}",
                nearest("", spec.keys) if spec.keys else "",
            )
            return
        self.found.blocks[path] = node
        for key, child in node.entries.items():
            where = f"{path}.{key}" if path else key
            if spec.role == "path":
                self.setting(child, path, key, node.keys[key])
            elif key in spec.keys:
                self.entry(child, spec.keys[key], where, codes)
            elif spec.each is None and (now := successor(where)):
                self.problems.add(node.keys[key], f"{where} is no longer read", now)
            elif spec.each is None:
                self.problems.unknown(node.keys[key], f"key in {path or 'a scenario'}", key, spec.keys)
            elif self.key_is_right(key, spec, node.keys[key], path):
                self.entry(child, spec.each, where, codes if spec.role == "name" else (*codes, key))
        for key in spec.required:
            if key not in node.entries and not misspelt(key, node, spec):
                self.problems.add(node.place, f"{path or 'the scenario'} lacks {key}")

    def key_is_right(self, key: str, spec: Block, place: Place, path: str) -> bool:
        """Whether a free key names what it may name."""
        if path in DECLARING:
            if not is_name(key, path):
                self.problems.add(place, f"{shown(key)} cannot be a name in {path}", better_name(key, path))
                return False
            if path == "patrons" and key not in self.found.cast.states and key not in self.found.cast.blocs:
                others = (*self.found.cast.states, *self.found.cast.blocs)
                self.problems.add(
                    place, f"the patron {shown(key)} stands neither under states nor under blocs", nearest(key, others)
                )
                return False
            return True
        allowed = self.found.cast.allowed(spec.role)
        if key in allowed:
            return True
        if spec.role == "client" and key in self.found.cast.states:
            self.problems.add(place, f"{key} is no client: states.{key} has no gdp", nearest(key, allowed))
        else:
            self.problems.unknown(place, f"{spec.role} in {path}", key, (*allowed, *spec.keys))
        return False

    def entry(self, node: Node, spec: Block | Leaf, path: str, codes: tuple[str, ...]) -> None:
        if isinstance(spec, Block) and spec.many and node.items is not None:
            for i, item in enumerate(node.items):
                self.block(item, spec, f"{path}.{i + 1}", codes)
        elif isinstance(spec, Block):
            self.block(node, spec, path, codes)
        elif spec.kind == "expression" and node.entries is not None and path.startswith("outcomes."):
            self.block(node, OUTCOME, path, codes)
        elif spec.kind in ("figure", "duration"):
            self.figure(node, spec, path, codes)
        elif spec.choice in CLIENT_CHOICES and codes[0] not in self.found.cast.clients:
            self.problems.add(node.place, f"{codes[0]} is no client and has no {spec.choice}")
        elif self.word(node, spec, path):
            self.found.words[path] = (spec, node)

    def figure(self, node: Node, leaf: Leaf, path: str, codes: tuple[str, ...]) -> None:
        assert leaf.field is not None
        cast = self.found.cast
        entry = leaf.field
        if entry.axes.startswith("C") and codes[0] not in cast.clients:
            if entry.name != "position":
                self.problems.add(
                    node.place,
                    f"{path} is a figure of a client, and {codes[0]} has no gdp",
                    f"Give states.{codes[0]}.gdp, or leave this out",
                )
                return
            if codes[0] not in cast.patrons:
                self.problems.add(node.place, f"{path} is not read: {codes[0]} is neither client nor patron")
                return
            leaf, codes, path = regular(leaf, codes, path, cast)
            assert leaf.field is not None
            entry = leaf.field
        if entry.axes in ("PC", "PCJ") and codes[0] == codes[1]:
            self.problems.add(node.place, f"{codes[0]} has no tie to itself")
            return
        if entry.name == "rivalry" and codes[0] == codes[1]:
            self.problems.add(node.place, f"{codes[0]} is no rival of itself")
            return
        written = read_figure(
            node,
            entry,
            self.problems,
            whole=leaf.kind == "duration" or entry.name in ("base_term", "act_term", "act_quarters"),
        )
        if written is None:
            return
        self.orientation(node, entry, codes, written.value)
        there = self.found.figures.get(path)
        if there is not None and there.node.rank == node.rank:
            self.problems.add(node.place, f"{path} stands in {there.node.place.file}:{there.node.place.line} already")
        if there is None or node.rank >= there.node.rank:
            self.found.figures[path] = Found(entry, codes, node, written)

    def orientation(self, node: Node, entry: Field, codes: tuple[str, ...], value: float) -> None:
        if entry.axes.endswith("O") and codes[-1] != UNGA and not -1 <= value <= 1:
            self.problems.add(
                node.place, f"{value:.10g} is out of bounds (orientation on the axis {codes[-1]})", "Allowed: -1 to 1"
            )

    def setting(self, node: Node, above: str, target: str, place: Place) -> None:
        """The value that an event gives, in the block `above`, to a path."""
        problems = self.problems
        try:
            leaf, codes, straight = follow(target, self.found.cast)
        except PathError as error:
            problems.add(place, str(error), error.hint)
            return
        path = f"{above}.{straight}"
        if path in self.found.settings:
            problems.add(place, f"{above} sets {straight} twice")
        name = leaf.field.name if leaf.field else leaf.choice
        if name in AT_START_ONLY:
            problems.add(
                place,
                f"{target} is read at the start only; an event that sets it would do nothing",
                _INSTEAD.get(name, ""),
            )
        elif leaf.field is not None and (name in BY_NAME or leaf.field is ACCESS):
            written = read_figure(node, leaf.field, problems)
            if written is not None:
                self.orientation(node, leaf.field, codes, written.value)
                self.found.figures[path] = Found(leaf.field, codes, node, written)
                self.found.settings[path] = (leaf, codes, straight)
        elif leaf.choice:
            if self.word(node, leaf, path):
                self.found.words[path] = (leaf, node)
                self.found.settings[path] = (leaf, codes, straight)
        else:
            problems.add(
                place,
                f"{target} is nothing an event can set",
                "Events set parameters, strategies, policies and vote rules",
            )

    def word(self, node: Node, leaf: Leaf, path: str) -> bool:
        """Whether anything but a number is right."""
        if leaf.kind in ("codes", "names"):
            return self.codes(node, leaf, path)
        if node.text is None or node.null:
            what = "nothing" if node.null else node.kind
            self.problems.add(node.place, f"{path} is {_KINDS[leaf.kind]} ({leaf.doc}), not {what}")
            return False
        checks = {
            "text": self.prose,
            "choice": self.choice,
            "code": self.code,
            "quarter": self.quarter,
            "condition": self.expression,
            "expression": self.expression,
            "size": self.size,
            "builtin": self.builtin,
        }
        check = checks.get(leaf.kind)
        return check is None or check(node, leaf, path)

    def prose(self, node: Node, leaf: Leaf, path: str) -> bool:
        wrong = first_foreign(node.text or "")
        if wrong:
            self.problems.add(node.place, f"{path} contains {wrong}", "Delete it")
        return not wrong

    def size(self, node: Node, leaf: Leaf, path: str) -> bool:
        if size_of(node.text or "") is None:
            hint = "Write a number above 0, such as 0.05 or 5 %"
            self.problems.add(node.place, f"{shown(node.text or '')} is no size ({path})", hint)
            return False
        return True

    def builtin(self, node: Node, leaf: Leaf, path: str) -> bool:
        """Whether it is a built-in scenario, and another one."""
        name, names = node.text or "", builtin_names()
        if name not in names:
            self.problems.add(node.place, f"there is no built-in scenario {shown(name)} ({path})", nearest(name, names))
            return False
        if label_of(builtin_dir("scenarios") / f"{name}.yaml") == node.place.file:
            self.problems.add(node.place, f"{path} names this scenario itself", "Name another one, or leave it out")
            return False
        return True

    def choice(self, node: Node, leaf: Leaf, path: str) -> bool:
        if node.text not in leaf.words:
            self.problems.unknown(node.place, f"word for {path}", node.text or "", leaf.words)
            return False
        return True

    def quarter(self, node: Node, leaf: Leaf, path: str) -> bool:
        try:
            parse_quarter(node.text or "")
        except ValueError:
            self.problems.add(node.place, f"{shown(node.text or '')} is no quarter ({path})", quarter_hint(node.text or ""))
            return False
        return True

    def code(self, node: Node, leaf: Leaf, path: str) -> bool:
        allowed = self.found.cast.allowed(leaf.roles[0])
        if node.text in allowed:
            return True
        self.problems.unknown(node.place, f"{leaf.roles[0]} in {path}", brief(node), allowed)
        return False

    def codes(self, node: Node, leaf: Leaf, path: str) -> bool:
        items = node.items if node.items is not None else [node] if leaf.kind == "names" and not node.null else None
        if items is None:
            self.problems.add(node.place, f"{path} is a list ({leaf.doc})", "Write [KGZ, TJK]")
            return False
        right = [self.code(item, leaf, path) for item in items]
        texts = [i.text for i in items]
        for i, item in enumerate(items):
            if item.text is not None and item.text in texts[:i]:
                self.problems.add(item.place, f"{shown(item.text)} stands twice in {path}")
        return all(right)

    def expression(self, node: Node, leaf: Leaf, path: str) -> bool:
        """Whether a condition or outcome parses and names what exists."""
        text = node.text or ""
        inset = node.inset
        place = Place(node.place.file, node.place.line, node.place.column + max(inset, 0))
        try:
            tree, quarters = conditions.parse(text, place)
        except ScenarioError as error:
            for p in error.problems:
                self.problems.add(
                    Place(p.file, p.line, p.column if inset >= 0 else node.place.column), p.message, p.hint
                )
            return False
        cast = self.found.cast
        known = {
            "patron": cast.patrons, "client": cast.clients, "bloc": cast.blocs, "axis": (UNGA, *cast.axes), "kind": cast.kinds,
            "row": ROWS,
        }  # fmt: skip
        wrong = conditions.check(tree, known)
        if leaf.kind == "condition" and not conditions.is_truth(tree):
            wrong.append((tree.at, "a condition is true or false, and this is a number", "Compare it with something"))
        if leaf.kind == "expression" and quarters is not None:
            wrong.append((0, "'for N quarters' belongs to conditions of events", ""))
        if quarters is not None and not 1 <= quarters <= 400:
            wrong.append((0, f"{quarters} quarters are no duration", "Allowed: 1 to 400"))
        for at, message, hint in wrong:
            spot = Problem(place.file, place.line, place.column + at, message, hint) if inset >= 0 else None
            self.problems.add(Place(spot.file, spot.line, spot.column) if spot else node.place, message, hint)
        return not wrong


_KINDS = {
    "text": "a text",
    "size": "a number above 0",
    "choice": "a word",
    "code": "a code",
    "quarter": "a quarter such as 2009Q1",
    "condition": "a condition",
    "expression": "an expression",
    "extends": "a name",
    "builtin": "the name of a built-in scenario",
}
_INSTEAD = {
    "budget": "Set budget_factor, budget_growth or mission instead",
    "position": "Set states.….anchor, or let the pull of patrons move it",
    "gdp": "Set states.….growth instead",
    "other_debt": "Set other_debt_growth instead",
    "patron_gdp": "Set patrons.….growth instead",
    "debt0": "Use the act forgive",
    "arms0": "Use the act transfer",
    "real_gdp": "Set states.….real_growth instead",
    "patron_real_gdp": "Set patrons.….real_growth instead",
    "sites": "Use the act merge",
    "regime": "Use the act coup, overthrow or turnover",
}
