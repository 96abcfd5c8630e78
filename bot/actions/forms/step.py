"""What a form reads from the tracker: the message, which question is open, what was answered before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from bot.actions import context
from core.guided import SKIPPED, GuidedTalk


@dataclass(frozen=True, slots=True)
class Step:
    """One message while a form is active. `values` holds the slots that are filled, skipped ones too."""

    here: context.Context
    requested: str | None
    values: dict[str, str]
    misses: int
    by_button: bool
    in_crisis: bool
    coming_back: bool

    @property
    def answered(self) -> dict[str, str]:
        """What was really said: no skipped questions."""
        return {slot: value for slot, value in self.values.items() if value != SKIPPED}


def read(tracker: Tracker, talk: GuidedTalk) -> Step:
    """The step of the tracker's latest message."""
    message: dict[str, Any] = tracker.latest_message or {}
    values = {q.slot: tracker.get_slot(q.slot) for q in talk.questions}
    return Step(
        here=context.read(tracker),
        requested=tracker.get_slot("requested_slot"),
        values={slot: str(value) for slot, value in values.items() if value is not None},
        misses=int(tracker.get_slot("form_misses") or 0),
        by_button=(message.get("text") or "").startswith("/"),
        in_crisis=bool((message.get("metadata") or {}).get("crisis")),
        coming_back=_coming_back(tracker.events or []),
    )


def _coming_back(events: list[dict[str, Any]]) -> bool:
    """Did the form let go of this very message before, and something else answer it?"""
    for event in reversed(events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action_execution_rejected":
            return True
    return False
