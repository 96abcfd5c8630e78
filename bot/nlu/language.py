"""The conversation's language, told by the app, as an entity that fills the `language` slot."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageFromMetadata(GraphComponent):
    """Turns `metadata.language`, `metadata.municipality` and `metadata.audience` into entities of the same names.

    They follow each message, so they survive a session restart; they do not influence the conversation
    (domain: `influence_conversation: false`).
    """

    FIELDS = ("language", "municipality", "audience")

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LanguageFromMetadata":
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            metadata = message.get("metadata") or {}
            found = [
                {"entity": field, "value": metadata[field], "start": 0, "end": 0, "extractor": type(self).__name__}
                for field in self.FIELDS
                if isinstance(metadata.get(field), str)
            ]
            if found:
                message.set(ENTITIES, (message.get(ENTITIES) or []) + found, add_to_output=True)
        return messages
