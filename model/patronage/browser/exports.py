"""What a visitor can take away: tables of the run so far, the changed scenario, the command that repeats it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import xarray as xr

from patronage import __version__
from patronage.results.ledger import MEANINGS, WORDS
from patronage.results.ledger import UNITS as LEDGER_UNITS
from patronage.scenario.vocabulary import MEASURES
from patronage.telling.notes import Note, commented

from .atlas import NOTE
from .debriefing import ROOM_HEADS
from .model import PageModel
from .noting import HEADS as NOTED
from .noting import Notes

DYADS = (
    "share", "influence", "base", "rent", "rent_paid", "notice", "debt", "arms", "capital", "presence", "effort",
    "reputation", "grievance", "campaign", "sanction", "surplus",
)  # fmt: skip
CLIENTS = (
    "gdp", "growth", "threat", "insecurity", "openness", "coalition", "legitimacy", "autonomy", "overthrow", "turnover",
)
PATRONS = ("budget", "spent", "unspent", "mode", "concentration", "mission")
VARIABLES = {
    "influence": DYADS, "clients": CLIENTS, "patrons": PATRONS, "channels": ("by_channel",), "deliveries": ("promised", "delivered"),
}  # fmt: skip
"""Of a run folder, by table."""
AXES = {
    "run": ("1", "number of the run: the same seed and number, the same run"), "quarter": ("quarter", "such as 2009Q1"),
    "time": ("date", "first day of the quarter"), "patron": ("code", "of a patron"), "client": ("code", "of a client"),
    "channel": ("text", "by which influence comes"), "instrument": ("text", "what is delivered"),
}  # fmt: skip
"""What tables of all kinds have: unit, meaning."""
OF_DEALS = {c: (LEDGER_UNITS.get(c, "text" if c in WORDS else "code"), meaning) for c, meaning in MEANINGS.items()}
OF_EVENTS = {"event": ("text", "name of an event of the scenario, or of the visitor's own"), "what": ("text", "fired or ended")}
OF_NOTES = {"client": ("code", "of the client that the note is about, if it is about one"), "note": ("text", "the visitor's words")}
OF_ORDERS = {
    "seat": ("code", "of who gave the order, in a room"),
    "offer_musd_a_quarter": ("MUSD/quarter", "courtship ordered"), "bid_musd_a_year": ("MUSD/yr", "most that a base is worth to it"),
    "denial_musd_a_year": ("MUSD/yr", "bid against a rival's base"), "debt_ordered_musd": ("MUSD", "debt that was to be forgiven"),
    "debt_forgiven_musd": ("MUSD", "debt that was forgiven"), "rent_asked_musd_a_year": ("MUSD/yr", "least rent that the host takes"),
    "restraint": ("text", "yes where the seat holds back campaigns and sanctions"),
    "refused": ("text", "yes where the patron's base is refused whatever it bids"),
}  # fmt: skip
OF_PARTS = {
    "by_channel": "influence of the patron in the client through the channel",
    "promised": "promised in the quarter, of the instrument", "spent": "spent in this quarter, as a yearly rate, rents apart",
}  # fmt: skip
"""Where the measure of the name is of all instruments together, or of a quarter."""
LETTER = re.compile(r"\w\b|$")
"""How a description begins that is the letter of the equations, or none."""
ABOUT = {
    "table": ("text", "name of the CSV file"), "column": ("text", "as its first line names it"),
    "unit": ("text", "1: a pure number; bool: true or false; code: of an actor; text: words"), "meaning": ("text", "in words"),
}  # fmt: skip


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
        **{name: partial(frame, names=names) for name, names in VARIABLES.items()},
        "deals": lambda m: m.record.result().ledger,
        "events": lambda m: m.record.result().events,
        "units": units,
    }


def units(model: PageModel) -> pd.DataFrame:
    """What the columns of all tables are, also of those that only a game or notes have: table, name, unit, meaning.

    Raises:
        KeyError: nobody has said of a column what it is.
    """
    data = so_far(model)
    known = {n: (data[n].attrs["unit"], meaning(n, data[n].attrs["description"])) for names in VARIABLES.values() for n in names}
    columns = {
        **{table: list(make(model).columns) for table, make in tables().items() if table != "units"},
        "notes": list(NOTED), "orders": list(ROOM_HEADS), "units": list(ABOUT),
    }  # fmt: skip
    own = {"deals": OF_DEALS, "events": OF_EVENTS, "notes": OF_NOTES, "orders": OF_ORDERS, "units": ABOUT}
    rows = [(t, c, *({**AXES, **own.get(t, known)}[c])) for t, names in columns.items() for c in names]
    return pd.DataFrame(rows, columns=list(ABOUT))


def meaning(name: str, described: str) -> str:
    """What a column is, in words: those of the measure where only the letter of the equations stands with the data."""
    return OF_PARTS.get(name) or (MEASURES[name].doc if LETTER.match(described) else described)


def figure_note(model: PageModel, quarter: str, notes: Notes | None = None) -> dict[str, Any]:
    """What stands below a saved figure, so that it can be traced: the quarter looked at, the run, boundaries for maps; notes."""
    setup, title = model.setup, model.scenario.title or model.scenario.name
    run = " · ".join(x for x in (title, quarter, f"seed {setup.seed}, run {setup.replication}", model.played) if x)
    noted = {"notes": notes.sentences, "here": notes.here(quarter)} if notes is not None and notes.list else {}
    return {"quarter": quarter, "run": run, "source": f"patronage {__version__}: {model.command}", "boundaries": NOTE, **noted}


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
