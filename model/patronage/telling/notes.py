"""Notes that somebody writes at quarters of a run: what they may be, and how they travel in addresses, files and figures."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from patronage.scenario import Scenario, quarter_name
from patronage.scenario.names import CODE
from patronage.scenario.problems import nearest, shown
from patronage.scenario.quarters import parse_quarter, quarter_hint

from .packing import lines_of, parts

MOST_NOTES = 20
"""Of one run."""
LONGEST_NOTE = 280
"""Characters."""
LONGEST_PACKED = 8_000
"""Characters of all notes in an address, compressed."""
ABOUT = "# Notes written on the page:"
"""The line above notes in a scenario file."""
_WRITTEN = re.compile(rf"([0-9]{{4}}Q[1-4])(?: ({CODE.pattern}))?: (.+)")
_GIVEN = re.compile(rf"([^\s=:]+)(?:\s+({CODE.pattern}))?\s*[=:](.*)", re.DOTALL)
_BEFORE = "# note "
_MOST_BYTES = 4 * (LONGEST_NOTE + 30) * MOST_NOTES
DAMAGED = "The notes of this link cannot be read: copy it anew, whole"


@dataclass(frozen=True)
class Note:
    """A short text at a quarter."""

    quarter: int
    """As scenarios count quarters."""
    text: str
    client: str = ""
    """Code of the client that it is about, if it is about one."""

    @property
    def written(self) -> str:
        """As addresses and files have it: `2014Q1 KGZ: the base closes`."""
        return f"{quarter_name(self.quarter)}{' ' + self.client if self.client else ''}: {self.text}"


def noted(quarter: int, text: str, client: str = "") -> Note:
    """A note of what somebody typed: one line, without characters that nobody sees.

    Raises:
        ValueError: there is nothing to read, or too much.
    """
    seen = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    line = " ".join(seen.split())
    if not line:
        raise ValueError("The note is empty: write a few words")
    if len(line) > LONGEST_NOTE:
        raise ValueError(f"A note has {LONGEST_NOTE} characters at most, and this one {len(line)}: shorten it")
    return Note(quarter, line, client)


def counted(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Notes in the order of time. ValueError if they are too many for a run, or too long for a link."""
    if len(notes) > MOST_NOTES:
        raise ValueError(f"A run has {MOST_NOTES} notes at most: delete one first")
    if sum(len(value) for _, value in packed(notes)) > LONGEST_PACKED:
        raise ValueError("All notes together are too long for a link: shorten one first")
    return tuple(sorted(notes, key=lambda n: n.quarter))  # those of one quarter as they were written


def read_line(line: str) -> Note:
    """A note as `written` gives it. ValueError for anything else."""
    found = _WRITTEN.fullmatch(line)
    if found is None:
        raise ValueError(f"{line[:40]!r} is no note such as '2014Q1 KGZ: the base closes'")
    return noted(parse_quarter(found[1]), found[3], found[2] or "")


def place(scenario: Scenario, note: Note) -> str:
    """When and where: "2014Q1, Kyrgyzstan"."""
    whom = scenario.names.get(note.client, note.client)
    return f"{quarter_name(note.quarter)}{', ' + whom if whom else ''}"


def sentences(scenario: Scenario, notes: Sequence[Note]) -> tuple[str, ...]:
    """A numbered line each, as reports and figures show them."""
    return tuple(f"Note {n}, {place(scenario, note)}: {note.text}" for n, note in enumerate(notes, 1))


# --- in commands


def words(notes: Sequence[Note]) -> tuple[str, ...]:
    """What a command has to have these notes."""
    return tuple(word for n in notes for word in ("--note", n.written.replace(": ", "=", 1)))


def options(notes: Sequence[Note]) -> str:
    """The same at the end of its line."""
    return f" {shlex.join(words(notes))}" if notes else ""


def read_option(text: str) -> Note:
    """A note as `--note` takes it, with = or, as in files, a colon. ValueError for anything else."""
    found = _GIVEN.fullmatch(text)
    if found is None:
        raise ValueError("write --note QUARTER=TEXT, for example --note '2014Q1=The base closes', or QUARTER CLIENT=TEXT")
    try:
        quarter = parse_quarter(found[1])
    except ValueError:
        raise ValueError(f"{shown(found[1])} is no quarter. {quarter_hint(found[1])}") from None
    return noted(quarter, found[3], found[2] or "")


def fitting(scenario: Scenario, notes: Sequence[Note]) -> tuple[Note, ...]:
    """Notes in the order of time. ValueError if one is about a quarter or a client that a scenario has not, or they are too many."""
    for note in notes:
        if not scenario.start - 1 <= note.quarter <= scenario.end:  # one before the first: what was there at the beginning
            period = f"{quarter_name(scenario.start)} to {quarter_name(scenario.end)}"
            raise ValueError(f"{quarter_name(note.quarter)} lies outside the period of {scenario.name}, {period}")
        if note.client and note.client not in scenario.clients:
            raise ValueError(f"{scenario.name} has no client {note.client}. {nearest(note.client, scenario.clients)}")
    return counted(notes)


# --- in addresses


def packed(notes: Sequence[Note]) -> list[tuple[str, str]]:
    """Notes as parts of an address: readable ones, or compressed where they are long."""
    return parts("note", [n.written for n in notes])


def unpacked(found: Sequence[tuple[str, str]]) -> tuple[Note, ...]:
    """The notes among the parts of an address, which is anybody's text. ValueError if they are none, or too many."""
    try:
        lines = lines_of("note", found, _MOST_BYTES)
    except ValueError:
        raise ValueError(DAMAGED) from None
    return counted([read_line(line) for line in lines])


# --- in files


def commented(yaml: str, notes: Sequence[Note]) -> str:
    """A scenario file with notes as comments at its top, which change nothing of what it says."""
    return "".join(f"{line}\n" for line in (ABOUT, *(_BEFORE + n.written for n in notes))) + yaml if notes else yaml


def comments(yaml: bytes) -> tuple[Note, ...]:
    """Notes at the top of a scenario file; what is written otherwise is an ordinary comment."""
    found: list[Note] = []
    for line in yaml.decode("utf-8", "replace").split("\n"):
        if not line.startswith("#"):
            break
        if line.startswith(_BEFORE) and len(found) < MOST_NOTES:
            try:
                found.append(read_line(line.removeprefix(_BEFORE).rstrip("\r")))
            except ValueError:
                continue
    return counted(found)
