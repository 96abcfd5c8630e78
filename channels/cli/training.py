"""Training Rasa: only when config, domain, data or components have changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import typer
import yaml

from core.database import Database
from core.settings import ROOT, Settings

Say = Callable[[str], None]
_INPUTS = ("config.yml", "bot/domain", "bot/data", "bot/nlu", "bot/engine/tensorflow_shim.py")


def inputs_digest() -> str:
    """A digest of everything that the trained model depends on."""
    digest = hashlib.sha256()
    for name in _INPUTS:
        path = ROOT / name
        for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".py")):
            digest.update(str(file.relative_to(ROOT)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current(settings: Settings) -> bool:
    """Is there a model of the present inputs?"""
    mark = settings.model_path.with_suffix(".digest")
    return settings.model_path.exists() and mark.exists() and mark.read_text() == inputs_digest()


def sentences(without: tuple[str, ...] = ()) -> list[str]:
    """Every training sentence of the dialogue acts, but those `without`."""
    found: list[str] = []
    for file in sorted((ROOT / "bot/data/nlu").rglob("*.yml")):
        data: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        for block in data["nlu"]:
            if block.get("intent") in (None, *without):
                continue
            found += [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]
    return list(dict.fromkeys(found))


def engine_environment(settings: Settings) -> dict[str, str]:
    """What the engine's process gets: no more than it needs."""
    from core import tracker_store

    kept = {k: v for k, v in os.environ.items() if not k.startswith("NAER_")}
    return {
        **kept,
        **tracker_store.environment(settings),
        "PYTHONPATH": str(ROOT),
        "NAER_ENGINE_SECRET": settings.secret_value,
        "NAER_ACTIONS_URL": f"http://127.0.0.1:{settings.port}/internal/actions/webhook",
        "NAER_ACTIONS_AUTHORIZATION": f"Bearer {settings.secret_value}",
        "NAER_NLU_VECTORS": str(settings.data_dir / "nlu-vectors.npz"),
        "RASA_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
        "SANIC_WORKERS": "1",
    }


def require_engine_python(settings: Settings) -> None:
    """The engine's interpreter must be there; says how to get it where it is not."""
    if not settings.engine_python.exists():
        raise typer.Exit(_missing_engine(settings))


def _missing_engine(settings: Settings) -> int:
    typer.echo(
        f"The engine's environment is missing ({settings.engine_python}).\n"
        "`make setup` makes it; it needs Python 3.10 (on the path, `pyenv install 3.10`, or `uv python install 3.10`).",
        err=True,
    )
    return 2


def train(settings: Settings, database: Database, say: Say, *, force: bool = False) -> None:
    """Train, unless the model is current. The sentences' vectors are made here, where they are quick to make."""
    if not force and is_current(settings):
        say("Engine: the trained model is current")
        return
    require_engine_python(settings)
    say("Engine: training (a minute or two)")
    _write_vectors(settings, database)
    folder = settings.model_path.parent
    folder.mkdir(parents=True, exist_ok=True)
    log = settings.data_dir / "train.log"
    with log.open("w") as output:
        done = subprocess.run(
            [str(settings.engine_python), "-m", "bot.engine.launch", "train", "--domain", "bot/domain",
             "--data", "bot/data", "--config", "config.yml", "--out", str(folder), "--fixed-model-name", "naer"],
            cwd=ROOT, env=engine_environment(settings), stdout=output, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if done.returncode or not settings.model_path.exists():
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        typer.echo(f"Training failed ({log}):\n{tail}", err=True)
        raise typer.Exit(1)
    settings.model_path.with_suffix(".digest").write_text(inputs_digest())
    say(f"Engine: trained, {settings.model_path}")


def _write_vectors(settings: Settings, database: Database) -> None:
    from knowledge_base.retrieval import shipped_vectors
    from knowledge_base.retrieval.embeddings import Embedder
    from knowledge_base.retrieval.vector_store import vectors_for

    shipped_vectors.load_into(database, settings.embedding_model)
    texts = {hashlib.sha256(t.encode()).hexdigest(): t for t in sentences()}
    vectors = vectors_for(database, settings.embedding_model, texts, Embedder(settings.embedding_model).embed)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path: Path = settings.data_dir / "nlu-vectors.npz"
    np.savez(path, digests=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
