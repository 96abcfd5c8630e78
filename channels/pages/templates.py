"""Server-rendered pages: Jinja templates in channels/web/templates, texts from the catalogue."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from core import i18n

WEB = Path(__file__).parent.parent / "web"
_environment = Environment(
    loader=FileSystemLoader(WEB / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_markdown = MarkdownIt("commonmark")


def render_page(template: str, language: str, **values: Any) -> str:
    """A page in a language: `lang` and `dir` are set, `t("key")` gives a text."""
    return _environment.get_template(template).render(
        language=language,
        direction="rtl" if language in i18n.RIGHT_TO_LEFT else "ltr",
        t=partial(_text, language),
        **values,
    )


def _text(language: str, key: str, **values: object) -> str:
    return i18n.text(key, language, "bot", **values)


def markdown(text: str) -> Markup:
    """An editor's Markdown as clean HTML: raw HTML in it is dropped."""
    return Markup(nh3.clean(_markdown.render(text)))
