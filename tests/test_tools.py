"""Tools for assistants: the commands' own answers, each with a line that repeats it, and nothing outside one folder."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patronage.cli.app import app
from patronage.cli.output import RefusalError
from patronage.cli.tools import Tools

anyio = pytest.importorskip("anyio", reason="the extra assistants brings it")
mcp: Any = pytest.importorskip("mcp", reason="the extra assistants brings it")
MINE = "extends: two-patrons\ntitle: Mine\npatrons: {USA: {mission: 0.4}}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scenario, and beside it what nobody may reach."""
    place = tmp_path_factory.mktemp("assistant")
    (place / "outside.yaml").write_text(MINE, encoding="utf-8")
    (place / "outside").mkdir()
    (place / "outside" / "manifest.json").write_text("{}", encoding="utf-8")
    inside = place / "inside"
    inside.mkdir()
    (inside / "mine.yaml").write_text(MINE, encoding="utf-8")
    (inside / "wrong.yaml").write_text(MINE.replace("mission", "misson"), encoding="utf-8")
    (inside / "link.yaml").symlink_to(place / "outside.yaml")
    (inside / "links").symlink_to(place / "outside")
    return inside


def asked(folder: Path, talk: Callable[[Any], Any], *options: str) -> Any:
    """What a conversation over standard input and output comes to."""
    words = ["-m", "patronage", "serve-tools", "--folder", str(folder), *options]
    server = mcp.StdioServerParameters(command=sys.executable, args=words, env=dict(os.environ))

    async def main() -> Any:
        with open(os.devnull, "w") as nowhere:  # noqa: ASYNC230, PTH123
            async with mcp.Client(mcp.stdio_client(server, errlog=nowhere)) as client:
                return await talk(client)

    return anyio.run(main)


def by_command(rerun: str) -> Any:
    """What the line says that an answer gives for asking again."""
    place, _, line = rerun.partition(" && ")
    here = Path.cwd()
    os.chdir(shlex.split(place)[1])
    try:
        done = CliRunner().invoke(app, shlex.split(line)[1:], catch_exceptions=False)
    finally:
        os.chdir(here)
    return json.loads(done.stdout)


ESCAPES: list[tuple[str, dict[str, Any], str]] = [
    ("show", {"scenario": "../outside.yaml"}, "lies outside"),
    ("show", {"scenario": "link.yaml"}, "lies outside"),
    ("check", {"scenario": "/etc/passwd"}, "lies outside"),
    ("show", {"scenario": "--full"}, "is no name"),
    ("explain", {"scenario": "two-patrons", "path": "--help"}, "is no name"),
    ("diff", {"first": "two-patrons", "second": "../outside.yaml"}, "lies outside"),
    ("why", {"folder": "../outside", "about": ["USA"]}, "no such folder"),
    ("why", {"folder": "links", "about": ["USA"]}, "no such folder"),
    ("why", {"folder": ".", "about": ["--help"]}, "is no name"),
    ("compare", {"first": "two-patrons", "second": "links", "name": "a"}, "no such folder"),
    ("run", {"scenario": "two-patrons", "name": "../mine"}, "a plain name"),
    ("run", {"scenario": "two-patrons", "name": "/mine"}, "a plain name"),
    ("run", {"scenario": "two-patrons", "name": ".."}, "a plain name"),
    ("run", {"scenario": "two-patrons", "name": "links"}, "exists already"),
    ("run", {"scenario": "two-patrons", "name": "a", "runs": 1001}, "from 1 to 1000"),
    ("run", {"scenario": "two-patrons", "name": "a", "settings": {"--out": "../b"}}, "is no name"),
]


@pytest.mark.parametrize(("tool", "words", "said"), ESCAPES, ids=[f"{t}-{i}" for i, (t, _, _) in enumerate(ESCAPES)])
def test_nothing_outside_the_folder_is_reached(folder, tool, words, said):
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(RefusalError, match=said):
        getattr(Tools(folder), tool)(**words)
    assert sorted(folder.parent.rglob("*")) == before


@pytest.mark.parametrize("path", ["extends", " extends", "tables", "tables.ties"])
def test_no_setting_names_a_file(folder, path):
    with pytest.raises(RefusalError, match="names a file"):
        Tools(folder).show("two-patrons", {path: "../outside.yaml"})


def test_what_takes_too_long_is_given_up_and_leaves_nothing(folder):
    before = sorted(folder.iterdir())
    with pytest.raises(RefusalError, match="given up"):
        Tools(folder, seconds=0.1).run("us-withdrawal", "long")
    assert sorted(folder.iterdir()) == before


def test_an_assistant_is_told_what_there_is_and_what_is_refused(folder):
    async def talk(client: Any) -> Any:
        tools = (await client.list_tools()).tools
        checked = await client.call_tool("check", {"scenario": "wrong.yaml"})
        return tools, checked, await client.call_tool("show", {"scenario": "../x.yaml"})

    tools, checked, refused = asked(folder, talk)
    assert {t.name for t in tools} == {"list", "show", "check", "run", "compare", "why", "diff", "explain"}
    assert {t.name for t in tools if not t.annotations.read_only_hint} == {"run", "compare"}
    found = checked.structured_content
    assert not checked.is_error
    assert found["answer"]["ok"] is False
    assert found["answer"]["problems"][0]["line"] == 3
    assert found["answer"] == by_command(found["rerun"])
    assert refused.is_error
    assert "lies outside" in refused.content[0].text


@pytest.mark.docs
def test_every_answer_is_that_of_its_command(folder):
    questions: list[tuple[str, dict[str, Any]]] = [
        ("list", {}),
        ("show", {"scenario": "mine.yaml", "settings": {"patrons.USA.need": 0.9}}),
        ("check", {"scenario": "mine.yaml"}),
        ("explain", {"scenario": "mine.yaml", "path": "patrons.USA.mission"}),
        ("diff", {"first": "two-patrons", "second": "mine.yaml"}),
        ("run", {"scenario": "mine.yaml", "name": "first", "runs": 3, "seed": 2, "until": "2010Q2",
                 "settings": {"patrons.USA.need": 0.9}}),
        ("compare", {"first": "two-patrons", "second": "mine.yaml", "name": "second", "runs": 3, "until": "2010Q2"}),
        ("why", {"folder": "first", "about": ["USA", "KGZ", "base"]}),
    ]

    async def talk(client: Any) -> list[Any]:
        return [await client.call_tool(tool, words) for tool, words in questions]

    for (tool, _), came in zip(questions, asked(folder, talk), strict=True):
        assert not came.is_error, came.content
        found = came.structured_content
        assert json.loads(came.content[0].text) == found
        answer, again = found["answer"], by_command(found["rerun"])
        if tool in ("run", "compare"):
            assert answer["folder"] in ("first", "second")
            assert Path(again.pop("folder")) != Path(answer.pop("folder"))
        assert again == answer, tool
    assert not (folder.parent / "runs").exists()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    done = CliRunner().invoke(app, ["serve-tools", "--folder", str(tmp_path / "nowhere")])
    assert done.exit_code == 2
    assert "there is no such folder" in done.stderr


def test_the_server_ends_when_its_reader_does(folder):
    words = [sys.executable, "-m", "patronage", "serve-tools", "--folder", str(folder)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
