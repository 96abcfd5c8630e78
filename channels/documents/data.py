"""A document as plain data, the same for both looks: dicts, lists and strings that templates go through."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from channels.documents.model import Document, Text
from channels.documents.wording import clean, safe_url
from core import i18n

_SPACED_NUMBER = re.compile(r"\u2066[^\u2069]*\u2069")


def as_data(document: Document) -> dict[str, Any]:
    """`title`, `language`, `direction` and `blocks`; every text cleaned, split into lines, its links checked."""
    return {
        "title": clean(document.title),
        "language": document.language,
        "direction": document.direction,
        "blocks": [_plain(block) for block in document.blocks],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "kind"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _text(value: Text) -> dict[str, Any]:
    runs = []
    for run in value.runs:
        # Leading and trailing spaces stand between runs: they stay.
        words = "".join(c if c.isspace() and c != "\r" else clean(c) for c in run.text.replace("\r\n", "\n"))
        shown = _numbers_kept(words) if value.direction == "rtl" else words
        runs.append(asdict(run) | {"lines": shown.split("\n"), "url": safe_url(run.url) if run.url else None})
    return {"runs": runs, "language": value.language, "direction": value.direction}


def _numbers_kept(words: str) -> str:
    """In right-to-left text: "116 117" stays in order, also for those who copy it out of the PDF (no-break spaces)."""
    isolated = i18n.isolate_numbers(words, "ar")
    return _SPACED_NUMBER.sub(lambda number: number[0].replace(" ", "\u00a0"), isolated)
