"""The panel that explains a number of the page, whichever tab it stands on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import solara

from patronage.browser.answering import command
from patronage.browser.checked import whole, words
from patronage.browser.model import PageModel
from patronage.browser.workspace import Desk
from patronage.scenario import explain
from patronage.telling.explaining import Explanation, explained
from patronage.telling.history import Story

NOTHING = Explanation("Nothing to explain", "No number of this run is called so.")
OF_MANY = (
    "The same scenario many times, with other luck each time. Brackets: the 95 % interval of the mean, or of the share of runs, "
    "which narrows with more runs; 5–95 % of runs: what nine tenths of the runs lie between."
)
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
        at = whole(given.get("at"), 0, story.now)
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
    answer = _note(desk, words) or _many(desk, words) or explained(story, twin, question.when, words, year=question.year) or NOTHING
    about = {"at": question.when, "quarter": story.quarters[question.when], "year": question.year, "number": question.number}
    return json.dumps(asdict(answer) | about)


def _many(desk: Desk, words: str) -> Explanation | None:
    """What many runs say of an outcome: the answer's number."""
    kind, _, name = words.partition(" ")
    found = desk.answer.found if kind == "many" and desk.answer is not None else None
    line = next((line for line in found.lines if line.name == name), None) if found is not None else None
    if found is None or line is None:
        return None
    value = f"{found.runs} runs: {line.text}" + (f"\n{line.cause}" if line.cause else "")
    meaning = f"{OF_MANY}\n{explain(desk.model.value.scenario, f'outcomes.{name}')}"
    parts = (("What it is in this run, and what moved it there", f"outcome {name}"),)
    return Explanation(line.title, value, meaning, parts=parts, commands=(command(desk.setup, found.runs),))


def _note(desk: Desk, words: str) -> Explanation | None:
    """A note on the timeline in full."""
    kind, _, number = words.partition(" ")
    lines = desk.lasting.notes.sentences
    if kind != "note" or not number.isdecimal() or not 0 < int(number[:4]) <= len(lines):
        return None
    where, _, text = lines[int(number[:4]) - 1].partition(": ")
    return Explanation(where, text, "A note that somebody wrote on the page: nothing of the model's.")
