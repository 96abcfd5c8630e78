"""Wishes that are plain from their words: a guided talk ("help me write a complaint"), or a person.

The classifier knows no intent for these: learned from examples they would draw questions *about* courses or complaints
to themselves. So only a message that fits one of the patterns (`regex: start_…` in bot/data/nlu/guided.yml) begins a talk.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, Dict, List, Optional, Pattern, Text, Tuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_FILE = "patterns.json"
_STARTS = "start_"
HUMAN = "ask_human"
# Asked for together with a person: "can someone call me back tomorrow" is a booking, "can I talk to someone" is not.
CALL_BACK = "start_call_back"


def fold(text: Text) -> Text:
    """Case and diacritics away; what a pattern means by its signs stays."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ClearWishes(GraphComponent):
    """Overrules the classifier where a pattern fits, or where the app's screen has found the wish for a person."""

    def __init__(
        self, storage: ModelStorage, resource: Resource, patterns: Optional[List[Tuple[Text, Text]]] = None
    ) -> None:
        self._storage, self._resource = storage, resource
        self._patterns: List[Tuple[Text, Pattern[Text]]] = [(i, re.compile(fold(p))) for i, p in patterns or []]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ClearWishes":
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "ClearWishes":
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def train(self, training_data: TrainingData) -> Resource:
        found = [(r["name"], r["pattern"]) for r in training_data.regex_features if r["name"].startswith(_STARTS)]
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        self._patterns = [(intent, re.compile(fold(pattern))) for intent, pattern in found]
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            intent = self._wish(message.get(TEXT) or "", bool((message.get("metadata") or {}).get("wants_human")))
            if intent:
                known = {"name": intent, "confidence": 1.0}
                rest = [r for r in message.get("intent_ranking") or [] if r["name"] != intent]
                message.set("intent", known, add_to_output=True)
                message.set("intent_ranking", [known, *({**r, "confidence": 0.0} for r in rest)], add_to_output=True)
        return messages

    def _wish(self, text: Text, wants_human: bool) -> Optional[Text]:
        words = fold(text)
        found = next((intent for intent, pattern in self._patterns if pattern.search(words)), None)
        if wants_human and found != CALL_BACK:
            return HUMAN
        return found
