"""The command `patronage`: the only room that prints."""

from __future__ import annotations


def main() -> None:
    """Entry point of the command."""
    from .app import app

    app(prog_name="patronage")
