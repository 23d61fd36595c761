"""Levers: one to move, and those that matter most beside the map."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import solara

from patronage.browser.answering import interesting, levels_of
from patronage.browser.checked import whole
from patronage.browser.checked import words as text_of
from patronage.browser.levers import Lever, lever_words
from patronage.browser.reach import TrialJob, strongest
from patronage.browser.workspace import Desk
from patronage.scenario import quarter_name
from patronage.telling.choices import choice_words
from patronage.telling.moving import reach_words

from .card import Card, text

STEPS = 100
"""Places of a slider over its range."""


def applies(desk: Desk) -> str:
    """When a lever that was moved takes effect."""
    return f"the answer follows at once, {'the run on Reset' if desk.room is None else 'the run of a room never'}"


def LeversCard(desk: Desk, span: int = 4) -> None:
    """The levers with most reach."""
    with Card("Levers that matter", applies(desk), span=span, testid="strongest"):
        job, found = desk.trials.reach, strongest(desk)
        if job is not None and job.failed:
            text(f"They cannot be found here: {job.failed}")
        elif job is None or not job.finished:
            done = 100 * job.done / job.total if job is not None else 0  # a bar that moves by itself would draw sixty times a second
            solara.v.ProgressLinear(value=done, attributes={"aria-label": "Looking for the levers that matter"})
            text("Every lever is tried over its range: half a minute …", role="status", **{"data-testid": "screening"})
        elif not found:
            text("The scenario has nothing that could be moved.")
        if found and job is not None:
            Levers(desk, found, job.moves).key("levers")  # the same ones when the search is over: a hand may hold one
        if found and job is not None and job.finished:
            scenario = job.scenario
            client = scenario.names[interesting(scenario)[1]]
            text(reach_words(job.counts, client), "pg-small pg-muted", **{"data-testid": "reach-words"})
        _trial(desk)
        all_figures = desk.tabs.index("What if") if "What if" in desk.tabs else 0
        solara.Button("All figures", on_click=lambda: desk.tab.set(all_figures), text=True, small=True).key("all figures")


def _trial(desk: Desk) -> None:
    """What has become of the trial, and the two ways on."""
    trial = desk.trials.trial
    if not desk.waiting:
        return
    state = "" if trial is None else f"They cannot be told: {trial.failed}" if trial.failed else _answered(desk, trial)
    if trial is not None and not trial.finished:
        state = f"{trial.runs} pairs of runs are being computed … {state}"
    with solara.Div(classes=["pg-bar", "pg-trial"]):
        text(state, "pg-small", role="status", **{"data-testid": "trial"})
        solara.Button("Take all back", on_click=desk.take_back, small=True, text=True)


def _answered(desk: Desk, trial: TrialJob) -> str:
    """The first line of the answer where the levers stand: the card above may be out of sight."""
    known = levels_of(desk.answer, desk.model.value.scenario)
    line = next((x for x in known.lines if x.leads and x.name in trial.found), None) if known is not None else None
    if line is None:
        return ""
    moved = trial.found[line.name]
    return f"{line.title}: {moved.text}; against the scenario {moved.difference}"


@solara.component_vue("levers.vue")
def Rows(levers_json: str = "[]", event_moved: Callable[[Any], None] | None = None) -> None:
    """A row a lever, with the way back of one that was moved."""


@solara.component
def Levers(desk: Desk, levers: tuple[Lever, ...], moves: Mapping[str, str] | None = None) -> None:
    """Levers with their values; the path is the tooltip of each. `moves`: in short, with what each moves most and how far."""
    plain = desk.setup.plain
    words = solara.use_memo(lambda: [lever_words(plain.load(), lever.path) for lever in levers], [levers, plain])
    wanted = desk.wanted.value
    rows = [
        _row(lever, named, wanted.get(lever.path), (moves or {}).get(lever.path, ""))
        for lever, named in zip(levers, words, strict=True)
    ]  # fmt: skip
    by_path = {lever.path: lever for lever in levers}

    def moved(event: Any) -> None:
        """What a browser sends, which may be anybody's. Without a place to move to, as the scenario has it."""
        given: Mapping[str, Any] = event if isinstance(event, Mapping) else {}
        lever = by_path.get(text_of(given.get("path")))
        if lever is None:
            return
        now = desk.wanted.value.get(lever.path, lever.value)
        word = lever.value if "to" not in given else moved_to(lever, now, given["to"])
        if word is not None and word != now:
            desk.change(lever.path, None if word == lever.value else word)

    Rows(levers_json=json.dumps(rows), event_moved=moved)


def _row(lever: Lever, named: tuple[str, str], wanted: str | None, moves: str) -> dict[str, Any]:
    words, about = named
    value = lever.value if wanted is None else wanted
    place, places = _place(lever, value)
    return {
        "path": lever.path, "words": words, "about": f"{lever.path}: {about}" if about else lever.path, "note": moves or about,
        "kind": lever.kind, "value": _shown(lever, value), "place": place, "places": places,
        "choices": [{"value": w, "text": choice_words(w)} for w in lever.words],
        "moved": wanted is not None, "brief": bool(moves),
    }  # fmt: skip


def _shown(lever: Lever, value: str) -> str:
    """A value with its unit."""
    return f"{_number(lever, value):g} {lever.unit if lever.unit != '1' else ''}".strip() if lever.kind == "number" else value


def _number(lever: Lever, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float(lever.value)


def _quarters(lever: Lever) -> list[str]:
    return [quarter_name(t) for t in range(int(lever.low), int(lever.high) + 1)]


def _place(lever: Lever, value: str) -> tuple[int, int]:
    """Where a slider stands, and how many places it has; none for what is no slider."""
    if lever.kind == "number":
        return min(STEPS, max(0, round(STEPS * (_number(lever, value) - lever.low) / (lever.high - lever.low)))), STEPS
    if lever.kind == "date":
        names = _quarters(lever)
        return names.index(value if value in names else lever.value), len(names) - 1
    return 0, 0


def _rounded(x: float) -> str:
    """To four digits, without an exponent where it is no very large or small number."""
    return f"{float(f'{x:.4g}'):g}"


def moved_to(lever: Lever, now: str, to: Any) -> str | None:
    """What a lever is moved to, as a change has it; nothing where it cannot stand there.

    Where it stands now and where the scenario has it, it keeps every digit: a slider tells of its place also when it is put there.
    """
    if lever.kind in ("number", "date"):
        places = _place(lever, now)[1]
        place = whole(to, 0, places)
        if place is None:
            return None
        for value in (now, lever.value):
            if place == _place(lever, value)[0]:
                return value
        return _quarters(lever)[place] if lever.kind == "date" else _rounded(lever.low + (lever.high - lever.low) * place / places)
    return to if isinstance(to, str) and to in (("on", "off") if lever.kind == "switch" else lever.words) else None
