"""Logging: one line an event, `event key=value …`, ids only. No function here takes a text from a person."""

from __future__ import annotations

import logging
import sys


def configure(level: str) -> None:
    """Send our log to standard error; keep the libraries at warnings, and access lines (they hold URLs) out."""
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    logging.getLogger("naer").setLevel(level.upper())
    logging.getLogger("uvicorn.access").disabled = True


def get(name: str) -> logging.Logger:
    """The logger of a room, e.g. `get("chat.turns")`."""
    return logging.getLogger(f"naer.{name}")
