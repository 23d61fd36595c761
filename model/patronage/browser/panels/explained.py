"""The panel that explains a number of the page, whichever tab it stands on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import solara

from patronage.browser.checked import whole, words
from patronage.browser.levers import lever_words, levers, value_words
from patronage.browser.model import PageModel
from patronage.browser.workspace import Desk
from patronage.scenario import explain
from patronage.telling.explaining import explained
from patronage.telling.explanation import Explanation, command_lines
from patronage.telling.history import Story

from .explained_games import aim
from .explained_runs import LATER, OF_RUNS, further
from .explained_seats import foreseen

NOTHING = Explanation("Nothing to explain", "No number of this run is called so.")
MOST_QUESTIONS = 2**31


@solara.component_vue("explained.vue")
def Panel(found_json: str = "", event_ask: Callable[[Any], None] | None = None) -> None:
    """Listens for questions on the whole page, and shows the answer at its side."""


@dataclass(frozen=True)
class Inquiry:
    """What somebody wants explained, of which run and quarter."""

    words: str
    when: int
    year: bool
    number: int
    """Every question has its own, so that the same one asked again is answered anew."""
    model: PageModel


@solara.component
def ExplainedPanel(desk: Desk, story: Story, when: int) -> None:
    """Closed until something is asked; closes when another run begins."""
    question, put = solara.use_state(None)

    def asked(event: Any) -> None:
        given: Mapping[str, Any] = event if isinstance(event, Mapping) else {}
        at = whole(given.get("at"), 0, len(story.quarters) - 1)
        number = whole(given.get("number"), 0, MOST_QUESTIONS) or 0
        text = words(given.get("question"))
        year = given.get("year") is not False
        put(Inquiry(text, when if at is None else at, year, number, desk.model.value) if text else None)

    if question is not None and question.model is not desk.model.value:
        question = None
    found = solara.use_memo(lambda: _found(desk, story, question), [question])
    Panel(found_json=found, event_ask=asked)


def _found(desk: Desk, story: Story, question: Inquiry | None) -> str:
    """The answer, kept as it is while the run goes on."""
    if question is None:
        return ""
    words, twin = question.words, desk.twin_story()
    kind, _, rest = words.partition(" ")
    when = question.when if kind in LATER else min(question.when, story.now)
    if kind in BESIDE:
        answer = BESIDE[kind](desk, story, when, rest)
    else:
        answer = explained(story, twin, when, words, year=question.year)
    answer = answer or NOTHING
    answer = replace(answer, parts=(*answer.parts, *further(desk, words))) if answer is not NOTHING else answer
    about = {"at": when, "quarter": story.quarters[when], "year": question.year, "number": question.number}
    return json.dumps(asdict(answer) | about)


def _lever(desk: Desk, story: Story, when: int, path: str) -> Explanation | None:
    """A figure that can be moved: what it is, its range and its source."""
    scenario = desk.setup.plain.load()
    found = next((lever for lever in levers(scenario) if lever.path == path), None)
    if found is None:
        return None
    name, about = lever_words(scenario, path)
    now, words = desk.wanted.value.get(path), f"{value_words(path, found.value)} {found.unit if found.unit != '1' else ''}".strip()
    value = f"{words} in the scenario" + (f"; {value_words(path, now)} where your lever stands" if now is not None else "")
    meaning = "\n".join(x for x in (about, explain(scenario, path)) if x)
    commands = command_lines(["explain", scenario.name, path])
    return Explanation(name[:1].upper() + name[1:], value, meaning, commands=commands)


def _note(desk: Desk, story: Story, when: int, number: str) -> Explanation | None:
    """A note on the timeline in full."""
    lines = desk.lasting.notes.sentences
    if not number.isdecimal() or not 0 < int(number[:4]) <= len(lines):
        return None
    where, _, text = lines[int(number[:4]) - 1].partition(": ")
    return Explanation(where, text, "A note that somebody wrote on the page: nothing of the model's.")


BESIDE: dict[str, Callable[[Desk, Story, int, str], Explanation | None]] = {
    **OF_RUNS, "aim": aim, "foreseen": foreseen, "lever": _lever, "note": _note,
}  # fmt: skip
"""What is no number of the run by itself."""
