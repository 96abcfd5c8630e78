"""A talk as a document to save: who said what, when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels.documents.model import Block, Document, Items, Paragraph, Run, Text
from channels.documents.own import own_words
from channels.documents.wording import direction_of


def transcript(title: str, language: str, lines: Sequence[dict[str, Any]]) -> Document:
    """`lines` as channels.chat.transcript makes them: `sender`, `at`, `text`, `language`."""
    items: list[tuple[Block, ...]] = []
    for line in lines:
        runs = (Run(line["sender"], strong=True), Run(f"  {line['at']}"))
        meta = Paragraph(Text(runs, language, direction_of(language)), "meta")
        items.append((meta, *own_words(line["text"], line["language"], "body")))
    return Document("naer-transcript", title, language, (Items(tuple(items), "plain"),))
