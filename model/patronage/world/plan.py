"""A scenario, or variants of one, laid out as records: who is who, inputs, the first world, events and what is asked."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario import Conditional, Dated, Hazard, conditions
from ..scenario.catalogue import FIELDS, INSTRUMENTS
from ..scenario.derived import BASIS
from ..scenario.structure import ACTS, CLIENT_CHOICES, PATRON_CHOICES
from . import layout
from .arrays import Array
from .beta import NODES, node
from .codes import NAMES
from .expressions import REDUCTIONS
from .layout import ACT, CHANGE, CHOICES, DECISIONS, EVENT, OUTCOME, Bucket, Records
from .structure import Structure
from .writing import Writer

if TYPE_CHECKING:
    from ..scenario import Event, Outcome, Scenario

CHOICE_PATHS = {
    **{choice: f"patrons.{{}}.{choice}" for choice in PATRON_CHOICES},
    **{choice: f"states.{{}}.{choice}" for choice in CLIENT_CHOICES},
    "vote": "blocs.{}.vote",
}
_ROLES = {
    "transfer": ("from", "to"), "promise": ("from", "to"), "offer": ("from", "to", "against"), "forgive": ("from", "to"),
    "overthrow": ("state",), "turnover": ("state",), "coup": ("state",), "scandal": ("from", "to"),
    "campaign": ("from", "to", "against"), "sanction": ("from", "to"),
    "join": ("bloc", "state"), "leave": ("bloc", "state"),
}  # fmt: skip
_ABOUT = "kind"
_HOLDER_AND_HOST = ("holder", "host")
_AXES_OF_ROLES = {"from": "P", "to": "C", "against": "P", "state": "C", "bloc": "B", "holder": "P", "host": "C"}


def decision_key(seed: int, decision: str) -> tuple[int, int]:
    """The two key words of a decision: the first 8 bytes of BLAKE2b of "seed/decision"."""
    digest = hashlib.blake2b(f"{seed}/{decision}".encode("ascii"), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def code_words(codes: Sequence[str]) -> Array:
    """32-bit words that stand for actor codes in a counter."""
    return np.array([zlib.crc32(code.encode("ascii")) for code in codes], dtype=np.uint64)


def places(structure: Structure, bucket: Bucket, seed: int) -> Records:
    """[1] who is who."""
    out = np.zeros(1, layout.structure_type(bucket))
    s, one = structure, out[0]
    one["P"], one["C"], one["B"], one["O"], one["A"] = len(s.patrons), len(s.clients), len(s.blocs), len(s.axes), len(s.actors)
    one["J"] = len(s.kinds)
    kinds = range(len(s.kinds))
    tables: dict[str, Array] = {
        "leader": np.array(s.leader, dtype=np.int64), "other": s.other, "allied": s.allied, "affiliate": s.affiliate,
        "candidate": s.candidate, "leads": s.leads, "heads": np.asarray(s.leads.any(axis=0)), "insider": s.insiders,
        "actor_patron": np.array(s.actor_patron), "actor_client": np.array(s.actor_client),
        "patron_word": code_words(s.patrons), "client_word": code_words(s.clients), "bloc_word": code_words(s.blocs),
        "requires": np.array(s.requires), "rests": s.rests,
        "tables": np.array(sorted(kinds, key=lambda j: -s.ranks[j])), "decisions": np.array(sorted(kinds, key=lambda j: s.ranks[j])),
    }  # fmt: skip
    for name, table in tables.items():
        put(one[name], table)
    key(out, s, seed)
    return out


def decisions_of(s: Structure) -> tuple[str, ...]:
    """Everything that draws luck by itself, in the order of the structure's keys."""
    of_kinds = (f"{what}.{kind}" for kind in s.kinds[1:] for what in layout.OF_KINDS)
    return (*DECISIONS, *(f"alignment.{a}" for a in s.axes), *of_kinds)


def key(places: Records, structure: Structure, seed: int) -> None:
    """Enter the addresses of all luck of a seed, that of events apart."""
    put(places[0]["key"], np.array([decision_key(seed, d) for d in decisions_of(structure)], dtype=np.uint64))


def put(room: Array, table: Array) -> None:
    """Copy a table into the corner of a padded one."""
    room[tuple(slice(0, length) for length in np.shape(table))] = table


@dataclass(frozen=True)
class Names:
    """Words of choices by the numbers that stand for them in a run."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, scenarios: Sequence[Scenario]) -> Names:
        """What the engine knows, then, sorted, what else these scenarios name."""
        chosen: set[str] = set()
        for one in (scenarios[0], *(one for _, one in _chosen_otherwise(scenarios))):
            chosen |= {one.choice(pattern.format(code)) for choice, pattern in CHOICE_PATHS.items() for code in _owners(one, choice)}
        for event in {id(e): e for one in scenarios for e in one.events}.values():
            chosen |= {str(c.value) for c in event.changes if c.field in CHOICES}
        return cls((*NAMES, *sorted(chosen - set(NAMES))))


def _chosen_otherwise(scenarios: Sequence[Scenario]) -> list[tuple[int, Scenario]]:
    """Variants with other choices than the first, and their places: few of many."""
    return [(v, one) for v, one in enumerate(scenarios) if one.choices != scenarios[0].choices]


def _owners(scenario: Scenario, choice: str) -> tuple[str, ...]:
    return {"P": scenario.patrons, "C": scenario.clients, "B": scenario.blocs}[CHOICES[choice]]


def inputs(scenarios: Sequence[Scenario], structure: Structure, bucket: Bucket, names: Names) -> Records:
    """[V] the inputs of variants of one structure at their start."""
    first = scenarios[0]
    out = np.zeros(len(scenarios), layout.inputs_type(bucket))
    moved = differing(scenarios)
    follow = bool(moved.keys() & BASIS)
    for field in FIELDS:
        cells = structure.cells(field.axes)
        base, tail = layout.place_of(field.name)
        room = out[base][..., tail[0]] if tail else out[base]
        row = np.array([first.number(field.name, *cell) for cell in cells]).reshape(structure.shape(field.axes))
        corner: tuple[Any, ...] = (slice(None), *(slice(0, length) for length in row.shape))
        room[corner] = row
        for cell in cells if follow and field.usual else moved.get(field.name, ()):
            if cell in cells:
                spot: tuple[Any, ...] = (slice(None), *structure.place(field.axes, cell))
                room[spot] = [s.number(field.name, *cell) for s in scenarios]
    index = {word: i for i, word in enumerate(names.words)}
    others = _chosen_otherwise(scenarios)
    for choice, pattern in CHOICE_PATHS.items():
        for i, code in enumerate(_owners(first, choice)):
            out[choice][:, i] = index[first.choice(pattern.format(code))]
            for v, one in others:
                out[choice][v, i] = index[one.choice(pattern.format(code))]
    return out


def differing(scenarios: Sequence[Scenario]) -> dict[str, set[tuple[str, ...]]]:
    """Cells by field that may differ between variants; looking these up alone is what makes laying out many cheap."""
    first, seen = scenarios[0].numbers, set[int]()
    moved: dict[str, set[tuple[str, ...]]] = {}
    for one in scenarios[1:]:
        if id(one.numbers) in seen or one.numbers is first:
            continue
        seen.add(id(one.numbers))
        for key in first.keys() | one.numbers.keys():
            if first.get(key) != one.numbers.get(key):
                moved.setdefault(key[0], set()).add(key[1])
    return moved


# --- delivered shares -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def quantiles(precision: float, mean: float) -> Array:
    """[259] the quantile function of a delivered share at j/256, and whose it is."""
    return np.array([*(node(precision, mean, j) for j in range(NODES + 1)), mean, precision])


def tabulate(records: Records, structure: Structure) -> Array:
    """[n, 259] tables of all delivered shares that inputs ask for; their rows are entered into the inputs."""
    count = len(structure.patrons)
    known: dict[tuple[float, float], int] = {}
    rows: list[Array] = []
    precision = records["delivery_precision"]
    loans = INSTRUMENTS.index("loans")
    for k in range(len(INSTRUMENTS)):
        for where, means in (
            ("delivery_row", records["delivery"][:, :count, k]),
            ("package_row", records["delivery_projects"][:, :count] if k == loans else records["delivery"][:, :count, k]),
        ):
            pairs = np.stack(np.broadcast_arrays(precision[:, None], means), axis=-1).reshape(-1, 2)
            distinct, back = np.unique(pairs, axis=0, return_inverse=True)
            numbers = np.empty(len(distinct))
            for i, (nu, mean) in enumerate(distinct.tolist()):
                if mean >= 1.0:
                    numbers[i] = -1.0
                    continue
                if (nu, mean) not in known:
                    known[nu, mean] = len(rows)
                    rows.append(quantiles(nu, mean))
                numbers[i] = known[nu, mean]
            records[where][:, :count, k] = numbers[back.reshape(-1)].reshape(means.shape)
    return np.array(rows) if rows else np.full((1, NODES + 3), np.nan)


# --- events ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timetable:
    """Events laid out: what happens is shared by all variants; when, for how long and how much is not."""

    events: Records
    """[V, E]"""
    changes: Records
    """[V, n] what events set, event by event."""
    acts: Records
    """[V, m] what they order."""
    repeals: Array
    """[k] events they end."""
    code: Records
    """Conditions and outcomes, one expression after the other."""
    outcomes: Records
    """[O] of the scenario, in its order."""
    spans: Array
    """[S, 2] where further expressions lie that are wanted for every quarter."""


def timetable(
    scenarios: Sequence[Scenario], structure: Structure, bucket: Bucket, names: Names, seed: int,
    series: Iterable[conditions.Expression] = (),
) -> Timetable:  # fmt: skip
    """The events of variants that share their signature, and what is asked of the first of them."""
    first, variants = scenarios[0], len(scenarios)
    writer = Writer(structure)
    events = np.zeros((variants, len(first.events)), EVENT)
    changes = np.zeros((variants, sum(len(e.changes) for e in first.events)), CHANGE)
    acts = np.zeros((variants, sum(len(e.acts) for e in first.events)), ACT)
    for part in ("amount", "rent", "term", "cut", "loss", "quarters"):
        acts[part] = np.nan
    repeals: list[int] = []
    order = [e.name for e in first.events]
    change_at = act_at = 0
    for e, event in enumerate(first.events):
        column = events[:, e]
        column["kind"] = 0 if isinstance(event.trigger, Dated) else 1 if isinstance(event.trigger, Conditional) else 2
        if isinstance(event.trigger, Conditional):
            column["code_first"], column["code_last"] = writer.write(event.trigger.condition)
            column["again"] = event.trigger.again
        column["lasts"] = event.lasts is not None
        column["changes_first"], column["changes_last"] = change_at, change_at + len(event.changes)
        column["acts_first"], column["acts_last"] = act_at, act_at + len(event.acts)
        column["repeals_first"], column["repeals_last"] = len(repeals), len(repeals) + len(event.repeals)
        repeals += [order.index(name) for name in event.repeals]
        of_changes, of_acts = slice(change_at, change_at + len(event.changes)), slice(act_at, act_at + len(event.acts))
        alike = [v for v, one in enumerate(scenarios) if v and one.events[e] is event]  # nearly all of many
        for v in sorted(set(range(variants)).difference(alike)):
            times(column[v : v + 1], scenarios[v].events[e])
            lay_out_changes(changes[v, of_changes], scenarios[v].events[e], structure, bucket, names)
            lay_out_acts(acts[v, of_acts], scenarios[v].events[e], structure)
        column[alike], changes[alike, of_changes], acts[alike, of_acts] = column[0], changes[0, of_changes], acts[0, of_acts]
        change_at += len(event.changes)
        act_at += len(event.acts)
    key_events(events, first, seed)
    asked = [ask(outcome, writer) for outcome in first.outcomes.values()]
    spans = [writer.write(node) for node in series]
    return Timetable(
        events, changes, acts, np.array(repeals, dtype=np.int64), writer.records(),
        np.array(asked, dtype=OUTCOME), np.array(spans, dtype=np.int64).reshape(-1, 2),
    )  # fmt: skip


def key_events(events: Records, scenario: Scenario, seed: int) -> None:
    """Enter the addresses of the luck of events."""
    for e, event in enumerate(scenario.events):
        events["key_low"][:, e], events["key_high"][:, e] = decision_key(seed, f"event.{event.name}")


@cache
def _axes_of(field: str) -> str:
    return CHOICES.get(field) or next((f.axes for f in FIELDS if f.name == field), "")


def times(room: Records, event: Event) -> None:
    """When an event happens and for how long, into its record."""
    trigger = event.trigger
    room["at"] = trigger.quarter if isinstance(trigger, Dated) else -1
    room["holds"] = trigger.quarters if isinstance(trigger, Conditional) else 1
    room["chance"] = 1.0 - (1.0 - trigger.per_year) ** 0.25 if isinstance(trigger, Hazard) else 0.0
    room["steps"] = max(1, event.over)
    room["length"] = max(1, event.over) if event.lasts is None else event.lasts


def lay_out_changes(room: Records, event: Event, structure: Structure, bucket: Bucket, names: Names) -> None:
    """What an event sets, into its records."""
    for i, change in enumerate(event.changes):
        cell = layout.cell(bucket, change.field, structure.place(_axes_of(change.field), change.codes))
        is_choice = isinstance(change.value, str)
        target = names.words.index(change.value) if isinstance(change.value, str) else change.value
        pair = structure.place("PC", change.codes) if change.field == "trade" else (-1, -1)
        room[i] = (cell, is_choice, target, *pair)


def lay_out_acts(room: Records, event: Event, structure: Structure) -> None:
    """What an event orders, into its records."""
    for i, act in enumerate(event.acts):
        numbers = act.numbers
        if act.kind == "ban" and event.lasts is not None:
            numbers = {"quarters": float(event.lasts or 0)}
        lay_out_act(room[i : i + 1], act.kind, act.actors, numbers, structure)


def lay_out_act(room: Records, kind: str, actors: Mapping[str, str], numbers: Mapping[str, float], structure: Structure) -> None:
    """What an act orders, into its record."""
    roles = [role for role in _ROLES.get(kind, _HOLDER_AND_HOST) if role in actors]
    by_bloc = kind == "sanction" and actors["from"] not in structure.patrons
    axes = _AXES_OF_ROLES | ({"from": "B"} if by_bloc else {})
    at = [structure.place(axes[role], (actors[role],))[0] for role in roles]
    room["kind"] = len(ACTS) if by_bloc else tuple(ACTS).index(kind)
    room["first"], room["second"], room["third"] = (*at, -1, -1)[:3]
    room["about"] = structure.kinds.index(actors.get(_ABOUT, structure.kinds[0]))
    for name, value in numbers.items():
        if kind in ("promise", "offer"):
            room["face"][:, INSTRUMENTS.index(name)] = value
        else:
            room["amount" if name in ("multiple", "change") else name] = value


def ask(outcome: Outcome, writer: Writer) -> tuple[int, ...]:
    """An outcome as a record."""
    return (outcome.first, outcome.last, REDUCTIONS.index(outcome.reduce), *writer.write(outcome.expression))


# --- what runs of one batch share -----------------------------------------------------------------------------------


def signature(scenario: Scenario) -> Hashable:
    """What runs of one batch share: actors, period, blocs, and which bases and events there are."""
    return (
        actors(scenario),
        scenario.allies,
        tuple((b.code, b.leader, b.members, b.affiliates, b.candidates) for b in map(scenario.bloc, scenario.blocs)),
        occasions(scenario),
    )


def actors(scenario: Scenario) -> Hashable:
    """Who plays, and when."""
    return (
        scenario.patrons, scenario.clients, scenario.blocs, scenario.axes, scenario.kinds, tuple(scenario.requires.items()),
        scenario.start, scenario.end,
    )  # fmt: skip


def occasions(scenario: Scenario) -> Hashable:
    """Which contracts, closed doors and events there are, numbers and dates apart."""
    return (
        tuple((b.name, b.holder, b.host, b.kind) for b in scenario.contracts.values()),
        scenario.closed,
        tuple(_shape(event) for event in scenario.events),
    )


def _shape(event: Event) -> Hashable:
    return (
        event.name,
        type(event.trigger).__name__,
        (event.trigger.text, event.trigger.again) if isinstance(event.trigger, Conditional) else "",
        event.lasts is None,
        tuple((c.field, c.codes) for c in event.changes),
        event.repeals,
        tuple((a.kind, tuple(a.actors.items()), tuple(a.numbers)) for a in event.acts),
    )


def check_alike(scenario: Scenario, variants: Sequence[Scenario]) -> None:
    """Raise ValueError if some variant cannot share a batch with the scenario."""
    others = [variant for variant in variants if variant is not scenario]
    shared = signature(scenario) if others else None
    for variant in others:
        if signature(variant) == shared:
            continue
        if actors(variant) != actors(scenario):
            raise ValueError("variants in one batch must share actors, blocs, axes and period")
        raise ValueError("variants in one batch share their bases and events, but for numbers, dates and choices")


def first_worlds(scenarios: Sequence[Scenario], structure: Structure, bucket: Bucket) -> Records:
    """[V] worlds at the end of the quarter before the first, but for what follows from inputs (`phases.start`)."""
    out = np.zeros(len(scenarios), layout.world_type(bucket))
    for name in ("open_rent", "open_term", "merge_term", "sanction_cut", "sanction_loss", "sanction_quarters", "bloc_quarters"):
        out[f"ordered_{name}"] = np.nan
    first = scenarios[0]
    out["quarter"], out["told"] = first.start - 1, first.start - 1
    for name, contract in first.contracts.items():
        patron, client, kind = structure.place("PCJ", (contract.holder, contract.host, contract.kind))
        out["standing"][:, patron, client, kind] = 1
        out["rent"][:, patron, client, kind] = [one.contracts[name].rent for one in scenarios]
        out["term_left"][:, patron, client, kind] = [one.contracts[name].term_left for one in scenarios]
    for host, holder in first.closed:
        patron, client = structure.place("PC", (holder, host))
        out["closed"][:, patron, client] = np.inf
    for b, code in enumerate(structure.blocs):
        for member in first.bloc(code).members:
            out["member"][:, b, structure.clients.index(member)] = 1
    return out
