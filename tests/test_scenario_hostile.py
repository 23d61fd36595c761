"""Files made to exhaust time or memory, to reach other files, or to run code are refused quickly and cheaply."""

from __future__ import annotations

import os
import re
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace import works
from patronage.scenario import ScenarioError, load_scenario, load_text, new_scenario
from patronage.scenario.reading import MOST_BYTES
from scenario_texts import HEAD

LONGEST = 300
"""Plain works of processor time: what is refused takes below thirty, what slips through takes minutes."""
MEGABYTES = 64
FULL = MOST_BYTES - len(HEAD) - 100

TEXTS = {
    "aliases of aliases": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "deep flow lists": "a: " + "[" * 20_000,
    "deep flow lists on many lines": "a: " + "[\n" * 20_000,
    "deep flow maps": "a: " + "{a: " * 5_000,
    "deep blocks": "\n".join(" " * i + "a:" for i in range(500)),
    "deep dashes": "- " * 10_000,
    "many entries": "a: [" + "1,\n" * 80_000 + "]",
    "many lines": "\n".join(f"k{i}: 1" for i in range(20_000)),
    "many entries that look few": "a: [" + "1,\n" * 19_900 + "]",
    "one long line": "title: " + "x" * FULL,
    "one long text": "a: |\n" + "  xxxxxxxxx\n" * 20_000,
    "one long tag": "a: !<" + "x" * FULL + "> 1",
    "long number": "region: {instability: " + "9" * 19_000 + "}",
    "long unit": "region: {instability: {value: 1, unit: '" + "USD*" * 4_000 + "'}}",
    "towering unit": "region: {instability: {value: 1, unit: 'USD**9**9**9**9**9'}}",
    "long condition": "outcomes: {o: '" + "(" * 19_000 + "'}",
    "deep condition": "outcomes: {o: '" + "not " * 120 + "base(RUS, KGZ)'}",
    "many conditions": "outcomes:\n" + "".join(f"  o{i}: {'shar(RU,KG)+' * 30}1\n" for i in range(500)),
    "duplicates": "a: 1\n" * 9_000,
    "python tag": "a: !!python/object/apply:os.system ['touch hostile']",
    "directive": "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system ['true']",
    "long directive": "%YAML " + "1" * 20_000 + ".2\n---\na: 1",
    "null bytes": "a: \0\0",
    "escape sequences": "a: \x1b[2J",
    "many documents": "---\n" * 20_000,
    "merge keys": "a: {<<: {b: 1}}",
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_refused_quickly_and_cheaply(name: str) -> None:
    load_text(HEAD)  # the grammar and the registry of units are made once
    text = TEXTS[name] if TEXTS[name].startswith("%") else HEAD + TEXTS[name]

    def refused() -> None:
        with pytest.raises(ScenarioError):
            load_text(text)

    assert works(refused) < LONGEST


@pytest.mark.parametrize("name", ["aliases of aliases", "many lines", "one long text", "long number", "long condition"])
def test_a_hostile_text_takes_little_memory(name: str) -> None:
    tracemalloc.start()
    with pytest.raises(ScenarioError):
        load_text(HEAD + TEXTS[name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MEGABYTES * 1_000_000


def test_a_hundred_megabytes_are_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    tracemalloc.start()
    with pytest.raises(ScenarioError, match="larger than 512 KiB"):
        load_scenario(file)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_limits_are_named() -> None:
    limits = {
        "a line is longer than 25000 characters": "title: !<" + "x" * 30_000 + ">\n",
        "the file has more than 40000 entries": "a: {" + ",\n".join(f"k{i}" for i in range(22_000)) + "}",
        "blocks are nested more than 12 deep": "a: " + "[" * 13,
        "a text is longer than 20000 characters": "a: |\n" + "  xxxxxxxxx\n" * 3_000,
    }
    for message, text in limits.items():
        with pytest.raises(ScenarioError, match=message):
            load_text(text)


def test_binary_files_and_other_encodings_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "binary.yaml"
    file.write_bytes(b"title: x\nq: \xff\xfe")
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(file)
    assert [(p.line, p.column, p.message) for p in refusal.value.problems] == [(2, 4, "this is not UTF-8 text")]
    with pytest.raises(ScenarioError, match="not UTF-8"):
        load_text(HEAD.encode("utf-16"))


def test_pipes_and_devices_are_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(ScenarioError, match="no regular file"):
            load_scenario(path)
    (tmp_path / "uses.yaml").write_text(HEAD + "extends: pipe.yaml\n")
    with pytest.raises(ScenarioError, match=r"there is no file 'pipe\.yaml'"):
        load_scenario(tmp_path / "uses.yaml")


ESCAPES = ["../outside.yaml", "/etc/hostname.yaml", "below/../../outside.yaml", "link.yaml", "linked/outside.yaml"]


@pytest.mark.parametrize("target", ESCAPES)
@pytest.mark.parametrize("kind", ["extends", "table"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, target: str, kind: str) -> None:
    (tmp_path / "outside.yaml").write_text(HEAD)
    (tmp_path / "outside.csv").write_text("patron,client,weight\nRUS,KGZ,1\n")
    home = tmp_path / "home"
    (home / "below").mkdir(parents=True)
    (home / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (home / "link.csv").symlink_to(tmp_path / "outside.csv")
    (home / "linked").symlink_to(tmp_path)
    name = target if kind == "extends" else target.replace(".yaml", ".csv")
    line = f"extends: {name}\n" if kind == "extends" else f"ties: {{table: {name}}}\n"
    (home / "inside.yaml").write_text((HEAD if kind == "table" else "") + line)
    with pytest.raises(ScenarioError, match="leads out of the folder of this scenario"):
        load_scenario(home / "inside.yaml")


def test_a_table_is_bounded(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(HEAD + "ties: {table: ties.csv}\n")
    table = tmp_path / "ties.csv"
    hostile = {
        "larger than 1024 KiB": "patron,client,weight\n" + "RUS,KGZ,1\n" * 200_000,
        "at most 20000 rows": "patron,client,weight\n" + "RUS,KGZ,1\n" * 30_000,
        "and 200 columns": "patron,client," + ",".join(f"c{i}" for i in range(300)) + "\nRUS,KGZ\n",
        "no CSV table": 'patron,client,weight\nRUS,KGZ,"' + "1" * 200_000,
        "problems; there may be more": "patron,client,weight\n" + "RUS,KGZ,1\n" * 15_000,
    }
    for message, text in hostile.items():
        table.write_text(text)

        def refused(message: str = message) -> None:
            with pytest.raises(ScenarioError, match=re.escape(message)):
                load_scenario(file)

        assert works(refused) < LONGEST


PIECES = [
    *("~", "[]", "{}", "x", "1e9", "-1", "KGZ", "2010Q1", "[KGZ, ~]", "'", "? a", ": ", "- a", "\n  ", "table: a.csv"),
    *(
        "{value: ~}",
        "{value: {value: 1}}",
        "{value: 1, unit: [a]}",
        "{value: 1, range: [~, 2]}",
        "{from: RUS}",
        "set: {a: 1}",
    ),
]
WORDS = [m.span() for m in re.finditer(r"[\w.%/]+|\{[^{}]*\}|[:,\n]", new_scenario())]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(PIECES) | st.text(max_size=5)), min_size=1, max_size=3)
)
def test_a_scenario_with_holes_is_read_or_refused(changes: list[tuple[tuple[int, int], str]]) -> None:
    text = new_scenario()
    for (first, last), piece in sorted(changes, reverse=True):
        text = text[:first] + piece + text[last:]
    with suppress(ScenarioError):
        scenario = load_text(text)
        assert load_text(scenario.resolved(), scenario.name).digest == scenario.digest


def test_nothing_was_executed() -> None:
    assert not Path("hostile").exists()
