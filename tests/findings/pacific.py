"""What the scenarios of recognition in the Pacific claim."""

from __future__ import annotations

from .claims import Claim

CASE = "pacific-recognition"
LEAVE = "pacific-police-leave"
TRUCE = {"events.truce_ends": "~"}
RICH, POOR = {"patrons.TWN.need.recognition": 75}, {"patrons.TWN.need.recognition": 19}
BEIJING = {"patrons.CHN.need.recognition": 82}

CLAIMS = (
    Claim(CASE, "taipei_keeps", ("4.3", "6"), changed=TRUCE, sign=-1),
    Claim(CASE, "taipei_mhl", ("93 %",), unless=BEIJING),
    Claim(CASE, "taipei_plw", ("88 %",), unless=BEIJING),
    Claim(CASE, "taipei_tuv", ("83 %",), unless=BEIJING),
    Claim(CASE, "taipei_kir", ("18 %",), unless=RICH),
    Claim(CASE, "taipei_slb", ("62 %",), unless=BEIJING),
    Claim(CASE, "taipei_nru", ("90 %",), unless=BEIJING),
    Claim(CASE, "price_marshalls", ("7.5", "1.2"), changed=TRUCE, given="taipei_mhl", sign=1),
    Claim(CASE, "taipei_keeps", ("4.3", "5.4"), changed=RICH, sign=-1),
    Claim(CASE, "taipei_keeps", ("4.3", "3.0"), changed=POOR, sign=1),
    Claim(CASE, "taipei_keeps", ("4.3", "2.9"), changed=BEIJING, sign=1),
    Claim(CASE, "chinese_teams", ("4.5",), unless=TRUCE),
    Claim(LEAVE, "chinese_teams", ("4.9", "4.5"), against=CASE, sign=1),
    Claim(LEAVE, "team_solomons", ("22 %", "10 %"), against=CASE, sign=1),
    Claim(LEAVE, "taipei_slb", ("49 %", "62 %"), against=CASE, sign=-1),
    Claim(LEAVE, "australian_share_solomons", ("0.444", "0.478"), against=CASE, sign=-1),
    Claim(LEAVE, "falls", ("4.2", "4.0"), against=CASE, unless={"rules.regimes.hazard": -20}),
)
