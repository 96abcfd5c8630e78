"""A document as a tagged PDF (PDF/UA-1) by Typst: for screen readers, to print, to keep. About 20 ms a page."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from channels.documents.data import as_data
from channels.documents.fonts import FAMILIES, FOLDERS, readable, showable
from channels.documents.model import Document, Paragraph, text
from core import i18n

TEMPLATE = Path(__file__).with_name("document.typ")
STANDARD: Literal["ua-1"] = "ua-1"
_one_at_a_time = threading.Lock()  # a compiler is not made for two threads


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in FOLDERS]
    )
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts, ignore_system_fonts=True)


def render(document: Document) -> bytes:
    """The document's bytes. What no font can show becomes a square, and a note says so."""
    data = as_data(document)
    shown = _each(showable, data)
    if shown != _each(readable, data):
        note = Paragraph(text(i18n.text("document.not_shown", document.language), document.language), "note")
        shown["blocks"] += as_data(Document("", "", document.language, (note,)))["blocks"]
    inputs = {"document": json.dumps(shown, ensure_ascii=False), "families": json.dumps(FAMILIES)}
    with _one_at_a_time:
        made = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARD)
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no single file")
    return made


def _each(change: Callable[[str], str], value: Any) -> Any:
    """The data with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each(change, part) for part in value]
    if isinstance(value, dict):
        return {name: _each(change, part) for name, part in value.items()}
    return value
