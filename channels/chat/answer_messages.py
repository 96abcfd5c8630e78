"""An approved article as messages: its short answer, its parts, again, and simpler."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.chat import menus
from channels.conversations.models import Conversation, Message
from channels.conversations.service import NewMessage
from core import i18n
from core.readers import YOUNG
from knowledge_base.articles import ArticleView
from knowledge_base.service import KnowledgeBase

_SENTENCE = re.compile(r"(?<=[.!?؟۔።])\s+")
_MOST_SENTENCES = 5


def answer_message(
    article: ArticleView,
    municipality: str,
    confidence: float,
    *,
    text: str | None = None,
    lead: str = "",
    audience: str = "adult",
) -> NewMessage:
    """The article's short answer (or `text`, a part of it), where it comes from, when it was reviewed.

    A child or a youth who gets an article for adults is told so, and where to talk; paragraphs of law are not for them.
    """
    language = article.source_language
    shown = text or article.answer
    if article.status == "planned":
        shown += "\n\n" + i18n.text("answer.planned", language)
    if audience != "adult" and article.audience not in YOUNG:
        shown += "\n\n" + i18n.text("answer.for_adults", language)
    answer: dict[str, Any] = {
        "article_id": article.article_id,
        "title": article.title,
        "url": article_url(article.article_id, municipality, article.language),
        "reviewed_on": article.reviewed_on.isoformat(),
        "confidence": round(confidence, 3),
        "source_language": language,
        "machine_translated": article.machine_translated,
        "law": [entry["ref"] for entry in article.law] if audience == "adult" else [],
        "has_more": bool(article.body),
    }
    extra: dict[str, Any] = {"answer": answer}
    if article.machine_translated:
        extra["translation_of"] = "nb"
    return NewMessage("bot", lead + shown, language, kind="answer", extra=extra)


def article_url(article_id: str, municipality: str, language: str) -> str:
    """The printable page of an article."""
    return f"/articles/{article_id}?{urlencode({'municipality': municipality, 'lang': language})}"


def more_message(
    knowledge: KnowledgeBase,
    article: ArticleView,
    conversation: Conversation,
    part: int,
) -> tuple[NewMessage, int]:
    """This part of an article with a body, and which part is next. When all was said, that, and a person is offered."""
    language = conversation.language
    parts = knowledge.parts(article)
    if part >= len(parts):
        text = i18n.text("say.no_more", language)
        offered = menus.choices("human", language)
        return NewMessage("bot", text, language, kind="choices", extra={"choices": offered}), part
    message = answer_message(article, conversation.municipality, 1.0, text=parts[part])
    headings = [p.partition("\n")[0] for p in parts]
    message.extra["choices"] = menus.other_parts(article.article_id, headings, part, language)
    return message, part + 1


def simple_message(article: ArticleView, municipality: str, language: str, more_in: str | None) -> NewMessage:
    """The short answer a sentence a line. `more_in`: the language in which there is more; None where there is none."""
    sentences = [s.strip() for s in _SENTENCE.split(article.answer) if s.strip()][:_MOST_SENTENCES]
    text = "\n".join(f"• {sentence}" for sentence in sentences)
    lead = i18n.text("answer.simply", language) + "\n\n"
    message = answer_message(article, municipality, 1.0, text=text, lead=lead)
    message.extra["choices"] = menus.after_answer(article.article_id, language, more_in)
    return message


def repeat(session: Session, conversation: Conversation) -> list[NewMessage]:
    """The last answer once more."""
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


def seq_of_answer(session: Session, conversation_id: str, article_id: str) -> int | None:
    """The number of the last message that answered with this article."""
    rows = session.execute(
        select(Message.seq, Message.extra)
        .where(Message.conversation_id == conversation_id, Message.sender == "bot", Message.kind == "answer")
        .order_by(Message.seq.desc())
    )
    return next((int(r.seq) for r in rows if (r.extra or {}).get("answer", {}).get("article_id") == article_id), None)
