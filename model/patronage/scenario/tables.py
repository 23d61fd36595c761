"""Matrices from CSV files beside the scenario.

Wide: the key columns (`patron,client` for ties), then one column a figure, with its unit in square brackets if it is
not the usual one, and perhaps `source`; empty cells are left out:

    patron,client,weight,debt [MUSD],remittances [% of GDP],source
    RUS,KGZ,1.0,490,24,"timeline 2012-09-20"

Long: the key columns, then `field`, `value` and perhaps `unit`, `source`, `low`, `high`; one line a figure:

    patron,client,field,value,unit,source,low,high
    RUS,KGZ,debt,490,MUSD,"timeline 2012-09-20",,

`states` (key `state`), `patrons` (key `patron`) and `rivalry` (keys `rival,patron`; the figure is called `rivalry`)
take tables too, and `table:` may name a list of them. Names of figures deeper down are dotted: `delivery.arms`.
"""

from __future__ import annotations

import re

from .problems import Place, Problems, shown
from .reading import Node
from .retired import successor
from .rows import WIDER, check_head, rows_of
from .structure import Block, Leaf

MOST_BYTES = 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
_LONGEST_NAME = 60
_HEAD = re.compile(r"([A-Za-z0-9_.]{1,60})\s*(?:\[([^\[\]]{1,60})\])?")
_LONG = ("field", "value", "unit", "source", "low", "high")


def read_table(text: str, label: str, block: Block, layer: str, rank: int, problems: Problems) -> Node | None:
    """The text of a table as the block it stands for; None and problems if it is none."""
    rows = rows_of(text, label, problems)
    if rows is None:
        return None
    if not rows or len(rows) > MOST_ROWS or len(rows[0][1]) > MOST_COLUMNS:
        problems.add(
            Place(label),
            "the table is empty" if not rows else f"a table has at most {MOST_ROWS} rows and {MOST_COLUMNS} columns",
        )
        return None
    return _CsvTable(label, block, layer, rank, problems).block(rows)


def _split(head: str) -> tuple[str, str]:
    """The name of a figure and the unit behind it in square brackets."""
    found = _HEAD.fullmatch(head)
    return (found[1], found[2] or "") if found else (head, "")


class _CsvTable:
    def __init__(self, label: str, block: Block, layer: str, rank: int, problems: Problems) -> None:
        self.label, self.layer, self.rank, self.problems = label, layer, rank, problems
        self.keys, self.spec = block.table, block
        self.head = 1
        self.unknown: set[str] = set()
        """Names of figures that there are not, each reported once."""

    def block(self, rows: list[tuple[int, list[str]]]) -> Node | None:
        """All rows as one block."""
        line, names = rows[0]
        self.head, begins, place = line, f"It begins with {','.join(self.keys)}", Place(self.label, line)
        if not check_head(place, names, self.keys, begins, self.problems):
            return None
        if len(set(names)) < len(names):
            twice = next(n for i, n in enumerate(names) if n in names[:i])
            self.problems.add(place, f"two columns have one name, {shown(twice)}", begins)
            return None
        long = "field" in names and "value" in names
        if long:
            for i, name in enumerate(names):
                if name not in (*self.keys, *_LONG):
                    self.problems.unknown(Place(self.label, line, i + 1), "column", name, (*self.keys, *_LONG))
        else:
            for i, name in enumerate(names):
                if name not in (*self.keys, "source"):
                    self.is_figure(_split(name)[0], line, i + 1)
        root = self.node(line, 1)
        for at, row in rows[1:]:
            if len(row) != len(names):
                hint = WIDER if len(row) > len(names) else ""
                self.problems.add(Place(self.label, at), f"{len(row)} cells in a table of {len(names)} columns", hint)
            elif long:
                self.long(root, names, at, row)
            else:
                self.wide(root, names, at, row)
        return root

    def is_figure(self, name: str, line: int, column: int) -> bool:
        """Whether figures of that name may stand in this table; if not, it is said once."""
        at: Block | Leaf | None = self.spec
        for _ in self.keys:
            at = at.each if isinstance(at, Block) else None
        known = at.keys if isinstance(at, Block) else {"rivalry": at}
        parts = name.split(".") if len(name) <= _LONGEST_NAME else [name]
        found = known.get(parts[0])
        for part in parts[1:]:
            found = found.keys.get(part, found.each) if isinstance(found, Block) else None
        if isinstance(found, Block):
            found = found.plain
        right = isinstance(found, Leaf) and found.field is not None
        if not right and name not in self.unknown:
            self.unknown.add(name)
            what = "column" if line == self.head else "figure"
            now = successor(f"{'.'.join(('ties', '', '')[: 1 + len(self.keys)])}.{name}")
            if now:
                self.problems.add(Place(self.label, line, column), f"{name} is no longer read", now)
                return right
            figures = [k for k, spec in known.items() if isinstance(spec, Block) or (spec and spec.field)]
            self.problems.unknown(Place(self.label, line, column), what, name, figures)
        return right

    def node(self, line: int, column: int, text: str | None = None) -> Node:
        place = Place(self.label, line, column)
        return Node(place, layer=self.layer, rank=self.rank, text=text, entries={} if text is None else None)

    def long(self, root: Node, names: list[str], line: int, row: list[str]) -> None:
        cell = {n: (i + 1, row[i]) for i, n in enumerate(names)}
        if not self.is_figure(cell["field"][1], line, cell["field"][0]):
            return
        path = [cell[k] for k in self.keys]
        path += (
            [(cell["field"][0], part) for part in cell["field"][1].split(".")] if cell["field"][1] != "rivalry" else []
        )
        figure = self.node(line, cell["value"][0])
        assert figure.entries is not None
        for key in ("value", "unit", "source"):
            if key in cell and (cell[key][1] or key == "value"):
                self.enter(figure, key, self.node(line, cell[key][0], cell[key][1]))
        if any(cell.get(end, (0, ""))[1] for end in ("low", "high")):
            ends = [self.node(line, *cell.get(end, (1, ""))) for end in ("low", "high")]
            span = Node(ends[0].place, layer=self.layer, rank=self.rank, items=ends)
            self.enter(figure, "range", span)
        self.hang(root, path, figure, line)

    def wide(self, root: Node, names: list[str], line: int, row: list[str]) -> None:
        source = row[names.index("source")] if "source" in names else ""
        keys = [(names.index(k) + 1, row[names.index(k)]) for k in self.keys]
        for i, name in enumerate(names):
            text = row[i]
            if name in self.keys or name == "source" or not text:
                continue
            field, unit = _split(name)
            if field in self.unknown:
                continue
            figure = self.node(line, i + 1)
            self.enter(figure, "value", self.node(line, i + 1, text))
            if unit:
                self.enter(figure, "unit", self.node(self.head, i + 1, unit))
            if source:
                self.enter(figure, "source", self.node(line, names.index("source") + 1, source))
            below = (
                []
                if field == "rivalry" and self.keys == ("rival", "patron")
                else [(i + 1, part) for part in field.split(".")]
            )
            self.hang(root, keys + below, figure, line)

    def enter(self, block: Node, key: str, value: Node) -> None:
        assert block.entries is not None
        block.entries[key] = value
        block.keys[key] = value.place

    def hang(self, root: Node, path: list[tuple[int, str]], figure: Node, line: int) -> None:
        """Put a figure at a path of (column, word)."""
        block = root
        for column, word in path[:-1]:
            assert block.entries is not None
            if word not in block.entries:
                self.enter(block, word, self.node(line, column))
                block.keys[word] = Place(self.label, line, column)
            block = block.entries[word]
            if block.entries is None or block.is_figure:
                self.problems.add(Place(self.label, line, column), f"{shown(word)} is a figure already")
                return
        column, word = path[-1]
        assert block.entries is not None
        if word in block.entries:
            first = block.keys[word]
            self.problems.add(Place(self.label, line, column), f"this figure stands in line {first.line} already")
            return
        self.enter(block, word, figure)
        block.keys[word] = Place(self.label, line, column)


def add_table(block: Node, table: Node, problems: Problems) -> None:
    """Merge a table into the block that named it; what stands in both is a duplicate."""
    assert block.entries is not None
    assert table.entries is not None
    for key, node in table.entries.items():
        mine = block.entries.get(key)
        if mine is None:
            block.entries[key] = node
            block.keys[key] = table.keys[key]
        elif mine.entries is not None and node.entries is not None and not mine.is_figure and not node.is_figure:
            add_table(mine, node, problems)
        else:
            problems.add(
                node.place,
                f"{shown(key)} stands in {mine.place.file}:{mine.place.line} already",
                "Give each figure once in a layer",
            )


def table_names(node: Node, problems: Problems) -> list[Node]:
    """The file names that a `table:` key gives."""
    items = node.items if node.items is not None else [node]
    for item in items:
        if item.text is None:
            problems.add(item.place, "a table is the name of a CSV file beside this one", "For example table: ties.csv")
    return [i for i in items if i.text is not None]
