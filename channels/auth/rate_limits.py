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
        self._limits = {
            "requests": parse(requests),
            "conversations": parse(conversations),
            "callbacks": parse(conversations),
            "login": parse("10/minute"),
            "codes": parse("10/minute"),  # wrong ones only
        }

    def check(self, what: str, address: str, language: str = "nb") -> None:
        """Count one; TooMany, with the seconds to wait, when it is one too many.

        `what`: requests, conversations, callbacks, login, codes.
        """
        limit = self._limits[what]
        if not self._limiter.hit(limit, what, address):
            raise self._too_many(what, address, language)

    def check_left(self, what: str, address: str, language: str = "nb") -> None:
        """TooMany when nothing is left; counts nothing."""
        if not self._limiter.test(self._limits[what], what, address):
            raise self._too_many(what, address, language)

    def _too_many(self, what: str, address: str, language: str) -> TooMany:
        reset = self._limiter.get_window_stats(self._limits[what], what, address).reset_time
        seconds = max(1, int(reset - time.time()) + 1)
        return TooMany(i18n.text("error.too_many", language, seconds=seconds), retry_after=seconds)
