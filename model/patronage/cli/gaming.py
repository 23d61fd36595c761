"""The command that plays a game between patrons."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .needs import duration
from .options import Json
from .output import RefusalError, echo, echo_json, kept, plainly, progress_bar
from .results import HOME

if TYPE_CHECKING:
    from patronage.equilibria import GameFile


@plainly
def game(
    file: Annotated[str, typer.Argument(metavar="GAME", help="A built-in name or a file.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder to make or to go on in. Default: one in runs/.", show_default=False),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; no number depends on it.")] = 1,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the payoffs, or leave them out.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Measure a sample and say what it would take.")] = False,
    as_json: Json = False,
) -> None:
    """Say what each player of a game does, given what the others do: best answers, dominated choices, equilibria.

    For example: patronage game kyrgyzstan
    """
    from patronage.answers import MissingExtraError
    from patronage.equilibria import GameError, load_game

    loaded = load_game(file)
    if dry_run:
        echo(forecast(loaded, workers))
        return
    folder = out or HOME / f"game-{loaded.name}-seed{loaded.seed}"
    command = shlex.join(["patronage", "game", file, *(["--out", str(out)] if out is not None else [])])
    try:
        _play(loaded, folder, command, workers, figures, as_json)
    except GameError as error:
        raise RefusalError(f"{error}.") from None
    except MissingExtraError as error:
        raise RefusalError(str(error)[:1].upper() + str(error)[1:]) from None


def _play(loaded: GameFile, folder: Path, command: str, workers: int, figures: bool, as_json: bool) -> None:
    """Simulate what is missing, write the folder, say what was found."""
    from patronage.equilibria import game as play
    from patronage.reports.equilibria import game_json, game_text, game_to_folder

    with kept(folder, command), progress_bar(f"{loaded.name}, {len(loaded.profiles)} profiles") as advance:
        found = play(loaded, out=folder, workers=workers, progress=advance)
    game_to_folder(found, folder, command, figures)
    if as_json:
        echo_json(game_json(found))
        return
    echo(game_text(found))
    echo_places(folder)


def echo_places(folder: Path) -> None:
    """Where the report and the figure of a game lie."""
    for what, place in (("Report", folder / "report.html"), ("Figures", folder / "figures"), ("Folder", folder)):
        if place.exists():
            echo(f"{what:<8} {place}")


def forecast(loaded: GameFile, workers: int) -> str:
    """Players, profiles, runs and time."""
    from patronage.equilibria.profiles import pace

    few, most = loaded.simulations
    seconds = [pace(loaded) * n / workers for n in (few, most)]
    who = "1 process" if workers == 1 else f"{workers} processes"
    choices = "; ".join(f"{p.name} {len(p.options)}" for p in loaded.players)
    return "\n".join([
        f"Players    {choices} choices",
        f"Profiles   {len(loaded.profiles):,}",
        f"Runs       {few:,}, {loaded.runs:,} of each; at most {most:,}, where best answers cannot be told",
        f"Time       about {duration(seconds[0])}, at most {duration(seconds[1])}, with {who}",
    ])  # fmt: skip


COMMANDS = (game,)
