"""Starts Rasa's own command line with our shim and patches in place: `python -m bot.engine.launch run …`.

Runs in the engine environment (Python 3.10). Nothing else of Rasa is replaced.
"""

from __future__ import annotations

import os
import warnings


def main() -> None:
    """Install the TensorFlow shim, apply the patches, hand over to Rasa."""
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    warnings.filterwarnings("ignore")

    from bot.engine import tensorflow_shim

    tensorflow_shim.install()

    from bot.engine import patches

    patches.apply()

    import rasa.__main__ as rasa_cli

    rasa_cli.configure_structlog = patches.silence_texts  # Rasa calls it once the command is known
    rasa_cli.main()


if __name__ == "__main__":
    main()
