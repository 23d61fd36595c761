"""Commands about real series: tables brings files of their sources into the layout, build writes a scenario from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from .options import read_known, read_series
from .output import RefusalError, echo, note, plainly


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
    from patronage.data import commission
    from patronage.data.plausible import contradictions, oddities
    from patronage.data.tables import DataError

    asked = commission.Request(clients, patrons, start, end, known, base or (), axis, paths)
    try:
        commission.refuse_place(out)
        found = commission.commissioned(asked, *read_known(data), commission.beside(out).name)
        made = commission.put(out, found.written)
    except DataError as error:
        raise RefusalError(f"{error}.") from None
    except commission.RegionError as error:
        raise RefusalError(str(error)) from None
    region = found.region
    echo(f"Wrote {out}: {len(made.clients)} clients, {len(made.patrons)} patrons, {start} to {found.last}.")
    echo(f"{len(found.written.gaps)} figures fill gaps by a rule; each says so in its source. Bases at the start: {len(made.bases)}.")
    for line in commission.silent(found.tables, region.clients, region.patrons):
        note(line)
    remarks(oddities(region, made, found.last), "To be looked at before it is believed")
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
