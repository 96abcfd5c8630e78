"""The preparation for a relatives' agreement: the relative's words theme by theme, and room for what both agree on."""

from __future__ import annotations

from channels.conversations.models import StoredDocument
from channels.documents.labels import beside, label, made, written
from channels.documents.model import Block, Document, Heading, Paragraph, Room, day
from channels.documents.own import own_words
from core import i18n
from core.guided import AGREEMENT


def agreement(stored: StoredDocument, municipality: str) -> Document:
    """The document; its headings stand in Norwegian too, for those who meet the relative. `municipality` is the name."""
    language = stored.language
    blocks: list[Block] = [
        made(stored, municipality),
        Paragraph(label("document.agreement.is", language)),
        Paragraph(label("document.agreement.is_not", language), "note"),
    ]
    for question in AGREEMENT.questions:
        key = f"form.{question.slot}.label"
        blocks.append(Heading(label(key, language), beside=beside(key, language)))
        blocks += own_words(written(stored, question.slot), language)
        blocks.append(_room("agreement.agreed", language, 2))
    blocks.append(Heading(label("document.signature", language), beside=beside("document.signature", language)))
    blocks += [_room(key, language, 1) for key in ("place_date", "agreement.relative", "agreement.service")]
    title = i18n.text("form.document.agreement", language)
    return Document(f"naer-agreement-{day(stored.created_at)}", title, language, tuple(blocks))


def _room(key: str, language: str, lines: int) -> Room:
    key = f"document.{key}"
    return Room(label(key, language), lines, beside(key, language))
