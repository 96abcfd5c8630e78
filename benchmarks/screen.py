"""Does the crisis screen hold? On sentences written by hands that had seen neither its rules nor its examples.

`python -m benchmarks.screen [--all]`: reads benchmarks/data/safety/<language>.tsv; no installation is needed. Reports by
language, for the rules alone and with the second opinion, and the time of each; `--all` lists what went wrong, to be read
by a person.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.held_out import Sentence, read_tsv, sentences
from core.i18n import LANGUAGES
from knowledge_base import second_opinion
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.safety.rules import CATEGORIES
from knowledge_base.safety.screen import Screening, screen

_JOINTS = (". ", " ", ", ", "\n")
RESULT = Path(__file__).parent / "results/screen.json"


def figures(found: Sequence[tuple[Sentence, Screening]]) -> dict[str, float]:
    """Recall, share of the right category among the recognised, false alarms, wishes for a person seen and imagined."""
    crises = [(s, f) for s, f in found if s.label in CATEGORIES]
    seen = [(s, f) for s, f in crises if f.category]

    def share(label: str, judge: Callable[[Screening], bool]) -> float:
        of = [judge(f) for s, f in found if s.label == label]
        return round(sum(of) / len(of), 3)

    return {
        "recall": round(len(seen) / len(crises), 3),
        "right_category": round(sum(f.category == s.label for s, f in seen) / max(1, len(seen)), 3),
        "false_alarms": share("look_alike", lambda f: f.category is not None),
        "human": share("wants_human", lambda f: f.wants_human),
        "human_imagined": share("not_wants_human", lambda f: f.wants_human),
    }


def measure(screener: Callable[[str], Screening], asked: Sequence[Sentence]) -> tuple[dict[str, Any], list[Any]]:
    """Figures over all and by language, milliseconds a sentence."""
    found, times = [], []
    for sentence in asked:
        begun = time.perf_counter()
        result = screener(sentence.text)
        times.append((time.perf_counter() - begun) * 1000)
        found.append((sentence, result))
    by_language = {
        language: figures([pair for pair in found if pair[0].language == language]) for language in LANGUAGES
    }
    worst = min(by_language.items(), key=lambda pair: pair[1]["recall"])
    report = {
        "all": figures(found),
        "worst_recall": [worst[0], worst[1]["recall"]],
        "ms": {"p50": round(statistics.median(times), 2), "p95": round(statistics.quantiles(times, n=20)[-1], 2)},
        "by_language": by_language,
    }
    return report, found


def beside_a_question(asked: Sequence[Sentence]) -> list[Sentence]:
    """Each crisis and each look-alike in one message with a held-out question of its language, the same each time."""
    questions: dict[str, list[str]] = defaultdict(list)
    for _, language, question, *_ in read_tsv("questions.tsv"):
        questions[language].append(question)
    chooser, made = random.Random(7), []
    for sentence in asked:
        if sentence.label in CATEGORIES or sentence.label == "look_alike":
            parts = [sentence.text, chooser.choice(questions[sentence.language])]
            chooser.shuffle(parts)
            made.append(Sentence(sentence.language, sentence.label, chooser.choice(_JOINTS).join(parts)))
    return made


def mixed_figures(found: Sequence[tuple[Sentence, Screening]]) -> dict[str, float]:
    """Recall and false alarms of `beside_a_question`."""
    crises = [f.category is not None for s, f in found if s.label in CATEGORIES]
    others = [f.category is not None for s, f in found if s.label not in CATEGORIES]
    return {"recall": round(sum(crises) / len(crises), 3), "false_alarms": round(sum(others) / len(others), 3)}


def main() -> None:
    """Run, print a table, write results/screen.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="list every mistake")
    arguments = parser.parse_args()
    asked = sentences("safety")
    embedder = Embedder()
    opinion = second_opinion.shipped(embedder.name)
    if opinion is None:
        raise SystemExit("The second opinion is missing: `naer safety learn`.")

    def with_opinion(text: str) -> Screening:
        return opinion.add_to(screen(text), text, embedder.embed_one)

    for text in ("hei", "hva er avlastning?"):
        with_opinion(text)
    mixed = beside_a_question(asked)
    results: dict[str, Any] = {}
    found: list[Any] = []
    for name, screener in (("rules", screen), ("rules and second opinion", with_opinion)):
        results[name], found = measure(screener, asked)
        print(
            f"\n{name}: {len(asked)} held-out sentences; ms {results[name]['ms']}, worst {results[name]['worst_recall']}"
        )
        for language, row in {"all": results[name]["all"], **results[name]["by_language"]}.items():
            print(f"  {language:4s}" + "".join(f"  {key} {value:.2f}" for key, value in row.items()))
        results[name]["beside_a_question"] = mixed_figures([(s, screener(s.text)) for s in mixed])
        print(f"  beside a question: {results[name]['beside_a_question']}")
    if arguments.all:
        for sentence, result in found:
            expected = sentence.label if sentence.label in CATEGORIES else None
            wished = sentence.label == "wants_human"
            if result.category != expected or (wished != result.wants_human and expected is None):
                print(sentence.language, sentence.label, result.category, result.wants_human, sentence.text, sep="\t")
    RESULT.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
