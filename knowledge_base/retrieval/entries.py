"""What is put into the index: each article's title, answer, example questions and passages, in each language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from knowledge_base.models import Article
from knowledge_base.municipalities import strip_placeholders

Part = Literal["question", "title", "answer", "passage"]
_PASSAGE_WORDS = 120


@dataclass(frozen=True)
class Entry:
    """One text that can be found, and the article (by database id) that it leads to."""

    article: int
    language: str
    part: Part
    text: str

    @cached_property
    def digest(self) -> str:
        """What the text's vector is stored under."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def entries_of(article: Article) -> list[Entry]:
    """All entries of an article; none for an ended offer or an archived one: they never answer."""
    if article.status == "ended" or article.archived:
        return []
    made: list[Entry] = []
    for translation in article.translations:
        language = translation.language

        def add(part: Part, text: str, language: str = language) -> None:
            plain = strip_placeholders(text).strip()
            if plain:
                made.append(Entry(article.id, language, part, plain))

        add("title", translation.title)
        add("answer", f"{translation.title}. {translation.answer}")
        for question in translation.questions:
            add("question", question)
        for passage in passages(translation.body):
            add("passage", f"{translation.title}. {passage}")
    return made


def passages(body: str) -> Iterable[str]:
    """The body's sections, headings included, cut at about 120 words."""
    for section in body.split("\n## "):
        plain = " ".join(section.replace("#", " ").replace("*", " ").split())
        tokens = plain.split(" ")
        for start in range(0, len(tokens), _PASSAGE_WORDS):
            chunk = " ".join(tokens[start : start + _PASSAGE_WORDS])
            if len(chunk) > 20:
                yield chunk
