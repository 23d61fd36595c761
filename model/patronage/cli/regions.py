"""Commands about real series: tables brings files of their sources into the layout, build writes a scenario from them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from .options import read_known, read_series
from .output import RefusalError, echo, note, plainly

if TYPE_CHECKING:
    from patronage.data.builder import BuiltScenario
    from patronage.data.region_states import BaseAtStart
    from patronage.data.tables import Tables
    from patronage.scenario import Scenario


@plainly
def build(
    clients: Annotated[str, typer.Option(metavar="CODES", help="Codes of the clients, with commas.", show_default=False)],
    patrons: Annotated[str, typer.Option(metavar="CODES", help="Codes of the patrons, two or more.", show_default=False)],
    start: Annotated[int, typer.Option(min=1900, max=2200, help="First year.", show_default=False)],
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Folder with country_year and dyad_year tables.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The scenario to write; it must not exist.", show_default=False)
    ],
    end: Annotated[
        int | None, typer.Option(min=1900, max=2200, help="Last year. Default: the last one the tables know.", show_default=False)
    ] = None,
    known: Annotated[
        int | None, typer.Option(min=1900, max=2200, help="Read nothing later than this year.", show_default=False)
    ] = None,
    base: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOLDER:HOST[:RENT[:UNTIL]]",
            help="A base at the start: its rent in MUSD a year, the last year of its term (five years, if none is given).",
            show_default=False,
        ),
    ] = None,
    axis: Annotated[
        str | None,
        typer.Option(
            metavar="PLUS:MINUS",
            help="The two poles, patrons both. Default: those between whom the clients' arms, pledges and votes differ most.",
            show_default=False,
        ),
    ] = None,
    paths: Annotated[bool, typer.Option("--paths/--no-paths", help="Let growth, trade and violence follow their known paths.")] = True,
) -> None:
    """Write a whole scenario of any region from real series, every figure with source and year, every gap flagged."""
    from patronage.data.bases import abroad, at_start
    from patronage.data.blocs import shipped_blocs
    from patronage.data.builder import build_region
    from patronage.data.plausible import contradictions, oddities
    from patronage.data.region import Region
    from patronage.data.tables import DataError

    free(out)
    if out.suffix not in (".yaml", ".yml") or not out.parent.is_dir():
        raise RefusalError(f"{out}: name a file that ends in .yaml, in a folder that exists")
    tables, lists = read_known(data)
    if known is not None:
        tables = tables.until(known)
    sellers, buyers = codes("--clients", clients, tables, 1), codes("--patrons", patrons, tables, 2)
    last = end if end is not None else max(tables.known, start)
    if not start <= last < start + 200:
        raise RefusalError(f"--end {last}: name a year from {start} to {start + 199}")
    try:
        there, covered = at_start(tables, lists, buyers, sellers, start, bases(base or (), buyers, sellers, start))
        eve = min(start - 1, tables.known)
        entries, reach = shipped_blocs().entries(sellers, buyers, eve), abroad(tables, lists, eve)
        ends = None if axis is None else poles(axis, buyers)
        region = Region(tables, sellers, buyers, start, there, covered, reach, ends, entries)
        written = build_region(region, last, tables.names, paths, beside(out).name)
    except DataError as error:
        raise RefusalError(f"{error}.") from None
    made = put(out, written)
    echo(f"Wrote {out}: {len(made.clients)} clients, {len(made.patrons)} patrons, {start} to {last}.")
    echo(f"{len(written.gaps)} figures fill gaps by a rule; each says so in its source. Bases at the start: {len(made.bases)}.")
    for line in silent(tables, sellers, buyers):
        note(line)
    remarks(oddities(region, made, last), "To be looked at before it is believed")
    for name, lines in contradictions(made).items():
        remarks(lines, f"The scenario {name} of this project says otherwise")
    if not made.bases:
        note("No base is known at the start: state those you know with --base HOLDER:HOST:RENT:UNTIL.")
    echo(f"Next: patronage show {out}, then patronage run {out}")


MOST_REMARKS = 12
"""Lines of one kind that are said; the others are counted."""


def remarks(lines: Sequence[str], head: str) -> None:
    """Say what was noticed, under a head."""
    if lines:
        more = [f"... and {len(lines) - MOST_REMARKS} more"] if len(lines) > MOST_REMARKS else []
        note("\n".join([f"{head}:", *(f"  {line}" for line in [*lines[:MOST_REMARKS], *more])]))


def free(target: Path) -> None:
    """Nothing is ever overwritten."""
    if target.exists() or target.is_symlink():
        raise RefusalError(f"{target} exists already: choose another name")


def put(out: Path, written: BuiltScenario) -> Scenario:
    """Write a scenario and its tables, once they were seen to load; on any failure nothing stays."""
    from patronage.scenario import ScenarioError, load_scenario
    from patronage.scenario.layers import label_of

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
            raise RefusalError(f"{refusal}\n{lines}") from None
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


def codes(option: str, text: str, tables: Tables, least: int) -> tuple[str, ...]:
    """Codes given with commas, sorted; all that are wrong are named at once."""
    from patronage.scenario.problems import nearest

    given = [c.strip().upper() for c in text.split(",") if c.strip()]
    wrong = [f"{option}: no rows for {c!r}. {nearest(c, tables.states)}." for c in given if c not in tables.states]
    wrong += [f"{option}: {c} stands twice" for c in sorted({c for c in given if given.count(c) > 1})]
    if len(given) < least:
        wrong.append(f"{option} needs {'two codes' if least == 2 else 'a code'} at least, with commas between: KGZ,TJK")
    if wrong:
        raise RefusalError("\n".join(wrong))
    return tuple(sorted(given))


def poles(text: str, patrons: Sequence[str]) -> tuple[str, str]:
    """The two poles as stated."""
    plus, _, minus = text.upper().partition(":")
    if plus not in patrons or minus not in patrons or plus == minus:
        raise RefusalError(f"--axis {text}: write PLUS:MINUS, two of the patrons {', '.join(patrons)}")
    return plus, minus


MOST_TERM = 100
"""Years of a base's term, at most (scenario files: 400 quarters)."""


def bases(given: Sequence[str], holders: Sequence[str], hosts: Sequence[str], start: int) -> tuple[BaseAtStart, ...]:
    """Bases stated on the command line."""
    from patronage.data.region_states import BaseAtStart

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
            raise RefusalError(
                f"--base {text}: write HOLDER:HOST, HOLDER:HOST:RENT or HOLDER:HOST:RENT:UNTIL, "
                "a patron, a client, MUSD a year, the last year of its term"
            )
        if last is not None and not 0 <= last // 4 - start < MOST_TERM:
            raise RefusalError(f"--base {text}: write a last year from {start} to {start + MOST_TERM - 1}")
        found.append(BaseAtStart(holder, host, paid, "stated on the command line", last))
    return tuple(found)


@plainly
def tables(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files as the World Bank or SIPRI hand them out.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to make; it must not exist.", show_default=False)
    ],
    onto: Annotated[
        Path | None,
        typer.Option("--onto", metavar="DIR", help="Folder of tables to add to; it is not changed.", show_default=False),
    ] = None,
) -> None:
    """Bring files of the World Bank and SIPRI, as they hand them out, into the layout that build reads."""
    from patronage.batch.folders import new_folder
    from patronage.data.native import convert, write_tables
    from patronage.data.native.names import MissingCodesError
    from patronage.data.tables import SERIES

    try:
        below = None if onto is None else read_series(onto, "--onto")
        converted = convert(files, below)
    except MissingCodesError as error:
        raise RefusalError(str(error)) from None
    try:
        with new_folder(out) as folder:
            write_tables(converted, folder)
    except FileExistsError as error:
        raise RefusalError(f"{error}.") from None
    for line in converted.remarks:
        echo(line)
    for line in converted.left:
        note(line)
    states = converted.country.index.get_level_values("iso3").nunique()
    pairs = len(converted.dyad.index.droplevel("year").unique())
    echo(f"Wrote {out}: {states} states, {pairs} pairs of patron and client, {len(converted.sources)} series from files.")
    if converted.missing:
        wanted = ", ".join(f"{c} ({SERIES[c].cited})" for c in converted.missing)
        note(f"build needs also {wanted}.")
    elif not pairs:
        note("No pair of patron and client is known: build will fill every tie by a rule, and say so.")


COMMANDS = (build, tables)
