"""Commands as tools of the Model Context Protocol: an assistant asks, the command answers, and every answer says how to ask again.

Each call is the command itself with --json, in a process of its own that works in one folder: names of files are looked up there, and
nothing is read or written outside but what the package ships.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patronage.scenario.library import builtin_names

from .output import REFUSED, RefusalError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
INSTRUCTIONS = """Simulates how great powers bid for the favour of smaller states.
Begin with `list`, then `show` a scenario; `run` and `compare` simulate, `why` explains,
`explain` says what a number means and where it comes from.
Every answer has a line `rerun`, a command that gives the same answer again: cite it, with the number of runs and the
interval, whenever you state a number. Numbers are what the model gives, no forecasts."""
FILES = ("extends", "tables")
"""Where a scenario names files: settings may not."""


@dataclass(frozen=True)
class Tools:
    """What an assistant may ask, in one folder."""

    folder: Path
    most_runs: int = 1000
    """Of one ensemble."""
    seconds: float = 600.0
    """After which a command is given up; it has then written nothing."""

    def listed(self) -> dict[str, Any]:
        """The built-in scenarios, and scenario files and run folders that are here."""
        files = sorted(p.name for p in self.folder.glob("*.y*ml") if p.suffix in (".yaml", ".yml") and self._within(p))
        folders = sorted(p.parent.name for p in self.folder.glob("*/manifest.json") if self._within(p.parent))
        return self._asked(["list"]) | {"files": files, "folders": folders}

    def show(self, scenario: str, settings: Mapping[str, str | float] | None = None) -> dict[str, Any]:
        """A scenario in full: who plays, what they have, what happens, what is asked, every number with its source."""
        return self._asked(["show", self._scenario(scenario), *_settings(settings)])

    def check(self, scenario: str) -> dict[str, Any]:
        """Everything that is wrong with a scenario file, with line and column, and what does nothing in a right one."""
        return self._asked(["check", self._scenario(scenario)], also=(REFUSED,))

    def explain(self, scenario: str, path: str, settings: Mapping[str, str | float] | None = None) -> dict[str, Any]:
        """A number at a path such as patrons.USA.budget: meaning, value, unit, source, range; also a measure, or a word."""
        return self._asked(["explain", self._scenario(scenario), _word(path), *_settings(settings)])

    def diff(self, first: str, second: str) -> dict[str, Any]:
        """In what two scenarios differ, defaults included."""
        return self._asked(["diff", self._scenario(first), self._scenario(second)])

    def run(
        self, scenario: str, name: str, runs: int = 100, seed: int = 1, settings: Mapping[str, str | float] | None = None,
        until: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Simulate an ensemble into a new folder of that name; outcomes with intervals. `settings` change numbers or words by path."""
        words = ["run", self._scenario(scenario), *self._ensemble(runs, seed, until), *_settings(settings)]
        return self._asked(words, self._new(name))

    def compare(
        self, first: str, second: str, name: str, runs: int = 100, seed: int = 1, settings: Mapping[str, str | float] | None = None,
        until: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Simulate two scenarios with the same luck into a new folder of that name: the first less the second, pair by pair.

        `settings` hold for both. Names may also be those of run folders.
        """
        words = ["compare", self._source(first), self._source(second), *self._ensemble(runs, seed, until), *_settings(settings)]
        return self._asked(words, self._new(name))

    def why(self, folder: str, about: Sequence[str], since: str | None = None, until: str | None = None) -> dict[str, Any]:
        """Why something came about in a run folder: ["USA", "KGZ", "base"], ["RUS", "KGZ", "share"], ["KGZ", "coup"], an outcome."""
        span = [f"--{k}={_word(v)}" for k, v in (("since", since), ("until", until)) if v is not None]
        return self._asked(["why", self._held(folder), *map(_word, about), *span])

    # --- what is allowed ---

    def _within(self, path: Path) -> bool:
        """Whether a path lies in the folder, wherever links lead."""
        return path.resolve().is_relative_to(self.folder.resolve())

    def _scenario(self, name: str) -> str:
        """A built-in name, or a file of the folder."""
        if name in builtin_names("scenarios"):
            return name
        if not self._within(self.folder / _word(name)):
            raise RefusalError(f"{name} lies outside {self.folder}: name a built-in scenario or a file in this folder.")
        return name

    def _held(self, name: str) -> str:
        """A folder of the folder."""
        if not self._within(self.folder / _word(name)) or not (self.folder / name).is_dir():
            raise RefusalError(f"{name}: there is no such folder in {self.folder}.")
        return name

    def _source(self, name: str) -> str:
        return self._held(name) if (self.folder / _word(name)).is_dir() else self._scenario(name)

    def _new(self, name: str) -> str:
        """A name of a folder to make."""
        if not NAME.fullmatch(name):
            raise RefusalError(f"{name!r}: give the folder a plain name of letters, digits, - and _, such as first-look.")
        if os.path.lexists(self.folder / name):
            raise RefusalError(f"{name} exists already in {self.folder}: choose another name.")
        return name

    def _ensemble(self, runs: int, seed: int, until: str | None) -> list[str]:
        if not 1 <= runs <= self.most_runs:
            raise RefusalError(f"runs: from 1 to {self.most_runs} here.")
        return ["--runs", str(runs), "--seed", str(seed), "--no-figures", *([f"--until={until}"] if until is not None else [])]

    # --- asking ---

    def _asked(self, words: Sequence[str], out: str | None = None, also: Sequence[int] = ()) -> dict[str, Any]:
        """What a command answers, beside the line that asks it again and what it remarks; `also`: exit codes that are answers too."""
        asked = [*words, *(["--out", out] if out is not None else []), "--json"]
        try:
            done = subprocess.run(  # noqa: S603  # this program, and words that are no options
                [sys.executable, "-m", "patronage", *asked], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"}, timeout=self.seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise RefusalError(f"This took more than {self.seconds:.0f} s and was given up: fewer runs take less.") from None
        if done.returncode not in (0, *also) or not done.stdout.strip():
            raise RefusalError(done.stderr.strip() or f"The command ended with {done.returncode}.")
        again = shlex.join(["patronage", *words, "--json"])
        rerun = f"cd {shlex.quote(str(self.folder.resolve()))} && {again}"
        return {"rerun": rerun, "answer": json.loads(done.stdout), "remarks": done.stderr.strip().splitlines()}


def _word(text: str) -> str:
    """A word of a command line that is no option."""
    if not text.strip() or text.startswith("-") or "\0" in text:
        raise RefusalError(f"{text!r} is no name.")
    return text


def _settings(given: Mapping[str, str | float] | None) -> list[str]:
    for path in given or {}:
        if _word(path).partition(".")[0].strip() in FILES:
            raise RefusalError(f"{path} names a file, and settings are numbers and words.")
    return [f"--set={path}={value}" for path, value in (given or {}).items()]
