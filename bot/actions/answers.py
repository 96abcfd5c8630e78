"""Answering from the knowledge base, and what to do when an answer did not help."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import context
from bot.actions.language_names import named_language
from core.payloads import Answer, More, Payload, Rate, Repeat, Say, SetAudience, SetLanguage, as_custom, part_number
from core.readers import READERS
from knowledge_base.service import OFFER_HUMAN_AFTER, KnowledgeBase


def say(dispatcher: CollectingDispatcher, payload: Payload) -> None:
    """Send a payload to the app."""
    dispatcher.utter_message(json_message=as_custom(payload))


def missed(misses: int) -> list[Any]:
    """Slots after an answer that did not help."""
    return [SlotSet("misses", float(min(misses, 5))), SlotSet("offered", "handoff")]


def social_act(here: context.Context) -> Payload | None:
    """What to say to a dialogue act that is likely but not certain. Nobody is put in a queue on a guess."""
    if here.likely_act == "change_language":
        return SetLanguage(named_language(here.text, here.language))
    return _SOCIAL.get(here.likely_act or "")


_SOCIAL: dict[str, Payload] = {
    "greet": Say("greet", menu="start"),
    "goodbye": Say("goodbye"),
    "thanks": Say("thanks"),
    "affirm": Say("affirm"),
    "deny": Say("deny"),
    "ask_who_are_you": Say("about", menu="human"),
    "not_helpful": Say("not_helpful", menu="human"),
    "repeat": Repeat(),
}


class AnswerAction(Action):  # type: ignore[misc]
    """Looks the question up and answers, offers alternatives, or says that nothing was found."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        here = context.read(tracker)
        chosen = here.entities.get("article_id")
        payload: Payload
        if chosen:
            payload = Answer(chosen, 1.0)
        else:
            payload = await asyncio.to_thread(
                self._knowledge.respond, here.text, here.municipality, here.language,
                last_article=here.last_article, tried=here.tried, audience=here.audience,
            )  # fmt: skip
        if here.intent == "nlu_fallback" and not isinstance(payload, Answer):
            # Not sure what was meant, and the knowledge base has no answer: then it was small talk, if it looks like it.
            payload = social_act(here) or payload
        if isinstance(payload, Say) and payload.key == "not_found":
            misses = here.misses + 1
            say(dispatcher, payload if misses < OFFER_HUMAN_AFTER else Say("miss_again", menu="human"))
            return missed(misses)
        say(dispatcher, payload)
        events: list[Any] = [SlotSet("offered", "nothing")]
        if not chosen:
            events.append(SlotSet("question", here.text))
        if isinstance(payload, Answer):
            events.append(SlotSet("article_id", payload.article_id))
        return events


class NotHelpful(Action):  # type: ignore[misc]
    """Never the same failed answer twice: the next best, or other words; then a person is offered."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def name(self) -> str:
        return "action_not_helpful"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        here = context.read(tracker)
        misses = here.misses + 1
        if here.intent == "choose_none":
            say(dispatcher, Say("none_of_these" if misses < OFFER_HUMAN_AFTER else "miss_again", menu="human"))
            return missed(misses)
        failed = here.entities.get("article_id") or (here.last_article if here.answered else None)
        if failed:
            say(dispatcher, Rate(failed, helped=False))
        after = await asyncio.to_thread(
            self._knowledge.respond_after_failure, here.question if failed else "", here.municipality, here.language,
            tried=[*here.tried, failed or ""], misses=misses, audience=here.audience,
        )  # fmt: skip
        events = missed(misses)
        for payload in after:
            say(dispatcher, payload)
            if isinstance(payload, Answer):
                events.append(SlotSet("article_id", payload.article_id))
        return events


class RateAction(NotHelpful):
    """Takes the buttons "this helped" and "this did not"."""

    def name(self) -> str:
        return "action_rate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        here = context.read(tracker)
        article = here.entities.get("article_id")
        if here.entities.get("helped") != "yes" or not article:
            return await super().run(dispatcher, tracker, domain)
        say(dispatcher, Rate(article, helped=True))
        return [SlotSet("offered", "nothing"), SlotSet("misses", 0.0)]


class MoreAction(Action):  # type: ignore[misc]
    """Gives more of an article, or says its short answer more simply."""

    def name(self) -> str:
        return "action_more"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        here = context.read(tracker)
        article = here.entities.get("article_id")
        say(dispatcher, More(article, part_number(here.entities.get("part")), simple=here.intent == "ask_simpler"))
        return [SlotSet("article_id", article)] if article else []


class ChooseAudience(Action):  # type: ignore[misc]
    """Speaks from now on as to a child, a youth or an adult."""

    def name(self) -> str:
        return "action_choose_audience"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        chosen = context.read(tracker).entities.get("chosen_audience")
        audience = chosen if chosen in READERS else None
        say(dispatcher, SetAudience(audience))
        return [SlotSet("audience", audience)] if audience else []


class RepeatAction(Action):  # type: ignore[misc]
    """Says the last answer again."""

    def name(self) -> str:
        return "action_repeat"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        say(dispatcher, Repeat())
        return []
