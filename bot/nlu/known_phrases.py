"""Short phrases that were learned by heart: "ja", "takk", "merhaba" are what they are, whatever the vectors think."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_MOST_WORDS = 4
_FILE = "phrases.json"


def normalise(text: Text) -> Text:
    """Case, diacritics, punctuation, emoji and stretched letters away: "Heeeei!! 😊" is "hei"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in decomposed if c.isalnum() or c.isspace())
    squeezed = "".join(c for i, c in enumerate(kept) if i < 2 or not (c == kept[i - 1] == kept[i - 2]))
    return " ".join(squeezed.split())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KnownPhrases(GraphComponent):
    """Overrules the classifier for a message of up to four words that is, word for word, a training sentence.

    A phrase that stands under two intents (words that mean different things in two languages) is left to the classifier.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, phrases: Optional[Dict[Text, Text]] = None) -> None:
        self._storage, self._resource, self._phrases = storage, resource, phrases or {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "KnownPhrases":
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "KnownPhrases":
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def train(self, training_data: TrainingData) -> Resource:
        found: Dict[Text, Optional[Text]] = {}
        for example in training_data.intent_examples:
            phrase = normalise(example.get(TEXT) or "")
            if not phrase or len(phrase.split()) > _MOST_WORDS:
                continue
            intent = example.get(INTENT)
            found[phrase] = intent if found.get(phrase, intent) == intent else None
        self._phrases = {phrase: intent for phrase, intent in found.items() if intent}
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._phrases, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            intent = self._phrases.get(normalise(message.get(TEXT) or ""))
            if intent:
                known = {"name": intent, "confidence": 1.0}
                rest = [r for r in message.get("intent_ranking") or [] if r["name"] != intent]
                message.set("intent", known, add_to_output=True)
                message.set("intent_ranking", [known, *({**r, "confidence": 0.0} for r in rest)], add_to_output=True)
        return messages
