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
    Claim("us-withdrawal", "russian_share", ("0.617", "0.569"), against="us-stays", sign=1),
    Claim("us-withdrawal", "american_share", ("0.073", "0.117"), against="us-stays", sign=-1),

    Claim("manas-2009", "notice", ("37 %", "1 %"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "notice", ("37 %", "97 %"), changed=DAM_BELIEVED, sign=-1),
    Claim("manas-2009", "stands_2010", ("93 %", "100 %"), against="us-withdrawal", sign=-1),
    Claim("manas-2009", "rent_2010", ("67", "38"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "displeased", ("34 %", "2 %"), against="us-withdrawal", sign=1),
    Claim("manas-2009", "campaign", ("31 %", "1 %"), against="us-withdrawal", sign=1),

    Claim(
        "media-campaign-2010", "overthrown", ("40 %", "29 %"),
        changed=NO_CAMPAIGNS, given="displeased", sign=1, runs=300,
    ),
    Claim(
        "media-campaign-2010", "legitimacy_2010", ("0.539", "0.555"),
        changed=NO_CAMPAIGNS, given="displeased", sign=-1, runs=300,
    ),
    Claim(
        "media-campaign-2010", "stands_2012", ("99 %", "99 %"),
        changed=NO_CAMPAIGNS, given="displeased", runs=300, unless={"patrons.USA.need": "70"},
    ),

    Claim("arms-package-2013", "insecurity_kgz", ("0.0009", "0.0044"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "insecurity_tjk", ("0.017", "0.023"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "american_share_kgz", ("0.057", "0.073"), against="us-withdrawal", sign=-1),
    Claim("arms-package-2013", "own_promises", ("1 910", "1 890"), changed=FEW_MILITANTS, sign=1),
    Claim("arms-package-2013", "own_promises", ("1 910", "1 450"), changed=NO_AMERICAN_BASE, sign=1),
    Claim("arms-package-2013", "arms_arrived", ("910", "420"), against="us-withdrawal", sign=1),

    Claim("one-base-agreement", "notices", ("3 %", "8 %"), against="us-withdrawal", sign=-1),
    Claim("one-base-agreement", "packages", ("4 280", "5 850"), against="us-withdrawal", sign=-1),
    Claim("one-base-agreement", "relief_after", ("270", "430"), against="us-withdrawal", sign=-1),

    Claim("equipment-handover", "kyrgyz_2015", ("0.123", "0.083"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "tajik_2015", ("0.241", "0.202"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "uzbek_2015", ("0.098", "0.064"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "kyrgyz_2021", ("0.044", "0.026"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "tajik_2021", ("0.115", "0.090"), against="us-withdrawal", sign=1),
    Claim("equipment-handover", "uzbek_2021", ("0.063", "0.043"), against="us-withdrawal", sign=1),

    Claim("sphere-of-influence", "concentration", ("0.29", "0.84"), against="us-withdrawal", sign=-1),
    Claim("sphere-of-influence", "in_kyrgyzstan", ("0.579", "0.613"), against="us-withdrawal", sign=-1),
    Claim("sphere-of-influence", "in_uzbekistan", ("0.586", "0.499"), against="us-withdrawal", sign=1),

    Claim("client-state", "in_kyrgyzstan", ("0.621", "0.579"), against="sphere-of-influence", sign=1),
    Claim("client-state", "in_uzbekistan", ("0.477", "0.586"), against="sphere-of-influence", sign=-1),
    Claim("client-state", "in_turkmenistan", ("0.061", "0.119"), against="sphere-of-influence", sign=-1),
    Claim("client-state", "kyrgyzstan_first", ("11", "5"), against="sphere-of-influence", sign=1),
    Claim("client-state", "chosen_2002", ("35 %",), unless={"patrons.RUS.strategy": "sphere"}),
    Claim("client-state", "chosen_2012", ("73 %", "58 %"), changed=NO_PREMIUM, sign=1),
    Claim("client-state", "chosen_2012", ("73 %", "56 %"), changed=RICH, sign=1),

    Claim("militant-resurgence", "threat_tjk", ("0.88", "0.66"), against="us-withdrawal", sign=1),
    Claim("militant-resurgence", "russian_share_tjk", ("0.434", "0.433"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "overthrows_kgz", ("26 %", "24 %"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "overthrows_tjk", ("6 %", "5 %"), against="us-withdrawal", unless=CALM),
    Claim("militant-resurgence", "uzbekistan_back", ("50 %", "43 %"), against="us-withdrawal", sign=1),
    Claim("militant-resurgence", "joint_force", ("3 450", "2 720"), against="us-withdrawal", sign=1),
    Claim("militant-resurgence", "russian_arms_kgz", ("310", "290"), against="us-withdrawal", sign=1),

    Claim("csto-joint-force", "russian_share_kgz", ("0.620", "0.595"), against="us-withdrawal", sign=1),
    Claim("csto-joint-force", "insecurity_tjk", ("0.023", "0.034"), changed=NO_FORCE, sign=-1),
    Claim("csto-joint-force", "murghab", ("95 %", "100 %"), changed=NO_RULE, sign=-1),

    Claim("kyrgyzstan-2013", "manas_open", ("1 %", "56 %"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "american_share", ("0.053", "0.079"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "campaigned", ("5 %", "41 %"), changed=MISSION_STAYS, sign=-1),
    Claim("kyrgyzstan-2013", "overthrown", ("43 %",), unless=SOLID),

    Claim("client-state-politics", "interference", ("5 %", "5 %"), against="kyrgyzstan-2013", unless=OTHERWISE),
    Claim("client-state-politics", "interference", ("5 %", "37 %"), changed=MISSION_STAYS, sign=-1),
    Claim("client-state-politics", "overthrow", ("42 %", "43 %"), against="kyrgyzstan-2013", unless=OTHERWISE),
    Claim(
        "client-state-politics", "openness_change", ("+0.017", "+0.017"),
        against="kyrgyzstan-2013", unless=OTHERWISE,
    ),
    Claim("client-state-politics", "russian_share_2021", ("0.692", "0.631"), against="kyrgyzstan-2013", sign=1),
    Claim("client-state-politics", "autonomy", ("0.072", "0.080"), against="kyrgyzstan-2013", sign=-1),
)
