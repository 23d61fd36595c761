"""What if: levers that apply on Reset, events that act from the next quarter on, and what can be taken away."""

from __future__ import annotations

import solara

from patronage.browser import exports
from patronage.browser.attempts import as_written
from patronage.browser.checked import one_of, typed
from patronage.browser.levers import GROUPS, ORDERS, Lever, change_words, lever_words, levers, order_event, undone
from patronage.browser.states import IN_A_ROOM
from patronage.browser.workspace import Desk
from patronage.games.orders import amount
from patronage.scenario import quarter_name
from patronage.scenario.problems import shown
from patronage.telling.history import Story
from patronage.telling.notes import options

from .answer import TrialCard
from .attempts import Tried
from .card import Card, Download, grid, text
from .controls import Field
from .markup import ONCE
from .moving import Levers, applies
from .report import Report

REPEATS = "The command that repeats what is on the screen:"
SHOWN = 14
"""Levers on the page at a time."""


@solara.component
def WhatIf(desk: Desk, story: Story, when: int) -> None:
    """The tab where things are changed."""
    with grid():
        with Card("All figures", f"{applies(desk)} · ranges are those of the scenario", span=7, testid="levers"):
            AllLevers(desk, story)
        if desk.player is None and story.scenario.outcomes:
            TrialCard(desk, story.scenario, span=5)
        with solara.Div(classes=["pg-5"]):
            with Card("Fire an event now", "acts from the next quarter on; the past stays as it is", testid="orders"):
                Orders(desk, story)
            with Card("Take away", testid="exports-card"):
                Exports(desk, story)
            Report(desk)
        Tried(desk)


@solara.component
def AllLevers(desk: Desk, story: Story) -> None:
    """Choose what to move; move it."""
    plain = desk.setup.plain
    found = solara.use_memo(lambda: levers(plain.load()), [plain])
    told_as = solara.use_memo(lambda: {v.path: " ".join((v.path, *lever_words(plain.load(), v.path))).lower() for v in found}, [plain])
    group, set_group = solara.use_state("patrons")
    words, set_words = solara.use_state("")
    groups = [g for g in GROUPS if any(lever.group == g for lever in found)]
    if group not in groups:
        group = groups[0]
    wanted = words.lower().split()
    hits = [
        lever for lever in found
        if (all(w in told_as[lever.path] for w in wanted) if wanted else lever.group == group)
    ]  # fmt: skip
    labels = {f"{GROUPS[g]} ({sum(lever.group == g for lever in found)})": g for g in groups}
    label = next(k for k, g in labels.items() if g == group)
    with solara.Div(classes=["pg-bar"]):
        solara.Select("Kind", value=label, values=list(labels), on_value=one_of(labels, lambda k: set_group(labels[k])), dense=True)
        solara.InputText("Search all, as in Russia budget", value=words, on_value=typed(set_words), continuous_update=True)
    Listed(desk, tuple(hits)).key(f"{label} {wanted}")  # another list begins at its beginning
    waiting = desk.waiting
    if waiting:  # below: a slider that a hand holds stays under it
        message = "; ".join(change_words(plain.load(), k, v) for k, v in waiting.items())
        what = "Tried here alone" if desk.room is not None else "Waiting for Reset"
        text(f"{what}: {message}", "pg-wait", **{"data-testid": "pending", "title": as_written(waiting.items())})
        with solara.Div(classes=["pg-bar"]):
            solara.Button("Take all back", on_click=desk.take_back, small=True, text=True)
    if not hits:
        text("Nothing here carries that name.")


@solara.component
def Listed(desk: Desk, hits: tuple[Lever, ...]) -> None:
    """As many levers of a list as are drawn at a time, and the way to those before and after them."""
    first, set_first = solara.use_state(0)
    last, count = min(first + SHOWN, len(hits)), len(hits)
    Levers(desk, hits[first:last])
    if count <= SHOWN:
        return
    with solara.Div(classes=["pg-bar"]):
        more = min(SHOWN, count - last) or SHOWN
        solara.Button(f"{SHOWN} before", on_click=lambda: set_first(first - SHOWN), disabled=not first, small=True, text=True)
        text(f"{first + 1} to {last} of {count}", "pg-small", role="status", **{"data-testid": "figures-shown"})
        solara.Button(f"{more} more", on_click=lambda: set_first(last), disabled=last == count, small=True, text=True)


def stated(written: str) -> float | None:
    """The amount that somebody typed, or None."""
    try:
        return amount(float(written.replace("\N{MINUS SIGN}", "-")))
    except ValueError:
        return None


@solara.component
def Orders(desk: Desk, story: Story) -> None:
    """Events to fire into the run under way."""
    labels = {o.words: o for o in ORDERS}
    chosen, set_chosen = solara.use_state(ORDERS[0].words)
    order = labels[chosen]
    written, picked = solara.use_reactive(""), solara.use_reactive(0)
    message, set_message = solara.use_state("")
    names_p = {story.name(p): p for p in story.patrons}
    names_c = {story.name(c): c for c in story.clients}
    reason = f"{IN_A_ROOM}nobody fires an event." if desk.room is not None else ""
    if not reason and not desk.model.value.running:
        reason = "The period is over."

    def pick(words: str) -> None:
        set_chosen(words)
        written.set(f"{labels[words].usual:g}")
        picked.set(picked.value + 1)

    def fire() -> None:
        much = stated(written.value) if order.amount else order.usual
        if much is None:
            set_message(f"The amount is a number of {order.unit}, such as {order.usual:g}: {shown(written.value)} is none")
            return
        desk.pause()  # a run that goes on would overtake the date
        model = desk.model.value
        at = quarter_name(model.world.quarter + 1)
        taken = [e.name for e in model.scenario.events]
        name = next(f"now_{order.act}_{n}" for n in range(1, 10_000) if f"now_{order.act}_{n}" not in taken)
        event = order_event(order, at, *desk.pair(), much)
        words = f"{order.words}, {much:g} {order.unit}" if order.amount else order.words
        where = "" if desk.player is not None else " What it does in many runs comes below, under What you have tried."
        acts = desk.fire(name, event)
        set_message(f"{words}: will act in {at}.{undone(model.scenario, name)}{where}" if acts else "")

    solara.Select("What happens", value=chosen, values=list(labels), on_value=one_of(labels, pick), dense=True)
    with solara.Div(classes=["pg-bar"]):
        if "patron" in order.roles:
            solara.Select("By or against", value=story.name(desk.pair()[0]), values=list(names_p),
                          on_value=one_of(names_p, lambda n: desk.patron.set(names_p[n])), dense=True)  # fmt: skip
        if "client" in order.roles:
            solara.Select("In", value=story.name(desk.pair()[1]), values=list(names_c),
                          on_value=one_of(names_c, lambda n: desk.client.set(names_c[n])), dense=True)  # fmt: skip
        if order.amount:
            Field(
                label=f"Amount, {order.unit}", shown={"text": written.value, "times": picked.value}, event_typed=typed(written.set)
            )
    with solara.Div(classes=["pg-bar"]):
        solara.Button("Fire it now", on_click=fire, color="primary", disabled=bool(reason), attributes=ONCE)
        text(reason or message, "pg-small", role="status", **{"data-testid": "fired"})


@solara.component
def Exports(desk: Desk, story: Story) -> None:
    """Tables, scenario and command. Figures carry their own buttons."""
    model, notes = desk.model.value, desk.lasting.notes
    stem = f"{model.scenario.name}-seed{model.setup.seed}-run{model.setup.replication}"
    text("Tables of the run so far (CSV); every figure has buttons for PNG and SVG.")
    with solara.Div(classes=["pg-bar"]):
        for name in exports.tables():
            file = f"{stem}-{story.quarters[story.now]}-{name}.csv"  # the run so far
            Download(f"{name}.csv", lambda name=name: exports.csv(desk.model.value, name), file).key(name)
        Download("scenario.yaml", lambda: exports.yaml(desk.model.value, notes.list), f"{stem}.yaml").key("yaml")
        if notes.list:
            Download("notes.csv", notes.csv, f"{stem}-notes.csv").key("notes")
        if desk.player is not None:
            Download(
                "decisions.json", lambda: exports.decisions(desk.model.value, notes.sentences), f"{stem}-decisions.json"
            ).key("decisions")
    if model.played:
        where = "its decisions can be taken away above" if desk.player is not None else "its orders can be taken away at the debrief"
        text(f"A run that is {model.played} cannot be repeated by a command; {where}.", "pg-wait", **{"data-testid": "played"})
    text("The command of this scenario and luck without who plays:" if model.played else REPEATS)
    text(model.command + options(notes.list), "pg-command", "code", **{"data-testid": "command", "tabindex": "0"})
    if exports.note(model):
        text(exports.note(model))
