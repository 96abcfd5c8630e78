"""A message in the parts in which something is said: what stands in one of them says nothing against another."""

from __future__ import annotations

import re

_ENDS = re.compile(r"[.!?…;:\n؟؛۔።፧፤]+")
MOST_WORDS, STEP = 16, 8  # a part without an end is cut, with overlaps: people in need write without full stops


def parts(text: str) -> list[str]:
    """The sentences of a message, long ones in overlapping pieces; empty for a message without a word."""
    found = []
    for sentence in _ENDS.split(text):
        words = sentence.split()
        if not any(c.isalnum() for c in sentence):
            continue
        if len(words) <= MOST_WORDS:
            found.append(" ".join(words))
        else:
            found += [" ".join(words[at : at + MOST_WORDS]) for at in range(0, len(words) - STEP, STEP)]
    return found
