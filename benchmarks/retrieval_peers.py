"""The peers of benchmarks/retrieval.py, each in its documented default set-up, over the same visible articles.

- BM25 alone: bm25s with its defaults, one index a language
- one E5 vector an article and language, in a flat faiss index
- txtai's hybrid (dense and BM25, weighed alike) with the same vectors; the package is put into var/bench/txtai, beside the
  app's environment, never into it
- Rasa's ResponseSelector in the default pipeline, trained on the articles' example questions, in an environment with
  TensorFlow (turn_systems.peer_python makes it from its lock)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import turn_systems
from core.settings import ROOT
from knowledge_base import articles
from knowledge_base.retrieval.embeddings import Embedder, Vectors

MUNICIPALITY = "lillestrom"
TXTAI = "txtai==9.14.0", "msgpack==1.2.4"
WORK = ROOT / "var/bench"
Search = Callable[[str, str], list[str]]  # question, language → slugs, best first
Documents = dict[str, dict[str, str]]  # language → slug → text


def visible(session: Any) -> list[Any]:
    """The articles that a relative in the municipality can get."""
    return [a for a in articles.effective_all(session, MUNICIPALITY) if a.audience != "staff" and a.status != "ended"]


def documents(session: Any) -> Documents:
    """What a peer may read: all of an article in a language, example questions included."""
    made: Documents = defaultdict(dict)
    for article in visible(session):
        for text in article.translations:
            made[text.language][article.slug] = "\n".join((text.title, text.answer, text.body, *text.questions))
    return made


def examples(session: Any) -> dict[str, list[str]]:
    """Slug → its titles and example questions in all languages."""
    made: dict[str, list[str]] = defaultdict(list)
    for article in visible(session):
        for text in article.translations:
            made[article.slug] += [text.title, *text.questions]
    return made


def bm25(texts: Documents) -> Search:
    """bm25s with its defaults, one index a language."""
    import bm25s

    made = {}
    for language, by_slug in texts.items():
        index = bm25s.BM25()
        index.index(bm25s.tokenize(list(by_slug.values()), show_progress=False), show_progress=False)
        made[language] = (index, list(by_slug))

    def search(question: str, language: str) -> list[str]:
        index, slugs = made[language]
        tokens = bm25s.tokenize([question], show_progress=False)
        found, _ = index.retrieve(tokens, k=10, show_progress=False)
        return [slugs[i] for i in found[0]]

    return search


def one_vector(texts: Documents, embedder: Embedder, vectors: Vectors) -> Search:
    """One E5 vector for each article and language (`vectors`, in the order of `texts`), in a flat faiss index."""
    import faiss

    slugs = [slug for by_slug in texts.values() for slug in by_slug]
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)

    def search(question: str, language: str) -> list[str]:
        _, rows = index.search(embedder.embed_one(question)[None, :], 60)
        return list(dict.fromkeys(slugs[i] for i in rows[0]))[:10]

    return search


def txtai_hybrid(texts: Documents, embedder: Embedder, vectors: Vectors) -> Search:
    """txtai's hybrid index over the same documents, with the same vectors and the same model for the questions."""
    folder = WORK / "txtai"
    if not (folder / "txtai").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--target", folder, *TXTAI], check=True)
    sys.path.append(str(folder))
    from txtai import Embeddings

    rows = [(f"{lang}/{slug}", text, None) for lang, by_slug in texts.items() for slug, text in by_slug.items()]
    known = {text: vector for (_, text, _), vector in zip(rows, vectors, strict=True)}

    def transform(batch: Sequence[str]) -> list[Vectors]:
        return [known[t] if t in known else embedder.embed_one(t) for t in batch]

    index = Embeddings(hybrid=True, method="external", transform=transform)
    index.index(rows)

    def search(question: str, language: str) -> list[str]:
        return list(dict.fromkeys(uid.split("/", 1)[1] for uid, _ in index.search(question, 60)))[:10]

    return search


def response_selector(
    made: dict[str, list[str]], questions: Sequence[str], python: Path, epochs: int
) -> tuple[list[tuple[list[str], float]], float]:
    """Rasa's rankings and milliseconds, a question each; and the seconds that the training took."""
    folder = WORK / "selector"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "examples.json").write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    (folder / "questions.json").write_text(json.dumps(list(questions), ensure_ascii=False), encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NAER_", "PYTHONPATH"))}
    environment = {**kept, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    with (WORK / "selector.log").open("w") as log:
        subprocess.run(
            [str(python), str(turn_systems.PEER / "response_selector.py"), str(folder), str(epochs)],
            cwd=folder, env=environment, stdout=log, stderr=log, check=True,
        )  # fmt: skip
    result = json.loads((folder / "answers.json").read_text())
    return [(slugs, took) for slugs, took in result["answers"]], result["trained_seconds"]
