"""The closed vocabulary of measures that conditions and outcomes are written in.

Flows are per quarter, rents per year, stocks at the end of the quarter; a *truth* is 1 or 0.
"""

from __future__ import annotations

from dataclasses import dataclass

DYAD = ("patron", "client")


@dataclass(frozen=True, slots=True)
class Measure:
    """One word: what it is asked about, its unit and meaning."""

    name: str
    arguments: tuple[str, ...]
    """Kinds of codes, in order: patron, client, bloc, axis, kind of concession."""
    unit: str
    doc: str
    truth: bool = False

    @property
    def example(self) -> str:
        codes = {"patron": "USA", "client": "KGZ", "bloc": "CSTO", "axis": "unga", "kind": "base"}
        return f"{self.name}({', '.join(codes[a] for a in self.arguments)})"


_ALL = (
    Measure("share", DYAD, "1", "share of influence of the patron in the client, 0 to 1"),
    Measure("influence", DYAD, "1", "influence of the patron in the client, bandwidth times dependence"),
    Measure("fbic", DYAD, "1", "what influence is as the published index (FBIC) measures it, without what the model adds"),
    Measure("fbic_index", DYAD, "1", "the same from means of three years: what compares with the published index"),
    Measure("base", DYAD, "1", "whether the patron has a base in the client", truth=True),
    Measure("rent", DYAD, "MUSD/yr", "rent of that base, 0 without one"),
    Measure("debt", DYAD, "MUSD", "debt of the client to the patron"),
    Measure("arms", DYAD, "MUSD", "stock of arms from the patron"),
    Measure("capital", DYAD, "MUSD", "stock of capital that the patron financed"),
    Measure("presence", DYAD, "MUSD", "presence of the patron"),
    Measure("effort", DYAD, "MUSD/quarter", "effort of the patron in courting the client"),
    Measure("grievance", DYAD, "1", "grievance of the patron against the client"),
    Measure("reputation", DYAD, "1", "reputation of the patron with the client, 0 to 1"),
    Measure("distance", DYAD, "1", "distance of the two in orientation"),
    Measure("campaign", DYAD, "1", "whether a campaign of the patron weighs on the client's regime", truth=True),
    Measure("sanction", DYAD, "1", "whether a sanction of the patron is in force", truth=True),
    Measure("notice", DYAD, "quarter", "quarters of notice left to the patron's base"),
    Measure("pledge", DYAD, "quarter", "longest pledge in force to the patron not to host another"),
    Measure("delivered", DYAD, "MUSD/quarter", "delivered in the quarter, all instruments"),
    Measure("promised", DYAD, "MUSD/quarter", "promised in the quarter, all instruments"),
    Measure("relief", DYAD, "MUSD/quarter", "debt relief delivered in the quarter"),
    Measure("arms_promised", DYAD, "MUSD/quarter", "arms promised in the quarter"),
    Measure("arms_delivered", DYAD, "MUSD/quarter", "arms delivered in the quarter"),
    Measure("loans_promised", DYAD, "MUSD/quarter", "loans promised in the quarter"),
    Measure("loans_delivered", DYAD, "MUSD/quarter", "loans delivered in the quarter"),
    Measure("pending", DYAD, "MUSD", "projects promised in packages, neither delivered nor cancelled yet"),
    Measure("debt_part", DYAD, "1", "part of the client's external debt that it owes to the patron, 0 to 1"),
    Measure("rent_paid", DYAD, "MUSD/quarter", "rent paid in the quarter"),
    Measure("sentiment", DYAD, "1", "what the client's public thinks of the patron, -1 to 1"),
    Measure("anger", DYAD, "1", "ill opinion of the patron beyond what is tolerated"),
    Measure("stake", DYAD, "1", "what the patron has put into the client, against its GDP, 0 to 1"),
    Measure("drift", DYAD, "1", "how much farther from the patron the client stands than it used to"),
    Measure("concession", (*DYAD, "kind"), "1", "whether a contract of that kind stands: concession(CHN, DJI, port)", truth=True),
    Measure("fee", (*DYAD, "kind"), "MUSD/yr", "what the client pays for that contract: its rent with the other sign, 0 without one"),
    Measure("closed", DYAD, "1", "whether the client is closed to the patron, by a ban or by politics", truth=True),
    Measure("openness", ("client",), "1", "political openness, 0 to 1"),
    Measure("coalition", ("client",), "1", "size of the winning coalition, 0 to 1"),
    Measure("legitimacy", ("client",), "1", "legitimacy of the regime, 0 to 1"),
    Measure("threat", ("client",), "1", "threat, 0 to 1"),
    Measure("insecurity", ("client",), "1", "threat that arms and joint forces do not answer, 0 to 1"),
    Measure("gdp", ("client",), "MUSD/quarter", "gross domestic product"),
    Measure("growth", ("client",), "1/quarter", "growth of GDP (log rate)"),
    Measure("autonomy", ("client",), "1", "influence that the client keeps for itself, 0 to 1"),
    Measure("campaigns", ("client",), "1", "number of campaigns begun against the regime in the quarter"),
    Measure("overthrow", ("client",), "1", "whether the regime was overthrown in the quarter", truth=True),
    Measure("turnover", ("client",), "1", "whether power changed hands by the constitution in the quarter", truth=True),
    Measure("coup", ("client",), "1", "whether that overthrow was a coup", truth=True),
    Measure("junta", ("client",), "1", "whether the army rules", truth=True),
    Measure("regime", ("client",), "1", "who rules: 0 elected, 1 a party, 2 one person, 3 the army"),
    Measure("position", ("client", "axis"), "1", "position on an axis: unga or a declared one"),
    Measure("mission", ("patron",), "1", "operational need for bases, 0 to 1"),
    Measure("budget", ("patron",), "MUSD/quarter", "budget of the quarter"),
    Measure("spent", ("patron",), "MUSD/quarter", "spent in the quarter, rents and surplus equipment apart"),
    Measure("unspent", ("patron",), "MUSD/quarter", "left unspent in the quarter"),
    Measure("mode", ("patron",), "1", "portfolio: 0 sphere of influence, 1 client state"),
    Measure("concentration", ("patron",), "1", "concentration of effort over clients (Herfindahl index), 0 to 1"),
    Measure("bases", ("patron",), "1", "number of bases"),
    Measure("member", ("bloc", "client"), "1", "whether the client is a member of the bloc", truth=True),
    Measure("members", ("bloc",), "1", "number of members that are clients"),
    Measure("cohesion", ("bloc",), "1", "cohesion of the bloc, 0 while it has no member"),
    Measure("force", ("bloc",), "MUSD/yr", "joint force of the bloc"),
    Measure("bloc_sanction", ("bloc", "client"), "1", "whether a sanction of the bloc is in force", truth=True),
    Measure("frustration", (), "1", "part of all attraction and repulsion that the alignment leaves unsatisfied, 0 to 1"),
    Measure("polarisation", (), "1", "part of all attraction and repulsion that is repulsion between the two sides, 0 to 1"),
    Measure("instability", (), "1", "violence in the neighbouring conflict zone, 0 to 1"),
    Measure("year", (), "yr", "the calendar year"),
)
MEASURES: dict[str, Measure] = {m.name: m for m in _ALL}
"""All measures by name."""

ROWS = (
    "opened", "renewed", "kept", "refused", "notice", "closed", "renege", "package", "demand_met", "merged", "cancelled",
    "transfer", "forgiven", "campaign", "sanction", "complied", "overthrow", "turnover", "joined", "left", "consent", "switch",
    "coup", "handover", "smear", "scandal",
)  # fmt: skip
"""What a row of the ledger can be."""
