"""Every action of the guided talks."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.forms import acts
from bot.actions.forms.agreement import Agreement
from bot.actions.forms.base import Form
from bot.actions.forms.call_back import CallBack
from bot.actions.forms.complaint import Complaint
from bot.actions.forms.find_course import FindCourse
from bot.actions.forms.validate import ValidateForm
from bot.actions.forms.what_matters import WhatMatters
from knowledge_base.service import KnowledgeBase

FORMS = (WhatMatters, FindCourse, CallBack, Agreement, Complaint)


def actions(knowledge: KnowledgeBase) -> list[Action]:
    """One of each, with what they need."""
    forms: dict[str, Form] = {kind.talk.form: kind(knowledge) for kind in FORMS}
    each = [made for form in forms.values() for made in (ValidateForm(form), acts.AskConfirm(form))]
    ends = [acts.BeginForm(), acts.FinishForm(forms), acts.StopForm(), acts.SwitchForm(), acts.RefuseForm(), acts.FormIsOver(),
            acts.ShareSituation(), acts.KeepDocument()]  # fmt: skip
    return [*each, *ends]
