"""An invented ensemble with the shape of a real one, for figures and reports: no model is run here.

Used where a test needs a history that no short simulation shows on demand (a hostile name, a base that
rivals outbid, a sample too small to tell).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from patronage.results.ledger import COLUMNS
from patronage.scenario.catalogue import CHANNELS, INSTRUMENTS

AXES = ("unga", "security")


@dataclass
class FakeResult:
    """What `simulate` returns, as far as figures and reports read it."""

    scenario: Any
    seed: int
    data: xr.Dataset
    ledger: pd.DataFrame
    events: pd.DataFrame
    outcomes: pd.DataFrame
    first: int = 0
    extra: dict[str, Any] = field(default_factory=dict)


def quarter_names(start: int, count: int) -> list[str]:
    return [f"{t // 4}Q{t % 4 + 1}" for t in range(start, start + count)]


def fake_scenario(patrons: tuple[str, ...], clients: tuple[str, ...], quarters: int, blocs: tuple[str, ...]) -> Any:
    names = {"RUS": "Russia", "USA": "United States", "CHN": "China", "EUU": "European Union", "TUR": "Turkey"}
    names |= {"KGZ": "Kyrgyzstan", "TJK": "Tajikistan", "UZB": "Uzbekistan", "KAZ": "Kazakhstan", "TKM": "Turkmenistan"}
    names |= {b: b for b in blocs}
    start = 4 * 2005
    manas = SimpleNamespace(
        name="manas", holder="USA", host=clients[0], rent=17.4, term_left=8, under="", source="x", kind="base"
    )
    return SimpleNamespace(
        name="fake",
        title="An invented history",
        question="Who holds the base when one patron loses interest?",
        notes="",
        finding="",
        start=start,
        end=start + quarters - 1,
        axes=("security",),
        poles={"security": ("RUS", "USA")},
        names=names,
        patrons=patrons,
        clients=clients,
        blocs=blocs,
        kinds=("base",),
        bases={"manas": manas},
        contracts={"manas": manas},
        called={("USA", clients[0], "base"): "Manas"},
        requires={},
        events=(),
        outcomes={},
        digest="0" * 64,
        number=lambda field, patron, axis: {"RUS": 0.9, "USA": -0.8}.get(patron, 0.2),
    )


def fake_result(
    runs: int = 20,
    quarters: int = 16,
    seed: int = 1,
    first: int = 0,
    patrons: tuple[str, ...] = ("RUS", "USA"),
    clients: tuple[str, ...] = ("KGZ",),
    blocs: tuple[str, ...] = ("CSTO",),
    shift: float = 0.0,
) -> FakeResult:
    """Random walks with the documented names; `shift` moves the first patron's shares and prolongs the base."""
    rng = np.random.default_rng([seed, first])
    scenario = fake_scenario(patrons, clients, quarters, blocs)
    names = quarter_names(scenario.start, quarters)
    r, t, p, c, b = runs, quarters, len(patrons), len(clients), len(blocs)
    pc, q = ("run", "quarter", "patron", "client"), ("run", "quarter")

    def walk(shape: tuple[int, ...], level: float, size: float) -> np.ndarray:
        return level + size * np.cumsum(rng.normal(size=(r, t, *shape)), axis=1)

    raw = np.exp(walk((p, c), 0, 0.08) + np.linspace(0, -1, p)[:, None])
    raw[:, :, 0] *= np.exp(shift * np.linspace(0, 1, t))[None, :, None]
    share = raw / (raw.sum(axis=2, keepdims=True) + 0.3)
    base = np.zeros((r, t, p, c), dtype=bool)
    holder = patrons.index("USA")
    ends = rng.integers(t // 2, t + 6, size=r) + round(8 * shift)
    base[:, :, holder, 0] = np.arange(t)[None, :] < ends[:, None]
    rent = np.where(base, 17.4 + 40 * (np.arange(t)[None, :, None, None] > t // 3), 0.0)
    promised = rng.gamma(1.0, 3.0, size=(r, t, p, c, len(INSTRUMENTS)))
    promised[..., INSTRUMENTS.index("debt_relief")] *= 0.1
    data: dict[str, Any] = {
        "share": (pc, share),
        "base": (pc, base),
        "rent": (pc, rent),
        "notice": (pc, np.zeros((r, t, p, c), int)),
        "promised": ((*pc, "instrument"), promised),
        "delivered": ((*pc, "instrument"), promised * rng.uniform(0.3, 1, promised.shape)),
        "rent_paid": (pc, rent / 4),
        "surplus": (("run", "quarter", "patron"), np.full((r, t, p), 1e9)),
        "reputation": (pc, np.clip(walk((p, c), 0.8, 0.01), 0, 1)),
        "grievance": (pc, np.clip(walk((p, c), 0, 0.05), 0, 2)),
        "effort": (pc, np.exp(walk((p, c), 2, 0.05))),
        **{k: (pc, np.exp(walk((p, c), 4, 0.03))) for k in ("debt", "arms", "capital", "presence")},
        "campaign": (pc, rng.random((r, t, p, c)) < 0.02),
        "sanction": (pc, rng.random((r, t, p, c)) < 0.01),
        "gdp": ((*q, "client"), np.exp(walk((c,), 7, 0.01) + 0.01 * np.arange(t)[None, :, None])),
        "growth": ((*q, "client"), rng.normal(0.01, 0.012, (r, t, c))),
        **{
            k: ((*q, "client"), np.clip(walk((c,), lv, 0.02), 0, 1))
            for k, lv in (
                ("threat", 0.3),
                ("insecurity", 0.2),
                ("openness", 0.3),
                ("coalition", 0.2),
                ("legitimacy", 0.6),
            )
        },
        "autonomy": ((*q, "client"), 1 - share.sum(axis=2)),
        "overthrow": ((*q, "client"), rng.random((r, t, c)) < 0.02),
        "turnover": ((*q, "client"), rng.random((r, t, c)) < 0.02),
        "position": ((*q, "client", "axis"), np.clip(walk((c, len(AXES)), 0.1, 0.04), -1, 1)),
        "budget": ((*q, "patron"), np.exp(walk((p,), 4, 0.01))),
        "spent": ((*q, "patron"), np.exp(walk((p,), 3.9, 0.01))),
        "unspent": ((*q, "patron"), np.abs(walk((p,), 2, 0.01))),
        "mode": ((*q, "patron"), (rng.random((r, t, p)) < 0.4).astype(int)),
        "concentration": ((*q, "patron"), np.clip(walk((p,), 0.4, 0.01), 0, 1)),
        "mission": ((*q, "patron"), np.clip(np.ones((r, t, p)) - np.linspace(0, 1, t)[None, :, None], 0, 1)),
        "member": ((*q, "bloc", "client"), rng.random((r, t, b, c)) < 0.9),
        "cohesion": ((*q, "bloc"), np.clip(walk((b,), 0.7, 0.01), 0, 1)),
        "force": ((*q, "bloc"), np.abs(walk((b,), 10, 1))),
        "by_channel": ((*pc, "channel"), share[..., None] * rng.dirichlet(np.ones(len(CHANNELS)), (r, t, p, c))),
    }
    coords = {
        "run": np.arange(first, first + r),
        "quarter": names,
        "patron": list(patrons),
        "client": list(clients),
        "bloc": list(blocs),
        "channel": list(CHANNELS),
        "instrument": list(INSTRUMENTS),
        "axis": list(AXES),
    }
    ledger = _ledger(rng, ends, first, names, patrons, clients[0])
    events = pd.DataFrame(
        {"run": np.arange(first, first + r), "quarter": names[t // 2], "event": "withdrawal", "what": "fired"}
    )
    outcomes = pd.DataFrame(
        {"base_open": base[:, -1, holder, 0].astype(float), "first_share": share[:, -1, 0, 0]},
        index=pd.Index(np.arange(first, first + r), name="run"),
    )
    return FakeResult(scenario, seed, xr.Dataset(data, coords=coords), ledger, events, outcomes, first)


def _ledger(
    rng: np.random.Generator, ends: np.ndarray, first: int, names: list[str], patrons: tuple[str, ...], client: str
) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for i, end in enumerate(ends):
        money = {"value": 80.0, "price": 3.0, "denial": 20.0, "floor": 23.0, "rent": 26.0}
        rows.append(
            {
                "run": first + i,
                "quarter": names[len(names) // 3],
                "kind": "renewed",
                "patron": "USA",
                "client": client,
                **money,
            }
        )
        if end >= len(names):
            continue
        cause = ("mission", "rival", "overthrow")[int(rng.integers(3))]
        lost = {"value": 10.0, "price": 3.0, "denial": 20.0, "floor": 23.0, "cause": cause}
        rows.append(
            {
                "run": first + i,
                "quarter": names[max(0, end - 2)],
                "kind": "notice",
                "patron": "USA",
                "client": client,
                **lost,
            }
        )
        rows.append(
            {
                "run": first + i,
                "quarter": names[max(0, end - 2)],
                "kind": "package",
                "patron": patrons[0],
                "client": client,
                "counterpart": "USA",
                "instrument": "loans",
                "promised": 120.0,
                "delivered": 12.0,
                "concession": "refusal of a base",
            }
        )
        rows.append(
            {
                "run": first + i,
                "quarter": names[end],
                "kind": "closed",
                "patron": "USA",
                "client": client,
                "cause": cause,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
