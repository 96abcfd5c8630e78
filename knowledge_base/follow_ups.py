"""Follow-up questions: short ones that make sense only with the article that was last spoken of."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from core.folding import fold
from core.remembering import Remembered
from knowledge_base.retrieval.embeddings import Embedder, Vectors

UNSURE_BELOW = 0.45
_MOST_WORDS = 7
_EMPTY_WORDS = frozenset(
    word
    for line in Path(__file__).with_name("empty_words.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_WORD = re.compile(r"[^\W\d_]+")
_BEGINNING = 300  # characters of a section, with its heading
_vectors: Remembered[tuple[str, str], Vectors] = Remembered(1000)  # (model, body) → its sections' vectors


def says_little(text: str) -> bool:
    """Is this a short question without a topic of its own?"""
    words = [fold(w) for w in _WORD.findall(text)]
    if not words or len(words) > _MOST_WORDS:
        return False
    return sum(w not in _EMPTY_WORDS for w in words) <= (1 if len(words) >= 4 else 0)


def best_section(embedder: Embedder, body: str, question: str) -> str | None:
    """The section of a Markdown body (heading and text) whose vector is nearest to the question's."""
    sections = _sections(body)
    if not sections:
        return None
    # The beginnings tell what the sections are about; an article that is asked about is asked about again.
    vectors = _vectors.get((embedder.name, body), lambda: embedder.embed([s[:_BEGINNING] for s in sections]))
    best = sections[int(np.argmax(vectors @ embedder.embed_one(question)))]
    return _plain(best)


def parts(body: str) -> list[str]:
    """The sections of a Markdown body, as plain text each."""
    return [_plain(section) for section in _sections(body)]


def _sections(body: str) -> list[str]:
    return [s.strip() for s in re.split(r"^## +", body, flags=re.M) if s.strip()]


def _plain(section: str) -> str:
    """A section as plain text for a chat message: the heading as a first line, links and emphasis without their marks."""
    heading, _, text = section.partition("\n")
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*_`]{1,3}([^*_`]+)[*_`]{1,3}", r"\1", text)
    text = re.sub(r"^\s*[-*]\s+", "• ", text, flags=re.M)
    return f"{heading.strip()}\n\n{text.strip()}"
