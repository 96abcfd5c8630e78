"""Complaint helper: from whom, which decision, when it came, why it is wrong, what is wanted."""

from __future__ import annotations

from bot.actions.forms.base import Form
from bot.actions.forms.step import Step
from core.guided import COMPLAINT
from core.payloads import ComplaintHelp, Payload


class Complaint(Form):
    """Ends in the deadline with its source, where to send the complaint, and a draft."""

    talk = COMPLAINT

    def finish(self, step: Step) -> list[Payload]:
        return [ComplaintHelp(step.answered)]
