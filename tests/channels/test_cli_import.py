"""`naer kb import` and `naer kb courses` with what goes wrong: named with file and line, never half."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from channels.cli.main import app
from core.database import Database
from knowledge_base import articles
from knowledge_base.courses.models import Course
from knowledge_base.models import Article

run = CliRunner()


@pytest.fixture
def installation(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the command finds."""
    monkeypatch.setenv("NAER_DATA_DIR", str(data_dir))
    return data_dir


def state(database: Database) -> tuple[int, int]:
    """Content version and number of articles."""
    with database.reading() as session:
        return articles.version(session), session.query(Article).count()


class TestArticles:
    def test_each_problem_is_named_and_nothing_imported(
        self, installation: Path, database: Database, content: Path, tmp_path: Path
    ) -> None:
        root = tmp_path / "c"
        shutil.copytree(content / "national/own-strain", root / "national/own-strain")
        shutil.copytree(content / "national/own-strain", root / "national/twice")
        shutil.copytree(content / "national/care-benefit", root / "national/care-benefit")
        shutil.copytree(content / "national/interpreter", root / "national/interpreter")
        shutil.copytree(content / "national/helplines", root / "national/helplines")
        source = root / "national/care-benefit/nb.md"
        source.write_text(source.read_text(encoding="utf-8").replace("---\n", "", 1), encoding="utf-8")
        unknown = root / "national/helplines/en.md"
        unknown.write_text(
            unknown.read_text(encoding="utf-8").replace("---\n", "---\nmood: good\n", 1), encoding="utf-8"
        )
        (root / "national/interpreter/nb.md").unlink()
        before = state(database)
        result = run.invoke(app, ["kb", "import", str(root)])
        assert result.exit_code == 1
        assert f"{source}:1: no front matter" in result.output
        assert f"{unknown}:2: unknown key `mood`" in result.output
        assert f"{root / 'national/interpreter'}:1: the source text nb.md is missing" in result.output
        assert f"{root / 'national/twice/nb.md'}:2: slug `own-strain` in `national` is also in" in result.output
        assert "4 problems; nothing was imported." in result.output
        assert state(database) == before

    def test_a_missing_translation_is_no_problem_of_the_import(
        self, installation: Path, database: Database, content: Path, tmp_path: Path
    ) -> None:
        shutil.copytree(content / "national/own-strain", tmp_path / "c/national/own-strain")
        (tmp_path / "c/national/own-strain/pl.md").unlink()
        result = run.invoke(app, ["kb", "import", str(tmp_path / "c")])
        assert result.exit_code == 0, result.output
        with database.reading() as session:
            article = session.query(Article).filter_by(slug="own-strain").one()
            assert "pl" not in {t.language for t in article.translations}


class TestCourses:
    def test_a_feed_of_50_mb_is_refused_before_it_is_read(self, installation: Path, tmp_path: Path) -> None:
        path = tmp_path / "large.ics"
        with path.open("wb") as file:
            file.truncate(50_000_000)
        result = run.invoke(app, ["kb", "courses", str(path), "--municipality", "baerum"])
        assert result.exit_code == 1
        assert "at most 5 MB" in result.output

    def test_nonsense_dates_are_named_and_the_good_course_kept(
        self, installation: Path, database: Database, tmp_path: Path
    ) -> None:
        events = [("good", "20270115T180000", "20270115T200000"), ("never", "20271345T990000", "20271345T995959")]
        lines = [
            f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:Kurs\nDTSTART:{begin}\nDTEND:{end}\nEND:VEVENT"
            for uid, begin, end in events
        ]
        path = tmp_path / "courses.ics"
        path.write_text("\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR"]) + "\n")
        result = run.invoke(app, ["kb", "courses", str(path), "--municipality", "baerum"])
        assert result.exit_code == 0, result.output
        assert "1 new, 0 changed" in result.output
        assert "13" in result.output  # the line of the wrong DTSTART
        with database.reading() as session:
            assert session.query(Course).filter_by(municipality="baerum").count() == 1
