"""The intent of one message without what Rasa prepares for many, or for components that are not in our pipeline.

What is worked out is the same (tests/bot/test_engine.py); it takes a third of the time.
"""

from __future__ import annotations

from typing import Any, List, Optional, Text, Tuple

import numpy as np

from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

_KEPT = "_naer_weights"
_many_classify = LogisticRegressionClassifier.process
_count_all = CountVectorsFeaturizer._create_features


def apply() -> None:
    """Put both in the place of Rasa's."""
    # Rasa reads a component's hints to see what the graph must hand it; of `self` there must be none.
    process.__annotations__.pop("self", None)
    LogisticRegressionClassifier.process = process  # type: ignore[method-assign]
    CountVectorsFeaturizer._create_features = create_features  # type: ignore[method-assign]


def process(self: Any, messages: List[Message]) -> List[Message]:
    """As `LogisticRegressionClassifier.process` of Rasa 3.6.21; one message by a product of rows instead of sparse matrices."""
    found = _probabilities(self, messages[0]) if len(messages) == 1 else None
    if found is None:
        return _many_classify(self, messages)
    ranking = [
        {"name": name, "confidence": float(confidence)} for name, confidence in zip(self.clf.classes_.tolist(), found)
    ]
    ranking.sort(key=lambda entry: -entry["confidence"])
    messages[0].set(INTENT, ranking[0], add_to_output=True)
    kept = self.config["ranking_length"]
    messages[0].set("intent_ranking", ranking[:kept] if kept > 0 else ranking, add_to_output=True)
    return messages


def _probabilities(self: LogisticRegressionClassifier, message: Message) -> Optional[np.ndarray]:
    """Of each class; None where Rasa's own way is needed: no features of one kind, or no softmax over classes."""
    counted = message.get_sparse_features(attribute=TEXT)[1]
    meant = message.get_dense_features(attribute=TEXT)[1]
    if (
        counted is None
        or meant is None
        or len(getattr(self.clf, "classes_", ())) <= 2
        or self.clf.solver == "liblinear"
    ):
        return None
    if _KEPT not in self.__dict__:
        self.__dict__[_KEPT] = np.ascontiguousarray(self.clf.coef_.T)
    weights = self.__dict__[_KEPT]
    row = counted.features.tocoo()
    logits = row.data @ weights[row.col] + meant.features[0] @ weights[row.shape[1] :] + self.clf.intercept_
    exponents = np.exp(logits - logits.max())
    return exponents / exponents.sum()


def create_features(
    self: CountVectorsFeaturizer, attribute: Text, all_tokens: List[List[Text]]
) -> Tuple[List[Any], List[Any]]:
    """As `CountVectorsFeaturizer._create_features` of Rasa 3.6.21, but no counts of each word by itself.

    No component of ours reads those (config.yml); one that does (DIET, CRF) needs Rasa's own again.
    """
    vectoriser = self.vectorizers.get(attribute)
    if attribute != TEXT or not vectoriser:
        return _count_all(self, attribute, all_tokens)
    sentences: List[Any] = []
    for tokens in all_tokens:
        counts = None
        if tokens:
            counts = vectoriser.transform([" ".join(tokens)])
            counts.sort_indices()
            counts = counts.tocoo()
        sentences.append(counts)
    return [None] * len(sentences), sentences
