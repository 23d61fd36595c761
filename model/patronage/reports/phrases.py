"""Measures, contracts and expressions in words."""

from __future__ import annotations

from typing import Any

from patronage.looks import the
from patronage.scenario.conditions import Binary, Compare, Expression, Logic, MeasureCall, Not, Number, unparse

CONTRACT_STANDS = "{base} stands"
SUBJECTS = {
    "share": "{whose[0]} share of influence in {1}",
    "influence": "{whose[0]} influence in {1}",
    "fbic": "{whose[0]} influence in {1} as the published index measures it",
    "fbic_index": "{whose[0]} influence in {1} as the published index has it, over three years",
    "base": CONTRACT_STANDS,
    "rent": "rent of {base}",
    "notice": "notice left to {base}",
    "concession": CONTRACT_STANDS,
    "fee": "what {1} pays for {base}",
    "pledge": "pledge of {1} to {0} not to host another",
    "delivered": "money and arms delivered by {0} to {1}",
    "promised": "money and arms promised by {0} to {1}",
    "relief": "debt of {1} forgiven by {0}",
    "arms_promised": "arms promised by {0} to {1}",
    "arms_delivered": "arms delivered by {0} to {1}",
    "loans_promised": "loans promised by {0} to {1}",
    "loans_delivered": "loans paid out by {0} to {1}",
    "pending": "projects promised by {0} to {1} and not yet delivered",
    "debt": "debt of {1} to {0}",
    "debt_part": "part of the external debt of {1} that it owes to {0}",
    "rent_paid": "rent paid by {0} to {1}",
    "arms": "stock of arms in {1} from {0}",
    "capital": "capital in {1} financed by {0}",
    "presence": "presence of {0} in {1}",
    "effort": "{whose[0]} effort in {1}",
    "grievance": "{whose[0]} grievance against {1}",
    "reputation": "{whose[0]} reputation in {1}",
    "distance": "distance of {1} to {0} in orientation",
    "campaign": "a campaign of {0} against the regime of {1}",
    "campaigns": "number of campaigns begun against the regime of {0}",
    "sanction": "a sanction of {0} against {1}",
    "closed": "{1} is closed to {0}",
    "sentiment": "what the public of {1} thinks of {0}",
    "anger": "anger at {0} in {1}",
    "stake": "{whose[0]} stake in {1}",
    "drift": "drift of {1} away from {0}",
    "openness": "political openness of {0}",
    "coalition": "winning coalition of {0}",
    "legitimacy": "legitimacy of the regime of {0}",
    "gdp": "gross domestic product of {0}",
    "growth": "growth of {0}",
    "regime": "who rules in {0}",
    "position": "orientation of {0} on the axis {1}",
    "threat": "threat to {0}",
    "insecurity": "insecurity of {0}",
    "autonomy": "autonomy of {0}",
    "overthrow": "an overthrow in {0}",
    "turnover": "a constitutional turnover in {0}",
    "coup": "a coup in {0}",
    "junta": "the army rules {0}",
    "bloc_sanction": "a sanction of {0} against {1}",
    "mission": "{whose[0]} need for bases",
    "mode": "portfolio of {0} (0 courts everyone, 1 courts a few)",
    "budget": "{whose[0]} budget",
    "spent": "money spent by {0}",
    "unspent": "money left unspent by {0}",
    "bases": "number of bases of {0}",
    "concentration": "concentration of {whose[0]} effort",
    "members": "number of members of {0} in the region",
    "member": "{1} is a member of {0}",
    "cohesion": "cohesion of {0}",
    "force": "joint force of {0}",
    "frustration": "frustration of the alignment",
    "polarisation": "polarisation between the two sides",
    "instability": "violence in the neighbouring conflict zone",
    "year": "the calendar year",
}
"""By measure, of whom it is asked; a test holds that none is missing."""
MANY = {
    "overthrow": "overthrows in {0}",
    "turnover": "constitutional turnovers in {0}",
    "coup": "coups in {0}",
}
"""What happens, where it is counted."""
COMPARED = {">": "is above", "<": "is below", ">=": "is at least", "<=": "is at most", "==": "is", "!=": "is not"}
CALCULATED = {"+": "plus", "-": "less", "*": "times", "/": "divided by"}


BY_HOST = ("recognition",)
"""Kinds that are said of who gives them: the Solomon Islands' recognition of China."""


def kind_words(kind: str) -> str:
    """A kind of concession in a sentence."""
    return kind.replace("_", " ")


def genitive(name: str) -> str:
    """Whose: Russia's, the United States'."""
    return name + ("'" if name.endswith("s") else "'s")


def listed(parts: list[str]) -> str:
    """An enumeration: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def contract_words(scenario: Any, patron: str, client: str, kind: str = "base") -> str:
    """A contract by its name, holder and host: Manas (United States in Kyrgyzstan); without a name, the guard of Russia in Mali."""
    holder, host = (str(scenario.names.get(code, code)) for code in (patron, client))
    name = scenario.called.get((patron, client, kind))
    if kind in BY_HOST and not name:
        return f"{genitive(the(host))} {kind_words(kind)} of {the(holder)}"
    return f"{name} ({holder} in {host})" if name else f"the {kind_words(kind)} of {the(holder)} in {the(host)}"


def _stands(scenario: Any, patron: str, client: str, kind: str = "base") -> str:
    """That it stands: Manas stands (United States, in Kyrgyzstan)."""
    name = scenario.called.get((patron, client, kind))
    if not name:
        return CONTRACT_STANDS.format(base=contract_words(scenario, patron, client, kind))
    holder, host = (str(scenario.names.get(code, code)) for code in (patron, client))
    verb = "stand" if " and " in name else "stands"  # Kant and the older sites
    return f"{name} {verb} ({holder}, in {the(host)})"


def within(scenario: Any, text: str) -> str:
    """A text that stood by itself, within a sentence: it begins small unless it begins with a name."""
    names = (*scenario.names.values(), *scenario.called.values())
    return text if any(n and text.startswith(n) for n in names) or text[1:2].isupper() else text[:1].lower() + text[1:]


def measure_words(scenario: Any, node: MeasureCall, reduce: str = "last") -> str:
    """A single measure in words; `reduce`: what an outcome makes of its quarters."""
    if SUBJECTS[node.name] == CONTRACT_STANDS:
        return _stands(scenario, *node.args)
    base = contract_words(scenario, *node.args) if len(node.args) in (2, 3) else ""
    return _of(scenario, node.name, [_called(scenario, code) for code in node.args], reduce, base)


def _called(scenario: Any, code: str) -> str:
    return the(str(scenario.names.get(code, code)))


def _of(scenario: Any, name: str, names: list[str], reduce: str, base: str = "") -> str:
    pattern = MANY[name] if reduce == "sum" and name in MANY else SUBJECTS[name]
    return pattern.format(*names, base=base, whose=[genitive(n) for n in names])


def expression_words(scenario: Any, node: Expression, reduce: str = "last") -> str:
    """An expression in words: Russia's effort in Tajikistan is above Russia's effort in Kyrgyzstan."""
    if isinstance(node, MeasureCall):
        return measure_words(scenario, node, reduce)
    if isinstance(node, Logic):
        return f"{expression_words(scenario, node.left)} {node.op} {expression_words(scenario, node.right)}"
    if isinstance(node, Not):
        return f"it is not so that {expression_words(scenario, node.operand)}"
    if isinstance(node, Compare):
        return f"{_part(scenario, node.left)} {COMPARED[node.op]} {_part(scenario, node.right)}"
    if isinstance(node, Binary):
        whole = _added(scenario, node, reduce)
        return whole or f"{_part(scenario, node.left, reduce)} {CALCULATED[node.op]} {_part(scenario, node.right, reduce)}"
    return f"{node.value:g}".replace("-", "−") if isinstance(node, Number) else unparse(node)


def _part(scenario: Any, node: Expression, reduce: str = "last") -> str:
    """A side of a calculation, in brackets where it is one itself."""
    words = expression_words(scenario, node, reduce)
    together = isinstance(node, Binary) and _added(scenario, node, reduce)
    return f"({words})" if isinstance(node, Binary | Compare | Logic | Not) and not together else words


def _added(scenario: Any, node: Binary, reduce: str) -> str:
    """A sum of one measure over actors, told once: overthrows in Mali, Niger and Chad; empty for any other calculation."""
    terms = _terms(node)
    calls = [x for x in terms if isinstance(x, MeasureCall)]
    if len(calls) < len(terms) or len({x.name for x in calls}) > 1 or "{base}" in SUBJECTS[calls[0].name]:
        return ""
    columns = [list(dict.fromkeys(codes)) for codes in zip(*(x.args for x in calls), strict=True)]
    if max(map(len, columns)) < len(calls) or sum(len(c) > 1 for c in columns) > 1:
        return ""
    names = [listed([_called(scenario, code) for code in codes]) for codes in columns]
    return _of(scenario, calls[0].name, names, "sum")


def _terms(node: Expression) -> list[Expression]:
    return [*_terms(node.left), *_terms(node.right)] if isinstance(node, Binary) and node.op == "+" else [node]
