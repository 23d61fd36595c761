"""A Kyrgyzstan that hosts one patron at a time, as a Mesa model: one state is replaced, everything else stays.

python examples/mesa_kyrgyzstan.py
"""

# ruff: noqa: INP001, T201
from __future__ import annotations

import mesa
import numpy as np

from patronage.abm import InfluenceModel, State
from patronage.decisions.views import Answer, Offers
from patronage.results.ledger import COLUMNS


class Monogamous(State):
    """A client that admits nobody while somebody else has a base in it."""

    def respond(self, offers: Offers) -> Answer:
        answer = super().respond(offers)
        base = self.model.world.base[:, :, self.client : self.client + 1]  # [1,P,1], as the last quarter left it
        taken = base.sum(axis=1, keepdims=True) - base > 0
        return Answer(answer.price, answer.floor, answer.rent, answer.accept & ~taken)

    @property
    def patrons(self) -> int:
        """Patrons with a base here."""
        return int(self.model.world.base[0, :, self.client].sum())


class Republic(InfluenceModel):
    """`two-patrons` with that Kyrgyzstan. Mesa builds it from its parameters alone, so they are plain numbers."""

    def __init__(self, seed: int = 1, replication: int = 0, exclusive: bool = True) -> None:
        classes = {"KGZ": Monogamous} if exclusive else {}
        super().__init__("two-patrons", seed=seed, replication=replication, classes=classes)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "American rent": lambda m: float(m.world.rent[0, 1, 0, 0]),
                "Russian share": lambda m: float(m.world.share[0, 0, 0]),
            },
            agenttype_reporters={Monogamous: {"patrons": "patrons", "legitimacy": "legitimacy"}} if exclusive else {},
            tables={"ledger": list(COLUMNS)},  # step() writes the ledger here
        )


def main() -> None:
    """One model stepped by hand, then a batch."""
    model = Republic()
    while model.running:
        model.step()
    print(model.datacollector.get_model_vars_dataframe().tail(3).round(3))
    print(model.datacollector.get_agenttype_vars_dataframe(Monogamous).tail(3).round(3))
    ledger = model.datacollector.get_table_dataframe("ledger")
    print(ledger.query("concession == 'base'")[["quarter", "kind", "patron", "cause"]].to_string(index=False))

    values = {"replication": range(5), "exclusive": [True, False]}
    runs = mesa.batch_run(Republic, values, data_collection_period=1, display_progress=False)
    for exclusive in (True, False):
        last = [r["Russian share"] for r in runs if r["exclusive"] is exclusive and r["Step"] == 19]
        print(f"exclusive {exclusive}: Russian share {np.mean(last):.3f} in {len(last)} runs")


if __name__ == "__main__":
    main()
