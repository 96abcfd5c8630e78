"""The system and the browser, one of each for all end-to-end tests; a new browser profile for each person in a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.pages import Widget, log_in
from tests.e2e.system import ROOT, System

BROWSER_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

NewContext = Callable[..., BrowserContext]
OpenWidget = Callable[..., Widget]


def missing(what: str, how: str) -> None:
    """Without a needed tool a test is left out with how to get it; where everything must run, it fails."""
    text = f"{what} is missing: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        missing("chromium", "apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def system(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The running system, ready; the browser comes first, since without it there is no need to start."""
    if not (ROOT / "channels/web/dist/widget.html").exists():
        pytest.fail("The front end is not built: make front")
    started = System(tmp_path_factory.mktemp("naer"))
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


@pytest.fixture
def new_context(browser: Browser, system: System) -> Iterator[NewContext]:
    """Makes browser profiles with our address as base; they end with the test. Errors on a page fail the test."""
    made: list[BrowserContext] = []
    faults: list[str] = []

    def make(**options: Any) -> BrowserContext:
        settings = {"base_url": system.address, "locale": "nb-NO", "reduced_motion": "reduce", **options}
        settings.setdefault("viewport", {"width": 1280, "height": 800})
        context = browser.new_context(**settings)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert not faults, faults


@pytest.fixture
def open_widget(new_context: NewContext) -> OpenWidget:
    """Opens the widget alone on a page, as a new person."""

    def open_it(municipality: str = "lillestrom", language: str = "nb", **options: Any) -> Widget:
        page = new_context(**options).new_page()
        page.goto(f"/widget?municipality={municipality}&language={language}")
        return Widget(page, page.main_frame).ready()

    return open_it


@pytest.fixture(scope="session")
def staff_states(browser: Browser, system: System) -> Callable[[str], Any]:
    """Cookies of a logged-in account, by role: logged in once, since logins are rate-limited."""
    known: dict[str, Any] = {}

    def state(role: str) -> Any:
        if role not in known:
            context = browser.new_context(base_url=system.address, locale="nb-NO")
            log_in(context.new_page(), "/editor" if role == "editor" else "/console", system.account(role))
            known[role] = context.storage_state()
            context.close()
        return known[role]

    return state


@pytest.fixture
def open_staff(new_context: NewContext, staff_states: Callable[[str], Any]) -> Callable[..., Page]:
    """Opens a staff page, logged in: a counsellor's for /console, an editor's for /editor."""

    def open_it(path: str, **options: Any) -> Page:
        role = "editor" if path.startswith("/editor") else "counsellor"
        page = new_context(storage_state=staff_states(role), **options).new_page()
        page.goto(path)
        page.locator("header.top").wait_for()
        return page

    return open_it
