"""Every number of a shipped scenario has a source, agrees with the data set it cites, and scripts no outcome.

A citation names a series of `SERIES`, the years, and what was done to them, and is read again here:

    World Bank WDI NY.GDP.MKTP.CD, log growth 2000-2013
    BACI trade over GDP, mean 2000-2005 + World Bank WDI BX.TRF.PWKR.DT.GD.ZS, mean 2000-2005, times 0.85

A new figure that names one of these data sets is checked without any change here; a citation that cannot be read fails. Cases
that were written from `patronage build` (rebuilt.CASES) keep its citations: what cites the same is compared with what it gives.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from patronage.driving import prepare
from patronage.scenario import Scenario, load_scenario
from patronage.scenario.library import builtin_names
from rebuilt import taken

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
TOLERANCE = 0.05
NEAR_ZERO = 0.005
"""Absolute difference that is none, for shares and ideal points close to 0."""

HISTORY = ("central-asia", "us-withdrawal", "us-stays")
"""Scenarios in which nothing that the model should explain may be dated."""

ELSEWHERE = ("djibouti", "pacific-islands", "horn-of-africa", "pacific-recognition")
"""Other regions with a history, held to the same."""

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""(scenario, path) of figures that cite a series and differ from it by more than the tolerance: why."""

FIELDS_TO_DATE = {
    "mission": "the wars of others",
    "instability": "violence next door",
    "shock": "incomes of patrons",
    "rivalry": "what patrons care for",
    "budget_growth": "a patron's means",
    "budget_factor": "a patron's means",
    "tie_mission": "where a power wants a base",
    "growth": "trend of a client",
    "patron_growth": "trend of a patron",
    "real_growth": "real trend of a client",
    "patron_real_growth": "real trend of a patron",
    "trade": "trade as it was, to 2012",
    "other_trade": "trade with all others, which no rule of the model moves",
    "treaty": "treaties of trade signed between bloc and bloc",
    "bloc_pact": "a pledge in a bloc's charter",
    "tie": "whom a patron recognises",
    "fit": "where a base would serve a patron",
    "weight": "whom a patron recognises",
    "bloc_open": "when a bloc was founded",
    "bloc_consent": "a rule of a bloc",
    "bloc_force": "a rule of a bloc",
}
ACTS_TO_DATE = {
    ("sco_opens", "join"): "Uzbekistan is a founder of the SCO",
    ("eaeu_opens", "join"): "Kazakhstan is a founder of the EAEU",
    ("tajikistan_partner", "join"): "the NATO partnership has frozen, declared members",
    ("andijan", "sanction"): "the killing at Andijan is not modelled, the American answer to it is an exogenous shock",
}


@dataclass(frozen=True)
class Series:
    """A column of the real data, as a citation names it."""

    name: str
    """Regular expression."""
    column: str
    dyadic: bool = False
    scale: float = 1.0
    """From the unit of the column to that of the figures (MUSD, %, persons, 1)."""


SERIES = (
    Series(r"World Bank WDI NY\.GDP\.MKTP\.CD", "gdp_usd", scale=1e-6),
    Series(r"World Bank WDI NY\.GDP\.MKTP\.CD in dollars of 2015", "gdp_at_2015_prices", scale=1e-6),
    Series(r"World Bank WDI NY\.GDP\.MKTP\.KD", "gdp_const2015_usd", scale=1e-6),
    Series(r"World Bank WDI SP\.POP\.TOTL", "population"),
    Series(r"World Bank WDI DT\.DOD\.DECT\.CD", "external_debt_usd", scale=1e-6),
    Series(r"World Bank WDI BX\.TRF\.PWKR\.DT\.GD\.ZS", "remittances_gdp"),
    Series(r"SIPRI Milex", "milex_usd", scale=1e-6),
    Series(r"SIPRI Arms Transfers TIV", "arms_tiv", dyadic=True),
    Series(r"SIPRI Arms Transfers TIV from all suppliers", "arms_imports_tiv"),
    Series(r"ATOP 5\.1 pledges", "pledges", dyadic=True),
    Series(r"FBIC political bandwidth", "fbic_pol_bandwidth", dyadic=True),
    Series(r"FBIC economic bandwidth beyond that of trade", "treaties", dyadic=True),
    Series(r"V-Dem v2x_polyarchy", "polyarchy"),
    Series(r"V-Dem v2x_libdem", "libdem"),
    Series(r"UNGA ideal points?", "ideal_point"),
    Series(r"BACI trade over GDP", "trade_share_gdp", dyadic=True, scale=100),
    Series(r"BACI trade in dollars of 2015 over real GDP", "trade_in_volumes", dyadic=True, scale=100),
    Series(r"BACI trade with all states in dollars of 2015 over real GDP", "all_trade_in_volumes", scale=100),
    Series(r"ForeignAssistance\.gov obligations", "us_aid_oblig_usd", dyadic=True, scale=1e-6),
    Series(r"DAC2a and AidData aid", "aid_usd2022", dyadic=True, scale=1e-6),
    Series(r"DAC2a and AidData aid in current USD", "aid_current_usd", dyadic=True, scale=1e-6),
    Series(r"AidData GCDF 3\.0 ODA", "cn_oda_usd2021", dyadic=True, scale=1e-6),
    Series(r"AidData GCDF 3\.0 other official flows", "cn_oof_usd2021", dyadic=True, scale=1e-6),
    Series(r"AidData GCDF 3\.0 ODA in current USD", "cn_oda_current_usd", dyadic=True, scale=1e-6),
    Series(r"ForeignAssistance\.gov disbursements", "us_aid_disb_usd", dyadic=True, scale=1e-6),
)
NAMED = re.compile(r"World Bank|\bWDI\b|SIPRI|V-Dem|BACI|UNGA|ForeignAssistance|AidData|ATOP 5|FBIC (?:economic|political)")
PLEDGES = {"atop_defense": 0.296, "atop_consul": 0.079, "atop_neutral": 0.039, "atop_nonagg": 0.020}
"""Security bandwidth of each pledge (docs/equations.md section 7)."""
TERM = re.compile(
    r"(?P<name>.+?)(?: \([^()]*\))?, (?:(?P<how>mean|sum|log growth) )?"
    r"(?P<first>\d{4})(?:-(?P<last>\d{4}))?(?P<steps>(?:, .+)?)"
)
NUMBER = r"(-?\d+(?:\.\d+)?)"
DECAY = rf"decayed {NUMBER} % a quarter"


class UnreadableError(Exception):
    """A citation that names a data set but not what was taken from it."""


@dataclass(frozen=True)
class Cited:
    """A number and what it cites."""

    path: str
    codes: tuple[str, ...]
    value: float
    source: str


# --- what scenarios say ---


@cache
def shipped(name: str) -> Scenario:
    return load_scenario(name)


def numbers(scenario: Scenario) -> Iterator[Cited]:
    """Every number that a file of the scenario writes, in the unit of its field; defaults are the catalogue's."""
    for path, figure in scenario.figures().items():
        if figure.origin != "default":
            yield Cited(path, codes_of(path), figure.value, figure.source)


def codes_of(path: str) -> tuple[str, ...]:
    """The actors a path names: the state, the patron, or patron and client."""
    parts = re.sub(r"^events\.[^.]+\.set\.", "", path).split(".")
    return tuple(parts[1 : {"states": 2, "patrons": 2, "ties": 3}.get(parts[0], 1)])


def unsourced(scenario: Scenario) -> list[str]:
    return [n.path for n in numbers(scenario) if not n.source.strip()]


# --- what the data say ---


@cache
def table(dyadic: bool) -> pd.DataFrame:
    """A table with the columns that citations derive from others."""
    name, *keys = ("dyad_year", "patron", "client", "year") if dyadic else ("country_year", "iso3", "year")
    found = pd.read_csv(DATA / f"{name}.csv.gz", low_memory=False).set_index(keys).sort_index()
    return _with_derived_dyads(found) if dyadic else _with_derived_states(found)


def _with_derived_states(states: pd.DataFrame) -> pd.DataFrame:
    prices = states["gdp_usd"] / states["gdp_const2015_usd"]
    deflator = states.index.get_level_values("year").map(prices.loc["USA"].to_dict())
    at_2015 = states["gdp_usd"] / deflator
    real = states["gdp_const2015_usd"].fillna(at_2015)
    traded = (states["exports_total_usd"] + states["imports_total_usd"]) / deflator / real
    return states.assign(deflator=deflator, gdp_at_2015_prices=at_2015, real=real, all_trade_in_volumes=traded)


def _with_derived_dyads(dyads: pd.DataFrame) -> pd.DataFrame:
    states = table(False)
    year = dyads.index.get_level_values("year")
    prices = states["deflator"].groupby(level="year").first()
    deflator = year.map(prices.to_dict()).to_numpy(dtype=float)
    client = pd.MultiIndex.from_arrays([dyads.index.get_level_values("client"), year])
    trade = dyads["trade_usd"] / deflator
    by_pair = (1e-6 * trade).groupby(level=["patron", "client"])
    logs = by_pair.transform(lambda s: (0.0424 * s.map(math.log1p)).rolling(3, min_periods=1).mean())
    return dyads.assign(
        trade_in_volumes=trade / states["real"].reindex(client).to_numpy(),
        aid_current_usd=dyads["aid_usd2022"] * deflator / prices[2022],
        cn_oda_current_usd=dyads["cn_oda_usd2021"] * deflator / prices[2021],
        pledges=sum(weight * dyads[flag] for flag, weight in PLEDGES.items()),
        treaties=(dyads["fbic_econ_bandwidth"] - logs).where(lambda x: x >= 0.03, 0.0),
    )


def years_of(series: Series, codes: tuple[str, ...]) -> pd.Series:
    """The series of a state, or of patron and client, by year."""
    key = codes if series.dyadic else codes[-1]
    return table(series.dyadic).loc[key, series.column].dropna() * series.scale


def cited_value(number: Cited, scenario: Scenario) -> float:
    """What the data give for a citation. UnreadableError if it does not say which series, years and steps."""
    return sum(_term(text, number, scenario) for text in number.source.split(" + "))


def _term(text: str, number: Cited, scenario: Scenario) -> float:
    found = TERM.fullmatch(re.sub(r"(?:[;:] .*| \([^()]*\))$", "", text.strip()))
    series = next((s for s in SERIES if found and re.fullmatch(s.name, found["name"])), None)
    if found is None or series is None:
        raise UnreadableError(f"{number.path}: {text!r} names no series of this test with its years")
    steps = [s.strip() for s in found["steps"].split(", ")[1:]]
    wanted = [(number.codes[0], client) for client in scenario.clients] if "sum over clients" in steps else [number.codes]
    known = [codes for codes in wanted if len(wanted) == 1 or codes in table(series.dyadic).index]  # the tables have no Somaliland
    years = [years_of(series, codes) for codes in known]
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if found["how"] == "log growth":
        value = sum(100 * math.log(y[last] / y[first]) / (last - first) for y in years)
    elif found["how"] == "sum":
        decay = next((float(m[1]) / 100 for s in steps if (m := re.fullmatch(DECAY, s))), 0.0)
        value = sum(_stock(y.loc[first:last], decay, scenario.start // 4) for y in years)
    elif found["how"] == "mean" or first == last:
        value = sum(float(y.loc[first:last].mean()) for y in years)
    else:
        raise UnreadableError(f"{number.path}: mean, sum or log growth of {first}-{last}?")
    for step in steps:
        if step in LESS_THE_PATRONS:
            value -= _of_the_patrons(step, number, scenario, first, last)
        else:
            value = _step(step, value, number, scenario)
    return value


LESS_THE_PATRONS = {"less that with the patrons": ("trade_in_volumes", "trade"), "less the patrons'": ("arms_tiv", "")}


def _of_the_patrons(step: str, number: Cited, scenario: Scenario, first: int, last: int) -> float:
    """Mean share of trade in %, or sum of arms, of all patrons with a client; as the scenario states it where the data have none."""
    column, stated = LESS_THE_PATRONS[step]
    series = next(s for s in SERIES if s.column == column)
    whole = 0.0
    for patron in scenario.patrons:
        own = years_of(series, (patron, *number.codes)).loc[first:last] if patron in table(True).index else pd.Series(dtype=float)
        if stated and own.empty:
            whole += 100 * scenario.number(stated, patron, *number.codes)
        else:
            whole += float(own.mean() if stated else own.sum())
    return whole


def _stock(flows: pd.Series, decay: float, start: int) -> float:
    """What is left of flows, each of the middle of its year, when the year `start` begins."""
    return float(sum(flow * (1 - decay) ** (4 * (start - year - 0.5)) for year, flow in flows.items()))


def _step(step: str, value: float, number: Cited, scenario: Scenario) -> float:
    steps: dict[str, Callable[[float], float]] = {
        rf"times {NUMBER}": lambda x: value * x,
        rf"plus {NUMBER}": lambda x: value + x,
        rf"capped at {NUMBER}": lambda x: min(value, x),
        DECAY: lambda x: value,  # done with the sum
    }
    for pattern, apply in steps.items():
        if found := re.fullmatch(pattern, step):
            return apply(float(found[1]))
    if step == "less the debts to patrons":
        return value - sum(scenario.number("debt0", patron, number.codes[0]) for patron in scenario.patrons)
    if step == "sum over clients":
        return value
    raise UnreadableError(f"{number.path}: unknown step {step!r} in a citation")


def differences(scenario: Scenario) -> tuple[int, dict[str, str]]:
    """How many numbers cite a series, and those that cannot be read or differ from it, with the reason."""
    checked, wrong = 0, {}
    for number in numbers(scenario):
        if not NAMED.search(number.source):
            continue
        checked += 1
        built = taken(scenario.name, number.path, number.source, DATA)
        try:
            real = cited_value(number, scenario) if built is None else built
        except UnreadableError as error:
            wrong[number.path] = str(error)
            continue
        if abs(number.value - real) > max(TOLERANCE * abs(real), NEAR_ZERO):
            wrong[number.path] = f"{number.path}: {number.value:g} is written, {number.source!r} gives {real:g}"
    return checked, wrong


def missing_rows(scenario: Scenario) -> list[str]:
    """Dates that a source cites from the timeline of deals, where that has no row."""
    known = set(pd.read_csv(DATA / "timeline.csv", dtype=str)["date"])
    cited = ((n.path, re.sub(r"\([^()]*\)", "", n.source).partition("timeline")[2]) for n in numbers(scenario))
    dates = ((path, date) for path, text in cited for date in re.findall(r"\b\d{4}(?:-\d\d){0,2}\b", text))
    return [f"{path}: {date}" for path, date in dates if date not in known]


def needs_data() -> None:
    if not DATA.is_dir():
        pytest.skip(f"the real data are not here: {DATA.resolve()} is missing")


# --- the tests ---


@pytest.mark.parametrize("name", builtin_names())
def test_every_number_of_a_shipped_scenario_has_a_source(name: str) -> None:
    assert unsourced(shipped(name)) == []


def test_the_built_in_case_starts_near_the_published_index() -> None:
    """The engine's index on the figures of the start, and the published one of 2000, of the ten dyads it is published for."""
    needs_data()
    scenario = shipped("central-asia")
    index = prepare(scenario, range(1), 1).ensemble().world.fbic[0]
    real = pd.read_csv(DATA / "dyad_year.csv.gz", usecols=["patron", "client", "year", "fbic_influence"])
    real = real[real["year"] == scenario.start // 4].set_index(["patron", "client"])["fbic_influence"]
    apart = {
        (p, c): float(index[scenario.patrons.index(p), scenario.clients.index(c)] - real[p, c])
        for p in ("CHN", "RUS") for c in scenario.clients
    }  # fmt: skip
    assert {pair: x for pair, x in apart.items() if not abs(x) < 0.06} == {}
    assert len(apart) == 10


@pytest.mark.parametrize("name", builtin_names())
def test_figures_that_cite_a_data_set_agree_with_it(name: str) -> None:
    needs_data()
    _, wrong = differences(shipped(name))
    assert [text for path, text in wrong.items() if (name, path) not in EXCEPTIONS] == []


@pytest.mark.parametrize("name", builtin_names())
def test_rows_of_the_timeline_that_are_cited_exist(name: str) -> None:
    needs_data()
    assert missing_rows(shipped(name)) == []


def test_a_planted_row_of_the_timeline_is_found() -> None:
    needs_data()
    figure = {"value": "100 MUSD", "source": "timeline 2005 (a real one) and 2005-12-24"}
    assert missing_rows(load_scenario("central-asia", {"ties.RUS.KGZ.debt": figure})) == [
        "ties.RUS.KGZ.debt: 2005-12-24"
    ]


def test_exceptions_are_still_needed() -> None:
    needs_data()
    for (name, path), reason in EXCEPTIONS.items():
        assert reason
        assert path in differences(shipped(name))[1], f"{name}: {path} is no exception any more"


@pytest.mark.parametrize(("name", "least"), [("central-asia", 100), ("djibouti", 25), ("pacific-islands", 90)])
def test_the_historical_cases_rest_on_data(name: str, least: int) -> None:
    """Guards against a registry that no longer recognises what it should check."""
    needs_data()
    checked, _ = differences(shipped(name))
    assert checked >= least


GDP = "World Bank WDI NY.GDP.MKTP.CD"
TRADE = "BACI trade in dollars of 2015 over real GDP, 2000"


@pytest.mark.parametrize(
    ("path", "value", "source", "complaint"),
    [
        ("states.KGZ.gdp", "1.6 bn USD/yr", f"{GDP}, 2000", "gives 1369"),
        ("states.KGZ.gdp", "1.37 bn USD/yr", "World Bank, 2000", "names no series"),
        ("states.KGZ.gdp", "1.37 bn USD/yr", GDP, "names no series"),
        ("states.KGZ.gdp", "1.37 bn USD/yr", f"{GDP}, 2000-2003", "mean, sum or log growth"),
        ("states.KGZ.openness", "0.5", "V-Dem v2x_libdem, mean 2000-2012, times 2", "gives 0.399"),
        ("states.KGZ.position.unga", "0.3", "UNGA ideal point, 2000", "gives 0.0951"),
        (
            "ties.RUS.KAZ.arms",
            "300 MUSD",
            "SIPRI Arms Transfers TIV, sum 1992-1999, decayed 2 % a quarter",
            "gives 187",
        ),
        ("ties.TUR.TKM.trade", "8", TRADE, "gives 3.98"),
        ("ties.TUR.TKM.trade", "3.98", f"{TRADE}, doubled", "unknown step"),
        ("events.boom_ends.set.states.TKM.growth", "9 %/yr", f"{GDP}, log growth 2013-2021", "gives 3.0"),
    ],
)
def test_a_planted_wrong_figure_is_found(path: str, value: str, source: str, complaint: str) -> None:
    needs_data()
    _, wrong = differences(load_scenario("central-asia", {path: {"value": value, "source": source}}))
    assert list(wrong) == [path]
    assert complaint in wrong[path]


def test_a_planted_unsourced_figure_is_found(tmp_path: Path) -> None:
    file = tmp_path / "planted.yaml"
    file.write_text("extends: central-asia\nevents:\n  aftermath: {set: {region.instability: 0.4}}\n")
    assert unsourced(load_scenario(file)) == ["events.aftermath.set.region.instability"]


@pytest.mark.parametrize("name", [*HISTORY, *ELSEWHERE])
def test_no_outcome_of_the_historical_case_is_scripted(name: str) -> None:
    scenario = shipped(name)
    acts = {(event.name, act.kind) for event in scenario.events for act in event.acts}
    fields = {change.field for event in scenario.events for change in event.changes}
    assert acts <= set(ACTS_TO_DATE)
    assert fields <= set(FIELDS_TO_DATE)


@pytest.mark.parametrize("name", [*HISTORY, *ELSEWHERE])
def test_assumptions_of_the_historical_case_have_ranges(name: str) -> None:
    """But for 0 and 1 (nothing, all, and the numéraire), which say that something is absent, complete or at cost."""
    figures = shipped(name).figures()
    bare = [
        path
        for path, f in figures.items()
        if f.source == "assumption"
        and f.range is None
        and f.value not in (0, 1)
        and not path.endswith((".over", ".for"))
    ]
    assert bare == []


def test_the_two_sides_of_the_comparison_differ_in_the_withdrawal_alone() -> None:
    history, gone, stays = ({p: (f.value, f.range) for p, f in shipped(n).figures().items()} for n in HISTORY)
    assert gone == history
    assert {path for path in stays if stays[path] != gone[path]} == {
        "events.withdrawal.set.patrons.USA.mission",
        "events.aftermath.set.region.instability",
    }
    triggers = [[(e.name, e.trigger) for e in shipped(n).events] for n in HISTORY]
    assert triggers[0] == triggers[1] == triggers[2]
