"""The Mesa model: the engine's quarter, with every decision asked of an agent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from ..decisions.decider import Decider
from ..decisions.views import AdmissionView, Answer, BidView, ConsentView, CourtView, ForceView, GrievanceView, Offers
from ..driving import prepare
from ..errors import NotFiniteError
from ..results.ledger import COLUMNS, ledger_records
from ..results.recorder import Recorder
from ..results.result import Result, joined
from ..scenario import Scenario, load_scenario
from ..scenario.quarters import quarter_name
from ..world.arrays import Array, total
from ..world.parameters import Parameters
from ..world.state import World
from .agents import Actor, Bloc, State
from .injection import check_addition, widened

ELSEWHERE = 1_000_003
"""Added to the number of a run to get luck that is not its own."""


class InfluenceModel(mesa.Model):  # type: ignore[misc]  # mesa ships no types
    """One run of a scenario as a Mesa model.

    Parameters: `scenario` (name, path or Scenario), `seed` of the experiment, `replication` number of the run,
    `classes`
    (actor code -> subclass of State or Bloc), and `set` (path -> value, as `--set` on the command line).

    `world` and `parameters` are the engine's, with a run axis of length one; `step()` is one quarter; `running` turns
    false at the scenario's end. `datacollector` holds model and agent-type reporters and the ledger as a table.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "two-patrons",
        seed: int | str = 1,
        replication: int = 0,
        classes: Mapping[str, type[Actor]] | None = None,
        set: Mapping[str, object] | None = None,  # noqa: A002  # mirrors --set
    ) -> None:
        super().__init__(rng=int(seed))
        self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, overrides=set)
        self._ensemble = prepare(self.scenario, [int(replication)], int(seed)).ensemble()
        self.world: World = self._ensemble.world.copy()
        number = np.array([int(replication)])
        self._recorder = Recorder(
            self.scenario, self.parameters.structure, int(seed), number, self.scenario.end, "full"
        )
        self._recorder.begin(0, 1)
        self._people(classes or {})
        self.datacollector = mesa.DataCollector(
            model_reporters={"quarter": _quarter, **self._shares()},
            agenttype_reporters={
                State: {name: attrgetter(name) for name in ("code", "legitimacy", "bases")},
                Bloc: {name: attrgetter(name) for name in ("code", "members")},
            },
            tables={"ledger": list(COLUMNS)},
        )

    def _people(self, classes: Mapping[str, type[Actor]]) -> None:
        s = self.parameters.structure
        for code in sorted({*s.patrons, *s.clients}):
            classes.get(code, State)(self, code)
        for code in s.blocs:
            classes.get(code, Bloc)(self, code)
        unknown = [code for code in classes if code not in {*s.patrons, *s.clients, *s.blocs}]
        if unknown:
            raise ValueError(f"no such actor in {self.scenario.name}: {', '.join(unknown)}")

    def _shares(self) -> dict[str, Any]:
        s = self.parameters.structure
        return {
            f"share {patron} {client}": partial(_share, i=i, j=j)
            for i, patron in enumerate(s.patrons)
            for j, client in enumerate(s.clients)
        }

    @property
    def parameters(self) -> Parameters:
        """Inputs in force."""
        return self._ensemble.parameters

    def measure(self, name: str, *codes: str) -> float:
        """A named measure of the world as it stands."""
        return float(self._ensemble.measure(name, *codes, world=self.world)[0])

    @property
    def record(self) -> Recorder:
        """Everything kept of the run so far; its arrays are filled up to the present quarter."""
        return self._recorder

    def inject(self, scenario: Scenario) -> None:
        """Go on with a scenario that holds further events, dated later than the present quarter.

        The past stays as it is, and from here on the run is what it would be had it begun with that scenario. Raises
        ValueError if anything else differs, or an event comes too late.
        """
        check_addition(self.scenario, scenario, self.world.quarter)
        start = prepare(scenario, self._recorder.replications, self._recorder.seed)
        self._ensemble = widened(self._ensemble, start)
        self.scenario = scenario
        self._recorder.scenario = scenario

    def outlook(self, decide: Decider) -> None:
        """Let somebody look at the next quarter as it might be, with the luck of another run; nothing changes."""
        other = self._ensemble.copy()
        other.worlds["replication"] += ELSEWHERE
        other.step(decide)

    # --- the clock ---------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One quarter. World phases are the engine's; wherever somebody decides it asks the methods below.

        Raises NotFiniteError where a number grows out of bounds.
        """
        if self.world.quarter >= self.scenario.end:
            self.running = False
            return
        happened = self._ensemble.step(decide=self)
        self.world = self._ensemble.world.copy()
        self._recorder.add(self._ensemble, happened)
        for row in ledger_records(happened.rows, self._recorder.replications, self.parameters.structure):
            self.datacollector.add_table_row("ledger", row)
        self.datacollector.collect(self)
        self.running = self.world.quarter < self.scenario.end
        for found in self._ensemble.lost():
            self.running = False
            raise NotFiniteError(f"run {self._recorder.replications[0]} of {self.scenario.name}: {found}")

    def run(self) -> Result:
        """Step to the scenario's end."""
        while self.running:
            self.step()
        return self._recorder.result()

    # --- decisions: each agent writes its own row, so their order is nothing ------------------------------------------

    @property
    def patrons(self) -> list[State]:
        """State agents that are patrons."""
        return [a for a in self._of(State) if a.is_patron]

    @property
    def clients(self) -> list[State]:
        """State agents that are clients."""
        return [a for a in self._of(State) if a.is_client]

    def _rows(self) -> list[tuple[int, State]]:
        """Patrons with their rows on the patron axis."""
        return [(a.patron, a) for a in self.patrons if a.patron is not None]

    def _columns(self) -> list[tuple[int, State]]:
        """Clients with their columns on the client axis."""
        return [(a.client, a) for a in self.clients if a.client is not None]

    def _of(self, kind: type[Any]) -> list[Any]:
        return [a for t in self.agent_types if issubclass(t, kind) for a in self.agents_by_type[t]]

    def court(self, view: CourtView, p: Parameters) -> tuple[Array, Array]:
        effort, mode = np.zeros_like(view.usual_effort), np.zeros_like(view.usual_mode)
        for i, state in self._rows():
            effort[:, i : i + 1], mode[:, i : i + 1] = state.court(view.only("P", i))
        return effort, mode

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        value, denial = np.zeros_like(view.usual_value), np.zeros_like(view.usual_bids)
        for i, state in self._rows():
            value[:, i : i + 1], denial[:, i : i + 1] = state.bid(view.only("P", i))
        return value, denial

    def consent(self, view: ConsentView, p: Parameters) -> Array:
        ordered = sorted(self._of(Bloc), key=lambda b: b.place)
        return total(np.stack([bloc.consent(view.only("B", bloc.place)) for bloc in ordered], axis=1), 1)

    def respond(self, offers: Offers, p: Parameters) -> Answer:
        parts = {f: np.zeros_like(offers.price) for f in ("price", "floor", "rent")}
        accept = np.zeros_like(offers.usual_accept)
        for j, state in self._columns():
            answer = state.respond(offers.only("C", j))
            for name, table in parts.items():
                table[:, :, j : j + 1] = getattr(answer, name)
            accept[:, :, j : j + 1] = answer.accept
        return Answer(accept=accept, **parts)

    def retaliate(self, view: GrievanceView, p: Parameters) -> tuple[Array, Array]:
        campaigns, sanctions = np.zeros_like(view.usual_campaigns), np.zeros_like(view.usual_sanctions)
        for i, state in self._rows():
            campaigns[:, i : i + 1], sanctions[:, i : i + 1] = state.retaliate(view.only("P", i))
        return campaigns, sanctions

    def admit(self, view: AdmissionView, p: Parameters) -> tuple[Array, Array]:
        joins, leaves = np.zeros_like(view.usual_joins), np.zeros_like(view.usual_leaves)
        for bloc in self._of(Bloc):
            b = bloc.place
            joins[:, b : b + 1], leaves[:, b : b + 1] = bloc.admit(view.only("B", b))
        return joins, leaves

    def contribute(self, view: ForceView, p: Parameters) -> tuple[Array, Array, Array]:
        supply, acts, buys = (np.zeros_like(x) for x in (view.usual_supply, view.usual_acts, view.usual_buys))
        for bloc in self._of(Bloc):
            b = bloc.place
            supply[:, b : b + 1], acts[:, b : b + 1], buys[:, b : b + 1] = bloc.contribute(view.only("B", b))
        return supply, acts, buys


def _quarter(model: InfluenceModel) -> str:
    return quarter_name(model.world.quarter)


def _share(model: InfluenceModel, i: int, j: int) -> float:
    return float(model.world.share[0, i, j])


def simulate_agents(
    scenario: str | Path | Scenario, classes: Mapping[str, type[Actor]], runs: int = 1, seed: int = 1, first: int = 0
) -> Result:
    """An ensemble with overridden agents: the runs that `simulate` would make, one after the other."""
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    results = []
    for replication in range(first, first + runs):
        model = InfluenceModel(loaded, seed, replication, classes)
        results.append(model.run())
        mesa.Agent._ids.pop(model, None)  # mesa would keep every model alive
    return joined(results)
