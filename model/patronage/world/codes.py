"""Small whole numbers that stand for words inside a run: instruments, channels, choices, rows of the ledger, causes."""

from __future__ import annotations

from ..scenario.catalogue import CHANNELS, INSTRUMENTS
from ..scenario.structure import REGIMES
from ..scenario.vocabulary import ROWS
from .fields import ROUTES
from .layout import DECISIONS, OF_KINDS, PURPOSES

ARMS, GRANTS, LOANS, RELIEF = (INSTRUMENTS.index(k) for k in ("arms", "grants", "loans", "debt_relief"))
INSTRUMENT_COUNT = len(INSTRUMENTS)
CHANNEL_COUNT = len(CHANNELS)
REFUSAL, CONCESSION = (PURPOSES.index(k) for k in ("refusal", "concession"))

BY_MISSION, BY_RIVAL, BY_OVERTHROW, BY_EVENT, BY_DEMAND, BY_PRICE, BY_POLITICS, BY_BAN, BY_OUTBID = range(1, len(ROUTES))

KINDS = ROWS
"""What a row of the ledger can be."""
(OPENED, RENEWED, KEPT, REFUSED, NOTICE, CLOSED, RENEGE, PACKAGE, DEMAND_MET, MERGED, CANCELLED,
 TRANSFER, FORGIVEN, CAMPAIGN, SANCTION, COMPLIED, OVERTHROW, TURNOVER, JOINED, LEFT, CONSENT, SWITCH,
 COUP, HANDOVER, SMEAR, SCANDAL) = range(len(KINDS))  # fmt: skip

CAUSES = (
    *ROUTES, "turnover", "term", "hazard", "sought", "mission begins", "sanction", "grievance", "legitimacy", "benefit", "cohesion",
    "choice", "shock", "review", "rebid", "declining mission", "drift", "leverage",
)  # fmt: skip
"""What can be named as the cause of a row; the first are the routes by which a base closes."""
(BY_TURNOVER, BY_TERM, BY_HAZARD, SOUGHT, MISSION_BEGINS, BY_SANCTION, BY_GRIEVANCE, BY_LEGITIMACY, BY_BENEFIT, BY_COHESION,
 BY_CHOICE, BY_SHOCK, BY_REVIEW, BY_REBID, BY_DECLINE, BY_DRIFT, BY_LEVERAGE) = range(len(ROUTES), len(CAUSES))  # fmt: skip
NO_CAUSE = 0

CONCESSIONS = ("", "base", "refusal of a base", "accession", "client state", "sphere of influence")
"""What a row can be about; the codes of blocs follow, then the further kinds of concessions, then refusals of them."""
BASE = 0
"""The first kind of concession."""
NOTHING, A_BASE, A_REFUSAL, AN_ACCESSION, A_CLIENT_STATE, A_SPHERE, FIRST_BLOC = range(len(CONCESSIONS) + 1)

NAMES = (
    "sphere", "client_state", "portfolio", "mixture", "denial_first", "tit_for_tat", "retrench",
    "auctioneer", "hedger", "bandwagoner", "balancer", "isolationist",
    "consensus", "majority", "leader", "group_decision",
    "none", "revenge", "retain", "leverage",
    "plain", "repression", "linkage",
    *REGIMES,
)  # fmt: skip
"""Words of choices that the engine knows: strategies of patrons, policies of clients, vote rules of blocs, theories of interference
and of support, regimes; registered ones follow."""
(SPHERE, CLIENT_STATE, PORTFOLIO, MIXTURE, DENIAL_FIRST, TIT_FOR_TAT, RETRENCH,
 AUCTIONEER, HEDGER, BANDWAGONER, BALANCER, ISOLATIONIST,
 CONSENSUS, MAJORITY, BY_LEADER, GROUP_DECISION,
 NO_INTERFERENCE, REVENGE, RETAIN, LEVERAGE, PLAIN, REPRESSION, LINKAGE,
 FIRST_REGIME) = range(len(NAMES) - len(REGIMES) + 1)  # fmt: skip
REGISTERED = len(NAMES)
"""From here on, words are those of other packages."""
ELECTED, PARTY, PERSONAL, MILITARY = range(len(REGIMES))
"""Regimes in the world of a run."""
COURTS_EVERYONE, CONTROLS_FEW = 0, 1
"""Modes of a patron."""

COURT, BID, CONSENT_ASKED, RESPOND, RETALIATE, GOVERN, ADMIT, CONTRIBUTE, END = range(9)
"""Parts of a quarter: each ends where somebody decides, so that what was decided can be replaced before the next begins."""
WHOLE = END + 1
PATRONS, CLIENTS, DYADS, BLOCS_AND_CLIENTS = range(4)
"""Whose luck is asked for."""

(THREAT_LUCK, GROWTH_LUCK, LEGITIMACY_LUCK, PORTFOLIO_LUCK, REVIEW_LUCK, REBID_LUCK, VALUE_LUCK, ASK_LUCK, CANCEL_LUCK,
 CAMPAIGN_LUCK, SANCTION_LUCK, OVERTHROW_LUCK, TURNOVER_LUCK, MEMBERSHIP_LUCK, CONTRACT_LUCK, SIZE_LUCK, COUP_LUCK, HANDOVER_LUCK,
 SENTIMENT_LUCK) = range(19)  # fmt: skip
DELIVERY_LUCK, REFUSAL_LUCK, CONCESSION_LUCK, ACCESSION_LUCK = range(19, 19 + 4 * INSTRUMENT_COUNT, INSTRUMENT_COUNT)
"""The first of as many as there are instruments."""
ALIGNMENT_LUCK = len(DECISIONS)
"""The first of as many as there are axes."""
DECISIONS_OF_KINDS = len(OF_KINDS)
"""How many every further kind of concession has for itself; they follow those of the axes."""
