"""For whom a text is written, and who reads it: an adult, a child (7-12), a youth (13-18)."""

from __future__ import annotations

READERS = ("adult", "child", "youth")
YOUNG = frozenset({"child", "youth"})
