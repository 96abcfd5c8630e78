"""Words in every language: spaCy splits and lemmatises; inflected forms, case and diacritics fall together.

Blank pipelines with the lookup tables of spacy-lookups-data are the embedded default; where a trained pipeline of the
language is installed (`nb_core_news_sm` and the like) it is used instead.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import Any

# Languages for which spaCy has no rules of its own use the nearest, or the neutral pipeline.
_PIPELINE = {"so": "xx", "nn": "nb"}
_TRAINED = {
    "nb": ("nb_core_news_sm", "nb_core_news_md"),
    "nn": ("nb_core_news_sm",),
    "en": ("en_core_web_sm",),
    "pl": ("pl_core_news_sm",),
    "uk": ("uk_core_news_sm",),
    "lt": ("lt_core_news_sm",),
}
_lock = threading.Lock()


@cache
def pipeline(language: str) -> Any:
    """The spaCy pipeline of a language: trained if installed, else blank with lemma lookups where there are any."""
    import spacy
    from spacy.util import is_package

    for name in _TRAINED.get(language, ()):
        if is_package(name):
            return spacy.load(name, exclude=["ner", "parser"])
    blank = spacy.blank(_PIPELINE.get(language, language))
    if blank.lang != "xx":
        lemmatiser = blank.add_pipe("lemmatizer", config={"mode": "lookup"})
        try:
            lemmatiser.initialize()
        except ValueError:  # no table for this language
            blank.remove_pipe("lemmatizer")
    return blank


def normalise(word: str) -> str:
    """Lower case, without combining marks: `Støttekontakt` and `stottekontakt` stay apart, `é` and `e` do not."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def terms(text: str, language: str) -> list[str]:
    """The text's words as normalised lemmas, without punctuation."""
    with _lock:
        document = pipeline(language)(text)
    return [normalise(t.lemma_ or t.text) for t in document if not (t.is_punct or t.is_space)]
