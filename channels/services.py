"""What the endpoints work with: made once in channels/app.py, found on the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from channels.auth.rate_limits import RateLimits
from channels.chat.engine_client import EngineClient
from channels.chat.turns import TurnRunner
from core.database import Database
from core.events import EventBus
from core.settings import Settings
from knowledge_base.relearning import Relearning
from knowledge_base.service import KnowledgeBase


@dataclass(slots=True)
class Services:
    """One of each per process."""

    settings: Settings
    database: Database
    bus: EventBus
    knowledge: KnowledgeBase
    relearning: Relearning
    engine: EngineClient
    turns: TurnRunner
    limits: RateLimits


def _services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


def client_address(request: Request) -> str:
    """The caller's address; X-Forwarded-For is believed only from a trusted proxy."""
    direct = request.client.host if request.client else "unknown"
    trusted = {a.strip() for a in _services(request).settings.trusted_proxies.split(",") if a.strip()}
    if direct in trusted:
        forwarded = request.headers.get("x-forwarded-for", "")
        return forwarded.split(",")[-1].strip() or direct
    return direct


ServicesDep = Annotated[Services, Depends(_services)]
AddressDep = Annotated[str, Depends(client_address)]
