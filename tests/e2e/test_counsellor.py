"""A relative and a counsellor: asked for, seen, claimed, talked, closed. And what the bot keeps from saying."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewContext, OpenWidget
from tests.e2e.pages import ANSWER, SOON, Widget, ask_for_person, card, close_talk, in_hand, log_in
from tests.e2e.system import System

pytestmark = pytest.mark.e2e


@pytest.fixture
def console(open_staff: Callable[..., Page]) -> Page:
    """The first counsellor's console."""
    return open_staff("/console")


class TestWholeTalk:
    """From the municipality's page to a person and back."""

    def test_asked_for_in_words(self, new_context: NewContext, system: System) -> None:
        """Each message is seen at the other side within 3 s; the bot is silent from claim to close."""
        console = new_context().new_page()
        log_in(console, "/console", system.account("counsellor", which=1))
        page = new_context().new_page()
        page.goto("/demo/lillestrom?language=en")
        page.get_by_role("button", name="Talk with us").click()
        widget = Widget.in_panel(page)

        widget.write("I want to talk to a person")
        waiting = card(console, "English")
        expect(waiting).to_be_visible(timeout=ANSWER)
        waiting.get_by_role("button", name="Ta samtalen").click()
        expect(widget.frame.locator(".banners")).to_contain_text("Omar", timeout=SOON)

        for number in range(3):
            in_hand(console).locator("textarea").fill(f"Hello, this is answer {number}.")
            in_hand(console).locator("textarea").press("Enter")
            expect(widget.log.get_by_text(f"this is answer {number}.")).to_be_visible(timeout=SOON)
            widget.write(f"How can I get respite care? {number}")
            expect(in_hand(console).get_by_role("log").get_by_text(f"respite care? {number}")).to_be_visible(
                timeout=SOON
            )
        # The newest message of the counsellor is on the screen, not only somewhere in the list.
        in_hand(console).locator("textarea").fill("Thank you for telling me.")
        in_hand(console).locator("textarea").press("Enter")
        expect(widget.log.get_by_text("Thank you for telling me.")).to_be_in_viewport(timeout=SOON)

        close_talk(console)
        expect(
            widget.frame.get_by_text("The conversation has ended").or_(widget.frame.locator(".rate")).first
        ).to_be_visible(timeout=SOON)
        senders = [m["sender"] for m in widget.messages()]
        claimed = senders.index("counsellor")
        assert "bot" not in senders[claimed:], senders
        assert senders.count("counsellor") == 4

    def test_goes_on_after_closing(self, open_widget: OpenWidget, console: Page) -> None:
        """Closed: said kindly, to be rated; who writes again is answered by the bot."""
        widget = open_widget()
        ask_for_person(widget, "Prøve av å avslutte")
        card(console, "Prøve av å avslutte").get_by_role("button", name="Ta samtalen").click()
        expect(widget.frame.get_by_text("Du snakker med Kari.")).to_be_visible(timeout=SOON)
        close_talk(console)
        expect(widget.frame.get_by_text("Samtalen er avsluttet. Takk for at du tok kontakt.").first).to_be_visible(
            timeout=SOON
        )
        widget.frame.get_by_text("4 av 5").locator("..").click()
        widget.frame.get_by_role("button", name="Send vurderingen").click()
        expect(widget.frame.get_by_text("Takk. Det hjelper oss å bli bedre.")).to_be_visible()
        expect(widget.ask("Hva er avlastning?")).to_contain_text("Avlastning")


class TestQueue:
    """Who waits, and where it goes."""

    def test_own_summary_is_passed_on(self, open_widget: OpenWidget, console: Page) -> None:
        """The counsellor reads what the relative chose to tell, within 3 s; the relative can leave the queue again."""
        widget = open_widget()
        ask_for_person(widget, "Bare dette skal dere vite")
        expect(card(console, "Bare dette skal dere vite")).to_be_visible(timeout=SOON)
        widget.frame.get_by_role("button", name="Gå tilbake til roboten").click()
        expect(card(console, "Bare dette skal dere vite")).to_have_count(0, timeout=SOON)
        expect(widget.ask("Hva er avlastning?")).to_contain_text("Avlastning")

    def test_to_a_team(self, open_widget: OpenWidget, console: Page) -> None:
        """Sent to a team, the talk waits again, under the team's theme; the relative is told."""
        widget = open_widget()
        ask_for_person(widget, "Skal til demensteamet")
        card(console, "Skal til demensteamet").get_by_role("button", name="Ta samtalen").click()
        in_hand(console).get_by_role("button", name="Overfør", exact=True).click()
        dialog = console.get_by_role("dialog")
        dialog.get_by_label("Demens").check()
        dialog.get_by_role("button", name="Overfør", exact=True).click()
        sent = card(console, "Skal til demensteamet")
        expect(sent.get_by_role("button", name="Ta samtalen")).to_be_visible(timeout=SOON)
        expect(sent).to_contain_text("Demens")
        expect(widget.frame.get_by_text("Du venter på en rådgiver.")).to_be_visible(timeout=SOON)
        sent.get_by_role("button", name="Ta samtalen").click()
        close_talk(console)

    def test_each_sees_that_the_other_writes(self, open_widget: OpenWidget, console: Page) -> None:
        """Both ways, and only that they write: the text stays where it is until it is sent."""
        widget = open_widget()
        ask_for_person(widget, "Prøve av skriving")
        card(console, "Prøve av skriving").get_by_role("button", name="Ta samtalen").click()
        expect(widget.frame.get_by_text("Du snakker med Kari.")).to_be_visible(timeout=SOON)
        sent: list[str | None] = []
        widget.page.on("request", lambda request: sent.append(request.post_data) if "/typing" in request.url else None)
        widget.composer.press_sequentially("hemmelig så lenge", delay=20)
        expect(console.get_by_text("Den pårørende skriver …")).to_be_visible(timeout=SOON)
        assert sent == [None]
        in_hand(console).locator("textarea").press_sequentially("Hei", delay=20)
        expect(widget.frame.get_by_text("Rådgiveren skriver …")).to_be_visible(timeout=SOON)
        in_hand(console).locator("textarea").fill("")
        close_talk(console)
