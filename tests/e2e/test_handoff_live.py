"""The whole handoff in a browser: an Arabic relative and two counsellors, what is passed on, who has it, and after."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewContext, OpenWidget
from tests.e2e.pages import ANSWER, SOON, Widget, ask_for_person, card, close_talk, in_hand, log_in
from tests.e2e.system import System

pytestmark = pytest.mark.e2e

QUESTION = "كيف أحصل على رعاية بديلة مؤقتة لأمي حتى أرتاح؟"
OWN_WORD = "هذا ما أريد أن تعرفوه"
SECRET = "أمي مصابة بالخرف"


@pytest.fixture
def kari(open_staff: Callable[..., Page]) -> Page:
    """The first counsellor's console."""
    return open_staff("/console")


@pytest.fixture
def omar(new_context: NewContext, system: System) -> Page:
    """The second counsellor's console."""
    page = new_context().new_page()
    log_in(page, "/console", system.account("counsellor", which=1))
    return page


def _say(console: Page, text: str) -> None:
    field = in_hand(console).locator("textarea")
    field.fill(text)
    field.press("Enter")


class TestArabicRelative:
    """Two counsellors, one relative who writes from right to left, on a small screen."""

    def test_from_question_to_rating(self, open_widget: OpenWidget, kari: Page, omar: Page) -> None:
        """Struck parts do not go along; one takes it, the other sees who; an article in Arabic; transfer; close; rating."""
        widget = open_widget(language="ar", viewport={"width": 360, "height": 740})
        widget.ask(SECRET)
        widget.ask(QUESTION)
        widget.frame.locator(".head-tools > .button.primary").click()
        panel = widget.frame.get_by_role("dialog")
        expect(panel.locator(".part")).not_to_have_count(0)
        earlier = panel.locator(".part").filter(has=widget.frame.locator("textarea")).last
        expect(earlier.locator("textarea")).to_have_value(SECRET)
        earlier.locator("input[type=checkbox]").uncheck()
        panel.locator("#handoff-more").fill(OWN_WORD)
        panel.locator("button[type=submit]").click()
        expect(panel.get_by_role("alert")).not_to_be_empty()  # nothing goes without consent
        assert "handoff" not in [m["kind"] for m in widget.messages()]
        panel.locator("input[aria-describedby='handoff-said']").check()
        panel.locator("button[type=submit]").click()

        waiting = card(kari, OWN_WORD)
        expect(waiting).to_be_visible(timeout=SOON)
        expect(waiting).not_to_contain_text(SECRET)
        expect(waiting.locator(".summary")).to_have_css("direction", "rtl")
        waiting.get_by_role("button", name="Ta samtalen").click()
        expect(widget.frame.locator(".banners")).to_contain_text("Kari", timeout=SOON)
        expect(card(omar, OWN_WORD)).to_contain_text("Kari har samtalen", timeout=SOON)
        expect(card(omar, OWN_WORD).get_by_role("button", name="Ta samtalen")).to_have_count(0)

        talk = in_hand(kari)
        expect(talk.locator(".trace").last).to_contain_text("% sikker")
        talk.locator("textarea").focus()
        kari.keyboard.press("F2")
        ready = talk.locator(".ready")
        expect(ready.locator("[lang=ar]")).to_have_attribute("dir", "rtl")
        expect(ready.locator("[lang=nb]")).to_contain_text("vlastning")  # the Norwegian beside
        assert "counsellor" not in [m["sender"] for m in widget.messages()]  # ready is not sent
        kari.keyboard.press("Enter")
        expect(widget.frame.locator(".message.counsellor .paras[dir=rtl]")).to_be_visible(timeout=SOON)
        expect(talk.get_by_text("✓ Sett")).to_be_visible(timeout=SOON)

        kari.locator("body").click(position={"x": 5, "y": 5})
        talk.get_by_role("button", name="Overfør", exact=True).click()
        dialog = kari.get_by_role("dialog")
        dialog.get_by_label("Omar").check()
        dialog.get_by_label("Beskjed til den som overtar").fill("Hun venter på svar om søknaden.")
        dialog.get_by_role("button", name="Overfør", exact=True).click()
        expect(card(kari, OWN_WORD)).to_contain_text("Omar har samtalen", timeout=SOON)
        expect(in_hand(omar).locator("textarea")).to_be_enabled(timeout=SOON)
        expect(omar.get_by_text("Hun venter på svar om søknaden.")).to_be_visible(timeout=SOON)
        _say(omar, "شكرا لك على الانتظار")
        expect(widget.log.get_by_text("شكرا لك على الانتظار")).to_be_visible(timeout=SOON)
        assert "Hun venter" not in " ".join(m["text"] for m in widget.messages())

        close_talk(omar)
        stars = widget.frame.locator(".rate")
        stars.locator("input[value='5']").check(force=True)
        stars.locator("form button").click()
        expect(stars.get_by_role("status")).not_to_be_empty(timeout=SOON)


class TestBackAndForth:
    """Given back, left, taken up again."""

    def test_released_and_taken_by_the_other(self, open_widget: OpenWidget, kari: Page, omar: Page) -> None:
        """The relative is told, keeps the place, and the other counsellor can take it."""
        widget = open_widget()
        ask_for_person(widget, "Legges tilbake")
        card(kari, "Legges tilbake").get_by_role("button", name="Ta samtalen").click()
        expect(widget.frame.get_by_text("Du snakker med Kari.")).to_be_visible(timeout=SOON)
        in_hand(kari).get_by_role("button", name="Legg tilbake i køen").click()
        expect(widget.frame.get_by_text("Du venter på en rådgiver.")).to_be_visible(timeout=SOON)
        card(omar, "Legges tilbake").get_by_role("button", name="Ta samtalen").click()
        expect(widget.frame.get_by_text("Du snakker med Omar.")).to_be_visible(timeout=SOON)
        close_talk(omar)

    def test_reopened_after_closing(self, open_widget: OpenWidget, kari: Page) -> None:
        """Closed by mistake: one press, and the talk goes on where it was."""
        widget = open_widget()
        ask_for_person(widget, "Avsluttet for tidlig")
        card(kari, "Avsluttet for tidlig").get_by_role("button", name="Ta samtalen").click()
        expect(in_hand(kari).locator("textarea")).to_be_enabled(timeout=SOON)
        close_talk(kari)
        kari.get_by_role("button", name="Åpne samtalen igjen").first.click()
        expect(widget.frame.get_by_text("Du snakker med Kari.")).to_be_visible(timeout=SOON)
        _say(kari, "Vi fortsetter her.")
        expect(widget.log.get_by_text("Vi fortsetter her.")).to_be_visible(timeout=SOON)
        close_talk(kari)

    def test_several_talks_side_by_side(self, open_widget: OpenWidget, kari: Page) -> None:
        """Two on the screen at once, each with its own text; the keys go between them; what is out of sight is counted."""
        kari.set_viewport_size({"width": 1280, "height": 800})
        widgets = [open_widget() for _ in range(3)]
        for number, widget in enumerate(widgets):
            ask_for_person(widget, f"Side om side {number}")
            card(kari, f"Side om side {number}").get_by_role("button", name="Ta samtalen").click()
            expect(in_hand(kari).locator("textarea")).to_have_value("", timeout=SOON)  # not the talk before
            expect(in_hand(kari).locator("textarea")).to_be_enabled(timeout=SOON)
            in_hand(kari).locator("textarea").fill(f"Halvskrevet {number}")
        expect(kari.locator(".talk-column")).to_have_count(2)
        widgets[0].write("Er du der fortsatt?")
        hidden = kari.locator(".talk-tabs .tab").first
        expect(hidden.locator(".unread")).to_be_visible(timeout=SOON)
        kari.keyboard.press("Escape")
        kari.keyboard.press("1")
        expect(in_hand(kari).locator("textarea")).to_have_value("Halvskrevet 0")
        expect(hidden.locator(".unread")).to_have_count(0)
        kari.keyboard.press("Alt+k")
        expect(in_hand(kari).locator("textarea")).to_have_value("Halvskrevet 2")
        for _ in widgets:
            close_talk(kari)
            expect(kari.get_by_role("dialog")).to_have_count(0)


class TestComingBack:
    """Another device, another tab, another page: the same talk."""

    def test_by_a_code(self, open_widget: OpenWidget) -> None:
        """The code opens the talk elsewhere, in its language; a wrong one is told kindly."""
        widget = open_widget()
        ask_for_person(widget, "Kommer tilbake med kode")
        widget.frame.get_by_role("button", name="Mens du venter").click()
        widget.frame.get_by_role("button", name="Få en kode for å komme tilbake").click()
        widget.frame.get_by_role("button", name="Lag en kode").click()
        code = widget.frame.locator(".code").inner_text()
        other = open_widget(language="en")
        other.frame.locator(".more > button").click()
        other.frame.get_by_role("button", name="I have a code").click()
        other.frame.get_by_label("The code").fill("AAAA-AAAA-AA")
        other.frame.get_by_role("button", name="Go on").click()
        expect(other.frame.get_by_text("We do not know that code.")).to_be_visible(timeout=SOON)
        other.frame.get_by_label("The code").fill(code)
        other.frame.get_by_role("button", name="Go on").click()
        expect(other.frame.get_by_text("Velkommen tilbake.")).to_be_visible(timeout=SOON)
        assert other.messages() == widget.messages()
        widget.page.keyboard.press("Escape")
        widget.frame.get_by_role("button", name="Gå tilbake til roboten").click()

    def test_two_tabs_and_another_page(self, new_context: NewContext) -> None:
        """Both tabs show the same talk; a new page of the site goes on with it."""
        context = new_context()
        first, second = context.new_page(), context.new_page()
        for page in (first, second):
            page.goto("/demo/lillestrom")
        first.get_by_role("button", name="Snakk med oss").click()
        one = Widget.in_panel(first)
        one.ask("Hva er avlastning?")
        second.get_by_role("button", name="Snakk med oss").click()
        two = Widget.in_panel(second)
        expect(two.bubbles).to_have_count(3)
        two.ask("Hva er omsorgsstønad?")
        expect(one.bubbles).to_have_count(5, timeout=ANSWER)
        first.goto("/demo/lillestrom?language=nb")
        assert Widget.in_panel(first).messages() == two.messages()


class TestCallback:
    """To be called instead: stored before it is confirmed, taken by one, cancelled by the relative."""

    def test_asked_for_taken_and_cancelled(self, open_widget: OpenWidget, kari: Page, omar: Page) -> None:
        """The code is shown once it is stored; the counsellor sees how to call; after cancelling nothing is left of it."""
        widget = open_widget()
        widget.frame.locator(".more > button").click()
        widget.frame.get_by_role("button", name="Bli ringt opp").click()
        form = widget.frame.get_by_role("dialog")
        form.get_by_label("Ja, en rådgiver kan ta kontakt").check()
        form.get_by_role("button", name="Send ønsket").click()
        expect(form.get_by_role("alert")).to_contain_text("telefonnummer")
        form.get_by_label("Telefonnummer").fill("22 33 44 55")
        form.get_by_label("Når passer det?").fill("Etter klokka fire")
        form.get_by_label("Hva gjelder det?").fill("Prøve av oppringing")
        form.get_by_role("button", name="Send ønsket").click()
        expect(form.locator(".code")).to_be_visible(timeout=SOON)

        for console in (kari, omar):
            console.get_by_role("link", name="Avtaler").click()
            expect(card(console, "Prøve av oppringing")).to_be_visible(timeout=SOON)
        wish = card(kari, "Prøve av oppringing")
        expect(wish.get_by_role("link", name="22334455")).to_have_attribute("href", "tel:22334455")
        wish.get_by_role("button", name="Ta avtalen").click()
        expect(card(omar, "Prøve av oppringing")).to_have_count(0, timeout=SOON)
        expect(card(kari, "Prøve av oppringing")).to_contain_text("Kari har avtalen")

        form.get_by_role("button", name="Avbestill").click()
        expect(form.get_by_text("Avtalen er avbestilt")).to_be_visible(timeout=SOON)
        expect(card(kari, "Prøve av oppringing")).to_have_count(0, timeout=SOON)


class TestSupervisor:
    """An administrator sees how long people wait, never what they write."""

    def test_sees_figures_only(self, new_context: NewContext, system: System, open_widget: OpenWidget) -> None:
        """The overview, without a way to a talk; and the server keeps the queue from them too."""
        widget = open_widget()
        ask_for_person(widget, "Skal ikke leses av leder")
        page = new_context().new_page()
        admin = next(a for a in system.accounts() if a["role"] == "admin")
        log_in(page, "/console", admin)
        expect(page.get_by_role("heading", name="Akkurat nå")).to_be_visible()
        expect(page.locator(".tile").first).to_be_visible()
        expect(page.get_by_role("link", name="Samtaler")).to_have_count(0)
        assert page.request.get("/api/v1/staff/queue").status == 403
        assert "Skal ikke leses" not in page.locator("body").inner_text()
        widget.frame.get_by_role("button", name="Gå tilbake til roboten").click()
