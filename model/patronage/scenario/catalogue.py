"""Every number the model takes: its name, path in a scenario file, axes, unit, default, range and source.

One line a field. The loader reads what a person may write from it, the compiler builds `Parameters` from
it, the tables of `docs/equations.md` and the JSON Schema are generated from it. Nothing else lists fields.

Axes (letters, in order): P patron, Q rival patron, C client, B bloc, O orientation axis (0 is the UN
General Assembly ideal point, 1… the declared pole pairs). A field without axes is one number per run.

`unit` is what a person writes when they write a plain number; `inside` is what the engine computes with.
Inside, money is million current US dollars (MUSD) and time is the quarter.
"""

from __future__ import annotations

from dataclasses import dataclass

INSTRUMENTS = ("arms", "grants", "loans", "debt_relief")
"""What a patron can give, in the order of every instrument axis."""

CHANNELS = ("arms", "economic", "debt", "presence", "market", "institutions")
"""Through which influence runs, in the order of every channel axis."""

MODEL = "assumption (design of the model)"
OURS = "assumption (ours)"
M1 = "form: FBIC, Moyer et al. 2021"
M2 = "Bailey, Strezhnev & Voeten 2017, fitted to Central Asia 1992-2012"
M4 = "form: Bueno de Mesquita & Smith 2007, 2009"
M6 = "form: Cooley 2008"
M7 = "half-life of the ten-year convention in arms dependence, Kinsella 1998"
M8 = "terms of China Eximbank, AidData"
M9 = "form: Altfeld 1984, Morrow 1991"
M11 = "three irregular exits in Kyrgyzstan 1992-2021, none elsewhere; Levin 2016 on interventions"
M12 = "form: Olson & Zeckhauser 1966, Altfeld 1984"
M13 = "share of sanctions that succeed, Hufbauer et al. 2007"
M15 = "form: Friedman 1958, Tullock contest"
M16 = "Yun 2016, IMF on remittances and Russian income"


@dataclass(frozen=True, slots=True)
class Field:
    """One input of the model."""

    name: str
    """Attribute of `Parameters`."""
    path: str
    """Where a scenario file holds it; `{patron}`, `{rival}`, `{client}`, `{bloc}`, `{axis}` stand for codes."""
    axes: str
    unit: str
    default: float | None
    """In `unit`. `None`: the scenario must give it."""
    low: float
    high: float
    """Hard bounds in `unit`, both included."""
    plausible: tuple[float, float] | None
    """Range to sweep when the scenario gives none, in `unit`."""
    source: str
    doc: str
    inside: str = ""
    """Unit inside the engine; empty means as written."""

    @property
    def internal_unit(self) -> str:
        return self.inside or self.unit


INF = float("inf")
MUCH = 1000.0
"""Upper bound of weights, slopes and other pure numbers: a hundred times anything in use."""

# What keeps numbers finite. Whatever has no bound of its own ends at `figures.MOST`, 1e12 in its unit; what divides has a
# lower bound above 0. exp() is taken of six things:
#   growth of GDP, budgets and debts   trends within 60 %/yr (.15 a quarter: a factor 1e26 in 400 quarters), interest likewise;
#                                      noise within .25, and a draw of luck has 32 bits, so that it ends at 6.4 deviations;
#                                      shocks within .5, times an elasticity of income within 5; returns to capital within 1
#   luck of a base's value             noise within 3: a factor e^19 at most
#   logits                             cut off at 700 (`arrays.logistic`)
#   security, distance                 negative: it ends at 0
#   lead in influence (policies)       between -2 and 2
# Everything else is a sum or product of these, of shares and of numbers up to MUCH. What can still run away is what compounds
# for long at these bounds, or money out of all proportion to a GDP (capital of 700 times the GDP grows it by e^700): such a run
# is found by `record.unlimited` when it leaves 1e37, for tables end at 3.4e38, and is a failed run that says so.


def _rule(
    group: str, name: str, default: float, span: tuple[float, float] | None, source: str, doc: str,
    unit: str = "1", low: float = 0.0, high: float = INF, field: str = "", inside: str = "",
) -> Field:
    return Field(field or f"{group}_{name}", f"rules.{group}.{name}", "", unit, default, low, high, span, source, doc, inside)


def _per_instrument(base: str, path: str, unit: str, default: float | None, low: float, high: float, source: str, doc: str) -> list[Field]:
    return [
        Field(f"{base}_{k}", f"patrons.{{patron}}.{path}.{k}", "P", unit, default, low, high, None, source, f"{doc}: {k.replace('_', ' ')}")
        for k in INSTRUMENTS
    ]


STATES: list[Field] = [
    Field("gdp", "states.{client}.gdp", "C", "MUSD/yr", None, 1, INF, None, MODEL, "gross domestic product at the start", "MUSD/quarter"),
    Field("growth", "states.{client}.growth", "C", "%/yr", 4.0, -50, 60, (-5.0, 15.0), MODEL, "trend growth of GDP in current dollars (log rate)", "1/quarter"),
    Field("population", "states.{client}.population", "C", "persons", 5e6, 1, INF, None, MODEL, "population (constant over a run)"),
    Field("openness", "states.{client}.openness", "C", "1", .2, .01, .99, (.05, .6), MODEL, "political openness D at the start, and its institutional mean"),
    Field("coalition", "states.{client}.coalition", "C", "1", .15, .01, 1, (.03, .5), MODEL + "; " + M4, "winning coalition W at the start, and its institutional mean"),
    Field("proximity", "states.{client}.proximity", "C", "1", .5, 0, 1, (0, 1), MODEL, "nearness to the conflict zone"),
    Field("position", "states.{client}.position.{axis}", "CO", "1", 0.0, -4, 4, None, MODEL, "position at the start: UNGA ideal point; orientation on each declared axis in [-1, 1]"),
    Field("anchor", "states.{client}.anchor.{axis}", "CO", "1", 0.0, -4, 4, None, MODEL, "historical orientation the position is drawn back to (first axis: computed from openness, not read)"),
    Field("other_debt", "states.{client}.other_debt", "C", "MUSD", 0.0, 0, INF, None, MODEL, "external debt owed to creditors who are not patrons here"),
    Field("other_debt_growth", "states.{client}.other_debt_growth", "C", "%/yr", 4.0, -50, 60, (0.0, 8.0), MODEL, "growth of that debt (log rate)", "1/quarter"),
    Field("legitimacy0", "states.{client}.legitimacy", "C", "1", .6, 0, 1, (.4, .7), MODEL, "legitimacy L at the start"),
    Field("threat0", "states.{client}.threat", "C", "1", .1, 0, 1, (0, .4), MODEL, "threat H at the start"),
]

PATRONS: list[Field] = [
    Field("budget", "patrons.{patron}.budget", "P", "MUSD/yr", None, 0, INF, None, MODEL, "what the patron can spend on all clients, at unit cost, rents apart", "MUSD/quarter"),
    Field("budget_factor", "patrons.{patron}.budget_factor", "P", "1", 1.0, 0, 20, None, OURS, "factor on the budget, for events and sweeps to change"),
    Field("budget_growth", "patrons.{patron}.budget_growth", "P", "%/yr", 0.0, -50, 60, (-5, 15), MODEL, "growth of the budget (log rate)", "1/quarter"),
    Field("budget_mission", "patrons.{patron}.budget_mission", "P", "1", 0.0, 0, 20, (0, 2), MODEL, "share added to the budget by a full mission"),
    Field("mission", "patrons.{patron}.mission", "P", "1", 0.0, 0, 1, (0, 1), MODEL, "operational need for bases"),
    Field("need", "patrons.{patron}.need", "P", "MUSD/yr", 0.0, 0, INF, None, MODEL, "value of a base in the best place under a full mission"),
    Field("shock", "patrons.{patron}.shock", "P", "1/quarter", 0.0, -.5, .5, None, MODEL, "log change a quarter of the patron's dollar income, beyond its trend"),
    Field("surplus", "patrons.{patron}.surplus", "P", "MUSD", 1e9, 0, INF, None, MODEL, "pool of surplus equipment at transfer value that events may hand over; practically unlimited unless given"),
    Field("strategy_share", "patrons.{patron}.strategy_share", "P", "1", .5, 0, 1, (0, 1), OURS, "parameter of the strategies mixture, retrench and denial_first"),
    Field("patron_gdp", "patrons.{patron}.gdp", "P", "MUSD/yr", 0.0, 0, INF, None, MODEL + "; " + M12, "the patron's own GDP at the start (contributions to a joint force)", "MUSD/quarter"),
    Field("patron_growth", "patrons.{patron}.growth", "P", "%/yr", 4.0, -50, 60, None, MODEL + "; " + M12, "its trend growth", "1/quarter"),
    Field("patron_position", "patrons.{patron}.position.{axis}", "PO", "1", 0.0, -4, 4, None, MODEL, "position: UNGA ideal point and orientations (an input)"),
    *_per_instrument("cost", "unit_cost", "1", 1.0, .01, 20, MODEL, "cost to the patron of one unit of face value"),
    *_per_instrument("delivery", "delivery", "1", .9, .01, 1, MODEL, "mean share of the promised that is delivered"),
    Field("delivery_projects", "patrons.{patron}.delivery.projects", "P", "1", .8, .01, 1, None, MODEL, "the same for projects: loans promised in packages"),
    *_per_instrument("licence", "licence", "1", 0.0, 0, 1, MODEL, "what the patron is willing and allowed to give in courtship"),
    *_per_instrument("licence_mission", "licence_mission", "1", 0.0, 0, 1, MODEL, "what a full mission adds to that"),
    *_per_instrument("package", "package", "1", 0.0, 0, 1, MODEL, "what it is willing to give in packages"),
]

TIES: list[Field] = [
    Field("weight", "ties.{patron}.{client}.weight", "PC", "1", 0.0, 0, 10, (0, 1.5), MODEL, "how much the patron wants influence over the client, on an absolute scale"),
    Field("geography", "ties.{patron}.{client}.geography", "PC", "1", 0.0, 0, 20, (0, 2), MODEL, "how well a base there serves the patron's need"),
    Field("access", "ties.{patron}.{client}.access", "PC", "%", 0.0, 0, 300, None, MODEL, "market: trade with the patron, and labour migration where it matters, as a share of the client's GDP", "1"),
    Field("remittances", "ties.{patron}.{client}.remittances", "PC", "%", 0.0, 0, 100, None, MODEL, "workers' remittances from the patron as a share of the client's GDP", "1"),
    Field("institutions", "ties.{patron}.{client}.institutions", "PC", "1", 0.0, 0, 1, (0, .25), MODEL, "depth of shared treaties as a share of GDP; blocs add to it"),
    Field("arms0", "ties.{patron}.{client}.arms", "PC", "MUSD", 0.0, 0, INF, None, MODEL, "stock of arms from the patron at the start"),
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
    Field("bloc_depth", "blocs.{bloc}.depth", "B", "1", 0.0, 0, 1, (0, .25), MODEL, "institutional depth that membership gives the leader, as a share of GDP"),
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

RULES: list[Field] = [
    # 4.1 threat
    _rule("threat", "persistence", .9, (.8, .95), MODEL, "share of threat that stays", high=1),
    _rule("threat", "gain", 1.6, (1, 2.2), MODEL, "threat per unit of instability x proximity", high=MUCH),
    _rule("threat", "noise", .08, (.04, .12), MODEL, "standard deviation of the quarterly disturbance", high=1),
    _rule("threat", "shield", .3, (0, .6), MODEL, "part of the threat that foreign presence keeps out", high=1),
    _rule("threat", "presence_scale", 150., (75, 300), MODEL, "presence at which half of that effect is reached", unit="MUSD", low=1e-9),
    _rule("threat", "arms_scale", .02, (.01, .04), MODEL, "arms per annual GDP that cut insecurity by a factor e", low=1e-9),
    # 4.2 economy
    _rule("economy", "passthrough", .5, (.25, .75), MODEL, "part of a remittance loss that reaches GDP", high=1),
    _rule("economy", "elasticity", 1.5, (1, 2), MODEL + "; " + M16, "elasticity of remittances, and of the patron's budget, to its income", high=5),
    _rule("economy", "capital_return", .04, (.02, .06), MODEL, "yearly return to aid-financed capital", high=1),
    _rule("economy", "capital_effect", .02, (.0, .04), MODEL, "part of that return that becomes growth in the quarter", high=1),
    _rule("economy", "noise", .012, (.006, .02), MODEL, "standard deviation of quarterly growth", high=.25),
    _rule("economy", "revenue", .02, (.01, .03), MODEL + "; " + M4, "revenue a government can spend freely, per unit of GDP", high=1),
    # 4.3 courtship
    _rule("courtship", "threat", .8, (.4, 1.2), MODEL, "rise of a client's weight per unit of threat", high=MUCH),
    _rule("courtship", "own_base", .25, (0, .5), MODEL, "rise of the weight by an own base", high=MUCH),
    _rule("courtship", "rival_base", 2.5, (1, 4), MODEL, "rise of the weight by a rival's base", high=MUCH),
    _rule("courtship", "outsider", .45, (.2, .8), MODEL, "weight a bloc's leader gives to a non-member, relative to a member", high=1),
    _rule("courtship", "contest_floor", .003, (.001, .006), MODEL, "effort that leaves a contest at one half against no rival, per annual GDP", low=1e-9),
    _rule("courtship", "margin", 1.05, (1, 1.2), MODEL, "safety margin on the cost of winning a client", low=1e-9, high=MUCH),
    _rule("courtship", "affinity", .35, (0, .7), MODEL, "discount of a client per unit of distance in orientation", high=MUCH),
    _rule("courtship", "premium", .6, (.3, 1), MODEL + "; " + M15, "value Ω of controlling a client beyond the share", high=MUCH),
    _rule("courtship", "steepness", .1, (.05, .15), MODEL + "; " + M15, "width h of the step from influence to control", low=1e-3, high=MUCH),
    _rule("courtship", "slope", 2.5, (1, 5), MODEL, "slope of the choice between portfolios", high=MUCH),
    _rule("courtship", "revisit", .07, (.03, .15), MODEL, "chance a quarter that a portfolio is reconsidered", high=1),
    _rule("courtship", "first_charge", .5, (.3, .7), MODEL, "largest part of a budget that deliveries due may take", high=1),
    _rule("courtship", "insecurity_half", .05, (.02, .1), MODEL, "insecurity at which the need for arms is one half", low=1e-6),
    _rule("courtship", "arms_rivalry", .25, (0, .5), MODEL, "need for arms raised by a rival's base", high=MUCH),
    _rule("courtship", "legitimacy_target", .6, (.5, .7), MODEL, "legitimacy below which a regime needs cash", high=1),
    _rule("courtship", "income_half", 1500., (750, 3000), MODEL, "yearly GDP per head at which the need for grants is one half", unit="USD/yr", low=1e-9),
    _rule("courtship", "capital_half", .3, (.15, .6), MODEL, "capital per annual GDP at which the need for loans is one half", low=1e-6),
    _rule("courtship", "debt_half", .06, (.02, .5), MODEL, "debt to the patron per annual GDP at which the need for relief is one half", low=1e-6),
    _rule("courtship", "scale_arms", .0005, (.0002, .001), MODEL, "scale of diminishing returns, per quarterly GDP: arms", low=1e-9),
    _rule("courtship", "scale_grants", .003, (.0015, .006), MODEL, "the same: grants", low=1e-9),
    _rule("courtship", "scale_loans", .004, (.002, .008), MODEL, "the same: loans", low=1e-9),
    _rule("courtship", "scale_debt_relief", .004, (.002, .008), MODEL, "the same: debt relief", low=1e-9),
    _rule("courtship", "package_scale", 4., (2, 8), MODEL, "factor on those scales in packages", low=1e-9),
    # 4.4 bargaining
    _rule("bargaining", "hazard_base", .005, (.002, .01), MODEL + "; " + M6, "review hazard a quarter: h0", high=1),
    _rule("bargaining", "hazard_regime", .1, (.08, .12), MODEL + "; " + M6, "h1, x 4D(1-D)(1-s)", high=1),
    _rule("bargaining", "hazard_turnover", .5, (.25, .75), MODEL, "h2, after a constitutional turnover", high=1),
    _rule("bargaining", "hazard_overthrow", 1., (.5, 1), MODEL, "after an overthrow", high=1),
    _rule("bargaining", "hazard_term", 1., (.5, 1), MODEL, "h3, when the term is over", high=1),
    _rule("bargaining", "hazard_mission", .3, (.1, .6), MODEL, "h4, while the mission declines or has just ended", high=1),
    _rule("bargaining", "seek", .25, (.1, .5), MODEL, "chance a quarter that an absent base is sought under a mission", high=1),
    _rule("bargaining", "seek_idle", .05, (.0, .1), MODEL, "the same without one", high=1),
    _rule("bargaining", "mission_floor", .05, (.02, .1), MODEL, "mission above which a base is wanted now", high=1),
    _rule("bargaining", "salience", .26, (.2, .3), MODEL + "; " + M4, "salience σ0 of a base to the host", unit="MUSD**0.5/quarter**0.5", high=MUCH),
    _rule("bargaining", "salience_distance", .3, (.1, .6), MODEL, "salience of a base at zero distance in orientation", high=MUCH),
    _rule("bargaining", "salience_openness", 1.5, (.5, 2.5), MODEL, "rise of salience with openness", high=MUCH),
    _rule("bargaining", "salience_sanction", 10., (0, 15), OURS, "rise of the salience of a base while its holder sanctions the host", high=MUCH),
    _rule("bargaining", "value_noise", .35, (.1, .45), OURS, "standard deviation of the log of a base's value", high=3),
    _rule("bargaining", "alternatives", .8, (.4, 1.2), MODEL, "fall of a base's value per alternative nearby", high=MUCH),
    _rule("bargaining", "allied_alternative", .5, (0, 1), OURS, "an ally's base as an alternative, relative to an own one", high=1),
    _rule("bargaining", "denial", .22, (.1, .35), MODEL + "; " + M15, "denial bid per unit of rivalry x weight x yearly budget x share x reputation", high=MUCH),
    _rule("bargaining", "security", 1., (.5, 1), M9, "part of a base's salience that its mission takes away from a host in full need of security, in a place that serves it fully", high=1),
    _rule("bargaining", "surplus_share", .05, (0, .1), MODEL, "ψ: chance that a host names the rent when a term ends; without asked rents, its share of the surplus", high=1),
    _rule("bargaining", "notice", 2., (1, 4), MODEL, "length of an eviction notice", unit="quarter", low=1, high=40),
    _rule("bargaining", "rebid", .5, (.25, .75), MODEL, "chance a quarter that the evicted bids again", high=1),
    _rule("bargaining", "annuity", 4., (3, 6), MODEL, "worth of a yearly payment: five years at 8 %", unit="yr", low=.01, high=400),
    _rule("bargaining", "reputation_floor", .2, (.1, .4), MODEL, "reputation below which promises are not inflated further", low=1e-3, high=1),
    _rule("bargaining", "pledge", 20., (8, 40), MODEL, "length of a paid promise not to host", unit="quarter", low=1, high=400),
    # 4.5 delivery
    _rule("delivery", "precision", 10., (4, 30), MODEL, "precision of the Beta distribution of delivered shares", low=.1, high=1000),
    _rule("delivery", "quarters_arms", 12., (6, 20), MODEL, "delivery arrives in 1/n of the rest a quarter: arms", unit="quarter", low=1, high=400),
    _rule("delivery", "quarters_grants", 4., (1, 8), MODEL, "the same: grants", unit="quarter", low=1, high=400),
    _rule("delivery", "quarters_loans", 20., (12, 32), MODEL, "the same: projects", unit="quarter", low=1, high=400),
    _rule("delivery", "quarters_debt_relief", 1., (1, 4), MODEL, "the same: debt relief", unit="quarter", low=1, high=400),
    _rule("delivery", "cancel", .02, (.01, .05), MODEL, "chance a quarter that a pending project is cancelled", high=1),
    _rule("delivery", "cancel_shock", 3., (1, 6), MODEL, "rise of that chance per unit of negative shock", high=MUCH),
    _rule("delivery", "learning", .05, (.02, .1), MODEL, "weight of the newest experience in reputation", high=1),
    _rule("delivery", "reputation0", .8, (.6, .95), MODEL, "reputation at the start", high=1),
    # 4.6 stocks
    _rule("stocks", "decay_arms", .02, (.01, .03), MODEL + "; " + M7, "decay a quarter: arms", high=1),
    _rule("stocks", "decay_capital", .04, (.02, .06), MODEL, "decay a quarter: capital", high=1),
    _rule("stocks", "decay_presence", .06, (.03, .1), MODEL, "decay a quarter: presence", high=1),
    _rule("stocks", "interest", 2., (0, 5), MODEL + "; " + M8, "interest on debt to patrons", unit="%/yr", inside="1/quarter", high=60),
    _rule("stocks", "service", .02, (.01, .04), MODEL, "debt service a quarter, per unit of debt", high=1),
    _rule("stocks", "base_presence", 15., (8, 25), MODEL, "presence a base adds", unit="MUSD/quarter"),
    _rule("stocks", "surplus_quality", 3., (1, 5), MODEL, "arms stock per unit of transfer value of surplus equipment", high=MUCH),
    _rule("stocks", "instructors", .5, (0, 1), OURS, "presence that comes with surplus equipment, per unit of transfer value", high=MUCH),
    # 4.7 influence
    _rule("influence", "weight_arms", .30, (.15, .45), MODEL + "; " + M1, "ω: arms", high=MUCH),
    _rule("influence", "weight_economic", .15, (.08, .22), MODEL + "; " + M1, "ω: economic", high=MUCH),
    _rule("influence", "weight_debt", .25, (.12, .38), MODEL + "; " + M1, "ω: debt", high=MUCH),
    _rule("influence", "weight_presence", .30, (.15, .45), MODEL + "; " + M1, "ω: presence", high=MUCH),
    _rule("influence", "weight_market", .28, (.14, .42), MODEL + "; " + M1, "ω: market", high=MUCH),
    _rule("influence", "weight_institutions", .10, (.0, .25), MODEL, "ω: institutions", high=MUCH),
    _rule("influence", "cap_arms", .02, (.01, .1), MODEL, "saturation of bandwidth, per annual GDP: arms", low=1e-9),
    _rule("influence", "cap_economic", .10, (.05, .2), MODEL, "the same: economic", low=1e-9),
    _rule("influence", "cap_debt", .15, (.07, .3), MODEL, "the same: debt", low=1e-9),
    _rule("influence", "cap_presence", .06, (.03, .12), MODEL, "the same: presence", low=1e-9),
    _rule("influence", "cap_market", .30, (.15, .6), MODEL, "the same: market", low=1e-9),
    _rule("influence", "cap_institutions", .30, (.15, .6), MODEL, "the same: institutions", low=1e-9),
    _rule("influence", "other_arms", .002, (.001, .004), MODEL, "ε, what others supply, per annual GDP: arms", low=1e-12),
    _rule("influence", "other_economic", .005, (.002, .01), MODEL, "the same: economic", low=1e-12),
    _rule("influence", "other_debt", .0075, (.004, .015), MODEL, "the same: debt", low=1e-12),
    _rule("influence", "other_presence", .003, (.0015, .006), MODEL, "the same: presence", low=1e-12),
    _rule("influence", "other_market", .015, (.007, .03), MODEL, "the same: market", low=1e-12),
    _rule("influence", "other_institutions", .015, (.007, .03), MODEL, "the same: institutions", low=1e-12),
    _rule("influence", "autonomy", .05, (.03, .1), MODEL + "; " + M1, "I0, what a client keeps for itself", low=1e-6, high=MUCH),
    # 4.8 alignment
    _rule("alignment", "pull", .10, (.04, .15), MODEL + "; " + M2, "κ, pull towards patrons a quarter", high=1),
    _rule("alignment", "reach", .6, (.3, 1.2), MODEL + "; " + M2, "ρ, distance over which that pull fades", low=1e-3, high=MUCH),
    _rule("alignment", "anchor_unga", .03, (.01, .06), MODEL + "; " + M2, "pull a quarter to the anchor: ideal point", high=1),
    _rule("alignment", "anchor_orientation", .05, (.02, .1), MODEL, "the same: orientation", high=1),
    _rule("alignment", "noise", .06, (.06, .07), MODEL + "; " + M2, "standard deviation of the quarterly disturbance", high=1),
    _rule("alignment", "anchor_base", -.7, (-1, -.4), MODEL + "; " + M2, "ideal point to which a fully closed regime drifts", low=-4, high=4),
    _rule("alignment", "anchor_slope", 1.1, (.5, 1.7), MODEL + "; " + M2, "rise of it with openness", low=-8, high=8),
    # 4.9 interference
    _rule("interference", "decay", .85, (.8, .93), MODEL + "; " + M11, "share of grievance that stays", high=1),
    _rule("interference", "intercept", -6.9, (-8, -6), MODEL + "; " + M11, "intercept of the logit of a campaign", low=-50, high=50),
    _rule("interference", "slope", 10., (6, 14), MODEL, "rise with grievance x share^exponent", high=MUCH),
    _rule("interference", "exponent", .3, (.1, .6), MODEL + "; " + M11, "exponent of the share (media reach)", high=10),
    _rule("interference", "min_grievance", .05, (.02, .1), MODEL, "grievance below which no campaign is considered", high=MUCH),
    _rule("interference", "min_share", .2, (.1, .3), MODEL + "; " + M11, "share below which none is possible", high=1),
    _rule("interference", "cost", .06, (.05, .10), MODEL + "; " + M11, "legitimacy lost to a campaign", high=1),
    _rule("interference", "quarters", 2., (1, 4), MODEL, "how long a campaign weighs on the regime", unit="quarter", low=1, high=40),
    # 4.10 coercion
    _rule("coercion", "propensity", .05, (0, .2), OURS, "chance a quarter of a sanction per unit of grievance", high=1),
    _rule("coercion", "cut", .25, (.1, .5), OURS, "part of market access that such a sanction cuts", high=1),
    _rule("coercion", "enforcement", .34, (.2, .5), M13, "enforcement π of a sanction", high=1),
    _rule("coercion", "quarters", 4., (2, 12), OURS, "how long a sanction lasts", unit="quarter", low=1, high=100),
    _rule("coercion", "resentment", .2, (0, .4), OURS, "shift of orientation towards the black knight when a client defies", high=1),
    _rule("coercion", "submission", .1, (0, .3), OURS, "shift of orientation towards the sender when a client complies", high=1),
    # 4.11 regimes
    _rule("regimes", "recovery", .06, (.03, .1), MODEL, "return of legitimacy to its mean a quarter", high=1),
    _rule("regimes", "mean", .6, (.5, .7), MODEL, "mean of legitimacy; also what an overthrow resets it to", high=1),
    _rule("regimes", "growth", .5, (.25, .75), MODEL, "legitimacy per unit of growth above trend", high=MUCH),
    _rule("regimes", "income", .03, (.0, .06), MODEL, "legitimacy per unit of income from patrons over GDP", high=MUCH),
    _rule("regimes", "income_cap", .2, (.1, .3), MODEL, "largest such income that counts", high=MUCH),
    _rule("regimes", "publicity", .2, (.1, .4), MODEL, "legitimacy lost per openness x rents of unpopular bases over GDP", high=MUCH),
    _rule("regimes", "unpopular", .8, (.5, 1.1), MODEL, "distance in orientation beyond which a base is unpopular", high=MUCH),
    _rule("regimes", "noise", .02, (.01, .03), MODEL, "standard deviation of the quarterly disturbance of legitimacy", high=1),
    _rule("regimes", "hazard", -7.9, (-8.7, -7.1), MODEL + "; " + M11, "intercept of the logit of an overthrow", low=-50, high=50),
    _rule("regimes", "hazard_legitimacy", 9., (6, 12), MODEL + "; " + M11, "rise with missing legitimacy", high=MUCH),
    _rule("regimes", "hazard_openness", 3.6, (2.5, 4.5), MODEL + "; " + M11, "rise with 4D(1-D)", high=MUCH),
    _rule("regimes", "hazard_growth", 10., (5, 15), MODEL + "; " + M11, "rise with the growth shortfall", high=MUCH),
    _rule("regimes", "hazard_campaign", 1.1, (.8, 1.6), MODEL + "; " + M11, "rise per campaign", high=MUCH),
    _rule("regimes", "hazard_threat", .8, (.0, 1.6), MODEL + "; " + M11, "rise with threat", high=MUCH),
    _rule("regimes", "sponsor", .3, (.1, .5), MODEL, "move of orientation towards a sponsor that interfered", high=1),
    _rule("regimes", "appeased", .3, (.1, .5), MODEL, "grievance left after an overthrow", high=1),
    _rule("regimes", "openness_return", .02, (.01, .04), OURS, "return of openness to its institutional mean a quarter", high=1),
    _rule("regimes", "openness_rent", .5, (0, 1), OURS, "fall of openness per unit of patron-backed rents over GDP, a quarter", high=MUCH),
    _rule("regimes", "openness_campaign", .005, (0, .02), OURS, "fall of openness per campaign running", high=1),
    _rule("regimes", "openness_overthrow", .05, (0, .1), OURS, "rise of openness at an overthrow", high=1),
    _rule("regimes", "coalition_slope", .5, (0, 1), OURS, "change of the winning coalition per change of openness", high=MUCH),
    _rule("regimes", "turnover", .008, (.004, .016), OURS, "hazard a quarter of a constitutional turnover in a closed regime", high=1),
    _rule("regimes", "turnover_openness", .03, (.01, .06), OURS, "rise of it with openness", high=1),
    # 4.12 blocs
    _rule("blocs", "join", .08, (.04, .16), MODEL + "; " + M12, "largest chance a quarter of joining", high=1),
    _rule("blocs", "leave", .04, (.02, .08), MODEL + "; " + M12, "largest chance a quarter of leaving", high=1),
    _rule("blocs", "slope", 8., (4, 12), MODEL + "; " + M12, "slope of both logits", high=MUCH),
    _rule("blocs", "hysteresis", .25, (.1, .4), MODEL + "; " + M12, "benefit below which leaving becomes likely, with a minus sign", high=MUCH),
    _rule("blocs", "dispute", .1, (.05, .2), MODEL + "; " + M12, "cohesion lost per dispute", high=MUCH),
    _rule("blocs", "effort", .004, (.002, .010), MODEL + "; " + M12, "preference for the joint force per unit of threat", high=1),
    _rule("blocs", "threshold", .6, (.4, .8), MODEL + "; " + M12, "cohesion above which a joint force acts", high=1),
    _rule("blocs", "consent_budget", .1, (.0, .2), OURS, "largest part of its yearly budget a leader pays for consent", high=1),
    _rule("blocs", "salience_accession", .13, (.05, .26), OURS, "salience of joining a bloc", unit="MUSD**0.5/quarter**0.5", high=MUCH),
    _rule("blocs", "salience_consent", .06, (.02, .13), OURS, "salience of consenting to another's base or force", unit="MUSD**0.5/quarter**0.5", high=MUCH),
    _rule("blocs", "consent_quarters", 4., (1, 12), OURS, "how long bought consent to a joint force lasts", unit="quarter", low=1, high=40),
]

MECHANISMS: list[Field] = [
    Field(f"with_{name}", f"mechanisms.{name}", "", "1", 1.0, 0, 1, None, MODEL, doc)
    for name, doc in (
        ("denial_bids", "rivals bid to deny bases (§4)"),
        ("selectorate_price", "concessions cost a regime support (§4)"),
        ("reputation", "broken promises are remembered (§5)"),
        ("interference", "aggrieved patrons campaign (§9)"),
        ("coercion", "aggrieved patrons sanction (§10)"),
        ("remittances", "a patron's shock reaches clients (§2)"),
        ("control_premium", "control is worth more than influence (§3)"),
        ("threat", "threat raises weights, needs and hazards (§1)"),
        ("institutions", "treaties and blocs carry influence (§7)"),
        ("alternatives", "bases nearby are substitutes (§4)"),
        ("security", "a mission that answers the host's threat makes its base cheaper to host, as far as the place serves it (§4)"),
        ("asked_rents", "hosts may name the rent when a term ends (§4)"),
        ("served_terms", "a base whose mission fades may serve out its term (§4)"),
        ("packages", "rivals pay for refusals, holders in kind (§4)"),
        ("regime_change", "regimes can fall (§11)"),
        ("bloc_choice", "states join and leave blocs (§12)"),
    )
]

FIELDS: tuple[Field, ...] = (*REGION, *STATES, *PATRONS, *TIES, *BLOCS, *RULES, *MECHANISMS)
BY_NAME: dict[str, Field] = {f.name: f for f in FIELDS}
BY_PATH: dict[str, Field] = {f.path: f for f in FIELDS}

if len(BY_NAME) != len(FIELDS) or len(BY_PATH) != len(FIELDS):
    raise AssertionError("two fields share a name or a path")
