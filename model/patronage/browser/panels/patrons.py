"""Patrons: budgets, portfolios and how concentrated they are."""

from __future__ import annotations

from typing import Any

import solara

from patronage.browser.chart import Chart
from patronage.browser.workspace import Desk
from patronage.telling.charts.actors import budgets, concentration, gifts, portfolio
from patronage.telling.charts.base import number
from patronage.telling.choices import choice_words
from patronage.telling.history import Story

from .card import Card, grid, scroll, table
from .markup import ask, dot

MODES = ("sphere of influence", "client state")


@solara.component
def Patrons(desk: Desk, story: Story, when: int) -> None:
    """The fifth tab."""
    patron, _ = desk.pair()
    with grid():
        with Card("Patrons now", story.quarters[when], testid="patrons-card"), scroll("Patrons now"):
            table(
                (
                    "Patron", "Strategy", "Mode", "Mission", "Budget, MUSD/yr",
                    "Spent, MUSD/yr", "Concentration", "Bases",
                    "Mean share, %", "Clients led",
                ),
                [_row(story, when, i) for i in range(len(story.patrons))],
                numeric=(3, 4, 5, 6, 7, 8, 9),
                testid="patrons", stacks=True,
            )  # fmt: skip
        with Card("Budgets", "MUSD/yr · dotted: spent, rents apart", span=6, testid="budgets-card"):
            Chart(budgets(story, when), label="Budgets", testid="budgets", height="240px")
        with Card("Concentration of effort", "1: all on one client", span=6, testid="concentration-card"):
            Chart(concentration(story, when), label="Concentration of effort", testid="concentration", height="240px")
        name = story.name(patron)
        does = "choose a patron above"
        with Card(f"{name}: portfolio", "effort by client, MUSD a quarter", span=6, does=does, testid="portfolio-card"):
            Chart(portfolio(story, when, patron), label=f"Portfolio of {name}", testid="portfolio", height="250px")
        with Card(f"{name}: delivered", "MUSD a quarter, all clients", span=6, testid="gifts-card"):
            Chart(gifts(story, when, patron), label=f"Deliveries of {name}", testid="gifts", height="250px")


def _row(story: Story, when: int, i: int) -> list[Any]:
    code = story.patrons[i]
    led = [leader for leader, _, _ in story.leaders(when)].count(code)
    strategy = story.scenario.choice(f"patrons.{code}.strategy")
    return [
        [dot(story, code), story.name(code)], ask(choice_words(strategy), f"strategy {code}", title=strategy),
        ask(MODES[int(story.at("mode", when)[i])], f"mode({code})"),
        *(
            ask(number(float(story.at(measure, when)[i]), digits), f"{measure}({code})")
            for measure, digits in (("mission", 2), ("budget", 1), ("spent", 1), ("concentration", 2))
        ),
        ask(str(int(story.at("base", when)[i].sum())), f"bases({code})"),
        ask(number(100 * float(story.at("share", when)[i].mean())), f"mean {code}"), ask(str(led), "tile led"),
    ]  # fmt: skip
