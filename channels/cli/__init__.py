"""The command line `naer`: run, train, kb, staff, doctor. Heavy imports wait until a command needs them."""

from __future__ import annotations

from channels.cli.main import main

__all__ = ["main"]
