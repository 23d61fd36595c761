"""Words that scenario files no longer hold, and what to write instead."""

from __future__ import annotations

_TIES = (
    "Write treaty (economic bandwidth of treaties: free trade .11, a customs union .53), tie (.16 with an embassy) and pact "
    "(.296 for a pledge of defence)"
)
_BLOC = "Write treaty (economic bandwidth that membership adds: .42 for a customs union) and pact (.395 for an alliance of defence)"
_INFLUENCE = "Influence is bandwidth times dependence as FBIC measures them: trade_share, arms_monopoly …, docs/parameters.md"


def successor(path: str) -> str:
    """What took the place of a figure that was at a path once; "" if none was there."""
    parts = path.split(".")
    if parts[0] == "ties" and parts[-1] == "institutions":
        return _TIES
    if parts[0] == "blocs" and parts[-1] == "depth":
        return _BLOC
    if parts[:2] == ["rules", "influence"] and parts[-1].startswith(("weight_", "cap_", "other_")):
        return _INFLUENCE
    return ""
