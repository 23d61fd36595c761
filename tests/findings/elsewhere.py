"""What the scenarios about other regions claim."""

from __future__ import annotations

from .claims import Claim

WASHINGTON_PAYS = {
    "patrons.USA.budget": 280,
    "rivalry.USA.CHN": 2,
    "events.american_worry.set.rivalry.USA.CHN": 2,
}
SPLIT = {"mechanisms.asked_rents": "off"}
NO_DENIAL = {"mechanisms.denial_bids": "off"}
NEED_10 = {"patrons.CHN.need": 10}
RAMSI_STAYS = {"events.ramsi_ends": "~"}

CLAIMS = (
    Claim("djibouti", "hosts", ("4.9",), changed=WASHINGTON_PAYS, sign=1),
    Claim("djibouti", "side_by_side", ("97 %", "67 %"), changed=WASHINGTON_PAYS, sign=1),
    Claim("djibouti", "american_rent", ("98", "145"), changed=SPLIT, sign=-1),
    Claim("djibouti", "chinese_rent", ("13", "22"), changed=SPLIT, sign=-1),
    Claim("pacific-islands", "chinese_base_solomons", ("3 %", "64 %"), changed=NO_DENIAL, sign=-1),
    Claim("pacific-islands", "chinese_bases", ("1.1", "0.0"), changed=NEED_10, sign=1),
    Claim("pacific-islands", "australian_share_solomons", ("0.49", "0.55"), changed=RAMSI_STAYS, sign=-1),
)
