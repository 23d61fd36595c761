"""Runs what a page of the documentation shows, in order, in an empty folder, and compares it with what comes.

    ```console            lines that begin with `$ ` are commands of a POSIX shell; what follows each is its output
    ```python             runs in the page's own namespace; a ```text block right after it is what it prints
    ```… title="file"     is written to that file of the folder and not run
    ```yaml               without a title: all of a page together are one scenario, which is checked and simulated
    ```text               elsewhere: only shown

`python tests/docs_pages.py docs/tutorial.md` runs a page and writes the outputs that came into it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
_TITLE = re.compile(r'title="([^"]+)"')

ESTIMATE = re.compile(r"^\S+: about .* more \(\d+ % is done\)\.\n", re.MULTILINE)
"""What a command says of the time that is left, where that is more than a minute: on a slow machine."""


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the file it is shown as, its text and the number of the line before its first."""

    language: str
    title: str
    text: str
    line: int

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Commands of a console block, each with the output that is shown."""
        found: list[tuple[str, str]] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif found and found[-1][0].endswith("\\") and line.startswith("> "):
                found[-1] = (found[-1][0] + "\n" + line[2:], "")
            elif not found:
                raise ValueError(f"line {self.line + 1}: a console block begins with `$ `")
            else:
                found[-1] = (found[-1][0], found[-1][1] + line + "\n")
        return found


def blocks(page: str) -> list[Block]:
    """All fenced blocks of a page, in order."""
    found = []
    for token in MarkdownIt("commonmark").parse(page):
        if token.type == "fence":
            assert token.map is not None
            language, _, rest = token.info.strip().partition(" ")
            title = _TITLE.search(rest)
            found.append(Block(language, title[1] if title else "", token.content, token.map[0] + 1))
    return found


@dataclass
class Difference:
    """An output that is not the one shown."""

    line: int
    what: str
    shown: str
    came: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}\n--- shown\n{self.shown}--- came\n{self.came}"


@dataclass
class Session:
    """A page being run in a folder."""

    name: str
    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "docs"})

    def command(self, line: str) -> str:
        """What a command writes to its output and its complaints, together."""
        tools = self.folder.parent / "tools"
        tools.mkdir(exist_ok=True)
        for tool, words in (("patronage", "-m patronage"), ("python", "")):
            script = tools / tool
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n', encoding="utf-8")
            script.chmod(0o755)
        path = [str(self.folder), *(p for p in sys.path if p)]
        environment = os.environ | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(path), "COLUMNS": "100",
            "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        done = subprocess.run(
            ["/bin/sh", "-c", line], cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, encoding="utf-8", check=False, timeout=900,
        )  # fmt: skip
        return ESTIMATE.sub("", done.stdout)

    def python(self, block: Block) -> str:
        """What a block prints."""
        out = io.StringIO()
        code = compile("\n" * block.line + block.text, self.name, "exec")
        with contextlib.redirect_stdout(out), contextlib.chdir(self.folder):
            exec(code, self.names)
        return out.getvalue()

    def scenario(self, text: str) -> None:
        """Check a scenario and simulate two runs of it: every dated event must fire."""
        from patronage import simulate
        from patronage.scenario import Dated, ScenarioError, load_text

        try:
            scenario = load_text(text, self.name)
        except ScenarioError as error:
            raise AssertionError(str(error)) from None
        fired = set(simulate(scenario, runs=2).events.query("what == 'fired'")["event"])
        dated = {e.name for e in scenario.events if isinstance(e.trigger, Dated)}
        assert dated <= fired, f"{self.name}: {', '.join(sorted(dated - fired))} did not fire"

    def file(self, block: Block) -> None:
        """Write a titled block where the page says it lies; what a pyproject.toml registers counts as installed."""
        target = self.folder / block.title
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")
        if target.name == "pyproject.toml":
            project = tomllib.loads(block.text)["project"]
            info = self.folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"  # as installers name it
            info.mkdir()
            head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
            (info / "METADATA").write_text(head, encoding="utf-8")
            lines = []
            for group, entries in project["entry-points"].items():
                lines += [f"[{group}]", *(f"{key} = {value}" for key, value in entries.items())]
            (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(page: Path, folder: Path) -> Iterator[Difference]:
    """Run all blocks of a page; every output that differs from the one shown. Blocks that fail raise."""
    folder.mkdir(parents=True, exist_ok=True)
    session = Session(page.name, folder)
    found = blocks(page.read_text(encoding="utf-8"))
    for i, block in enumerate(found):
        if block.title:
            session.file(block)
        elif block.language == "console":
            for line, shown in block.commands:
                came = session.command(line)
                if came != shown:
                    yield Difference(block.line, f"$ {line}", shown, came)
        elif block.language == "python":
            came = session.python(block)
            following = found[i + 1] if i + 1 < len(found) else None
            shown = following.text if following is not None and _answers(page, block, following) else ""
            if came != shown:
                yield Difference(block.line, "python", shown, came)
    scenario = "".join(b.text for b in found if b.language == "yaml" and not b.title)
    if scenario:
        session.scenario(scenario)


def _answers(page: Path, block: Block, following: Block) -> bool:
    """Whether a block of text stands right below a block of Python: nothing but an empty line between."""
    lines = page.read_text(encoding="utf-8").splitlines()
    end = block.line + len(block.text.splitlines()) + 1
    between = lines[end : following.line - 1]
    return following.language == "text" and not following.title and not any(line.strip() for line in between)


def rewritten(text: str, differences: list[Difference]) -> str:
    """The page with the outputs that came."""
    lines = text.splitlines(keepends=True)
    for d in sorted(differences, key=lambda d: d.line, reverse=True):
        body = lines[d.line :]
        if d.what == "python":
            stop = next(i for i, line in enumerate(body) if line.startswith("```"))
            shown = d.line + stop + 1
            opening = next(i for i, line in enumerate(lines[shown:], shown) if line.strip())
            if d.shown:
                closing = opening + 1 + len(d.shown.splitlines())
                lines[opening:closing + 1] = ["```text\n", d.came, "```\n"]
            else:
                lines[shown:shown] = ["\n", "```text\n", d.came, "```\n"]
            continue
        first = "$ " + d.what[2:].splitlines()[0]
        at = d.line + next(i for i, line in enumerate(body) if line.rstrip("\n") == first)
        at += len(d.what.splitlines())
        lines[at : at + len(d.shown.splitlines())] = [d.came]
    return "".join(lines)


def main(pages: list[str]) -> None:
    """Run pages and write what came into them."""
    for name in pages:
        page = Path(name).resolve()
        with tempfile.TemporaryDirectory() as place:
            differences = list(run(page, Path(place) / "page"))
        page.write_text(rewritten(page.read_text(encoding="utf-8"), differences), encoding="utf-8")
        sys.stdout.write(f"{page.name}: {len(differences)} outputs written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
