"""Wishes that are plain from their words: a guided talk ("help me write a complaint"), or a person.

The classifier knows no intent for these: learned from examples they would draw questions *about* courses or complaints
to themselves. So only a message that fits one of the patterns (`regex: start_…` in bot/data/nlu/guided.yml) begins a talk.
"""

from __future__ import annotations

import re
from typing import Any, List, Optional, Pattern, Text, Tuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.overruling import OverrulingClassifier, fold

_STARTS = "start_"
HUMAN = "ask_human"
# Asked for together with a person: "can someone call me back tomorrow" is a booking, "can I talk to someone" is not.
CALL_BACK = "start_call_back"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ClearWishes(OverrulingClassifier):
    """Overrules the classifier where a pattern fits, or where the app's screen has found the wish for a person."""

    def learn(self, training_data: TrainingData) -> List[List[Text]]:
        return [[r["name"], r["pattern"]] for r in training_data.regex_features if r["name"].startswith(_STARTS)]

    def use(self, learned: Any) -> None:
        self._patterns: List[Tuple[Text, Pattern[Text]]] = [(i, re.compile(fold(p))) for i, p in learned or []]

    def certain_intent(self, message: Message) -> Optional[Text]:
        words = fold(message.get(TEXT) or "")
        found = next((intent for intent, pattern in self._patterns if pattern.search(words)), None)
        if (message.get("metadata") or {}).get("wants_human") and found != CALL_BACK:
            return HUMAN
        return found
