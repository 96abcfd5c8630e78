"""Does the search find the right article? Beside peers on the same content and the same held-out questions.

`python -m benchmarks.retrieval [--data-dir var]`: needs an installation that is set up (`make run` once, or `naer kb reindex`).
The questions (benchmarks/data/) were written from the topic list alone, by hands that had not seen the articles.

Peers, each in its documented default set-up, with the same visible articles:
- BM25 alone: bm25s, title, answer and body of an article in the question's language as one document
- one E5 vector an article: the same documents, `query:`/`passage:` as the model's card says, in a flat faiss index
- txtai's hybrid (dense and BM25), if the package is installed
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import channels.auth.models
import channels.conversations.models
import core.audit
from core.database import Database
from core.i18n import LANGUAGES
from core.settings import Settings
from knowledge_base import articles
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.service import KnowledgeBase

TABLES = (channels.auth.models, channels.conversations.models, core.audit)
DATA = Path(__file__).parent / "data"
RESULTS = Path(__file__).parent / "results"
MUNICIPALITY = "lillestrom"
Search = Callable[[str, str], list[str]]  # question, language → slugs, best first


@dataclass(frozen=True, slots=True)
class Question:
    """A held-out question and the topic that answers it."""

    slug: str
    language: str
    text: str


def read_tsv(name: str) -> list[list[str]]:
    """Rows without the header."""
    return [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()[1:] if line]


def documents(session: Any) -> dict[str, dict[str, str]]:
    """Language → slug → what a peer may read of the article."""
    made: dict[str, dict[str, str]] = defaultdict(dict)
    for article in articles.effective_all(session, MUNICIPALITY):
        if article.audience == "staff" or article.status == "ended":
            continue
        for text in article.translations:
            made[text.language][article.slug] = "\n".join((text.title, text.answer, text.body, *text.questions))
    return made


def bm25_peer(texts: dict[str, dict[str, str]]) -> Search:
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


def vector_peer(texts: dict[str, dict[str, str]], embedder: Embedder) -> Search:
    """One E5 vector for each article and language, in a flat faiss index."""
    import faiss

    slugs = [slug for by_slug in texts.values() for slug in by_slug]
    vectors = embedder.embed([text[:2000] for by_slug in texts.values() for text in by_slug.values()])
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)

    def search(question: str, language: str) -> list[str]:
        _, rows = index.search(embedder.embed_one(question)[None, :], 60)
        return list(dict.fromkeys(slugs[i] for i in rows[0]))[:10]

    return search


def txtai_peer(texts: dict[str, dict[str, str]], embedder: Embedder) -> Search | None:
    """txtai's hybrid index over the same documents with the same vectors; None where txtai is not installed."""
    try:
        from txtai import Embeddings
    except ImportError:
        return None
    index = Embeddings(hybrid=True, method="external", transform=lambda batch: embedder.embed([str(t) for t in batch]))
    rows = [(f"{lang}/{slug}", text, None) for lang, by_slug in texts.items() for slug, text in by_slug.items()]
    index.index(rows)

    def search(question: str, language: str) -> list[str]:
        return list(dict.fromkeys(uid.split("/", 1)[1] for uid, _ in index.search(question, 60)))[:10]

    return search


def measure(questions: Sequence[Question], search: Search) -> dict[str, Any]:
    """Top-1, top-3, MRR over all and top-1 by language; milliseconds a question (p50)."""
    ranks: dict[str, list[int]] = defaultdict(list)
    times = []
    for question in questions:
        begun = time.perf_counter()
        found = search(question.text, question.language)
        times.append(time.perf_counter() - begun)
        ranks[question.language].append(found.index(question.slug) if question.slug in found else 99)
    every = [r for rs in ranks.values() for r in rs]
    by_language = {lang: round(sum(r == 0 for r in rs) / len(rs), 3) for lang, rs in ranks.items()}
    return {
        "top1": round(sum(r == 0 for r in every) / len(every), 3),
        "top3": round(sum(r < 3 for r in every) / len(every), 3),
        "mrr": round(sum(1 / (r + 1) for r in every if r < 99) / len(every), 3),
        "worst_language": min(by_language.items(), key=lambda pair: pair[1]),
        "by_language": by_language,
        "p50_ms": round(statistics.median(times) * 1000, 1),
    }


def decisions(knowledge: KnowledgeBase, questions: Sequence[Question], outside: list[list[str]]) -> dict[str, float]:
    """How often an answerable question gets nothing, and an off-topic one an answer."""
    inside = [knowledge.search(q.text, MUNICIPALITY, q.language).decision for q in questions]
    off = [knowledge.search(text, MUNICIPALITY, language).decision for language, text in outside]
    return {
        "in_scope_none": round(inside.count("none") / len(inside), 3),
        "in_scope_answer": round(inside.count("answer") / len(inside), 3),
        "off_topic_answer": round(off.count("answer") / len(off), 3),
        "off_topic_none": round(off.count("none") / len(off), 3),
    }


def main() -> None:
    """Run, print a table, write results/retrieval.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Settings().data_dir)
    settings = Settings(data_dir=parser.parse_args().data_dir)
    database = Database(settings.resolved_database_url)
    knowledge = KnowledgeBase(database, Embedder(settings.embedding_model))
    knowledge.rebuild()
    knowledge.load_words()
    questions = [Question(*row) for row in read_tsv("questions.tsv")]
    with database.reading() as session:
        texts = documents(session)

    def ours(text: str, language: str) -> list[str]:
        return [f.article_id for f in knowledge.search(text, MUNICIPALITY, language, limit=10).results]

    peers: dict[str, Search | None] = {
        "Nær": ours,
        "BM25 (bm25s)": bm25_peer(texts),
        "E5, one vector an article": vector_peer(texts, knowledge.embedder),
        "txtai hybrid, same vectors": txtai_peer(texts, Embedder(settings.embedding_model)),
    }
    results: dict[str, Any] = {name: measure(questions, search) for name, search in peers.items() if search}
    results["Nær"]["decisions"] = decisions(knowledge, questions, read_tsv("out_of_scope.tsv"))
    print(f"{len(questions)} held-out questions, {len(LANGUAGES)} languages, {MUNICIPALITY}")
    for name, row in results.items():
        worst = "{} {:.2f}".format(*row["worst_language"])
        scores = f"top-1 {row['top1']:.3f}  top-3 {row['top3']:.3f}  MRR {row['mrr']:.3f}"
        print(f"{name:28s} {scores}  worst {worst}  {row['p50_ms']} ms")
    print(results["Nær"]["decisions"])
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "retrieval.json").write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
