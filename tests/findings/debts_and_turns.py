"""What the scenarios about debt, dams, the recession, the Uzbek turn and hedging claim."""

from __future__ import annotations

from .claims import Claim

NOTHING_TO_DENY = {"ties.USA.KGZ.geography": 0}
NO_RECESSION = {"events.russian_recession.set.patrons.RUS.shock": 0}
NO_ANDIJAN = {"events.andijan": "~"}
EAST = {"states.UZB.anchor.security": 0.3}
BALANCERS = {"states.KGZ.policy": "balancer", "states.KAZ.policy": "balancer"}

CLAIMS = (
    Claim("debt-and-dam", "relief_given", ("541", "305"), changed=NOTHING_TO_DENY, sign=1),
    Claim("debt-and-dam", "projects_promised", ("2330", "1690"), changed=NOTHING_TO_DENY, sign=1),
    Claim("debt-and-dam", "projects_delivered", ("550", "283"), changed=NOTHING_TO_DENY, sign=1),
    Claim("china-lends", "chinese_debt_part_kyrgyzstan", ("0.53", "0.49"), against="us-withdrawal", sign=1),
    Claim("china-lends", "chinese_debt_part_tajikistan", ("0.51", "0.48"), against="us-withdrawal", sign=1),
    Claim("china-lends", "chinese_share_kyrgyzstan", ("0.20", "0.15"), against="us-withdrawal", sign=1),
    Claim("china-lends", "russian_share_2013", ("0.57", "0.62"), against="us-withdrawal", sign=-1),
    Claim("russian-recession", "pending_after", ("698", "1360"), changed=NO_RECESSION, sign=-1),
    Claim("russian-recession", "tajik_growth", ("−5.4 %", "1.7 %"), changed=NO_RECESSION, sign=-1),
    Claim("russian-recession", "kyrgyz_growth", ("−0.7 %", "4.1 %"), changed=NO_RECESSION, sign=-1),
    Claim("russian-recession", "russian_budget", ("392", "596"), changed=NO_RECESSION, sign=-1),
    Claim("uzbek-pivot", "k2_closed_2007", ("27 %", "0 %"), changed=NO_ANDIJAN, sign=1),
    Claim("uzbek-pivot", "orientation_2006", ("−0.14", "−0.21"), changed=NO_ANDIJAN, sign=1),
    Claim("uzbek-pivot", "member_2007", ("34 %", "32 %"), changed=NO_ANDIJAN, sign=1),
    Claim("uzbek-pivot", "member_2013", ("34 %", "85 %"), changed=EAST, sign=-1),
    Claim("multi-vector", "both_quarters", ("46.0", "49.0"), against="us-withdrawal", sign=-1),
    Claim("multi-vector", "russian_relief", ("676", "541"), against="us-withdrawal", sign=1),
    Claim("multi-vector", "both_quarters", ("46.0", "19.6"), changed=BALANCERS, sign=1),
    Claim("multi-vector", "russian_share_2012", ("0.61", "0.56"), changed=BALANCERS, sign=1),
)
