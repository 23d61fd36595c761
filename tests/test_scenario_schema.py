"""The JSON Schema accepts every shipped scenario, knows every field, and marks what the loader refuses by shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from patronage.scenario import json_schema, load_scenario, new_scenario
from patronage.scenario.catalogue import FIELDS
from patronage.scenario.library import builtin_dir, builtin_names
from scenario_texts import HEAD

SCHEMA = json_schema()
TYPES = {"object": dict, "array": list, "string": str, "number": int | float, "boolean": bool, "null": type(None)}
KEYWORDS = {
    "$schema",
    "title",
    "description",
    "type",
    "enum",
    "anyOf",
    "properties",
    "patternProperties",
    "additionalProperties",
    "required",
    "pattern",
    "minimum",
    "maximum",
    "items",
    "minItems",
    "maxItems",
    "maxLength",
    "uniqueItems",
    "if",
    "then",
    "not",
}


def wrong(schema: dict[str, Any], value: Any, path: str = "") -> list[str]:
    """Where a value breaks a schema: the few keywords of JSON Schema that ours uses."""
    assert set(schema) <= KEYWORDS, set(schema) - KEYWORDS
    message = next((text for broken, text in shape(schema, value, path) if broken), "")
    if message:
        return [f"{path}: {message}"]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    required = [
        *schema.get("required", ()),
        *(schema["then"]["required"] if "then" in schema and "extends" not in value else ()),
    ]
    found = [f"{path}: lacks {key}" for key in required if key not in value]
    for key, entry in value.items():
        matching = [s for p, s in schema.get("patternProperties", {}).items() if re.search(p, str(key))]
        below = schema["properties"].get(key) or (matching[0] if matching else None)
        found += [f"{path}.{key}: unknown"] if below is None else wrong(below, entry, f"{path}.{key}")
    return found


def shape(schema: dict[str, Any], value: Any, path: str) -> Iterator[tuple[bool, str]]:
    """(broken, message) of every keyword that looks at the value itself."""
    yield "anyOf" in schema and all(wrong(s, value, path) for s in schema["anyOf"]), "none of the forms"
    words = schema.get("enum", [value])
    yield not any(value == w and isinstance(value, bool) == isinstance(w, bool) for w in words), "not among the words"
    names = schema.get("type", list(TYPES))
    names = [names] if isinstance(names, str) else names
    right = any(isinstance(value, TYPES[n]) and not (n == "number" and isinstance(value, bool)) for n in names)
    yield not right, f"no {' or '.join(names)}"
    yield isinstance(value, str) and not re.search(schema.get("pattern", ""), value), "no match"
    if isinstance(value, int | float):
        yield not schema.get("minimum", value) <= value <= schema.get("maximum", value), "out of bounds"
    if isinstance(value, list):
        yield not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)), "wrong length"


def read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("name", builtin_names())
def test_shipped_scenarios_fit(name: str) -> None:
    assert wrong(SCHEMA, read((builtin_dir("scenarios") / f"{name}.yaml").read_text(encoding="utf-8"))) == []


def test_the_starter_and_a_resolved_scenario_fit() -> None:
    assert wrong(SCHEMA, read(new_scenario())) == []
    assert wrong(SCHEMA, read(load_scenario("two-patrons").resolved())) == []


def test_every_field_is_in_the_schema() -> None:
    for field in FIELDS:
        at = SCHEMA
        for segment in field.path.split("."):
            at = at.get("anyOf", [at])[0]  # a block, or what may stand in its place
            if segment.startswith("{"):
                (at,) = at["patternProperties"].values()
            else:
                at = at["properties"][segment]
        assert field.doc in at["description"]


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ("evnts: {}", ".evnts: unknown"),
        ("region: {instability: 1.5}", ".region.instability: none of the forms"),
        ("region: {instability: {value: 1, sorce: x}}", ".region.instability: none of the forms"),
        ("ties: {RUS: {KGZ: {wieght: 1}}}", ".ties.RUS.KGZ.wieght: unknown"),
        ("ties: {rus: {}}", ".ties.rus: unknown"),
        ("mechanisms: {packages: maybe}", ".mechanisms.packages: none of the forms"),
        ("blocs: {CSTO: {leader: RUS, vote: never}}", ".blocs.CSTO.vote: not among the words"),
        ("bases: {m: {holder: usa}}", ".bases.m.holder: no match"),
        ("events: {e: {at: 2009}}", ".events.e.at: no string or null"),
        ("outcomes: {o: {reduce: median}}", ".outcomes.o: none of the forms"),
    ],
)
def test_an_editor_would_mark_it(more: str, where: str) -> None:
    assert wrong(SCHEMA, read(HEAD + more)) == [where]


def test_what_is_required_may_come_from_below() -> None:
    assert wrong(SCHEMA, read("extends: two-patrons\ntitle: x\n")) == []
    assert ": lacks period" in wrong(SCHEMA, read("title: x\n"))


def test_the_schema_is_plain_json() -> None:
    assert Path(SCHEMA["$schema"]).name == "schema"
