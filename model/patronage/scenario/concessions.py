"""Numbers of concessions: what each kind is, what it is worth to whom, and how the auction treats it. docs/equations.md section 4.

Lists in the form of the catalogue, which takes them in; sources in docs/theory.md.
"""

from __future__ import annotations

from .field import INF, MODEL, MUCH, OURS, Field
from .rules import _rule

G1 = "Savage & Caverley 2017: foreign training doubles the risk of a coup (ln 2); size: assumption (ours)"
G2 = "form: Vernon 1971; tuned on the rent of Termez"
G3 = "section 7008 of the American appropriations acts; Niger 2023"
G4 = "a USAF main base in Europe costs more than 200 a year, RAND RR-201 2013; a site: assumption (ours)"

KINDS: list[Field] = [
    Field("kind_salience", "concessions.{kind}.salience", "J", "1", 1.0, 0, 100, (0, 3), OURS, "factor on the salience of a base to the host"),
    Field("kind_answers", "concessions.{kind}.answers", "J", "1", 1.0, 0, 1, (0, 1), OURS, "factor on the part of it that an answered threat takes away"),
    Field("kind_mission", "concessions.{kind}.mission", "J", "1", 1.0, 0, 1, None, OURS, "on: its value scales with the holder's mission; off: a mine, a port, recognition"),
    Field("kind_exclusive", "concessions.{kind}.exclusive", "J", "1", 0.0, 0, 1, None, OURS, "on: one holder a host, who is outbid by the next"),
    Field("kind_denied", "concessions.{kind}.denied", "J", "1", 1.0, 0, 1, (0, 1), OURS, "factor on rivals' bids to deny it, and on what hosting it counts for with them"),
    Field("kind_guards", "concessions.{kind}.guards", "J", "1", 0.0, 0, 10, (0, 2.5), OURS, "fall of the logit of an overthrow while it stands: protection that a host pays for"),
    Field("kind_trains", "concessions.{kind}.trains", "J", "1", 0.0, 0, 10, (0, .7), G1, "rise of the logit of a coup while it stands"),
    Field("kind_presence", "concessions.{kind}.presence", "J", "1", 1.0, 0, 100, (0, 1), OURS, "presence that it adds, as a multiple of a base's; 0: nobody comes, nobody is angry"),
    Field("kind_capital", "concessions.{kind}.capital", "J", "MUSD/quarter", 0.0, 0, INF, (0, 10), OURS, "capital that it adds"),
    Field("kind_market", "concessions.{kind}.market", "J", "%", 0.0, 0, 300, (0, 5), OURS, "trade with the holder that it adds, as a share of real GDP", "1"),
    Field("kind_institutions", "concessions.{kind}.institutions", "J", "1", 0.0, 0, 2, (0, .5), OURS, "economic bandwidth of treaties that it adds (an embassy instead of none: .12)"),
]

PATRONS: list[Field] = [
    Field("need", "patrons.{patron}.need.{kind}", "PJ", "MUSD/yr", 0.0, 0, INF, None, MODEL, "value of such a concession in the best place under a full mission"),
    Field("fixed", "patrons.{patron}.fixed.{kind}", "PJ", "MUSD/yr", 0.0, 0, INF, (5, 50), G4, "what holding one costs whatever it serves, times the size of the base"),
    Field("withhold_coup", "patrons.{patron}.withhold.coup", "P", "1", 0.0, 0, 1, (0, .8), G3, "part of courtship, licences, packages and denial bids that a junta does not get"),
    Field("withhold_rival", "patrons.{patron}.withhold.rival", "P", "1", 0.0, 0, 1, (0, 1), OURS, "part of arms that a host of rivals does not get"),
]

TIES: list[Field] = [
    Field("fit", "ties.{patron}.{client}.fit.{kind}", "PCJ", "1", 0.0, 0, 20, (0, 2), MODEL, "how well such a concession there serves the patron's need"),
    Field("tie_mission", "ties.{patron}.{client}.mission", "PC", "1", 1.0, 0, 1, (0, 1), OURS, "part of the patron's mission that lies in the client; of kinds without a mission, the use for them"),
]

RULES: list[Field] = [
    _rule("bargaining", "purse", .5, (.2, 1), OURS, "largest part of a host's yearly free revenue that it pays for concessions", high=MUCH),
    _rule("bargaining", "switching", 3., (0, 20), OURS, "what the change of holder of an exclusive concession costs a host", unit="MUSD/yr"),
    _rule("bargaining", "monopoly", .6, (0, .9), G2, "largest share of a holder's surplus that a host learns to ask", high=1),
    _rule("bargaining", "sunk", 16., (4, 40), G2, "how long a host takes to learn that a holder has sunk its costs", unit="quarter", low=1, high=400),
    _rule("bargaining", "seek_declining", 0., (0, 1), OURS, "factor on the chance that a concession is sought in a quarter in which the mission falls", high=1),
    _rule("bargaining", "sanction_full", .05, (0, .2), OURS, "loss to a sanction, as a share of GDP, at which the rise of salience is full; 0: at any", high=1),
]
