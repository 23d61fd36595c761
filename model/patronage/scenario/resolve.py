"""The resolved scenario: everything spelt out, in one regular form."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from .catalogue import BY_NAME, Field
from .entities import Base, Outcome, SourcedValue
from .events import Conditional, Event
from .quarters import quarter_name
from .storyline import stop_block
from .structure import ACTS, BASE_RENT, BASE_TERM, CLIENT_CHOICES, PATRON_CHOICES, is_switch, structure

if TYPE_CHECKING:
    from .scenario import Scenario

_OLD_WORDS = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|~")
"""What readers of YAML 1.1 take for something else than text."""


def as_mapping(scenario: Scenario) -> dict[str, object]:
    """Plain mappings in a fixed order; numbers in the units of their fields."""
    out: dict[str, Any] = {k: getattr(scenario, k) for k in ("title", "question", "notes", "finding")}
    out["period"] = {"start": quarter_name(scenario.start), "end": quarter_name(scenario.end)}
    out["axes"] = {axis: dict(zip(("plus", "minus"), poles, strict=True)) for axis, poles in scenario.poles.items()}
    for code in scenario.cast.states:
        _put(out, f"states.{code}.name", scenario.names[code])
    for block, codes, keys in (("states", scenario.clients, CLIENT_CHOICES), ("patrons", scenario.patrons, PATRON_CHOICES)):
        for code in codes:
            for key in keys:
                _put(out, f"{block}.{code}.{key}", scenario.choice(f"{block}.{code}.{key}"))
    for code in scenario.blocs:
        bloc = scenario.bloc(code)
        entry = {
            "name": bloc.name,
            "kind": bloc.kind,
            **({"leader": bloc.leader} if bloc.leader else {}),
            "members": [*bloc.members, *bloc.affiliates],
        }
        _put(out, f"blocs.{code}", entry | {"candidates": list(bloc.candidates), "vote": bloc.vote})
    pairs = sorted(tuple(sorted(pair)) for pair in scenario.allies)
    for first, second in pairs:
        out.setdefault("allies", {}).setdefault(first, []).append(second)
    for entry_field, path in scenario.cells():
        _put(out, path, _figure(scenario.figure(path), entry_field))
    _gather_years(out.get("ties", {}))
    _put_base_names(out, scenario)
    _put_contracts(out, scenario)
    for name, (longitude, latitude, of) in scenario.areas.items():
        out.setdefault("areas", {})[name] = {"longitude": longitude, "latitude": latitude, "of": of}
    if scenario.events:
        out["events"] = {e.name: _event(scenario, e) for e in scenario.events}
    if scenario.outcomes:
        out["outcomes"] = {o.name: _outcome(o) for o in scenario.outcomes.values()}
    if scenario.story:
        out["story"] = {name: stop_block(stop) for name, stop in scenario.story.items()}
    return _ordered(out)


def _gather_years(ties: dict[str, Any]) -> None:
    """Ten years of arms alike are one figure, as long as their tenth is the same number again."""
    for tie in (tie for dyads in ties.values() for tie in dyads.values()):
        first, *others = tie["arms_year"].values()
        whole = first["value"] * len(tie["arms_year"])
        if all(other == first for other in others) and whole / len(tie["arms_year"]) == first["value"] and "range" not in first:
            del tie["arms_year"]
            tie["arms_years"] = first | {"value": whole}


def _put_base_names(out: dict[str, Any], scenario: Scenario) -> None:
    """What a tie calls its base, under which name it is called everywhere unless the base at the start has its own."""
    named = {(b.holder, b.host): b.called for b in scenario.bases.values()}
    for path in (p for p in scenario.words if p.startswith("ties.") and p.endswith(".base_name")):
        _, patron, client, _ = path.split(".")
        if not named.get((patron, client)):
            _put(out, path, scenario.called[patron, client, scenario.kinds[0]])


def _put_contracts(out: dict[str, Any], scenario: Scenario) -> None:
    """What kinds of concessions rest on, closed doors, and contracts at the start."""
    for kind, below in scenario.requires.items():
        _put(out, f"concessions.{kind}.requires", below)
    for host, patron in scenario.closed:
        out["states"][host].setdefault("closed_to", []).append(patron)
    for name, base in scenario.contracts.items():
        out.setdefault(base.block, {})[name] = _base(scenario, base)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    window = {"from": quarter_name(outcome.first), "to": quarter_name(outcome.last)}
    words = {"label": outcome.label, "answers": "yes" if outcome.answers else "", "given": outcome.given}
    size = {"smallest": outcome.smallest} if outcome.smallest else {}
    return {"measure": outcome.text, **window, "reduce": outcome.reduce, **_clean(words), **size}


def _ordered(plain: dict[str, Any]) -> dict[str, object]:
    order = list(structure().keys)
    return {k: plain[k] for k in order if k in plain and plain[k] not in ("", {}, [])}


def _put(tree: dict[str, Any], path: str, value: object) -> None:
    *above, last = path.split(".")
    for segment in above:
        tree = tree.setdefault(segment, {})
    tree[last] = value


def _clean(entry: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if v not in ("", None)}


def _figure(figure: SourcedValue, field: Field, always_source: bool = False) -> dict[str, Any]:
    """A figure in the long form. `always_source`: also an empty one, where a block around it speaks of sources."""
    out: dict[str, Any] = {"value": ("on" if figure.value else "off") if is_switch(field) else figure.value}
    if not is_switch(field):
        out["unit"] = field.unit
    if figure.source or always_source:
        out["source"] = figure.source
    if figure.range is not None:
        out["range"] = list(figure.range)
    return out


def _base(scenario: Scenario, base: Base) -> dict[str, Any]:
    """The block that gives the base, its term in quarters."""
    figures = {}
    for key, field, value in (("rent", BASE_RENT, base.rent), ("term", BASE_TERM, float(base.term_left))):
        written = scenario.written.get(f"{base.block}.{base.name}.{key}")
        figures[key] = _figure(written or SourcedValue(value, field.unit, base.source, None, "default"), field, True)
    who = {"holder": base.under or base.holder, "host": base.host}
    if base.block == "contracts":
        who["kind"] = base.kind
    return _clean(who | figures | {"source": base.source, "note": base.note, "name": base.called})


def _event(scenario: Scenario, event: Event) -> dict[str, Any]:
    """The block that gives the event."""
    path = f"events.{event.name}"
    out: dict[str, Any] = {}
    for key, leaf in structure().keys["events"].each.keys.items():  # type: ignore[union-attr]  # events and their entries are blocks
        where = f"{path}.{key}"
        if where in scenario.written:
            out[key] = _figure(scenario.written[where], leaf.field, True)  # type: ignore[union-attr,arg-type]  # figures are leaves
        elif key in ("at", "until") and where in scenario.words:
            out[key] = scenario.words[where][0].text
    if isinstance(event.trigger, Conditional):
        out["when"] = event.trigger.text
    for change in event.changes:
        figure = scenario.written.get(f"{path}.set.{change.path}")
        value = change.value if figure is None else _figure(figure, BY_NAME[change.field], True)
        out.setdefault("set", {})[change.path] = value
    if event.repeals:
        out["repeal"] = list(event.repeals)
    for act in event.acts:
        numbers = {k: (scenario.written.get(f"{path}.{act.at}.{k}"), f) for k, f in ACTS[act.kind].numbers.items()}
        given = act.actors | {k: _figure(figure, f, True) for k, (figure, f) in numbers.items() if figure is not None}
        if act.at == act.kind:
            out[act.kind] = given
        else:
            out.setdefault(act.kind, []).append(given)
    return _clean({"label": event.label} | out | {"note": event.note, "source": event.source})


_SIGNS = ("?", "-", ":")
"""A text that begins so may be taken for a key or an item where it stands on one line with others."""


def as_yaml(plain: dict[str, object]) -> str:
    """The text of plain mappings; figures stand on one line."""
    yaml = YAML()
    yaml.width = 10_000
    stream = io.StringIO()
    yaml.dump(_dressed(plain), stream)
    return stream.getvalue()


def _dressed(value: object) -> object:
    """Quotes where another reader might see a truth or nothing; figures and lists on one line."""
    if isinstance(value, str):
        odd = _OLD_WORDS.fullmatch(value) or "\n" in value or value.startswith(_SIGNS)
        return DoubleQuotedScalarString(value) if odd else value
    if isinstance(value, list):
        items = CommentedSeq(_dressed(v) for v in value)
        items.fa.set_flow_style()
        return items
    if isinstance(value, dict):
        block = CommentedMap((_dressed(k), _dressed(v)) for k, v in value.items())
        if "value" in value:
            block.fa.set_flow_style()
        return block
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
