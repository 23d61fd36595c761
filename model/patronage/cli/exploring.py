"""The command that writes a page to look about in the runs of a folder."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path
from typing import Annotated

import typer

from .options import Json, refuse_existing
from .output import RefusalError, echo, echo_json, plainly


@plainly
def explore(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of a sweep, finished or not, or of a run.", show_default=False)
    ],
    outcome: Annotated[
        list[str] | None,
        typer.Option("--outcome", metavar="NAME", help="Only this outcome; may be given several times.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="File to write. Default: a new one, explore.html, in DIR.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a page to look about in thousands of runs: brush axes, filter, repeat a run. One file, opens offline.

    For example: patronage explore sweep --out runs.html
    """
    if out is not None:
        refuse_existing(out, "choose another file with --out, or remove it first")
    from patronage.batch.folders import FolderError
    from patronage.browser.assets import NoScriptError
    from patronage.browser.exploring import explore as write

    from .analysis import refuse_no_sweep

    refuse_no_sweep(folder)
    names = chain(("explore.html",), (f"explore-{n}.html" for n in count(2)))
    target = out or next(folder / name for name in names if not (folder / name).exists())
    try:
        found = write(folder, target, outcome or ())
    except (FolderError, NoScriptError) as error:
        raise RefusalError(f"{error}.") from None
    except KeyError as error:
        raise RefusalError(f"--outcome {error.args[0]}: {folder} has no such outcome.") from None
    factors = [c.name for c in found.columns if c.role != "outcome"]
    outcomes = [c.name for c in found.columns if c.role == "outcome"]
    if as_json:
        from patronage.formats import FORMAT

        echo_json({"format": FORMAT, "kind": "explorer", "folder": str(folder), "file": str(target), "title": found.title,
                   "runs": found.runs, "shown": len(found.rows), "factors": factors, "outcomes": outcomes,
                   "command": f"patronage explore {folder}"})  # fmt: skip
        return
    echo(f"{found.title}: {len(found.rows)} runs, {len(factors)} factors, {len(outcomes)} outcomes.")
    for remark in found.remarks:
        echo(remark)
    echo(f"Page     {target}")


COMMANDS = (explore,)
