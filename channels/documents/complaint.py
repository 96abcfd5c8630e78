"""The draft of a complaint: first what to know, in the relative's language, then a letter in Norwegian on its own page."""

from __future__ import annotations

from channels.conversations.models import StoredDocument
from channels.documents.labels import NORWEGIAN, day_written, label, made, norwegian_of, written
from channels.documents.model import Block, Document, Heading, NewPage, Paragraph, Room, Sides, day, text
from channels.documents.own import own_words
from channels.guided.complaint import deadline_text
from channels.guided.questions import day_text
from core import i18n

_PARTS = (("decision", "complain_what"), ("came", "complain_date"), ("why", "complain_why"), ("wish", "complain_wish"))
_ASKED = ("forward", "access")


def complaint(stored: StoredDocument, municipality: str) -> Document:
    """The document. `municipality` is the name."""
    language = stored.language
    blocks: tuple[Block, ...] = (
        made(stored, municipality),
        Paragraph(label("document.complaint.steps", language), "lead"),
        *_to_know(stored),
        *_explained(language),
        NewPage(),
        *_letter(stored, norwegian_of(language)),
    )
    title = i18n.text("form.document.complaint", language)
    return Document(f"naer-complaint-{day(stored.created_at)}", title, language, blocks)


def _to_know(stored: StoredDocument) -> list[Block]:
    """The deadline with its law, and where the complaint goes."""
    language, sender = stored.language, written(stored, "complain_from") or "unknown"
    came = day_written(stored, "complain_date")
    until = deadline_text(sender, came.isoformat() if came else None, language)
    return [
        Heading(label("document.complaint.deadline", language)),
        *(Paragraph(text(part, language)) for part in until.split("\n\n")),
        Heading(label("document.complaint.where", language)),
        Paragraph(label(f"form.complaint.to.{sender}", language)),
    ]


def _explained(language: str) -> list[Block]:
    """The letter's sentences beside their meaning, for those who do not read Norwegian."""
    if language in NORWEGIAN:
        return []
    keys = ("subject", *(part for part, _ in _PARTS), *_ASKED, "sender")
    norwegian = norwegian_of(language)
    rows = tuple((label(f"document.letter.{k}", norwegian), label(f"document.letter.{k}", language)) for k in keys)
    heads = (text(i18n.NAMES[norwegian], norwegian), text(i18n.NAMES[language], language))
    return [Heading(label("document.complaint.says", language)), Sides(heads, rows)]


def _letter(stored: StoredDocument, norwegian: str) -> list[Block]:
    """What goes to those who decided. The relative's own words stand as they are; what is missing has room."""
    sender = written(stored, "complain_from") or "unknown"
    letter: list[Block] = [
        Paragraph(label(f"form.complaint.office.{sender}", norwegian)),
        Heading(label("document.letter.subject", norwegian)),
    ]
    for part, slot in _PARTS:
        heading = label(f"document.letter.{part}", norwegian)
        came = day_written(stored, slot) if part == "came" else None
        words = day_text(came) if came else written(stored, slot)
        spoken = norwegian if part == "came" else stored.language
        letter += [Heading(heading, 2), *own_words(words, spoken)] if words else [Room(heading, 2)]
    letter += [Paragraph(label(f"document.letter.{key}", norwegian)) for key in _ASKED]
    for key, lines in (("place_date", 1), ("letter.sender", 3), ("signature", 1)):
        letter.append(Room(label(f"document.{key}", norwegian), lines))
    return letter
