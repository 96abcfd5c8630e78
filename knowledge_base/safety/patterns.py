"""The small language in which the rules are written, and its matcher.

A pattern is words: `ta* .. livet mitt|sitt`
- `word`      this word, whatever case and diacritics; from five letters on, one typing error is forgiven
- `word*`     any word that begins so (inflections)
- `*word`     any word that ends so (prefixes, articles: Arabic, Tigrinya)
- `a|b|c*`    one of these
- `..`        up to three other words
- `word?`     this word, or nothing
- `=word`     exactly this word, no typing error forgiven
- `^` / `$`   as a word of its own: the message begins / ends here
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

_GAP = 3
_FUZZY_FROM = 5
_RING = "\ue000"  # stands for å, a letter of its own in Norwegian, while other letters lose their marks
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_REPEATED = re.compile(r"(.)\1{2,}")
# Marks that carry no meaning for matching: Arabic short vowels and tatweel, zero-width joiners.
_INVISIBLE = re.compile("[\u0640\u064b-\u0652\u0670\u200b-\u200f\u2060\ufeff]")
_ARABIC = str.maketrans("أإآىةؤئكی\u06cc\u06a9\u06be\u06c1\u06c3\u06c0", "اااياويكيي\u0643ههةه".replace("ة", "ه"))


def normalise(text: str) -> str:
    """Case, diacritics, letter variants and stretched letters ("hjeeelp") fall together."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(_ARABIC)
    text = text.replace("’", "").replace("'", "").replace("ʼ", "").replace("`", "")
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("å", _RING))
        text = "".join(c for c in text if not unicodedata.combining(c)).replace(_RING, "å")
    return _REPEATED.sub(r"\1", text.replace("ı", "i").replace("ł", "l"))


@dataclass(frozen=True, slots=True)
class Words:
    """A normalised message: its words, and for each the sentence that it stands in."""

    words: tuple[str, ...]
    sentences: tuple[int, ...]


@lru_cache(maxsize=64)
def split(text: str) -> Words:
    """The message's words in order. Screen and listening ask for the same message's words, one after the other."""
    words: list[str] = []
    sentences: list[int] = []
    for number, sentence in enumerate(re.split(r"[.!?…\n;؟۔።፧]+", normalise(text))):
        for word in _WORD.findall(sentence):
            words.append(word)
            sentences.append(number)
    return Words(tuple(words), tuple(sentences))


@dataclass(frozen=True, slots=True)
class _Piece:
    """One place of a pattern: alternatives, each (text, how it is compared); or a gap, an edge, an optional word."""

    kind: str  # word, gap, begin, end
    options: tuple[tuple[str, str], ...] = ()
    optional: bool = False

    def fits(self, word: str) -> bool:
        return any(_fits(word, text, how) for text, how in self.options)


def _fits(word: str, text: str, how: str) -> bool:
    if how == "prefix":
        return word.startswith(text)
    if how == "suffix":
        return word.endswith(text)
    if word == text:
        return True
    if how == "exact" or len(text) < _FUZZY_FROM or abs(len(word) - len(text)) > 1 or word[0] != text[0]:
        return False
    return bool(OSA.distance(word, text, score_cutoff=1) <= 1)


@cache
def compile_pattern(pattern: str) -> tuple[_Piece, ...]:
    """Read a pattern; raises ValueError when it has no word."""
    pieces = []
    for token in pattern.split():
        if token == "..":
            pieces.append(_Piece("gap"))
        elif token == "^":
            pieces.append(_Piece("begin"))
        elif token == "$":
            pieces.append(_Piece("end"))
        else:
            optional = token.endswith("?")
            options = tuple(_option(part) for part in token.rstrip("?").split("|") if part)
            if not options:
                raise ValueError(f"not a word: {token!r}")
            pieces.append(_Piece("word", options, optional))
    if not any(p.kind == "word" and not p.optional for p in pieces):
        raise ValueError(f"pattern without a word: {pattern!r}")
    return tuple(pieces)


def _option(part: str) -> tuple[str, str]:
    how = (
        "prefix" if part.endswith("*") else "suffix" if part.startswith("*") else "exact" if part[0] == "=" else "word"
    )
    text = normalise(part.strip("*="))
    if not text or not _WORD.fullmatch(text):
        raise ValueError(f"not a word: {part!r}")
    return text, how


class PatternIndex:
    """Many patterns, and which of them a message could fit at all: looked up, not tried one by one.

    Each word of a message is looked up once (itself, its beginnings, its ends, itself with one letter left out), which
    gives the pieces that it fits; only patterns all of whose needed pieces are there are then matched in full.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._needed: dict[int, tuple[str, list[int]]] = {}  # a pattern's first piece → the pattern, its other pieces
        self._options: list[tuple[str, str]] = []
        self._pieces_of: list[list[int]] = []  # option → numbers of the pieces that have it
        self._by: dict[str, dict[str, list[int]]] = {"whole": {}, "prefix": {}, "suffix": {}, "fuzzy": {}}
        numbers: dict[tuple[str, str], int] = {}
        pieces = 0
        for pattern in dict.fromkeys(patterns):
            needed = []
            for piece in compile_pattern(pattern):
                if piece.kind != "word" or piece.optional:
                    continue
                for option in piece.options:
                    number = numbers.setdefault(option, len(numbers))
                    if number == len(self._options):
                        self._add_option(option, number)
                    self._pieces_of[number].append(pieces)
                needed.append(pieces)
                pieces += 1
            self._needed[needed[0]] = (pattern, needed[1:])

    def _add_option(self, option: tuple[str, str], number: int) -> None:
        text, how = option
        self._options.append(option)
        self._pieces_of.append([])
        kind = how if how in ("prefix", "suffix") else "whole"
        self._by[kind].setdefault(text, []).append(number)
        if how == "word" and len(text) >= _FUZZY_FROM:
            for key in _with_one_left_out(text):
                self._by["fuzzy"].setdefault(key, []).append(number)

    def candidates(self, message: Words) -> list[str]:
        """The patterns whose every needed word is somewhere in the message."""
        present: set[int] = set()
        for word in set(message.words):
            for number in self._fitting(word):
                present.update(self._pieces_of[number])
        firsts = [self._needed[n] for n in present if n in self._needed]
        return [pattern for pattern, others in firsts if present.issuperset(others)]

    def _fitting(self, word: str) -> set[int]:
        found = set(self._by["whole"].get(word, ()))
        for cut in range(1, len(word) + 1):
            found.update(self._by["prefix"].get(word[:cut], ()))
            found.update(self._by["suffix"].get(word[-cut:], ()))
        if len(word) >= _FUZZY_FROM - 1:
            near = {n for key in _with_one_left_out(word) for n in self._by["fuzzy"].get(key, ())}
            found.update(n for n in near - found if _fits(word, *self._options[n]))
        return found


def _with_one_left_out(word: str) -> set[str]:
    """The word, and the word with each one of its letters left out: what two words one error apart have in common."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def find(pattern: str, message: Words) -> list[tuple[int, int]]:
    """Spans (first word, word after the last) in which the pattern matches."""
    pieces = compile_pattern(pattern)
    spans = []
    for start in range(len(message.words) + 1):
        end = _match(pieces, 0, message.words, start)
        if end is not None and end > start:
            spans.append((start, end))
    return spans


def _match(pieces: Sequence[_Piece], at: int, words: Sequence[str], position: int) -> int | None:
    if at == len(pieces):
        return position
    piece = pieces[at]
    if piece.kind == "begin":
        return _match(pieces, at + 1, words, position) if position == 0 else None
    if piece.kind == "end":
        return _match(pieces, at + 1, words, position) if position == len(words) else None
    if piece.kind == "gap":
        for skip in range(_GAP + 1):
            if position + skip > len(words):
                return None
            end = _match(pieces, at + 1, words, position + skip)
            if end is not None:
                return end
        return None
    if position < len(words) and piece.fits(words[position]):
        end = _match(pieces, at + 1, words, position + 1)
        if end is not None:
            return end
    return _match(pieces, at + 1, words, position) if piece.optional else None
