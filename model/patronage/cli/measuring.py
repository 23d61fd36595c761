"""The command that rebuilds the index of influence from public tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from .options import Json, read_series
from .output import RefusalError, echo, echo_json, note, plainly

if TYPE_CHECKING:
    import pandas as pd

    from patronage.data.index import Indexed, Treaties

DIGITS = 6
"""Decimals of the table that is written."""


@plainly
def measure(
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Folder with country_year and dyad_year tables.", show_default=False)
    ],
    patrons: Annotated[
        str | None, typer.Option(metavar="CODES", help="Only these patrons, with commas. Default: all.", show_default=False)
    ] = None,
    clients: Annotated[
        str | None, typer.Option(metavar="CODES", help="Write only these clients. Default: all.", show_default=False)
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1800, max=2200, help="Year that is told. Default: the last one known.", show_default=False)
    ] = None,
    treaties: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Your own table of treaties, or `none`. Default: the project's.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Table to write, .csv or .parquet; it must not exist.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Rebuild the index of influence (FBIC), part by part, for any patron, state and year, and check it by what is published."""
    from patronage.data.index import measure as rebuild
    from patronage.data.index.text import index_text
    from patronage.data.tables import DataError

    if out is not None:
        writable(out)
    agreed = table_of(treaties)
    tables = read_series(data)
    try:
        found = rebuild(tables, agreed)
    except DataError as error:
        raise RefusalError(f"--data {data} is not enough for the index (docs/measure.md):\n{error}") from None
    chosen = picked("--patrons", patrons, found.patrons)
    buyers = picked("--clients", clients, sorted(set(found.pairs.get_level_values("client"))))
    of_year, frame = shown_year(found, year), found.frame()
    frame = frame[frame["patron"].isin(chosen) & frame["client"].isin(buyers)].reset_index(drop=True)
    if as_json:
        from patronage.reports.json_results import records

        echo_json({"year": of_year, "rows": records(frame[frame["year"] == of_year])})
    else:
        echo(index_text(found, tables, agreed, chosen, of_year))
    if out is not None:
        put(frame, out)
        (note if as_json else echo)(f"Wrote {out}: {len(frame)} rows.")


def writable(out: Path) -> None:
    """The table's name must be free and say its kind."""
    if out.suffix not in (".csv", ".parquet") or not out.parent.is_dir():
        raise RefusalError(f"{out}: name a file that ends in .csv or .parquet, in a folder that exists")
    if out.exists() or out.is_symlink():
        raise RefusalError(f"{out} exists already: choose another name")


def table_of(name: str | None) -> Treaties:
    """The treaties that are meant."""
    from patronage.data.index import Treaties, read_treaties, shipped_treaties
    from patronage.data.tables import TableError

    if name is None:
        return shipped_treaties()
    if name == "none":
        return Treaties.none()
    if not Path(name).is_file():
        raise RefusalError(f"--treaties {name}: there is no such file; give a table (docs/measure.md), or `none`")
    try:
        return read_treaties(Path(name))
    except TableError as error:
        raise RefusalError(str(error)) from None


def picked(option: str, text: str | None, allowed: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Codes given with commas, in the order given; all of them without any. All that are wrong are named at once."""
    from patronage.scenario.problems import nearest

    if text is None:
        return tuple(allowed)
    given = [c.strip().upper() for c in text.split(",") if c.strip()]
    wrong = [f"{option}: no rows for {c!r}. {nearest(c, allowed)}." for c in given if c not in allowed]
    if wrong or not given:
        raise RefusalError("\n".join(wrong) or f"{option} needs a code, or several with commas between")
    return tuple(dict.fromkeys(given))


def shown_year(found: Indexed, year: int | None) -> int:
    """The year that is told: the one asked for, else the last of which anything is known."""
    known = found.years[np.isfinite(found.parts["index"]).any(axis=0)]
    if not len(known):
        raise RefusalError("these tables give no index for any pair and year: trade, GDP and arms must be known together")
    if year is not None and year not in known:
        raise RefusalError(f"--year {year}: the index can be rebuilt for {known.min()} to {known.max()}")
    return int(year if year is not None else known.max())


def put(frame: pd.DataFrame, out: Path) -> None:
    """Write the table under its name, whole or not at all."""
    draft = out.with_name(f".{out.name}.partial")
    try:
        if out.suffix == ".csv":
            frame.round(DIGITS).to_csv(draft, index=False, lineterminator="\n")
        else:
            frame.to_parquet(draft, index=False)
        draft.rename(out)
    finally:
        draft.unlink(missing_ok=True)


COMMANDS = (measure,)
