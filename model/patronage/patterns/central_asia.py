"""The patterns of the built-in case: sixteen of its design, and six further ones."""

from __future__ import annotations

import numpy as np

from patronage.world.arrays import Array

from . import claims as c
from .central_asia_further import FURTHER
from .central_asia_statistics import REGIONAL, span
from .claims import Claim, Column, ValueFormat
from .ensembles import HANDOVER
from .pattern import Pattern, Tag, Twin

W, S = "withdrawal", "stays"
PATH = tuple(f"USA share UZB {q}" for q in span(HANDOVER, "2026Q4"))
OTHERS = tuple(code for code in REGIONAL if code != "KGZ")
EXISTS = 0.05
"""Share of runs from which on something is said to occur."""

PERCENT, POINTS, CHANCE, TIMES = ValueFormat(".1f", 100.0, " %"), ValueFormat("+.3f"), ValueFormat(".3f"), ValueFormat(".2f")
MUSD, RENT, GROWTH = ValueFormat(".0f", unit=" MUSD"), ValueFormat(".1f", unit=" MUSD/yr"), ValueFormat("+.1f", unit=" points")


def _of(ensemble: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(ensemble, name) for name in names)


def _across(name: str, *ensembles: str) -> tuple[Column, ...]:
    return tuple(Column(e, name) for e in ensembles)


def lift_more(x: Array, x0: Array, y: Array, y0: Array) -> Array:
    """Mean of how much more the first pair differs than the second."""
    return c.mean((x - x0) - (y - y0))


def half_life(*shares: Array) -> Array:
    """Years until half of the largest lift of the first year is gone; infinite if it is not by the end.

    Shares with the handover in every quarter from it on, then those without.
    """
    half = len(shares) // 2
    lift = np.stack([c.mean(x - y) for x, y in zip(shares[:half], shares[half:], strict=True)], axis=-1)
    top = lift[..., :4].max(axis=-1)
    begun = np.arange(half) >= lift[..., :4].argmax(axis=-1)[..., None]
    gone = begun & (lift <= top[..., None] / 2)
    years = np.where(gone.any(axis=-1), gone.argmax(axis=-1) / 4.0, c.INF)
    return np.where(top > 0, years, np.nan)


def _sensitivity() -> tuple[Claim, ...]:
    """Manas four quarters after the end of a mission that ends at once, or goes on, by what rivals bid against it."""
    return tuple(
        Claim(f"open, {text}{bids}", c.share_positive, _of(f"{name}{bids}", "Manas open 2015Q2"), form=CHANCE)
        for text, name in (("abrupt end", "abrupt"), ("mission kept", S))
        for bids in ("", ", denial × 0", ", denial × 0.5", ", denial × 1.5")
    )


def _route(route: str) -> Claim:
    name = f"closes because {'the mission ends' if route == 'mission' else 'a rival outbids'}"
    return Claim(name, c.share_positive, _of(W, f"closed: {route}"), low=EXISTS, form=PERCENT, each_draw=False)


DESIGNED: tuple[Pattern, ...] = (
    Pattern(
        1, "rivalry prices bases", Tag.tuned, "Manas 17.4 → 60: 3.45",
        (
            Claim("rent with rivals over without", c.ratio, _across("rent 2009-13", W, "no rivals"), 2.5, 5, TIMES),
            Claim("rent with rivals", c.mean, _of(W, "rent 2009-13"), form=RENT),
            Claim("rent without", c.mean, _of("no rivals", "rent 2009-13"), form=RENT),
        ),
        (Twin("denial bids a quarter as high", {W: "weak rivals"}, ("rent with rivals over without",)),),
    ),
    Pattern(
        2, "the end of a mission closes its base", Tag.follows, "Manas handed back in June 2014",
        (
            Claim("open, phased end", c.share_positive, _of(W, "Manas open 2015Q2"), high=0.35, form=CHANCE),
            _route("mission"), _route("rival"), *_sensitivity(),
        ),
        (
            Twin("the mission goes on", {W: S}, ("open, phased end", "closes because the mission ends")),
            Twin("no Russian rivalry", {W: "rivals alone"}, ("closes because a rival outbids",)),
        ),
    ),
    Pattern(
        3, "aid falls with the mission", Tag.follows, "American arms for KGZ 28.8 → 2.6 MUSD",
        (
            Claim("fall of American arms, 2014 over 2012", c.fall, _of(W, "American arms 2014", "American arms 2012"), 0.80, 0.95, PERCENT),
            Claim("arms in 2012", c.mean, _of(W, "American arms 2012"), form=ValueFormat(".1f", unit=" MUSD")),
        ),
        (Twin("the mission goes on", {W: S}, ("fall of American arms, 2014 over 2012",)),),
    ),
    Pattern(
        4, "the vacuum fills, two years on", Tag.seen, "withdrawal less stay, KGZ",
        (
            Claim("Russian share", c.difference, _across("RUS share 2016Q2", W, S), 0.02, 0.10, POINTS),
            Claim("American share", c.difference, _across("USA share 2016Q2", W, S), -0.15, -0.04, POINTS),
            Claim("Russian share higher", c.share_larger, _across("RUS share 2016Q2", W, S), low=0.80, form=PERCENT),
            Claim("American share lower", c.share_smaller, _across("USA share 2016Q2", W, S), low=0.80, form=PERCENT),
            *(
                Claim(f"{text} {name}", c.difference, _across(f"{patron} {variable} 2016Q2", W, S), form=POINTS)
                for name, variable in (("influence", "influence"), ("index", "fbic_index"))
                for text, patron in (("Russian", "RUS"), ("American", "USA"))
            ),
        ),
        (Twin(
            "the two sides exchanged", {W: S, S: W},
            ("Russian share", "American share", "Russian share higher", "American share lower"),
        ),),
        imagined=True,
    ),
    Pattern(
        5, "favourites: Russian arms promised 2009-13", Tag.tuned, "1100:200 MUSD reported",
        (
            Claim("KGZ over TJK", c.ratio, _of(W, "Russian arms KGZ 2009-13", "Russian arms TJK 2009-13"), 2, 8, TIMES),
            Claim("KGZ first", c.share_larger, _of(W, "Russian arms KGZ 2009-13", "Russian arms TJK 2009-13"), low=0.60, form=PERCENT),
            Claim("for KGZ", c.mean, _of(W, "Russian arms KGZ 2009-13"), form=MUSD),
        ),
        (Twin("Russia cares nothing for KGZ", {W: "no Russian favour"}, ("KGZ over TJK", "KGZ first")),),
    ),
    Pattern(
        6, "two motives of Russian arms", Tag.seen, "one factor at a time",
        (
            Claim("threat over half the threat", c.ratio, _across("Russian arms KGZ", W, "less threat"), low=1.05, form=TIMES),
            Claim("American base over none", c.ratio, _across("Russian arms KGZ", W, "no American base"), low=1.05, form=TIMES),
        ),
        (Twin(
            "a base removed that nobody wants", {"less threat": "no American base in TKM", "no American base": "no American base in TKM"},
            ("threat over half the threat", "American base over none"),
        ),),
        imagined=True,
    ),
    Pattern(
        7, "debt is forgiven for concessions", Tag.tuned, "703 MUSD, 2005-2017",
        (
            Claim("Russian relief for KGZ 2005-17", c.mean, _of(W, "Russian relief"), 300, 1000, MUSD),
            Claim("within two quarters after a concession", c.ratio, _of(W, "Russian relief near", "Russian relief"), low=0.5, form=PERCENT),
            Claim("quarters that are so near", c.mean, _of(W, "quarters near"), form=PERCENT),
        ),
        (Twin(
            "no packages", {W: "no packages"},
            ("Russian relief for KGZ 2005-17", "within two quarters after a concession"),
        ),),
    ),
    Pattern(
        8, "interference works, but is not sufficient", Tag.follows, "Kyrgyzstan 2010; Levin 2016",
        (
            Claim("odds of an overthrow, campaign ordered over none", c.odds_ratio, _across("overthrow chance", "campaigns", W), 3, 8, TIMES),
            Claim("overthrow within two quarters, campaign ordered", c.mean, _of("campaigns", "overthrow chance"), high=0.35, form=CHANCE),
            Claim("the same, campaigns of the model's own", c.ratio, _of(W, "campaigns KGZ chance", "campaigns KGZ"), high=0.35, form=CHANCE, each_draw=False),
            Claim("campaigns against KGZ, a run", c.mean, _of(W, "campaigns KGZ"), form=CHANCE),
        ),
        (
            Twin("campaigns without effect", {"campaigns": "empty campaigns"}, ("odds of an overthrow, campaign ordered over none",)),
            Twin(
                "campaigns that weigh four times as much", {"campaigns": "deadly campaigns", W: "deadly campaigns"},
                ("overthrow within two quarters, campaign ordered", "the same, campaigns of the model's own"),
            ),
        ),
    ),
    Pattern(
        9, "openness is an inverted U: overthrows a year", Tag.tuned, "three in KGZ 1992-2021, none elsewhere",
        (
            Claim("KGZ", c.mean, _of(W, "hazard KGZ"), 0.05, 0.14, CHANCE),
            *(Claim(code, c.mean, _of(W, f"hazard {code}"), high=0.03, form=CHANCE) for code in OTHERS),
        ),
        (Twin("openness the other way round", {W: "openness reversed"}, ("KGZ", *OTHERS)),),
    ),
    Pattern(
        10, "excess equipment: 31 MUSD handed over in 2015", Tag.seen, "American share, with the handover less without",
        (
            Claim("lift in UZB", c.difference, _across("USA share UZB 2015Q4", "surplus for UZB", W), 0.01, 0.05, POINTS),
            Claim("years until half is gone", half_life, (*_of("surplus for UZB", *PATH), *_of(W, *PATH)), 4, 10, ValueFormat(".2f")),
            *(
                Claim(f"more in {code} than in UZB", lift_more, (
                    *_across(f"USA share {code} 2015Q4", f"surplus for {code}", W), *_across("USA share UZB 2015Q4", "surplus for UZB", W),
                ), low=0, form=POINTS)
                for code in ("KGZ", "TJK")
            ),
        ),
        (
            Twin("nothing is handed over", {"surplus for UZB": W}, ("lift in UZB",)),
            Twin("handed over again five years on", {"surplus for UZB": "surplus twice"}, ("years until half is gone",)),
            Twin(
                "the equipment of KGZ and TJK stays away",
                {"surplus for KGZ": W, "surplus for TJK": W}, ("more in KGZ than in UZB", "more in TJK than in UZB"),
            ),
        ),
        imagined=True,
    ),
    Pattern(
        11, "promise gap: delivered over promised", Tag.built_in, "",
        (
            Claim("Russian relief", c.ratio, _of(W, "Russian relief delivered", "Russian relief promised"), 0.9, 1, CHANCE),
            Claim("Russian arms", c.ratio, _of(W, "Russian arms delivered", "Russian arms promised"), 0.1, 0.65, CHANCE),
            Claim("Russian mega-projects", c.ratio, _of(W, "Russian projects arriving", "Russian projects promised"), high=0.2, form=CHANCE),
            Claim("Chinese infrastructure", c.ratio, _of(W, "Chinese loans delivered", "Chinese loans promised"), low=0.8, form=CHANCE),
        ),
        (Twin(
            "who keeps promises and who breaks them exchanged", {W: "promises turned round"},
            ("Russian relief", "Russian arms", "Russian mega-projects", "Chinese infrastructure"),
        ),),
    ),
    Pattern(
        12, "ideal points fall", Tag.tuned, "−.6 from 2000-02 to 2010-12",
        (
            Claim("Central Asian mean, 2010-12 less 2000-02", c.difference, _of(W, "ideal point 2010-12", "ideal point 2000-02"), -0.8, -0.4, POINTS),
            Claim("sd of annual change (built-in)", c.mean, _of(W, "annual change"), 0.10, 0.17, CHANCE),
        ),
        (Twin(
            "nothing moves positions", {W: "still positions"},
            ("Central Asian mean, 2010-12 less 2000-02", "sd of annual change (built-in)"),
        ),),
    ),
    Pattern(
        13, "Chinese part of external debt", Tag.tuned, "below .05 in 2005, .35 to .55 in 2017",
        (
            *(Claim(f"{code} 2005", c.mean, _of(W, f"Chinese part {code} 2005"), high=0.05, form=CHANCE) for code in ("KGZ", "TJK")),
            *(Claim(f"{code} 2017", c.mean, _of(W, f"Chinese part {code} 2017"), 0.35, 0.55, CHANCE) for code in ("KGZ", "TJK")),
        ),
        (
            Twin("China lends nothing", {W: "no Chinese loans"}, ("KGZ 2017", "TJK 2017")),
            Twin("China lends much from the beginning", {W: "early Chinese loans"}, ("KGZ 2005", "TJK 2005")),
        ),
    ),
    Pattern(
        14, "the Russian recession of 2014-15", Tag.follows, "Kambarata given up in January 2016",
        (
            Claim("pending Russian projects given up within six quarters", c.ratio, _of(W, "projects given up", "projects pending"), low=0.5, form=PERCENT),
            *(
                Claim(f"growth of {code}, the year less the year before", c.mean, _of(W, f"growth {code}"), -8, -2, GROWTH)
                for code in ("KGZ", "TJK")
            ),
        ),
        (Twin(
            "no recession", {W: "no recession"},
            (
                "pending Russian projects given up within six quarters",
                *(f"growth of {code}, the year less the year before" for code in ("KGZ", "TJK")),
            ),
        ),),
    ),
    Pattern(
        15, "without denial bids rents fall and campaigns vanish", Tag.seen, "the United States stays",
        (
            Claim("rent 2009-13 without over with", c.ratio, _across("rent 2009-13", "stays, no rivals", S), 0.15, 0.60, PERCENT),
            Claim("campaigns without over with", c.ratio, _across("campaigns", "stays, no rivals", S), high=0.05, form=PERCENT),
            Claim("campaigns with, a run", c.mean, _of(S, "campaigns"), form=CHANCE),
        ),
        (Twin(
            "denial bids nine tenths as high, not off", {"stays, no rivals": "weaker rivals"},
            ("rent 2009-13 without over with", "campaigns without over with"),
        ),),
        imagined=True,
    ),
    Pattern(
        16, "Manas's rent path, each within a factor of two", Tag.tuned, "2, 17 and 60 MUSD a year",
        (
            Claim("2002-05", c.mean, _of(W, "rent 2002-05"), 1, 4, RENT),
            Claim("2006-08", c.mean, _of(W, "rent 2006-08"), 8.5, 34, RENT),
            Claim("2009-13", c.mean, _of(W, "rent 2009-13"), 30, 120, RENT),
        ),
        (
            Twin("Manas is worth little", {W: "worthless Manas"}, ("2009-13",)),
            Twin("a base costs its host far more support", {W: "dear Manas"}, ("2002-05", "2006-08")),
        ),
    ),
)  # fmt: skip
PATTERNS = (*DESIGNED, *FURTHER)
BY_NUMBER = {p.number: p for p in PATTERNS}
