"""Is it understood what a message wants? Held-out sentences by language, beside Rasa's usual pipeline.

    .venv/bin/python -m benchmarks.acts [--peer-python PATH] [--peer-epochs N] [--without-peer]

The sentences (benchmarks/data/acts) were written by hands that had not seen the training data. Ours is the model of the
installation (`naer train`); the peer is Rasa 3.6.21's default pipeline (CountVectors, DIET) with the same training sentences.
Counted is the likeliest act, whatever the fallback's threshold makes of it. Result: benchmarks/results/acts.json.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from benchmarks import turn_systems
from benchmarks.held_out import Sentence, sentences
from channels.cli.training import engine_environment
from core.settings import ROOT, Settings
from knowledge_base.retrieval.embeddings import Embedder

RESULT = ROOT / "benchmarks/results/acts.json"
PARSE = ROOT / "benchmarks/peer/parse.py"


def parse(
    python: Path, model: Path, rows: list[dict[str, str]], *more: str, env: dict[str, str], cwd: Path
) -> list[str]:
    """The acts that a model finds, in the environment that it was trained in."""
    done = subprocess.run(
        [python, PARSE, model, *more], input=json.dumps(rows), capture_output=True, text=True, env=env, cwd=cwd, check=False
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: list[str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def report(asked: list[Sentence], found: list[str]) -> dict[str, Any]:
    """Share of right acts over all, by language and by act; the most frequent mistakes."""
    by_language: dict[str, list[bool]] = defaultdict(list)
    by_act: dict[str, list[bool]] = defaultdict(list)
    mistakes: Counter[str] = Counter()
    for sentence, act in zip(asked, found, strict=True):
        right = sentence.label == act
        by_language[sentence.language].append(right)
        by_act[sentence.label].append(right)
        if not right:
            mistakes[f"{sentence.label} taken for {act}"] += 1
    languages = {language: round(sum(r) / len(r), 3) for language, r in by_language.items()}
    return {
        "right": round(sum(sum(r) for r in by_language.values()) / len(asked), 3),
        "worst_language": min(languages.items(), key=lambda pair: pair[1]),
        "by_language": languages,
        "by_act": {act: round(sum(r) / len(r), 3) for act, r in by_act.items()},
        "mistakes": dict(mistakes.most_common(12)),
    }


def main() -> None:
    """Run, print a table, write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", help="an interpreter with Rasa 3.6.21 and TensorFlow")
    parser.add_argument("--peer-epochs", type=int, default=30, help="of DIET (its default is 100; default here 30)")
    parser.add_argument("--without-peer", action="store_true")
    given = parser.parse_args()
    settings = Settings()
    asked = sentences("acts")
    vectors = Embedder(settings.embedding_model).embed([s.text for s in asked])
    rows = [
        {"text": s.text, "vector": base64.b64encode(v.astype("<f4").tobytes()).decode()}
        for s, v in zip(asked, vectors, strict=True)
    ]
    env = engine_environment(settings)
    found = parse(settings.engine_python, settings.model_path.resolve(), rows, "--ours", env=env, cwd=ROOT)
    results: dict[str, Any] = {"Nær": report(asked, found)}
    if not given.without_peer:
        turn_systems.WORK.mkdir(parents=True, exist_ok=True)
        python = turn_systems.peer_python(given.peer_python)
        folder = turn_systems.train_peer(python, given.peer_epochs)
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("NAER_", "PYTHONPATH"))}
        texts = [{"text": s.text} for s in asked]
        found = parse(python, folder / "models/peer.tar.gz", texts, env=plain, cwd=folder)
        results[f"Rasa's default pipeline, {given.peer_epochs} epochs"] = report(asked, found)
    for name, row in results.items():
        print(f"{name}: {row['right']:.3f} of {len(asked)}, worst {row['worst_language']}")
        print("  " + "  ".join(f"{k} {v:.2f}" for k, v in row["by_language"].items()))
        print("  " + "  ".join(f"{k} {v:.2f}" for k, v in row["by_act"].items()))
        print(f"  {row['mistakes']}")
    RESULT.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
