"""What the scenarios of the Horn of Africa claim."""

from __future__ import annotations

from .claims import Claim

WAR = "horn-of-africa"
PEACE = "horn-no-yemen-war"
SITES_COST = {"patrons.RUS.fixed.base": 20}
NO_WISH = {"patrons.SAU.mission": 0, "patrons.TUR.mission": 0}
JUNTA = {"states.SDN.regime": "military", "states.SDN.army": 0.9}

CLAIMS = (
    Claim(WAR, "bases_in_djibouti", ("4.9", "2.9"), against=PEACE, sign=1),
    Claim(WAR, "saudis_in_djibouti", ("98 %",), unless=NO_WISH),
    Claim(WAR, "turks_in_sudan", ("94 %",), unless=NO_WISH),
    Claim(WAR, "emirates_in_berbera", ("100 %",), unless={"patrons.ARE.mission": 0}),
    Claim(WAR, "russians_in_sudan", ("100 %", "80 %"), changed=SITES_COST, sign=1),
    Claim(WAR, "russians_in_eritrea", ("99 %", "27 %"), changed=SITES_COST, sign=1),
    Claim(WAR, "falls_in_sudan", ("0.2",), unless=JUNTA),
    Claim(WAR, "american_rent", ("35", "35"), against=PEACE, sign=-1),

    Claim(PEACE, "bases_in_djibouti", ("2.9", "4.9"), against=WAR, sign=-1),
    Claim(PEACE, "american_rent", ("35", "35"), against=WAR, sign=1),
    Claim(PEACE, "emirati_share_sudan", ("0.124", "0.132"), against=WAR, sign=-1),
)
