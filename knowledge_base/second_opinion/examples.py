"""What the second opinion learns from: example sentences, wordings of one meaning, and messages put together from two."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from knowledge_base.safety.rules import CATEGORIES
from knowledge_base.second_opinion.opinion import HUMAN, LOOK_ALIKE, NO_CRISIS, NO_HUMAN, SAFETY
from knowledge_base.second_opinion.wordings import expand

_ASKED = "asked"  # the kind of what is ordinary, beside the keys of the files
# People write a crisis and a question in one message. How many messages of two kinds are put together, a language.
MIXTURES: tuple[tuple[str, str, int], ...] = (
    ("crisis", _ASKED, 450),
    ("crisis", "no_crisis", 150),
    ("crisis", "wants_human", 300),
    ("no_crisis", _ASKED, 350),
    ("no_crisis", "no_crisis", 150),
    (_ASKED, _ASKED, 300),
)
_NO_WISH = ("not_wants_human", "no_crisis", "ordinary")
_JOINTS = (". ", " ", ", ", "\n", "! ", "... ")
_SEED = 5
SENTENCES_OF_A_PATTERN = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence: one of opinion.CLASSES; HUMAN, NO_HUMAN, or None where that is not said."""

    text: str
    category: str
    human: str | None


@cache  # forty thousand lines of YAML, which no one changes within a process
def read() -> dict[str, dict[str, list[str]]]:
    """All sentences of cases/ and examples/, and some of each pattern of wordings/: language → key → sentences, sorted."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for folder in ("cases", "examples", "wordings"):
        for file in sorted((SAFETY / folder).glob("*.yml")):
            for key, written in yaml.safe_load(file.read_text(encoding="utf-8")).items():
                if key == "language":
                    continue
                for text in map(str, written):
                    # The same sentences of a pattern whatever stands beside it in its file.
                    several = (
                        expand(text, SENTENCES_OF_A_PATTERN, random.Random(text)) if folder == "wordings" else [text]
                    )
                    found[file.stem][key].update(several)
    return {
        language: {key: sorted(sentences) for key, sentences in sorted(kinds.items())}
        for language, kinds in sorted(found.items())
    }


def single(sentences: Mapping[str, Mapping[str, Sequence[str]]]) -> list[Example]:
    """Every sentence once."""
    made: dict[str, Example] = {}
    for kinds in sentences.values():
        for key, texts in kinds.items():
            human = HUMAN if key == "wants_human" else NO_HUMAN if key in _NO_WISH else None
            for text in texts:
                made.setdefault(text, Example(text, _class_of(key), human))
    return list(made.values())


def mixed(sentences: Mapping[str, Mapping[str, Sequence[str]]], asked: Mapping[str, Sequence[str]]) -> list[Example]:
    """Messages of two sentences of one language, the same each time. A crisis in it makes it one.

    `asked`: ordinary questions by language; the ordinary stories of the files go with them. Nothing is said of the wish for
    a person.
    """
    made = []
    for language, kinds in sentences.items():
        # So that one language's new sentences change no other's messages.
        chooser = random.Random(f"{_SEED} {language}")
        pool = {
            "crisis": [(c, text) for c in CATEGORIES for text in kinds.get(c, ())],
            _ASKED: [(NO_CRISIS, text) for text in (*asked.get(language, ()), *kinds.get("ordinary", ()))],
        } | {key: [(_class_of(key), text) for text in kinds.get(key, ())] for key in ("no_crisis", "wants_human")}
        for first, second, count in MIXTURES:
            if not pool[first] or not pool[second]:
                continue
            for _ in range(count):
                (category, one), (_, other) = chooser.choice(pool[first]), chooser.choice(pool[second])
                parts = [one, other]
                chooser.shuffle(parts)
                made.append(Example(chooser.choice(_JOINTS).join(parts), category, None))
    return made


def _class_of(key: str) -> str:
    return key if key in CATEGORIES else LOOK_ALIKE if key in ("no_crisis", "plain") else NO_CRISIS
