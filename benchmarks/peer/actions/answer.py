"""The least that a custom action can do: a fixed sentence. Whatever takes time in the peer's turn is Rasa itself."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

SENTENCE = "Her er svaret."


class Answer(Action):
    """Says SENTENCE."""

    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        dispatcher.utter_message(text=SENTENCE)
        return []
