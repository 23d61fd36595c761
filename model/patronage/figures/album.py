"""The list of all figures: name, what it shows, which phases of the quarter it makes visible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from patronage.figures import blocs, clients, contracts, differences, influence, patrons
from patronage.figures.lettering import letters_for, scenario_texts
from patronage.figures.style import save, styled
from patronage.results.ensemble import Statistics
from patronage.results.pairs import Pair


@dataclass(frozen=True, slots=True)
class Plate:
    """One figure of the album."""

    name: str
    draw: Callable[[Statistics], Figure | None]
    phases: tuple[str, ...]
    """Phases of the quarter (`docs/equations.md`) whose work it shows."""
    text: str
    events: bool = True
    """Whether events are marked in it."""

    @property
    def caption(self) -> str:
        """What it shows, and which events are marked in it."""
        return f"{self.text} {MARKED}" if self.events else self.text


MARKED = "Events are marked; those that only set yearly figures (trade, growth) are not."
FIGURES: tuple[Plate, ...] = (
    Plate("shares", influence.shares, ("influence",), "Share of influence of each patron in each client."),
    Plate(
        "stacked", influence.stacked, ("influence", "events"), "Shares stacked; what is left is the client's autonomy."
    ),
    Plate("bases", contracts.bases, ("bargaining", "packages"), "When concessions stand."),
    Plate("rents", contracts.rents, ("bargaining", "delivery"), "What the hosts are paid while they stand."),
    Plate(
        "auctions",
        contracts.auctions,
        ("bargaining",),
        "Value of a concession to its holder against the price, the rivals' denial bids, fear for office and consent.",
        events=False,
    ),
    Plate(
        "ledger", contracts.timeline, ("bargaining", "delivery", "events"), "Every kind of deal and rupture over time."
    ),
    Plate("budgets", patrons.budgets, ("economy", "courtship"), "Budgets, spending and missions."),
    Plate("portfolios", patrons.portfolios, ("courtship",), "How patrons spread or concentrate their effort."),
    Plate("flows", patrons.flows, ("delivery", "courtship"), "What was promised and what arrived."),
    Plate("promises", patrons.promises, ("delivery",), "Delivered over promised.", events=False),
    Plate("stocks", patrons.stocks, ("stocks",), "Arms, capital, debt and presence."),
    Plate("debts", patrons.debts, ("stocks",), "Debt to patrons over GDP.", events=False),
    Plate("heat", influence.heat, ("influence",), "Influence by patron and client at the start and at the end.", events=False),
    Plate("channels", influence.channels, ("influence",), "Influence by channel at the end.", events=False),
    Plate("threat", clients.threat, ("threat",), "Threat and insecurity."),
    Plate("economy", clients.economy, ("economy",), "Growth."),
    Plate("alignment", clients.alignment, ("alignment",), "Orientation over time."),
    Plate("paths", clients.paths, ("alignment",), "Alignment in two dimensions.", events=False),
    Plate("pressure", clients.pressure, ("grievance", "coercion"), "Grievances, campaigns and sanctions."),
    Plate("regimes", clients.regimes, ("regimes",), "Legitimacy, openness and overthrows."),
    Plate("blocs", blocs.blocs, ("blocs",), "Membership, cohesion and joint force of the blocs."),
    Plate("outcomes", blocs.outcomes, (), "The scenario's outcomes over runs.", events=False),
)


def plot(source: Any, out: str | Path, names: Sequence[str] | None = None) -> list[Path]:
    """Draw the figures of an ensemble as PNG and SVG into a folder; those with nothing to show are left out.

    `source`: a result, a run folder or a `Statistics` of either. `names`: only these figures; ValueError for one that there is not.
    """
    _check(names, [p.name for p in FIGURES])
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    s = source if isinstance(source, Statistics) else Statistics(source)
    wanted = None if names is None else set(names)
    paths: list[Path] = []
    letters = letters_for(scenario_texts(s.scenario))
    s = letters.respelt(s)
    with styled(letters):
        for plate in FIGURES:
            if wanted is not None and plate.name not in wanted:
                continue
            fig = plate.draw(s)
            if fig is not None:
                paths += save(fig, folder, plate.name)
    return paths


def figure(source: Any, name: str) -> Figure:
    """One figure of an ensemble, for a notebook. `source` as in `plot`.

    Raises ValueError for a name that there is not, or if there is nothing to draw.
    """
    plates = {p.name: p for p in FIGURES}
    _check([name], list(plates))
    s = source if isinstance(source, Statistics) else Statistics(source)
    letters = letters_for(scenario_texts(s.scenario))
    with styled(letters):
        drawn = plates[name].draw(letters.respelt(s))
    if drawn is None:
        raise ValueError(f"there is nothing to draw in {name!r}")
    return drawn


def _check(names: Iterable[str] | None, known: Sequence[str]) -> None:
    """Refuse names of figures that there are not."""
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise ValueError(f"there is no figure {', '.join(map(repr, unknown))}: one of {', '.join(known)}")


def plot_pair(first: Any, second: Any, out: str | Path, names: Sequence[str] | None = None) -> list[Path]:
    """Draw how `first` differs from its counterfactual `second`, run by run; `names` as in `plot`."""
    _check(names, list(differences.PAIRS))
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    two = [x if isinstance(x, Statistics) else Statistics(x) for x in (first, second)]
    letters = letters_for(text for x in two for text in scenario_texts(x.scenario))
    pair = Pair(*(letters.respelt(x) for x in two))
    paths: list[Path] = []
    with styled(letters):
        for name, draw in differences.PAIRS.items():
            if names is not None and name not in names:
                continue
            fig = draw(pair)
            if fig is not None:
                paths += save(fig, folder, name)
    return paths
