"""Prepare a relatives' agreement: the themes of the simplified agreement, in the relative's own words."""

from __future__ import annotations

from bot.actions.forms.base import Form
from bot.actions.forms.step import Step
from core.guided import AGREEMENT
from core.payloads import Document, Payload


class Agreement(Form):
    """Ends in a document to print or save."""

    talk = AGREEMENT

    def finish(self, step: Step) -> list[Payload]:
        return [Document("agreement", step.answered)]
