"""Why, asked of a folder: of a run; or of a comparison, the difference of its sides and each side."""

from __future__ import annotations

from typing import NamedTuple

from patronage.reports.why.question import NothingToExplainError, difference_text, why_text
from patronage.results.ensemble import Statistics
from patronage.runs.comparison import ComparisonFolder
from patronage.runs.store import RunFolder


class Answered(NamedTuple):
    """What a folder says."""

    differences: dict[tuple[str, str], str]
    """The first scenario of a comparison less each of the others; nothing of a run, or where one side alone is asked."""
    sides: dict[str, tuple[Statistics, str]]
    """What each side says."""


def answers_of(
    held: RunFolder | ComparisonFolder, *about: str, since: str | None = None, until: str | None = None, given: str = ""
) -> Answered:
    """Explain something in a folder; arguments as of `why_text`.

    Of a comparison `about` may begin with the name of a side, which is then told alone. Raises NothingToExplainError.
    """
    if isinstance(held, RunFolder):
        s = Statistics(held)
        return Answered({}, {held.manifest["scenario"]["name"]: (s, why_text(s, *about, since=since, until=until, given=given))})
    names, (first, *others) = held.names, held.names
    if about and about[0] in names:
        if len(about) == 1:
            raise NothingToExplainError(f"{about[0]} is a side of this comparison: say after it what is asked, such as USA KGZ share")
        names, others, about = (about[0],), [], about[1:]
    sides = {name: Statistics(held.run(name)) for name in names}
    differences = {
        (first, name): difference_text(sides[first], sides[name], (first, name), *about, since=since, until=until, given=given)
        for name in others
    }
    return Answered(differences, {n: (s, why_text(s, *about, since=since, until=until, given=given)) for n, s in sides.items()})


def answers_text(held: RunFolder | ComparisonFolder, found: Answered) -> str:
    """All of it as text: differences first, then the sides by name."""
    named = isinstance(held, ComparisonFolder)
    sides = [f"{name}\n{text}" if named else text for name, (_, text) in found.sides.items()]
    return "\n\n".join([*found.differences.values(), *sides])
