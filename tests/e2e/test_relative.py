"""A relative on the municipality's page: opens the chat, asks, in several languages, and in a crisis."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewContext, OpenWidget
from tests.e2e.pages import ANSWER, Widget

pytestmark = pytest.mark.e2e

MONTHS = [
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
]  # fmt: skip
FOCUSED_LAUNCHER = "() => document.activeElement?.shadowRoot?.activeElement?.tagName === 'BUTTON'"


def _tab_to_launcher(page: Page) -> None:
    page.wait_for_function("() => [...document.querySelectorAll('div')].some((div) => div.shadowRoot)")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED_LAUNCHER):
            return
    pytest.fail("The launcher cannot be reached with the Tab key.")


class TestKeyboard:
    """Everything without a mouse."""

    def test_opens_asks_and_closes(self, new_context: NewContext) -> None:
        """Tab to the launcher, Enter, write at once; Escape closes and the focus is back on the launcher."""
        page = new_context().new_page()
        page.goto("/demo/lillestrom")
        _tab_to_launcher(page)
        page.keyboard.press("Enter")
        widget = Widget.in_panel(page)
        expect(widget.composer).to_be_focused()
        page.keyboard.type("Hvordan kan jeg få avlastning?")
        page.keyboard.press("Enter")
        expect(widget.bot.last).to_contain_text("Avlastning er at noen andre tar over omsorgen", timeout=ANSWER)
        page.keyboard.press("Escape")
        expect(page.locator("iframe")).to_be_hidden()
        assert page.evaluate(FOCUSED_LAUNCHER)


class TestAnswers:
    """The right article, with where it comes from and when it was reviewed."""

    def test_norwegian(self, open_widget: OpenWidget) -> None:
        """Article, source with a link that works, review date in words."""
        widget = open_widget()
        answer = widget.ask("Hvordan søker jeg om avlastning?")
        expect(answer).to_contain_text("Avlastning er at noen andre tar over omsorgen")
        said = widget.messages()[-1]["answer"]
        year, month, day = (int(part) for part in said["reviewed_on"].split("-"))
        expect(answer).to_contain_text(f"gjennomgått {day}. {MONTHS[month - 1]} {year}")
        assert said["article_id"] == "respite-care"
        with widget.page.context.expect_page() as opened:
            answer.get_by_role("link", name="Avlastning").click()
        expect(opened.value.get_by_role("heading", name="Avlastning", exact=True)).to_be_visible()

    def test_whole_article(self, open_widget: OpenWidget) -> None:
        """Read more opens the article in a dialog; Escape gives the focus back."""
        widget = open_widget()
        more = widget.ask("Hvordan søker jeg om avlastning?").get_by_role("button", name="Les mer")
        more.click()
        expect(widget.frame.get_by_role("dialog")).to_contain_text("Slik søker du")
        widget.page.keyboard.press("Escape")
        expect(more).to_be_focused()

    def test_ukrainian_without_choosing(self, open_widget: OpenWidget) -> None:
        """A question in Ukrainian in a Norwegian widget is answered in Ukrainian, labelled as such."""
        widget = open_widget()
        answer = widget.ask("Чи може хтось посидіти з мамою, щоб я мала вільні вихідні?")
        expect(answer.locator(".paras")).to_have_attribute("lang", "uk")
        said = widget.messages()[-1]
        assert (said["answer"]["article_id"], said["language"]) == ("respite-care", "uk")

    def test_ukrainian_with_a_norwegian_word(self, open_widget: OpenWidget) -> None:
        """Who has chosen Ukrainian and names a Norwegian service is still answered in Ukrainian."""
        widget = open_widget(language="uk")
        expect(widget.ask("Що таке omsorgsstønad?").locator(".paras")).to_have_attribute("lang", "uk")

    def test_arabic_runs_from_right_to_left(self, new_context: NewContext) -> None:
        """Page, chat and bubbles."""
        page = new_context().new_page()
        page.goto("/demo/lillestrom?language=ar")
        page.get_by_role("button", name="تحدث معنا").click()
        widget = Widget.in_panel(page)
        for place in (page.locator("html"), widget.frame.locator("html")):
            expect(place).to_have_attribute("dir", "rtl")
            expect(place).to_have_attribute("lang", "ar")
        answer = widget.ask("كيف أحصل على رعاية بديلة مؤقتة لأمي حتى أرتاح في عطلة نهاية الأسبوع؟")
        expect(answer.locator(".paras")).to_have_attribute("dir", "rtl")

    def test_changing_the_language(self, open_widget: OpenWidget) -> None:
        """The menu changes the page at once, and the next answer."""
        widget = open_widget()
        widget.frame.get_by_label("Språk").select_option("pl")
        expect(widget.frame.locator("html")).to_have_attribute("lang", "pl")
        answer = widget.ask("Jak mogę dostać opiekę zastępczą, żeby odpocząć od opieki nad mamą?")
        expect(answer.locator(".paras")).to_have_attribute("lang", "pl")


class TestCrisis:
    """Whom to call, at once."""

    def test_card(self, open_widget: OpenWidget) -> None:
        """The card comes with telephone links that are large enough for a shaking finger."""
        widget = open_widget(viewport={"width": 360, "height": 740}, has_touch=True)
        widget.write("Jeg orker ikke å leve lenger")
        crisis = widget.frame.locator(".bubble.crisis")
        expect(crisis.get_by_role("heading", name="Få hjelp nå")).to_be_visible(timeout=ANSWER)
        links = crisis.locator("a[href^='tel:']")
        numbers = [link.get_attribute("href") for link in links.all()]
        assert "tel:113" in numbers
        assert all(re.fullmatch(r"tel:\+?\d{3,}", number or "") for number in numbers), numbers
        for link in links.all():
            box = link.bounding_box()
            assert box is not None
            assert box["height"] >= 44
        expect(links.first).to_be_in_viewport()

    def test_nobody_is_queued_unasked(self, open_widget: OpenWidget) -> None:
        """The card offers a person; the talk goes to one only when the relative says so."""
        widget = open_widget()
        widget.write("Mannen min slår meg")
        expect(widget.frame.locator(".bubble.crisis")).to_be_visible(timeout=ANSWER)
        widget.page.wait_for_timeout(4_000)  # longer than the engine may take
        assert "handoff" not in [m["kind"] for m in widget.messages()]

    def test_leaving_quickly_forgets_the_talk(self, open_widget: OpenWidget) -> None:
        """Violence: one press leaves the page, and nothing of the talk stays in this browser."""
        widget = open_widget()
        widget.page.route("https://www.yr.no/**", lambda route: route.fulfill(body="været", content_type="text/html"))
        widget.write("Mannen min slår meg")
        widget.frame.get_by_role("button", name="Forlat siden raskt").first.click(timeout=ANSWER)
        widget.page.wait_for_url("https://www.yr.no/")
        widget.page.goto("/demo/lillestrom")
        assert widget.page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]


class TestBadInput:
    """Never a silence, never a broken page."""

    def test_only_emoji(self, open_widget: OpenWidget) -> None:
        """A kind sentence, and buttons to go on with."""
        widget = open_widget()
        answer = widget.ask("😀😀😀")
        assert len(answer.locator(".bubble").inner_text()) > 20
        expect(answer.get_by_role("button").first).to_be_visible()

    def test_too_long(self, open_widget: OpenWidget) -> None:
        """10,000 characters: told kindly, not sent, not lost; shortened, it goes out."""
        widget = open_widget()
        widget.write("æ" * 10_000)
        expect(widget.frame.locator(".too-long")).to_contain_text("6000")
        assert [m["sender"] for m in widget.messages()] == ["bot"]
        assert len(widget.composer.input_value()) == 10_000
        widget.ask("Hva er avlastning?")

    def test_html_is_text(self, open_widget: OpenWidget) -> None:
        """Markup is shown as it was written, and runs nowhere."""
        widget = open_widget()
        text = "<img src=x onerror=\"document.title='taken'\"><b>hei</b>"
        widget.ask(text)
        expect(widget.frame.locator(".message.own .bubble")).to_have_text(text)
        assert widget.log.locator("img, b").count() == 0
        assert "taken" not in widget.page.title()
