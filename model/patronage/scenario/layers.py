"""Layers of a scenario: what it extends, the file itself, and what the command line sets, merged with a memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from .library import builtin_dir, builtin_names, locate
from .names import refuse_reserved
from .problems import Place, Problems, meant, nearest, shown
from .reading import COMMAND_LINE, NULLS, Node, decode, parse, read_file, without_foreign
from .spreading import is_plain, regular_path, spread
from .structure import ACTS, Block, structure
from .tables import MOST_BYTES, add_table, read_table, table_names
from .texts import printable

MOST_LAYERS = 8
MOST_LISTED = 6
"""Paths that a remark lists."""


def read_layers(source: str | Path, problems: Problems) -> Node | None:
    """The merged tree of a scenario file or built-in and all it extends."""
    path = locate(source)
    if path is None:
        near = _file_near(source)
        hint = f"Did you mean {near}?" if near else nearest(str(source), builtin_names())
        problems.add(Place(str(source)), "there is no such scenario, neither built in nor as a file", hint)
        return None
    text = read_file(path, label_of(path), problems)
    return None if text is None else _with_below(text, label_of(path), path, problems, (path.resolve(),))


def _file_near(source: str | Path) -> str | None:
    """The scenario file beside the one looked for that is called nearly like it."""
    try:
        path = Path(source)
        files = {p.name: str(p) for p in sorted(path.parent.glob("*")) if p.suffix.lower() in (".yaml", ".yml")}
    except (OSError, ValueError):  # a name no file can have
        return None
    near = meant(path.name, list(files))
    return files[near] if near else None


def read_text(text: str, label: str, problems: Problems, handed: Mapping[str, bytes] | None = None) -> Node | None:
    """The same for text that lies in no file: it may extend built-in scenarios, and has the tables that are handed over with it."""
    return _with_below(text, label, None, problems, (), handed)


def read_head(name: str, problems: Problems, wanted: Sequence[str]) -> dict[str, str]:
    """Some texts at the top level of a built-in file, without what it extends: a title stands in every one."""
    path = builtin_dir("scenarios") / f"{name}.yaml"
    text = read_file(path, label_of(path), problems)
    root = parse(_entries(text, wanted), label_of(path), problems) if text is not None else None
    return {k: node.text for k, node in ((root.entries or {}) if root is not None else {}).items() if node.text}


def _entries(text: str, wanted: Sequence[str]) -> str:
    """The lines of some entries at the top level: to read the whole of every file takes a hundred times as long."""
    kept, lines = False, []
    for line in text.splitlines(keepends=True):
        key, sign, _ = line.partition(":")
        if sign and key.isidentifier():
            kept = key in wanted
        lines += [line] if kept else []
    return "".join(lines)


def plain_tree(plain: object, label: str) -> Node:
    """The tree that a resolved scenario would be read as, without writing it and reading it again."""
    root = _node_of_plain(plain, Place(label))
    _settle(root, label, 0, None, None, Problems())
    return root


def _node_of_plain(value: object, place: Place) -> Node:
    if isinstance(value, Mapping):
        entries = {str(k): _node_of_plain(v, place) for k, v in value.items()}
        return Node(place, entries=entries, keys=dict.fromkeys(entries, place))
    if isinstance(value, list | tuple):
        return Node(place, items=[_node_of_plain(v, place) for v in value])
    return Node(place, text=repr(value) if isinstance(value, int | float) else str(value))


def label_of(path: Path) -> str:
    """The file as messages name it: from here if it lies below, otherwise by its last part."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()  # the same words on all systems
    except ValueError:  # elsewhere, or on another drive
        return path.name


def _with_below(
    text: str, label: str, path: Path | None, problems: Problems, trail: tuple[Path, ...], handed: Mapping[str, bytes] | None = None
) -> Node | None:
    """The tree of a text merged over the trees it extends. `trail`: the files that led here; `handed`: tables of a text in no file."""
    root = parse(text, label, problems)
    if root is None:
        return None
    if root.entries is None:
        problems.add(root.place, "a scenario is a block of keys", "It begins with title:")
        return None
    named = root.entries.get("extends")
    below: Node | None = None
    if named is not None and not named.null:
        below = _below(named, path, problems, trail)
        if below is None:
            return None
        drop_finding(below)
        (below.entries or {}).pop("against", None)  # to be compared first with what it extends, unless it says otherwise
        drop_words(below, root)
        drop_answers(below, root)
    refuse_reserved(root, problems)
    rank = 0 if below is None else below.rank + 1
    _settle(root, label, rank, None, None, problems)
    _tables(root, structure(), lambda named: _table_of(named, path, handed or {}, problems), label, rank, problems)
    spread(root, problems)
    return root if below is None else _merge(below, root, problems, "")


def drop_finding(root: Node) -> None:
    """What was found in a scenario, and its story, is not known of one that changes it."""
    if root.entries is not None:
        for key in ("finding", "story"):
            root.entries.pop(key, None)


def drop_words(root: Node, over: Node) -> None:
    """Label and note of an event are of what it did: of one that the file above makes do something else they may say the opposite."""
    events, others = ((node.entries or {}).get("events") for node in (root, over))
    for name, other in ((others.entries if others is not None else None) or {}).items():
        event = ((events.entries if events is not None else None) or {}).get(name)
        own, new = (event.entries if event is not None else None) or {}, other.entries or {}
        if any(key in own and _differs(own[key], new[key]) for key in ("set", "repeal", *ACTS) if key in new):
            for key in {"label", "note"} - new.keys():
                own.pop(key, None)


def drop_answers(root: Node, over: Node) -> None:
    """A file that marks outcomes as answers has a question of its own: those below it stay outcomes, but answer another question."""
    if any((own := outcome.get("answers")) is not None and own.text == "yes" for outcome in _outcomes(over)):
        for outcome in _outcomes(root):
            outcome.pop("answers", None)


def _outcomes(root: Node) -> list[dict[str, Node]]:
    named = (root.entries or {}).get("outcomes")
    return [node.entries for node in (named.entries or {}).values() if node.entries] if named is not None else []


def _differs(low: Node, high: Node) -> bool:
    """Whether something that stands there is something else above it; what is added to it is not meant, nor where a value is from."""
    if low.items is not None and high.items is not None and len(low.items) == len(high.items):
        return any(_differs(a, b) for a, b in zip(low.items, high.items, strict=True))
    if low.entries is None or high.entries is None or low.is_figure or high.is_figure:
        a, b = ((node.entries or {}).get("value", node).text for node in (low, high))
        return a is None or a != b
    return any(_differs(low.entries[key], node) for key, node in high.entries.items() if key in low.entries)


def _below(named: Node, path: Path | None, problems: Problems, trail: tuple[Path, ...]) -> Node | None:
    if named.text is None:
        problems.add(named.place, "extends names one scenario", nearest("", builtin_names()))
        return None
    target = locate(named.text) if named.text in builtin_names() else beside(named, path, problems, (".yaml", ".yml"))
    if target is None:
        return None
    if target.resolve() in trail:
        problems.add(
            named.place,
            f"the scenarios extend each other in a circle: {' → '.join(p.name for p in (*trail, target.resolve()))}",
        )
        return None
    if len(trail) >= MOST_LAYERS:
        problems.add(named.place, f"more than {MOST_LAYERS} scenarios extend each other")
        return None
    text = read_file(target, label_of(target), problems)
    return None if text is None else _with_below(text, label_of(target), target, problems, (*trail, target.resolve()))


def beside(named: Node, path: Path | None, problems: Problems, endings: tuple[str, ...]) -> Path | None:
    """A file in the folder of the scenario, or below it; never outside."""
    text = named.text or ""
    ends = text.lower().endswith(endings)
    if path is None or (".yaml" in endings and not ends):
        problems.add(named.place, f"there is no built-in scenario {shown(text)}", nearest(text, builtin_names()))
        return None
    if not ends:
        problems.add(named.place, f"{shown(text)} does not end in {endings[0]}")
        return None
    folder = path.resolve().parent
    try:
        written = Path(text.replace("\\", "/"))  # as Windows writes it, it reads everywhere
        target = (folder / written).resolve()
        inside = target.is_relative_to(folder) and not written.is_absolute()
        there = inside and target.is_file()
    except (OSError, ValueError):
        inside, there = True, False
    if not inside:
        problems.add(
            named.place, f"{shown(text)} leads out of the folder of this scenario", "Use a file beside it or below"
        )
    elif not there:
        near = nearest(text, sorted(p.name for p in folder.glob(f"*{endings[0]}") if p != path.resolve()))
        problems.add(
            named.place, f"there is no file {shown(text)} beside this one", "" if near.startswith("None") else near
        )
    return target if inside and there else None


def _settle(node: Node, layer: str, rank: int, unit: Node | None, source: Node | None, problems: Problems) -> None:
    """Tell every node its layer and what the blocks around it say about units and sources."""
    node.layer, node.rank, node.unit, node.source = layer, rank, unit, source
    for item in node.items or ():
        _settle(item, layer, rank, unit, source, problems)
    if node.entries is None:
        return
    if not node.is_figure:
        unit, source = node.entries.pop("unit", unit), node.entries.pop("source", source)
        node.unit, node.source = unit, source
        for what, given in (("unit", unit), ("source", source)):
            if given is not None and (given.text is None or given.null):
                problems.add(given.place, f"a {what} is a text")
    for entry in node.entries.values():
        _settle(entry, layer, rank, unit, source, problems)


def _table_of(named: Node, path: Path | None, handed: Mapping[str, bytes], problems: Problems) -> tuple[str, str] | None:
    """The label and the text of a table that a scenario names."""
    if path is not None:
        target = beside(named, path, problems, (".csv",))
        text = read_file(target, label_of(target), problems, MOST_BYTES) if target is not None else None
        return None if target is None or text is None else (label_of(target), text)
    name = normalize("NFC", PurePosixPath((named.text or "").replace("\\", "/")).name)
    if name not in handed:
        near = meant(name, list(handed))
        hint = f"Did you mean {near}?" if near else "Choose it together with the scenario file"
        problems.add(named.place, f"the table {shown(named.text or '')} was not handed over", hint)
        return None
    text = decode(handed[name], name, problems, MOST_BYTES)
    return None if text is None else (name, text)


def _tables(
    node: Node, block: Block, found: Callable[[Node], tuple[str, str] | None], label: str, rank: int, problems: Problems
) -> None:
    """Replace every `table:` by what it says."""
    for key, spec in block.keys.items():
        entry = (node.entries or {}).get(key)
        if not isinstance(spec, Block) or not spec.table or entry is None or entry.entries is None:
            continue
        named = entry.entries.pop("table", None)
        for name in table_names(named, problems) if named is not None else ():
            read = found(name)
            if read is None:
                continue
            file, text = read
            table = read_table(text, file, spec, f"{file} of {label}", rank, problems)
            if table is not None:
                _settle(table, f"{file} of {label}", rank, None, entry.source, problems)
                add_table(entry, table, problems)


def _merge(low: Node, high: Node, problems: Problems, path: str) -> Node:
    """`high` over `low`: blocks are joined, everything else is replaced and remembered, `~` removes."""
    if low.entries is None or high.entries is None or low.is_figure or high.is_figure:
        high.below = low
        return high
    entries, keys = dict(low.entries), dict(low.keys)
    for key, node in high.entries.items():
        where = f"{path}.{key}" if path else key
        if node.null and node.text:
            if entries.pop(key, None) is None:
                problems.add(high.keys[key], f"there is no {shown(where)} to remove", nearest(key, low.entries))
            continue
        entries[key] = _merge(entries[key], node, problems, where) if key in entries else node
        keys[key] = high.keys[key]
    return Node(
        high.place, high.layer, high.rank, entries=entries, keys=keys, unit=high.unit,
        source=high.source if high.source is not None else low.source,
    )  # fmt: skip


def set_values(root: Node, overrides: Mapping[str, object], problems: Problems, remarks: list[str] | None = None) -> Node:
    """The tree with the values that the command line sets at its paths.

    `told` takes a sentence for every block that is joined with one that stands there: what stays as it was.
    """
    out, rank = root, root.rank + 1
    for written, value in overrides.items():
        label = f"{COMMAND_LINE} {printable(written)}"
        node = _node_of(value, label, problems)
        if node is not None:
            path = regular_path(written) if is_plain(node) else written
            _settle(node, COMMAND_LINE, rank, None, None, problems)
            stays = _stays(_at(out, path), node, path)
            if stays and remarks is not None:
                remarks.append(_remark(label, stays))
            out = put_node(out, path, node, Place(label), problems)
    return out


def _remark(label: str, stays: list[str]) -> str:
    """That a block was joined, and with what."""
    some = ", ".join(stays[:MOST_LISTED])
    more = f" and {len(stays) - MOST_LISTED} more" if len(stays) > MOST_LISTED else ""
    verb = "stays" if len(stays) == 1 else "stay"
    return f"{label} joins what stands there: {some}{more} {verb} (~ in place of a value removes it)."


def _at(root: Node, path: str) -> Node | None:
    """What stands at a path."""
    at: Node | None = root
    for segment in split_path(path):
        at = (at.entries or {}).get(segment) if at is not None else None
    return at


def _stays(low: Node | None, high: Node, path: str) -> list[str]:
    """Paths of what a block has and the one laid over it does not speak of."""
    if low is None or low.entries is None or high.entries is None or low.is_figure or high.is_figure:
        return []
    out: list[str] = []
    for key, node in low.entries.items():
        over = high.entries.get(key)
        out += [f"{path}.{key}"] if over is None else _stays(node, over, f"{path}.{key}")
    return out


def set_nodes(root: Node, nodes: Mapping[str, tuple[Node, Place]], label: str, problems: Problems) -> Node:
    """The same with what another file writes: per path a node and the place of the path."""
    out, rank = root, root.rank + 1
    for written, (node, place) in nodes.items():
        path = regular_path(written) if is_plain(node) else written
        _settle(node, label, rank, node.unit, node.source, problems)
        out = put_node(out, path, node, place, problems)
    return out


def put_node(root: Node, path: str, node: Node, place: Place, problems: Problems) -> Node:
    """The tree with a node at a path."""
    segments = split_path(path)
    if not all(segments):
        problems.add(place, f"{shown(path)} is no path", "For example patrons.USA.mission")
        return root
    segments = [regular_path(s) for s in segments] if "set" in segments[2:3] else segments
    for segment in reversed(segments):
        outer = Node(place, node.layer, node.rank, entries={segment: node})
        outer.keys[segment] = place
        node = outer
    return _merge(root, node, problems, "")


def split_path(path: str) -> list[str]:
    """Segments of a path; below `set` of an event, the rest is one segment."""
    parts = path.split(".")
    if len(parts) > 3 and parts[0] == "events" and parts[2] == "set":
        return [*parts[:3], ".".join(parts[3:])]
    return parts


def _node_of(value: object, label: str, problems: Problems) -> Node | None:
    """A value of the command line as a node: text is read as YAML."""
    place = Place(label)
    if isinstance(value, Mapping):
        found = {str(k): _node_of(v, label, problems) for k, v in value.items()}
        entries = {k: v for k, v in found.items() if v is not None}
        return Node(place, entries=entries, keys=dict.fromkeys(entries, place))
    if isinstance(value, list | tuple):
        items = [_node_of(v, label, problems) for v in value]
        return Node(place, items=[i for i in items if i is not None])
    if isinstance(value, bool) or value is None:
        text = {True: "on", False: "off", None: "~"}[value]
    else:
        text = repr(value) if isinstance(value, int | float) else str(value)
    if text[:1] in ("{", "[", '"', "'"):
        cleaned = without_foreign(text, label, problems)
        return None if cleaned is None else parse(cleaned, label, problems)
    return Node(place, text=text, null=text.strip() in NULLS)
