"""Does the search find the right article? Beside peers on the same content and the same held-out questions, in one run.

    python -m benchmarks.retrieval [--data-dir var] [--peer-python PATH] [--selector-epochs N] [--without-selector]

Needs an installation that is set up (`make run` once, or `naer kb reindex`); it works on a copy of its SQLite database.
The questions (benchmarks/data/) were written from the topic list alone, by hands that had not seen the articles. Peers and
their set-up: benchmarks/retrieval_peers.py. Writes results/retrieval.json and docs/pictures/reliability.png.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import channels.auth.models
import channels.conversations.models
import core.audit
from benchmarks import reliability, retrieval_peers, turn_systems
from benchmarks.held_out import read_tsv
from benchmarks.retrieval_peers import MUNICIPALITY, Search
from core.database import Database
from core.i18n import LANGUAGES
from core.settings import Settings
from knowledge_base import editing
from knowledge_base.editing import Change, Editor
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.service import KnowledgeBase

TABLES = (channels.auth.models, channels.conversations.models, core.audit)
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Question:
    """A held-out question and the topic that answers it."""

    slug: str
    language: str
    text: str


def measure(questions: Sequence[Question], search: Search) -> dict[str, Any]:
    """Ask every question, and time each."""
    found, times = [], []
    for question in questions:
        begun = time.perf_counter()
        found.append(search(question.text, question.language))
        times.append(1000 * (time.perf_counter() - begun))
    return score(questions, found, times)


def score(questions: Sequence[Question], found: Sequence[list[str]], milliseconds: Sequence[float]) -> dict[str, Any]:
    """Top-1, top-3, MRR over all and top-1 by language; milliseconds a question (p50)."""
    ranks: dict[str, list[int]] = defaultdict(list)
    for question, slugs in zip(questions, found, strict=True):
        ranks[question.language].append(slugs.index(question.slug) if question.slug in slugs else 99)
    every = [r for rs in ranks.values() for r in rs]
    by_language = {lang: round(sum(r == 0 for r in rs) / len(rs), 3) for lang, rs in ranks.items()}
    return {
        "top1": round(sum(r == 0 for r in every) / len(every), 3),
        "top3": round(sum(r < 3 for r in every) / len(every), 3),
        "mrr": round(sum(1 / (r + 1) for r in every if r < 99) / len(every), 3),
        "worst_language": min(by_language.items(), key=lambda pair: pair[1]),
        "by_language": by_language,
        "p50_ms": round(statistics.median(milliseconds), 1),
    }


def decisions(knowledge: KnowledgeBase, questions: Sequence[Question], outside: list[list[str]]) -> dict[str, Any]:
    """How often an answerable question gets nothing, and an off-topic one an answer; and is the confidence a chance?"""
    inside = [knowledge.search(q.text, MUNICIPALITY, q.language) for q in questions]
    off = [knowledge.search(text, MUNICIPALITY, language) for language, text in outside]
    answers = [(r, q) for r, q in zip(inside, questions, strict=True) if r.decision == "answer"]
    right = [bool(r.results) and r.results[0].article_id == q.slug for r, q in zip(inside, questions, strict=True)]
    confidences = [r.confidence for r in (*inside, *off)]
    error = reliability.draw(confidences, [*right, *[False] * len(off)])
    return {
        "in_scope_none": round(sum(r.decision == "none" for r in inside) / len(inside), 3),
        "in_scope_answer": round(len(answers) / len(inside), 3),
        "answer_is_right": round(sum(r.results[0].article_id == q.slug for r, q in answers) / len(answers), 3),
        "off_topic_answer": round(sum(r.decision == "answer" for r in off) / len(off), 3),
        "off_topic_none": round(sum(r.decision == "none" for r in off) / len(off), 3),
        "calibration_error": error,
    }


def over_embedding(knowledge: KnowledgeBase, questions: Sequence[Question]) -> float:
    """Milliseconds (p50) that a search takes beyond the embedding of its text."""
    times = []
    for question in questions:
        vector = knowledge.embedder.embed_one(question.text)
        begun = time.perf_counter()
        knowledge.search(question.text, MUNICIPALITY, question.language, vector=vector)
        times.append(1000 * (time.perf_counter() - begun))
    return round(statistics.median(times), 2)


def publish_to_searchable(knowledge: KnowledgeBase, database: Database, times: int = 10) -> float:
    """Seconds (p50) from the publication of a new article until a search finds it."""
    editor, taken = Editor("benchmark@example.no", MUNICIPALITY), []
    for number in range(times):
        slug, word = f"benchmark-{number}", f"Kvekklund{number}"
        asked = [f"Hva er {word}?", f"Hvordan får jeg {word}?", f"Har kommunen {word} for pårørende?"]
        text = {"title": f"{word} for pårørende", "answer": f"Kommunen har {word}. Ring og spør.", "questions": asked}
        with database.writing() as session:
            editing.create(session, editor, slug, Change(texts={"nb": text}))
        begun = time.perf_counter()
        with database.writing() as session:
            editing.publish(session, editor, slug)
        knowledge.rebuild()
        found = knowledge.search(f"hva er {word}", MUNICIPALITY, "nb", limit=10).results
        taken.append(time.perf_counter() - begun)
        if slug not in [f.article_id for f in found]:
            raise RuntimeError(f"{slug} is not found after its publication")
    return round(statistics.median(taken), 2)


def run(knowledge: KnowledgeBase, database: Database, given: argparse.Namespace) -> dict[str, Any]:
    """All figures by system."""
    questions = [Question(*row) for row in read_tsv("questions.tsv")]
    with database.reading() as session:
        texts, examples = retrieval_peers.documents(session), retrieval_peers.examples(session)

    def ours(text: str, language: str) -> list[str]:
        return [f.article_id for f in knowledge.search(text, MUNICIPALITY, language, limit=10).results]

    embedder = knowledge.embedder
    vectors = embedder.embed([text for by_slug in texts.values() for text in by_slug.values()])
    for question in questions:  # a system must not pay for the first embedding, nor profit from the second
        embedder.embed_one(question.text)
    results: dict[str, Any] = {"Nær": measure(questions, ours)}
    results["Nær"]["decisions"] = decisions(knowledge, questions, read_tsv("out_of_scope.tsv"))
    results["Nær"]["ms_over_embedding"] = over_embedding(knowledge, questions[::8])
    results["BM25 (bm25s)"] = measure(questions, retrieval_peers.bm25(texts))
    results["E5, one vector an article"] = measure(questions, retrieval_peers.one_vector(texts, embedder, vectors))
    results["txtai hybrid, same vectors"] = measure(questions, retrieval_peers.txtai_hybrid(texts, embedder, vectors))
    if not given.without_selector:
        python = turn_systems.peer_python(given.peer_python)
        answers, seconds = retrieval_peers.response_selector(
            examples, [q.text for q in questions], python, given.selector_epochs
        )
        row = score(questions, [slugs for slugs, _ in answers], [took for _, took in answers])
        results[f"Rasa ResponseSelector, {given.selector_epochs} epochs"] = row | {"training_s": round(seconds)}
    results["Nær"]["publish_to_searchable_s"] = publish_to_searchable(knowledge, database)
    return results


def main() -> None:
    """Run, print a table, write results/retrieval.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=Settings().data_dir)
    parser.add_argument("--peer-python", help="use this interpreter, with Rasa 3.6.21 and TensorFlow")
    parser.add_argument("--selector-epochs", type=int, default=10, help="Rasa's default of 300 takes hours here")
    parser.add_argument("--without-selector", action="store_true", help="leave Rasa out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(given.data_dir / "naer.db", Path(folder) / "naer.db")
        settings = Settings(data_dir=Path(folder), database_url="")
        database = Database(settings.resolved_database_url)
        knowledge = KnowledgeBase(database, Embedder(settings.embedding_model))
        knowledge.rebuild()
        knowledge.load_words()
        results = run(knowledge, database, given)
        database.close()
    print(f"{len(read_tsv('questions.tsv'))} held-out questions, {len(LANGUAGES)} languages, {MUNICIPALITY}")
    for name, row in results.items():
        worst = "{} {:.2f}".format(*row["worst_language"])
        scores = f"top-1 {row['top1']:.3f}  top-3 {row['top3']:.3f}  MRR {row['mrr']:.3f}"
        print(f"{name:36s} {scores}  worst {worst}  {row['p50_ms']} ms")
    print({key: value for key, value in results["Nær"].items() if key not in ("by_language", "worst_language")})
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "retrieval.json").write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
