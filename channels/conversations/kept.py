"""What guided talks keep beside the messages: facts for a person, and documents. All in the caller's transaction.

Facts: `situation` is what the relative told, in their language; `situation_nb` the same with Norwegian headings, for the
staff; `situation_shared` is there once the relative has said that it may go along.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.conversations.models import Conversation, StoredDocument, TalkFact
from core.errors import NotFound

SITUATION, SITUATION_NB, SHARED = "situation", "situation_nb", "situation_shared"


def keep(session: Session, conversation_id: str, key: str, text: str) -> None:
    """Keep a fact; an older one of the same key goes."""
    session.merge(TalkFact(conversation_id=conversation_id, key=key, text=text))


def fact(session: Session, conversation_id: str, key: str) -> str | None:
    """A fact of a talk, None where there is none."""
    found = session.get(TalkFact, (conversation_id, key))
    return found.text if found else None


def shared_situation(session: Session, conversation: Conversation) -> str | None:
    """What the relative told and said may go along to a person, for the staff; None without that yes."""
    if fact(session, conversation.id, SHARED) is None:
        return None
    return fact(session, conversation.id, SITUATION_NB)


def store_document(session: Session, conversation: Conversation, kind: str, fields: dict[str, str]) -> StoredDocument:
    """Keep what a document is made of; `kind` is agreement or complaint, `fields` slot → own words or option."""
    made = StoredDocument(
        id=str(uuid.uuid4()), conversation_id=conversation.id, kind=kind, fields=fields, language=conversation.language
    )
    session.add(made)
    session.flush()
    return made


def access_document(session: Session, conversation_id: str, document_id: str) -> StoredDocument:
    """A document of this talk; NotFound for any other. The talk itself is accessed by the caller."""
    found = session.scalar(
        select(StoredDocument).where(
            StoredDocument.id == document_id, StoredDocument.conversation_id == conversation_id
        )
    )
    if found is None:
        raise NotFound("No such document.", code="unknown_document")
    return found
