"""What goes wrong on the way: the engine dies, the network goes, the page is loaded again."""

from __future__ import annotations

import os
import re
import signal
import time

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import NewContext, OpenWidget
from tests.e2e.pages import ANSWER, SOON, Widget
from tests.e2e.system import System

pytestmark = pytest.mark.e2e


def _turns_by(system: System, who: str) -> float:
    """How many answers came from the engine, or from the app alone."""
    found = re.search(
        rf'^naer_turns_total{{[^}}]*"{who}"[^}}]*}} ([0-9.e+]+)$', system.client.get("/metrics").text, re.M
    )
    return float(found[1]) if found else 0.0


class TestEngine:
    """Rasa answers when it is there, and the app goes on without it."""

    def test_engine_does_answer(self, open_widget: OpenWidget, system: System) -> None:
        """With everything up, an answer comes through the engine: the app's own answers must not hide that it fails."""
        widget = open_widget()
        engine, alone = _turns_by(system, "engine"), _turns_by(system, "app")
        widget.ask("Hvordan søker jeg om avlastning?")
        assert (_turns_by(system, "engine"), _turns_by(system, "app")) == (engine + 1, alone)

    def test_killed_engine(self, open_widget: OpenWidget, system: System) -> None:
        """The next question is answered all the same, and the engine comes back by itself."""
        widget = open_widget()
        killed = system.engine_pid()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        expect(widget.ask("Hvordan søker jeg om avlastning?")).to_contain_text("Avlastning er at noen andre tar over")
        deadline = time.monotonic() + 30
        while (again := system.engine_pid()) in (None, killed) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert again not in (None, killed)
        system.wait_until_ready(90)
        expect(widget.ask("Hva er omsorgsstønad?")).to_contain_text("Omsorgsstønad")


class TestReload:
    """Nothing is lost."""

    def test_same_messages_in_the_same_order(self, new_context: NewContext) -> None:
        """After a reload the panel is open again, with every message in its place, and the half-written text."""
        page = new_context().new_page()
        page.goto("/demo/lillestrom")
        page.get_by_role("button", name="Snakk med oss").click()
        widget = Widget.in_panel(page)
        for question in ("Hva er avlastning?", "Hva er omsorgsstønad?", "Hvordan søker jeg om avlastning?"):
            widget.ask(question)
        widget.composer.fill("Jeg holdt på å skrive")
        before = widget.shown()
        page.reload()
        again = Widget.in_panel(page)
        expect(again.frame.locator(".message .bubble")).to_have_count(len(before))
        assert again.shown() == before
        assert [m["seq"] for m in again.messages()] == list(range(1, len(before) + 1))
        expect(again.composer).to_have_value("Jeg holdt på å skrive")


class TestNetwork:
    """A message arrives once, whatever the line does."""

    def test_offline_while_sending(self, open_widget: OpenWidget) -> None:
        """Said to be not sent yet; sent once when the line is back."""
        widget = open_widget()
        widget.page.context.set_offline(True)
        widget.write("Hvordan søker jeg om avlastning?")
        expect(widget.frame.get_by_text("Ikke sendt ennå")).to_be_visible(timeout=SOON)
        widget.page.context.set_offline(False)
        expect(widget.bot.nth(1)).to_contain_text("Avlastning", timeout=ANSWER)
        expect(widget.frame.get_by_text("Ikke sendt ennå")).to_have_count(0)
        assert [m["sender"] for m in widget.messages()] == ["bot", "relative", "bot"]
        expect(widget.frame.locator(".message.own")).to_have_count(1)

    def test_lost_receipt(self, open_widget: OpenWidget) -> None:
        """The server has the message, its receipt gets lost: tried again, and still there once."""
        widget = open_widget()
        lost: list[int] = []

        def lose_first(route: Route) -> None:
            if lost or route.request.method != "POST":
                route.continue_()
                return
            lost.append(route.fetch().status)
            route.abort()

        widget.page.route("**/messages", lose_first)
        widget.write("Hvordan søker jeg om avlastning?")
        expect(widget.bot.nth(1)).to_contain_text("Avlastning", timeout=ANSWER)
        widget.ask("Hva er omsorgsstønad?")
        assert lost == [202]
        assert [m["sender"] for m in widget.messages()] == ["bot", "relative", "bot", "relative", "bot"]
        expect(widget.frame.locator(".message.own")).to_have_count(2)

    def test_line_comes_back(self, open_widget: OpenWidget, new_context: NewContext) -> None:
        """A lost line is told politely, and what was said meanwhile is there afterwards."""
        widget = open_widget()
        context = widget.page.context
        talk = widget.frame.evaluate("() => JSON.parse(localStorage.getItem('naer.talk'))")
        context.set_offline(True)
        elsewhere = new_context()
        answer = elsewhere.request.post(
            f"/api/v1/conversations/{talk['id']}/messages?wait=reply",
            headers={"Authorization": f"Bearer {talk['token']}"},
            data={"client_id": "from-elsewhere-1", "text": "Hva er avlastning?"},
        )
        assert answer.status == 200
        context.set_offline(False)
        expect(widget.bot.nth(1)).to_contain_text("Avlastning", timeout=ANSWER)
        assert widget.shown()[1] == "Hva er avlastning?"
