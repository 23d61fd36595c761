"""docs/parameters.md, written from the catalogue: `python -m patronage.scenario.document`."""

from __future__ import annotations

import math

from .catalogue import FIELDS, Field
from .structure import ACTS, AT_START_ONLY, is_switch
from .vocabulary import MEASURES

_HEAD = """\
# Parameters

*Written from `model/patronage/scenario/catalogue.py` by `python -m patronage.scenario.document`; do not edit.*

Every number the model takes. `path` is where a scenario file holds it (codes stand for the words in braces) and what
`--set`, `explain`, sweeps and events call it. A plain number is in *unit*; `{value, unit, source, range}` may use any
unit that converts. *Inside* is the unit the engine computes with, where it differs. *Range* is what a sweep uses when
the scenario gives none; *bounds* are what is accepted at all. A dagger (†) marks what is read at the start only, so
that no event can set it.
"""
_GROUPS = (
    ("region", "The region"),
    ("states", "States"),
    ("concessions", "Kinds of concessions"),
    ("patrons", "Patrons"),
    ("ties", "Ties"),
    ("rivalry", "Rivalry"),
    ("blocs", "Blocs"),
    ("rules", "Rules"),
    ("mechanisms", "Mechanisms"),
)


def parameters_markdown() -> str:
    """The page, ending in a newline."""
    parts = [_HEAD]
    for head, title in _GROUPS:
        fields = [f for f in FIELDS if f.path.split(".")[0] == head]
        parts.append(f"\n## {title}\n\n{_table(fields)}")
    parts.append(f"\n## Acts of events\n\n{_acts()}")
    parts.append(f"\n## Measures in conditions and outcomes\n\n{_measures()}")
    return "".join(parts)


def _table(fields: list[Field]) -> str:
    rows = ["| path | name | meaning | unit | inside | default | range | bounds | source |", "|" + "---|" * 9]
    for f in fields:
        dagger = " †" if f.name in AT_START_ONLY else ""
        low_high = "off, on" if is_switch(f) else f"{_number(f.low)} – {_number(f.high)}"
        default = (
            f.usual or "required" if f.default is None else ("on" if f.default else "off") if is_switch(f) else _number(f.default)
        )
        span = "" if f.plausible is None else f"{_number(f.plausible[0])} – {_number(f.plausible[1])}"
        inside = "" if f.internal_unit == f.unit else f"`{f.internal_unit}`"
        cells = [f"`{f.path}`{dagger}", f"`{f.name}`", f.doc, f"`{f.unit}`", inside, default, span, low_high, f.source]
        rows.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    return "\n".join(rows) + "\n"


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.6g}"


def _acts() -> str:
    rows = ["| act | meaning | actors | numbers |", "|---|---|---|---|"]
    for name, act in ACTS.items():
        actors = ", ".join(f"`{key}` (a {role})" for key, role in act.actors.items())
        actors += "".join(f", optional `{key}` (a {role})" for key, role in act.optional.items())
        numbers = ", ".join(
            f"`{key}` [{f.unit}]{'' if key in act.required else ', optional'}: {f.doc}"
            for key, f in act.numbers.items()
        )
        rows.append(f"| `{name}` | {act.doc} | {actors} | {numbers} |")
    return "\n".join(rows) + "\n"


def _measures() -> str:
    rows = ["| measure | meaning | unit |", "|---|---|---|"]
    for m in MEASURES.values():
        unit = "true or false" if m.truth else m.unit
        rows.append(f"| `{m.name}({', '.join(m.arguments)})` | {m.doc} | {unit} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    from pathlib import Path

    page = Path(__file__).resolve().parents[3] / "docs" / "parameters.md"
    page.write_text(parameters_markdown(), encoding="utf-8")
