"""The catalogue's texts as they are said to this reader: a child and a youth have words of their own where there are some."""

from __future__ import annotations

from core import i18n

_VARIANTS = {"child": ("@child", "@young"), "youth": ("@youth", "@young")}


def said(key: str, language: str, audience: str = "adult", /, **values: object) -> str:
    """The text of a key for a reader; `key@child`, `key@youth` or `key@young` go before `key`."""
    known = i18n.catalogue("bot", i18n.SOURCE_LANGUAGE)
    own = next((key + v for v in _VARIANTS.get(audience, ()) if key + v in known), key)
    return i18n.text(own, language, **values)
