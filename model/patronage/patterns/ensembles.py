"""The ensembles the patterns are measured on: the built-in case and its variants, all with the same luck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from patronage.scenario import Scenario, load_scenario, parse_quarter
from patronage.scenario.catalogue import Field
from patronage.scenario.scenario import inside

WITHDRAWAL, STAYS = "us-withdrawal", "us-stays"

Numbers = Mapping[tuple[str, tuple[str, ...]], float]
"""Values in the engine's units, by field and codes."""


@dataclass(frozen=True)
class Variant:
    """A variant of a built-in scenario."""

    name: str
    base: str = WITHDRAWAL
    settings: Mapping[str, str] = field(default_factory=dict)
    """As `--set` takes them: path and value."""
    factors: Mapping[str, float] = field(default_factory=dict)
    """Numbers that are multiplied, by path: what they are multiplied with may itself be drawn."""
    until: str = "2021Q4"
    """The last quarter that a pattern reads."""

    @property
    def words(self) -> str:
        """What it is, as one would type it."""
        sets = [f"--set {path}={value}" for path, value in self.settings.items()]
        return " ".join([self.base, *sets, *(f"({path} × {by:g})" for path, by in self.factors.items())])

    @property
    def last(self) -> int:
        return parse_quarter(self.until)

    @property
    def quarters(self) -> int:
        """Length of a run."""
        return self.last - parse_quarter("2000Q1") + 1

    def scenario(self, more: Mapping[str, str] | None = None, drawn: Numbers | None = None) -> Scenario:
        """The variant, loaded. `more` settings come first, `drawn` numbers next; its own settings and factors last."""
        loaded = load_scenario(self.base, {**(more or {}), **self.settings})
        return self.with_numbers(loaded, drawn or {})

    def with_numbers(self, loaded: Scenario, drawn: Numbers) -> Scenario:
        """A loaded variant with drawn numbers, and the factors on top of them; what it sets itself stays."""
        cells = Cells(loaded)
        fixed = {cells.key(path) for path in self.settings if path in cells.fields}
        numbers = {**loaded.numbers, **{key: value for key, value in drawn.items() if key not in fixed}}
        for path, by in self.factors.items():
            entry, (name, codes) = cells.fields[path], cells.key(path)
            value = numbers.get((name, codes), loaded.number(name, *codes)) * by
            numbers[name, codes] = min(max(value, inside(entry, entry.low)), inside(entry, entry.high))
        return replace(loaded, numbers=numbers)


class Cells:
    """The addressable numbers of a scenario by path."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {path: entry for entry, path in self.scenario.cells()}

    @cached_property
    def _keys(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        return {}

    def key(self, path: str) -> tuple[str, tuple[str, ...]]:
        """Field and codes of a path; kept, for ensembles ask again and again."""
        if path not in self._keys:
            entry = self.fields[path]
            parts = zip(path.split("."), entry.path.split("."), strict=True)
            self._keys[path] = entry.name, tuple(code for code, part in parts if part.startswith("{"))
        return self._keys[path]


LONG = {"period.end": "2026Q4"}
NO_RIVALS = {"mechanisms.denial_bids": "off"}
ABRUPT = {"events.withdrawal.at": "2014Q2", "events.withdrawal.over": "1"}
CAMPAIGN_DATES = ("2003Q1", "2007Q1", "2011Q1", "2015Q1")
CAMPAIGNS = {
    f"events.ordered_campaign_{date[:4]}": f"{{at: {date}, campaign: {{from: RUS, to: KGZ}}, source: assumption}}"
    for date in CAMPAIGN_DATES
}
"""Four campaigns against one regime, far enough apart for its legitimacy to recover in between."""
HANDOVER, HANDED = "2015Q1", 31
"""When surplus equipment is handed over in pattern 10, and how much (MUSD at transfer value)."""
AGAIN = "2020Q1"
"""When it is handed over once more in the twin in which half of the lift must not be gone after ten years."""


def _given(client: str) -> str:
    return f"{{from: USA, to: {client}, amount: {HANDED} MUSD}}"


def handover(client: str) -> dict[str, str]:
    """Surplus equipment for one client."""
    return {**LONG, "events.ordered_handover": f"{{at: {HANDOVER}, transfer: {_given(client)}, source: assumption}}"}


def _named(*ensembles: Variant) -> dict[str, Variant]:
    return {e.name: e for e in ensembles}


DENIAL, GAIN = "rules.bargaining.denial", "rules.threat.gain"
OPENNESS = "states.{}.openness"
ENSEMBLES: dict[str, Variant] = _named(
    Variant("withdrawal", settings=LONG, until="2026Q4"),
    Variant("stays", STAYS),
    Variant("no rivals", settings=NO_RIVALS, until="2013Q4"),
    Variant("stays, no rivals", STAYS, NO_RIVALS),
    Variant("less threat", factors={GAIN: 0.5}),
    Variant("no American base", settings={"ties.USA.KGZ.fit.base": "0"}),
    Variant("campaigns", settings=CAMPAIGNS, until="2015Q4"),
    Variant("surplus for UZB", settings=handover("UZB"), until="2026Q4"),
    Variant("surplus for KGZ", settings=handover("KGZ"), until="2015Q4"),
    Variant("surplus for TJK", settings=handover("TJK"), until="2015Q4"),
    Variant("half a budget", factors={"patrons.RUS.budget": 0.5}),
    Variant("one Russian site", settings={"ties.RUS.KGZ.sites": "1"}),
    Variant("no monopoly", settings={"rules.bargaining.monopoly": "0"}, until="2008Q4"),
    # only reported, by pattern 2: the sensitivity to what Russia and others bid against a base
    Variant("abrupt", settings=ABRUPT, until="2015Q2"),
    *(
        Variant(f"{name}, denial × {by:g}", base, settings, {DENIAL: by}, until="2015Q2")
        for name, base, settings in (("abrupt", WITHDRAWAL, ABRUPT), ("stays", STAYS, {}))
        for by in (0.0, 0.5, 1.5)
    ),
    # twins: variants in which a check must fail
    Variant("weak rivals", factors={DENIAL: 0.25}, until="2013Q4"),
    Variant("rivals alone", settings={"rivalry.RUS.USA": "0", "events.rivalry_returns": "~"}, until="2015Q2"),
    Variant("no Russian favour", settings={
        "ties.RUS.KGZ.weight": "0", "rivalry.RUS.USA": "0", "events.rivalry_returns": "~",
    }, until="2013Q4"),
    Variant("no American base in TKM", settings={"ties.TUR.TKM.fit.base": "0"}),
    Variant("no packages", settings={"mechanisms.packages": "off"}),
    Variant("empty campaigns", settings={
        **CAMPAIGNS, "rules.regimes.hazard_campaign": "0", "rules.interference.cost": "0",
    }, until="2015Q4"),
    Variant("deadly campaigns", settings={**CAMPAIGNS, "rules.regimes.hazard_campaign": "5"}),
    Variant("openness reversed", settings={
        OPENNESS.format("KGZ"): "0.03", **{OPENNESS.format(c): "0.4" for c in ("KAZ", "TJK", "TKM", "UZB")},
    }),
    Variant("surplus twice", settings={
        **handover("UZB"), "events.ordered_again": f"{{at: {AGAIN}, transfer: {_given('UZB')}, source: assumption}}",
    }, until="2026Q4"),
    Variant("promises turned round", settings={
        "patrons.RUS.delivery.debt_relief": "0.3", "patrons.RUS.delivery.arms": "1", "patrons.RUS.delivery.projects": "1",
        "patrons.CHN.delivery.loans": "0.3", "patrons.CHN.delivery.projects": "0.3",
    }),
    Variant("still positions", settings={
        "rules.alignment.pull": "0", "rules.alignment.anchor_unga": "0", "rules.alignment.noise": "0.01",
    }, until="2012Q4"),
    Variant("no Chinese loans", settings={"patrons.CHN.licence.loans": "0", "patrons.CHN.package.loans": "0"},
             until="2017Q4"),
    Variant("early Chinese loans", settings={"patrons.CHN.budget": "300 MUSD/yr"}, until="2017Q4"),
    Variant("no recession", settings={"events.russian_recession": "~"}, until="2016Q1"),
    Variant("no interference", settings={"mechanisms.interference": "off"}),
    Variant("restless hosts", factors={"rules.bargaining.hazard_base": 20.0, "rules.bargaining.hazard_regime": 4.0}),
    Variant("frozen blocs", settings={"mechanisms.bloc_choice": "off"}),
    Variant("worthless Termez", settings={"patrons.EUU.need.base": "10 MUSD/yr"}, until="2008Q4"),
    Variant("weaker rivals", STAYS, factors={DENIAL: 0.9}),
    Variant("worthless Manas", settings={"patrons.USA.need.base": "25 MUSD/yr"}, until="2013Q4"),
    Variant("dear Manas", settings={"rules.bargaining.salience": "0.9"}, until="2013Q4"),
)  # fmt: skip
"""By name. Runs of equal number share their luck in all of them, up to the first quarter in which they differ."""
