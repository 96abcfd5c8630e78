"""Handing over to a person, changing the language, taking a no."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import context
from bot.actions.answers import AnswerAction, say
from bot.actions.language_names import named_language
from core.i18n import LANGUAGES
from core.payloads import Handoff, Say, SetLanguage

SURE = 0.8  # how sure the classifier must be of a wish for a person that the screen has not heard


class HandoffAction(AnswerAction):
    """Brings in a person. The app owns the queue; this only says that one is wished.

    Words that only resemble such a wish ("my husband died last week") are answered as a question: nobody is put in a
    queue on a guess.
    """

    def name(self) -> str:
        return "action_handoff"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        here = context.read(tracker)
        if here.intent == "ask_human" and not here.wants_human and here.intent_confidence < SURE:
            return await super().run(dispatcher, tracker, domain)
        say(dispatcher, Handoff())
        return [SlotSet("offered", "nothing"), SlotSet("misses", 0.0)]


class ChangeLanguage(Action):  # type: ignore[misc]
    """Goes on in the language that was named, or asks which."""

    def name(self) -> str:
        return "action_change_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        here = context.read(tracker)
        chosen = here.entities.get("chosen_language")
        if here.intent != "choose_language":
            chosen = named_language(here.text, here.language)
        say(dispatcher, SetLanguage(chosen if chosen in LANGUAGES else None))
        return []


class Affirm(Action):  # type: ignore[misc]
    """Takes a yes: to a person, if one was offered; else as a nod."""

    def name(self) -> str:
        return "action_affirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        if context.read(tracker).offered != "handoff":
            say(dispatcher, Say("affirm"))
            return []
        say(dispatcher, Handoff())
        return [SlotSet("offered", "nothing"), SlotSet("misses", 0.0)]


class SayDeny(Action):  # type: ignore[misc]
    """Takes a no as it is; nothing stays offered."""

    def name(self) -> str:
        return "action_say_deny"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        say(dispatcher, Say("deny"))
        return [SlotSet("offered", "nothing")]
