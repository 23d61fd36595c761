"""The parts of the model's index, year by year: those of the slow model of the equations, and those published at an origin."""

from __future__ import annotations

import numpy as np
import pytest

from patronage import load_scenario
from patronage.driving import prepare
from patronage.hindcast import futures, index_parts
from patronage.hindcast.targets import PARTS
from reference import ReferenceModel
from reference.influence import Volumes

QUARTERS = 4


def by_the_equations(model: ReferenceModel) -> dict[str, dict[tuple[str, str], float]]:
    """Parts of every dyad as the equations have them, from the state at the end of a quarter; 0 between a state and itself."""
    out = {name: dict.fromkeys(((p, c) for p in model.patron for c in model.client), 0.0) for name in PARTS}
    n = model.inputs
    for c, country in model.client.items():
        volumes = Volumes(model, c, model.quarter - 1)
        for p in volumes.patrons:
            b, d = volumes.bandwidth(p, pure=True), volumes.dependence(p, pure=True)
            pledge = n.with_institutions * country.pact(p)
            treaties = n.with_institutions * country.treaty(p)
            out["economic_bandwidth"][p, c] = b["market"] + treaties
            out["political_bandwidth"][p, c] = b["institutions"] - treaties - pledge
            out["security_bandwidth"][p, c] = b["arms"] + pledge
            out["economic_dependence"][p, c] = d["market"] + d["economic"] + d["debt"]
            out["security_dependence"][p, c] = d["arms"]
    return out


@pytest.mark.parametrize(
    ("name", "said"),
    [("central-asia", {}), ("sahel", {}), ("central-asia", {"blocs.CSTO.pact": "0.43"})],
    ids=["CA", "sahel", "pledge"],
)
def test_parts_are_those_of_the_equations(name, said):
    """The pledge of a bloc counts where it is larger than the tie's own."""
    scenario = load_scenario(name, said)
    model, ensemble = ReferenceModel(scenario, seed=3), prepare(scenario, np.array([0]), 3).ensemble()
    compared = 0
    for t in range(QUARTERS + 1):
        if t:
            model.step()
            ensemble.step()
        found, right = index_parts.parts(ensemble.world, ensemble.parameters), by_the_equations(model)
        for i, p in enumerate(scenario.patrons):
            for j, c in enumerate(scenario.clients):
                wide = sum(right[x][p, c] for x in tuple(PARTS)[:3])
                deep = sum(right[x][p, c] for x in tuple(PARTS)[3:])
                if abs(0.1333 * wide * deep - model.state["fbic"][p][c]) > 1e-12:
                    continue  # a sanction or a coup came after influence was felt: these sums are of the next quarter
                compared += 1
                for part in PARTS:
                    assert found[part][0, i, j] == pytest.approx(right[part][p, c], abs=1e-9), (part, p, c, t)
    assert compared > 0.8 * (QUARTERS + 1) * len(scenario.patrons) * len(scenario.clients)


def test_years_are_means_of_quarters_and_their_product_is_the_index():
    scenario = load_scenario("two-patrons")
    data = futures.futures(scenario, lambda run: (), 3, 1, 2)
    names = tuple(PARTS)
    ensemble = prepare(scenario, np.arange(3), 1, futures.draw(scenario, 3, 1)).ensemble()
    quarters = [futures.seen(ensemble)]
    for _ in range(8):
        ensemble.step()
        quarters.append(futures.seen(ensemble))
    for name in (*names, "fbic", "share"):
        assert data[name].values[:, 0] == pytest.approx(quarters[0][name], abs=1e-12), "the year of the origin"
        assert data[name].values[:, 2] == pytest.approx(np.mean([q[name] for q in quarters[5:]], axis=0), abs=1e-12), name
    scale = ensemble.parameters["influence_scale"][:, None, None]
    for q in quarters:
        product = scale * sum(q[x] for x in names[:3]) * sum(q[x] for x in names[3:])
        assert product == pytest.approx(q["fbic"], abs=1e-12)
