"""Short phrases that were learned by heart: "ja", "takk", "merhaba" are what they are, whatever the vectors think."""

from __future__ import annotations

from typing import Any, Dict, Optional, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.overruling import OverrulingClassifier, fold

_MOST_WORDS = 4


def normalise(text: Text) -> Text:
    """Case, diacritics, punctuation, emoji and stretched letters away: "Heeeei!! 😊" is "hei"."""
    kept = "".join(c for c in fold(text) if c.isalnum() or c.isspace())
    squeezed = "".join(c for i, c in enumerate(kept) if i < 2 or not (c == kept[i - 1] == kept[i - 2]))
    return " ".join(squeezed.split())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KnownPhrases(OverrulingClassifier):
    """Overrules the classifier for a message of up to four words that is, word for word, a training sentence.

    A phrase that stands under two intents (words that mean different things in two languages) is left to the classifier.
    """

    def learn(self, training_data: TrainingData) -> Dict[Text, Text]:
        found: Dict[Text, Optional[Text]] = {}
        for example in training_data.intent_examples:
            phrase = normalise(example.get(TEXT) or "")
            if not phrase or len(phrase.split()) > _MOST_WORDS:
                continue
            intent = example.get(INTENT)
            found[phrase] = intent if found.get(phrase, intent) == intent else None
        return {phrase: intent for phrase, intent in found.items() if intent}

    def use(self, learned: Any) -> None:
        self._phrases: Dict[Text, Text] = learned or {}

    def certain_intent(self, message: Message) -> Optional[Text]:
        return self._phrases.get(normalise(message.get(TEXT) or ""))
