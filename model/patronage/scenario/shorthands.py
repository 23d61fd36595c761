"""Words of a file that stand for other figures: `access` for trade, `arms_years` for the arms of ten years."""

from __future__ import annotations

from .catalogue import BY_NAME
from .figures import ReadValue
from .problems import Problems
from .structure import ACCESS, ARMS_YEARS, Leaf
from .validation import Findings, Found

_TRADE = BY_NAME["trade"]
_YEARS = tuple(BY_NAME[f"arms_year_y{i}"] for i in range(1, 11))


def unfold(found: Findings, problems: Problems) -> None:
    """Put the figures that are meant in the place of the words that stand for them."""
    for path in [p for p, f in found.figures.items() if f.field is ACCESS and p not in found.settings]:
        _give(found, problems, path, _trade_of(found, found.figures.pop(path)))
    for path in [p for p, f in found.figures.items() if f.field is ARMS_YEARS]:
        whole = found.figures.pop(path)
        span = whole.written.range
        part = ReadValue(whole.written.value / 10, whole.written.source, (span[0] / 10, span[1] / 10) if span else None)
        for field in _YEARS:
            _give(found, problems, path, Found(field, whole.codes, whole.node, part))
    for path in [p for p, (leaf, *_) in found.settings.items() if leaf.field is ACCESS]:
        _, codes, straight = found.settings.pop(path)
        meant = straight.removesuffix("access") + "trade"
        where = path.removesuffix("access") + "trade"
        if where in found.settings:
            problems.add(found.figures[path].node.place, f"{path} and {where} say the same", "Give one")
        found.figures[where] = _trade_of(found, found.figures.pop(path))
        found.settings[where] = (Leaf("figure", _TRADE.doc, _TRADE), codes, meant)


def _give(found: Findings, problems: Problems, short: str, meant: Found) -> None:
    """Enter a figure unless a later layer gives it; an equal one gives it twice."""
    patron, client = meant.codes
    path = meant.field.path.format(patron=patron, client=client)
    there = found.figures.get(path)
    if there is not None and there.node.rank == meant.node.rank and there.node is not meant.node:
        problems.add(meant.node.place, f"{short} and {path} say the same", "Give one")
    if there is None or meant.node.rank >= there.node.rank:
        found.figures[path] = meant


def _trade_of(found: Findings, access: Found) -> Found:
    """Access without what migrants send home at the start."""
    patron, client = access.codes
    given = found.figures.get(f"ties.{patron}.{client}.remittances")
    home = given.written.value if given is not None else BY_NAME["remittances"].default or 0.0
    numbers = [max(0.0, x - home) for x in (access.written.value, *(access.written.range or ()))]
    numbers = [float(f"{x:.15g}") for x in numbers]
    span = (numbers[1], numbers[2]) if len(numbers) > 1 else None
    return Found(_TRADE, access.codes, access.node, ReadValue(numbers[0], access.written.source, span))
