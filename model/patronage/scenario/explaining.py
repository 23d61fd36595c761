"""Answers about a scenario: where a figure comes from, how two scenarios differ, what has no source."""

from __future__ import annotations

from difflib import get_close_matches

from ..formats import FORMAT
from .catalogue import FIELDS
from .describing import contract_text, event_text, outcome_text
from .entities import Layered, SourcedValue
from .formulas import FORMULAS
from .instruments import instrument_lines
from .paths import PathError, follow
from .problems import Problem, ScenarioError
from .reading import COMMAND_LINE
from .scenario import Scenario, default_figure
from .structure import Leaf, is_switch
from .terms import meaning_of
from .vocabulary import MEASURES, Measure
from .wording import flat, in_words, leaf_text, number, timing

LEAST_LETTERS = 3
"""Of a word that is looked for."""
MOST_MENTIONS = 30
"""That are told of it."""
_NAMED = ("states", "patrons", "blocs", "bases", "events", "outcomes", "axes")
"""Blocks whose entries come and go as a whole."""


def explain(scenario: Scenario, path: str) -> str:
    """Where the value at a path comes from: layers, unit, source, range, and the events that change it.

    ScenarioError if the path leads nowhere.
    """
    try:
        leaf, codes, straight = follow(path, scenario.cast)
    except PathError as error:
        return _other(scenario, path, error)
    lines = [f"{straight}: {in_words(scenario, straight)}"]
    if leaf.field is not None and leaf.kind == "figure":
        lines += [f"  {leaf.doc}", *_figure(scenario.figure(straight), leaf), *_zero(scenario, leaf, codes)]
    elif leaf.choice:
        lines += [f"  {leaf.doc}", f"  value: {scenario.choice(straight)}", *_layers(scenario.words.get(straight, ()))]
    else:
        lines += _by_hand(scenario, straight)
    for event in scenario.events:
        for change in event.changes:
            if change.path == straight:
                figure = scenario.written.get(f"events.{event.name}.set.{straight}")
                value = str(change.value) if figure is None else _value_text(figure, leaf)
                lines.append(f"  changed by event {event.name} {timing(event)}: to {value}")
    return "\n".join(lines)


def explanation(scenario: Scenario, path: str) -> dict[str, object]:
    """What `explain` says as a mapping; of a number also its value, unit, source and range. ScenarioError as there."""
    text = explain(scenario, path)
    found: dict[str, object] = {"format": FORMAT, "kind": "explanation", "scenario": scenario.name, "digest": scenario.digest}
    found |= {"path": path, "text": text}
    try:
        leaf, _, straight = follow(path, scenario.cast)
    except PathError:
        return found
    if leaf.field is None or leaf.kind != "figure":
        return found
    figure = scenario.figure(straight)
    ends = None if figure.range is None else list(figure.range)
    about = {"meaning": leaf.doc, "value": figure.value, "unit": figure.unit, "source": figure.source, "range": ends}
    return found | {"path": straight} | about


def _other(scenario: Scenario, path: str, error: PathError) -> str:
    """What stands at a path that is no input of the model: part of an event, base or outcome, or a block."""
    if path in scenario.written or path in scenario.words:
        return "\n".join([f"{path}: {in_words(scenario, path)}", *_by_hand(scenario, path)])
    leaves = flat(scenario.plain)
    below = [f"  {p}: {leaf_text(leaf)}" for p, leaf in leaves.items() if f"{p}.".startswith(f"{path}.")]
    if below:
        return "\n".join([in_words(scenario, path), *below])
    called = [p for p in leaves if p.rpartition(".")[2] == path and not p.startswith("story.")]
    measure = MEASURES.get(path.partition("(")[0].strip())
    instrument = instrument_lines(scenario, path)
    if measure is not None:
        return "\n".join([*_measure(measure, [] if instrument else called), *instrument])
    if instrument:
        return "\n".join(instrument)
    if called:
        raise ScenarioError([Problem(path, 1, 1, str(error), f"Did you mean {_some(called)}?")]) from None
    mentions, term = _mentions(path), meaning_of(path)
    if term and not mentions:
        return f"{path}: {term}"
    if mentions:
        more = [f"  and {len(mentions) - MOST_MENTIONS} more"] if len(mentions) > MOST_MENTIONS else []
        head = f"{path}: {term}. It is spoken of in" if term else f"Nothing is called {path!r}. It is spoken of in"
        return "\n".join([head, *mentions[:MOST_MENTIONS], *more])
    close = get_close_matches(path, [*leaves, *scenario.words], n=1)
    hint = f"Did you mean {close[0]}?" if close else error.hint
    raise ScenarioError([Problem(path, 1, 1, str(error), hint)]) from None


def _mentions(word: str) -> list[str]:
    """Inputs and measures in whose name or meaning a word stands; none for what is no word."""
    if not word.replace("_", "").isalpha() or len(word) < LEAST_LETTERS:
        return []
    inputs = [f"  {f.path}: {f.doc}" for f in FIELDS if word.lower() in f"{f.path} {f.doc}".lower()]
    calls = ((f"{m.name}({', '.join(m.arguments)})", m.doc) for m in MEASURES.values())
    return [*inputs, *(f"  {call}: {doc} (a measure)" for call, doc in calls if word.lower() in f"{call} {doc}".lower())]


def _measure(measure: Measure, called: list[str]) -> list[str]:
    """What a word of conditions and outcomes means, and the inputs that are called like it."""
    lines = [f"{measure.name}({', '.join(measure.arguments)}): {measure.doc}"]
    lines.append(f"  a measure, read in outcomes and conditions ({'true or false' if measure.truth else measure.unit})")
    formula = FORMULAS.get(measure.name)
    if formula is not None:
        lines.append(f"  formula: {formula.text} (docs/equations.md, section {formula.section})")
    return [*lines, f"  inputs called so: {_some(called)}"] if called else lines


def _some(paths: list[str], most: int = 4) -> str:
    """A few paths."""
    return ", ".join(paths[:most]) + (f" or {len(paths) - most} more" if len(paths) > most else "")


def _figure(figure: SourcedValue, leaf: Leaf) -> list[str]:
    assert leaf.field is not None
    entry = leaf.field
    lines = [f"  value: {_value_text(figure, leaf)}"]
    if not is_switch(entry) and entry.internal_unit != entry.unit:
        lines.append(f"  unit: {entry.unit} (inside the engine: {entry.internal_unit})")
    lines.append(f"  source: {figure.source or 'none given'}")
    if figure.range is not None:
        lines.append(f"  range: {number(figure.range[0])} to {number(figure.range[1])}")
    lines += _layers(figure.history)
    default = f"default {entry.usual}" if entry.usual else ""
    if entry.default is not None:
        default = f"default {_value_text(default_figure(entry, entry.default), leaf)} ({entry.source})"
    if default:
        lines.append(f"  {'overrides the' if figure.history else 'set by the'} catalogue: {default}")
    return lines


def _value_text(figure: SourcedValue, leaf: Leaf) -> str:
    """The value: on or off, or a number with its unit."""
    if leaf.field is not None and is_switch(leaf.field):
        return "on" if figure.value else "off"
    return _with_unit(figure.value, figure.unit)


def _layers(history: tuple[Layered, ...]) -> list[str]:
    """Who set it, and what each layer overrode."""
    return [f"  {'overrides' if i else 'set by'} {_origin(layer)}: {layer.text}" for i, layer in enumerate(history)]


def _origin(layer: Layered) -> str:
    if isinstance(layer.origin, str):
        return layer.origin
    file, line, column, name = layer.origin
    if file.startswith(name):  # the command line, which has no lines
        return file if name != file else f"{file}:{line}:{column}"
    return f"{file}:{line}:{column} ({name})"


def _zero(scenario: Scenario, leaf: Leaf, codes: tuple[str, ...]) -> list[str]:
    if leaf.field is not None and leaf.field.name == "rivalry" and frozenset(codes) in scenario.allies:
        return ["  read as 0, since the two are allies"]
    return []


def _by_hand(scenario: Scenario, path: str) -> list[str]:
    """Anything that no field of the model holds."""
    figure = scenario.written.get(path)
    if figure is not None:
        head = [f"  value: {_with_unit(figure.value, figure.unit)}", f"  source: {figure.source or 'none given'}"]
        span = [f"  range: {number(figure.range[0])} to {number(figure.range[1])}"] if figure.range else []
        return [*head, *span, *_layers(figure.history)]
    layers = scenario.words.get(path, ())
    return [f"  value: {layers[0].text}", *_layers(layers)] if layers else ["  not given"]


def _with_unit(value: float, unit: str) -> str:
    return number(value) + ("" if unit == "1" else f" {unit}")


def diff(a: Scenario, b: Scenario) -> list[str]:
    """What changes from one scenario to another, in words, their stories apart; empty if they are the same."""
    old, new = ({p: leaf for p, leaf in flat(x.plain).items() if not p.startswith("story.")} for x in (a, b))
    gone, come = _entities(a), _entities(b)
    lines = [f"{in_words(a, e)} removed{_what(a, e)}" for e in gone if e not in come]
    lines += [f"{in_words(b, e)} added{_what(b, e)}" for e in come if e not in gone]
    both = set(gone) & set(come)
    for path in dict.fromkeys((*old, *new)):
        if not _stays(path, both, a, b):
            continue
        before, after = old.get(path), new.get(path)
        if before != after:
            lines += _change(in_words(b if path in new else a, path), before, after)
    return lines


def _entities(scenario: Scenario) -> dict[str, None]:
    """Paths of everything that has a name, in order."""
    out: dict[str, None] = {}
    for block in _NAMED:
        entries = scenario.plain.get(block)
        if isinstance(entries, dict):
            out |= dict.fromkeys(f"{block}.{name}" for name in entries)
    return out


def _what(scenario: Scenario, path: str) -> str:
    """What an event does, which contract a base is, what an outcome reads; nothing of an actor, of whom there is too much to say."""
    block, _, name = path.partition(".")
    if block == "events":
        event = next(e for e in scenario.events if e.name == name)
        words = event.label or event.note
        return f", {event_text(scenario, event, words=True)}" + (f" ({words})" if words else "")
    if block == "bases":
        return f": {contract_text(scenario, name)}"
    return f": {outcome_text(scenario, scenario.outcomes[name])}" if block == "outcomes" else ""


def _stays(path: str, both: set[str], a: Scenario, b: Scenario) -> bool:
    """Whether a leaf belongs to what both scenarios have; what comes and goes is named as a whole."""
    parts = path.split(".")
    if parts[0] in _NAMED:
        return ".".join(parts[:2]) in both
    if parts[0] in ("ties", "rivalry", "allies"):
        return all(code in a.names and code in b.names for code in parts[1:3])
    return True


def _change(what: str, before: object, after: object) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        about = [
            f"{what}: {key} {_text(before.get(key))} → {_text(after.get(key))}"
            for key in ("source", "range")
            if before.get(key) != after.get(key) and after.get("source") != COMMAND_LINE
        ]
        same = leaf_text(before) == leaf_text(after)
        return about if same else [f"{what}: {_short(before, after)} → {leaf_text(after)}", *about]
    return [f"{what}: {_text(before)} → {_text(after)}"]


def _short(before: dict[str, object], after: dict[str, object]) -> str:
    """The old value; its unit only if the new one has another."""
    text = leaf_text(before)
    unit = str(before.get("unit", "1"))
    same = unit != "1" and unit == after.get("unit")
    return text.removesuffix(f" {unit}") if same else text


def _text(leaf: object) -> str:
    return "none" if leaf is None or leaf == "" else leaf_text(leaf)


def unsourced(scenario: Scenario) -> list[str]:
    """Paths of numbers that stand in files with no source, neither their own nor that of a block around them."""
    return [path for path, figure in scenario.written.items() if not figure.source.strip()]
