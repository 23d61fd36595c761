"""What the scenarios about the Sahel claim."""

from __future__ import annotations

from .claims import Claim

NO_BLAME = {"rules.coup.blame": "0"}
ALL_BLAME = {"rules.coup.blame": "0.8"}
CHEAP_OFFICE = {"rules.refusal.office": "2"}
NO_LAW = {"patrons.USA.withhold.coup": "0"}
LAW = {"patrons.USA.withhold.coup": "0.7"}
NO_WAR = {"patrons.USA.mission": "0"}
FRANCE_LEAVES = {"patrons.FRA.need.base": "0"}
POOR_FRANCE = {"patrons.FRA.budget": "10"}
RUSSIA_TRADES = {"ties.RUS.MLI.trade": "60 %"}
RICH_AMERICA = {"patrons.USA.budget": "5000"}
NO_GUARDS = {"patrons.RUS.need.guard": "0"}

CLAIMS = (
    Claim("sahel", "france_in_mali", ("16 %", "89 %"), against="sahel-no-coups", sign=-1),
    Claim("sahel", "france_in_burkina", ("1 %", "88 %"), against="sahel-no-coups", sign=-1),
    Claim("sahel", "france_in_niger", ("87 %", "97 %"), against="sahel-no-coups", sign=-1),
    Claim("sahel", "france_in_chad", ("100 %",), unless=FRANCE_LEAVES),
    Claim("sahel", "france_in_mali", ("16 %", "98 %"), changed=NO_BLAME, sign=-1),
    Claim("sahel", "france_in_niger", ("87 %", "10 %"), changed=ALL_BLAME, sign=1),
    Claim("sahel", "guards_in_mali", ("90 %",), unless=NO_GUARDS),
    Claim("sahel", "fee_mali", ("99", "40"), changed=CHEAP_OFFICE, sign=1),
    Claim("sahel", "french_share_mali", ("0.40",), unless=FRANCE_LEAVES | POOR_FRANCE),
    Claim("sahel", "russian_share_mali", ("0.07",), unless=RUSSIA_TRADES),
    Claim("sahel", "american_share_mali", ("0.09",), unless=RICH_AMERICA),

    Claim("sahel-no-coups", "france_in_mali", ("89 %", "16 %"), against="sahel", sign=1),
    Claim("sahel-no-coups", "france_in_burkina", ("88 %", "1 %"), against="sahel", sign=1),
    Claim("sahel-no-coups", "france_in_niger", ("97 %", "87 %"), against="sahel", sign=1),
    Claim("sahel-no-coups", "guards_in_mali", ("72 %", "90 %"), against="sahel", sign=-1),
    Claim("sahel-no-coups", "fee_mali", ("56", "99"), against="sahel", sign=-1),
    Claim("sahel-no-coups", "overthrows", ("1.3", "6.2"), against="sahel", sign=-1),

    Claim("sahel-aid-kept", "agadez_2024", ("90 %", "22 %"), against="sahel", sign=1),
    Claim("sahel-aid-kept", "agadez_2024", ("90 %", "22 %"), against="sahel", changed=NO_LAW, sign=1),
    Claim("sahel-aid-kept", "agadez_2024", ("90 %", "90 %"), changed=LAW, unless=NO_WAR),
)
