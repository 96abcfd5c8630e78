"""A guided talk's questions and summaries in words, with their buttons."""

from __future__ import annotations

from datetime import date
from typing import Any

from channels.conversations.service import NewMessage
from core import i18n
from core.guided import TALKS, Question, option_title, options_of, value_text
from core.payloads import Ask, Summary, button

SKIP, STOP = button("form_skip"), button("form_stop")


def ask(payload: Ask, language: str) -> NewMessage:
    """One question: what is asked, the answers to choose from, Skip and Stop."""
    talk = TALKS[payload.form]
    question = talk.question(payload.slot)
    if question is None:
        raise ValueError("no such question")
    step = talk.questions.index(question) + 1
    heading = i18n.text("form.step", language, step=step, of=len(talk.questions))
    text = f"{heading}\n{i18n.text(f'form.{question.slot}.ask', language)}"
    form = {"name": talk.form, "slot": question.slot, "step": step, "of": len(talk.questions)}
    return message(text, language, [*_answers(question, language), *_skip_and_stop(language)], form=form)


def _answers(question: Question, language: str) -> list[dict[str, str]]:
    return [
        {
            "title": option_title(question.slot, option, language),
            "payload": button("form_answer", form_slot=question.slot, form_value=option),
        }
        for option in options_of(question, language)
    ]


def _skip_and_stop(language: str) -> list[dict[str, str]]:
    return [
        {"title": i18n.text("form.skip", language), "payload": SKIP},
        {"title": i18n.text("form.stop", language), "payload": STOP},
    ]


def summary(payload: Summary, language: str) -> NewMessage:
    """What was understood: a button to confirm, one to change each answer, and Stop."""
    talk = TALKS[payload.form]
    labels = {q.slot: i18n.text(f"form.{q.slot}.label", language) for q in talk.questions}
    choices = [
        {
            "title": i18n.text(f"form.{talk.confirm}.yes", language),
            "payload": button("form_answer", form_slot=talk.confirm, form_value="yes"),
        },
        *(
            {
                "title": i18n.text("form.change", language, field=label),
                "payload": button("form_change", form_slot=slot),
            }
            for slot, label in labels.items()
        ),
        {"title": i18n.text("form.stop", language), "payload": STOP},
    ]
    text = i18n.text("form.summary", language) + "\n\n" + told(payload.form, payload.fields, language)
    form = {"name": talk.form, "slot": talk.confirm, "step": len(talk.questions), "of": len(talk.questions)}
    return message(text, language, choices, form=form)


def told(form: str, fields: dict[str, str], language: str) -> str:
    """What was said, a line a question: "For whom: my mother"."""
    return "\n".join(
        f"• {i18n.text(f'form.{q.slot}.label', language)}: {shown(q, fields[q.slot], language)}"
        for q in TALKS[form].questions
        if q.slot in fields
    )


def shown(question: Question, value: str, language: str) -> str:
    """An answer in words; a day as it is written here."""
    if question.kind == "date" and value[:4].isdigit():
        return day_text(date.fromisoformat(value))
    return value_text(question.slot, value, language)


def day_text(day: date) -> str:
    """A day as it is written in Norway."""
    return day.strftime("%d.%m.%Y")


def message(text: str, language: str, choices: list[dict[str, str]], **extra: Any) -> NewMessage:
    """A message of a guided talk."""
    return NewMessage("bot", text, language, kind="form", extra={"choices": choices, **extra})
