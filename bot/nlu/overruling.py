"""What classifiers share that know some messages for certain: storage, and putting their intent before the others."""

from __future__ import annotations

import json
import unicodedata
from abc import abstractmethod
from typing import Any, Dict, List, Optional, Text, Type, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_FILE = "learned.json"
Self = TypeVar("Self", bound="OverrulingClassifier")


def fold(text: Text) -> Text:
    """Case and diacritics away; punctuation stays."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


class OverrulingClassifier(GraphComponent):
    """Overrules the classifiers before it where it is certain. What it has learned is plain JSON."""

    def __init__(self, storage: ModelStorage, resource: Resource, learned: Any = None) -> None:
        self._storage, self._resource = storage, resource
        self.use(learned)

    @abstractmethod
    def learn(self, training_data: TrainingData) -> Any:
        """What is to be kept of the training data, as JSON."""

    @abstractmethod
    def use(self, learned: Any) -> None:
        """Take up what `learn` made; None before it has."""

    @abstractmethod
    def certain_intent(self, message: Message) -> Optional[Text]:
        """The intent of a message that is known for certain."""

    @classmethod
    def create(
        cls: Type[Self],
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls: Type[Self],
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def train(self, training_data: TrainingData) -> Resource:
        learned = self.learn(training_data)
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(learned, ensure_ascii=False), encoding="utf-8")
        self.use(learned)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            intent = self.certain_intent(message)
            if intent:
                known = {"name": intent, "confidence": 1.0}
                rest = [r for r in message.get("intent_ranking") or [] if r["name"] != intent]
                message.set("intent", known, add_to_output=True)
                message.set("intent_ranking", [known, *({**r, "confidence": 0.0} for r in rest)], add_to_output=True)
        return messages
