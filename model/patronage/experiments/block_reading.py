"""Reading files that begin with a scenario and ask something of it: their keys, words, numbers, blocks, and the scenario itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from ..scenario import Scenario, ScenarioError
from ..scenario.build import build
from ..scenario.figures import brief
from ..scenario.layers import beside, label_of, read_layers, set_nodes
from ..scenario.library import builtin_names
from ..scenario.problems import Place, Problems, nearest
from ..scenario.reading import Node, parse, read_file
from ..scenario.texts import first_foreign
from .design_reading import whole_number
from .schema import OUTCOME


def read_root(path: Path, problems: Problems) -> Node:
    """The tree of a file. ScenarioError if it cannot be read at all."""
    label = label_of(path)
    text = read_file(path, label, problems)
    root = parse(text, label, problems) if text is not None else None
    problems.stop()
    assert root is not None
    return root


class BlockReader:
    """Reads one file: `what` it is, with the keys of `top` (each with what it says), of which `required` must be there."""

    def __init__(
        self, root: Node, path: Path, problems: Problems, what: str, top: Mapping[str, str], required: Collection[str]
    ) -> None:
        self.path, self.label, self.problems, self.top = path, label_of(path), problems, top
        if root.entries is None:
            problems.add(root.place, f"{what} is a block of keys", "It begins with title:")
            problems.stop()
        self.root = root
        self.entries = root.entries or {}
        for key in self.entries:
            if key not in top:
                problems.unknown(root.keys[key], f"key in {what}", key, top)
        for key in required:
            if key not in self.entries:
                problems.add(root.place, f"the {what.split(' ', 1)[1]} lacks {key}")

    # --- words and numbers ---

    def text(self, key: str) -> str:
        """A text, or nothing."""
        node = self.entries.get(key)
        if node is None or node.null:
            return ""
        wrong = "" if node.text is None else first_foreign(node.text)
        if node.text is None or wrong:
            what = f"{key} contains {wrong}" if wrong else f"{key} is a text ({self.top[key]}), not {node.kind}"
            self.problems.add(node.place, what, "Delete it" if wrong else "")
            return ""
        return node.text

    def word(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """One of some words."""
        node = self.entries.get(key)
        if node is None:
            return default
        if node.text not in allowed:
            self.problems.unknown(node.place, f"word for {key}", brief(node), allowed)
            return default
        return node.text or default

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number."""
        node = self.entries.get(key)
        return default if node is None else whole_number(node, key, low, high, self.problems, default)

    def items(self, key: str) -> list[Node]:
        """Items of a list."""
        node = self.entries.get(key)
        if node is None or node.null:
            return []
        if node.items is None:
            self.problems.add(node.place, f"{key} is a list ({self.top[key]})")
            return []
        return node.items

    def block(self, key: str) -> dict[str, Node]:
        """Entries of a block."""
        node = self.entries.get(key)
        if node is None or node.null:
            return {}
        if node.entries is None:
            self.problems.add(node.place, f"{key} is a block ({self.top[key]}), not {node.kind}")
            return {}
        return node.entries

    # --- the scenario ---

    def changes(self) -> dict[str, tuple[Node, Place]]:
        """What `set` says, by path."""
        keys = self.entries["set"].keys if "set" in self.entries else {}
        return {path: (node, keys[path]) for path, node in self.block("set").items()}

    def scenario_tree(self) -> tuple[Node, str] | None:
        """The tree of the scenario that the file names, and its name; None and problems if there is none."""
        node = self.entries.get("scenario")
        if node is None:
            return None
        if node.text is None or node.null:
            self.problems.add(node.place, "scenario names one scenario", nearest("", builtin_names()))
            return None
        tree = self.tree_of(node)
        return None if tree is None else (tree, Path(node.text).stem)

    def tree_of(self, node: Node) -> Node | None:
        """The tree of the scenario that a word names; None and problems if there is none."""
        source: Path | str | None = node.text
        if node.text not in builtin_names():
            source = beside(node, self.path, self.problems, (".yaml", ".yml"))
        return read_layers(source, self.problems) if source is not None else None

    def built(self, tree: Node, name: str) -> Scenario | None:
        """The scenario of a tree with what `set` changes and with the outcomes of the file.

        Where that is wrong, the scenario as it was is given: the rest is read all the same, and everything wrong is said at once.
        """
        changed = self.outcomes(set_nodes(tree, self.changes(), self.label, self.problems))
        try:
            return build(changed, name, Problems())  # what is wrong elsewhere in the file does not make it wrong
        except ScenarioError as error:
            self.problems.take(error)
        try:
            return build(tree, name, Problems())
        except ScenarioError:  # then the scenario itself is wrong, which has been said
            return None

    def outcomes(self, tree: Node) -> Node:
        """The tree with the outcomes that the file asks for, and no others."""
        raise NotImplementedError

    def with_outcomes(self, tree: Node, place: Place, chosen: dict[str, Node], places: dict[str, Place]) -> Node:
        """The tree with these outcomes alone."""
        block = Node(place, self.label, tree.rank + 1, entries=chosen, keys=places)
        entries = {**(tree.entries or {}), "outcomes": block}
        keys = {**tree.keys, "outcomes": place}
        return Node(tree.place, tree.layer, tree.rank, entries=entries, keys=keys, unit=tree.unit, source=tree.source)

    def dated(self, node: Node, allowed: Collection[str], what: str = "an outcome") -> Node:
        """A measure with its quarters as the scenario has it: `at` is `from` and `to` in one; keys are among `allowed`."""
        if node.entries is None:
            return node
        entries, keys = dict(node.entries), dict(node.keys)
        for key in entries:
            if key not in allowed:
                self.problems.unknown(keys[key], f"key of {what}", key, allowed)
        if "at" in entries:
            for other in ("from", "to", "reduce"):
                if other in entries:
                    self.problems.add(keys[other], f"{what.replace('an ', 'the ')} gives both at and {other}", "at is one quarter")
            entries["from"] = entries["to"] = entries.pop("at")
            keys["from"] = keys["to"] = keys.pop("at")
        known = {k: v for k, v in entries.items() if k in OUTCOME}
        return Node(node.place, self.label, node.rank, entries=known, keys=keys)
