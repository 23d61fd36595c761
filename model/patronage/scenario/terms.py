"""Terms of art in a sentence each, as the first page of the documentation has them: for `explain` and for the page."""

from __future__ import annotations

TERMS = {
    "patron, client": "who pays for influence; who sells concessions. A state may be both",
    "concession": "what a client sells: hosting a base, refusing one to somebody else, joining a bloc",
    "basing rights": "a contract between a patron and its host: rent, term, notice",
    "package": "what is promised at once for a concession, and delivered over years or never",
    "value V, floor F": "what a concession is worth to its holder, and the least that its host asks for it; MUSD a year",
    "denial bid": "what a rival pays the host so that a patron does not get or keep a concession; MUSD a year",
    "bloc": "states allied or in union: it admits members, and may have a joint force and a say in members' concessions to outsiders",
    "strategy": "the rule by which a patron shares out its effort among clients",
    "vote": "how a bloc decides on new members and on consent",
    "mission": "a patron's operational need for bases, 0 to 1",
    "share of influence, autonomy": "each patron's part of the influence on a client; autonomy is what remains",
    "bandwidth, dependence": "what passes between patron and client, and how far the client depends on it; their product is influence",
    "ledger": "the list of all deals, refusals and ruptures, with terms and causes",
    "run, ensemble": "one history; many that differ in luck alone",
    "MUSD": "millions of US dollars; MUSD/yr a year",
}
"""By term; related ones share a sentence."""


def meaning_of(word: str) -> str:
    """The sentence of a term, whatever its capitals; empty for what is none."""
    wanted = word.strip().lower()
    return next((text for terms, text in TERMS.items() if wanted in terms.lower().split(", ") or wanted == terms.lower()), "")
