"""Figures of bases that are written without saying so: `need: 40` is `need: {base: 40}`, `geography` is the fit of a base.

Every layer of a scenario is brought into the regular form before it is laid over another, so that both forms can be mixed between
layers; in one place of one file they say the same thing twice.
"""

from __future__ import annotations

from .problems import Place, Problems
from .reading import Node

BASE = "base"
GEOGRAPHY = ("geography", "fit")
BY_KIND = {"patrons": ("need", "fixed"), "ties": ("fit",)}
"""Blocks whose figures come one for each kind of concession."""


def regular_path(path: str) -> str:
    """The path of a figure, where that of a base is meant."""
    parts = path.split(".")
    if len(parts) == 3 and parts[0] == "patrons" and parts[2] in BY_KIND["patrons"]:
        return f"{path}.{BASE}"
    if len(parts) == 4 and parts[0] == "ties" and parts[3] in GEOGRAPHY:
        return ".".join((*parts[:3], GEOGRAPHY[1], BASE))
    return path


def is_plain(node: Node) -> bool:
    """Whether a node is a figure, or what removes one."""
    return node.text is not None or node.is_figure


def spread(root: Node, problems: Problems) -> None:
    """The regular form, in place."""
    for _, patron in _entries(root, "patrons"):
        for word in BY_KIND["patrons"]:
            _wrap(patron, word)
    for _, patron in _entries(root, "ties"):
        for client in (patron.entries or {}).values():
            if client.entries is not None:
                _rename(client, problems)
    for _, event in _entries(root, "events"):
        settings = (event.entries or {}).get("set")
        if settings is not None and settings.entries is not None:
            _rename_settings(settings, problems)


def _entries(root: Node, block: str) -> list[tuple[str, Node]]:
    found = (root.entries or {}).get(block)
    return [(k, n) for k, n in ((found.entries or {}) if found is not None else {}).items() if n.entries is not None]


def _wrap(block: Node, word: str) -> None:
    """A plain figure becomes that of the first kind."""
    node = (block.entries or {}).get(word)
    if node is not None and is_plain(node):
        assert block.entries is not None
        block.entries[word] = wrapped(node, block.keys.get(word, node.place))


def wrapped(node: Node, place: Place) -> Node:
    """A block of kinds in which only bases have a figure."""
    return Node(
        node.place, node.layer, node.rank, entries={BASE: node}, keys={BASE: place}, unit=node.unit, source=node.source
    )  # fmt: skip


def _rename(tie: Node, problems: Problems) -> None:
    """`geography` becomes the fit of a base."""
    assert tie.entries is not None
    old, new = GEOGRAPHY
    node = tie.entries.get(old)
    if node is not None and new in tie.entries:
        problems.add(tie.keys.get(old, node.place), "geography and fit say the same", f"Write fit: {{{BASE}: …, port: …}} alone")
        del tie.entries[old]
    elif node is not None:
        tie.entries = {new if k == old else k: n for k, n in tie.entries.items()}
        tie.keys[new] = tie.keys.pop(old, node.place)
    _wrap(tie, new)


def _rename_settings(settings: Node, problems: Problems) -> None:
    """Paths that events set, in their regular form."""
    assert settings.entries is not None
    entries: dict[str, Node] = {}
    for path, node in settings.entries.items():
        straight = regular_path(path)
        place = settings.keys.get(path, node.place)
        if straight in entries:
            problems.add(place, f"{path} and {straight} are set together", "Give one")
        entries[straight] = node
        settings.keys[straight] = place
    settings.entries = entries
