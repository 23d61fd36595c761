"""Cases that tests of several methods of analysis share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from patronage.answers import Aim, case_of


def uniform(n, names, seed=1):
    return pd.DataFrame(np.random.default_rng(seed).random((n, len(names))), columns=list(names))


LEVER_TABLE = [  # future 1, 2, 3
    ("stay", (10.0, 4.0, 1.0)),
    ("leave", (6.0, 6.0, 6.0)),
    ("wait", (9.0, 5.0, 0.0)),
]


def lever_case(prefer="high", aim=None):
    rows = [(s, f, v) for s, values in LEVER_TABLE for f, v in enumerate(values)]
    points = pd.DataFrame({"choice": [s for s, _, _ in rows], "future": [float(f) for _, f, _ in rows]})
    outcomes = pd.DataFrame({"gain": [v for *_, v in rows]})
    return case_of(points, outcomes, levers=["choice"], aims=[aim or Aim("gain", prefer=prefer, sign=">=", limit=5.0)])
