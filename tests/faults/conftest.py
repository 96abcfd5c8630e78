"""One app for all fault tests: loading it takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.system import System


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[System]:
    """The real app in a process of its own, on a copy of the template's database. Its engine is down unless made."""
    made = System(tmp_path_factory.mktemp("faults"), template, patience=2.0)
    try:
        made.start()
        yield made
    finally:
        made.close()
