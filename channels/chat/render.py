"""Puts payloads into words: the relative's language, approved content, its source and review date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.chat import menus
from channels.conversations.models import Conversation, Message
from channels.conversations.service import NewMessage
from core import i18n
from core.errors import NotFound
from core.payloads import Answer, Clarify, Payload, Repeat, Say, SetLanguage, button
from knowledge_base.articles import ArticleView
from knowledge_base.municipalities import access_municipality, settings_of
from knowledge_base.service import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Rendered:
    """Messages to store, and what else the turn changes in the talk."""

    messages: list[NewMessage]
    last_article: str | None = None
    theme: str | None = None
    language: str | None = None


def render(
    session: Session,
    knowledge: KnowledgeBase,
    conversation: Conversation,
    payloads: Sequence[Payload],
    default_retention: int,
) -> Rendered:
    """Messages for payloads; handoffs are none of its business and are left out."""
    language = conversation.language
    messages: list[NewMessage] = []
    article: ArticleView | None = None
    new_language: str | None = None
    for payload in payloads:
        if isinstance(payload, Repeat):
            messages += _repeat(session, conversation)
        elif isinstance(payload, Answer):
            try:
                article = knowledge.article(session, payload.article_id, conversation.municipality, language)
            except NotFound:  # withdrawn between search and answer
                messages.append(_say(Say("not_found", menu="not_found"), session, conversation, default_retention))
                continue
            messages.append(answer_message(article, conversation.municipality, payload.confidence))
            section = knowledge.section_for(article, payload.follow_up) if payload.follow_up else None
            if section:
                messages[-1] = replace(messages[-1], text=section)
        elif isinstance(payload, Clarify):
            messages.append(_clarify(session, knowledge, conversation, payload))
        elif isinstance(payload, SetLanguage):
            new_language = payload.language
            messages.append(_language(payload, language))
        elif isinstance(payload, Say):
            messages.append(_say(payload, session, conversation, default_retention))
    return Rendered(
        messages,
        last_article=article.article_id if article else None,
        theme=article.theme if article else None,
        language=new_language,
    )


def greeting(session: Session, conversation: Conversation, human_hours: str, default_retention: int) -> NewMessage:
    """What Nær says first: that it is a robot, what it can do, that a human can be reached, what is stored."""
    municipality = access_municipality(session, conversation.municipality)
    text = i18n.text(
        "greeting",
        conversation.language,
        municipality=municipality.name,
        human_hours=human_hours,
        retention_days=settings_of(municipality).retention_days or default_retention,
    )
    return NewMessage(
        "bot",
        text,
        conversation.language,
        kind="choices",
        extra={"choices": menus.choices("start", conversation.language)},
    )


def answer_message(article: ArticleView, municipality: str, confidence: float) -> NewMessage:
    """An approved article as a message: its short answer, where it comes from, when it was reviewed."""
    language = article.source_language
    text = article.answer
    if article.status == "planned":
        text += "\n\n" + i18n.text("answer.planned", language)
    answer: dict[str, Any] = {
        "article_id": article.article_id,
        "title": article.title,
        "url": article_url(article.article_id, municipality, article.language),
        "reviewed_on": article.reviewed_on.isoformat(),
        "confidence": round(confidence, 3),
        "source_language": language,
        "machine_translated": article.machine_translated,
        "law": [entry["ref"] for entry in article.law],
        "has_more": bool(article.body),
    }
    extra: dict[str, Any] = {"answer": answer}
    if article.machine_translated:
        extra["translation_of"] = "nb"
    return NewMessage("bot", text, language, kind="answer", extra=extra)


def article_url(article_id: str, municipality: str, language: str) -> str:
    """The printable page of an article."""
    return f"/articles/{article_id}?{urlencode({'municipality': municipality, 'lang': language})}"


def _say(payload: Say, session: Session, conversation: Conversation, default_retention: int) -> NewMessage:
    municipality = access_municipality(session, conversation.municipality)
    language = conversation.language
    text = i18n.text(
        f"say.{payload.key}",
        language,
        municipality=municipality.name,
        retention_days=settings_of(municipality).retention_days or default_retention,
    )
    offered = menus.choices(payload.menu, language)
    return NewMessage(
        "bot", text, language, kind="choices" if offered else "text", extra={"choices": offered} if offered else {}
    )


def _clarify(session: Session, knowledge: KnowledgeBase, conversation: Conversation, payload: Clarify) -> NewMessage:
    language = conversation.language
    titles = knowledge.titles(session, payload.article_ids, conversation.municipality, language)
    offered = [{"title": title, "payload": button("choose_article", article_id=slug)} for slug, title in titles.items()]
    offered.append({"title": i18n.text("menu.human", language), "payload": menus.HANDOFF})
    return NewMessage(
        "bot", i18n.text("clarify.question", language), language, kind="choices", extra={"choices": offered}
    )


def _language(payload: SetLanguage, current: str) -> NewMessage:
    if payload.language is None:
        return NewMessage(
            "bot", i18n.text("language.which", current), current, kind="choices", extra={"choices": menus.languages()}
        )
    return NewMessage("bot", i18n.text("language.changed", payload.language), payload.language)


def _repeat(session: Session, conversation: Conversation) -> list[NewMessage]:
    last = session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.sender == "bot", Message.kind == "answer")
        .order_by(Message.seq.desc())
        .limit(1)
    )
    language = conversation.language
    if last is None:
        return [NewMessage("bot", i18n.text("say.nothing_to_repeat", language), language)]
    return [
        NewMessage("bot", i18n.text("answer.again", language), language),
        NewMessage("bot", last.text, last.language, kind="answer", extra=dict(last.extra)),
    ]
