"""The command that draws landscapes of alignment."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Json
from .output import RefusalError, echo, echo_json, plainly, progress_bar

if TYPE_CHECKING:
    from patronage.runs.landscape import LandscapeInput


class Sizes(StrEnum):
    """What makes an actor large."""

    equal = "equal"
    gdp = "gdp"


@plainly
def landscape(
    folder: Annotated[
        Path | None, typer.Argument(metavar="RUN", help="A folder that run or compare has made.", show_default=False)
    ] = None,
    quarter: Annotated[
        str | None, typer.Option(metavar="QUARTER", help="Default: the last that the folder holds.", show_default=False)
    ] = None,
    actors: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Only these, 2 to 20 patrons and clients.", show_default=False),
    ] = None,
    run: Annotated[int | None, typer.Option(help="One run instead of the mean of all.", show_default=False)] = None,
    sizes: Annotated[Sizes, typer.Option(help="Every actor counts once, or by GDP.")] = Sizes.equal,
    matrix: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Your own propensities and sizes instead of a run.", show_default=False),
    ] = None,
    neutral: Annotated[float, typer.Option(help="With --matrix: the number that means indifference.")] = 0.0,
    as_json: Json = False,
) -> None:
    """Say into which two blocs a region would fall (landscape theory): energy, minima, basins, nearness."""
    from patronage.reports import ComparisonFolder, FolderError, open_folder
    from patronage.runs.landscape import QuestionError, region_of

    if (folder is None) == (matrix is None):
        raise RefusalError("landscape needs a run folder or --matrix FILE.csv, one of the two")
    if matrix is not None:
        if quarter or actors or run is not None or sizes is not Sizes.equal:
            raise RefusalError("--quarter, --actors, --run and --sizes are about a run folder, not about --matrix")
        from patronage.reports.matrix import read_matrix

        answer([read_matrix(matrix, neutral)], as_json)
        return
    assert folder is not None
    named = [code.strip() for code in actors.split(",") if code.strip()] if actors is not None else []
    try:
        held = open_folder(folder)
        folders = [held.run(name) for name in held.names] if isinstance(held, ComparisonFolder) else [held]
        found = []
        for one in folders:
            with progress_bar(f"{one.path.name}, {one.runs if run is None else 1} runs") as advance:
                found.append(region_of(one, quarter, named, run, sizes.value, advance))
    except (FolderError, QuestionError) as error:
        raise RefusalError(f"{error}.") from None
    answer(found, as_json)


def answer(regions: list[LandscapeInput], as_json: bool) -> None:
    """One landscape below the other; for programs one mapping, or a list of several."""
    if as_json:
        from patronage.reports.json_answers import landscape_json

        found = [landscape_json(region) for region in regions]
        echo_json(found[0] if len(found) == 1 else found)
        return
    from patronage.reports.landscape import landscape_text

    echo("\n\n\n".join(landscape_text(region) for region in regions))


COMMANDS = (landscape,)
