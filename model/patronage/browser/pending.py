"""What waits for Reset, beside what is in force."""

from __future__ import annotations

from collections.abc import Mapping

TAKEN_BACK = "as in the scenario"
"""In place of a value: a change that Reset takes back."""
Changes = tuple[tuple[str, str], ...]


def pending(wanted: Mapping[str, str], changes: Changes) -> dict[str, str]:
    """By path what Reset would make of changes in force, where other ones are wanted."""
    now = dict(changes)
    new = {path: value for path, value in wanted.items() if now.get(path) != value}
    return new | {path: TAKEN_BACK for path in now if path not in wanted}


def wanted(changes: Changes, waits: Mapping[str, str]) -> dict[str, str]:
    """The changes in force with those that wait: what `pending` finds again, also after others have come into force."""
    kept = {path: value for path, value in changes if waits.get(path) != TAKEN_BACK}
    return kept | {path: value for path, value in waits.items() if value != TAKEN_BACK}
