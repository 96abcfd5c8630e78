"""A person's own words as paragraphs of a document."""

from __future__ import annotations

from channels.documents.model import Paragraph, Run, Text
from channels.documents.wording import clean, direction_in, direction_of


def own_text(words: str, language: str) -> Text:
    """Words of a person, line breaks kept; they read as their letters do, whatever the document's language."""
    cleaned = clean(words)
    return Text((Run(cleaned),), language, direction_in(cleaned, direction_of(language)))


def own_words(words: str, language: str, look: str = "own") -> tuple[Paragraph, ...]:
    """A paragraph for each that the person wrote."""
    return tuple(Paragraph(own_text(part, language), look) for part in clean(words).split("\n\n") if part.strip())
