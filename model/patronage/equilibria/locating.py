"""Which files are games, and where the built-in ones lie."""

from __future__ import annotations

from pathlib import Path

from ..scenario import Listed
from ..scenario.library import builtin_dir
from ..scenario.loading import list_files
from ..scenario.problems import Problems
from ..scenario.reading import parse, read_file


def games_dir() -> Path:
    """Where the built-in games lie: beside the experiments."""
    return builtin_dir("experiments") / "games"


def game_names() -> tuple[str, ...]:
    """Names of the built-in games, sorted."""
    return tuple(sorted(p.stem for p in games_dir().glob("*.yaml")))


def locate_game(source: str | Path) -> Path | None:
    """The file of a built-in game, or of a path."""
    if isinstance(source, str) and source in game_names():
        return games_dir() / f"{source}.yaml"
    try:
        return Path(source) if Path(source).exists() else None
    except (OSError, ValueError):  # a name no file can have
        return None


def looks_like_game(source: str | Path) -> bool:
    """Whether a file is meant as a game, right or wrong: it has players."""
    path = locate_game(source)
    if path is None or not path.is_file():
        return False
    problems = Problems()
    text = read_file(path, str(path), problems)
    root = parse(text, str(path), problems) if text is not None else None
    return root is not None and "players" in (root.entries or {})


def list_games() -> list[Listed]:
    """The built-in games, sorted by name."""
    return list_files(games_dir() / f"{name}.yaml" for name in game_names())
