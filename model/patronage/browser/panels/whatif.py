"""What if: levers that apply on Reset, events that act from the next quarter on, and what can be taken away."""

from __future__ import annotations

from typing import Any

import solara

from patronage.browser import exports
from patronage.browser.checked import in_range, one_of, typed
from patronage.browser.history import Story
from patronage.browser.levers import GROUPS, ORDERS, Lever, levers, meaning, order_event
from patronage.browser.workspace import Desk
from patronage.games.orders import amount
from patronage.scenario import quarter_name

from .card import Card, grid, text

STEPS = 100
"""Places of a slider over its range."""
SHOWN = 14
"""Levers on the page at a time."""


@solara.component
def WhatIf(desk: Desk, story: Story, when: int) -> None:
    """The tab where things are changed."""
    with grid():
        with Card("What if", "applies when you press Reset · ranges are those of the scenario", span=7, testid="levers"):
            Levers(desk, story)
        with solara.Div(classes=["pg-5"]):
            with Card("Fire an event now", "acts from the next quarter on; the past stays as it is", testid="orders"):
                Orders(desk, story)
            with Card("Take away"):
                Exports(desk, story)


@solara.component
def Levers(desk: Desk, story: Story) -> None:
    """Choose what to move; move it."""
    scenario = desk.model.value.scenario
    plain = desk.setup.plain
    found = solara.use_memo(lambda: levers(plain.load()), [plain])
    group, set_group = solara.use_state("patrons")
    words, set_words = solara.use_state("")
    groups = [g for g in GROUPS if any(lever.group == g for lever in found)]
    if group not in groups:
        group = groups[0]
    wanted = words.lower().split()
    hits = [
        lever for lever in found
        if (all(w in lever.path.lower() for w in wanted) if wanted else lever.group == group)
    ]  # fmt: skip
    labels = {f"{GROUPS[g]} ({sum(lever.group == g for lever in found)})": g for g in groups}
    label = next(k for k, g in labels.items() if g == group)
    with solara.Div(classes=["pg-bar"]):
        solara.Select("Kind", value=label, values=list(labels), on_value=one_of(labels, lambda k: set_group(labels[k])), dense=True)
        solara.InputText("Search all, as in USA mission", value=words, on_value=typed(set_words), continuous_update=True)
    waiting = desk.waiting
    if waiting:
        message = "; ".join(f"{k} = {v}" for k, v in waiting.items())
        text(f"Waiting for Reset: {message}", "pg-wait", **{"data-testid": "pending"})
        with solara.Div(classes=["pg-bar"]):
            solara.Button("Take all back", on_click=lambda: desk.wanted.set(dict(desk.setup.changes)), small=True, text=True)
    for lever in hits[:SHOWN]:
        Move(desk, scenario, lever).key(lever.path)
    if len(hits) > SHOWN:
        text(f"{len(hits) - SHOWN} more: search for a word of their path.")
    if not hits:
        text("Nothing here carries that name.")


@solara.component
def Move(desk: Desk, scenario: Any, lever: Lever) -> None:
    """One lever with its value and the way back."""
    value = desk.wanted.value.get(lever.path, lever.value)
    moved = lever.path in desk.wanted.value

    def set_value(new: Any) -> None:
        word = f"{new:g}" if isinstance(new, float | int) and not isinstance(new, bool) else str(new)
        desk.change(lever.path, None if word == lever.value else word)

    about = solara.use_memo(lambda: meaning(scenario, lever.path), [lever.path, id(scenario)])
    with solara.Div(classes=["pg-lever", *(["on"] if moved else [])]):
        with solara.Div(classes=["pg-lever-name"]):
            text(lever.path, "pg-path", "code")
            text(about, "pg-muted pg-small")
        with solara.Div(classes=["pg-lever-move"]):
            if lever.kind == "number":
                Number(lever, value, set_value)
            elif lever.kind == "date":
                Date(lever, value, set_value)
            elif lever.kind == "switch":
                on = value == "on"
                solara.Switch(label=value, value=on, on_value=lambda b: set_value("on" if b is True else "off"))
            else:
                label = lever.path.rpartition(".")[2]
                solara.Select(label, value=value, values=list(lever.words), on_value=one_of(lever.words, set_value), dense=True)
        if moved:
            solara.Button("as it was", on_click=lambda: desk.change(lever.path, None), text=True, small=True)


@solara.component
def Number(lever: Lever, value: str, set_value: Any) -> None:
    """A slider over the stated range."""
    try:
        now = float(value)
    except ValueError:
        now = float(lever.value)
    place = round(STEPS * (now - lever.low) / (lever.high - lever.low))

    def move(to: int) -> None:
        if to != place:
            set_value(float(f"{lever.low + (lever.high - lever.low) * to / STEPS:.4g}"))

    solara.v.Slider(
        v_model=min(STEPS, max(0, place)), on_v_model=in_range(0, STEPS, move), min=0, max=STEPS, step=1,
        hide_details=True, dense=True,
        label=f"{now:g} {lever.unit if lever.unit != '1' else ''}", inverse_label=True, attributes={"aria-label": lever.path},
    )  # fmt: skip


@solara.component
def Date(lever: Lever, value: str, set_value: Any) -> None:
    """A slider over the quarters of the period."""
    names = [quarter_name(t) for t in range(int(lever.low), int(lever.high) + 1)]
    now = names.index(value) if value in names else names.index(lever.value)
    solara.v.Slider(
        v_model=now, on_v_model=in_range(0, len(names) - 1, lambda i: set_value(names[i])), min=0, max=len(names) - 1,
        step=1, hide_details=True, dense=True, label=names[now], inverse_label=True, attributes={"aria-label": lever.path},
    )  # fmt: skip


@solara.component
def Orders(desk: Desk, story: Story) -> None:
    """Events to fire into the run under way."""
    labels = {o.words: o for o in ORDERS}
    chosen, set_chosen = solara.use_state(ORDERS[0].words)
    order = labels[chosen]
    stated, set_amount = solara.use_state(0.0)
    message, set_message = solara.use_state("")
    names_p = {story.name(p): p for p in story.patrons}
    names_c = {story.name(c): c for c in story.clients}
    over = not desk.model.value.running
    much = stated or order.usual

    def pick(words: str) -> None:
        set_chosen(words)
        set_amount(labels[words].usual)

    def fire() -> None:
        desk.pause()  # a run that goes on would overtake the date
        model = desk.model.value
        at = quarter_name(model.world.quarter + 1)
        taken = [e.name for e in model.scenario.events]
        name = next(f"now_{order.act}_{n}" for n in range(1, 10_000) if f"now_{order.act}_{n}" not in taken)
        event = order_event(order, at, *desk.pair(), much)
        set_message(f"{order.words}: will act in {at}." if desk.fire(name, event) else "")

    solara.Select("What happens", value=chosen, values=list(labels), on_value=one_of(labels, pick), dense=True)
    with solara.Div(classes=["pg-bar"]):
        if "patron" in order.roles:
            solara.Select("By or against", value=story.name(desk.pair()[0]), values=list(names_p),
                          on_value=one_of(names_p, lambda n: desk.patron.set(names_p[n])), dense=True)  # fmt: skip
        if "client" in order.roles:
            solara.Select("In", value=story.name(desk.pair()[1]), values=list(names_c),
                          on_value=one_of(names_c, lambda n: desk.client.set(names_c[n])), dense=True)  # fmt: skip
        if order.amount:
            solara.InputFloat(f"Amount, {order.unit}", value=much, on_value=lambda v: set_amount(amount(v) or 0.0))
    with solara.Div(classes=["pg-bar"]):
        solara.Button("Fire it now", on_click=fire, color="primary", disabled=over)
        text(message or ("The period is over." if over else ""), "pg-small", role="status", **{"data-testid": "fired"})


@solara.component
def Exports(desk: Desk, story: Story) -> None:
    """Tables, scenario and command. Figures carry their own buttons."""
    model = desk.model.value
    stem = f"{model.scenario.name}-seed{model.setup.seed}-run{model.setup.replication}"
    text("Tables of the run so far (CSV); every figure has buttons for PNG and SVG.")
    with solara.Div(classes=["pg-bar"]):
        for name in exports.tables():
            solara.FileDownload(
                data=lambda name=name: exports.csv(desk.model.value, name), filename=f"{stem}-{name}.csv", label=f"{name}.csv"
            ).key(name)
        solara.FileDownload(
            data=lambda: exports.yaml(desk.model.value), filename=f"{stem}.yaml", label="scenario.yaml"
        ).key("yaml")
        if desk.player is not None:
            solara.FileDownload(
                data=lambda: exports.decisions(desk.model.value), filename=f"{stem}-decisions.json", label="decisions.json"
            ).key("decisions")
    text("The command that repeats what is on the screen:")
    if desk.player is not None:
        text("A run that somebody plays cannot be repeated by a command; its decisions can be taken away above.", "pg-wait")
    text(model.setup.command, "pg-command", "code", **{"data-testid": "command", "tabindex": "0"})
    if exports.note(model):
        text(exports.note(model))
