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

import csv
import io
import re
from pathlib import Path

from .problems import Place, Problems, shown
from .reading import Node, read_file

MOST_BYTES = 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
_HEAD = re.compile(r"([a-z_.]{1,60}) ?(?:\[([^\[\]]{1,60})\])?")
_LONG = ("field", "value", "unit", "source", "low", "high")


def read_table(path: Path, label: str, keys: tuple[str, ...], layer: str, rank: int, problems: Problems) -> Node | None:
    """The table as the block it stands for; None and problems if it is none."""
    text = read_file(path, label, problems, MOST_BYTES)
    if text is None:
        return None
    try:
        reader = csv.reader(io.StringIO(text), strict=True)
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except csv.Error as error:
        problems.add(Place(label), f"this is no CSV table: {error}")
        return None
    if not rows or len(rows) > MOST_ROWS or len(rows[0][1]) > MOST_COLUMNS:
        problems.add(
            Place(label),
            "the table is empty" if not rows else f"a table has at most {MOST_ROWS} rows and {MOST_COLUMNS} columns",
        )
        return None
    return _Table(label, keys, layer, rank, problems).block(rows)


class _Table:
    def __init__(self, label: str, keys: tuple[str, ...], layer: str, rank: int, problems: Problems) -> None:
        self.label, self.keys, self.layer, self.rank, self.problems = label, keys, layer, rank, problems

    def block(self, rows: list[tuple[int, list[str]]]) -> Node | None:
        """All rows as one block."""
        line, head = rows[0]
        names = [h.strip() for h in head]
        missing = [k for k in self.keys if k not in names]
        if missing or len(set(names)) < len(names):
            what = f"the first row lacks the column {missing[0]}" if missing else "two columns have one name"
            self.problems.add(Place(self.label, line), what, f"It begins with {','.join(self.keys)}")
            return None
        long = "field" in names and "value" in names
        if long:
            for i, name in enumerate(names):
                if name not in (*self.keys, *_LONG):
                    self.problems.unknown(Place(self.label, line, i + 1), "column", name, (*self.keys, *_LONG))
        root = self.node(line, 1)
        for at, row in rows[1:]:
            if len(row) != len(names):
                self.problems.add(Place(self.label, at), f"{len(row)} cells in a table of {len(names)} columns")
            elif long:
                self.long(root, names, at, row)
            else:
                self.wide(root, names, at, row)
        return root

    def node(self, line: int, column: int, text: str | None = None) -> Node:
        place = Place(self.label, line, column)
        return Node(place, layer=self.layer, rank=self.rank, text=text, entries={} if text is None else None)

    def long(self, root: Node, names: list[str], line: int, row: list[str]) -> None:
        cell = {n: (i + 1, row[i].strip()) for i, n in enumerate(names)}
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
        source = row[names.index("source")].strip() if "source" in names else ""
        keys = [(names.index(k) + 1, row[names.index(k)].strip()) for k in self.keys]
        for i, name in enumerate(names):
            text = row[i].strip()
            if name in self.keys or name == "source" or not text:
                continue
            head = _HEAD.fullmatch(name)
            field, unit = (head[1], head[2]) if head else (name, None)
            figure = self.node(line, i + 1)
            self.enter(figure, "value", self.node(line, i + 1, text))
            if unit:
                self.enter(figure, "unit", self.node(1, i + 1, unit))
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
