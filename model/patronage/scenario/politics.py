"""Numbers of the politics that can refuse: opinion, regimes and coups, theories by name, blocs that shelter and sanction.

Lists in the form of the catalogue, which takes them in. docs/equations.md sections 1 and 8 to 12; sources in docs/theory.md.
"""

from __future__ import annotations

from .field import MODEL, MUCH, OURS, Field
from .rules import _rule

P1 = "Mali-Mètre on Barkhane and Russia; size: assumption (ours)"
P2 = "Allen, Flynn, Machain & Stravers 2020; size: assumption (ours)"
P3 = "Powell & Thyne 2011; size: assumption (ours)"
P4 = "Geddes 1999, Geddes, Wright & Frantz 2014; size: assumption (ours)"
P5 = "Marinov & Goemans 2014"
P6 = "Miller, Joseph & Ohl 2018: no contagion found"
P7 = "Levin 2016, 2020; size: assumption (ours)"
P8 = "Levitsky & Way 2006, 2010; size: assumption (ours)"
P9 = "Casey 2020; size: assumption (ours)"
P10 = "Sullivan, Blanken & Rice 2020; size: assumption (ours)"
P11 = "Tansey, Koehler & Schmotz 2017, Schmotz & Tansey 2018; size: assumption (ours)"
P12 = "form: Bueno de Mesquita et al. 2003; size: assumption (ours)"
P13 = "assumption (ours), tuned on the membership of Uzbekistan"

STATES: list[Field] = [
    Field("army", "states.{client}.army", "C", "1", .3, 0, 1, (.1, .5), P3, "part of irregular exits that would be coups, not revolts"),
]

PATRONS: list[Field] = [
    Field("patron_openness", "patrons.{patron}.openness", "P", "1", -1.0, -1, 1, None, MODEL, "the patron's own political openness, on the clients' scale; below 0: not stated, and no rule reads it"),
    Field("coup_proofing", "patrons.{patron}.coup_proofing", "P", "1", 0.0, 0, 1, (0, 1), P9, "how far its arms and presence protect a regime from its own army (support: repression)"),
]

TIES: list[Field] = [
    Field("effect", "ties.{patron}.{client}.effect", "PC", "1", 1.0, -1, 1.5, (-.5, 1), OURS, "what the patron's presence does to the threat: 1 it shields, 0 nothing, below 0 it feeds what it fights"),
    Field("tie_sentiment", "ties.{patron}.{client}.sentiment", "PC", "1", 0.0, -1, 1, (-.4, .4), OURS, "what the public thinks of the patron, beyond what orientation explains"),
]

BLOCS: list[Field] = [
    Field("bloc_denial", "blocs.{bloc}.denial", "B", "1", 0.0, 0, 1, (0, 1), OURS, "how far rivals of the leader bid against accessions, relative to bases"),
]

RULES: list[Field] = [
    # threat
    _rule("threat", "local", 0., (0, .3), OURS, "growth of a threat by itself, x H(1 - H)", high=1),
    # opinion
    _rule("sentiment", "recovery", .02, (.01, .05), P1, "return of opinion to where it rests, a quarter", high=1),
    _rule("sentiment", "noise", .02, (0, .04), P1, "standard deviation of the quarterly disturbance of opinion", high=1),
    _rule("sentiment", "memory", 20., (8, 40), P1, "memory of the usual threat", unit="quarter", low=1, high=400),
    _rule("sentiment", "affinity", .5, (0, 1), OURS, "fall of the resting opinion per unit of distance in orientation", high=MUCH),
    _rule("sentiment", "tolerance", .2, (0, .4), OURS, "ill opinion that has no consequence", high=1),
    _rule("sentiment", "fatigue", 0., (0, .008), P2, "opinion lost in a quarter to troops on the spot", high=1),
    _rule("sentiment", "failure", .06, (0, .2), P1, "opinion lost in a quarter per unit of threat above the usual, to who stands there", high=MUCH),
    _rule("sentiment", "aid", .5, (0, 2), P2, "opinion won per unit of grants over GDP", high=MUCH),
    _rule("sentiment", "rent", 2., (0, 4), OURS, "opinion lost per openness x rent over GDP", high=MUCH),
    _rule("sentiment", "sanction", .03, (0, .06), OURS, "opinion lost in a quarter to a sanction", high=1),
    _rule("sentiment", "campaign", .1, (0, .2), OURS, "opinion lost to a campaign against the patron", high=1),
    _rule("sentiment", "legitimacy", .01, (.005, .02), OURS, "legitimacy that a regime loses in a quarter per unit of anger at who stands there", high=1),
    _rule("sentiment", "junta", 1., (0, 2), OURS, "how much more a junta loses", high=MUCH),
    # refusal
    _rule("refusal", "office", 5., (2, 10), P12, "worth of an office, in years of free revenue", unit="yr", high=MUCH),
    _rule("refusal", "condemn", 4., (2, 5), OURS, "a host's fear for its office per unit of openness by which who sanctions it stands above it, on the logit of overthrow", high=MUCH),
    _rule("refusal", "readmit", -.15, (-.4, 0), OURS, "opinion above which a closed door opens again", low=-1, high=1),
    _rule("refusal", "courtship", .8, (0, 1), OURS, "fall of a client's weight for who is shut out", high=1),
    # coups
    _rule("coup", "blame", .4, (0, .8), OURS, "opinion lost at a coup by who stood there and did not help", high=2),
    _rule("coup", "turn", .5, (0, 1), OURS, "how far the anchor of orientation moves, at a coup, to where the well-liked stand", high=1),
    _rule("coup", "taste", 5., (2, 8), OURS, "how sharply a junta prefers the well-liked", high=100),
    _rule("coup", "memory", .88, (.5, 1), P6, "share of the memory of a coup that stays, a quarter", high=1),
    _rule("regimes", "hazard_elected", 0., (-1, 1), P4, "logit of overthrow: elected governments", low=-50, high=50),
    _rule("regimes", "hazard_party", -.4, (-1, 0), P4, "logit of overthrow: rule by a party", low=-50, high=50),
    _rule("regimes", "hazard_personal", 0., (-1, 1), P4, "logit of overthrow: personal rule", low=-50, high=50),
    _rule("regimes", "hazard_military", 2.2, (1, 3), P4, "logit of overthrow: juntas", low=-50, high=50),
    _rule("regimes", "handover", .03, (.01, .06), P5, "chance a quarter that a junta gives way to elections", high=1),
    _rule("regimes", "junta_openness", .08, (.02, .2), OURS, "largest mean of openness under a junta", low=.01, high=.99),
    _rule("regimes", "junta_return", .2, (.05, .5), OURS, "return of openness to its mean under a junta, a quarter", high=1),
    _rule("regimes", "junta_coalition", .05, (.02, .1), OURS, "winning coalition of a junta", low=.01, high=1),
    _rule("regimes", "contagion", 0., (0, 1.5), P6, "logit of overthrow per remembered coup of the others, on average", high=MUCH),
    # theories of interference
    _rule("interference", "retain_half", .3, (.05, .5), P7, "stock per annual GDP at which a stake is one half", low=1e-6, high=MUCH),
    _rule("interference", "retain_host", .3, (0, .6), P7, "a rival's base as a step away, in distance of orientation", high=MUCH),
    _rule("interference", "retain_memory", 8., (4, 20), P7, "memory of the usual distance", unit="quarter", low=1, high=400),
    _rule("interference", "retain_b0", -6.5, (-8, -6), P7, "intercept of the logit of a campaign: retain", low=-50, high=50),
    _rule("interference", "retain_b1", 30., (10, 40), P7, "rise of the logit of a campaign with stake x drift", high=MUCH),
    _rule("interference", "retain_defend", 1., (0, 2), P7, "fall of the logit of overthrow for a loyal client, per unit of stake", high=MUCH),
    _rule("interference", "leverage_c0", -6.5, (-8, -5), P8, "intercept of the logit of a campaign: leverage", low=-50, high=50),
    _rule("interference", "leverage_c1", 10., (5, 20), P8, "rise of the logit of a campaign with leverage", high=MUCH),
    # theories of support
    _rule("support", "repression_scale", .05, (.02, .1), P9, "arms and presence per annual GDP that make a regime coup-proof by 1 - 1/e", low=1e-6, high=MUCH),
    _rule("support", "repression_hazard", 1.5, (.5, 2.5), P9, "fall of the logit of overthrow of one who is coup-proof", high=MUCH),
    _rule("support", "repression_openness", .5, (.2, .8), P10, "part of the mean openness of a regime that is lost where it is coup-proof", high=1),
    _rule("support", "linkage_hazard", 1., (0, 2), P11, "fall of the logit of overthrow per unit of linkage to a closed patron", high=MUCH),
    _rule("support", "linkage_pull", .02, (0, .05), P8, "pull of openness to that of the patrons, a quarter, per unit of linkage", high=1),
    # blocs
    _rule("blocs", "shelter", 1.5, (0, 2), P13, "benefit of membership per unit of openness by which those who sanction the client stand above it", high=MUCH),
    _rule("blocs", "entangle", .4, (0, 1), P13, "benefit lost per unit of distance to the leader of a bloc with a joint force", high=MUCH),
    _rule("blocs", "cover", .5, (0, 1), P13, "part of the protection that a leader without troops in the client gives", high=1),
]

SWITCHES = (
    ("sentiment", "opinion of patrons moves, and anger costs legitimacy (§11)"),
    ("refusal", "hosts refuse what endangers their office, and pay for what protects it (§4)"),
    ("coups", "overthrows may be coups, which make juntas (§11)"),
)
"""Further mechanisms."""
