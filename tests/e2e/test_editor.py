"""An editor changes an answer; the next question gets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenWidget
from tests.e2e.pages import ANSWER

pytestmark = pytest.mark.e2e

QUESTION = "Hva er omsorgsstønad?"
NEW = "Omsorgsstønad er penger fra kommunen. Dette avsnittet er skrevet av redaktøren i dag."


class TestPublishing:
    """From the editor's desk to the chat."""

    def test_next_answer_is_the_new_one(self, open_staff: Callable[..., Page], open_widget: OpenWidget) -> None:
        """The own municipality's chat says the new text at once; the other municipality's goes on as before."""
        expect(open_widget().ask(QUESTION)).not_to_contain_text(NEW)
        editor = open_staff("/editor")
        editor.get_by_label("Søk i titler").fill("omsorgsstønad")
        editor.get_by_role("link", name="Omsorgsstønad", exact=True).click()
        expect(editor.get_by_text("Endringen gjelder bare for Lillestrøm")).to_be_visible()
        editor.get_by_label("Svar i samtalen").fill(NEW)
        editor.get_by_role("button", name="Publiser").click()
        expect(editor.get_by_text("Publisert. Neste spørsmål får det nye svaret.")).to_be_visible(timeout=ANSWER)

        expect(open_widget().ask(QUESTION)).to_contain_text(NEW)
        expect(open_widget(municipality="baerum").ask(QUESTION)).not_to_contain_text(NEW)

    def test_empty_answer_is_refused_at_its_field(self, open_staff: Callable[..., Page]) -> None:
        """What is wrong is said where it is wrong, and nothing is published."""
        editor = open_staff("/editor#complain-health")
        editor.get_by_label("Svar i samtalen").fill("")
        editor.get_by_role("button", name="Publiser").click()
        expect(editor.locator("#field-answer")).to_have_attribute("aria-invalid", "true")
        expect(editor.locator("#field-answer-error")).not_to_be_empty()
