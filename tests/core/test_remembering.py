"""Results are worked out once, however many ask at the same time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.remembering import Remembered


class TestRemembered:
    def test_many_at_once_make_one_result(self) -> None:
        made: list[int] = []
        kept: Remembered[str, int] = Remembered(4)
        begin = threading.Barrier(8)

        def make() -> int:
            made.append(1)
            time.sleep(0.05)
            return 7

        def ask() -> int:
            begin.wait()
            return kept.get("key", make)

        with ThreadPoolExecutor(8) as pool:
            found = [f.result() for f in [pool.submit(ask) for _ in range(8)]]
        assert (found, len(made)) == ([7] * 8, 1)

    def test_the_oldest_is_forgotten(self) -> None:
        kept: Remembered[int, int] = Remembered(2)
        made: list[int] = []

        def make(key: int) -> int:
            made.append(key)
            return key

        for key in (1, 2, 3, 3, 1):
            kept.get(key, lambda key=key: make(key))  # type: ignore[misc]
        assert made == [1, 2, 3, 1]

    def test_an_error_is_raised_and_not_kept(self) -> None:
        kept: Remembered[str, int] = Remembered(2)
        with pytest.raises(ZeroDivisionError):
            kept.get("key", lambda: 1 // 0)
        assert kept.get("key", lambda: 3) == 3
