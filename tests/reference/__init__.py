"""The slow, obvious model: `docs/equations.md` once more, in plain loops over plain Mesa agents.

It shares nothing with the vectorised engine but the scenario layer, and so can tell when the engine is wrong.
Read it beside the page of equations: one function a formula, one method a decision, in the order of the page.
"""

from .model import ReferenceModel

__all__ = ["ReferenceModel"]
