"""From nearest texts to ranked articles, and from scores to a calibrated confidence with three decisions."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from knowledge_base.retrieval.index import Hit, IndexedArticle

Decision = Literal["answer", "clarify", "none"]

PART_WEIGHT = {"question": 1.0, "title": 1.0, "answer": 0.97, "passage": 0.94}
SAME_LANGUAGE = 0.015
_SECOND, _THIRD = 0.25, 0.15  # how much a second and third near text of the same article count beside the best


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article and its score; higher is nearer."""

    article: IndexedArticle
    score: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns the ranking's best score, lead and agreement into the chance that the first article is the right one."""

    weights: tuple[float, float, float]
    bias: float
    answer_above: float = 0.55
    clarify_above: float = 0.16

    def confidence(self, ranked: Sequence[Ranked]) -> float:
        """Between 0 and 1; 0 for an empty ranking."""
        if not ranked:
            return 0.0
        value = float(np.dot(self.weights, features(ranked)) + self.bias)
        return float(1.0 / (1.0 + np.exp(-np.clip(value, -30, 30))))

    def decide(self, confidence: float) -> Decision:
        """`answer`, `clarify` or `none`."""
        if confidence >= self.answer_above:
            return "answer"
        return "clarify" if confidence >= self.clarify_above else "none"


# Until enough content is there to learn from: an answer wants a near text and a clear lead.
UNCALIBRATED = Calibration((9.0, 14.0, 3.0), -6.6)


def features(ranked: Sequence[Ranked]) -> npt.NDArray[np.float64]:
    """Best score, its lead over the next article, and the mean lead over the next four."""
    scores = [r.score for r in ranked[:5]] + [0.0] * max(0, 5 - len(ranked))
    return np.array([scores[0], scores[0] - scores[1], scores[0] - float(np.mean(scores[1:5]))])


def rank(hits: Sequence[Hit], language: str) -> list[Ranked]:
    """Articles by their best texts, nearest first. One entry a slug (a reader sees one variant of each)."""
    best: dict[str, tuple[IndexedArticle, list[float]]] = {}
    for hit in hits:
        score = hit.score * PART_WEIGHT[hit.part] + (SAME_LANGUAGE if hit.language == language else 0.0)
        best.setdefault(hit.article.slug, (hit.article, []))[1].append(score)
    ranked = []
    for article, scores in best.values():
        top = sorted(scores, reverse=True)[:3] + [0.0, 0.0]
        total = (top[0] + _SECOND * top[1] + _THIRD * top[2]) / (1 + _SECOND + _THIRD)
        ranked.append(Ranked(article, total))
    return sorted(ranked, key=lambda r: -r.score)


def calibrate(rows: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> Calibration:
    """Fit the confidence on rankings whose truth is known: features (n, 3), first article right (n,)."""
    from sklearn.linear_model import LogisticRegression

    if len(rows) < 100 or right.all() or not right.any():
        return UNCALIBRATED
    fitted = LogisticRegression(C=100.0, max_iter=500).fit(rows, right)
    weights = tuple(float(w) for w in fitted.coef_[0])
    return Calibration((weights[0], weights[1], weights[2]), float(fitted.intercept_[0]))


def pack(calibration: Calibration, mean: npt.NDArray[np.float32], matrix: npt.NDArray[np.float32]) -> bytes:
    """The learned part as a NumPy archive."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, mean=mean, matrix=matrix, weights=np.array(calibration.weights), bias=np.array(calibration.bias)
    )
    return buffer.getvalue()


def unpack(archive: bytes) -> tuple[Calibration, npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Read what `pack` wrote."""
    with np.load(io.BytesIO(archive), allow_pickle=False) as data:
        weights = data["weights"]
        calibration = Calibration((float(weights[0]), float(weights[1]), float(weights[2])), float(data["bias"]))
        return calibration, data["mean"], data["matrix"]
