"""Between which two patrons the clients of a region are divided, and where every state stands between them. docs/build.md."""

from __future__ import annotations

from functools import cached_property
from itertools import combinations

import numpy as np

from .region_influence import MOST_PLEDGED
from .region_states import Derived, bounded
from .region_ties import TieFigures
from .tables import SERIES

AT_POLE = 0.9
"""Where the poles stand, and the most that anybody does."""


class AxisFigures(TieFigures):
    """The two poles, and positions between them."""

    @cached_property
    def poles(self) -> tuple[str, str]:
        """The two patrons between whom the clients' arms, pledges and votes differ most: plus, of the lower ideal point, and minus.

        Allies are no poles of one region, unless all patrons are allied; nor is a patron of whom no tie is known, unless there are
        fewer than two others.
        """
        if self.axis is not None:
            return self.axis
        known = [p for p in sorted(self.patrons) if any(p in self.tables.patrons_of(c) for c in self.clients)]
        pairs = list(combinations(known if len(known) > 1 else sorted(self.patrons), 2))
        rivals = [(a, b) for a, b in pairs if not self.allied(a, b)] or pairs
        best = max(rivals, key=lambda pair: self.separation(*pair))
        plus, minus = sorted(best, key=lambda p: (self.ideal_point(p).value, p))
        return plus, minus

    def allied(self, a: str, b: str) -> bool:
        """Whether two patrons are bound by a pledge of defence, by themselves or in an alliance."""
        return bool(self.pact(a, b) or self.pact(b, a)) or frozenset((a, b)) in self.alliances

    @cached_property
    def alliances(self) -> frozenset[frozenset[str]]:
        """Pairs of states in one alliance of defence on the eve of the start."""
        return self.lists.allies(self.eve)

    def separation(self, a: str, b: str) -> float:
        """How far arms, pledges and votes of the clients tell two patrons apart: 0 not at all, 1 wholly."""
        clients = [c for c in self.clients if c not in (a, b)]
        ties = self.attachments
        apart = [abs(x - y) for c in clients for x, y in zip(ties[a, c], ties[b, c], strict=True)]
        return float(np.mean(apart)) if apart else 0.0

    @cached_property
    def attachments(self) -> dict[tuple[str, str], tuple[float, float, float]]:
        """By patron and client: its arms from the patron, the patron's pledges to it, its votes with it, each from 0 to 1."""
        votes = {c: self.ideal_point(c).value for c in (*self.patrons, *self.clients)}
        spread = max(votes.values()) - min(votes.values())
        return {
            (p, c): (
                self.armed_by(p, c) or 0.0, self.pledged(p, c), 1 - abs(votes[c] - votes[p]) / spread if spread else 0.0
            ) for p in self.patrons for c in self.clients if p != c
        }  # fmt: skip

    def armed_by(self, patron: str, code: str) -> float | None:
        """Share of a patron in the major arms of ten years; none where there were none."""
        mine = sum(self.delivered(patron, code))
        known = sum(sum(self.delivered(p, code)) for p in self.patrons if p != code)
        everybody = max(known, float(self.tables.series("arms_imports_tiv", code).loc[self.start - 10 : self.start - 1].sum()))
        return mine / everybody if everybody else None

    def pledged(self, patron: str, code: str) -> float:
        """Pledges of a patron, alone or by a bloc that it leads, over the most there are; 1 where it holds a base."""
        if self.holds(patron, code):
            return 1.0
        return bounded(max(self.pledge(patron, code).value, self.beside(patron, code)[1]) / MOST_PLEDGED, 0, 1)

    def orientation(self, code: str) -> Derived:
        """Where a state stands between the poles, by its votes, its arms and the pledges to it; the poles stand at ±.9."""
        plus, minus = self.poles
        cited = f"{SERIES['ideal_point'].cited}, up to {self.now}"
        if code in (plus, minus):
            value = AT_POLE if code == plus else -AT_POLE
            return Derived(value, "", f"{cited}, a pole", (bounded(value - 0.3, -1, 1), bounded(value + 0.3, -1, 1)))
        parts = {"votes": self.votes_between(code), "arms": self.arms_between(code), "pledges": self.pledges_between(code)}
        known = {k: v for k, v in parts.items() if v is not None}
        if not known:
            return Derived(0.0, "", "assumption", (-0.5, 0.5), "the poles vote alike, and neither arms nor protects it")
        value = AT_POLE * bounded(float(np.mean(list(known.values()))), -1, 1)
        span = bounded(value - 0.3, -1, 1), bounded(value + 0.3, -1, 1)
        if set(known) == {"votes"} and self.ideal_point(code).source == "assumption":
            return Derived(value, "", "assumption", span, "no ideal point of its own: that of the median")
        return Derived(value, "", f"{', '.join(known)} between {plus} and {minus}, up to {self.now}, .9 x mean", span)

    def votes_between(self, code: str) -> float | None:
        """Relative distance in the General Assembly, 1 at the first pole; none where the poles vote alike."""
        z, a, b = (self.ideal_point(c).value for c in (code, *self.poles))
        return None if a == b else bounded((abs(z - b) - abs(z - a)) / (abs(z - a) + abs(z - b)), -1, 1)

    def arms_between(self, code: str) -> float | None:
        """Arms from the first pole less those from the second, over all; none where neither supplies any."""
        a, b = (self.armed_by(p, code) or 0.0 for p in self.poles)
        return a - b if a or b else None

    def pledges_between(self, code: str) -> float | None:
        """Pledges and bases of the first pole less those of the second; none where neither has any."""
        a, b = (self.pledged(p, code) for p in self.poles)
        return a - b if a or b else None
