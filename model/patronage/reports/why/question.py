"""What is asked about, and who answers."""

from __future__ import annotations

from typing import Any

from patronage.reports.why.contracts import contract_text
from patronage.results.contracts import BASE, Contract, kinds_of
from patronage.results.ensemble import Statistics


class NothingToExplainError(ValueError):
    """The question is about something that does not exist in the run."""


def why_text(source: Any, patron: str, client: str, what: str = BASE) -> str:
    """Explain what happened to a patron's contract in a client: over all runs, and in one typical run.

    Raises:
        NothingToExplainError: unknown patron or client, or something that cannot be explained is asked about.
    """
    s = source if isinstance(source, Statistics) else Statistics(source)
    kinds = kinds_of(s)
    if what not in kinds:
        raise NothingToExplainError(f"only a {' or a '.join(kinds)} can be explained here, not {what!r}")
    for code, axis in ((patron, "patron"), (client, "client")):
        if code not in s.coords[axis]:
            raise NothingToExplainError(f"{code!r} is no {axis} here: one of {', '.join(s.coords[axis])}")
    return contract_text(s, Contract(patron, client, what))
