"""Every number of a run's world, once: name, axes, kind, unit, meaning. Layout, views, stubs and docs are made from this list.

Axes: P patron, Q rival patron, C client, B bloc, J kind of concession (0 base), O orientation axis (0 the UN General Assembly ideal
point), K instrument, U purpose, N channel, 3 the quarters a sting is spread over, Y the years that arms count, M the quarters of the
index's means, L as long as the longest of patrons and clients and one more, E kind of ledger row, V patron or nobody, H client or
nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "flag", "code", "index", "quarter"]
"""A float; 0 or 1; a small whole number; an index of any size; the number of a quarter."""


@dataclass(frozen=True, slots=True)
class StateField:
    """One array of a run's world."""

    name: str
    axes: str
    kind: Kind
    unit: str
    doc: str
    role: Literal["state", "orders", "work"] = "state"
    """State lasts; orders are what events command this quarter; work is what one part of a quarter leaves for the next."""


def _f(name: str, axes: str, unit: str, doc: str, kind: Kind = "number") -> StateField:
    return StateField(name, axes, kind, unit, doc)


def _order(name: str, axes: str, doc: str, unit: str = "") -> StateField:
    return StateField(f"ordered_{name}", axes, "number", unit, doc, "orders")


def _work(name: str, axes: str, unit: str, doc: str, kind: Kind = "number") -> StateField:
    return StateField(name, axes, kind, unit, doc, "work")


STATE: tuple[StateField, ...] = (
    # --- clients
    _f("gdp", "C", "MUSD/quarter", "Y, gross domestic product"),
    _f("growth", "C", "1/quarter", "log change of GDP in the quarter"),
    _f("excess", "C", "1/quarter", "growth beyond the trend"),
    _f("openness", "C", "1", "D, 0-1"),
    _f("coalition", "C", "1", "W, 0-1"),
    _f("legitimacy", "C", "1", "L, 0-1"),
    _f("threat", "C", "1", "H, 0-1"),
    _f("insecurity", "C", "1", "H left after arms and joint forces, 0-1"),
    _f("other_debt", "C", "MUSD", "debt owed to others than the patrons"),
    _f("income", "C", "1", "cash from patrons per GDP in the quarter"),
    _f("turnover", "C", "", "constitutional turnover last quarter", "flag"),
    _f("overthrow", "C", "", "overthrow last quarter", "flag"),
    _f("position", "CO", "1", "UNGA ideal point, then orientations"),
    _f("threat_mean", "C", "1", "slow mean of threat, what is usual"),
    _f("regime", "C", "", "who rules: index into REGIMES", "code"),
    _f("coup", "C", "", "coup last quarter", "flag"),
    _f("anchor_shift", "CO", "1", "how far coups have moved the anchor of each orientation"),
    _f("contagion", "C", "1", "memory of the latest coup, 0-1"),
    _f("real_gdp", "C", "MUSD of 2015/yr", "gross domestic product at constant prices"),
    # --- patrons
    _f("patron_real_gdp", "P", "MUSD of 2015/yr", "the patron's own GDP at constant prices"),
    _f("budget_level", "P", "MUSD/quarter", "budget before mission and shocks"),
    _f("budget", "P", "MUSD/quarter", "budget of this quarter"),
    _f("available", "P", "MUSD/quarter", "what packages due leave for courtship"),
    _f("unspent", "P", "MUSD/quarter", "what courtship leaves"),
    _f("shock_sum", "P", "1", "cumulated log shock to income"),
    _f("patron_gdp", "P", "MUSD/quarter", "the patron's own GDP"),
    _f("surplus", "P", "MUSD", "surplus equipment left"),
    _f("mode", "P", "", "0 sphere of influence, 1 client state", "code"),
    # --- dyads
    _f("arms", "PC", "MUSD", "stock of arms"),
    _f("capital", "PC", "MUSD", "stock of aid-financed capital"),
    _f("debt", "PC", "MUSD", "debt to the patron"),
    _f("presence", "PC", "MUSD", "presence"),
    _f("standing", "PCJ", "", "a contract of that kind stands; `base` is the first kind alone", "flag"),
    _f("rent", "PCJ", "MUSD/yr", "rent agreed, also where paid in kind; negative: the client pays"),
    _f("term_left", "PCJ", "quarter", "rest of the contract's term"),
    _f("notice", "PCJ", "quarter", "quarters of notice left, 0 none"),
    _f("route", "PCJ", "", "why notice was given: index into ROUTES", "code"),
    _f("sites", "PCJ", "1", "separately agreed sites"),
    _f("age", "PCJ", "quarter", "quarters in which a contract ever stood"),
    _f("closed", "PC", "quarter", "quarters a ban on the patron lasts, without end: infinite"),
    _f("shut", "PC", "", "politics has closed the client to the patron", "flag"),
    _f("mission_before", "PC", "1", "last quarter's mission in the client, 0-1"),
    _f("tie_mission_before", "PC", "1", "last quarter's part of the mission that the client sees, 0-1"),
    _f("effort", "PC", "MUSD/quarter", "courtship"),
    _f("offered", "PCK", "MUSD", "face value promised in courtship this quarter"),
    _f("packaged", "PCK", "MUSD", "face value promised in packages this quarter"),
    _f("arriving", "PCK", "MUSD", "packages on their way this quarter"),
    _f("expected", "PCK", "MUSD", "what the client counts on this quarter"),
    _f("delivered", "PCK", "MUSD", "face value handed over this quarter"),
    _f("transferred", "PC", "MUSD", "surplus equipment handed over, transfer value"),
    _f("rent_paid", "PC", "MUSD", "cash rent of this quarter"),
    _f("due", "PCKU", "MUSD", "promised in packages that will come"),
    _f("stuck", "PCKU", "MUSD", "promised in packages that will not, until cancelled"),
    _f("reputation", "PC", "1", "q, 0-1"),
    _f("grievance", "PC", "1", "G of the patron at the client"),
    _f("sting", "PC3", "1", "grievance to come in this and the next two quarters"),
    _f("campaign", "PC", "quarter", "quarters a media campaign still weighs"),
    _f("launched", "PC", "", "campaign begun this quarter", "flag"),
    _f("sanction", "PC", "quarter", "quarters a sanction lasts"),
    _f("sanction_cut", "PC", "1", "part of market access cut"),
    _f("sanction_loss", "PC", "1", "what it costs, as a share of GDP"),
    _f("opinion", "PC", "1", "T, what the public thinks of the patron, -1 to 1"),
    _f("distance_mean", "PC", "1", "slow mean of how far the client stands from the patron"),
    _f("drift", "PC", "1", "how much farther it stands than it used to"),
    _f("gravity", "PC", "1", "m, what patrons' growth has made of the trade"),
    _f("tiv", "PCY", "TIV", "major arms delivered this year and in each of the nine before"),
    _f("idle", "PC", "yr", "years since the last contract year of major arms, 10 at most"),
    _f("contract", "PC", "TIV/yr", "this year's contract of major arms"),
    _f("aid", "PC", "MUSD of 2015/yr", "aid, a trailing mean of three years"),
    _f("bandwidth_past", "PCM", "1", "bandwidth of fbic in this quarter and the eleven before"),
    _f("dependence_past", "PCM", "1", "dependence of fbic in this quarter and the eleven before"),
    _f("fbic", "PC", "1", "influence as the published index measures it, of this quarter"),
    _f("fbic_index", "PC", "1", "the same from means of three years, as it is published"),
    _f("influence", "PC", "1", "I; it may exceed 1"),
    _f("share", "PC", "1", "s, 0-1"),
    _f("channel", "PCN", "1", "influence by channel"),
    _f("pledge", "QPCJ", "quarter", "quarters the client is pledged to q not to host p"),
    # --- blocs
    _f("member", "BC", "", "the client is a member", "flag"),
    _f("cohesion", "B", "1", "C, 1 for members of one orientation without disputes"),
    _f("force", "B", "MUSD/yr", "joint force that acts"),
    _f("consent_left", "B", "quarter", "quarters of bought consent"),
    _f("bloc_sanction", "BC", "quarter", "quarters the bloc's sanction lasts"),
    _f("bloc_loss", "BC", "1", "what it costs, as a share of GDP"),
    # --- everybody
    _f("deflator", "", "1", "P, dollar prices, 1 in 2015Q1"),
    # --- as they were at the end of the last quarter
    _f("share_before", "PC", "1", "last quarter's shares"),
    _f("reputation_before", "PC", "1", "last quarter's reputation"),
    _f("grievance_before", "PC", "1", "last quarter's grievance"),
)  # fmt: skip

ORDERS: tuple[StateField, ...] = (
    _order("transfer", "PC", "surplus equipment to be handed over", "MUSD"),
    _order("promise", "PCK", "a package promised for nothing in particular", "MUSD"),
    _order("offer", "QPCKJ", "a package that q offers for the refusal of p's contract", "MUSD"),
    _order("forgive", "PC", "debt to be forgiven", "MUSD"),
    _order("overthrow", "C", "the regime falls"),
    _order("turnover", "C", "the government changes hands"),
    _order("ban", "PC", "the client closes itself to the patron: for so many quarters, infinite without end", "quarter"),
    _order("admit", "PC", "the client is open to the patron again"),
    _order("review", "PCJ", "the contract is reviewed or sought"),
    _order("evict", "PCJ", "notice is given"),
    _order("close_base", "PCJ", "the contract closes at once"),
    _order("open_base", "PCJ", "a contract opens"),
    _order("open_rent", "PCJ", "its rent", "MUSD/yr"),
    _order("open_term", "PCJ", "its term, not a number: as usual", "quarter"),
    _order("merge", "PCJ", "all sites under one agreement"),
    _order("merge_term", "PCJ", "its term, not a number: as usual", "quarter"),
    _order("host_demand", "PCJ", "multiple of the rent that the host demands", "1"),
    _order("campaign", "PC", "a campaign is launched"),
    _order("sanction", "PC", "a sanction begins"),
    _order("sanction_cut", "PC", "its cut of access, not a number: as usual", "1"),
    _order("sanction_loss", "PC", "what it costs, not a number: as usual", "1"),
    _order("sanction_quarters", "PC", "how long it lasts, not a number: as usual", "quarter"),
    _order("coup", "C", "the army takes power"),
    _order("scandal", "PC", "change of opinion", "1"),
    _order("smear", "QPC", "campaigns of q against p in public opinion"),
    _order("bloc_sanction", "BC", "a sanction of the bloc begins"),
    _order("bloc_loss", "BC", "what it costs", "1"),
    _order("bloc_quarters", "BC", "how long it lasts, not a number: as usual", "quarter"),
    _order("join", "BC", "the client joins"),
    _order("leave", "BC", "the client leaves"),
)

WORK: tuple[StateField, ...] = (
    _work("held", "PC", "", "an event holds the trade where it is this quarter", "flag"),
    # --- influence
    _work("traded", "P", "MUSD of 2015/yr", "trade with each patron, after sanctions"),
    _work("tiv_sum", "P", "TIV", "major arms of ten years from each patron"),
    # --- courtship
    _work("mode_before", "P", "", "last quarter's mode", "code"),
    _work("weight", "PC", "1", "w', how much influence over the client is worth now"),
    _work("hosted", "PC", "1", "rivalry-weighted contracts of others in the client"),
    _work("boldness", "P", "1", "b, what its strategy makes of a patron's denial bids"),
    _work("rivals", "PC", "MUSD/quarter", "effort of all others in the client last quarter"),
    _work("need", "PCK", "1", "θ, how much a client needs each instrument"),
    _work("everyone", "C", "MUSD/quarter", "effort by weight"),
    _work("few", "C", "MUSD/quarter", "effort for control of picked clients"),
    _work("contest", "C", "MUSD/quarter", "cost of winning a client"),
    _work("rank", "C", "1", "order in which clients are picked"),
    _work("order", "L", "", "indices in order", "index"),
    _work("wish", "K", "1", "appetite for each instrument of the package being composed"),
    _work("unit_cost", "K", "1", "cost of one unit of face value in it"),
    _work("width", "K", "MUSD", "scale of diminishing returns in it"),
    _work("gift", "K", "MUSD", "the package being composed"),
    # --- the auction
    _work("value_luck", "PCJ", "1", "lognormal factor of V this quarter"),
    _work("alternatives", "PCJ", "1", "other places that serve the holder"),
    _work("value", "PCJ", "MUSD/yr", "V, what the concession is worth to its holder"),
    _work("belief", "PCJ", "MUSD/yr", "V without this quarter's luck"),
    _work("bid", "QPCJ", "MUSD/yr", "N, what q bids to deny p's contract"),
    _work("denial", "PCJ", "MUSD/yr", "sum of those bids"),
    _work("rivalled", "PCJ", "MUSD/yr", "N*, those bids or the surplus of a rival who would have it alone"),
    _work("asked_for_consent", "PCJ", "MUSD/yr", "price of allies' consent, 0 where none is needed"),
    _work("consent_cost", "BPC", "MUSD/yr", "the part of it that each bloc asks"),
    _work("plain_price", "PCJ", "MUSD/yr", "price before the client's policy"),
    _work("price", "PCJ", "MUSD/yr", "k, price of the concession"),
    _work("survival", "PCJ", "MUSD/yr", "π, what hosting does to the regime's chance to survive; negative where it protects"),
    _work("floor", "PCJ", "MUSD/yr", "F, the least the host takes"),
    _work("hold", "PCJ", "1", "ψ of what the host has come to know of the contract's worth"),
    _work("asked", "PCJ", "MUSD/yr", "rent* that comes of it"),
    _work("danger", "C", "1", "logit of an overthrow without its guard, when the phase began"),
    _work("live", "J", "", "somebody has it, or a use for it", "flag"),
    _work("insists", "PCJ", "", "the host names the rent, to be taken or left", "flag"),
    _work("accepts", "PCJ", "", "the host would agree", "flag"),
    _work("stood", "PCJ", "", "a contract stood when the phase began", "flag"),
    _work("paying", "PCJ", "MUSD/yr", "what the client paid for it then"),
    _work("barred", "PC", "", "the client is closed to the patron in this quarter's bargaining", "flag"),
    _work("known", "PCJ", "", "how far the terms above have been worked out this quarter: 1 values and prices, 2 all", "code"),
    _work("cause", "PCJ", "", "why the contract is on the table: index into CAUSES", "code"),
    _work("struck", "PCJ", "", "renewed, kept or opened this quarter", "flag"),
    _work("refused", "PCJ", "", "refused, or given notice, this quarter", "flag"),
    _work("wants", "PCJ", "", "would open this quarter: 1 by the auction, 2 opened by order", "code"),
    _work("fell", "PCJ", "", "closed this quarter, by which route: index into ROUTES", "code"),
    _work("broken", "QPCJ", "", "a pledge to q broken this quarter", "flag"),
    _work("worth", "QPCJ", "MUSD", "worth of the package that q pays for the refusal of p's contract"),
    _work("paid", "PJ", "MUSD", "what is paid for the refusal of each patron's contract"),
    _work("noted", "EVHJ", "", "the last quarter in which the ledger had such a row", "quarter"),
    _work("relief_room", "PC", "MUSD", "debt that relief already promised does not cover"),
    # --- anger
    _work("ability", "PC", "1", "largest chance of a campaign, 0 for who cannot run one"),
    _work("campaign_chance", "PC", "1", "chance of a campaign this quarter"),
    _work("sanction_chance", "PC", "1", "chance of a sanction this quarter"),
    _work("begins", "PC", "", "a sanction begins this quarter", "flag"),
    _work("overthrow_chance", "C", "1", "chance that the regime falls this quarter"),
    _work("coup_part", "C", "1", "part of that chance that is a coup"),
    _work("told_support", "C", "1", "change of the logit of overthrow by a theory of support that another package registers"),
    _work("told_pull", "C", "1", "addition to the mean of openness by such a theory"),
    _work("price_felt", "P", "MUSD/yr", "price of conceding to each sender"),
    # --- blocs
    _work("member_before", "BC", "", "members before this quarter's decisions", "flag"),
    _work("benefit", "BC", "1", "benefit of membership"),
    _work("vote_cost", "BC", "MUSD/yr", "what a yes to the candidate costs the leader"),
    _work("joins", "BC", "", "joins this quarter", "flag"),
    _work("leaves", "BC", "", "leaves this quarter", "flag"),
    _work("accessions", "PC", "1", "blocs of the patron that the client joins by choice this quarter"),
    _work("supply", "B", "MUSD/yr", "joint force that contributors would raise"),
    _work("able", "B", "", "the bloc has a joint force and a member to protect", "flag"),
    _work("force_cost", "B", "MUSD/yr", "price of consent to the joint force"),
    _work("acts", "B", "", "the joint force acts", "flag"),
    _work("buys", "B", "", "the leader buys consent", "flag"),
    _work("middle", "O", "1", "mean orientation of a bloc; in the first place, of how many"),
    _work("voters", "B", "1", "votes in the bloc"),
    _work("objects", "C", "", "objects", "flag"),
    _work("votes", "C", "", "has a vote", "flag"),
    _work("stance", "C", "1", "how far against"),
    _work("asks", "C", "MUSD/yr", "price of a member's consent"),
    _work("saliences", "C", "MUSD**0.5/quarter**0.5", "σ behind it"),
    _work("capability", "C", "MUSD/yr", "GDP of a voter"),
    _work("moved", "C", "1", "stance after a round of argument"),
    _work("risk", "C", "1", "risk exponent in that round"),
    _work("support", "C", "1", "weight of a voter in that round"),
    _work("expected_gain", "CD", "1", "what a voter expects of challenging another"),
    _work("stack", "S", "", "values of an expression being worked out"),
    _work("income_of", "L", "MUSD/yr", "contributors' incomes"),
    _work("keen", "L", "1", "contributors' preferences for the joint force"),
    _work("eager", "L", "1", "order in which they contribute"),
)

FIELDS: tuple[StateField, ...] = (*STATE, *ORDERS, *WORK)
AXES: dict[str, str] = {f.name: f.axes for f in STATE}

ROUTES = ("", "mission", "rival", "overthrow", "event", "demand", "price", "politics", "ban", "outbid")
"""Why a contract closes: mission ended; rival outbid; overthrow; decree; demand above its value; the host's own price; the host's
fear for itself; the host closed to the patron; another patron has it alone."""


def described(field: StateField) -> str:
    """Axes, unit and meaning in one line."""
    return ", ".join(part for part in (f"[{', '.join(field.axes)}]" if field.axes else "", field.unit, field.doc) if part)
