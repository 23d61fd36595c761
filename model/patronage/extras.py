"""How to install what only some commands need. The extras are those of pyproject.toml."""

from __future__ import annotations


def how_to_install(extra: str) -> str:
    """The command, for whoever has a clone: there is no released package that an index could give."""
    return f'python -m pip install ".[{extra}]" in the folder of the clone'
