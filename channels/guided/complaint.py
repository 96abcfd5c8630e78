"""The complaint helper's result: deadline with its source, where to send the complaint, a draft in Norwegian."""

from __future__ import annotations

from datetime import date

from channels.chat import menus
from channels.conversations.models import Conversation
from channels.conversations.service import NewMessage
from channels.guided.questions import day_text, message
from core import clock, i18n
from core.payloads import ComplaintHelp, button
from knowledge_base.deadlines import LATE, RULES, deadline
from knowledge_base.municipalities import OSLO


def complaint_help(payload: ComplaintHelp, conversation: Conversation) -> list[NewMessage]:
    """Two messages: what to know, and the draft to copy."""
    language, said = conversation.language, payload.fields
    sender = said.get("complain_from", "unknown")
    to_know = "\n\n".join(
        (
            deadline_text(sender, said.get("complain_date"), language),
            i18n.text(f"form.complaint.to.{sender}", language),
        )
    )
    keep = {"title": i18n.text("form.complaint.keep", language), "payload": button("keep_document")}
    draft = i18n.text("form.complaint.draft", language) + "\n\n" + letter(said, language)
    return [
        message(to_know, language, []),
        message(draft, language, [keep, *menus.choices("human", language)]),
    ]


def deadline_text(sender: str, came: str | None, language: str) -> str:
    """The last day to complain, with its law; `came` is the day on which the decision came (ISO), None if unknown."""
    rule = RULES[sender]
    source = {"weeks": rule.weeks, "law": rule.law, "url": rule.url}
    if came is None:
        return i18n.text("form.complaint.no_date", language, **source)
    day = date.fromisoformat(came)
    found = deadline(sender, day, clock.now().astimezone(OSLO).date())
    key = "form.complaint.passed" if found.passed else "form.complaint.deadline"
    return i18n.text(key, language, came=day_text(day), last=day_text(found.last_day), late=LATE, **source)


def letter(said: dict[str, str], language: str) -> str:
    """The draft: Norwegian, since those who decide read Norwegian; the relative's own words stand as they are."""
    norwegian = language if language in ("nb", "nn") else "nb"
    blank = i18n.text("form.complaint.blank", norwegian)
    came = said.get("complain_date")
    return i18n.text(
        "form.complaint.letter",
        norwegian,
        to=i18n.text(f"form.complaint.office.{said.get('complain_from', 'unknown')}", norwegian),
        what=said.get("complain_what", blank),
        came=day_text(date.fromisoformat(came)) if came else blank,
        why=said.get("complain_why", blank),
        wish=said.get("complain_wish", blank),
    )
