"""What the scenarios about Central Asia claim."""

from __future__ import annotations

from .claims import Claim

CLAIMS = (
    Claim("us-withdrawal", "manas_after_withdrawal", ("0 %", "89 %"), against="us-stays", sign=-1),
    Claim("us-withdrawal", "russian_share", ("0.634", "0.588"), against="us-stays", sign=1),
    Claim("us-withdrawal", "american_share", ("0.050", "0.093"), against="us-stays", sign=-1),
)
