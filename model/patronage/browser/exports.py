"""What a visitor can take away: tables of the run so far, the changed scenario, the command that repeats it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import xarray as xr

from patronage import __version__
from patronage.telling.notes import Note, commented

from .atlas import NOTE
from .model import PageModel
from .noting import Notes

DYADS = (
    "share", "influence", "base", "rent", "rent_paid", "notice", "debt", "arms", "capital", "presence", "effort",
    "reputation", "grievance", "campaign", "sanction", "surplus",
)  # fmt: skip
CLIENTS = (
    "gdp", "growth", "threat", "insecurity", "openness", "coalition", "legitimacy", "autonomy", "overthrow", "turnover",
)
PATRONS = ("budget", "spent", "unspent", "mode", "concentration", "mission")


def so_far(model: PageModel) -> xr.Dataset:
    """The variables of a run folder up to the present quarter."""
    done = model.world.quarter - model.scenario.start + 1
    return model.record.result().data.isel(quarter=slice(0, done))


def frame(model: PageModel, names: tuple[str, ...]) -> pd.DataFrame:
    """Variables that share their axes as a tidy table."""
    return so_far(model)[list(names)].to_dataframe().reset_index()


def tables() -> dict[str, Callable[[PageModel], pd.DataFrame]]:
    """Tables by name; each is made when it is asked for."""
    return {
        "influence": lambda m: frame(m, DYADS),
        "clients": lambda m: frame(m, CLIENTS),
        "patrons": lambda m: frame(m, PATRONS),
        "channels": lambda m: frame(m, ("by_channel",)),
        "deliveries": lambda m: frame(m, ("promised", "delivered")),
        "deals": lambda m: m.record.result().ledger,
        "events": lambda m: m.record.result().events,
        "units": units,
    }


def units(model: PageModel) -> pd.DataFrame:
    """What the columns of the other tables are: name, unit, meaning."""
    data = so_far(model)
    names = [*DYADS, *CLIENTS, *PATRONS, "by_channel", "promised", "delivered"]
    rows = [(n, data[n].attrs.get("unit", ""), data[n].attrs.get("description", "")) for n in names]
    return pd.DataFrame(rows, columns=["column", "unit", "meaning"])


def figure_note(model: PageModel, quarter: str, notes: Notes | None = None) -> dict[str, Any]:
    """What stands below a saved figure, so that it can be traced: the quarter looked at, the run, boundaries for maps; notes."""
    setup, played = model.setup, " · played by a person" if model.player is not None else ""
    run = f"{model.scenario.title or model.scenario.name} · {quarter} · seed {setup.seed}, run {setup.replication}{played}"
    noted = {"notes": notes.sentences, "here": notes.here(quarter)} if notes is not None and notes.list else {}
    return {"quarter": quarter, "run": run, "source": f"patronage {__version__}: {setup.command}", "boundaries": NOTE, **noted}


def csv(model: PageModel, table: str) -> bytes:
    """One table as CSV."""
    return tables()[table](model).to_csv(index=False, lineterminator="\n").encode("utf-8")


def yaml(model: PageModel, notes: Sequence[Note] = ()) -> bytes:
    """The scenario with all changes, every default spelt out; notes as comments at its top."""
    return commented(model.scenario.resolved(), notes).encode("utf-8")


def note(model: PageModel) -> str:
    """What else a reader must know to repeat the run."""
    if model.setup.text is not None:
        tables = f", with {', '.join(name for name, _ in model.setup.tables)} where it names them" if model.setup.tables else ""
        return f"The command needs the file {model.setup.source} in the folder it is given in{tables}."
    return ""


def decisions(model: PageModel, notes: Sequence[str] = ()) -> bytes:
    """What the visitor decided when playing a patron, and noted, as JSON."""
    orders = {} if model.player is None else model.player.orders()
    return json.dumps(model.describe() | {"decisions": orders} | ({"notes": list(notes)} if notes else {}), indent=1).encode("utf-8")
