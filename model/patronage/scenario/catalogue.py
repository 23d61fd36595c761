"""Every number the model takes: its name, path in a scenario file, axes, unit, default, range and source.

One line a field. The loader reads what a person may write from it, the compiler builds `Parameters` from
it, the tables of `docs/equations.md` and the JSON Schema are generated from it. Nothing else lists fields.

Axes (letters, in order): P patron, Q rival patron, C client, B bloc, J kind of concession (0 is `base`), O orientation axis (0 is
the UN General Assembly ideal point, 1… the declared pole pairs). A field without axes is one number per run.

`unit` is what a person writes when they write a plain number; `inside` is what the engine computes with.
Inside, money is million current US dollars (MUSD) and time is the quarter.
"""

from __future__ import annotations

from . import concessions, politics
from .field import FBIC, INF, M4, M12, MODEL, OURS, Field
from .rules import MECHANISMS, RULES

__all__ = [
    "BLOCS", "BY_NAME", "BY_PATH", "CHANNELS", "FIELDS", "INF", "INSTRUMENTS", "MECHANISMS", "MODEL", "OURS", "PATRONS", "REGION",
    "RULES", "STATES", "TIES", "Field",
]  # fmt: skip

INSTRUMENTS = ("arms", "grants", "loans", "debt_relief")
"""What a patron can give, in the order of every instrument axis."""

CHANNELS = ("arms", "economic", "debt", "presence", "market", "institutions")
"""Through which influence runs, in the order of every channel axis."""


def _per_instrument(base: str, path: str, unit: str, default: float | None, low: float, high: float, source: str, doc: str) -> list[Field]:
    return [
        Field(f"{base}_{k}", f"patrons.{{patron}}.{path}.{k}", "P", unit, default, low, high, None, source, f"{doc}: {k.replace('_', ' ')}")
        for k in INSTRUMENTS
    ]


STATES: list[Field] = [
    Field("gdp", "states.{client}.gdp", "C", "MUSD/yr", None, 1, INF, None, MODEL, "gross domestic product at the start", "MUSD/quarter"),
    Field("growth", "states.{client}.growth", "C", "%/yr", 4.0, -50, 60, (-5.0, 15.0), MODEL, "trend growth of GDP in current dollars (log rate)", "1/quarter"),
    Field("real_gdp", "states.{client}.real_gdp", "C", "MUSD/yr", None, .01, INF, None, MODEL, "gross domestic product at the start at the prices of 2015, which trade, arms and aid are weighed against", usual="gdp over the deflator of the start"),
    Field("real_growth", "states.{client}.real_growth", "C", "%/yr", None, -60, 70, (-5.0, 12.0), MODEL, "trend growth of real GDP (log rate)", "1/quarter", "growth less the deflator's"),
    Field("other_trade", "states.{client}.other_trade", "C", "%", None, 0, 1000, (5, 150), MODEL, "trade both ways with all others than the patrons, as a share of real GDP", "1", "60 less the trade with the patrons, at least 10"),
    Field("other_arms", "states.{client}.other_arms", "C", "TIV", 0.0, 0, INF, None, MODEL, "major arms from others than the patrons in any ten years"),
    Field("population", "states.{client}.population", "C", "persons", 5e6, 1, INF, None, MODEL, "population (constant over a run)"),
    Field("openness", "states.{client}.openness", "C", "1", .2, .01, .99, (.05, .6), MODEL, "political openness D at the start, and its institutional mean"),
    Field("coalition", "states.{client}.coalition", "C", "1", .15, .01, 1, (.03, .5), MODEL + "; " + M4, "winning coalition W at the start, and its institutional mean"),
    Field("proximity", "states.{client}.proximity", "C", "1", .5, 0, 1, (0, 1), MODEL, "nearness to the conflict zone"),
    Field("position", "states.{client}.position.{axis}", "CO", "1", 0.0, -4, 4, None, MODEL, "position at the start: UNGA ideal point; orientation on each declared axis in [-1, 1]"),
    Field("anchor", "states.{client}.anchor.{axis}", "CO", "1", 0.0, -4, 4, None, MODEL, "historical orientation the position is drawn back to (first axis: computed from openness, not read)"),
    Field("other_debt", "states.{client}.other_debt", "C", "MUSD", 0.0, 0, INF, None, MODEL, "external debt owed to creditors who are not patrons here"),
    Field("other_debt_growth", "states.{client}.other_debt_growth", "C", "%/yr", 4.0, -50, 60, (0.0, 8.0), MODEL, "growth of the debt to others (log rate)", "1/quarter"),
    Field("legitimacy0", "states.{client}.legitimacy", "C", "1", .6, 0, 1, (.4, .7), MODEL, "legitimacy L at the start"),
    Field("threat0", "states.{client}.threat", "C", "1", .1, 0, 1, (0, .4), MODEL, "threat H at the start"),
]

PATRONS: list[Field] = [
    Field("budget", "patrons.{patron}.budget", "P", "MUSD/yr", None, 0, INF, None, MODEL, "what the patron can spend on all clients, at unit cost, rents apart", "MUSD/quarter"),
    Field("budget_factor", "patrons.{patron}.budget_factor", "P", "1", 1.0, 0, 20, None, OURS, "factor on the budget, for events and sweeps to change"),
    Field("budget_growth", "patrons.{patron}.budget_growth", "P", "%/yr", 0.0, -50, 60, (-5, 15), MODEL, "growth of the budget (log rate)", "1/quarter"),
    Field("budget_mission", "patrons.{patron}.budget_mission", "P", "1", 0.0, 0, 20, (0, 2), MODEL, "share added to the budget by a full mission"),
    Field("mission", "patrons.{patron}.mission", "P", "1", 0.0, 0, 1, (0, 1), MODEL, "operational need for bases"),
    Field("shock", "patrons.{patron}.shock", "P", "1/quarter", 0.0, -.5, .5, None, MODEL, "log change a quarter of the patron's dollar income, beyond its trend"),
    Field("surplus", "patrons.{patron}.surplus", "P", "MUSD", 1e9, 0, INF, None, MODEL, "pool of surplus equipment at transfer value that events may hand over; practically unlimited unless given"),
    Field("strategy_share", "patrons.{patron}.strategy_share", "P", "1", .5, 0, 1, (0, 1), OURS, "parameter of the strategies mixture, retrench and denial_first"),
    Field("patron_gdp", "patrons.{patron}.gdp", "P", "MUSD/yr", 0.0, 0, INF, None, MODEL + "; " + M12, "the patron's own GDP at the start (contributions to a joint force)", "MUSD/quarter"),
    Field("patron_growth", "patrons.{patron}.growth", "P", "%/yr", 4.0, -50, 60, None, MODEL + "; " + M12, "its trend growth", "1/quarter"),
    Field("patron_real_gdp", "patrons.{patron}.real_gdp", "P", "MUSD/yr", None, 0, INF, None, MODEL, "the patron's own GDP at the start at the prices of 2015", usual="gdp over the deflator of the start"),
    Field("patron_real_growth", "patrons.{patron}.real_growth", "P", "%/yr", None, -60, 70, (-2, 10), MODEL, "trend growth of its real GDP, which its trade follows", "1/quarter", "growth less the deflator's"),
    Field("supply", "patrons.{patron}.supply", "P", "TIV/yr", 0.0, 0, 100_000, None, MODEL, "major arms in a usual contract year for a client of 30 bn of real GDP; 0: it sells none"),
    Field("patron_position", "patrons.{patron}.position.{axis}", "PO", "1", 0.0, -4, 4, None, MODEL, "position: UNGA ideal point and orientations (an input)"),
    *_per_instrument("cost", "unit_cost", "1", 1.0, .01, 20, MODEL, "cost to the patron of one unit of face value"),
    *_per_instrument("delivery", "delivery", "1", .9, .01, 1, MODEL, "mean share of the promised that is delivered"),
    Field("delivery_projects", "patrons.{patron}.delivery.projects", "P", "1", .8, .01, 1, None, MODEL, "mean share of the promised that is delivered: projects, which are loans promised in packages"),
    *_per_instrument("licence", "licence", "1", 0.0, 0, 1, MODEL, "what the patron is willing and allowed to give in courtship"),
    *_per_instrument("licence_mission", "licence_mission", "1", 0.0, 0, 1, MODEL, "what a full mission adds to the licence"),
    *_per_instrument("package", "package", "1", 0.0, 0, 1, MODEL, "what it is willing to give in packages"),
]

TIES: list[Field] = [
    Field("weight", "ties.{patron}.{client}.weight", "PC", "1", 0.0, 0, 10, (0, 1.5), MODEL, "how much the patron wants influence over the client, on an absolute scale"),
    Field("trade", "ties.{patron}.{client}.trade", "PC", "%", 0.0, 0, 1000, None, MODEL, "trade both ways with the patron in a year, as a share of the client's real GDP", "1"),
    Field("remittances", "ties.{patron}.{client}.remittances", "PC", "%", 0.0, 0, 100, None, MODEL, "workers' remittances from the patron as a share of the client's GDP", "1"),
    Field("treaty", "ties.{patron}.{client}.treaty", "PC", "1", 0.0, 0, 5, (0, 1.2), FBIC, "economic bandwidth of treaties in force: preferences .09, free trade .11, a customs union .42 more, an economic union .42 more; blocs add to it"),
    Field("tie", "ties.{patron}.{client}.tie", "PC", "1", .16, 0, 1, (.04, .25), FBIC, "political bandwidth of diplomatic ties: .16, without an embassy .04"),
    Field("pact", "ties.{patron}.{client}.pact", "PC", "1", 0.0, 0, 1, (0, .434), FBIC, "security bandwidth of pledges: defence .296, consultation .079, neutrality .039, non-aggression .020; the largest of this and of blocs counts"),
    Field("aid", "ties.{patron}.{client}.aid", "PC", "MUSD/yr", 0.0, 0, INF, None, MODEL, "aid a year in current dollars at the start, mean of three years"),
    *(
        Field(
            f"arms_year_y{i}", f"ties.{{patron}}.{{client}}.arms_year.y{i}", "PC", "TIV", None, 0, 1e6, None, MODEL,
            "major arms from the patron in the year of the quarter before the start" if i == 1 else f"major arms from the patron {i - 1} year{'s' if i > 2 else ''} before that of the quarter before the start",
            usual="0 where another year is given, else a tenth of arms times rules.arms.hardware over the deflator",
        )
        for i in range(1, 11)
    ),
    *(
        Field(f"unexplained_{part}", f"ties.{{patron}}.{{client}}.unexplained.{part}", "PC", "1", 0.0, -5, 5, None, OURS, f"{part.replace('_', ' ')} that the published index has beyond the formula")
        for part in ("economic_bandwidth", "political_bandwidth", "security_bandwidth", "economic_dependence", "security_dependence")
    ),
    Field("arms0", "ties.{patron}.{client}.arms", "PC", "MUSD", 0.0, 0, INF, None, MODEL, "stock of arms from the patron at the start, at value: what answers insecurity and is a stake"),
    Field("capital0", "ties.{patron}.{client}.capital", "PC", "MUSD", 0.0, 0, INF, None, MODEL, "stock of aid-financed capital at the start"),
    Field("debt0", "ties.{patron}.{client}.debt", "PC", "MUSD", 0.0, 0, INF, None, MODEL, "debt owed to the patron at the start"),
    Field("presence0", "ties.{patron}.{client}.presence", "PC", "MUSD", 0.0, 0, INF, None, MODEL, "presence at the start"),
    Field("term", "ties.{patron}.{client}.term", "PC", "quarter", 8.0, 1, 400, (4, 60), MODEL, "length of a new base contract"),
    Field("in_kind", "ties.{patron}.{client}.in_kind", "PC", "1", 0.0, 0, 1, None, MODEL, "1: pays for a base there in packages, not cash"),
    Field("base_size", "ties.{patron}.{client}.base_size", "PC", "1", 1.0, 0, 20, (.5, 3), OURS, "presence that a base there adds, as a multiple of the usual"),
    Field("sites", "ties.{patron}.{client}.sites", "PC", "1", 1.0, 1, 20, (1, 4), OURS, "separately agreed sites under the dyad's base; each is reviewed on its own until merged"),
    Field("rivalry", "rivalry.{rival}.{patron}", "QP", "1", 0.0, 0, 2, (0, 1), MODEL, "how far the rival (first) cares to deny bases to the patron (second)"),
]

BLOCS: list[Field] = [
    Field("bloc_treaty", "blocs.{bloc}.treaty", "B", "1", 0.0, 0, 5, (0, 1.2), FBIC, "economic bandwidth that membership adds for the leader (a customs union .42)"),
    Field("bloc_pact", "blocs.{bloc}.pact", "B", "1", .02, 0, 1, (0, .434), FBIC, "security bandwidth of the leader's pledge to members (an alliance of defence .395, consultation .099, non-aggression .020)"),
    Field("bloc_disputes", "blocs.{bloc}.disputes", "B", "1", 0.0, 0, 10, (0, 2), MODEL + "; " + M12, "open bilateral disputes among members"),
    Field("bloc_open", "blocs.{bloc}.open", "B", "1", 1.0, 0, 1, None, OURS, "0 before the bloc exists or while its membership is frozen"),
    Field("bloc_consent", "blocs.{bloc}.third_party_consent", "B", "1", 0.0, 0, 1, None, MODEL + "; " + M12, "1: a base of an outsider in a member state needs the members' consent"),
    Field("bloc_force", "blocs.{bloc}.joint_force", "B", "1", 0.0, 0, 1, None, MODEL, "1: members contribute to a joint force"),
    Field("bloc_threat", "blocs.{bloc}.benefit.threat", "B", "1", 2.2, 0, 10, (1, 3.5), MODEL, "weight of threat x the leader's reliability in the benefit of membership"),
    Field("bloc_share", "blocs.{bloc}.benefit.share", "B", "1", 1.6, 0, 10, (.8, 2.4), MODEL, "weight of the leader's share of influence"),
    Field("bloc_distance", "blocs.{bloc}.benefit.distance", "B", "1", 1.5, 0, 10, (.7, 2.2), MODEL, "weight of the distance in orientation"),
    Field("bloc_rival", "blocs.{bloc}.benefit.rival", "B", "1", .35, 0, 10, (.1, .7), MODEL, "weight of the strongest rival's share"),
    Field("bloc_access", "blocs.{bloc}.benefit.access", "B", "1", .5, 0, 10, (0, 2), MODEL, "weight of market access to the leader"),
]

REGION: list[Field] = [
    Field("instability", "region.instability", "", "1", .2, 0, 1, (.1, .6), MODEL, "violence in the neighbouring conflict zone"),
]

MECHANISMS += [Field(f"with_{name}", f"mechanisms.{name}", "", "1", 1.0, 0, 1, None, MODEL, doc) for name, doc in politics.SWITCHES]
FIELDS: tuple[Field, ...] = (
    *REGION, *STATES, *politics.STATES, *concessions.KINDS, *PATRONS, *concessions.PATRONS, *politics.PATRONS,
    *TIES, *concessions.TIES, *politics.TIES, *BLOCS, *politics.BLOCS, *RULES, *concessions.RULES, *politics.RULES, *MECHANISMS,
)  # fmt: skip
BY_NAME: dict[str, Field] = {f.name: f for f in FIELDS}
BY_PATH: dict[str, Field] = {f.path: f for f in FIELDS}

if len(BY_NAME) != len(FIELDS) or len(BY_PATH) != len(FIELDS):
    raise AssertionError("two fields share a name or a path")
