"""Serves the app: `python -m channels.serve`."""

from __future__ import annotations

import socket
import sys

import uvicorn
from fastapi import FastAPI

from channels.app import create_app
from core.settings import Settings

# Seconds after which a busy thread must let others run. Each statement to SQLite lets go of the interpreter and has to
# get it back from the event loop; with Python's 5 ms a transaction of ten statements would wait ten times that long.
SWITCH = 0.0005
# A connection whose other side takes nothing for so long is dead: a line that is down, or open in one direction only.
UNANSWERED = 45  # seconds
UNSENT = 64 * 1024  # bytes that the kernel holds back for a reader that does not read, before we notice


class Server(uvicorn.Server):
    """uvicorn, that lets live streams end at once when it stops, instead of waiting for them."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell every stream to end, then do as usual."""
        app = self.config.app
        if isinstance(app, FastAPI) and hasattr(app.state, "services"):
            app.state.services.bus.close()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """The listening socket; what it accepts is given up when the other side is gone without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; elsewhere keep-alive has to do
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED * 1000)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
    listening.bind((host, port))
    return listening


def run(app: FastAPI, settings: Settings) -> None:
    """Serve until told to stop."""
    sys.setswitchinterval(SWITCH)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, access_log=False, log_level="warning",
        timeout_graceful_shutdown=3, server_header=False,
    )  # fmt: skip
    Server(config).run(sockets=[listen(settings.host, settings.port)])


def main() -> None:
    """One worker of the app, on the configured address."""
    settings = Settings()
    run(create_app(settings), settings)


if __name__ == "__main__":
    main()
