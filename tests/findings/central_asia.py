"""What the scenarios about Central Asia claim."""

from __future__ import annotations

from typing import Any

from .claims import Claim

FEW_MILITANTS = {"events.aftermath.set.region.instability": "0.3"}
NO_AMERICAN_BASE = {"patrons.USA.need": "0"}
DAM_BELIEVED = {"patrons.RUS.delivery.projects": "0.85"}
NO_CAMPAIGNS = {"mechanisms.interference": "off"}
NO_PREMIUM = {"mechanisms.control_premium": "off"}
RICH = {"patrons.RUS.budget": "840"}
NO_FORCE = {"events.rapid_reaction_force": "~"}
NO_RULE = {"events.consent_rule": "~"}
MISSION_STAYS = {"events.withdrawal.set.patrons.USA.mission": "0.6"}
SOLID = {"rules.regimes.hazard": "-20"}
EAST = {"states.UZB.anchor.security": "0.3"}
RETAIN = {"patrons.RUS.interference": "retain"}
REPRESSION = {"states.KGZ.support": "repression", "patrons.RUS.coup_proofing": "1"}
STRAYS = {"events.strays": "{at: 2016Q1, set: {states.KGZ.anchor.security: -0.6}, source: assumption}"}
SHALLOW: dict[str, Any] = {
    "against": "kyrgyzstan-2013",
    "changed": {"events.arms_for_kyrgyzstan": "~", "events.arms_for_tajikistan": "~"},
}
CALM = SOLID | RICH
OTHERWISE = SOLID | MISSION_STAYS | {"states.KGZ.openness": "0.3"}

CLAIMS = (
    Claim("us-withdrawal", "manas_after_withdrawal", ("2 %", "90 %"), against="us-stays", sign=-1),
    Claim("us-withdrawal", "russian_share", ("0.633", "0.628"), against="us-stays", sign=1),
    Claim("us-withdrawal", "american_share", ("0.064", "0.072"), against="us-stays", sign=-1),

    Claim("manas-2009", "notice", ("41 %", "6 %"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "notice", ("41 %", "93 %"), changed=DAM_BELIEVED, sign=-1),
    Claim("manas-2009", "stands_2010", ("87 %", "94 %"), against="us-withdrawal", sign=-1),
    Claim("manas-2009", "rent_2010", ("72", "58"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "displeased", ("45 %", "21 %"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "campaign", ("40 %", "18 %"), against="us-withdrawal", sign=1),

    Claim(
        "media-campaign-2010", "overthrown", ("35 %", "23 %"),
        changed=NO_CAMPAIGNS, given="displeased", sign=1, runs=300,
    ),
    Claim(
        "media-campaign-2010", "legitimacy_2010", ("0.547", "0.569"),
        changed=NO_CAMPAIGNS, given="displeased", sign=-1, runs=300,
    ),
    Claim(
        "media-campaign-2010", "stands_2012", ("92 %", "93 %"),
        changed=NO_CAMPAIGNS, given="displeased", runs=300, unless={"patrons.USA.need": "70"},
    ),

    Claim("arms-package-2013", "insecurity_kgz", ("0.0009", "0.0045"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "insecurity_tjk", ("0.026", "0.033"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "american_share_kgz", ("0.060", "0.064"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "own_promises", ("1 928", "1 912"), changed=FEW_MILITANTS, sign=1),
    Claim("arms-package-2013", "own_promises", ("1 928", "1 505"), changed=NO_AMERICAN_BASE, sign=1),
    Claim("arms-package-2013", "arms_arrived", ("880", "388"), against="us-withdrawal", sign=1),

    Claim("one-base-agreement", "notices", ("5 %", "16 %"), against="us-withdrawal", sign=-1),
    Claim("one-base-agreement", "packages", ("3 880", "5 510"), against="us-withdrawal", sign=-1),
    Claim("one-base-agreement", "relief_after", ("224", "382"), against="us-withdrawal", sign=-1),

    Claim("equipment-handover", "kyrgyz_2015", ("0.111", "0.067"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "tajik_2015", ("0.083", "0.035"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "uzbek_2015", ("0.093", "0.016"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "kyrgyz_2021", ("0.085", "0.049"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "tajik_2021", ("0.060", "0.029"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "uzbek_2021", ("0.083", "0.014"), against="us-withdrawal", sign=1),

    Claim("sphere-of-influence", "concentration", ("0.27", "0.83"), against="us-withdrawal", sign=-1),
    Claim("sphere-of-influence", "in_kyrgyzstan", ("0.634", "0.636"), against="us-withdrawal", sign=-1),
    Claim("sphere-of-influence", "in_uzbekistan", ("0.438", "0.437"), against="us-withdrawal", sign=1),

    Claim("client-state", "in_kyrgyzstan", ("0.637", "0.634"), against="sphere-of-influence", sign=1),
    Claim("client-state", "in_uzbekistan", ("0.436", "0.438"), against="sphere-of-influence", sign=-1),
    Claim("client-state", "kyrgyzstan_first", ("11", "3"), against="sphere-of-influence", sign=1),
    Claim("client-state", "chosen_2002", ("37 %",), unless={"patrons.RUS.strategy": "sphere"}),
    Claim("client-state", "chosen_2012", ("73 %", "60 %"), changed=NO_PREMIUM, sign=1),
    Claim("client-state", "chosen_2012", ("73 %", "54 %"), changed=RICH, sign=1),

    Claim("militant-resurgence", "threat_tjk", ("0.88", "0.67"), against="us-withdrawal", sign=1),
    Claim("militant-resurgence", "russian_share_tjk", ("0.620", "0.620"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "overthrows_kgz", ("22 %", "20 %"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "overthrows_tjk", ("7 %", "6 %"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "uzbekistan_back", ("22 %", "21 %"), against="us-withdrawal", unless=EAST),
    Claim("militant-resurgence", "joint_force", ("3 430", "2 720"), against="us-withdrawal", sign=1),
    Claim("militant-resurgence", "russian_arms_kgz", ("305", "286"), against="us-withdrawal", sign=1),

    Claim("csto-joint-force", "russian_share_kgz", ("0.650", "0.643"), against="us-withdrawal", sign=1),
    Claim("csto-joint-force", "insecurity_tjk", ("0.033", "0.052"), changed=NO_FORCE, sign=-1),
    Claim("csto-joint-force", "murghab", ("96 %", "100 %"), changed=NO_RULE, sign=-1),

    Claim("kyrgyzstan-2013", "manas_open", ("0 %", "25 %"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "american_share", ("0.054", "0.057"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "campaigned", ("1 %", "19 %"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "overthrown", ("41 %",), unless=SOLID),

    Claim("client-state-politics", "interference", ("1 %", "1 %"), against="kyrgyzstan-2013", unless=OTHERWISE),
    Claim("client-state-politics", "interference", ("1 %", "19 %"), changed=MISSION_STAYS, sign=-1),
    Claim("client-state-politics", "overthrow", ("42 %", "41 %"), against="kyrgyzstan-2013", unless=OTHERWISE),
    Claim(
        "client-state-politics", "openness_change", ("+0.003", "+0.003"),
        against="kyrgyzstan-2013", unless=OTHERWISE,
    ),
    Claim("client-state-politics", "russian_share_2021", ("0.696", "0.686"), against="kyrgyzstan-2013", sign=1),
    Claim("client-state-politics", "interference", ("8 %", "6 %"), under=RETAIN, sign=1, runs=500, **SHALLOW),
    Claim("client-state-politics", "interference", ("54 %", "37 %"), under=RETAIN | STRAYS, sign=1, **SHALLOW),
    Claim("client-state-politics", "overthrow", ("9 %", "13 %"), under=REPRESSION, sign=-1, runs=500, **SHALLOW),
    Claim("client-state-politics", "openness_change", ("−0.098", "−0.074"), under=REPRESSION, sign=-1, **SHALLOW),
)
