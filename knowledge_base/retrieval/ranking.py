"""From nearest texts and the classifier to ranked articles, and from there to a confidence with three decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from knowledge_base.retrieval.index import Hit
from knowledge_base.retrieval.published import IndexedArticle

Decision = Literal["answer", "clarify", "none"]
Features = npt.NDArray[np.float64]

PART_WEIGHT = {"question": 1.0, "title": 1.0, "answer": 0.97, "passage": 0.94}
SAME_LANGUAGE = 0.015
_SECOND, _THIRD = 0.25, 0.15  # how much a second and third near text of the same article count beside the best
OWN_AUDIENCE = 3.0  # as many units of the classifier's logit an article for the reader's own age is worth
NEARNESS = 10.0  # a nearness of 0.1 weighs as much as one unit of the classifier's logit


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article, how well it fits in all (`score`), and how near its nearest texts are (`nearness`, cosine)."""

    article: IndexedArticle
    score: float
    nearness: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a ranking into the chance that its first article is the right one: a logistic function of `features`."""

    weights: tuple[float, ...]
    bias: float
    answer_above: float
    clarify_above: float

    def confidence(self, ranked: Sequence[Ranked], off_topic: float | None) -> float:
        """Between 0 and 1; 0 for an empty ranking. `off_topic` is the classifier's logit for "none of these"."""
        if not ranked:
            return 0.0
        value = float(np.dot(self.weights, features(ranked, off_topic)) + self.bias)
        return float(1.0 / (1.0 + np.exp(-np.clip(value, -30, 30))))

    def decide(self, confidence: float) -> Decision:
        """`answer`, `clarify` or `none`."""
        if confidence >= self.answer_above:
            return "answer"
        return "clarify" if confidence >= self.clarify_above else "none"


# Until there is enough content to learn from: an answer wants a near text and a clear lead.
UNCALIBRATED = Calibration((0.0, 0.0, 9.0, 14.0, 0.0), -6.0, 0.5, 0.15)


def features(ranked: Sequence[Ranked], off_topic: float | None) -> Features:
    """What the confidence depends on, shape (5,).

    Chance of the first by softmax, lead of its score over the second, its nearness, lead of its nearness, and lead of its
    logit over "off topic".
    """
    scores = np.array([r.score for r in ranked])
    chance = float(1.0 / np.exp(scores - scores[0]).sum())
    lead = float(scores[0] - scores[1]) if len(scores) > 1 else 5.0
    others = max((r.nearness for r in ranked[1:]), default=0.0)
    near = ranked[0].nearness
    logit = float(scores[0]) - NEARNESS * near
    topical = float(np.clip(logit - off_topic, -8.0, 8.0)) if off_topic is not None else 0.0
    return np.array([np.log(max(chance, 1e-6)), min(lead, 8.0), near, near - others, topical])


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

    Without a classifier's logit (none learned, or an article newer than it) nearness alone decides: such an article gets
    the logit of the nearest one that has one.
    """
    near = nearness(hits, language)
    known = logits or {}
    reference = [(value, known[slug]) for slug, (_, value) in near.items() if slug in known]
    ranked = []
    for slug, (article, value) in near.items():
        logit = known.get(slug)
        if logit is None:
            logit = min(reference, key=lambda pair: abs(pair[0] - value))[1] if reference else 0.0
        ranked.append(Ranked(article, logit + NEARNESS * value, value))
    return sorted(ranked, key=lambda r: -r.score)


def prefer(ranked: Sequence[Ranked], audience: str) -> list[Ranked]:
    """The ranking for a child or a youth: their own articles get `OWN_AUDIENCE` more."""
    raised = [
        Ranked(r.article, r.score + OWN_AUDIENCE, r.nearness) if r.article.audience == audience else r for r in ranked
    ]
    return sorted(raised, key=lambda r: -r.score)


def calibrate(rows: Features, right: npt.NDArray[np.bool_], outside: npt.NDArray[np.bool_]) -> Calibration:
    """Fit the confidence on rankings whose truth is known: features (n, 5), first is right (n,), off-topic (n,).

    The thresholds follow from the same rankings: `answer` so high that at most 1.5 % of off-topic questions get one, and
    `clarify` so low that at most 1 % of the answerable ones get nothing.
    """
    from sklearn.linear_model import LogisticRegression

    if len(rows) < 100 or right.all() or not right.any():
        return UNCALIBRATED
    fitted = LogisticRegression(C=100.0, max_iter=1000).fit(rows, right)
    chance = fitted.predict_proba(rows)[:, 1]
    answer, clarify = 0.5, 0.1
    if outside.any():
        answer = float(np.clip(np.quantile(chance[outside], 0.985), 0.4, 0.9))
    if (~outside).any():
        clarify = float(np.clip(np.quantile(chance[~outside], 0.01), 0.01, answer / 2))
    return Calibration(tuple(float(w) for w in fitted.coef_[0]), float(fitted.intercept_[0]), answer, clarify)
