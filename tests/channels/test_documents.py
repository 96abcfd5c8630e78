"""Documents to print or save: the same content as a page and as a tagged PDF, safe whatever a person wrote."""

from __future__ import annotations

import re

import httpx
import pytest

from channels.documents import html, pdf
from channels.documents.markdown import blocks
from channels.documents.model import Document, Heading, Items, Paragraph, Room, Run, Sides, Terms, Text, text
from channels.documents.own import own_words
from channels.documents.wording import clean, direction_in, safe_url
from core.i18n import LANGUAGES, RIGHT_TO_LEFT
from core.i18n import text as catalogue
from tests.channels.pdfs import HOSTILE, SAMPLE, catalog_of, tags_of, words_of
from tests.support import Talk, error_of


def everything(language: str, words: str) -> Document:
    """A document with each kind of block, all saying the same words."""
    said = text(words, language)
    return Document(
        "alt", f"Tittel {words}", language,
        (
            Heading(said, beside=text("Norsk overskrift", "nb")), Paragraph(said), *own_words(words, language),
            Items(((Paragraph(said),), (Paragraph(said),))), Items(((Paragraph(said),),), "number"),
            Items(((Paragraph(said),),), "plain"), Terms(((text("Navn", "nb"), said),)),
            Sides((text("Norsk", "nb"), said), ((text("Til kommunen", "nb"), said),)), Room(said),
        ),
    )  # fmt: skip


class TestPdf:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_tagged_with_language_and_title_in_every_language(self, language: str) -> None:
        made = pdf.render(everything(language, SAMPLE[language]))
        reader, root = catalog_of(made)
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata is not None
        assert reader.metadata.title == f"Tittel {SAMPLE[language]}"
        assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
        tags = tags_of(made)
        assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD"} <= set(tags)
        assert tags.index("/H1") < tags.index("/H2") < tags.index("/L") < tags.index("/Table")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_gives_the_words_back_in_order(self, language: str) -> None:
        made = pdf.render(Document("x", "Tittel", language, own_words(SAMPLE[language], language)))
        assert SAMPLE[language] in words_of(made)

    def test_vowel_marks_do_not_spoil_other_words(self) -> None:
        said = "قرارًا أوّلًا. " + SAMPLE["ar"]
        assert f"قرارا أولا. {SAMPLE['ar']}" in words_of(pdf.render(Document("x", "T", "ar", own_words(said, "ar"))))

    def test_numbers_stay_in_order_right_to_left(self) -> None:
        made = pdf.render(Document("x", "T", "ar", (Paragraph(text("اتصل 116 117 الآن", "ar")),)))
        assert "116 117" in re.sub("[\u2066\u2069]", "", words_of(made))

    def test_what_a_person_wrote_is_never_markup(self) -> None:
        made = pdf.render(Document("x", HOSTILE, "nb", own_words(HOSTILE, "nb")))
        reader, _ = catalog_of(made)
        assert reader.metadata is not None
        assert reader.metadata.title == clean(HOSTILE)
        assert words_of(made).count("#set text(red)") == 2
        assert "@ref <merke> \\u{41} // borte" in words_of(made)
        assert "root:" not in words_of(made)

    def test_a_sign_without_a_glyph_becomes_a_square_and_is_explained(self) -> None:
        made = words_of(pdf.render(Document("x", "T", "nb", own_words("Hei 中文 🙏", "nb"))))
        assert "◻◻" in made.replace(" ", "")
        assert catalogue("document.not_shown", "nb") in made
        assert "中" not in made

    def test_control_characters_and_overrides_are_taken_out(self) -> None:
        made = words_of(pdf.render(Document("x", "T", "nb", own_words("a\u0007b\u202ec\ud800d\ue000", "nb"))))
        assert "abcd" in made

    def test_nothing_is_taken_from_the_machine(self) -> None:
        reader, _ = catalog_of(pdf.render(everything("uk", SAMPLE["uk"])))
        fonts = {
            str(f.get_object()["/BaseFont"]) for page in reader.pages for f in page["/Resources"]["/Font"].values()
        }
        assert fonts
        assert all(re.match(r"/[A-Z]{6}\+(NotoSans|Amiri|NotoEmoji)", name) for name in fonts), fonts


class TestHtml:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_its_language_and_direction(self, language: str) -> None:
        page = html.render(everything(language, SAMPLE[language]))
        direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert SAMPLE[language] in page

    def test_what_a_person_wrote_is_never_markup(self) -> None:
        page = html.render(Document("x", HOSTILE, "nb", own_words(HOSTILE, "nb")))
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page

    def test_loads_nothing(self) -> None:
        page = html.render(everything("nb", "Hei"))
        assert not re.search(r"(src|href|action)=", page)
        assert "default-src 'none'; style-src 'sha256-" in html.content_security_policy()

    def test_own_words_read_as_they_are_written(self) -> None:
        page = html.render(Document("x", "T", "nb", own_words(SAMPLE["ar"], "nb")))
        assert 'dir="rtl"' in page


class TestWording:
    @pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https:", "//a.no", "http://[", ""])
    def test_an_unsafe_address_is_none(self, url: str) -> None:
        assert safe_url(url) is None

    @pytest.mark.parametrize("url", ["https://helsenorge.no/x", "mailto:a@example.no", "tel:+4722400040"])
    def test_a_safe_address_stays(self, url: str) -> None:
        assert safe_url(url) == url

    def test_an_unsafe_link_is_text(self) -> None:
        link = Paragraph(Text((Run("trykk", url="javascript:alert(1)"),), "nb", "ltr"))
        assert "javascript" not in html.render(Document("x", "T", "nb", (link,)))

    def test_direction_is_that_of_the_first_letter(self) -> None:
        assert direction_in("123 سلام", "ltr") == "rtl"
        assert direction_in("- NAV سلام", "rtl") == "ltr"
        assert direction_in("123", "rtl") == "rtl"


class TestMarkdown:
    def test_headings_lists_and_marks_become_blocks(self) -> None:
        made = blocks("## Slik\n\n1. en **to**\n2. [tre](https://a.no)\n\n### Videre\n\n- fire\n  - fem", "nb")
        assert [b.kind for b in made] == ["heading", "items", "heading", "items"]
        assert [b.level for b in made if isinstance(b, Heading)] == [1, 2]
        assert isinstance(made[1], Items)
        assert made[1].look == "number"
        first = made[1].items[0][0]
        assert isinstance(first, Paragraph)
        assert first.text.runs == (Run("en "), Run("to", strong=True))

    def test_raw_html_is_text(self) -> None:
        page = html.render(Document("x", "T", "nb", blocks("Hei <b onclick=x>du</b>\n\n<script>x</script>", "nb")))
        assert "<script" not in page
        assert "<b " not in page


class TestArticle:
    URL = "/api/v1/articles/care-benefit?municipality=lillestrom"

    @pytest.mark.parametrize("language", ["nb", "ar", "ti", "uk"])
    def test_is_given_as_pdf_in_the_readers_language(self, client: httpx.Client, language: str) -> None:
        view = client.get(f"{self.URL}&lang={language}").json()
        response = client.get(f"{self.URL}&lang={language}&format=pdf")
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/pdf"
        assert 'filename="naer-care-benefit-' in response.headers["content-disposition"]
        reader, root = catalog_of(response.content)
        assert root["/Lang"] == language
        assert reader.metadata is not None
        assert reader.metadata.title == view["title"]
        assert view["links"][0]["title"] in words_of(response.content)

    def test_is_given_as_a_page_that_stands_alone(self, client: httpx.Client) -> None:
        view = client.get(f"{self.URL}&lang=en").json()
        response = client.get(f"{self.URL}&lang=en&format=html")
        assert response.headers["content-type"].startswith("text/html")
        assert "style-src 'sha256-" in response.headers["content-security-policy"]
        assert f"<h1>{view['title']}</h1>" in response.text

    def test_an_unknown_one_is_an_error(self, client: httpx.Client) -> None:
        error_of(client.get("/api/v1/articles/no-such?municipality=lillestrom&format=pdf"), 404)
        error_of(client.get(f"{self.URL}&format=docx"), 422)


class TestTranscript:
    def test_is_given_as_pdf(self, client: httpx.Client) -> None:
        talk = Talk(client, language="nb")
        talk.post(HOSTILE, wait=False)
        response = talk.call("GET", "/transcript?format=pdf")
        assert response.headers["content-type"] == "application/pdf"
        assert response.headers["cache-control"] == "no-store"
        assert '#read("/etc/passwd")' in words_of(response.content)
        assert tags_of(response.content).count("/LI") == 2

    def test_belongs_to_the_talk_alone(self, client: httpx.Client) -> None:
        talk, other = Talk(client), Talk(client)
        error_of(client.get(f"{talk.url}/transcript?format=pdf", headers=other.headers), 403)
