"""Serves the app: `python -m channels.serve`."""

from __future__ import annotations

import uvicorn

from channels.app import create_app
from core.settings import Settings


def main() -> None:
    """One worker of the app, on the configured address."""
    settings = Settings()
    uvicorn.run(
        create_app(settings), host=settings.host, port=settings.port, access_log=False, log_level="warning",
        timeout_graceful_shutdown=3, timeout_keep_alive=75, server_header=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
