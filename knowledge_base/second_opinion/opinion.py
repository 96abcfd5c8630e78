"""What the second opinion says of a message.

Models over the message's sentence vector, its character n-grams and its words are weighed together with what the rules have found
(docs/decisions/0013). The weights are shipped (`safety/learned.npz`), so nothing is learned at a start, and a missing file
leaves the rules as they are.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core import logging
from knowledge_base.retrieval import classifier as classifying
from knowledge_base.retrieval import words
from knowledge_base.retrieval.classifier import Classifier
from knowledge_base.retrieval.embeddings import BUNDLED, Vectors
from knowledge_base.safety.rules import CATEGORIES
from knowledge_base.safety.screen import Screening, screen
from knowledge_base.safety.sentences import parts
from knowledge_base.second_opinion.network import Network

log = logging.get("safety")
SAFETY = Path(__file__).parent.parent / "safety"
FILE = SAFETY / "learned.npz"
NO_CRISIS, LOOK_ALIKE, HUMAN, NO_HUMAN = "", "look_alike", "human", ""
CLASSES = (NO_CRISIS, LOOK_ALIKE, *CATEGORIES)
# What speaks for a crisis and against it, in log-odds, added up: the models' own, a find of the rules (a doubtful one says
# little), a rule that knows an idiom, a past loss or a question about the theme. First fitted by logistic
# regression on example sentences that the models had not learned from; since they learn from wordings too, finds of the rules
# count for less (docs/decisions/0013).
MODELS, FIRM, DOUBTFUL, LOOKS_ALIKE, BIAS = 0.9, 1.4, 0.8, -1.6, -0.1
CRISIS_ABOVE, HUMAN_ABOVE = 0.3, 0.25  # probabilities, chosen with benchmarks/data/safety in view, see docs/safety.md
# With reserve where no rule has found anything: in a short message, and most in a few words ("mother has dementia", "I am 9") and
# where words are expected that mean something else ("please stop" in a guided talk).
SHORT, SHORT_ABOVE, RESERVED_CRISIS_ABOVE = 8, 0.5, 0.95
FEW_WORDS, RESERVED_HUMAN_ABOVE = 4, 0.85
LONG = 60  # words: of a longer message the models, which know one or two sentences, hear too little to take a find back
SURE_OF_CATEGORY = 0.8  # from here on the learned category is right more often than that of the rule that matched
ANY_LANGUAGE = "xx"  # what is asked here is the same in all languages, so words are only split, not looked up
_Probabilities = npt.NDArray[np.float64]
Embed = Callable[[str], Vectors]  # a text → its unit vector


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """Which crisis, if any, by a linear model and by networks that see the meaning only; and whether a person is wished for."""

    crisis: Classifier
    networks: tuple[Network, ...]
    human: Classifier

    def probabilities(self, text: str, vector: Vectors) -> tuple[dict[str, float], float]:
        """Of each of CLASSES, where linear model and networks agree most; and of the wish for a person."""
        counted = classifying.count_one(text, ANY_LANGUAGE)
        linear = _softmax([*self.crisis.logits_of(counted, vector).values()])
        deep = np.mean([_softmax(network.logits(vector)) for network in self.networks], axis=0)
        both = np.sqrt(linear * deep)
        wish = _softmax([*self.human.logits_of(counted, vector).values()])
        return (
            dict(zip(CLASSES, (both / both.sum()).tolist(), strict=True)),
            float(wish[self.human.slugs.index(HUMAN)]),
        )

    def add_to(self, found: Screening, text: str, embed: Embed, *, reserved: bool = False) -> Screening:
        """What the rules found, where the models don't speak against it, and what they missed.

        The find of a proven pattern stands, and so does any in a long message or where a person is asked for beside it. No
        find is taken back for what stands beside it in the message.
        """
        crisis, human = self.probabilities(text, embed(text))
        likeliest = max(CATEGORIES, key=lambda c: crisis[c])
        length = len(text.split())
        careful = reserved or length <= FEW_WORDS or found.look_alike
        needed_for_human = RESERVED_HUMAN_ABOVE if careful else HUMAN_ABOVE
        needed = CRISIS_ABOVE
        if found.category is None and (reserved or length <= SHORT):
            needed = RESERVED_CRISIS_ABOVE if reserved or length <= FEW_WORDS else SHORT_ABOVE
        wishes = found.wants_human or human >= needed_for_human
        category = None
        stands = found.category is not None and (found.proven or wishes or length > LONG)
        stands = stands or weighed(chance(crisis), found) >= needed
        if stands or (found.category is not None and self._stands_by_itself(text, embed)):
            named_by_rules = found.category is not None and crisis[likeliest] < SURE_OF_CATEGORY
            category = found.category if named_by_rules else likeliest
        return replace(found, category=category, wants_human=wishes)

    def _stands_by_itself(self, text: str, embed: Embed) -> bool:
        """Is the rules' find a crisis in the sentence in which it stands? Also where it stands in no single one."""
        found = False
        for part in (pieces := parts(text)):
            alone = screen(part)
            if alone.category is None:
                continue
            found = True
            if len(pieces) == 1 and part == text.strip():
                return False  # that is what has just been judged
            crisis, _ = self.probabilities(part, embed(part))
            if alone.proven or weighed(chance(crisis), alone) >= CRISIS_ABOVE:
                return True
        return not found

    def pack(self, digest: str) -> bytes:
        """As bytes, without pickling."""
        arrays: dict[str, Any] = {"digest": np.array(digest), "networks": np.array(len(self.networks))}
        arrays |= self.crisis.arrays("crisis_") | self.human.arrays("human_")
        for number, network in enumerate(self.networks):
            arrays |= network.arrays(f"network{number}_")
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        return buffer.getvalue()

    @classmethod
    def unpack(cls, archive: bytes) -> SecondOpinion:
        """Read what `pack` wrote."""
        with np.load(io.BytesIO(archive), allow_pickle=False) as data:
            crisis, human = (Classifier.from_arrays(data, f"{name}_") for name in ("crisis", "human"))
            if crisis is None or human is None:
                raise ValueError("not an archive of a second opinion")
            networks = tuple(Network.from_arrays(data, f"network{n}_") for n in range(int(data["networks"])))
        return cls(crisis, networks, human)


@cache
def shipped(model: str) -> SecondOpinion | None:
    """The shipped one; None, with a word in the log, where it is missing or the embedding model is another."""
    if model != BUNDLED or not FILE.exists():
        log.warning("second_opinion_off model=%s", model)
        return None
    words.load(ANY_LANGUAGE)
    return SecondOpinion.unpack(FILE.read_bytes())


def chance(of: dict[str, float]) -> float:
    """That it is a crisis, from the probabilities of CLASSES."""
    return sum(of[category] for category in CATEGORIES)


def weighed(models: float, found: Screening) -> float:
    """The probability of a crisis, from what the models give it and what the rules have found."""
    bounded = min(max(models, 1e-4), 1 - 1e-4)
    evidence = BIAS + MODELS * math.log(bounded / (1 - bounded))
    if found.category:  # no idiom lies over this find, whatever else stands in the message
        evidence += DOUBTFUL if found.doubtful else FIRM
    elif found.look_alike:
        evidence += LOOKS_ALIKE
    return 1 / (1 + math.exp(-evidence))


def _softmax(logits: npt.ArrayLike) -> _Probabilities:
    values = np.asarray(logits, dtype=np.float64)
    exponents = np.exp(values - values.max())
    found: _Probabilities = exponents / exponents.sum()
    return found
