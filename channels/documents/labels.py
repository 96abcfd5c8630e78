"""What the documents of a talk share: texts of the catalogue, the Norwegian beside them, what the relative wrote."""

from __future__ import annotations

from datetime import date

from channels.conversations.models import StoredDocument
from channels.documents.model import Paragraph, Text, day, text
from core import i18n
from core.guided import SKIPPED
from core.i18n import SOURCE_LANGUAGE

NORWEGIAN = ("nb", "nn")


def label(key: str, language: str, **values: object) -> Text:
    """A text of the catalogue."""
    return text(i18n.text(key, language, **values), language)


def beside(key: str, language: str) -> Text | None:
    """The same in Norwegian, for those who work in it; None where the document is Norwegian already."""
    return None if language in NORWEGIAN else label(key, SOURCE_LANGUAGE)


def norwegian_of(language: str) -> str:
    """The Norwegian that goes with a language: the reader's own, else bokmål."""
    return language if language in NORWEGIAN else SOURCE_LANGUAGE


def written(stored: StoredDocument, slot: str) -> str:
    """What the relative said to a question; empty where it was passed over."""
    words = stored.fields.get(slot, "")
    return "" if words == SKIPPED else words


def day_written(stored: StoredDocument, slot: str) -> date | None:
    """The day that the relative gave; None where it was passed over, or is no day."""
    try:
        return date.fromisoformat(written(stored, slot))
    except ValueError:
        return None


def made(stored: StoredDocument, municipality: str) -> Paragraph:
    """When and where the document was made."""
    return Paragraph(
        label("document.made", stored.language, date=day(stored.created_at), municipality=municipality), "meta"
    )
