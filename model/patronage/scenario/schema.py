"""A JSON Schema of scenario files, for editors; the loader checks more, and says it better."""

from __future__ import annotations

import math
from typing import Any

from .catalogue import Field
from .conditions import MOST_CHARACTERS
from .figures import SWITCH_WORDS
from .structure import OUTCOME, Block, Leaf, is_switch, structure
from .vocabulary import MEASURES

_CODE = "^[A-Z][A-Z0-9_]{0,11}$"
_FREE_KEYS = {
    "state": _CODE,
    "patron": _CODE,
    "rival": _CODE,
    "client": _CODE,
    "actor": _CODE,
    "bloc": _CODE,
    "axis": "^[a-z][a-z0-9_]{0,39}$",
    "orientation": "^[a-z][a-z0-9_]{0,39}$",
    "kind": "^[a-z][a-z0-9_]{0,39}$",
    "name": "^[A-Za-z][A-Za-z0-9_-]{0,59}$",
    "path": "^[a-z]+(\\.[A-Za-z0-9_]+)+$",
}
_NAMED: dict[tuple[str, ...], str] = {("kind",): "kind", ("outcome",): "name"}
"""Roles whose codes are words of the file's own."""


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12). A file that extends another may leave out what is required."""
    root = _block(structure(), top=True)
    required = structure().required
    root |= {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of patronage",
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": list(required)},
    }
    outcome = root["properties"]["outcomes"]["patternProperties"]
    for name, text in outcome.items():
        outcome[name] = {"anyOf": [text, _block(OUTCOME)]}
    return root


def _block(spec: Block, top: bool = False) -> dict[str, Any]:
    out: dict[str, Any] = {"type": ["object", "null"], "description": spec.doc, "additionalProperties": False}
    properties = {key: _entry(entry) for key, entry in spec.keys.items()}
    properties |= {"unit": _text("unit of the plain numbers below"), "source": _text("source of the numbers below")}
    if spec.table:
        names = {"type": "array", "items": {"type": "string"}}
        properties["table"] = {"anyOf": [_text(f"a CSV file beside this one: {', '.join(spec.table)}, …"), names]}
    out["properties"] = properties
    if spec.each is not None:
        out["patternProperties"] = {_FREE_KEYS[spec.role]: _entry(spec.each)}
    if top:
        out["type"] = "object"
    return out


def _entry(spec: Block | Leaf) -> dict[str, Any]:
    if isinstance(spec, Block):
        block = _block(spec)
        if spec.plain is not None and spec.plain.field is not None:
            return {"anyOf": [block, _figure(spec.plain.field)], "description": spec.doc}
        return {"anyOf": [block, {"type": "array", "items": block}], "description": spec.doc} if spec.many else block
    if spec.kind in ("figure", "duration") and spec.field is not None:
        return _figure(spec.field)
    many = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    text = {"type": ["string", "null"], "maxLength": MOST_CHARACTERS}
    shapes: dict[str, dict[str, Any]] = {
        "choice": {"enum": [*spec.words, None]},
        "quarter": {"type": ["string", "null"], "pattern": "^[0-9]{4}Q[1-4]$"},
        "codes": {"anyOf": [many, {"type": "null"}]},
        "names": {"anyOf": [many, {"type": ["string", "null"]}]},
        "setting": {"type": ["number", "boolean", "string", "object"]},
        "size": {"type": ["number", "string", "null"]},
        "condition": text,
        "expression": text,
        "code": {"type": "string", "pattern": _FREE_KEYS.get(_NAMED.get(spec.roles, ""), _CODE)},
    }
    shape = shapes.get(spec.kind, {"type": ["string", "null"]})
    measures = f". Measures: {', '.join(MEASURES)}" if spec.kind in ("condition", "expression") else ""
    return shape | {"description": spec.doc + measures}


def _text(doc: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "description": doc}


def _figure(field: Field) -> dict[str, Any]:
    """A plain number, a number with its unit, or the long form."""
    if is_switch(field):
        value: dict[str, Any] = {"enum": [True, False, 0, 1, *SWITCH_WORDS]}
    else:
        value = {"type": ["number", "string"]}
    plain: dict[str, Any] = dict(value)
    if not is_switch(field) and field.unit == "1":
        plain |= {"minimum": field.low} | ({"maximum": field.high} if math.isfinite(field.high) else {})
    keys = {
        "value": value,
        "unit": _text(f"{field.unit}, or what converts to it"),
        "source": _text("where the number comes from; `assumption` if from nowhere"),
        "range": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["number", "string"]}},
    }
    long = {"type": "object", "properties": keys, "required": ["value"], "additionalProperties": False}
    usual = field.usual if field.default is None else f"{field.default:g}"
    default = f"; default {usual}" if usual else ""
    return {"anyOf": [plain, long, {"type": "null"}], "description": f"{field.doc} [{field.unit}{default}]"}
