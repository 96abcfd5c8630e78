"""A message in its sentences, and that an idiom in one takes back nothing in another."""

from __future__ import annotations

import pytest

from knowledge_base.safety.screen import screen
from knowledge_base.safety.sentences import MOST_WORDS, parts


def test_sentences_of_every_script() -> None:
    assert parts("Hei! Han er borte... hva gjør vi?") == ["Hei", "Han er borte", "hva gjør vi"]
    assert parts("أين أبي؟ لا أعرف۔ نعم") == ["أين أبي", "لا أعرف", "نعم"]
    assert parts("ሰላም። ኣቦይ የለን፧") == ["ሰላም", "ኣቦይ የለን"]
    assert parts("?! ... \n") == parts("") == []


def test_a_long_one_in_pieces_that_overlap() -> None:
    words = [f"ord{n}" for n in range(50)]
    pieces = parts(" ".join(words))
    assert all(len(piece.split()) <= MOST_WORDS for piece in pieces)
    assert {w for piece in pieces for w in piece.split()} == set(words)
    assert any({"ord15", "ord16", "ord17"} <= set(piece.split()) for piece in pieces)


@pytest.mark.parametrize(
    "text",
    ["ڈیمنشیا کا کورس کب ہے؟ میں خودکشی کرنا چاہتا ہوں", "Demans kursu ne zaman? Kendimi öldürmek istiyorum"],
)
def test_an_idiom_in_one_sentence_takes_back_nothing_in_another(text: str) -> None:
    assert screen(text).category == "suicide"
