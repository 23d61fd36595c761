"""The patterns that the built-in Central Asian case must reproduce, each with a twin that shows the check can fail.

Numbers and criteria: docs/patterns.md. Ensembles are small, so a check asks for its criterion with a margin of two standard errors on
the side of the doubt: a pattern that only just holds may pass, one that fails by more than noise does not.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.result import Result

pytestmark = pytest.mark.statistical

RUNS = 300
MANAS = {"patron": "USA", "client": "KGZ"}


@cache
def ensemble(name: str, *settings: tuple[str, str]) -> Result:
    return simulate(load_scenario(name, overrides=dict(settings)), runs=RUNS)


def within(values: np.ndarray, low: float, high: float) -> bool:
    """Whether the mean may lie in [low, high], two standard errors allowed."""
    error = 2 * values.std(ddof=1) / np.sqrt(len(values))
    return bool(low - error <= values.mean() <= high + error)


def rent_of_manas(result: Result) -> np.ndarray:
    """Mean rent per run over 2009Q3-2013Q4, of the quarters with a base."""
    data = result.data.sel(**MANAS, quarter=[q for q in result.data.quarter.values if "2009Q3" <= q <= "2013Q4"])
    return data.rent.where(data.base).mean("quarter").dropna("run").values


def arms_of_russia(result: Result) -> float:
    """Russian arms promised to Kyrgyzstan, all rows, MUSD a run."""
    return float(result.data.promised.sel(patron="RUS", client="KGZ", instrument="arms").sum("quarter").mean())


NO_RIVAL = ("mechanisms.denial_bids", "off")


def test_rivalry_prices_bases() -> None:
    """Pattern 1: rent with a rival over rent without lies in [2.5, 5]."""
    rival, alone = rent_of_manas(ensemble("us-withdrawal")), rent_of_manas(ensemble("us-withdrawal", NO_RIVAL))
    ratio = rival.mean() / alone.mean()
    assert 2.5 <= ratio <= 5, ratio
    half = rent_of_manas(ensemble("us-withdrawal", ("rules.bargaining.denial", "0.05")))
    assert half.mean() / alone.mean() < 2.5, "the twin: a weak rival must not pass"


def test_mission_end_closes_bases() -> None:
    """Pattern 2: the base stands four quarters after a phased end with probability below .35; both routes occur."""
    result = ensemble("us-withdrawal")
    open_then = result.data.base.sel(**MANAS, quarter="2015Q2").values.astype(float)
    assert within(open_then, 0, 0.35), open_then.mean()
    rows = result.ledger
    closed = rows[(rows.kind == "closed") & (rows.patron == "USA") & (rows.client == "KGZ")]
    assert {"mission", "rival"} <= set(closed.cause.astype(str))
    stays = ensemble("us-stays").data.base.sel(**MANAS, quarter="2015Q2").values.astype(float)
    assert not within(stays, 0, 0.35), "the twin: a mission that goes on must not pass"


def test_aid_falls_with_the_mission() -> None:
    """Pattern 3: American arms to Kyrgyzstan fall by 80 to 95 % within two years of the end, surplus apart."""
    def fall(result: Result) -> float:
        arms = result.data.delivered.sel(**MANAS, instrument="arms").mean("run")
        year = lambda y: float(arms.sel(quarter=[f"{y}Q{q}" for q in range(1, 5)]).sum())  # noqa: E731
        return 1 - year(2014) / year(2012)

    assert 0.8 <= fall(ensemble("us-withdrawal")) <= 0.95
    assert fall(ensemble("us-stays")) < 0.8, "the twin: without the end of the mission there is no such fall"


def test_the_vacuum_fills() -> None:
    """Pattern 4: two years on, the Russian share is .02-.10 higher and the American .04-.15 lower; sign right in > 80 %."""
    gone, stays = ensemble("us-withdrawal").data.share, ensemble("us-stays").data.share
    there = {"client": "KGZ", "quarter": "2016Q2"}
    russian = (gone.sel(patron="RUS", **there) - stays.sel(patron="RUS", **there)).values
    american = (gone.sel(patron="USA", **there) - stays.sel(patron="USA", **there)).values
    assert within(russian, 0.02, 0.10), russian.mean()
    assert within(american, -0.15, -0.04), american.mean()
    assert (russian > 0).mean() > 0.8
    assert (american < 0).mean() > 0.8
    early = {"client": "KGZ", "quarter": "2011Q4"}
    before = (gone.sel(patron="RUS", **early) - stays.sel(patron="RUS", **early)).values
    assert not within(before, 0.02, 0.10), "the twin: before the withdrawal the two are the same run"
    assert not before.any()


def test_favourites() -> None:
    """Pattern 5: Russian arms promises KGZ:TJK in [2, 8], Kyrgyzstan first in more than 60 % of runs."""
    result = ensemble("us-withdrawal")
    quarters = [q for q in result.data.quarter.values if "2009Q1" <= q <= "2013Q4"]
    promised = result.data.promised.sel(patron="RUS", instrument="arms", quarter=quarters).sum("quarter")
    kyrgyz, tajik = promised.sel(client="KGZ").values, promised.sel(client="TJK").values
    assert 2 <= kyrgyz.mean() / tajik.mean() <= 8
    assert (kyrgyz > tajik).mean() > 0.6
    assert not 2 <= tajik.mean() / kyrgyz.mean() <= 8, "the twin: the other way round must not pass"


def test_two_motives() -> None:
    """Pattern 6: more threat, and American presence, each raise Russian arms to Kyrgyzstan by 5 % at least."""
    base = arms_of_russia(ensemble("us-withdrawal"))
    calm = arms_of_russia(ensemble("us-withdrawal", ("rules.threat.gain", "0.8")))
    alone = arms_of_russia(ensemble("us-withdrawal", ("ties.USA.KGZ.geography", "0")))
    assert base / calm >= 1.05, base / calm
    assert base / alone >= 1.05, base / alone
    nothing = arms_of_russia(ensemble("us-withdrawal", ("ties.TUR.TKM.geography", "0")))
    assert base / nothing < 1.05, "the twin: a base that nobody wants moves nothing"


def test_debt_is_forgiven_for_concessions() -> None:
    """Pattern 7: Russian relief to Kyrgyzstan 2005-2017 in 300-1000 MUSD, most within two quarters of a concession."""
    result = ensemble("us-withdrawal")
    relief = result.outcomes.russian_relief.values
    assert within(relief, 300, 1000), relief.mean()
    rows = result.ledger
    struck = rows[(rows.client == "KGZ") & rows.kind.isin(["opened", "renewed", "kept", "notice", "refused", "joined"])]
    quarters = list(result.data.quarter.values)
    near = np.zeros((RUNS, len(quarters) + 3), dtype=bool)
    for run, quarter in zip(struck.run, struck.quarter.astype(str), strict=True):
        at = quarters.index(quarter)
        near[run, at : at + 3] = True
    given = result.data.delivered.sel(patron="RUS", client="KGZ", instrument="debt_relief").values
    assert (given * near[:, : len(quarters)]).sum() / given.sum() > 0.5
    nothing = ensemble("us-withdrawal", ("mechanisms.packages", "off")).outcomes.russian_relief.values
    assert not within(nothing, 300, 1000), "the twin: without packages nothing is forgiven"


def test_denial_bids_make_rents_and_campaigns() -> None:
    """Pattern 15: without denial bids the rent is 15-60 % of the baseline's and campaigns nearly vanish."""
    with_bids, without = ensemble("us-stays"), ensemble("us-stays", NO_RIVAL)
    part = rent_of_manas(without).mean() / rent_of_manas(with_bids).mean()
    assert 0.15 <= part <= 0.60, part
    campaigns = [(r.ledger.kind == "campaign").sum() for r in (with_bids, without)]
    assert campaigns[0] > 20, "there must be campaigns to vanish"
    assert campaigns[1] <= 0.05 * campaigns[0]


KEPT = ("american_mission", "withdrawal", "german_mission", "german_training", "german_end", "chinese_mission")
SHOCKS = ("russian_crash", "russian_recession", "aftermath", "taliban_fall", "taliban_return", "andijan")


def test_the_story_arises_without_dated_help(tmp_path) -> None:
    """With every event deleted but missions and shocks, rents, evictions, packages and campaigns still arise."""
    names = [e.name for e in load_scenario("us-stays").events]
    gone = "".join(f"  {name}: ~\n" for name in names if name not in (*KEPT, *SHOCKS))
    assert gone.count("~") > 5
    path = tmp_path / "bare.yaml"
    rivalry = "rivalry: {RUS: {USA: {value: 1, source: assumption}}}\n"
    path.write_text(f"title: Bare\nextends: us-stays\n{rivalry}events:\n{gone}", encoding="utf-8")
    result = simulate(load_scenario(path), runs=RUNS)
    rows = result.ledger[(result.ledger.client == "KGZ") & (result.ledger.cause.astype(str) != "event")]
    found = rows.groupby(rows.kind.astype(str))["run"].nunique()
    for kind in ("opened", "renewed", "notice", "closed", "package", "renege", "campaign"):
        assert found.get(kind, 0) > 5, kind
    rents = result.data.rent.sel(**MANAS, quarter="2010Q4").where(result.data.base.sel(**MANAS, quarter="2010Q4"))
    assert float(rents.mean()) > 30
