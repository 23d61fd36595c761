"""Blocs: members, cohesion, joint force, votes."""

from __future__ import annotations

from typing import Any

import solara

from patronage.browser.chart import Chart
from patronage.browser.workspace import Desk
from patronage.looks import cause_words
from patronage.telling.charts.actors import cohesion, forces, membership
from patronage.telling.charts.base import number
from patronage.telling.choices import choice_words
from patronage.telling.deals import plain
from patronage.telling.explaining import VOTED
from patronage.telling.history import Story

from .card import Card, grid, scroll, table, text
from .markup import ask


@solara.component
def Blocs(desk: Desk, story: Story, when: int) -> None:
    """The fourth tab."""
    blocs = story.structure.blocs
    with grid():
        if not blocs:
            with Card("Blocs", testid="no-blocs-card"):
                text("This scenario has no blocs.")
            return
        with Card("Blocs now", story.quarters[when], span=7, wide=True, testid="blocs-card"), scroll("Blocs now"):
            table(
                (
                    "Bloc", "Leader", "Members", "Vote", "Cohesion", "Joint force, MUSD/yr",
                ),
                [_row(story, when, b) for b in range(len(blocs))], numeric=(4, 5), wide=(0, 2), testid="blocs", stacks=True,
            )  # fmt: skip
        with Card("Votes and accessions", "from the ledger", span=5, wide=True, testid="votes-card"), scroll("Votes and accessions"):
            _votes(story, when)
        with Card("Membership", "a bar: member", span=12, testid="membership-card"):
            pairs = int(story.array("member", when).any(axis=0).sum())
            Chart(
                membership(story, when), label="Membership", testid="membership", height=f"{max(120, 40 + 19 * pairs)}px"
            )
        with Card("Cohesion", "1: of one mind, no disputes", span=6, testid="cohesion-card"):
            Chart(cohesion(story, when), label="Cohesion", testid="cohesion", height="230px")
        with Card("Joint force", "MUSD/yr", span=6, testid="forces-card"):
            Chart(forces(story, when), label="Joint force", testid="forces", height="230px")


def _row(story: Story, when: int, b: int) -> list[Any]:
    bloc = story.scenario.bloc(story.structure.blocs[b])
    member = story.at("member", when)[b]
    inside = [story.name(c) for c, m in zip(story.clients, member, strict=True) if m]
    others = [story.name(a) for a in bloc.affiliates if a != bloc.leader]
    return [
        story.name(bloc.code), ask(story.name(bloc.leader) if bloc.leader else "nobody", f"leader {bloc.code}"),
        ask(", ".join([*inside, *others]) or "–", f"members({bloc.code})"),
        ask(choice_words(bloc.vote), f"vote {bloc.code}", title=bloc.vote),
        *(ask(number(float(story.at(m, when)[b]), n), f"{m}({bloc.code})") for m, n in (("cohesion", 2), ("force", 1))),
    ]  # fmt: skip


def _votes(story: Story, when: int) -> None:
    rows = story.rows(when)
    rows = rows[rows["kind"].isin(list(VOTED))].iloc[::-1].head(12)
    if rows.empty:
        text("Nobody has joined, left or sold consent so far.")
        return
    table(
        ("Quarter", "What", "Client", "Bloc", "Cause"),
        [
            (
                str(r.quarter), plain(r.kind), story.name(plain(r.client)) if plain(r.client) else "",
                story.name(plain(r.concession)), cause_words(str(r.kind), plain(r.cause)),
            )
            for r in rows.itertuples()
        ],
        wide=(1, 3, 4), stacks=True, asks=[f"row {n}" for n in rows.index],
    )  # fmt: skip
