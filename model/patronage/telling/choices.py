"""What the words that a scenario chooses between are called on the page: strategies, policies, votes, theories, regimes."""

from __future__ import annotations

CHOICES = {
    "sphere": "sphere of influence", "client_state": "client state", "portfolio": "sphere or client state",
    "mixture": "part sphere, part client state", "denial_first": "denial first", "tit_for_tat": "tit for tat",
    "retrench": "only bases and allies",
    "auctioneer": "sells to the highest bidder", "hedger": "asks more from the influential",
    "bandwagoner": "sells cheaply to the influential", "balancer": "asks more from the leader", "isolationist": "sells to nobody",
    "consensus": "consensus", "majority": "majority", "leader": "the leader alone", "group_decision": "group decision",
    "none": "never campaigns", "revenge": "campaigns after a broken pledge", "retain": "campaigns where a client strays",
    "leverage": "campaigns where it alone has influence",
    "plain": "nothing by itself", "repression": "protects and closes it", "linkage": "draws it towards the patrons",
    "elected": "elected government", "party": "rule of a party", "personal": "personal rule", "military": "military rule",
}  # fmt: skip
"""Word of a file → words. Commands, files and links keep the former, which is the tooltip of the latter."""


def choice_words(word: str) -> str:
    """A choice in words; one that another package registered, with spaces."""
    return CHOICES.get(word, word.replace("_", " "))
