"""Sentences written as patterns: `(mum|my mother) (is gone|has gone missing)` stands for four sentences.

One meaning in many words: whoever has learned only single sentences hears "my mother is gone" and misses "my husband has
disappeared". The files are safety/wordings/<language>.yml, with the keys of the other example files.
"""

from __future__ import annotations

import random
import re
from math import prod

_CHOICE = re.compile(r"\(([^()]*)\)")
_SPACE = re.compile(r"\s+")
_BEFORE_A_MARK = re.compile(r"\s+([,.!?،؟۔፡።፣])")


def expand(pattern: str, count: int, chooser: random.Random) -> list[str]:
    """At most `count` different sentences of a pattern, chosen by `chooser`.

    Raises ValueError where a choice is not closed, or stands within another.
    """
    parts = _CHOICE.split(pattern)
    if any(c in text for text in parts[::2] for c in "()"):
        raise ValueError(f"a choice that is not closed, or within another: {pattern!r}")
    choices = [[part] if number % 2 == 0 else part.split("|") for number, part in enumerate(parts)]
    possible = prod(map(len, choices))
    made: dict[str, None] = {}
    for number in chooser.sample(range(possible), min(count, possible)):
        said = []
        for several in choices:
            number, chosen = divmod(number, len(several))
            said.append(several[chosen])
        made[_tidy("".join(said))] = None
    return list(made)


def _tidy(text: str) -> str:
    return _BEFORE_A_MARK.sub(r"\1", _SPACE.sub(" ", text)).strip(" ,،፡፣")
