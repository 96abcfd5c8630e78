"""Words in every language: spaCy splits and lemmatises; inflected forms, case and diacritics fall together.

Blank pipelines with the lookup tables of spacy-lookups-data are the embedded default; where a trained pipeline of the
language is installed (`nb_core_news_sm` and the like) it is used instead.
"""

from __future__ import annotations

import threading
from typing import Any

from core.folding import fold

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
# The table of Turkish takes five seconds to load and helps little: endings are what character n-grams are good at.
_WITHOUT_LEMMAS = ("xx", "tr")
_loaded: dict[str, Any] = {}
_lock = threading.Lock()


def load(language: str) -> Any:
    """The spaCy pipeline of a language, loaded once: trained if installed, else blank with lemma lookups where there are any."""
    name = _PIPELINE.get(language, language)
    with _lock:
        if name not in _loaded:
            _loaded[name] = _make(name, language)
        return _loaded[name]


def load_all(languages: tuple[str, ...]) -> None:
    """Load the pipelines of these languages: some seconds each for the largest lemma tables."""
    for language in languages:
        load(language)


def _make(name: str, language: str) -> Any:
    import spacy
    from spacy.util import is_package

    for package in _TRAINED.get(language, ()):
        if is_package(package):
            return spacy.load(package, exclude=["ner", "parser"])
    blank: Any = spacy.blank(name)
    if name not in _WITHOUT_LEMMAS:
        lemmatiser = blank.add_pipe("lemmatizer", config={"mode": "lookup"})
        try:
            lemmatiser.initialize()
        except ValueError:  # no table for this language
            blank.remove_pipe("lemmatizer")
    return blank


def is_loaded(language: str) -> bool:
    """Is the language's pipeline there already?"""
    return _PIPELINE.get(language, language) in _loaded


def terms(text: str, language: str) -> list[str]:
    """The text's words as normalised lemmas, without punctuation. Loads the language's pipeline if need be."""
    load(language)
    return terms_if_loaded(text, language)


def terms_if_loaded(text: str, language: str) -> list[str]:
    """As `terms`, but empty while the pipeline is still being loaded: a question never waits for a table."""
    found = _loaded.get(_PIPELINE.get(language, language))
    if found is None:
        return []
    return [fold(t.lemma_ or t.text) for t in found(text) if not (t.is_punct or t.is_space)]
