"""Puts the guided talks' payloads into messages; what they store is stored in the same transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from channels.conversations.models import Conversation
from channels.conversations.service import NewMessage
from channels.guided import complaint, questions, results
from core.payloads import Ask, BookCallback, ComplaintHelp, Courses, Document, Guided, KeepSituation, Offers, Summary
from knowledge_base.service import KnowledgeBase


def render(payload: Guided, session: Session, knowledge: KnowledgeBase, conversation: Conversation) -> list[NewMessage]:
    """The messages of one payload of a guided talk; none for what is only kept."""
    match payload:
        case Ask():
            return [questions.ask(payload, conversation.language)]
        case Summary():
            return [questions.summary(payload, conversation.language)]
        case Courses():
            return results.courses(payload, session, conversation)
        case Offers():
            return results.offers(payload, session, knowledge, conversation)
        case BookCallback():
            return [results.book_callback(payload, session, conversation)]
        case Document():
            return [results.document(payload, session, conversation)]
        case ComplaintHelp():
            return complaint.complaint_help(payload, conversation)
        case KeepSituation():
            results.keep_situation(payload, session, conversation)
            return []
