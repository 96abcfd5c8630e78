"""What a guided talk does beside asking: begin, sum up, end, go over to another, share or keep what was told."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.answers import say
from bot.actions.forms import understanding
from bot.actions.forms.base import Form
from bot.actions.forms.step import read
from core.guided import COMPLAINT, CONFIRMED, SKIPPED, STARTS, TALKS, options_of
from core.payloads import Document, Handoff, KeepSituation, Say, Summary
from core.readers import YOUNG

Events = list[Any]
# Questions that the very words which began the talk may have answered already.
_TAKEN_FROM_FIRST_WORDS = ("course_theme", "course_place", "call_kind", "complain_from")


class AskConfirm(Action):  # type: ignore[misc]
    """Sums up, to be confirmed or changed."""

    def __init__(self, form: Form) -> None:
        self._talk = form.talk

    def name(self) -> str:
        return f"action_ask_{self._talk.confirm}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        step = read(tracker, self._talk)
        say(
            dispatcher,
            Summary(self._talk.form, {q.slot: step.values.get(q.slot, SKIPPED) for q in self._talk.questions}),
        )
        return []


class BeginForm(Action):  # type: ignore[misc]
    """Empties the form, takes what the first words have told, and says what the talk is for."""

    def name(self) -> str:
        return "action_begin_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        talk = (
            TALKS.get(tracker.get_slot("form_next") or "") or STARTS[(tracker.latest_message or {})["intent"]["name"]]
        )
        step = read(tracker, talk)
        events: Events = [SlotSet(slot, None) for slot in talk.slots]
        for question in talk.questions:
            told = step.here.entities.get("theme") if question.slot == "course_theme" else None
            if told is None and not step.by_button and question.slot in _TAKEN_FROM_FIRST_WORDS:
                told = understanding.option_in(question, step.here.text)
            if not question.free and len(only := options_of(question, step.here.language)) == 1:
                told = only[0]  # nothing to choose: in bokmål a talk's language
            if told in question.options:
                events.append(SlotSet(question.slot, told))
        if step.here.audience not in YOUNG or talk.for_children:
            say(dispatcher, Say(f"form_begin_{talk.form}"))
        now: Events = [("form_name", talk.form), ("form_outcome", "open"), ("form_misses", 0.0), ("form_next", None)]
        return [*events, *(SlotSet(name, value) for name, value in now)]


class FinishForm(Action):  # type: ignore[misc]
    """Says what follows a confirmed talk. The answers stay until the next one begins: a button may still use them."""

    def __init__(self, forms: dict[str, Form]) -> None:
        self._forms = forms

    def name(self) -> str:
        return "action_finish_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        form = self._forms[tracker.get_slot("form_name")]
        for payload in await asyncio.to_thread(form.finish, read(tracker, form.talk)):
            say(dispatcher, payload)
        return []


class StopForm(Action):  # type: ignore[misc]
    """Ends a talk that was stopped; nothing of it is kept."""

    def name(self) -> str:
        return "action_stop_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        say(dispatcher, Say("form_stopped", menu="start"))
        talk = TALKS.get(tracker.get_slot("form_name") or "")
        return [SlotSet(slot, None) for slot in (talk.slots if talk else ())]


class SwitchForm(Action):  # type: ignore[misc]
    """Goes over to another guided talk."""

    def name(self) -> str:
        return "action_switch_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        begun = await BeginForm().run(dispatcher, tracker, domain)
        return [*begun, FollowupAction(tracker.get_slot("form_next"))]


class RefuseForm(Action):  # type: ignore[misc]
    """Children are not asked about illness and strain: they are met in another way."""

    def name(self) -> str:
        return "action_refuse_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        say(dispatcher, Say("form_not_for_children", menu="human"))
        return []


class FormIsOver(Action):  # type: ignore[misc]
    """A button of a guided talk that has ended."""

    def name(self) -> str:
        return "action_form_is_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        say(dispatcher, Say("form_is_over", menu="start"))
        return []


class ShareSituation(Action):  # type: ignore[misc]
    """Brings in a person, and what was told in the last guided talk goes along: the relative said so by this button."""

    def name(self) -> str:
        return "action_share_situation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        talk = TALKS.get(tracker.get_slot("form_name") or "")
        answered = read(tracker, talk).answered if talk else {}
        if talk and answered:
            say(dispatcher, KeepSituation(talk.form, answered, shared=True))
        say(dispatcher, Handoff())
        return []


class KeepDocument(Action):  # type: ignore[misc]
    """Makes the draft of the complaint a document."""

    def name(self) -> str:
        return "action_keep_document"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if tracker.get_slot(COMPLAINT.confirm) == CONFIRMED:
            say(dispatcher, Document("complaint", read(tracker, COMPLAINT).answered))
        else:
            say(dispatcher, Say("form_is_over", menu="start"))
        return []
