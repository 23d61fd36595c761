"""What the scenarios about debt, dams, the recession, the Uzbek turn and hedging claim."""

from __future__ import annotations

from .claims import Claim

NOTHING_TO_DENY = {"ties.USA.KGZ.geography": 0}
NO_RECESSION = {"events.russian_recession.set.patrons.RUS.shock": 0}
NO_ANDIJAN = {"events.andijan": "~"}
EAST = {"states.UZB.anchor.security": 0.3}
BALANCERS = {"states.KGZ.policy": "balancer", "states.KAZ.policy": "balancer"}

CLAIMS = (
    Claim("debt-and-dam", "relief_given", ("583", "295"), changed=NOTHING_TO_DENY, sign=1),
    Claim("debt-and-dam", "projects_promised", ("2670", "1370"), changed=NOTHING_TO_DENY, sign=1),
    Claim("debt-and-dam", "projects_delivered", ("556", "271"), changed=NOTHING_TO_DENY, sign=1),
    Claim("china-lends", "chinese_debt_part_kyrgyzstan", ("0.52", "0.48"), against="us-withdrawal", sign=1),
    Claim("china-lends", "chinese_debt_part_tajikistan", ("0.51", "0.48"), against="us-withdrawal", sign=1),
    Claim("china-lends", "chinese_share_kyrgyzstan", ("0.148", "0.143"), against="us-withdrawal", sign=1),
    Claim("china-lends", "russian_share_2013", ("0.619", "0.624"), against="us-withdrawal", sign=-1),
    Claim("russian-recession", "pending_after", ("725", "1460"), changed=NO_RECESSION, sign=-1),
    Claim("russian-recession", "tajik_growth", ("−5.4 %", "1.8 %"), changed=NO_RECESSION, sign=-1),
    Claim("russian-recession", "kyrgyz_growth", ("−0.7 %", "4.1 %"), changed=NO_RECESSION, sign=-1),
    Claim("russian-recession", "russian_budget", ("392", "596"), changed=NO_RECESSION, sign=-1),
    Claim("uzbek-pivot", "k2_closed_2007", ("100 %", "1 %"), changed=NO_ANDIJAN, sign=1),
    Claim("uzbek-pivot", "orientation_2006", ("−0.20", "−0.25"), changed=NO_ANDIJAN, sign=1),
    Claim("uzbek-pivot", "member_2007", ("44 %", "1 %"), changed=NO_ANDIJAN, sign=1),
    Claim("uzbek-pivot", "member_2013", ("48 %", "80 %"), changed=EAST, sign=-1),
    Claim("multi-vector", "both_quarters", ("44.1", "45.9"), against="us-withdrawal", sign=-1),
    Claim("multi-vector", "russian_relief", ("681", "583"), against="us-withdrawal", sign=1),
    Claim("multi-vector", "both_quarters", ("44.1", "19.6"), changed=BALANCERS, sign=1),
    Claim("multi-vector", "russian_share_2012", ("0.63", "0.59"), changed=BALANCERS, sign=1),
)
