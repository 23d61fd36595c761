"""What an instrument is in a scenario: what it does to a client, and each patron's numbers for it."""

from __future__ import annotations

from .catalogue import FIELDS, INSTRUMENTS
from .scenario import Scenario
from .vocabulary import MEASURES
from .wording import number

MEANINGS = {
    "arms": "weapons; they add to the client's stock of arms from the patron, wear out, and count as influence through arms",
    "grants": "money and goods that are not paid back; they add to capital, and count as economic influence",
    "loans": "lent money; it adds to capital as grants do and to the client's debt to the patron, both of which count as influence",
    "debt_relief": "debt to the patron that is written off; it is given in packages alone, and takes away influence through debt",
}
"""By instrument (docs/equations.md, sections 6 and 7)."""


def instrument_lines(scenario: Scenario, word: str) -> list[str]:
    """An instrument by its name ("debt relief" or "debt_relief") in lines; none for what is no instrument."""
    name = word.strip().lower().replace(" ", "_")
    if name not in INSTRUMENTS:
        return []
    meaning = f": {MEANINGS[name]}" if name in MEANINGS else ""
    lines = [f"{name.replace('_', ' ')}, an instrument of patrons (one of {', '.join(INSTRUMENTS).replace('_', ' ')}){meaning}"]
    for field in FIELDS:
        below = field.path.removeprefix("patrons.{patron}.")
        if field.path.startswith("patrons.") and name in (below.rpartition(".")[2], field.doc.partition(": ")[2].split(" ")[0]):
            figures = {p: scenario.figure(field.path.format(patron=p)).value for p in scenario.patrons}
            values = ", ".join(f"{p} {number(v)}" for p, v in figures.items())
            lines.append(f"  patrons.*.{below}: {values} ({field.doc.rpartition(': ')[0] or field.doc})")
    rules = [f for f in FIELDS if f.path.startswith("rules.") and f.path.endswith(f"_{name}")]
    lines += [f"  {f.path}: {number(scenario.figure(f.path).value)}{'' if f.unit == '1' else f' {f.unit}'} ({f.doc})" for f in rules]
    read = [f"{m.name}({', '.join(m.arguments)})" for m in MEASURES.values() if m.name.startswith(f"{name}_")]
    return [*lines, f"  measures: {', '.join(read)}"] if read else lines
