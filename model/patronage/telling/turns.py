"""What a turn of a seat brought, in a few sentences, and what the seat is there for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from patronage.games.orders import Decision
from patronage.games.scoring import AIMED_AT, MEAN_SHARE, Objective
from patronage.looks import short_route, the
from patronage.results.contracts import BASE
from patronage.scenario import Dated
from patronage.scenario.entities import Outcome
from patronage.world.arrays import Array
from patronage.world.codes import CONCESSIONS, RELIEF

from . import hosting
from .charts.base import number
from .deals import plain
from .history import YEAR, Story

MOST = 6
"""Sentences."""
MOST_EVENTS = 4
"""Events told by name in a sentence."""
MOST_CUT = 8
"""Offers that were cut, told one by one."""
LONGEST = 170
"""Characters of an event told."""
NOTICED = 0.01
"""MUSD a quarter: less is no courting."""
OWED = 0.05
"""MUSD: less is no difference of debt."""
MOVED = 0.0005
"""Of a share: less has not moved."""


def aim_words(story: Story, aim: Objective) -> str:
    """An aim in words."""
    if aim.outcome == MEAN_SHARE:
        return "Raise your mean share of influence over the whole game"
    if aim.measure not in AIMED_AT:
        return hosting.wanted(story, aim)
    outcome = story.scenario.outcomes[aim.outcome]
    where, whose = story.name(aim.client), the(story.name(aim.patron))
    if aim.measure == "base":
        base = story.contract_name(aim.patron, aim.client)
        words = f"Have {'a base' if aim.wants > 0 else f'no base of {whose}'} in {where} ({base})"
    else:
        what = "share of influence" if aim.measure == "share" else "influence"
        words = f"Raise your {what} in {where}" if aim.wants > 0 else f"Keep the {what} of {whose} in {where} low"
    return f"{words}; {read_when(story, outcome)}"


def read_when(story: Story, outcome: Outcome) -> str:
    """When an outcome is read: in one quarter, or what of which quarters."""
    first, last = (story.quarters[min(t, story.scenario.end) - story.scenario.start + 1] for t in (outcome.first, outcome.last))
    return f"read in {last}" if first == last or outcome.reduce == "last" else f"{outcome.reduce} of {first} to {last}"


def turn_report(
    story: Story, seat: str, before: int, now: int, order: Decision | None = None, relief: Mapping[str, float] | None = None
) -> list[str]:
    """Three to six sentences about the quarters after `before` up to `now`: time indices of a turn.

    `order` and `relief`: what was in force, MUSD a quarter, and whom debt was to be forgiven, MUSD.
    """
    if seat not in story.patrons:
        first, middle = hosting.income(story, seat, before, now), hosting.answers(story, seat, _rows(story, before, now))
        return [*first, *_fitting(middle, _happened(story, before, now), MOST - 1 - len(first)), ahead(story, now)]
    cut = _cut(story, seat, before, now, order, relief or {})
    first = [_shares(story, seat, before, now), *cut, _rivals(story, seat, before, now)]
    middle = [*_answers(story, seat, before, now), *_opened(story, seat, before, now)]
    return [*first, *_fitting(middle, _happened(story, before, now), MOST - 1 - len(first)), ahead(story, now)]


def _fitting(middle: Sequence[str], happened: Sequence[str], room: int) -> list[str]:
    """So many sentences: what history brought is among them, whatever has to go."""
    return [*middle[: room - len(happened)], *happened]


def _cut(
    story: Story, seat: str, before: int, now: int, order: Decision | None, relief: Mapping[str, float]
) -> list[str]:
    """Which amounts of an order were cut, and to what: offers to the money at hand, relief to what was owed."""
    i = story.patrons.index(seat)
    given = np.mean([story.at("effort", t)[i] for t in range(before + 1, now + 1)], axis=0)
    forgiven = _forgiven(story, seat, before, now)
    kinds = (
        ("Your offers were cut to what was at hand, MUSD a quarter: ", given, order.offers if order is not None else {}, NOTICED),
        ("Debt could be forgiven only where it was owed, MUSD: ", forgiven, relief, OWED),
    )
    out = ""
    for words, came, ordered, noticed in kinds:
        to = {client: float(came[story.clients.index(client)]) for client in ordered}
        parts = [f"{story.name(c)} {to[c]:.2f} instead of {x:g}" for c, x in ordered.items() if to[c] < x - noticed]
        more = f" and {len(parts) - MOST_CUT} more" if len(parts) > MOST_CUT else ""
        out += f" {words}{', '.join(parts[:MOST_CUT])}{more}." if parts else ""
    return [out.strip()] if out else []


def _forgiven(story: Story, seat: str, before: int, now: int) -> Array:
    """[C] the debt that a patron forgave in a turn, MUSD."""
    return story.array("delivered", now)[before + 1 :, story.patrons.index(seat), :, RELIEF].sum(axis=0)


def carried_out(story: Story, seat: str, relief: Mapping[str, float], before: int, now: int) -> dict[str, float]:
    """What became of debt that was to be forgiven, MUSD: no more than was owed."""
    came = _forgiven(story, seat, before, now) if relief else ()
    return {client: min(x, float(came[story.clients.index(client)])) for client, x in relief.items()}


def _span(story: Story, before: int, now: int) -> str:
    return story.quarters[now] if now - before < 2 else f"{story.quarters[before + 1]} to {story.quarters[now]}"


def _shares(story: Story, seat: str, before: int, now: int) -> str:
    i = story.patrons.index(seat)
    spent = sum(float(story.at("spent", t)[i]) / YEAR for t in range(before + 1, now + 1))
    old, new = story.at("share", before)[i], story.at("share", now)[i]
    moves = [(float(d), story.name(c)) for d, c in zip(new - old, story.clients, strict=True) if abs(d) >= MOVED]
    largest = sorted(moves, key=lambda move: -abs(move[0]))[:2]
    moved = [f"{_points(d)} in {name}" for d, name in sorted(largest, reverse=True)] or ["nowhere much"]
    return (
        f"{_span(story, before, now)}: you spent {spent:.1f} MUSD, and your mean share went from {100 * old.mean():.1f} to "
        f"{100 * new.mean():.1f} % ({', '.join(moved)})."
    )


def _points(change: float) -> str:
    return f"{'+' if change > 0 else '−'}{abs(100 * change):.1f} points"


def _rivals(story: Story, seat: str, before: int, now: int) -> str:
    i = story.patrons.index(seat)
    effort = np.sum([story.at("effort", t) for t in range(before + 1, now + 1)], axis=0)
    over = []
    for j, client in enumerate(story.clients):
        rival = int(np.argmax(np.where(np.arange(len(story.patrons)) == i, -1.0, effort[:, j])))
        if client != seat and effort[rival, j] > effort[i, j] + NOTICED and rival != i:
            over.append((float(effort[rival, j] - effort[i, j]), rival, j))
    if not over:
        return "Nobody offered more than you in any client."
    _, rival, j = max(over)
    others = len(over) - 1
    more = f"; somebody did in {others} more {'client' if others == 1 else 'clients'}" if others else ""
    return (
        f"{_upper(the(story.name(story.patrons[rival])))} "
        f"offered more than you in {story.name(story.clients[j])}: {effort[rival, j]:.1f} against {effort[i, j]:.1f} MUSD{more}."
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rows(story: Story, before: int, now: int) -> list[dict[str, object]]:
    """Rows of the ledger about bases within a turn, with the numbers behind them."""
    rows = story.rows(now)
    if before:
        rows = rows[rows["quarter"].astype(str) > story.quarters[before]]
    bases = rows[rows["concession"].astype(object).fillna("").isin(("", CONCESSIONS[1], BASE))]
    return list(bases.to_dict("records"))


def _answers(story: Story, seat: str, before: int, now: int) -> list[str]:
    """Who accepted, who refused, what was lost to whom: of the seat's own bases."""
    mine = [r for r in _rows(story, before, now) if plain(r["patron"]) == seat]
    taken = [r for r in mine if plain(r["kind"]) in ("opened", "renewed", "kept")]
    out = []
    if taken:
        parts = [
            f"{story.name(plain(r['client']))} {'gave you' if plain(r['kind']) == 'opened' else 'renewed'} "
            f"{_own(story, seat, plain(r['client']), new=plain(r['kind']) == 'opened')} for {float(r['rent']):.1f} MUSD a year"  # type: ignore[arg-type]
            f"{hosting.in_kind(story, seat, plain(r['client']))}"
            for r in {plain(r["client"]): r for r in taken}.values()
        ]
        out.append(f"Accepted: {'; '.join(parts[:3])}.")
    for row in {plain(r["client"]): r for r in mine if plain(r["kind"]) in ("closed", "notice")}.values():
        client, cause = plain(row["client"]), short_route(plain(row["cause"]))
        word = "gave notice to" if plain(row["kind"]) == "notice" else "closed"
        out.append(f"{story.name(client)} {word} {_own(story, seat, client)}: {cause}.")
    refused = {plain(r["client"]): r for r in mine if plain(r["kind"]) == "refused" and float(r["value"]) > 0}  # type: ignore[arg-type]
    if refused:
        parts = [
            f"{story.name(c)} (worth {number(float(r['value']))} to you, "  # type: ignore[arg-type]
            f"it asked at least {number(float(r['floor']))} MUSD a year)"  # type: ignore[arg-type]
            for c, r in list(refused.items())[:2]
        ]
        more = f" and {len(refused) - 2} more" if len(refused) > 2 else ""
        out.append(f"Refused you a base: {', '.join(parts)}{more}.")
    return out


def _own(story: Story, seat: str, client: str, *, new: bool = False) -> str:
    """A base of the seat by its name, where it has one."""
    return story.contract_names.get((seat, client, BASE), "a base" if new else "your base")


def _base(story: Story, patron: str, client: str) -> str:
    """A base of somebody else."""
    return story.contract_names.get((patron, client, BASE), f"a base of {the(story.name(patron))} in {the(story.name(client))}")


def _opened(story: Story, seat: str, before: int, now: int) -> list[str]:
    """Bases of others that opened or closed."""
    parts = [
        f"{_base(story, plain(r['patron']), plain(r['client']))} {plain(r['kind'])}"
        for r in _rows(story, before, now)
        if plain(r["kind"]) in ("opened", "closed") and plain(r["patron"]) not in (seat, "")
    ]
    return [f"Of others: {'; '.join(parts[:3])}{' and more' if len(parts) > 3 else ''}."] if parts else []


def _happened(story: Story, before: int, now: int) -> list[str]:
    noted = worth_telling(story)
    played = [noted[name] for at, name, what in story.log if before < at <= now and what == "fired" and name in noted]
    return [f"It happened: {_listed(played)}."] if played else []


def _listed(events: Sequence[str]) -> str:
    """Events by name; beyond a few their number."""
    more = f"; and {len(events) - MOST_EVENTS} more" if len(events) > MOST_EVENTS else ""
    return "; ".join(map(_short, events[:MOST_EVENTS])) + more


def worth_telling(story: Story) -> dict[str, str]:
    """Events that the scenario has something to say about, by name."""
    return {e.name: story.event_words(e.name) for e in story.scenario.events if e.label or e.note}


def _short(words: str) -> str:
    words = words.rstrip(".")
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rsplit(" ", 1)[0] + " …"


def ahead(story: Story, now: int) -> str:
    """What history asks within a year."""
    present = story.scenario.start + now - 1
    noted = worth_telling(story)
    dated = [
        (e.trigger.quarter, e.name) for e in story.scenario.events
        if isinstance(e.trigger, Dated) and present < e.trigger.quarter <= present + YEAR and e.name in noted
    ]  # fmt: skip
    if not dated:
        return "Ahead: nothing is dated within a year."
    return f"Ahead: {_listed([f'{story.quarters[at - story.scenario.start + 1]} {noted[name]}' for at, name in sorted(dated)])}."


def order_words(
    story: Story, seat: str, decision: Decision, relief: Mapping[str, float], came: Mapping[str, float] | None = None
) -> str:
    """An order of a patron or a client in words, MUSD; nothing where all is left to the model. `came`: the debt that was forgiven."""
    if seat not in story.patrons:
        return hosting.ordered_words(story, decision)
    kinds = ((decision.offers, "offers"), (decision.bids, "bids"), (decision.denials, "against bases"))
    parts = [f"{what} {', '.join(f'{story.name(c)} {v:g}' for c, v in amounts.items())}" for amounts, what in kinds if amounts]
    less = {c: came[c] for c, x in relief.items() if came[c] < x - OWED} if came is not None else {}
    debts = [f"{story.name(c)} {f'{less[c]:.2f} of the {x:g} ordered' if c in less else f'{x:g}'}" for c, x in relief.items()]
    parts += [f"forgives {', '.join(debts)}"] if debts else []
    return "; ".join([*parts, *(["restraint"] if decision.restrain else [])])


def left_to_the_model(decision: Decision, clients: int) -> tuple[int, int]:
    """How many fields of an order are left to the model, and of how many."""
    stated = len(decision.offers) + len(decision.bids) + len(decision.denials)
    return 3 * clients - stated, 3 * clients
