"""A whole region asked for by codes and years, and written as a scenario file with its tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from ..scenario import Scenario, ScenarioError, load_scenario
from ..scenario.layers import label_of
from ..scenario.problems import nearest
from .bases import BaseList, abroad, at_start
from .blocs import shipped_blocs
from .builder import BuiltScenario, build_region
from .region import Region
from .region_states import BaseAtStart
from .tables import Tables


class RegionError(ValueError):
    """A region that cannot be built, or a file that cannot be written; every reason."""


@dataclass(frozen=True)
class Request:
    """The words of `patronage build`."""

    clients: str | Sequence[str]
    """Codes; a text has commas between them."""
    patrons: str | Sequence[str]
    start: int
    end: int | None = None
    """Last year; None: the last that the tables know."""
    known: int | None = None
    """Nothing later than this year is read."""
    base: Sequence[str] = ()
    """HOLDER:HOST[:RENT[:UNTIL]] each."""
    axis: str | None = None
    """PLUS:MINUS"""
    paths: bool = True


@dataclass(frozen=True)
class Commissioned:
    """A region as it will be written."""

    tables: Tables
    region: Region
    last: int
    written: BuiltScenario


def commissioned(asked: Request, tables: Tables, lists: BaseList, folder: str) -> Commissioned:
    """The region that is asked for; `folder`: name of the folder of its tables. Raises RegionError, and DataError of the tables."""
    if asked.known is not None:
        tables = tables.until(asked.known)
    sellers, buyers = codes("--clients", asked.clients, tables, 1), codes("--patrons", asked.patrons, tables, 2)
    start, last = asked.start, asked.end if asked.end is not None else max(tables.known, asked.start)
    if not start <= last < start + 200:
        raise RegionError(f"--end {last}: name a year from {start} to {start + 199}")
    there, covered = at_start(tables, lists, buyers, sellers, start, bases(asked.base, buyers, sellers, start))
    eve = min(start - 1, tables.known)
    entries, reach = shipped_blocs().entries(sellers, buyers, eve), abroad(tables, lists, eve)
    ends = None if asked.axis is None else poles(asked.axis, buyers)
    region = Region(tables, sellers, buyers, start, there, covered, reach, ends, entries)
    return Commissioned(tables, region, last, build_region(region, last, tables.names, asked.paths, folder))


def refuse_place(out: Path) -> None:
    """The file's name must be free and say its kind."""
    free(out)
    if out.suffix not in (".yaml", ".yml") or not out.parent.is_dir():
        raise RegionError(f"{out}: name a file that ends in .yaml, in a folder that exists")


def free(target: Path) -> None:
    """Nothing is ever overwritten."""
    if target.exists() or target.is_symlink():
        raise RegionError(f"{target} exists already: choose another name")


def put(out: Path, written: BuiltScenario) -> Scenario:
    """Write a scenario and its tables, once they were seen to load; on any failure nothing stays."""
    if written.tables:
        free(beside(out))
    with TemporaryDirectory(prefix=f".{out.name}.partial-", dir=out.parent) as place:
        draft = Path(place) / out.name
        for name, text in written.tables.items():
            beside(draft).mkdir(exist_ok=True)
            (beside(draft) / name).write_text(text, encoding="utf-8")
        draft.write_text(written.text, encoding="utf-8")
        try:
            made = load_scenario(draft)
        except ScenarioError as error:
            lines = str(error).replace(f"{label_of(Path(place))}/", "")
            refusal = "These series give a scenario that is not valid, so that nothing was written. It would be refused for:"
            raise RegionError(f"{refusal}\n{lines}") from None
        try:
            if written.tables:
                beside(draft).rename(beside(out))
            publish(draft, out)
        except BaseException:
            if written.tables and not beside(draft).exists():
                rmtree(beside(out), ignore_errors=True)
            raise
    return made


def publish(draft: Path, out: Path) -> None:
    """Give a finished file its name, which must be free."""
    try:
        os.link(draft, out)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        draft.rename(out)


def silent(tables: Tables, clients: Sequence[str], patrons: Sequence[str]) -> list[str]:
    """What to say of patrons and clients of whose ties nothing is known."""
    gaps = "what is filled by rules says so in its source"
    if not len(tables.dyad):
        return [f"dyad_year has no rows: nothing is known of any pair of patron and client; {gaps}."]
    heard = {(p, c) for c in clients for p in tables.patrons_of(c)}
    mute = [p for p in patrons if not any((p, c) in heard for c in clients)]
    mute += [c for c in clients if not any((p, c) in heard for p in patrons) and c not in mute]
    return [f"dyad_year has no rows for {', '.join(mute)}: nothing is known of these ties; {gaps}."] if mute else []


def beside(out: Path) -> Path:
    """The folder of the tables of a wide region."""
    return out.with_suffix("")


def codes(option: str, given_codes: str | Sequence[str], tables: Tables, least: int) -> tuple[str, ...]:
    """Codes in order, from a text with commas between them or one by one; all that are wrong are named at once."""
    words = given_codes.split(",") if isinstance(given_codes, str) else given_codes
    given = [c.strip().upper() for c in words if c.strip()]
    wrong = [f"{option}: no rows for {c!r}. {nearest(c, tables.states)}." for c in given if c not in tables.states]
    wrong += [f"{option}: {c} stands twice" for c in sorted({c for c in given if given.count(c) > 1})]
    if len(given) < least:
        wrong.append(f"{option} needs {'two codes' if least == 2 else 'a code'} at least, with commas between: KGZ,TJK")
    if wrong:
        raise RegionError("\n".join(wrong))
    return tuple(sorted(given))


def poles(text: str, patrons: Sequence[str]) -> tuple[str, str]:
    """The two poles as stated."""
    plus, _, minus = text.upper().partition(":")
    if plus not in patrons or minus not in patrons or plus == minus:
        raise RegionError(f"--axis {text}: write PLUS:MINUS, two of the patrons {', '.join(patrons)}")
    return plus, minus


MOST_TERM = 100
"""Years of a base's term, at most (scenario files: 400 quarters)."""


def bases(given: Sequence[str], holders: Sequence[str], hosts: Sequence[str], start: int) -> tuple[BaseAtStart, ...]:
    """Bases stated on the command line."""
    found = []
    for text in given:
        holder, _, rest = text.upper().partition(":")
        host, _, rest = rest.partition(":")
        rent, _, until = rest.partition(":")
        try:
            paid = float(rent) if rent else None
            last = 4 * int(until) + 3 if until else None
        except ValueError:
            paid, last = -1.0, None
        if holder not in holders or host not in hosts or holder == host or (paid is not None and not 0 <= paid < 1e6):
            raise RegionError(
                f"--base {text}: write HOLDER:HOST, HOLDER:HOST:RENT or HOLDER:HOST:RENT:UNTIL, "
                "a patron, a client, MUSD a year, the last year of its term"
            )
        if last is not None and not 0 <= last // 4 - start < MOST_TERM:
            raise RegionError(f"--base {text}: write a last year from {start} to {start + MOST_TERM - 1}")
        found.append(BaseAtStart(holder, host, paid, "stated on the command line", last))
    return tuple(found)
