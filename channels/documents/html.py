"""A document as a web page that stands alone: its style is inside, it runs no script and loads nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from markupsafe import Markup

from channels.documents.data import as_data
from channels.documents.model import Document
from channels.pages.templates import WEB, render_page


@cache
def _style() -> str:
    both = (WEB / "public" / "print.css", WEB / "templates" / "document.css")
    return "".join(file.read_text(encoding="utf-8") for file in both)


@cache
def content_security_policy() -> str:
    """Nothing but the style of the page itself."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def render(document: Document) -> str:
    """The page."""
    return render_page("document.html", document.language, document=as_data(document), style=Markup(_style()))
