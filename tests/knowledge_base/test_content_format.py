"""Import and export: problems by file and line, nothing half-imported, and what is exported is what was imported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.database import Database
from core.i18n import LANGUAGES
from knowledge_base import articles, exporter, importer
from knowledge_base.content_format import ContentError, read_folder
from knowledge_base.models import Article, Draft, Revision

NB = """---
slug: zebra
kind: information
scope: national
audience: adult
theme: general
status: open
reviewed_on: 2026-11-21
review_by: 2027-11-21
language: nb
title: "Sebra"
answer: "Et svar."
questions: ["Hva er en sebra?"]
---
Brødtekst.
"""
EN = '---\nslug: zebra\nlanguage: en\ntitle: "Zebra"\nanswer: "An answer."\n---\n'


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def problems(root: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as error:
        read_folder(root)
    return [(Path(p.file).name, p.line, p.message) for p in error.value.problems]


class TestProblems:
    @pytest.mark.parametrize(
        ("broken", "line", "said"),
        [
            (NB.replace('title: "Sebra"', 'title: "Sebra'), 12, "front matter"),
            (NB.replace("kind: information", "kind: [information"), 4, "front matter"),
            (NB.replace("kind: information", "kind: joke"), 3, "`kind` must be one of information, right"),
            (NB.replace("status: open", "status: open\nteme: x"), 8, "unknown key `teme`"),
            (NB.replace("reviewed_on: 2026-11-21", "reviewed_on: yesterday"), 8, "`reviewed_on` must be a date"),
            (NB.replace("slug: zebra", "slug: Zebra Dyr"), 2, "`slug` must be lower-case"),
            (NB.replace("language: nb", "language: nn"), 10, "`language` must be `nb`"),
            (NB.replace('title: "Sebra"', 'title: ""'), 11, "`title` is missing or empty"),
            (NB.replace('answer: "Et svar."\n', ""), 1, "`answer` is missing or empty"),
            (NB.replace('["Hva er en sebra?"]', '"Hva er en sebra?"'), 13, "`questions` must be a list"),
            (NB.replace('["Hva er en sebra?"]', "[Hva: er, 7]"), 13, "`questions` must be a list"),
            (NB.replace("status: open", "status: open\nlinks: [{title: x}]"), 8, "each entry of `links` needs title and url"),
            (NB.replace("status: open", 'status: open\nlaw: [{ref: x, url: "javascript:x"}]'), 8, "must begin with https://"),
            (NB.replace("status: open", "status: open\nrelated: other"), 8, "`related` must be a list of slugs"),
            ("no front matter\n", 1, "no front matter"),
            ("---\n- a\n- b\n---\n", 2, "front matter must be `key: value` lines"),
            (NB.replace("status: open", "status: open\nstatus: ended"), 8, "status"),
            ("---\n---\n", 1, "front matter"),
            (NB.replace("reviewed_on: 2026-11-21", "reviewed_on: 2026-02-31"), 8, "day is out of range"),
            (NB.replace("reviewed_on: 2026-11-21", "reviewed_on: 2026-11-21T10:00:00"), 8, "`reviewed_on` must be a date"),
            (NB.replace("status: open", "status: open\n7: x"), 8, "unknown key `7`"),
            (NB.replace("status: open", "status: open\n? [a, b]\n: c"), 8, "front matter"),
            (NB.replace("status: open", "status: open\nlaw: &a [*a]"), 8, "each entry of `law` needs ref and url"),
            (NB.replace("status: open", "status: !!python/object:os.system open"), 7, "front matter"),
            (NB.replace("status: open", "law: " + 500 * "[" + 500 * "]"), 2, "nested too deeply"),
            (NB.replace('"Sebra"', f'"{301 * "x"}"'), 11, "`title` may have at most 300"),
            (NB.replace('"Et svar."', f'"{4001 * "x"}"'), 12, "`answer` may have at most 4000"),
            (NB.replace("Hva er en sebra?", 301 * "x"), 13, "a question may have at most 300"),
            (NB.replace("slug: zebra", f"slug: {81 * 'z'}"), 2, "`slug` may have at most 80"),
            (NB + 40_001 * "x", 15, "the text below may have at most 40000"),
            (NB + 1_000_001 * "x", 1, "a file may have at most 1000 kB"),
        ],
    )  # fmt: skip
    def test_are_named_by_file_and_line(self, tmp_path: Path, broken: str, line: int, said: str) -> None:
        found = problems(write(tmp_path, {"national/zebra/nb.md": broken}))
        assert [(f, n) for f, n, _ in found] == [("nb.md", line)], found
        assert said in found[0][2]

    def test_the_source_language_is_needed(self, tmp_path: Path) -> None:
        found = problems(write(tmp_path, {"national/zebra/en.md": EN}))
        assert found == [("zebra", 1, "the source text nb.md is missing")]

    def test_an_unknown_language_is_named(self, tmp_path: Path) -> None:
        other = EN.replace("language: en", "language: xx")
        (found,) = problems(write(tmp_path, {"national/zebra/nb.md": NB, "national/zebra/xx.md": other}))
        assert found[:2] == ("xx.md", 1)
        assert "`xx` is no language of Nær" in found[2]

    def test_a_translation_may_not_set_what_is_the_articles(self, tmp_path: Path) -> None:
        wrong = EN.replace("slug: zebra", "slug: zebra\nkind: right")
        assert problems(write(tmp_path, {"national/zebra/nb.md": NB, "national/zebra/en.md": wrong})) == [
            ("en.md", 3, "unknown key `kind`")
        ]

    def test_a_translation_of_another_article_is_named(self, tmp_path: Path) -> None:
        wrong = EN.replace("slug: zebra", "slug: horse")
        (found,) = problems(write(tmp_path, {"national/zebra/nb.md": NB, "national/zebra/en.md": wrong}))
        assert found[:2] == ("en.md", 2)

    def test_two_articles_of_one_name(self, tmp_path: Path) -> None:
        (found,) = problems(write(tmp_path, {"national/zebra/nb.md": NB, "national/zebra-two/nb.md": NB}))
        assert found[:2] == ("nb.md", 2)
        assert "slug `zebra` in `national` is also in" in found[2]

    def test_the_same_name_in_two_scopes_is_fine(self, tmp_path: Path) -> None:
        own = NB.replace("scope: national", "scope: baerum")
        assert len(read_folder(write(tmp_path, {"national/zebra/nb.md": NB, "baerum/zebra/nb.md": own}))) == 2

    def test_all_are_told_at_once(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"national/a/nb.md": NB.replace("kind: information", "kind: x").replace("status: open", "status: x")},
        )
        write(tmp_path, {"national/b/nb.md": "nothing\n"})
        assert len(problems(tmp_path)) == 3

    def test_no_utf_8(self, tmp_path: Path) -> None:
        path = tmp_path / "national/zebra/nb.md"
        path.parent.mkdir(parents=True)
        path.write_bytes(NB.encode("latin-1"))
        (found,) = problems(tmp_path)
        assert found[:2] == ("nb.md", 1)

    def test_a_byte_order_mark_is_no_problem(self, tmp_path: Path) -> None:
        (found,) = read_folder(write(tmp_path, {"national/zebra/nb.md": "\ufeff" + NB}))
        assert found.texts["nb"].title == "Sebra"

    def test_an_empty_folder_and_no_folder(self, tmp_path: Path) -> None:
        assert problems(tmp_path / "gone") == [("gone", 1, "no such folder")]
        (tmp_path / "national/zebra").mkdir(parents=True)
        assert problems(tmp_path) == [("zebra", 1, "an article's folder without a Markdown file")]


class TestImport:
    def test_with_one_problem_imports_nothing(self, database: Database, tmp_path: Path) -> None:
        root = write(tmp_path / "c", {"national/a/nb.md": NB.replace("zebra", "a"), "national/b/nb.md": "broken\n"})
        with database.reading() as session:
            before = (session.query(Article).count(), session.query(Revision).count(), articles.version(session))
        with pytest.raises(ContentError), database.writing() as session:
            importer.import_folder(session, root, author="t")
        with database.reading() as session:
            assert (
                session.query(Article).count(),
                session.query(Revision).count(),
                articles.version(session),
            ) == before

    def test_an_unknown_scope_is_named(self, database: Database, tmp_path: Path) -> None:
        root = write(tmp_path / "c", {"oslo/zebra/nb.md": NB.replace("scope: national", "scope: oslo")})
        with (
            pytest.raises(ContentError, match="`scope: oslo` is none of baerum, lillestrom, local, national"),
            database.writing() as session,
        ):
            importer.import_folder(session, root, author="t")

    def test_a_scope_other_than_its_folder_is_named(self, tmp_path: Path) -> None:
        (found,) = problems(write(tmp_path, {"national/zebra/nb.md": NB.replace("scope: national", "scope: baerum")}))
        assert "scope" in found[2]

    def test_local_gives_each_municipality_its_own_copy(self, database: Database) -> None:
        with database.reading() as session:
            scopes = {a.scope for a in session.query(Article).filter_by(slug="dementia-course")}
        assert scopes == {"baerum", "lillestrom"}

    def test_again_writes_nothing(self, database: Database, content: Path) -> None:
        with database.writing() as session:
            before = articles.version(session)
            assert importer.import_folder(session, content, author="again") == 0
            assert articles.version(session) == before

    def test_a_changed_file_is_written_alone(self, database: Database, content: Path, tmp_path: Path) -> None:
        root = tmp_path / "c"
        shutil.copytree(content, root)
        path = root / "national/own-strain/pl.md"
        path.write_text(
            path.read_text(encoding="utf-8").replace("title:", "title: X "), encoding="utf-8"
        ) if False else None
        text = path.read_text(encoding="utf-8")
        path.write_text(text.rstrip() + "\n\nNowy akapit.\n", encoding="utf-8")
        with database.writing() as session:
            assert importer.import_folder(session, root, author="t") == 1
        with database.reading() as session:
            article = session.query(Article).filter_by(slug="own-strain").one()
            assert next(t for t in article.translations if t.language == "pl").body.endswith("Nowy akapit.")
            assert article.revision == 2

    def test_a_start_does_not_bring_an_archived_article_back(
        self, database: Database, content: Path, tmp_path: Path
    ) -> None:
        with database.writing() as session:
            session.query(Article).filter_by(slug="own-strain").one().archived = True
        root = tmp_path / "c"
        shutil.copytree(content / "national/own-strain", root / "national/own-strain")
        path = root / "national/own-strain/nb.md"
        path.write_text(path.read_text(encoding="utf-8") + "\nMer.\n", encoding="utf-8")
        with database.writing() as session:
            importer.import_folder(session, root, author="seed", keep_edited=True)
            assert session.query(Article).filter_by(slug="own-strain").one().archived is True


class TestExport:
    def test_and_import_again_is_identical(self, database: Database, tmp_path: Path) -> None:
        with database.reading() as session:
            before = {(a.slug, a.scope): articles.snapshot(a) for a in session.query(Article)}
            assert exporter.export_folder(session, tmp_path / "one") == len(before)
        with database.writing() as session:
            for table in (Draft, Revision):
                session.query(table).delete()
            for article in session.query(Article):
                session.delete(article)
        with database.writing() as session:
            importer.import_folder(session, tmp_path / "one", author="t")
        with database.reading() as session:
            assert {(a.slug, a.scope): articles.snapshot(a) for a in session.query(Article)} == before
            exporter.export_folder(session, tmp_path / "two")
        one, two = (
            {p.relative_to(r): p.read_bytes() for p in r.rglob("*.md")} for r in (tmp_path / "one", tmp_path / "two")
        )
        assert one == two

    def test_leaves_archived_articles_out(self, database: Database, tmp_path: Path) -> None:
        with database.writing() as session:
            session.query(Article).filter_by(slug="own-strain").one().archived = True
            exporter.export_folder(session, tmp_path / "c")
        assert not (tmp_path / "c/national/own-strain").exists()

    def test_odd_texts_survive(self, database: Database, tmp_path: Path) -> None:
        odd = 'Linje én\n\n---\n\n«sitat»: "a" # ikke kommentar\n\tinnrykk  \nنص عربي'
        with database.writing() as session:
            article = session.query(Article).filter_by(slug="own-strain").one()
            article.translations[0].answer = article.translations[0].body = odd.strip()
            language = article.translations[0].language
            exporter.export_folder(session, tmp_path / "c")
        (found,) = [f for f in read_folder(tmp_path / "c") if f.slug == "own-strain"]
        assert found.texts[language].answer == odd.strip()
        assert found.texts[language].body == odd.strip()


def test_the_shipped_articles_of_the_tests_have_every_language(content: Path) -> None:
    found = [f for f in read_folder(content) if f.audience != "staff"]
    assert not {(f.slug, code) for f in found for code in LANGUAGES if code not in f.texts}
