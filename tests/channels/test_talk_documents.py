"""The documents of a talk over HTTP: agreement, complaint, and the receipt of a callback."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from channels.conversations import kept
from channels.conversations.models import Conversation
from core import clock
from core.database import Database
from core.guided import AGREEMENT
from core.i18n import LANGUAGES, text
from tests.channels.pdfs import HOSTILE, SAMPLE, catalog_of, tags_of, words_of
from tests.support import Talk, error_of

Store = Callable[..., str]


def weeks_ago(weeks: int) -> str:
    """A day, ISO."""
    return (clock.now().date() - timedelta(weeks=weeks)).isoformat()


def complaint_of(**changed: str) -> dict[str, str]:
    """What a complaint is made of."""
    return {
        "complain_from": "nav", "complain_what": "avslag på pleiepenger", "complain_date": weeks_ago(1),
        "complain_why": "Legen har skrevet noe annet", "complain_wish": "at vi får pleiepenger",
    } | changed  # fmt: skip


@pytest.fixture
def store(shared_database: Database) -> Store:
    """Stores a document of a talk as the guided talk does; gives the path to it."""

    def keep(talk: Talk, kind: str, fields: dict[str, str]) -> str:
        with shared_database.writing() as session:
            conversation = session.get_one(Conversation, talk.id)
            return f"/documents/{kept.store_document(session, conversation, kind, fields).id}"

    return keep


def page_of(talk: Talk, path: str) -> str:
    """The document as a page, entities resolved."""
    return html.unescape(talk.call("GET", path).text)


def pdf_of(talk: Talk, path: str) -> bytes:
    """The document as PDF."""
    response = talk.call("GET", f"{path}?format=pdf")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-disposition"].startswith('attachment; filename="naer-')
    return response.content


class TestAgreement:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_every_theme_in_the_relatives_language_and_norwegian(
        self, client: httpx.Client, store: Store, language: str
    ) -> None:
        talk = Talk(client, language=language)
        path = store(talk, "agreement", {"agree_tasks": SAMPLE[language]})
        page = page_of(talk, path)
        for question in AGREEMENT.questions:
            for spoken in {language, language if language == "nn" else "nb"}:
                assert text(f"form.{question.slot}.label", spoken) in page
        made = pdf_of(talk, path)
        assert SAMPLE[language] in words_of(made)
        assert catalog_of(made)[1]["/Lang"] == language
        assert tags_of(made).count("/H2") == len(AGREEMENT.questions) + 1

    def test_says_what_it_is_not_and_leaves_room_for_what_was_skipped(self, client: httpx.Client, store: Store) -> None:
        talk = Talk(client)
        page = talk.call("GET", store(talk, "agreement", {"agree_tasks": "-"})).text
        assert text("document.agreement.is_not", "nb") in page
        assert 'class="own"' not in page
        assert page.count(text("document.agreement.agreed", "nb")) == len(AGREEMENT.questions)

    def test_hostile_words_stay_words(self, client: httpx.Client, store: Store) -> None:
        talk = Talk(client)
        path = store(talk, "agreement", {q.slot: HOSTILE for q in AGREEMENT.questions})
        assert "<script" not in talk.call("GET", path).text
        assert words_of(pdf_of(talk, path)).count("#set text(red)") == len(AGREEMENT.questions)


class TestComplaint:
    @pytest.mark.parametrize(
        ("sender", "weeks", "law"),
        [("municipality", 3, "forvaltningsloven § 29"), ("health", 4, "pasient- og brukerrettighetsloven § 7-5"),
         ("nav", 6, "folketrygdloven § 21-12"), ("unknown", 3, "forvaltningsloven § 29")],
    )  # fmt: skip
    def test_names_the_deadline_and_its_source(
        self, client: httpx.Client, store: Store, sender: str, weeks: int, law: str
    ) -> None:
        talk = Talk(client)
        path = store(talk, "complaint", complaint_of(complain_from=sender))
        made = words_of(pdf_of(talk, path))
        last = (clock.now().date() + timedelta(weeks=weeks - 1)).strftime("%d.%m.%Y")
        assert last in made
        assert law in page_of(talk, path)
        assert law.split(" §")[0].split()[-1] in made
        assert text(f"form.complaint.office.{sender}", "nb") in made

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_letter_is_norwegian_with_its_meaning_beside(
        self, client: httpx.Client, store: Store, language: str
    ) -> None:
        talk = Talk(client, language=language)
        path = store(talk, "complaint", complaint_of(complain_why=SAMPLE[language]))
        norwegian = language if language == "nn" else "nb"
        page = page_of(talk, path)
        about, letter = page.split('<div class="new-page"></div>')
        for part in ("subject", "decision", "came", "why", "wish", "forward", "access"):
            assert text(f"document.letter.{part}", norwegian) in letter
            if language not in ("nb", "nn"):
                assert text(f"document.letter.{part}", language) in about
        assert ("<table>" in about) == (language not in ("nb", "nn"))
        assert SAMPLE[language] in words_of(pdf_of(talk, path))

    def test_what_is_missing_has_room(self, client: httpx.Client, store: Store) -> None:
        talk = Talk(client)
        path = store(talk, "complaint", {"complain_date": "-"})
        made = words_of(pdf_of(talk, path))
        assert text("document.letter.came", "nb") in made
        assert text("form.complaint.office.unknown", "nb") in made

    def test_a_text_in_place_of_a_day_stays_a_text(self, client: httpx.Client, store: Store) -> None:
        talk = Talk(client)
        path = store(talk, "complaint", complaint_of(complain_date="2026, en gang i mai"))
        assert "2026, en gang i mai" in words_of(pdf_of(talk, path))


class TestAccess:
    def test_is_listed_and_opened_with_the_talks_token_or_cookie_only(self, client: httpx.Client, store: Store) -> None:
        talk, other = Talk(client), Talk(client)
        path = store(talk, "complaint", complaint_of())
        (listed,) = talk.call("GET", "/documents").json()
        assert path.endswith(listed["id"])
        assert (listed["kind"], listed["title"]) == ("complaint", text("form.document.complaint", "nb"))
        url = talk.url + path
        client.cookies.clear()
        error_of(client.get(url), 401)
        error_of(client.get(url, headers=other.headers), 403)
        error_of(other.call("GET", path), 404)
        assert client.get(url, headers={"Cookie": f"naer_talk={talk.token}"}).status_code == 200
        error_of(client.delete(url, headers={"Cookie": f"naer_talk={talk.token}"}), 401)
        error_of(talk.call("GET", f"{path}?format=exe"), 422)

    def test_the_cookie_goes_to_the_documents_too(self, client: httpx.Client) -> None:
        made = client.post("/api/v1/conversations", json={"municipality": "lillestrom"})
        paths = [c.split("Path=")[1].split(";")[0] for c in made.headers.get_list("set-cookie")]
        assert {p.rsplit("/", 1)[1] for p in paths} == {"events", "documents"}

    def test_deleted_is_gone(self, client: httpx.Client, store: Store) -> None:
        talk = Talk(client)
        path = store(talk, "agreement", {})
        assert talk.call("DELETE", path).status_code == 204
        error_of(talk.call("GET", path), 404)
        error_of(talk.call("DELETE", path), 404)
        assert talk.call("GET", "/documents").json() == []

    def test_goes_with_the_talk(self, client: httpx.Client, store: Store) -> None:
        talk = Talk(client)
        path = store(talk, "agreement", {})
        talk.call("DELETE")
        error_of(talk.call("GET", path), 404)


class TestReceipt:
    def ask(self, client: httpx.Client, **changed: Any) -> str:
        """A stored wish; its code."""
        wish = {
            "municipality": "lillestrom", "kind": "phone", "phone": "22 33 44 55", "consent": True, "language": "nb",
            "when": "i morgen", "about": HOSTILE, "client_id": str(uuid.uuid4()),
        } | changed  # fmt: skip
        made = client.post("/api/v1/callbacks", json=wish)
        assert made.status_code == 201, made.text
        return str(made.json()["code"])

    def get(self, client: httpx.Client, code: str, format: str = "pdf") -> httpx.Response:
        return client.get(f"/api/v1/callback-receipt?format={format}", headers={"X-Callback-Code": code})

    @pytest.mark.parametrize("language", ["nb", "ar", "ti"])
    def test_holds_the_code_and_what_was_asked_for(self, client: httpx.Client, language: str) -> None:
        code = self.ask(client, language=language)
        made = self.get(client, code).content
        # PDFium turns Latin words of a right-to-left page round; the file itself holds them in order.
        assert code in catalog_of(made)[0].pages[0].extract_text()
        assert "onerror" in words_of(made)
        assert "<script" not in self.get(client, code, "html").text

    def test_says_when_it_is_cancelled(self, client: httpx.Client) -> None:
        code = self.ask(client)
        client.delete("/api/v1/callbacks", headers={"X-Callback-Code": code})
        made = words_of(self.get(client, code).content)
        assert text("document.callback.cancelled", "nb") in made
        assert "#set" not in made

    def test_a_wrong_code_opens_nothing(self, client: httpx.Client) -> None:
        error_of(self.get(client, "ABCD-EFGH-JK"), 404)
