"""What can be read off a run so far: every number comes from the recorder or the world, none is made here anew."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from patronage.driving import Ensemble
from patronage.results.bonds import bonds_of
from patronage.results.contracts import BASE, kind_of_row
from patronage.results.ledger import concessions_of, ledger_frame
from patronage.results.recorder import Recorder, joined, readings
from patronage.scenario import Scenario, quarter_name
from patronage.scenario.conditions import MeasureCall
from patronage.world.arrays import Array
from patronage.world.codes import CAUSES, KINDS
from patronage.world.layout import HAPPENING, ROW
from patronage.world.parameters import Parameters
from patronage.world.state import World
from patronage.world.structure import Structure

from .naming import event_words
from .palette import Look, looks

WHAT = ("fired", "ended")
"""What can happen to an event, by number."""
CONTESTED = 0.10
"""Lead over the second under which a client counts as contested."""
YEAR = 4
CALLED = re.compile(r"([^,]+), (?:the|an?) [^,]*\bbase\b")
"""A label that begins with the name of a base and goes on with what it is."""


def first_readings(ensemble: Ensemble) -> dict[str, Array]:
    """The variables of the recorder before the first quarter, without the run axis."""
    return {name: values[0] for name, values in readings(ensemble).items()}


def snapshot(world: World, inputs: Parameters) -> dict[str, Array]:
    """What the page shows and the recorder leaves out: term left [P,C], pledges [Q,P,C,J], packages due [P,C,K], chances to fall [C].

    Of contracts of every kind it is whether they stand, their rents, the terms and the notices left [P,C,J];
    of trade, treaties and pledges of defence what `bonds_of` says [P,C].
    """
    return {
        "term_left": world.term_left[0, ..., 0].astype(np.float32),
        "stands": world.standing[0].astype(bool),
        "rents": world.rent[0].astype(np.float32),
        "terms": world.term_left[0].astype(np.float32),
        "notices": world.notice[0].astype(np.float32),
        "overthrow_chance": world.work("overthrow_chance")[0].astype(np.float32),
        "pledge": world.pledge[0].astype(np.float32),
        "due": (world.due[0] + world.stuck[0]).sum(axis=-1).astype(np.float32),
        **bonds_of(world, inputs),
    }


def labelled_bases(scenario: Scenario) -> dict[tuple[str, str], str]:
    """Names of bases, by holder and host, that labels of outcomes give as in "Manas, the American base in Kyrgyzstan, stands"."""
    asked = ((o.expression, CALLED.match(o.label)) for o in scenario.outcomes.values())
    return {
        (node.args[0], node.args[1]): found[1]
        for node, found in asked
        if found and isinstance(node, MeasureCall) and node.name == "base"
    }


class LedgerEntry(NamedTuple):
    """A row of the ledger in short."""

    when: int
    """Time index."""
    kind: str
    patron: str
    """Code, or nothing where none is concerned."""
    client: str
    cause: str
    concession: str = BASE
    """The kind of contract, of rows about one."""


class Readings:
    """The ledger of a growing run, each row read once however often the page is drawn. Shared by its stories."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._batches = 0
        self._entries: list[LedgerEntry] = []
        self._frame: tuple[int, pd.DataFrame] | None = None

    def entries(self, record: Recorder, s: Structure, start: int) -> list[LedgerEntry]:
        """All rows so far in the order of time; never change the list."""
        about = concessions_of(s)
        with self._lock:
            for rows in record.rows[self._batches :]:
                for row in rows:
                    p, c = row["patron"], row["client"]
                    patron, client = s.patrons[p] if p >= 0 else "", s.clients[c] if c >= 0 else ""
                    when = int(row["quarter"]) - start + 1
                    kind, cause, concession = KINDS[row["kind"]], CAUSES[row["cause"]], kind_of_row(about[row["concession"]])
                    self._entries.append(LedgerEntry(when, kind, patron, client, cause, concession))
                self._batches += 1
            return self._entries

    def frame(self, record: Recorder, s: Structure) -> pd.DataFrame:
        """All rows so far as a table."""
        with self._lock:
            batches = list(record.rows)
            if self._frame is None or self._frame[0] != len(batches):
                self._frame = (len(batches), ledger_frame(joined(batches, ROW), record.replications, s))
            return self._frame[1]


@dataclass(frozen=True, eq=False)  # never equal to another: what grows behind it must be drawn
class Story:
    """A run up to its present quarter. Time index 0 is the quarter before the first, `now` the present one."""

    scenario: Scenario
    structure: Structure
    record: Recorder
    first: Mapping[str, Array]
    now: int
    moments: Sequence[Mapping[str, Array]] = field(default=())
    bids: Sequence[Array] = field(default=())
    readings: Readings = field(default_factory=Readings)
    outcomes: Sequence[Array] = field(default=())

    @cached_property
    def quarters(self) -> list[str]:
        """Names of all quarters of the period, the one before it first."""
        return [quarter_name(t) for t in range(self.scenario.start - 1, self.scenario.end + 1)]

    @property
    def patrons(self) -> tuple[str, ...]:
        return self.structure.patrons

    @property
    def clients(self) -> tuple[str, ...]:
        return self.structure.clients

    @cached_property
    def looks(self) -> dict[str, Look]:
        return looks(self.scenario)

    def name(self, code: str) -> str:
        """The display name of an actor."""
        return str(self.scenario.names.get(code, code))

    def array(self, variable: str, until: int | None = None) -> Array:
        """A variable over time, [until + 1, ...]; `until` included."""
        last = self.now if until is None else until
        return np.concatenate([self.first[variable][None], self.record.arrays[variable][0, :last]])

    def at(self, variable: str, when: int) -> Array:
        """A variable at one time."""
        found = self.first[variable] if when == 0 else self.record.arrays[variable][0, when - 1]
        return np.asarray(found)

    def moment(self, variable: str, when: int) -> Array:
        """Something the recorder leaves out, at one time."""
        return np.asarray(self.moments[when][variable])

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """All rows so far."""
        return self.readings.frame(self.record, self.structure)

    @property
    def entries(self) -> list[LedgerEntry]:
        """All rows so far in short."""
        return self.readings.entries(self.record, self.structure, self.scenario.start)

    def rows(self, when: int) -> pd.DataFrame:
        """Rows of the ledger up to a time."""
        if self.ledger.empty or when == 0:
            return self.ledger.iloc[:0]
        return self.ledger[self.ledger["quarter"].astype(str) <= self.quarters[when]]

    @property
    def log(self) -> list[tuple[int, str, str]]:
        """Events so far: time index, event, "fired" or "ended"."""
        names = [e.name for e in self.scenario.events]
        rows = joined(list(self.record.events), HAPPENING)
        return [(int(x["quarter"]) - self.scenario.start + 1, names[x["event"]], WHAT[x["what"]]) for x in rows]

    # --- readings of one quarter ----------------------------------------------------------------------------------

    def leaders(self, when: int) -> list[tuple[str, float, float]]:
        """Per client: the patron with the largest share, that share, and its lead over the second."""
        if when in self._led:
            return self._led[when]
        share = self.at("share", when)
        out = []
        for c in range(len(self.clients)):
            order = np.argsort(-share[:, c], kind="stable")
            second = float(share[order[1], c]) if len(order) > 1 else 0.0
            out.append((self.patrons[order[0]], float(share[order[0], c]), float(share[order[0], c]) - second))
        self._led[when] = out
        return out

    @cached_property
    def _led(self) -> dict[int, list[tuple[str, float, float]]]:
        """Leaders by time, once asked for: a drawing asks for them often."""
        return {}

    def paid(self, when: int) -> float:
        """Arms, grants, loans and cash rents handed over in the quarter, MUSD."""
        delivered = self.at("delivered", when)
        return float(delivered[..., :3].sum() + self.at("rent_paid", when).sum())

    def outcome(self, name: str, when: int) -> float:
        """An outcome as it stood at one time; not a number before it is read."""
        return float(self.outcomes[when][list(self.scenario.outcomes).index(name)]) if when < len(self.outcomes) else float("nan")

    @cached_property
    def contract_names(self) -> dict[tuple[str, str, str], str]:
        """Names by holder, host and kind: as the scenario calls them, and of other bases as the labels of outcomes do."""
        labelled = {(*whose, BASE): name for whose, name in labelled_bases(self.scenario).items()}
        return labelled | dict(self.scenario.called)

    def contract_name(self, patron: str, client: str, kind: str = BASE) -> str:
        """A contract by its own name, or by whose it is and where, and its kind unless it is a base."""
        whose = f"{self.name(patron)} in {self.name(client)}"
        other = whose if kind == BASE else f"{kind.replace('_', ' ').capitalize()}, {whose}"
        return self.contract_names.get((patron, client, kind), other)

    def contracts_over(self, variable: str, when: int) -> Array:
        """[when + 1, P, C, J] what the snapshots of the quarters say of contracts of every kind."""
        return np.stack([np.asarray(m[variable]) for m in self.moments[: when + 1]])

    def event_words(self, name: str) -> str:
        """An event in words."""
        return event_words(self.scenario, name)


def cells(story: Story, when: int) -> list[dict[str, Any]]:
    """A row per dyad of one quarter: the shares a tooltip and a table show."""
    share, delivered = story.at("share", when), story.at("delivered", when)
    return [
        {"patron": p, "client": c, "share": float(share[i, j]), "delivered": float(delivered[i, j, :3].sum())}
        for i, p in enumerate(story.patrons)
        for j, c in enumerate(story.clients)
    ]
