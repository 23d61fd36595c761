from __future__ import annotations

from ..world.codes import NAMES


class Decider: ...
def needs_python(start): return len(start.names.words) > len(NAMES)
def decided_quarter(ensemble, decide): raise NotImplementedError
