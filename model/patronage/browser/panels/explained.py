"""The panel that explains a number of the page, whichever tab it stands on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import solara

from patronage.browser.answering import Level, command
from patronage.browser.attempts import in_words
from patronage.browser.checked import whole, words
from patronage.browser.model import PageModel
from patronage.browser.reach import Moved
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.scenario import explain
from patronage.telling.explaining import Explanation, explained
from patronage.telling.history import Story
from patronage.telling.loading import reports_loaded

from .spread import of_line, of_pair

NOTHING = Explanation("Nothing to explain", "No number of this run is called so.")
OF_MANY = (
    "The same scenario many times, each run with its own luck. Brackets: the 95 % interval of the mean, or of the share of runs, "
    "which narrows with more runs; 5–95 % of runs: what nine tenths of the runs lie between."
)
OF_PAIRS = (
    "Each run has its twin with the same luck on the other side; brackets: the 95 % interval. An interval that holds 0 says that "
    "these runs show no difference."
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
    kind, _, rest = words.partition(" ")
    own = BESIDE[kind](desk, story, question.when, rest) if kind in BESIDE else None
    answer = own or explained(story, twin, question.when, words, year=question.year) or NOTHING
    about = {"at": question.when, "quarter": story.quarters[question.when], "year": question.year, "number": question.number}
    return json.dumps(asdict(answer) | about)


def _line(desk: Desk, name: str) -> Level | None:
    """What the answer says of an outcome, once it is there."""
    found = desk.answer.found if desk.answer is not None else None
    return next((line for line in found.lines if line.name == name), None) if found is not None else None


def _many(desk: Desk, story: Story, when: int, name: str) -> Explanation | None:
    """What many runs say of an outcome: the answer's number."""
    line, found = _line(desk, name), desk.answer.found if desk.answer is not None else None
    if line is None or found is None:
        return None
    value = f"{found.runs} runs: {line.text}" + (f"\n{line.cause}" if line.cause else "")
    meaning = f"{OF_MANY}\n{explain(desk.model.value.scenario, f'outcomes.{name}')}"
    parts = (("What it is in this run, and what moved it there", f"outcome {name}"),)
    return Explanation(line.title, value, meaning, parts=parts, commands=(command(desk.setup, found.runs),))


def _spread(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """A bar of the spread: how many runs came to it."""
    about, _, part = rest.rpartition(" ")
    patron, _, client = about.partition(" ")
    line, bands = _line(desk, about), desk.bands
    if line is not None:
        found, asks, words = of_line(story, line, when), f"outcome {about}", explain(story.scenario, f"outcomes.{about}")
    elif bands is not None and len(bands.spread) and patron in story.patrons and client in story.clients:
        when = min(when, bands.done)
        asks = f"share({patron}, {client})"
        found, words = of_pair(story, bands, (patron, client), when), explain(story.scenario, asks)
    else:
        return None
    if not part.isdecimal() or int(part[:4]) >= len(found.counts):
        return None
    reports_loaded()
    from patronage.reports.words import percent, percents
    from patronage.results.ensemble import proportion_interval

    k = int(part[:4])
    share, low, high = proportion_interval(found.counts[k], found.runs)
    here = ", this one among them" if k == found.here else ""
    value = f"{found.counts[k]} of {found.runs} runs{here}: {percent(share)} {percents(low, high, found.runs)}"
    title = f"{found.title[:1].upper()}{found.title[1:]}: {found.names[k]}{found.unit}"
    whole = f"Bars are parts of the scale, their height the runs that end up there. {found.words()}"
    return Explanation(title, value, f"{whole}\n{OF_MANY}\n{words}", parts=(("What it is in this run", asks),))


def _moved(desk: Desk, story: Story, when: int, name: str) -> Explanation | None:
    """An outcome where the levers stand that wait for Reset."""
    trial = desk.trials.trial
    return None if trial is None else _paired(desk, trial.found.get(name), name, trial.setup, "the scenario in force")


def _tried(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """An outcome of a what-if that was tried."""
    number, _, name = rest.partition(" ")
    attempts = desk.lasting.attempts
    if attempts.job is None or not number.isdecimal() or int(number[:4]) >= len(attempts.list):
        return None
    setup = attempts.setup(attempts.list[int(number[:4])])
    found = attempts.job.found.get(setup.changes)
    return _paired(desk, found.outcomes.get(name) if found is not None else None, name, setup, "the first what-if")


def _paired(desk: Desk, moved: Moved | None, name: str, setup: Setup, other: str) -> Explanation | None:
    """An outcome of changes over pairs of runs with the same luck."""
    line = _line(desk, name)
    if moved is None or line is None:
        return None
    value = f"{moved.runs} runs: {moved.text}" + (f"\nAgainst {other}, pair by pair: {moved.difference}" if moved.difference else "")
    what = in_words(setup, setup.changes)
    meaning = f"{what[:1].upper()}{what[1:]}.\n{OF_PAIRS}\n{explain(desk.model.value.scenario, f'outcomes.{name}')}"
    return Explanation(line.title, value, meaning, commands=(command(setup, moved.runs),))


def _note(desk: Desk, story: Story, when: int, number: str) -> Explanation | None:
    """A note on the timeline in full."""
    lines = desk.lasting.notes.sentences
    if not number.isdecimal() or not 0 < int(number[:4]) <= len(lines):
        return None
    where, _, text = lines[int(number[:4]) - 1].partition(": ")
    return Explanation(where, text, "A note that somebody wrote on the page: nothing of the model's.")


BESIDE: dict[str, Callable[[Desk, Story, int, str], Explanation | None]] = {
    "many": _many, "spread": _spread, "moved": _moved, "tried": _tried, "note": _note,
}  # fmt: skip
"""What is no number of the run by itself."""
