"""Speed and memory of the search at 1,000, 10,000, 100,000 and 120,000 passages, beside BM25 and plain faiss.

    python -m benchmarks.retrieval_scale [--data-dir var] [--sizes 1000 10000]

Passages are recombined from the content: the halves of two texts in one language, with the mean of their two vectors and a
little noise as the vector (to embed 100,000 would take an hour and tell nothing more). The questions are the held-out ones,
embedded beforehand: times are beyond the embedding. Each system and size has a process of its own, so that its memory can be
told. Above 100,000 vectors ours is approximate: `same` says how many of the exact ten nearest it finds.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.held_out import read_tsv
from benchmarks.retrieval import RESULTS
from core.database import Database
from core.settings import Settings
from knowledge_base.retrieval import index as indexing
from knowledge_base.retrieval import published, ranker_store, ranking, vector_store, words
from knowledge_base.retrieval.embeddings import Embedder, Vectors
from knowledge_base.retrieval.entries import Entry
from knowledge_base.retrieval.published import IndexedArticle, Published

SIZES = (1_000, 10_000, 100_000, 120_000)
SYSTEMS = ("Nær", "faiss, flat", "BM25 (bm25s)")
QUESTIONS = 120
_EACH = 10  # passages of an article
Ask = Callable[[str, str, Vectors], object]


@dataclass(frozen=True, slots=True)
class Passage:
    """A made-up passage."""

    language: str
    text: str
    vector: Vectors


def passages(content: Published, vectors: dict[str, Vectors], count: int) -> list[Passage]:
    """Recombined from the content, always the same ones."""
    chance, noise = random.Random(7), np.random.default_rng(7)
    by_language: dict[str, list[Entry]] = defaultdict(list)
    for entry in content.entries:
        by_language[entry.language].append(entry)
    languages = sorted(by_language)
    made = []
    for number in range(count):
        language = languages[number % len(languages)]
        one, two = chance.choice(by_language[language]), chance.choice(by_language[language])
        text = f"{_half(one.text, first=True)} {_half(two.text, first=False)} ({number})"
        vector = vectors[one.digest] + vectors[two.digest] + 0.02 * noise.standard_normal(len(vectors[one.digest]))
        made.append(Passage(language, text, (vector / np.linalg.norm(vector)).astype(np.float32)))
    return made


def _half(text: str, *, first: bool) -> str:
    found = text.split()
    middle = len(found) // 2 + 1
    return " ".join(found[:middle] if first else found[middle - 1 :])


def ours(database: Database, made: list[Passage]) -> tuple[Ask, dict[str, float]]:
    """The app's index and ranker over the passages."""
    with database.reading() as session:
        stored = ranker_store.load(session, Settings().embedding_model)
    if stored is None or stored[0].classifier is None:
        raise SystemExit("There is no learned ranker: `naer kb reindex` first.")
    ranker, classifier = stored[0], stored[0].classifier
    slugs = sorted(classifier.slugs)
    count = len(made) // _EACH + 1
    articles = {
        i: IndexedArticle(i, slugs[i % len(slugs)] or "none", "national", "adult", "open", "general")
        for i in range(count)
    }
    entries = [Entry(i // _EACH, p.language, "passage", p.text) for i, p in enumerate(made)]
    vectors = {entry.digest: p.vector for entry, p in zip(entries, made, strict=True)}
    built = indexing.build(Published(1, articles, entries), "", ranker.projection, vectors, len(made[0].vector))
    everyone = frozenset(["adult"])

    def ask(text: str, language: str, vector: Vectors) -> object:
        logits = classifier.logits(text, language, vector)
        ranked = ranking.rank(built.nearest(vector, "lillestrom", everyone), language, logits)
        return ranker.calibration.judge(ranked, logits)

    return ask, {"same": _same(built, made)}


def _same(built: indexing.Index, made: list[Passage]) -> float:
    """Of the exact ten nearest rows, how many the index finds; asked with every so many-th passage, disturbed."""
    noise = np.random.default_rng(11)
    shares = []
    for passage in made[:: max(1, len(made) // 100)]:
        query = built.projection.apply((passage.vector + 0.02 * noise.standard_normal(384)).astype(np.float32))
        exact = set(np.argsort(-(built.matrix @ query))[:10].tolist())
        _, rows = built._faiss.search(query[None, :], 10)
        shares.append(len(exact & set(rows[0].tolist())) / 10)
    return round(statistics.mean(shares), 3)


def plain_faiss(made: list[Passage]) -> tuple[Ask, dict[str, float]]:
    """The vectors as they are, in a flat index."""
    import faiss

    index = faiss.IndexFlatIP(len(made[0].vector))
    index.add(np.stack([p.vector for p in made]))
    return lambda text, language, vector: index.search(vector[None, :], 10), {"same": 1.0}


def bm25(made: list[Passage]) -> tuple[Ask, dict[str, float]]:
    """bm25s with its defaults, one index over all."""
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize([p.text for p in made], show_progress=False), show_progress=False)

    def ask(text: str, language: str, vector: Vectors) -> object:
        return index.retrieve(bm25s.tokenize([text], show_progress=False), k=10, show_progress=False)

    return ask, {}


def _resident() -> float:
    """Megabytes of this process now."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def child(data_dir: Path, system: str, size: int) -> dict[str, Any]:
    """Build one system at one size in this process, ask, measure."""
    database = Database(Settings(data_dir=data_dir, database_url="").resolved_database_url)
    embedder = Embedder()
    questions = read_tsv("questions.tsv")[:: len(read_tsv("questions.tsv")) // QUESTIONS]
    asked = [(text, language, embedder.embed_one(text)) for _, language, text in questions]
    with database.reading() as session:
        content = published.read(session)
    made = passages(content, vector_store.vectors_for(database, embedder.name, content.texts, embedder.embed), size)
    words.load_all(tuple({p.language for p in made}))
    before, begun = _resident(), time.perf_counter()
    if system == "Nær":
        ask, more = ours(database, made)
    else:
        ask, more = plain_faiss(made) if system.startswith("faiss") else bm25(made)
    built, after, times = time.perf_counter() - begun, _resident(), []
    for question in asked:
        start = time.perf_counter()
        ask(*question)
        times.append(1000 * (time.perf_counter() - start))
    return {
        "system": system, "passages": size, "build_s": round(built, 1), "memory_mb": round(after - before),
        "p50_ms": round(statistics.median(times), 2), "p95_ms": round(float(np.quantile(times, 0.95)), 2), **more,
    }  # fmt: skip


def main() -> None:
    """Run every system at every size, print a table, write results/retrieval_scale.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=Settings().data_dir)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(given.data_dir, given.child[0], int(given.child[1]))))
        return
    rows = []
    for size in given.sizes:
        for system in SYSTEMS:
            command = [sys.executable, "-m", "benchmarks.retrieval_scale", "--data-dir", str(given.data_dir)]
            done = subprocess.run([*command, "--child", system, str(size)], check=True, capture_output=True, text=True)
            rows.append(json.loads(done.stdout.splitlines()[-1]))
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "retrieval_scale.json").write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
