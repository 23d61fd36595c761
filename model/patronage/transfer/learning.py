"""What many regions say of rules: losses of points, their weights, and what is learned with regions left out (`transfer.regions`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..calibration.calibrate import narrowing
from ..calibration.posterior import Floats
from ..calibration.priors import Parameter
from ..hindcast.increment import K_SD, K
from ..hindcast.past import Dyad
from ..hindcast.targets import PARTS, SMOOTHED

BASES = "base"
INDEX, PARTS_OF_IT = "influence", "parts"
LEARNED = (*SMOOTHED, BASES)
"""Targets that rules are learned from."""
GROUPS = {INDEX: ("fbic",), PARTS_OF_IT: tuple(PARTS), BASES: (BASES,)}
"""Each counts alike, and so do the targets of one."""
DRAWS = 2000
"""Times regions are drawn again for an interval."""
WHOLE = "all"


@dataclass(frozen=True)
class Outcomes:
    """What came of one target from one origin."""

    dyads: tuple[Dyad, ...]
    came: Floats
    """[dyad, horizon] beyond what was decided; NaN where unknown."""
    weight: Floats


@dataclass(frozen=True)
class Evidence:
    """Forecasts of all regions at all points, a target at a time."""

    region: dict[str, npt.NDArray[np.object_]]
    """[M] by target."""
    dyad: dict[str, npt.NDArray[np.object_]]
    came: dict[str, Floats]
    """[M]"""
    weight: dict[str, Floats]
    forecast: dict[str, Floats]
    """[point, M]"""

    @classmethod
    def of(cls, regions: Sequence[str], came: Sequence[Mapping[str, Outcomes]], forecast: Sequence[Mapping[str, Floats]]) -> Evidence:
        """From one entry a region and origin; forecasts that did not come out are left out."""
        out: Evidence = cls({}, {}, {}, {}, {})
        for t in LEARNED:
            rows: list[tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], Floats, Floats, Floats]] = []
            for region, outcomes, answers in zip(regions, came, forecast, strict=True):
                if t in outcomes:
                    o = outcomes[t]
                    there = np.isfinite(o.came)
                    names = np.repeat(np.array([f"{p}-{c}" for p, c in o.dyads], dtype=object)[:, None], o.came.shape[1], axis=1)[
                        there
                    ]
                    rows.append(
                        (np.full(len(names), region, dtype=object), names, o.came[there], o.weight[there], answers[t][:, there])
                    )
            if rows:
                where, who, y, w, f = zip(*rows, strict=True)
                out.region[t], out.dyad[t] = np.concatenate(where), np.concatenate(who)
                out.came[t], out.weight[t], out.forecast[t] = np.concatenate(y), np.concatenate(w), np.concatenate(f, axis=1)
        return out

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(self.came)

    def inside(self, target: str, regions: Sequence[str]) -> npt.NDArray[np.bool_]:
        """[M] forecasts of some regions."""
        return np.isin(self.region[target].astype(str), list(regions))

    def dyads(self, regions: Sequence[str]) -> int:
        """Dyads whose index is measured."""
        mine = self.inside("fbic", regions)
        return len(set(zip(self.region["fbic"][mine], self.dyad["fbic"][mine], strict=True)))

    def links(self, forecast: Mapping[str, Floats], regions: Sequence[str]) -> dict[str, float]:
        """K by target, from what `forecast` [M] adds in some regions."""
        return {t: float(self._k(t, forecast[t][None], regions)[0]) for t in self.targets}

    def _k(self, target: str, forecast: Floats, regions: Sequence[str]) -> Floats:
        """[point] by least squares within 0 and 1, drawn to a half as in the link."""
        mine = self.inside(target, regions)
        y, w, f = self.came[target][mine], self.weight[target][mine], forecast[:, mine]
        noise = (w * y * y).sum() / max(w.sum(), 1e-12) / K_SD**2
        if noise == 0:
            return np.full(len(forecast), K)  # nothing came that could tell
        return np.clip(((w * f * y).sum(axis=1) + K * noise) / ((w * f * f).sum(axis=1) + noise), 0.0, 1.0)

    def squares(self, target: str, forecast: Floats, k: Floats, regions: Sequence[str]) -> Floats:
        """[point] loss of one target in some regions; where nothing came, over what came on average everywhere, so 0 if k f is 0."""
        mine = self.inside(target, regions)
        y, w = self.came[target], self.weight[target]
        usual = float((w * y * y).sum() / max(w.sum(), 1e-12))
        nothing = float((w * y * y)[mine].sum()) or usual * float(w[mine].sum())
        left = (w[mine] * (y[mine] - k[:, None] * forecast[:, mine]) ** 2).sum(axis=1)
        return np.asarray(left / nothing) if nothing > 0 else np.ones(len(forecast))

    def losses(self, regions: Sequence[str]) -> Floats:
        """[point] whole loss, each point with its own k."""
        by = {t: self.squares(t, self.forecast[t], self._k(t, self.forecast[t], regions), regions) for t in self.targets}
        return whole(by)

    def reach(self) -> dict[str, Floats]:
        """[rule] by group: how far forecasts go from the low end of a rule (even points) to the high one (odd), over what came."""
        by = {}
        for t in self.targets:
            y, w, f = self.came[t], self.weight[t], self.forecast[t]
            by[t] = (w * (f[1::2] - f[::2]) ** 2).sum(axis=1) / max(float((w * y * y).sum()), 1e-12)
        groups = {name: [by[t] for t in targets if t in by] for name, targets in GROUPS.items()}
        return {name: np.sqrt(np.mean(found, axis=0)) for name, found in groups.items() if found}


def strongest(reach: Mapping[str, Floats], most: int) -> tuple[int, ...]:
    """Rules that move forecasts most, each group of targets choosing in turn: bases are rare, and would choose alone by their sum."""
    chosen: dict[int, None] = {}
    orders = [iter(np.argsort(-found, kind="stable").tolist()) for found in reach.values()]
    count = min(most, len(next(iter(reach.values()))))
    while len(chosen) < count:
        for order in orders:
            fresh = next((i for i in order if i not in chosen), None)
            if fresh is not None and len(chosen) < count:
                chosen[fresh] = None
    return tuple(sorted(chosen))


def whole(by: Mapping[str, Floats]) -> Floats:
    """The mean over groups of the mean over their targets that are there."""
    groups = [np.mean([by[t] for t in targets if t in by], axis=0) for targets in GROUPS.values() if any(t in by for t in targets)]
    return np.asarray(np.mean(groups, axis=0))


def weights(losses: Floats, dyads: int) -> Floats:
    """[point] of the rules through their ranges; the first point, as they stand, has none."""
    heavy = np.exp(-0.5 * dyads * (losses - losses[1:].min()))
    heavy[0] = 0.0
    return np.asarray(heavy / heavy.sum())


def quantiles(values: Floats, weight: Floats, places: Sequence[float]) -> Floats:
    """[place, rule] of weighted points."""
    out = np.empty((len(places), values.shape[1]))
    for j in range(values.shape[1]):
        order = np.argsort(values[:, j])
        reached = np.cumsum(weight[order]) - 0.5 * weight[order]
        out[:, j] = np.interp(places, reached, values[order, j])
    return out


@dataclass(frozen=True)
class Learned:
    """Weights of points from all regions and with each group left out, and how what was learned elsewhere does."""

    rules: tuple[Parameter, ...]
    values: Floats
    """[point, rule]; the first point is as they stand."""
    losses: Floats
    weight: Floats
    folds: dict[str, int]
    without: dict[int, Floats]
    """Weights by the group that was left out."""
    links: dict[int, tuple[dict[str, float], dict[str, float]]]
    """K by target of the rules as they stand and of those learned, by the group that was left out."""
    dyads: int
    test: pd.DataFrame

    @property
    def effective(self) -> float:
        """Points that carry the weight."""
        return float(1.0 / (self.weight**2).sum())

    def middle(self, fold: int) -> Floats:
        """[rule] medians learned without a group of regions."""
        return np.asarray(quantiles(self.values, self.without[fold], [0.5])[0])

    def table(self) -> pd.DataFrame:
        """A row a rule: range, value as it stood, median, 90 % interval, its width over the prior's, medians with a group left out."""
        low, middle, high = quantiles(self.values, self.weight, [0.05, 0.5, 0.95])
        flat = np.r_[0.0, np.full(len(self.values) - 1, 1.0 / (len(self.values) - 1))]
        first, _, last = quantiles(self.values, flat, [0.05, 0.5, 0.95])
        apart = np.array([self.middle(fold) for fold in sorted(self.without)])
        share = (high - low) / (last - first)
        return pd.DataFrame({
            "path": [p.path for p in self.rules], "low": [p.low for p in self.rules], "high": [p.high for p in self.rules],
            "value": [p.value for p in self.rules], "median": middle, "p05": low, "p95": high, "width": share,
            "told": [narrowing(s) for s in share], "least_median": apart.min(axis=0), "most_median": apart.max(axis=0),
        })  # fmt: skip

    def quantiles(self) -> Floats:
        """[3, rule] 5, 50 and 95 % of what all regions say."""
        return quantiles(self.values, self.weight, [0.05, 0.5, 0.95])

    def tested(self, evidence: Evidence) -> Learned:
        """The same with the test: `evidence` holds two points, the rules as they stand and as learned elsewhere."""
        rows = []
        for region, fold in self.folds.items():
            losses = {t: self._both(evidence, t, fold, region) for t in evidence.targets}
            for name, targets in {WHOLE: evidence.targets, **GROUPS}.items():
                there = {t: losses[t] for t in targets if t in losses}
                if there:
                    stood, learned = whole(there)
                    about = {"region": region, "fold": fold, "dyads": evidence.dyads([region]), "of": name}
                    rows.append(about | {"stood": stood, "learned": learned, "gain": stood - learned})
        return replace(self, test=pd.DataFrame(rows))

    def _both(self, evidence: Evidence, target: str, fold: int, region: str) -> Floats:
        k = np.array([links[target] for links in self.links[fold]])
        return evidence.squares(target, evidence.forecast[target], k, [region])

    def gains(self, seed: int = 1) -> pd.DataFrame:
        """Mean gain over regions by what is told, with the 90 % interval over regions drawn again, and regions that gain."""
        luck, rows = np.random.default_rng([seed, 30]), []
        for name in (WHOLE, *GROUPS):
            own = self.test.loc[self.test["of"] == name, "gain"].to_numpy()
            if len(own):
                again = luck.choice(own, (DRAWS, len(own))).mean(axis=1)
                low, high = np.quantile(again, [0.05, 0.95])
                rows.append(
                    {"of": name, "gain": own.mean(), "low": low, "high": high, "better": int((own > 0).sum()), "regions": len(own)}
                )
        return pd.DataFrame(rows)

    @property
    def everywhere(self) -> bool:
        """Whether what was learned elsewhere does better in every region."""
        return bool((self.test.loc[self.test["of"] == WHOLE, "gain"] > 0).all())


def learn(evidence: Evidence, rules: Sequence[Parameter], values: Floats, folds: Mapping[str, int]) -> Learned:
    """Weights of the points from all regions, and from those outside each group."""
    regions = list(folds)
    losses, dyads = evidence.losses(regions), evidence.dyads(regions)
    without, links = {}, {}
    for fold in sorted(set(folds.values())):
        others = [r for r in regions if folds[r] != fold]
        without[fold] = weights(evidence.losses(others), evidence.dyads(others))
        mean = {t: without[fold] @ evidence.forecast[t] for t in evidence.targets}
        as_is = {t: evidence.forecast[t][0] for t in evidence.targets}
        links[fold] = evidence.links(as_is, others), evidence.links(mean, others)
    return Learned(tuple(rules), values, losses, weights(losses, dyads), dict(folds), without, links, dyads, pd.DataFrame())
