"""Why something came about: shares of causes over the ensemble, and one typical chain of decisions in sentences."""

from patronage.reports.why.folders import answers_of, answers_text
from patronage.reports.why.question import NothingToExplainError, difference_text, why_text
from patronage.reports.why.sentences import sentences_of

__all__ = ["NothingToExplainError", "answers_of", "answers_text", "difference_text", "sentences_of", "why_text"]
