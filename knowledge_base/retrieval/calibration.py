"""How sure a ranking is, and what to do with it: two chances, each a logistic function of the same six numbers.

Whether a question is about anything of ours, and whether the first article is the right one, are different matters. An
article stands first by little where three fit; nothing fits well where the question is about the weather. One number for
both would keep answers from the first kind in order to refuse the second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from knowledge_base.retrieval.classifier import OFF_TOPIC
from knowledge_base.retrieval.ranking import NEARNESS, Ranked

Decision = Literal["answer", "clarify", "none"]
Features = npt.NDArray[np.float64]
COUNT = 6
_RIGHT_ABOVE = 0.5  # more likely right than not
_OFF_TOPIC_ANSWERED, _TOPICAL_REFUSED = 0.015, 0.02
_ENOUGH = 100


@dataclass(frozen=True, slots=True)
class Chance:
    """A logistic function of `features`."""

    weights: tuple[float, ...]
    bias: float

    def of(self, row: Features) -> float:
        """Between 0 and 1."""
        return float(1.0 / (1.0 + np.exp(-np.clip(np.dot(self.weights, row) + self.bias, -30, 30))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The chance that a question is about something of ours (`topical`), and that the first article is the right one then."""

    topical: Chance
    right: Chance
    answer_above: float
    clarify_above: float

    def judge(self, ranked: Sequence[Ranked], logits: Mapping[str, float]) -> tuple[Decision, float]:
        """The decision, and the confidence: the chance that the first article is the right one, 0 for an empty ranking.

        `answer`: surely of ours, and more likely right than not. `none`: surely not of ours.
        """
        if not ranked:
            return "none", 0.0
        row = features(ranked, logits)
        topical, right = self.topical.of(row), self.right.of(row)
        if topical < self.clarify_above:
            return "none", topical * right
        return "answer" if topical >= self.answer_above and right >= _RIGHT_ABOVE else "clarify", topical * right


# Until there is enough content to learn from: an answer wants a near text and a clear lead.
UNCALIBRATED = Calibration(
    Chance((0.0, 0.0, 9.0, 14.0, 0.0, 0.0), -6.0), Chance((0.0,) * COUNT, 30.0), answer_above=0.5, clarify_above=0.15
)


def features(ranked: Sequence[Ranked], logits: Mapping[str, float]) -> Features:
    """What the chances depend on, shape (6,).

    Chance of the first by softmax, lead of its score over the second, its nearness, lead of its nearness, and lead of its
    logit over "off topic" and over the middle one of all classes.
    """
    scores = np.array([r.score for r in ranked])
    chance = float(1.0 / np.exp(scores - scores[0]).sum())
    lead = float(scores[0] - scores[1]) if len(scores) > 1 else 5.0
    others = max((r.nearness for r in ranked[1:]), default=0.0)
    near = ranked[0].nearness
    logit = float(scores[0]) - NEARNESS * near
    topical = float(np.clip(logit - logits[OFF_TOPIC], -8.0, 8.0)) if OFF_TOPIC in logits else 0.0
    above = logit - float(np.median(list(logits.values()))) if logits else 0.0
    return np.array([np.log(max(chance, 1e-6)), min(lead, 8.0), near, near - others, topical, above])


def calibrate(rows: Features, right: npt.NDArray[np.bool_], outside: npt.NDArray[np.bool_]) -> Calibration:
    """Fit both chances on rankings whose truth is known: features (n, 6), first is right (n,), off-topic (n,).

    The thresholds follow from the same rankings: `answer` so high that of off-topic questions at most 1.5 % pass, and
    `clarify` so low that of the others at most 2 % get nothing.
    """
    inside = ~outside
    if len(rows) < _ENOUGH or not outside.any() or right[inside].all() or not right.any():
        return UNCALIBRATED
    topical, right_one = _fit(rows, inside, balanced=True), _fit(rows[inside], right[inside], balanced=False)
    chance = np.array([topical.of(row) for row in rows])
    answer = float(np.clip(np.quantile(chance[outside], 1 - _OFF_TOPIC_ANSWERED), 0.5, 0.99))
    clarify = float(np.clip(np.quantile(chance[inside], _TOPICAL_REFUSED), 0.01, answer / 2))
    return Calibration(topical, right_one, answer, clarify)


def _fit(rows: Features, truth: npt.NDArray[np.bool_], *, balanced: bool) -> Chance:
    """`balanced`: as though as many were true as false, whatever the rehearsal's mixture."""
    from sklearn.linear_model import LogisticRegression

    mean, deviation = rows.mean(0), rows.std(0) + 1e-9
    weighing = "balanced" if balanced else None
    fitted = LogisticRegression(max_iter=1000, class_weight=weighing).fit((rows - mean) / deviation, truth)
    weights = fitted.coef_[0] / deviation
    return Chance(tuple(float(w) for w in weights), float(fitted.intercept_[0] - weights @ mean))
