"""Six further patterns of the built-in case: scarcity, anger, reviews, double hosting, a bloc left and joined, the last host.

Their criteria were written when numbers of the model like these stood in its docs already, but for the first: none is untouched
but that one, and that one is a counterfactual.
"""

from __future__ import annotations

from patronage.world.arrays import Array

from . import claims as c
from .claims import Claim, Column, ValueFormat
from .pattern import Pattern, Tag, Twin

W = "withdrawal"
TIMES, QUARTERS, COUNT = ValueFormat(".2f"), ValueFormat(".1f", unit=" quarters"), ValueFormat(".2f")
RENT, PERCENT, RATE = ValueFormat(".1f", unit=" MUSD/yr"), ValueFormat(".1f", 100.0, " %"), ValueFormat(".3f", unit=" a year")
REVIEWS = ("reviews KGZ", "base-years KGZ", "reviews elsewhere", "base-years elsewhere")
ONE_SITE, HALF, NO_MONOPOLY = "one Russian site", "half a budget", "no monopoly"


def rates_ratio(events: Array, years: Array, other: Array, other_years: Array) -> Array:
    """One rate over another, each of sums over runs."""
    return c.ratio(events, years) / c.ratio(other, other_years)


def _of(ensemble: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(ensemble, name) for name in names)


def _across(name: str, *ensembles: str) -> tuple[Column, ...]:
    return tuple(Column(e, name) for e in ensembles)


FURTHER: tuple[Pattern, ...] = (
    Pattern(
        17, "half a budget concentrates effort", Tag.untouched, "Russia in 2009-21, with half its budget from 2000 on",
        (
            Claim("concentration, half over whole", c.ratio, _across("Russian concentration", HALF, W), 1.05, form=TIMES),
            Claim("concentration", c.mean, _of(W, "Russian concentration"), form=TIMES),
        ),
        (Twin("the budget is whole", {HALF: W}, ("concentration, half over whole",)),),
        imagined=True,
    ),
    Pattern(
        18, "a campaign follows a broken promise", Tag.seen,
        "promise of February 2009 broken in June, campaign from March 2010: three quarters",
        (
            Claim(
                "quarters to a campaign within three years", c.ratio, _of(W, "quarters to a campaign", "promises followed"),
                1, 6, QUARTERS,
            ),
            Claim("broken promises, a run", c.mean, _of(W, "broken promises"), form=COUNT),
            Claim("of them followed", c.ratio, _of(W, "promises followed", "broken promises"), form=PERCENT),
        ),
        (Twin(
            "aggrieved patrons do not campaign", {W: "no interference"}, ("quarters to a campaign within three years",),
        ),),
    ),
    Pattern(
        19, "Kyrgyz bases are reviewed more often", Tag.seen,
        "renewals and notices in 2000-21: six in 34 base-years in KGZ, six in 67 elsewhere, 1.9 times",
        (
            Claim("KGZ over the rest", rates_ratio, _of(W, *REVIEWS), 1.1, 4, TIMES),
            Claim("the same with one Russian site", rates_ratio, _of(ONE_SITE, *REVIEWS), 1.1, 4, TIMES),
            Claim("KGZ", c.ratio, _of(W, "reviews KGZ", "base-years KGZ"), 0.09, 0.35, RATE),
            Claim("elsewhere", c.ratio, _of(W, "reviews elsewhere", "base-years elsewhere"), 0.045, 0.18, RATE),
        ),
        (
            Twin(
                "openness the other way round", {W: "openness reversed", ONE_SITE: "openness reversed"},
                ("KGZ over the rest", "the same with one Russian site"),
            ),
            Twin("bases are reviewed three times as often", {W: "restless hosts"}, ("KGZ", "elsewhere")),
        ),
    ),
    Pattern(
        20, "Kyrgyzstan hosts two rivals at once", Tag.seen, "Manas beside Russian sites from December 2001 to June 2014: 50 quarters",
        (
            Claim("quarters with American and Russian bases", c.mean, _of(W, "double hosting"), 35, 65, QUARTERS),
            Claim("runs without any", c.share_smaller, (Column(W, "double hosting"), Column(W, "one quarter")), form=PERCENT),
        ),
        (Twin("no American interest in a base there", {W: "no American base"}, ("quarters with American and Russian bases",)),),
    ),
    Pattern(
        21, "Uzbekistan joins the CSTO once, and leaves", Tag.tuned, "from 2006Q3 to 2012Q4: one spell of 26 quarters",
        (
            Claim("spells that begin, a run", c.mean, _of(W, "Uzbek spells"), 0.5, 1.5, COUNT),
            Claim("quarters inside", c.mean, _of(W, "Uzbek quarters"), 13, 39, QUARTERS),
            Claim("inside at the end", c.share_positive, _of(W, "Uzbek end"), form=PERCENT),
        ),
        (Twin("nobody joins or leaves by choice", {W: "frozen blocs"}, ("spells that begin, a run", "quarters inside")),),
    ),
    Pattern(
        22, "the last host asks more", Tag.tuned, "Termez after K2 closed: 16.7, 20.3 and 22.4 MUSD in 2006-08",
        (
            Claim("rent of Termez 2006-08", c.mean, _of(W, "Termez rent 2006-08"), 10, 40, RENT),
            Claim(
                "over that of a host that learns nothing", c.ratio, _across("Termez rent 2006-08", W, NO_MONOPOLY), 1.25, form=TIMES,
            ),
        ),
        (
            Twin("Termez is worth little", {W: "worthless Termez"}, ("rent of Termez 2006-08",)),
            Twin("the host learns nothing", {W: NO_MONOPOLY}, ("over that of a host that learns nothing",)),
        ),
    ),
)  # fmt: skip
