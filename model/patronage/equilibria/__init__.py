"""Games: patrons choose among strategies and levers, every profile is simulated with the same luck, and equilibria are told."""

# ruff: noqa: TC004  imported for type checkers alone, and loaded when they are used
from __future__ import annotations

from typing import TYPE_CHECKING

from ..moved import loaded_when_used

if TYPE_CHECKING:
    from .file import GameError, GameFile
    from .locating import game_names, list_games, looks_like_game
    from .playing import SolvedGame, game
    from .reading import load_game

__all__ = ["GameError", "GameFile", "SolvedGame", "game", "game_names", "list_games", "load_game", "looks_like_game"]

_HOMES = {
    "GameError": ".file",
    "GameFile": ".file",
    "SolvedGame": ".playing",
    "game": ".playing",
    "game_names": ".locating",
    "list_games": ".locating",
    "load_game": ".reading",
    "looks_like_game": ".locating",
}

loaded_when_used(__name__, _HOMES)
