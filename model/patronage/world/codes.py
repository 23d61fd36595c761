"""Small whole numbers that stand for words inside a run: instruments, channels, choices, rows of the ledger, causes."""

from __future__ import annotations

from ..scenario.catalogue import CHANNELS, INSTRUMENTS
from .fields import ROUTES
from .layout import DECISIONS, PURPOSES

ARMS, GRANTS, LOANS, RELIEF = (INSTRUMENTS.index(k) for k in ("arms", "grants", "loans", "debt_relief"))
INSTRUMENT_COUNT = len(INSTRUMENTS)
CHANNEL_COUNT = len(CHANNELS)
REFUSAL, CONCESSION = (PURPOSES.index(k) for k in ("refusal", "concession"))

BY_MISSION, BY_RIVAL, BY_OVERTHROW, BY_EVENT, BY_DEMAND, BY_PRICE = range(1, len(ROUTES))

KINDS = (
    "opened", "renewed", "kept", "refused", "notice", "closed", "renege", "package", "demand_met", "merged", "cancelled",
    "transfer", "forgiven", "campaign", "sanction", "complied", "overthrow", "turnover", "joined", "left", "consent", "switch",
)  # fmt: skip
"""What a row of the ledger can be."""
(OPENED, RENEWED, KEPT, REFUSED, NOTICE, CLOSED, RENEGE, PACKAGE, DEMAND_MET, MERGED, CANCELLED,
 TRANSFER, FORGIVEN, CAMPAIGN, SANCTION, COMPLIED, OVERTHROW, TURNOVER, JOINED, LEFT, CONSENT, SWITCH) = range(len(KINDS))  # fmt: skip

CAUSES = (
    *ROUTES, "turnover", "term", "hazard", "sought", "mission begins", "sanction", "grievance", "legitimacy", "benefit", "cohesion",
    "choice", "shock", "review", "rebid", "declining mission",
)  # fmt: skip
"""What can be named as the cause of a row; the first are the routes by which a base closes."""
(BY_TURNOVER, BY_TERM, BY_HAZARD, SOUGHT, MISSION_BEGINS, BY_SANCTION, BY_GRIEVANCE, BY_LEGITIMACY, BY_BENEFIT, BY_COHESION,
 BY_CHOICE, BY_SHOCK, BY_REVIEW, BY_REBID, BY_DECLINE) = range(len(ROUTES), len(CAUSES))  # fmt: skip
NO_CAUSE = 0

CONCESSIONS = ("", "base", "refusal of a base", "accession", "client state", "sphere of influence")
"""What a row can be about; the codes of blocs follow."""
NOTHING, A_BASE, A_REFUSAL, AN_ACCESSION, A_CLIENT_STATE, A_SPHERE, FIRST_BLOC = range(len(CONCESSIONS) + 1)

NAMES = (
    "sphere", "client_state", "portfolio", "mixture", "denial_first", "tit_for_tat", "retrench",
    "auctioneer", "hedger", "bandwagoner", "balancer", "isolationist",
    "consensus", "majority", "leader", "group_decision",
)  # fmt: skip
"""Strategies of patrons, policies of clients and vote rules of blocs that the engine knows; registered ones follow."""
(SPHERE, CLIENT_STATE, PORTFOLIO, MIXTURE, DENIAL_FIRST, TIT_FOR_TAT, RETRENCH,
 AUCTIONEER, HEDGER, BANDWAGONER, BALANCER, ISOLATIONIST,
 CONSENSUS, MAJORITY, BY_LEADER, GROUP_DECISION) = range(len(NAMES))  # fmt: skip
COURTS_EVERYONE, CONTROLS_FEW = 0, 1
"""Modes of a patron."""

COURT, BID, CONSENT_ASKED, RESPOND, RETALIATE, ADMIT, CONTRIBUTE, END = range(8)
"""Parts of a quarter: each ends where somebody decides, so that what was decided can be replaced before the next begins."""
WHOLE = END + 1
PATRONS, CLIENTS, DYADS, BLOCS_AND_CLIENTS = range(4)
"""Whose luck is asked for."""

(THREAT_LUCK, GROWTH_LUCK, LEGITIMACY_LUCK, PORTFOLIO_LUCK, REVIEW_LUCK, REBID_LUCK, VALUE_LUCK, ASK_LUCK, CANCEL_LUCK,
 CAMPAIGN_LUCK, SANCTION_LUCK, OVERTHROW_LUCK, TURNOVER_LUCK, MEMBERSHIP_LUCK, CONTRACT_LUCK, SIZE_LUCK) = range(16)  # fmt: skip
DELIVERY_LUCK, REFUSAL_LUCK, CONCESSION_LUCK, ACCESSION_LUCK = range(16, 16 + 4 * INSTRUMENT_COUNT, INSTRUMENT_COUNT)
"""The first of as many as there are instruments."""
ALIGNMENT_LUCK = len(DECISIONS)
"""The first of as many as there are axes."""
