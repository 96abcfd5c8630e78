"""What people see and press, named once: the widget, the console's cards, the login."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Frame, Locator, Page, expect

SOON = 3_000  # milliseconds within which the other side must see a message
ANSWER = 8_000  # an answer, on a machine that is busy with tests


def log_in(page: Page, path: str, account: dict[str, str]) -> None:
    """Through the login form, as a person."""
    page.goto(path)
    page.get_by_label("E-post").fill(account["email"])
    page.get_by_label("Passord").fill(account["password"])
    page.keyboard.press("Enter")
    expect(page.locator("header.top")).to_be_visible()


class Widget:
    """The chat in its frame, or alone on a page."""

    def __init__(self, page: Page, frame: Frame) -> None:
        self.page = page
        self.frame = frame
        self.composer = frame.locator("#composer-text")
        self.log = frame.get_by_role("log")
        self.bubbles = frame.locator(".message")
        self.bot = frame.locator(".message.bot")

    @classmethod
    def in_panel(cls, page: Page) -> Widget:
        """The chat in the panel that embed.js has opened on a municipality's page."""
        frame = page.locator("iframe[src*='/widget']").element_handle().content_frame()
        assert frame is not None
        frame.wait_for_url("**/widget?**")
        return cls(page, frame).ready()

    def ready(self) -> Widget:
        """Waits for the greeting."""
        expect(self.bot.first).to_be_visible()
        return self

    def write(self, text: str) -> None:
        """Fill the composer and press Enter."""
        self.composer.fill(text)
        self.composer.press("Enter")

    def ask(self, text: str) -> Locator:
        """Write, and wait for what the bot answers: the newest bubble of the bot."""
        before = self.bot.count()
        self.write(text)
        expect(self.bot).not_to_have_count(before, timeout=ANSWER)
        return self.bot.last

    def messages(self) -> list[dict[str, Any]]:
        """What the server has, by the talk's own token."""
        found: list[dict[str, Any]] = self.frame.evaluate(
            """async () => {
                const { id, token } = JSON.parse(localStorage.getItem('naer.talk'));
                const answer = await fetch(`/api/v1/conversations/${id}/messages?after=0`,
                                           { headers: { Authorization: `Bearer ${token}` } });
                return answer.json();
            }"""
        )
        return found

    def shown(self) -> list[str]:
        """The texts on the screen, in their order."""
        return self.frame.locator(".message .bubble").all_inner_texts()


def card(console: Page, text: str) -> Locator:
    """The queue's card with this text."""
    return console.locator("li.card").filter(has_text=text)


def in_hand(console: Page) -> Locator:
    """The talk that the counsellor works with, of those that stand side by side."""
    return console.locator(".talk-column[data-current]")


def close_talk(console: Page) -> None:
    """End the talk in hand in the console."""
    in_hand(console).get_by_role("button", name="Avslutt", exact=True).click()
    console.get_by_role("dialog").get_by_role("button", name="Avslutt samtalen").click()


def ask_for_person(widget: Widget, more: str) -> None:
    """Through the panel, with a word of the relative's own, and their consent."""
    widget.frame.get_by_role("button", name="Snakk med et menneske").first.click()
    dialog = widget.frame.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Send til rådgiver")).to_be_enabled()
    dialog.get_by_label("Vil du si noe mer til rådgiveren?").fill(more)
    dialog.get_by_label("Ja, rådgiveren kan lese dette").check()
    dialog.get_by_role("button", name="Send til rådgiver").click()
    expect(widget.frame.get_by_text("Du venter på en rådgiver.")).to_be_visible(timeout=SOON)
