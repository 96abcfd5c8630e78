"""What axe-core can see, and whether a page fits a small screen, in the states that people meet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.e2e.conftest import NewContext, OpenWidget, missing
from tests.e2e.pages import ANSWER, SOON, ask_for_person, card, close_talk, in_hand
from tests.e2e.system import ROOT

pytestmark = pytest.mark.e2e

AXE = ROOT / "channels/web/node_modules/axe-core/axe.min.js"
SIZES = [{"width": 360, "height": 740}, {"width": 1280, "height": 800}]
RUN = """async () => (await axe.run()).violations.map(
    ({ id, help, nodes }) => ({ id, help, where: nodes.slice(0, 5).map((node) => node.target.join(' ')) }))"""


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The checker, as the front end's own dependencies bring it."""
    if not Path(AXE).exists():
        missing("axe-core", "npm ci in channels/web")
    return AXE.read_text()


@pytest.fixture
def check(axe_source: str) -> Callable[[Frame], None]:
    """Fails with what axe finds, and when the page is wider than its window."""

    def run(frame: Frame) -> None:
        frame.evaluate(axe_source)
        found: list[dict[str, Any]] = frame.evaluate(RUN)
        assert found == []
        wide = frame.evaluate("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
        assert wide <= 0, f"{wide} px too wide"

    return run


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size['width']}px")
class TestPages:
    """Narrow and wide."""

    @pytest.mark.parametrize("language", ["nb", "ar"])
    def test_demo(self, new_context: NewContext, check: Callable[[Frame], None], size: Any, language: str) -> None:
        """The municipal page with its launcher, and with the chat open."""
        page = new_context(viewport=size).new_page()
        page.goto(f"/demo/lillestrom?language={language}")
        page.locator("h1").wait_for()
        launcher = page.get_by_role("button", name="Snakk med oss" if language == "nb" else "تحدث معنا")
        expect(launcher).to_be_visible()
        check(page.main_frame)
        launcher.click()
        page.frame_locator("iframe").locator("#composer-text").wait_for()
        check(page.main_frame)

    @pytest.mark.parametrize(("language", "scheme"), [("nb", "light"), ("nb", "dark"), ("ar", "light")])
    def test_widget(
        self, open_widget: OpenWidget, check: Callable[[Frame], None], size: Any, language: str, scheme: str
    ) -> None:
        """Greeting, answer with its source, crisis card, menu, dialogs."""
        widget = open_widget(language=language, viewport=size, color_scheme=scheme)
        check(widget.frame)
        widget.frame.locator(".head-tools > .button.primary").click()
        expect(widget.frame.get_by_role("dialog")).to_be_visible()
        check(widget.frame)
        widget.page.keyboard.press("Escape")
        widget.ask("Hva er avlastning?" if language == "nb" else "كيف أحصل على رعاية بديلة مؤقتة لأمي حتى أرتاح؟")
        widget.write("Mannen min slår meg" if language == "nb" else "زوجي يضربني")
        expect(widget.frame.locator(".bubble.crisis")).to_be_visible(timeout=ANSWER)
        check(widget.frame)
        widget.frame.locator(".more > button").click()
        check(widget.frame)

    def test_console(
        self, open_staff: Callable[..., Page], open_widget: OpenWidget, check: Callable[[Frame], None], size: Any
    ) -> None:
        """Queue with a crisis, talk, side panel, dialogs; and the relative's side when it has ended."""
        console = open_staff("/console", viewport=size)
        widget = open_widget(viewport=size)
        ask_for_person(widget, f"Universell utforming {size['width']}")
        widget.write("Mannen min slår meg")
        expect(widget.frame.locator(".bubble.crisis")).to_be_visible(timeout=ANSWER)
        waiting = card(console, f"Universell utforming {size['width']}")
        expect(waiting).to_contain_text("Haster", timeout=ANSWER)
        check(console.main_frame)
        check(widget.frame)
        waiting.get_by_role("button", name="Ta samtalen").click()
        expect(in_hand(console).locator("textarea")).to_be_enabled()
        check(console.main_frame)
        if size["width"] < 1100:
            console.get_by_role("button", name="Om samtalen").click()
            check(console.main_frame)
            console.get_by_role("button", name="Samtale", exact=True).click()
        in_hand(console).get_by_role("button", name="Overfør", exact=True).click()
        check(console.main_frame)
        console.keyboard.press("Escape")
        close_talk(console)
        expect(widget.frame.locator(".rate")).to_be_visible(timeout=SOON)
        check(widget.frame)

    @pytest.mark.parametrize("language", ["nb", "ar"])
    def test_ways_to_help(
        self, open_widget: OpenWidget, check: Callable[[Frame], None], size: Any, language: str
    ) -> None:
        """The handoff panel with its error, while waiting, code, callback with its error and its code, courses."""
        widget = open_widget(language=language, viewport=size)
        widget.write("Hva er avlastning?" if language == "nb" else "أمي مصابة بالخرف")
        expect(widget.bot).not_to_have_count(1, timeout=ANSWER)
        widget.frame.locator(".head-tools > .button.primary").click()
        dialog = widget.frame.get_by_role("dialog")
        expect(dialog.locator(".part")).not_to_have_count(0)
        dialog.locator("button[type=submit]").click()
        expect(dialog.get_by_role("alert")).not_to_be_empty()
        check(widget.frame)
        dialog.locator("input[aria-describedby='handoff-said']").check()
        dialog.locator("button[type=submit]").click()
        widget.frame.locator(".banners > .button").click()
        check(widget.frame)
        dialog.locator(".stack > .button").nth(1).click()
        dialog.locator(".button.primary").click()
        expect(dialog.locator(".code")).to_be_visible()
        check(widget.frame)
        widget.page.keyboard.press("Escape")
        for number in range(4):
            widget.frame.locator(".more > button").click()
            widget.frame.locator(".more-list > .button:not(.danger)").nth(number).click()
            expect(dialog).to_be_visible()
            if number == 0:
                dialog.locator("button[type=submit]").click()
                expect(dialog.get_by_role("alert")).not_to_be_empty()
            check(widget.frame)
            widget.page.keyboard.press("Escape")
        widget.frame.locator(".head-tools > .button").first.click()

    def test_console_views(self, open_staff: Callable[..., Page], check: Callable[[Frame], None], size: Any) -> None:
        """One's own menu, the keys, callbacks, booking, history, overview."""
        console = open_staff("/console", viewport=size)
        console.locator(".my-menu > .button").click()
        check(console.main_frame)
        console.keyboard.press("Escape")
        console.keyboard.press("?")
        expect(console.get_by_role("dialog")).to_contain_text("Hurtigtaster")
        check(console.main_frame)
        console.keyboard.press("Escape")
        for key, heading in (("c", "Oppringinger og møter"), ("h", "Tidligere samtaler"), ("o", "Akkurat nå")):
            console.locator("body").focus()
            console.keyboard.press(key)
            expect(console.get_by_role("heading", name=heading)).to_be_visible()
            check(console.main_frame)
        console.get_by_role("link", name="Avtaler").click()
        console.get_by_role("button", name="Ny avtale").click()
        check(console.main_frame)

    def test_zoomed(self, open_widget: OpenWidget, open_staff: Callable[..., Page], size: Any) -> None:
        """At 200 % nothing is cut off sideways, and one can still write."""
        zoomed = {"width": size["width"] // 2 if size["width"] > 640 else 320, "height": size["height"] // 2}
        widget = open_widget(viewport=zoomed)
        widget.ask("Hva er avlastning?")
        widget.composer.scroll_into_view_if_needed()
        expect(widget.composer).to_be_in_viewport()
        console = open_staff("/console", viewport=zoomed)
        for frame in (widget.frame, console.main_frame):
            wide = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
            assert frame.evaluate(wide) <= 0

    def test_editor(self, open_staff: Callable[..., Page], check: Callable[[Frame], None], size: Any) -> None:
        """The list, an article in Norwegian, and beside its translation."""
        editor = open_staff("/editor", viewport=size)
        expect(editor.locator(".list-item").first).to_be_visible()
        check(editor.main_frame)
        editor.goto("/editor#respite-care")
        editor.locator("#field-answer").wait_for()
        check(editor.main_frame)
        editor.locator("#tab-ar").click()
        expect(editor.locator("#field-answer")).to_have_attribute("dir", "rtl")
        check(editor.main_frame)

    @pytest.mark.parametrize("path", ["/console", "/editor"])
    def test_login(self, new_context: NewContext, check: Callable[[Frame], None], size: Any, path: str) -> None:
        """The way in."""
        page = new_context(viewport=size).new_page()
        page.goto(path)
        page.get_by_label("Passord").wait_for()
        check(page.main_frame)
