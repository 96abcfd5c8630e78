"""Reads each message while a guided talk goes on: an answer, skip, stop, a correction, a question in between.

Setting a slot means "taken"; setting none lets go of the message: then the rules of bot/data/rules/acts.yml answer it, and
Rasa runs the form again, which asks its question again.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.answers import say
from bot.actions.forms import phrases, understanding
from bot.actions.forms.base import Form
from bot.actions.forms.step import Step, read
from bot.actions.language_names import named_language
from core.guided import CONFIRMED, SKIPPED, STARTS, Question
from core.i18n import text
from core.payloads import KeepSituation, Say
from core.readers import YOUNG

Events = list[Any]
SURE, CERTAIN = 0.8, 0.99
# Acts that are answered in between where one of several answers is asked for, when the classifier is sure.
_ASIDES = ("change_language", "ask_who_are_you", "not_helpful")
_SMALL_TALK = ("thanks", "greet")
_QUESTIONS = ("ask", "nlu_fallback", "out_of_scope")
_SHORT = 8  # words: a longer text that names a language tells something
_DETAILS = ("date", "phone")  # a plain "no" to one of these: rather not say
_FEW = 3  # words


def ended(outcome: str) -> Events:
    """The form ends; the rules choose by the outcome what follows."""
    return [SlotSet("form_outcome", outcome), SlotSet("requested_slot", None)]


def stay(misses: int = 0) -> Events:
    """Taken, but no answer: the question is asked again."""
    return [SlotSet("form_misses", float(min(misses, 9)))]


def filled(slot: str, value: str | None) -> Events:
    """An answer; None opens the question again."""
    return [SlotSet(slot, value), SlotSet("form_misses", 0.0)]


class ValidateForm(Action):  # type: ignore[misc]
    """Reads each message while the form is active."""

    def __init__(self, form: Form) -> None:
        self._form, self._talk = form, form.talk

    def name(self) -> str:
        return f"validate_{self._talk.form}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        step = read(tracker, self._talk)
        if step.here.audience in YOUNG and not self._talk.for_children:
            return ended("refused")
        if step.requested is None:
            return stay()
        if step.coming_back:
            return []
        if step.in_crisis:
            return stay()
        if step.here.intent == "form_answer" and step.by_button:
            return self._pressed(dispatcher, step)
        return self._command(dispatcher, step) or await self._words(dispatcher, step)

    def _pressed(self, dispatcher: CollectingDispatcher, step: Step) -> Events:
        slot, value = step.here.entities.get("form_slot"), step.here.entities.get("form_value")
        if slot == self._talk.confirm and value:
            return self._confirmed(dispatcher, step)
        question = self._talk.question(slot or "")
        if question is None or value not in question.options:
            return stay()  # a button of another talk
        return self._take(dispatcher, step, question, value)

    def _take(self, dispatcher: CollectingDispatcher, step: Step, question: Question, value: str) -> Events:
        if question.slot in step.values:
            say(dispatcher, Say("form_changed"))
        return filled(question.slot, value)

    def _confirmed(self, dispatcher: CollectingDispatcher, step: Step) -> Events:
        for question in self._talk.questions:
            wrong = self._form.check(question, step.values.get(question.slot, SKIPPED), step)
            if wrong:
                say(dispatcher, wrong)
                return stay()
        return [SlotSet(self._talk.confirm, CONFIRMED), *ended("done")]

    def _command(self, dispatcher: CollectingDispatcher, step: Step) -> Events:
        """Stop, skip, a person, another talk: by button, or by words that mean nothing else."""
        intent, words, question = step.here.intent, step.here.text, self._talk.question(step.requested or "")
        by_words = not step.by_button
        if intent == "form_stop" or (by_words and phrases.says("stop", words)):
            return ended("stopped")
        if intent == "form_skip" or (by_words and phrases.says("skip", words)):
            return filled(question.slot, SKIPPED) if question else stay()
        if by_words and question is None and self._is_yes(step):
            return []  # the summary's own words, whatever else they resemble
        free = question is not None and question.free
        if intent == "choose_handoff" or self._asks_for_a_person(step, question):
            return self._human(dispatcher, step)
        if intent == "form_change" and step.by_button:
            slot = step.here.entities.get("form_slot", "")
            return filled(slot, None) if self._talk.question(slot) else stay()
        if intent in STARTS and (step.by_button or not free):
            if STARTS[intent] is self._talk:
                return stay()
            return [SlotSet("form_next", STARTS[intent].form), *ended("switched")]
        again = intent == "repeat" and step.here.intent_confidence >= SURE  # less sure: an answer in words of its own
        return stay() if (intent == "form_continue" or again) and (step.by_button or not free) else []

    def _asks_for_a_person(self, step: Step, question: Question | None) -> bool:
        """A wish that the app's screen has found (the classifier alone is never as sure), and that is no answer here.

        "Someone to talk to" is an answer to "what do you need?"; and being called back is about a person anyway.
        """
        here = step.here
        if here.intent != "ask_human" or here.intent_confidence < CERTAIN or question is None:
            return here.intent == "ask_human" and here.intent_confidence >= CERTAIN
        about_a_talk = question.free and self._talk.start == "start_call_back"
        return not about_a_talk and understanding.answer_to(question, here.text, here.language) is None

    def _human(self, dispatcher: CollectingDispatcher, step: Step) -> Events:
        if step.answered:
            say(dispatcher, KeepSituation(self._talk.form, step.answered))
        return ended("human")

    async def _words(self, dispatcher: CollectingDispatcher, step: Step) -> Events:
        if step.by_button:
            return []  # an article, a language: answered in between
        here, question = step.here, self._talk.question(step.requested or "")
        corrected = understanding.correction(self._talk, step.values, here.text, step.requested)
        if corrected:
            say(dispatcher, Say("form_changed"))
            return filled(corrected.slot, corrected.value)
        if question is None:
            return await self._at_summary(dispatcher, step)
        value = understanding.answer_to(question, here.text, here.language)
        if value is None and question.options == ("yes", "no"):
            value = {"affirm": "yes", "deny": "no"}.get(here.intent)
        if value is None and question.kind in _DETAILS and here.intent == "deny" and len(here.text.split()) <= _FEW:
            value = SKIPPED
        if value is not None:
            return self._take(dispatcher, step, question, value)
        if here.intent == "ask_human" and here.intent_confidence >= SURE and question.kind != "text":
            return self._human(dispatcher, step)
        if await self._is_aside(step, free=question.kind == "text"):
            return []
        if question.kind == "text" and any(c.isalnum() for c in here.text):
            return filled(question.slot, here.text.strip()[:1000])
        say(dispatcher, _not_understood(question, step))
        return stay(step.misses + 1)

    def _is_yes(self, step: Step) -> bool:
        """Do the words confirm the summary?"""
        title = text(f"form.{self._talk.confirm}.yes", step.here.language)
        return phrases.says("confirm", step.here.text) or phrases.same(title, step.here.text)

    async def _at_summary(self, dispatcher: CollectingDispatcher, step: Step) -> Events:
        if self._is_yes(step) or step.here.intent == "affirm":
            return self._confirmed(dispatcher, step)
        if step.here.intent != "deny" and await self._is_aside(step, free=False):
            return []
        say(dispatcher, Say("form_what_to_change"))
        return stay(step.misses + 1)

    async def _is_aside(self, step: Step, *, free: bool) -> bool:
        """Is the message something else than an answer: another act, or a question that the knowledge base can answer?"""
        here = step.here
        sure = here.intent_confidence >= SURE
        if here.intent in _ASIDES and sure and not free:
            return True
        if free and here.intent == "change_language" and named_language(here.text, here.language):
            return len(here.text.split()) <= _SHORT
        if here.intent in _SMALL_TALK and here.intent_confidence >= (0.95 if free else SURE):
            return True
        if free and not phrases.is_question(here.text):
            return False
        if not free and len(here.text.split()) < 2:
            return False
        found = await asyncio.to_thread(self._form.knowledge.search, here.text, here.municipality, here.language)
        # Asked plainly where one of several answers is wanted, also what comes near is offered.
        plain = not free and here.intent in _QUESTIONS and phrases.is_question(here.text)
        return found.decision == "answer" or (plain and found.decision == "clarify")


def _not_understood(question: Question, step: Step) -> Say:
    """Said with a hint; the second time with a way on, and where the hint says how to write something, with that again."""
    hint = {"phone": "form_phone", "date": "form_date"}.get(question.kind)
    if step.misses:
        return Say(hint or "form_not_understood_again", menu="human")
    return Say(hint or "form_not_understood")
