"""What Nær says first."""

from __future__ import annotations

from sqlalchemy.orm import Session

from channels.chat import menus
from channels.conversations.models import Conversation
from channels.conversations.service import NewMessage
from channels.handoff.opening import hours_sentence
from core import i18n
from knowledge_base.municipalities import access_municipality, settings_of


def greeting(session: Session, conversation: Conversation, default_retention: int) -> NewMessage:
    """That it is a robot, what it can do, that and when a human can be reached, what is stored; language and first choices."""
    municipality = access_municipality(session, conversation.municipality)
    language = conversation.language
    text = i18n.text(
        "greeting",
        language,
        municipality=municipality.name,
        human_hours=hours_sentence(session, conversation.municipality, language),
        retention_days=settings_of(municipality).retention_days or default_retention,
    )
    extra = {"choices": menus.choices("start", language)}
    return NewMessage("bot", text, language, kind="choices", extra=extra)
