"""The tables of docs/odd.md, read from the code: `python -m tools.odd` writes them anew.

The ODD protocol (Grimm et al. 2020, JASSS 23(2):7) asks for entities, state variables, scales and schedule. Each of
them stands once, in the code that runs; here they are only told.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable

from patronage import engine
from patronage.decisions import clients, patrons
from patronage.scenario.catalogue import CHANNELS, FIELDS, INSTRUMENTS
from patronage.scenario.structure import AT_START_ONLY
from patronage.world.fields import STATE

AXIS_WORDS = {
    "P": "patron", "Q": "rival", "C": "client", "K": "instrument", "U": "purpose", "N": "channel", "O": "axis",
    "B": "bloc", "J": "kind", "3": "quarters ahead", "Y": "year back", "M": "quarter back",
}  # fmt: skip
_OWNERS = {"C": "client", "CO": "client", "P": "patron", "B": "bloc", "BC": "bloc and client"}


def phases() -> list[tuple[str, str, str]]:
    """What a quarter does, in its order: (functions, file, first sentence of the file); a phase goes on where a decision ends."""
    calls = [n for n in ast.walk(ast.parse(inspect.getsource(engine.quarter))) if isinstance(n, ast.Call)]
    found: dict[str, tuple[list[str], str]] = {}
    for call in sorted(calls, key=lambda n: n.lineno):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        module = inspect.getmodule(getattr(engine, name, None))
        if module is not None and ".phases." in module.__name__:
            told = (inspect.getdoc(module) or "").splitlines()[0].partition(". docs/")[0].rstrip(".")
            found.setdefault(f"phases/{module.__name__.rpartition('.')[2]}.py", ([], told))[0].append(name)
    return [(", ".join(f"`{name}`" for name in names), file, told) for file, (names, told) in found.items()]


def states() -> list[tuple[str, str, str]]:
    """Every state variable: (name, axes after the run axis in words, meaning and unit as told beside it)."""
    units = {f.name: "" if f.unit in ("", "1") or f.unit in f.doc else f"; {f.unit}" for f in STATE}
    return [(f.name, " × ".join(AXIS_WORDS[a] for a in f.axes), f.doc + units[f.name]) for f in STATE]


def owners() -> dict[str, list[tuple[str, str, str]]]:
    """State variables by the kind of entity they describe."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for field, row in zip(STATE, states(), strict=True):
        found.setdefault(_OWNERS.get(field.axes, "patron and client"), []).append(row)
    return found


def inputs() -> list[tuple[str, int, int, int]]:
    """Inputs by group: (group, fields, of these read at the start only, of these with a range in the catalogue)."""
    groups: dict[str, list[int]] = {}
    for f in FIELDS:
        row = groups.setdefault(f.path.partition(".")[0], [0, 0, 0])
        row[0] += 1
        row[1] += f.name in AT_START_ONLY
        row[2] += f.plausible is not None
    return [(name, *row) for name, row in groups.items()]  # type: ignore[misc]  # three numbers a row


def choices() -> list[tuple[str, str, str]]:
    """What actors may be told to play: (kind, name, what it is)."""
    found = []
    for kind, known in (("strategy of a patron", patrons.KNOWN), ("policy of a client", clients.KNOWN)):
        found += [(kind, name, told) for name, told in known.items()]
    return found


def _table(head: Iterable[str], body: Iterable[Iterable[object]]) -> str:
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *([str(cell).replace("|", "\\|") for cell in row] for row in body)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def parts() -> dict[str, str]:
    """The generated parts of the page, by the name between their comments."""
    entities = "".join(
        f"\n*{owner.capitalize()}*\n\n"
        + _table(("variable", "axes", "meaning, unit"), ((f"`{n}`", a, t) for n, a, t in found))
        for owner, found in owners().items()
    )
    order = _table(
        ("", "phase", "what happens", "file"),
        (
            (told.partition(":")[0].removeprefix("Phase "), names, told.partition(": ")[2], f"`{file}`")
            for names, file, told in phases()
        ),
    )
    groups = _table(("group", "fields", "of these read at the start only", "of these with a general range"), inputs())
    menu = _table(("decided", "name", "what it is"), ((k, f"`{n}`", t) for k, n, t in choices()))
    kinds = f"Instruments: {', '.join(INSTRUMENTS)}. Channels of influence: {', '.join(CHANNELS)}.\n"
    return {"states": entities, "phases": order, "inputs": groups, "choices": menu, "kinds": kinds}


def rewritten(page: str) -> str:
    """The page with its generated parts current. Raises ValueError if it lacks one."""
    for name, text in parts().items():
        head, opening, rest = page.partition(f"<!-- {name}: generated -->\n")
        _, closing, tail = rest.partition(f"<!-- end of {name} -->")
        if not opening or not closing:
            raise ValueError(f"the page has no part {name!r}")
        page = f"{head}{opening}\n{text.strip()}\n\n{closing}{tail}"
    return page


if __name__ == "__main__":
    from pathlib import Path

    odd = Path(__file__).resolve().parents[1] / "docs" / "odd.md"
    odd.write_text(rewritten(odd.read_text(encoding="utf-8")), encoding="utf-8")
