"""Call me back / book a talk: how, when, language and interpreter, what about, where to be reached."""

from __future__ import annotations

from bot.actions.forms.base import Form
from bot.actions.forms.step import Step
from core.guided import CALL_BACK, SKIPPED, Question
from core.payloads import BookCallback, Payload, Say


class CallBack(Form):
    """Ends in a stored request; the app says so once it is stored, not before."""

    talk = CALL_BACK

    def check(self, question: Question, value: str, step: Step) -> Say | None:
        """Nobody can be reached without a number or an address."""
        return Say("call_needs_phone") if question.slot == "call_phone" and value == SKIPPED else None

    def finish(self, step: Step) -> list[Payload]:
        return [BookCallback(step.answered)]
