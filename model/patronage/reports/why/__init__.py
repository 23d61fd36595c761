"""Why something came about: shares of causes over the ensemble, and one typical chain of decisions in sentences."""

from patronage.reports.why.question import NothingToExplainError, why_text
from patronage.reports.why.sentences import sentences_of

__all__ = ["NothingToExplainError", "sentences_of", "why_text"]
