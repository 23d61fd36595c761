"""Faults that were found and mended, to be put back: each must be found by mutants of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from faults import Fault

from .campaign import attack


@dataclass(frozen=True)
class Mended(Fault):
    """A fault; `noticed` is the kind of mutants that find it."""

    most: int = 80
    """Mutants among which one finds it."""

    def finders(self) -> list[int]:
        """The numbers of the first five mutants that find it."""
        return list(islice((n for n in range(self.most) if attack(n, self.noticed).became == "wrong"), 5))


# fmt: off
MENDED = (
    # --- texts ---
    Mended("what does not print is no text", "scenario.texts", 'kind in ("Cc", "Cs", "Zl", "Zp")', "True",
           "within bounds, spelling"),
    Mended("two sizes in a unit", "scenario.units", "if len(sized) > 1:", "if len(sized) > 9:", "surely wrong"),
    Mended("an event may set nothing", "scenario.event_reading",
           '"set" in entries and entries["set"].entries != {}', '"set" in entries', "surely wrong"),
    Mended("a number may be infinite", "scenario.figures",
           'min(max(float(f"{value * ratio:.15g}"), -most), most)', 'float(f"{value * ratio:.15g}")',
           "surely wrong", most=200),
    Mended("numbers are told as switches", "scenario.describing", "if is_switch(BY_NAME[change.field]):",
           'if change.path.rpartition(".")[2] in ("treaty", "security"):', "within bounds, spelling"),
    Mended("a bloc that nobody is in has a centre", "decisions.blocs", "(inside + outside) / number if number > 0.0 else 0.0",
           "(inside + outside) / number", "within bounds"),
    Mended("an event called set hides what it sets", "scenario.validation",
           "self.setting(child, path, key, node.keys[key])",
           'self.setting(child, path, key, node.keys[where.split(".set.", 1)[1]])', "names", most=200),
    Mended("heads of tables go on for ever", "scenario.tables",
           "right = isinstance(found, Leaf) and found.field is not None", "right = True", "table", most=200),
    # --- tables of real series ---
    Mended("cells are not looked at", "data.layout",
           "right = bool(len(frame)) and list(frame.columns) == head and all(_is_right(frame, c, layout) for c in head)",
           "right = True", "series"),
    Mended("rows are as long as they like", "data.layout", "or widths != {len(head)} ", "", "series"),
    # --- numbers ---
    Mended("what is infinite is kept", "simulation", "for place, found in sorted(recorder.lost.items()):",
           "for place, found in ():", "within bounds"),
    Mended("tables of luck are exact and slow", "world.beta", "abs(step - 1.0) < 3e-16", "abs(step - 1.0) < 0.0",
           "within bounds", most=20),
    # --- experiments and folders ---
    Mended("an experiment may vary nothing", "experiments.reading",
           "if all(b.null or b.entries == {} for b in blocks) and", "if not blocks and", "experiment, surely wrong"),
    Mended("damaged chunks count", "batch.sweepstore", "fault = fault_of(path, plan.mark(wanted[number]))", 'fault = ""',
           "interrupted sweeps"),
    Mended("JSON as deep as it likes", "batch.manifests", "except RecursionError:", "except KeyError:", "manifests"),
    # --- the page ---
    Mended("choices are taken as they come", "browser.checked",
           "found = next((a for a in offered if type(a) is type(value) and a == value), None)", "found = value",
           "messages to the page", most=200),
    Mended("numbers are taken as they come", "browser.checked", "number = whole(value, low, high)", "number = int(value)",
           "messages to the page", most=200),
)
# fmt: on
