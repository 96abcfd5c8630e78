"""The crisis screen's second opinion: a crisis that no rule has words for, recognised by its meaning.

`opinion` speaks, `network` and the retrieval's linear classifier are what it has learned; `examples` and `learning` make that
anew (`naer safety learn`) from data files that a professional reads and extends. See docs/safety.md and docs/decisions/0013.
"""

from knowledge_base.second_opinion.opinion import ANY_LANGUAGE, FILE, SecondOpinion, shipped

__all__ = ["ANY_LANGUAGE", "FILE", "SecondOpinion", "shipped"]
