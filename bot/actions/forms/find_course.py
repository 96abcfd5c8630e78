"""Find a course: for whom, theme, language, when, digital or on site."""

from __future__ import annotations

from bot.actions.forms.base import Form
from bot.actions.forms.step import Step
from core.guided import FIND_COURSE
from core.payloads import Courses, Payload


class FindCourse(Form):
    """Ends in a list of courses, or in an honest "none"."""

    talk = FIND_COURSE

    def finish(self, step: Step) -> list[Payload]:
        return [Courses(step.answered)]
