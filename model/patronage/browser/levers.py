"""What a visitor can move: read off the scenario's figures with a range, dates, strategies and mechanisms."""

from __future__ import annotations

from dataclasses import dataclass

from patronage.scenario import Dated, Scenario, quarter_name
from patronage.scenario.paths import PathError, follow
from patronage.scenario.structure import REGIMES, USUAL, VOTES, interferences, policies, strategies, supports
from patronage.scenario.wording import in_words
from patronage.telling.choices import choice_words
from patronage.telling.naming import event_brief, event_figure, event_words

GROUPS = {
    "patrons": "Patrons", "states": "Clients and states", "ties": "Ties", "rivalry": "Rivalry", "region": "Region",
    "events": "Events", "blocs": "Blocs", "bases": "Bases", "rules": "Rules", "mechanisms": "Mechanisms",
}  # fmt: skip
"""First segment of a path → heading, in the order of the page."""


@dataclass(frozen=True)
class Lever:
    """One thing to move."""

    path: str
    kind: str
    """number, date, choice or switch."""
    value: str
    """As the scenario has it."""
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    words: tuple[str, ...] = ()
    """Of a choice."""

    @property
    def group(self) -> str:
        return self.path.split(".")[0]


def levers(scenario: Scenario) -> list[Lever]:
    """Everything that can be moved, by group and path."""
    out: list[Lever] = []
    for path, figure in scenario.figures().items():
        if path.startswith("mechanisms."):
            out.append(Lever(path, "switch", "on" if figure.value else "off"))
        elif figure.range is None or (figure.origin == "default" and not path.startswith("rules.")):
            continue
        elif figure.range[0] < figure.range[1]:
            out.append(
                Lever(
                    path, "number", f"{figure.value:g}", min(figure.range[0], figure.value),
                    max(figure.range[1], figure.value), figure.unit,
                )
            )  # fmt: skip
    out += [
        Lever(f"events.{e.name}.at", "date", quarter_name(e.trigger.quarter), scenario.start, scenario.end)
        for e in scenario.events
        if isinstance(e.trigger, Dated)
    ]
    for code in scenario.patrons:
        for key, words in (("strategy", strategies()), ("interference", interferences())):
            path = f"patrons.{code}.{key}"
            out.append(Lever(path, "choice", scenario.choice(path), words=words))
    for code in scenario.clients:
        for key, words in (("policy", policies()), ("support", supports()), ("regime", REGIMES)):
            path = f"states.{code}.{key}"
            out.append(Lever(path, "choice", scenario.choice(path), words=words))
    for code in scenario.blocs:
        path = f"blocs.{code}.vote"
        out.append(Lever(path, "choice", scenario.choice(path), words=VOTES))
    order = list(GROUPS)
    out.sort(key=lambda lever: (order.index(lever.group) if lever.group in order else len(order), lever.path))
    return out


def lever_words(scenario: Scenario, path: str) -> tuple[str, str]:
    """What a lever moves in words, and what that means; the second is empty where the first says it all."""
    try:
        leaf, _, straight = follow(path, scenario.cast)
    except PathError:
        return _named(scenario, path)
    words, meaning = in_words(scenario, straight), leaf.doc
    if path.startswith(("rules.", "mechanisms.")):
        words, meaning = meaning, ""
    return words[:1].upper() + words[1:], meaning


def change_words(scenario: Scenario, path: str, value: str) -> str:
    """A lever and where it stands, in words."""
    return f"{lever_words(scenario, path)[0]} = {value_words(path, value)}"


def value_words(path: str, value: str) -> str:
    """Where a lever stands: what can be chosen has words of its own."""
    return choice_words(value) if path.rpartition(".")[2] in USUAL else value


def _named(scenario: Scenario, path: str) -> tuple[str, str]:
    """The same for what has a name of its own: a figure of an event, or of a base."""
    head, _, rest = path.partition(".")
    if head == "events":
        return event_figure(scenario, path), event_words(scenario, rest.partition(".")[0])
    words = in_words(scenario, path) if rest else path
    return words[:1].upper() + words[1:], ""


@dataclass(frozen=True)
class Order:
    """An event that can be fired now: an act with its actors."""

    act: str
    words: str
    roles: tuple[str, ...]
    """patron or client, in the order asked for."""
    keys: tuple[str, ...]
    amount: str = ""
    """Key of a number to state, with its unit in `unit`."""
    unit: str = ""
    usual: float = 0.0


ORDERS = (
    Order("withdraw", "Withdraw: the patron needs no more bases (its mission ends)", ("patron",), ("patron",)),
    Order("transfer", "Hand over surplus equipment", ("patron", "client"), ("from", "to"), "amount", "MUSD", 20.0),
    Order("forgive", "Forgive debt", ("patron", "client"), ("from", "to"), "amount", "MUSD", 100.0),
    Order("campaign", "Start a campaign against the regime", ("patron", "client"), ("from", "to")),
    Order("sanction", "Impose sanctions", ("patron", "client"), ("from", "to")),
    Order("evict", "The host gives the base notice", ("patron", "client"), ("holder", "host")),
    Order("review", "Put the base up for review, or seek one", ("patron", "client"), ("holder", "host")),
    Order("turnover", "Power changes hands by the constitution", ("client",), ("state",)),
    Order("overthrow", "The regime is overthrown", ("client",), ("state",)),
    Order("coup", "The army takes power", ("client",), ("state",)),
)
"""What can be made to happen from the next quarter on."""


def undone(scenario: Scenario, name: str) -> str:
    """Which dated events of a scenario set later on what one of its events sets; nothing where none does."""
    fired = next(e for e in scenario.events if e.name == name)
    mine = {c.path for c in fired.changes}
    later = [
        f"“{event_brief(scenario, e.name)}” in {quarter_name(e.trigger.quarter)}"
        for e in scenario.events
        if isinstance(e.trigger, Dated) and isinstance(fired.trigger, Dated)
        and e.trigger.quarter > fired.trigger.quarter and mine & {c.path for c in e.changes}
    ]  # fmt: skip
    return f" The scenario sets the same figure again: {'; '.join(later)}." if later else ""


def order_event(order: Order, at: str, patron: str, client: str, amount: float) -> str:
    """The event block of an order, on one line as `--set` takes it."""
    if order.act == "withdraw":
        return f"{{at: {at}, set: {{patrons.{patron}.mission: 0}}, source: what if}}"
    actors = {"patron": patron, "client": client}
    parts = [f"{key}: {actors[role]}" for key, role in zip(order.keys, order.roles, strict=True)]
    if order.amount:
        parts.append(f"{order.amount}: {{value: {amount:g}, unit: {order.unit}, source: what if}}")
    return f"{{at: {at}, {order.act}: {{{', '.join(parts)}}}, source: what if}}"

