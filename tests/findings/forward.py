"""What the forward case of Central Asia claims, and its three variants."""

from __future__ import annotations

from .claims import Claim

FORWARD, POOR, UNLENT, BACK = "central-asia-2025", "moscow-shrinks-2026", "beijing-stops-2026", "washington-returns-2027"
NO_TRADE = {"ties.RUS.KGZ.trade": 1, "blocs.EAEU.treaty": 0}
LITTLE_CHINA = {"ties.CHN.KGZ.trade": 1}
CLOSED = {"blocs.EAEU.open": "off"}
NO_WISH = {"patrons.RUS.mission": 0}

CLAIMS = (
    Claim(FORWARD, "russian_share_kyrgyzstan", ("0.52",), unless=NO_TRADE),
    Claim(FORWARD, "chinese_share_kyrgyzstan", ("0.23",), unless=LITTLE_CHINA),
    Claim(FORWARD, "kant", ("97 %",), unless=NO_WISH),
    Claim(FORWARD, "dushanbe", ("100 %",), unless=NO_WISH),
    Claim(FORWARD, "uzbekistan_in_eaeu", ("72 %",), unless=CLOSED),
    Claim(FORWARD, "tajikistan_in_eaeu", ("98 %",), unless=CLOSED),

    Claim(POOR, "russian_share_kyrgyzstan", ("0.514", "0.524"), against=FORWARD, sign=-1),
    Claim(POOR, "russian_share_uzbekistan", ("0.368", "0.378"), against=FORWARD, sign=-1),
    Claim(POOR, "kant", ("97 %",), unless=NO_WISH),

    Claim(UNLENT, "debt_kyrgyzstan", ("0.10", "0.34"), against=FORWARD, sign=-1),
    Claim(UNLENT, "debt_tajikistan", ("0.06", "0.30"), against=FORWARD, sign=-1),
    Claim(UNLENT, "chinese_share_kyrgyzstan", ("0.232", "0.229"), against=FORWARD, sign=1),

    Claim(BACK, "american_bases", ("84 %", "0 %"), against=FORWARD, sign=1),
    Claim(BACK, "american_in_tajikistan", ("68 %",), unless={"ties.USA.TJK.geography": 0}),
    Claim(BACK, "russian_share_tajikistan", ("0.555", "0.579"), against=FORWARD, sign=-1),
    Claim(BACK, "kant", ("97 %",), unless=NO_WISH),
)
