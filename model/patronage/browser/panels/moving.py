"""Levers: one to move, and those that matter most beside the map."""

from __future__ import annotations

from typing import Any

import solara

from patronage.browser.answering import interesting
from patronage.browser.checked import in_range, one_of
from patronage.browser.levers import Lever, lever_words
from patronage.browser.reach import PAIRS, strongest
from patronage.browser.workspace import Desk
from patronage.scenario import quarter_name
from patronage.telling.moving import reach_words

from .card import Card, text

STEPS = 100
"""Places of a slider over its range."""


def LeversCard(desk: Desk, span: int = 4) -> None:
    """The levers with most reach."""
    hint = "the answer follows at once, the run on Reset"
    with Card("Levers that matter", hint, span=span, testid="strongest"):
        job, found = desk.trials.reach, strongest(desk)
        if job is not None and job.failed:
            text(f"They cannot be found here: {job.failed}")
        elif job is None or not job.finished:
            done = 100 * job.done / job.total if job is not None else 0  # a bar that moves by itself would draw sixty times a second
            solara.v.ProgressLinear(value=done, attributes={"aria-label": "Looking for the levers that matter"})
            text("Every lever is tried over its range: half a minute …", role="status", **{"data-testid": "screening"})
        elif not found:
            text("The scenario has nothing that could be moved.")
        for lever in found:
            Move(desk, lever, moves=job.moves[lever.path] if job is not None else "").key(lever.path)
        if found and job is not None and job.finished:
            scenario = job.scenario
            client = scenario.names[interesting(scenario)[1]]
            text(reach_words(job.counts, client), "pg-small pg-muted", **{"data-testid": "reach-words"})
        _trial(desk)
        all_figures = desk.tabs.index("What if") if "What if" in desk.tabs else 0
        solara.Button("All figures", on_click=lambda: desk.tab.set(all_figures), text=True, small=True)


def _trial(desk: Desk) -> None:
    """What has become of the trial, and the two ways on."""
    trial = desk.trials.trial
    if not desk.waiting:
        return
    state = "" if trial is None else f"They cannot be told: {trial.failed}" if trial.failed else "See the answer above."
    if trial is not None and not trial.finished:
        state = f"{PAIRS} pairs of runs are being computed …"
    with solara.Div(classes=["pg-bar"]):
        text(state, "pg-small", role="status", **{"data-testid": "trial"})
        solara.Button("Take all back", on_click=desk.take_back, small=True, text=True)


@solara.component
def Move(desk: Desk, lever: Lever, moves: str = "") -> None:
    """One lever with its value and the way back; the path is its tooltip. `moves`: in short, with what it moves most and how far."""
    value = desk.wanted.value.get(lever.path, lever.value)
    moved = lever.path in desk.wanted.value
    plain = desk.setup.plain
    words, about = solara.use_memo(lambda: lever_words(plain.load(), lever.path), [lever.path, plain])

    def set_value(new: Any) -> None:
        word = f"{new:g}" if isinstance(new, float | int) and not isinstance(new, bool) else str(new)
        desk.change(lever.path, None if word == lever.value else word)

    with solara.Div(classes=["pg-lever", *(["on"] if moved else []), *(["brief"] if moves else [])]):
        with solara.v.Html(tag="div", class_="pg-lever-name", attributes={"title": f"{lever.path}: {about}" if about else lever.path}):
            text(words, "pg-lever-words")
            if about or moves:
                text(moves or about, "pg-muted pg-small")
        with solara.Div(classes=["pg-lever-move"]):
            if lever.kind == "number":
                Number(lever, words, value, set_value)
            elif lever.kind == "date":
                Date(lever, words, value, set_value)
            elif lever.kind == "switch":
                on = value == "on"
                solara.Switch(label=value, value=on, on_value=lambda b: set_value("on" if b is True else "off"))
            else:
                label = lever.path.rpartition(".")[2]
                solara.Select(label, value=value, values=list(lever.words), on_value=one_of(lever.words, set_value), dense=True)
        if moved:
            solara.Button("as it was", on_click=lambda: desk.change(lever.path, None), text=True, small=True)


@solara.component
def Number(lever: Lever, words: str, value: str, set_value: Any) -> None:
    """A slider over the stated range."""
    try:
        now = float(value)
    except ValueError:
        now = float(lever.value)
    place = round(STEPS * (now - lever.low) / (lever.high - lever.low))

    def move(to: int) -> None:
        if to != place:
            set_value(float(f"{lever.low + (lever.high - lever.low) * to / STEPS:.4g}"))

    shown = f"{now:g} {lever.unit if lever.unit != '1' else ''}".strip()
    solara.v.Slider(
        v_model=min(STEPS, max(0, place)), on_v_model=in_range(0, STEPS, move), min=0, max=STEPS, step=1,
        hide_details=True, dense=True, label=shown, inverse_label=True, attributes={"aria-label": words, "aria-valuetext": shown},
    )  # fmt: skip


@solara.component
def Date(lever: Lever, words: str, value: str, set_value: Any) -> None:
    """A slider over the quarters of the period."""
    names = [quarter_name(t) for t in range(int(lever.low), int(lever.high) + 1)]
    now = names.index(value) if value in names else names.index(lever.value)
    solara.v.Slider(
        v_model=now, on_v_model=in_range(0, len(names) - 1, lambda i: set_value(names[i])), min=0, max=len(names) - 1,
        step=1, hide_details=True, dense=True, label=names[now], inverse_label=True,
        attributes={"aria-label": words, "aria-valuetext": names[now]},
    )  # fmt: skip
