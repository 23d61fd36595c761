"""What the scenarios about Central Asia claim."""

from __future__ import annotations

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
CALM = SOLID | RICH
OTHERWISE = SOLID | MISSION_STAYS | {"states.KGZ.openness": "0.3"}

CLAIMS = (
    Claim("us-withdrawal", "manas_after_withdrawal", ("7 %", "99 %"), against="us-stays", sign=-1),
    Claim("us-withdrawal", "russian_share", ("0.618", "0.572"), against="us-stays", sign=1),
    Claim("us-withdrawal", "american_share", ("0.071", "0.116"), against="us-stays", sign=-1),

    Claim("manas-2009", "notice", ("37 %", "0 %"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "notice", ("37 %", "97 %"), changed=DAM_BELIEVED, sign=-1),
    Claim("manas-2009", "stands_2010", ("93 %", "100 %"), against="us-withdrawal", sign=-1),
    Claim("manas-2009", "rent_2010", ("67", "38"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "displeased", ("34 %", "2 %"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "campaign", ("31 %", "1 %"), against="us-withdrawal", sign=1),

    Claim(
        "media-campaign-2010", "overthrown", ("42 %", "30 %"),
        changed=NO_CAMPAIGNS, given="displeased", sign=1, runs=300,
    ),
    Claim(
        "media-campaign-2010", "legitimacy_2010", ("0.540", "0.555"),
        changed=NO_CAMPAIGNS, given="displeased", sign=-1, runs=300,
    ),
    Claim(
        "media-campaign-2010", "stands_2012", ("99 %", "99 %"),
        changed=NO_CAMPAIGNS, given="displeased", runs=300, unless={"patrons.USA.need": "70"},
    ),

    Claim("arms-package-2013", "insecurity_kgz", ("0.0009", "0.0044"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "insecurity_tjk", ("0.017", "0.023"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "american_share_kgz", ("0.056", "0.071"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "own_promises", ("1 910", "1 900"), changed=FEW_MILITANTS, sign=1),
    Claim("arms-package-2013", "own_promises", ("1 910", "1 450"), changed=NO_AMERICAN_BASE, sign=1),
    Claim("arms-package-2013", "arms_arrived", ("910", "420"), against="us-withdrawal", sign=1),

    Claim("one-base-agreement", "notices", ("4 %", "13 %"), against="us-withdrawal", sign=-1),
    Claim("one-base-agreement", "packages", ("4 250", "5 750"), against="us-withdrawal", sign=-1),
    Claim("one-base-agreement", "relief_after", ("270", "420"), against="us-withdrawal", sign=-1),

    Claim("equipment-handover", "kyrgyz_2015", ("0.121", "0.081"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "tajik_2015", ("0.241", "0.201"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "uzbek_2015", ("0.109", "0.076"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "kyrgyz_2021", ("0.042", "0.024"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "tajik_2021", ("0.113", "0.088"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "uzbek_2021", ("0.080", "0.060"), against="us-withdrawal", sign=1),

    Claim("sphere-of-influence", "concentration", ("0.29", "0.84"), against="us-withdrawal", sign=-1),
    Claim("sphere-of-influence", "in_kyrgyzstan", ("0.579", "0.613"), against="us-withdrawal", sign=-1),
    Claim("sphere-of-influence", "in_uzbekistan", ("0.602", "0.514"), against="us-withdrawal", sign=1),

    Claim("client-state", "in_kyrgyzstan", ("0.623", "0.579"), against="sphere-of-influence", sign=1),
    Claim("client-state", "in_uzbekistan", ("0.492", "0.602"), against="sphere-of-influence", sign=-1),
    Claim("client-state", "in_turkmenistan", ("0.060", "0.115"), against="sphere-of-influence", sign=-1),
    Claim("client-state", "kyrgyzstan_first", ("11", "5"), against="sphere-of-influence", sign=1),
    Claim("client-state", "chosen_2002", ("34 %",), unless={"patrons.RUS.strategy": "sphere"}),
    Claim("client-state", "chosen_2012", ("74 %", "55 %"), changed=NO_PREMIUM, sign=1),
    Claim("client-state", "chosen_2012", ("74 %", "52 %"), changed=RICH, sign=1),

    Claim("militant-resurgence", "threat_tjk", ("0.88", "0.66"), against="us-withdrawal", sign=1),
    Claim("militant-resurgence", "russian_share_tjk", ("0.431", "0.430"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "overthrows_kgz", ("29 %", "26 %"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "overthrows_tjk", ("7 %", "6 %"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "uzbekistan_back", ("53 %", "46 %"), against="us-withdrawal", sign=1),
    Claim("militant-resurgence", "joint_force", ("3 440", "2 720"), against="us-withdrawal", sign=1),
    Claim("militant-resurgence", "russian_arms_kgz", ("310", "290"), against="us-withdrawal", sign=1),

    Claim("csto-joint-force", "russian_share_kgz", ("0.619", "0.594"), against="us-withdrawal", sign=1),
    Claim("csto-joint-force", "insecurity_tjk", ("0.023", "0.033"), changed=NO_FORCE, sign=-1),
    Claim("csto-joint-force", "murghab", ("95 %", "100 %"), changed=NO_RULE, sign=-1),

    Claim("kyrgyzstan-2013", "manas_open", ("1 %", "56 %"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "american_share", ("0.053", "0.079"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "campaigned", ("5 %", "41 %"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "overthrown", ("45 %",), unless=SOLID),

    Claim("client-state-politics", "interference", ("5 %", "5 %"), against="kyrgyzstan-2013", unless=OTHERWISE),
    Claim("client-state-politics", "interference", ("5 %", "39 %"), changed=MISSION_STAYS, sign=-1),
    Claim("client-state-politics", "overthrow", ("44 %", "45 %"), against="kyrgyzstan-2013", unless=OTHERWISE),
    Claim(
        "client-state-politics", "openness_change", ("+0.019", "+0.019"),
        against="kyrgyzstan-2013", unless=OTHERWISE,
    ),
    Claim("client-state-politics", "russian_share_2021", ("0.693", "0.632"), against="kyrgyzstan-2013", sign=1),
    Claim("client-state-politics", "autonomy", ("0.072", "0.080"), against="kyrgyzstan-2013", sign=-1),
)
