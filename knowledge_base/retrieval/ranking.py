"""From nearest texts and the classifier to ranked articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.retrieval.index import Hit
from knowledge_base.retrieval.published import IndexedArticle

PART_WEIGHT = {"question": 1.0, "title": 1.0, "answer": 0.97, "passage": 0.94}
SAME_LANGUAGE = 0.015
_SECOND, _THIRD = 0.25, 0.15  # how much a second and third near text of the same article count beside the best
OWN_AUDIENCE = 3.0  # as many units of the classifier's logit an article for the reader's own age is worth
NEARNESS = 5.0  # a nearness of 0.2 weighs as much as one unit of the classifier's logit
SAME_WORDS = 0.985  # cosine from which two texts are the same but for case and punctuation
SURE_BY_WORDS = 0.9  # confidence of an answer that was asked for word by word


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article, how well it fits in all (`score`), and how near its nearest texts are (`nearness`, cosine)."""

    article: IndexedArticle
    score: float
    nearness: float


def nearness(hits: Sequence[Hit], language: str) -> dict[str, tuple[IndexedArticle, float]]:
    """By slug: the variant that this reader sees, and how near its best texts are."""
    best: dict[str, tuple[IndexedArticle, list[float]]] = {}
    for hit in hits:
        score = hit.score * PART_WEIGHT[hit.part] + (SAME_LANGUAGE if hit.language == language else 0.0)
        best.setdefault(hit.article.slug, (hit.article, []))[1].append(score)
    found = {}
    for slug, (article, scores) in best.items():
        top = [*sorted(scores, reverse=True)[:3], 0.0, 0.0]
        found[slug] = (article, (top[0] + _SECOND * top[1] + _THIRD * top[2]) / (1 + _SECOND + _THIRD))
    return found


def rank(hits: Sequence[Hit], language: str, logits: dict[str, float] | None = None) -> list[Ranked]:
    """Articles, best first, one variant a slug.

    Where none is learned nearness alone decides. An article newer than the classifier gets the best logit of those that
    are no nearer than it is: one that is nearest of all stands first.
    """
    near = nearness(hits, language)
    known = logits or {}
    reference = [(value, known[slug]) for slug, (_, value) in near.items() if slug in known]
    worst = min((own for _, own in reference), default=0.0)
    ranked = []
    for slug, (article, value) in near.items():
        logit = known.get(slug)
        if logit is None:
            logit = max((own for other, own in reference if other <= value), default=worst)
        ranked.append(Ranked(article, logit + NEARNESS * value, value))
    return sorted(ranked, key=lambda r: -r.score)


def in_its_own_words(hits: Sequence[Hit], first: Ranked) -> bool:
    """Was an article's title or one of its questions asked for word by word? Then it is the answer, however rare its words."""
    return any(
        hit.article.slug == first.article.slug and hit.part in ("title", "question") and hit.score >= SAME_WORDS
        for hit in hits[:3]
    )


def prefer(ranked: Sequence[Ranked], audience: str) -> list[Ranked]:
    """The ranking for a child or a youth: their own articles get `OWN_AUDIENCE` more."""
    raised = [
        Ranked(r.article, r.score + OWN_AUDIENCE, r.nearness) if r.article.audience == audience else r for r in ranked
    ]
    return sorted(raised, key=lambda r: -r.score)
