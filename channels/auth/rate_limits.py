"""Rate limits by address, with the library `limits`. In one process in memory; between replicas in Redis later."""

from __future__ import annotations

import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from core import i18n
from core.errors import TooMany


class RateLimits:
    """Counts requests and opened talks of an address."""

    def __init__(self, requests: str, conversations: str) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._limits = {"requests": parse(requests), "conversations": parse(conversations), "login": parse("10/minute")}

    def check(self, what: str, address: str, language: str = "nb") -> None:
        """Count one; TooMany, with the seconds to wait, when it is one too many. `what`: requests, conversations, login."""
        limit = self._limits[what]
        if not self._limiter.hit(limit, what, address):
            reset = self._limiter.get_window_stats(limit, what, address).reset_time
            seconds = max(1, int(reset - time.time()) + 1)
            raise TooMany(i18n.text("error.too_many", language, seconds=seconds), retry_after=seconds)
