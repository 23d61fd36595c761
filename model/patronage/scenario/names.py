"""What actors, events, outcomes and the like may be called."""

from __future__ import annotations

import re

from .conditions import ANY
from .numerals import normalised
from .problems import Problems, shown
from .reading import Node
from .structure import UNGA, Block, structure
from .texts import named

CODE = re.compile(r"[A-Z][A-Z0-9_]{0,11}")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
AXIS = re.compile(r"[a-z][a-z0-9_]{0,39}")
DECLARING = {
    "states": CODE,
    "patrons": CODE,
    "blocs": CODE,
    "axes": AXIS,
    "concessions": AXIS,
    "areas": NAME,
    "bases": NAME,
    "contracts": NAME,
    "events": NAME,
    "outcomes": NAME,
    "story": NAME,
}
"""Blocks whose keys are names, and how those look."""
RESERVED = ("unit", "source", "table", "value")
"""Words with which blocks speak of themselves."""
_FORMS = {
    CODE: "a code of capital letters such as KGZ, at most 12",
    AXIS: f"a word of small letters other than {UNGA} and {ANY}",
    NAME: "a word of letters, digits, - and _, at most 60",
}


def is_name(key: str, block: str = "outcomes") -> bool:
    """Whether something in a block may be called so."""
    taken = {("axes", UNGA), ("concessions", ANY)}
    return DECLARING[block].fullmatch(key) is not None and key not in RESERVED and (block, key) not in taken


def better_name(key: str, block: str) -> str:
    """What to call something instead."""
    pattern, right = DECLARING[block], normalised(key).upper()
    if key in RESERVED:
        return "Use another word: every block may have one so called"
    if pattern is CODE and CODE.fullmatch(right):
        return f"Use a code of capital letters: {right}"
    odd = next((c for c in key if not c.isascii()), "")
    return f"Use {_FORMS[pattern]}" + (f"; {named(odd)} is none from A to Z" if odd else "")


def _forget_axis(root: Node, axis: str) -> None:
    """Leave out where states stand on an axis that cannot be: one slip is one problem."""
    states = (root.entries or {}).get("states")
    for state in ((states.entries or {}) if states is not None else {}).values():
        for part in ("position", "anchor"):
            places = (state.entries or {}).get(part)
            if places is not None and places.entries is not None:
                places.entries.pop(axis, None)


def refuse_reserved(root: Node, problems: Problems) -> None:
    """Report and leave out what is called like a word with which every block speaks of itself."""
    for name, spec in structure().keys.items():
        block = (root.entries or {}).get(name)
        if not isinstance(spec, Block) or name not in DECLARING or block is None or block.entries is None:
            continue
        for key in ("value", "unit", "source"):
            node = block.entries.get(key)
            if node is not None and (key == "value" or node.entries is not None or name == "outcomes"):
                del block.entries[key]
                problems.add(block.keys[key], f"{shown(key)} cannot be a name in {name}", better_name(key, name))
                if name == "axes":
                    _forget_axis(root, key)


def right_codes(root: Node, problems: Problems) -> None:
    """Report codes in small letters where they are declared, and read them as what they should be.

    So that one slip is one problem, and whoever names the right code is not told that there is none.
    """
    for name, pattern in DECLARING.items():
        block = (root.entries or {}).get(name)
        if pattern is not CODE or block is None or block.entries is None:
            continue
        entries = dict(block.entries)
        block.entries.clear()
        for key, node in entries.items():
            right = normalised(key).upper()
            slip = key != right and right not in entries and key not in RESERVED and CODE.fullmatch(right)
            if slip:
                problems.add(block.keys[key], f"{shown(key)} cannot be a name in {name}", better_name(key, name))
                block.keys[right] = block.keys[key]
            block.entries[right if slip else key] = node
