"""Who is declared, and where the paths of figures and choices lead: `patrons.USA.mission`."""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue import BY_NAME
from .problems import nearest, shown
from .reading import Node
from .retired import successor
from .spreading import BASE, regular_path
from .structure import UNGA, Block, Leaf, structure


class PathError(Exception):
    """A path that leads nowhere; `hint` names the nearest right word."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Cast:
    """Who and what a scenario declares."""

    states: tuple[str, ...]
    clients: tuple[str, ...]
    patrons: tuple[str, ...]
    blocs: tuple[str, ...]
    axes: tuple[str, ...]
    events: tuple[str, ...]
    kinds: tuple[str, ...] = (BASE,)
    """Kinds of concessions, base first."""
    outcomes: tuple[str, ...] = ()

    @classmethod
    def of(cls, root: Node) -> Cast:
        """Read off the keys of the blocks that declare; codes and kinds sorted, axes and events in the order of the file."""

        def keys(name: str) -> dict[str, Node]:
            block = (root.entries or {}).get(name)
            return (block.entries or {}) if block is not None else {}

        clients = sorted(code for code, node in keys("states").items() if "gdp" in (node.entries or {}))
        return cls(
            tuple(sorted(keys("states"))),
            tuple(clients),
            tuple(sorted(keys("patrons"))),
            tuple(sorted(keys("blocs"))),
            tuple(keys("axes")),
            tuple(keys("events")),
            (BASE, *sorted(kind for kind in keys("concessions") if kind != BASE)),
            tuple(keys("outcomes")),
        )

    @property
    def actors(self) -> tuple[str, ...]:
        return tuple(sorted({*self.states, *self.patrons, *self.blocs}))

    def allowed(self, role: str) -> tuple[str, ...]:
        """Codes that may play a role."""
        holders = (*self.patrons, *(b for b in self.blocs if b not in self.patrons))
        return {
            "state": self.states,
            "client": self.clients,
            "patron": self.patrons,
            "rival": self.patrons,
            "bloc": self.blocs,
            "actor": self.actors,
            "holder": holders,
            "sender": holders,
            "orientation": self.axes,
            "kind": self.kinds,
            "axis": (UNGA, *self.axes),
            "event": self.events,
            "outcome": self.outcomes,
        }[role]


def follow(path: str, cast: Cast) -> tuple[Leaf, tuple[str, ...], str]:
    """What a path leads to: the leaf, the codes on the way, the path in its regular form. PathError if nowhere."""
    path = regular_path(path)
    at: Block | Leaf = structure()
    codes: tuple[str, ...] = ()
    gone = ""
    for segment in path.split("."):
        if isinstance(at, Leaf):
            raise PathError(f"the path {shown(path)} goes on below {shown(gone)}", f"{gone} is {at.doc}")
        step: Block | Leaf | None = at.keys.get(segment)
        if step is None and at.each is not None and at.role not in ("name", "path"):
            allowed = cast.allowed(at.role)
            if segment in allowed:
                step, codes = at.each, (*codes, segment)
            else:
                raise PathError(
                    f"there is no {at.role} {shown(segment)} in the path {shown(path)}",
                    nearest(segment, (*allowed, *at.keys)),
                )
        if step is None:
            now = successor(path)
            if now:
                raise PathError(f"{path} is no longer read", now)
            raise PathError(f"there is no {shown(segment)} in the path {shown(path)}", nearest(segment, at.keys))
        at = step
        gone = f"{gone}.{segment}" if gone else segment
    if isinstance(at, Block):
        names = [*at.keys, *(cast.allowed(at.role) if at.each is not None and at.role not in ("name", "path") else ())]
        raise PathError(f"the path {shown(path)} stops before a figure", nearest("", names))
    return regular(at, codes, path, cast)


def regular(leaf: Leaf, codes: tuple[str, ...], path: str, cast: Cast) -> tuple[Leaf, tuple[str, ...], str]:
    """The position of a state that is no client is that of a patron, whose path is another."""
    if leaf.field is not None and leaf.field.name == "position" and codes[0] not in cast.clients:
        entry = BY_NAME["patron_position"]
        return Leaf("figure", entry.doc, entry), codes, entry.path.format(patron=codes[0], axis=codes[1])
    return leaf, codes, path
