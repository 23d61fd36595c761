"""Phase 8: positions drift towards patrons, to an anchor, and at random. docs/equations.md section 8.

The pull fades with distance, for a linear one would drag clients towards the most distant patron (docs/theory.md, Alignment).
"""

from __future__ import annotations

from ..world.arithmetic import clip, exp
from ..world.codes import ALIGNMENT_LUCK
from ..world.draws import normal_of_client
from ..world.records import Inputs, Places, Run


def align(w: Run, n: Inputs, s: Places) -> None:
    """Move the UNGA ideal point and every orientation of every client."""
    for c in range(s.C):
        for o in range(s.O):
            z = w.position[c, o]
            pull = 0.0
            for p in range(s.P):
                gap = n.patron_position[p, o] - z
                pull += w.share_before[p, c] * exp(-abs(gap) / n.alignment_reach) * gap
            if o == 0:
                anchor = n.alignment_anchor_base + n.alignment_anchor_slope * w.openness[c]
                strength = n.alignment_anchor_unga
            else:
                anchor, strength = n.anchor[c, o] + w.anchor_shift[c, o], n.alignment_anchor_orientation
            noise = n.alignment_noise * normal_of_client(w, s, ALIGNMENT_LUCK + o, c)
            moved = z + n.alignment_pull * pull + strength * (anchor - z) + noise
            w.position[c, o] = moved if o == 0 else clip(moved, -1.0, 1.0)
