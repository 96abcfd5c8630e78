"""`naer doctor`: the serving index and the database are compared."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from channels.cli import doctor
from core.database import Database
from knowledge_base import articles
from knowledge_base.models import Article
from tests.conftest import MakeApp, MakeSettings

Serve = Callable[[FastAPI], httpx.Client]


class TestTheIndex:
    def test_that_holds_what_the_database_holds_is_fine_another_is_not(
        self, make_app: MakeApp, make_settings: MakeSettings, serve: Serve, database: Database
    ) -> None:
        port = serve(make_app()).base_url.port
        assert port is not None

        def lines() -> list[str]:
            said: list[str] = []
            doctor.examine(make_settings(port=port), database, said.append)
            return [line for line in said if "serving index" in line]

        with database.reading() as session:
            version = articles.version(session)
        assert lines() == [f"ok   serving index {version}, database {version}: the same texts"]
        with database.writing() as session:  # past the importer and the editor, so that no version is raised
            article = session.scalars(select(Article).where(Article.slug == "own-strain")).first()
            assert article is not None
            article.translations[0].title += "!"
        assert lines()[0].startswith(f"BAD  serving index {version}, database {version}: other texts →")

    def test_is_not_compared_while_no_app_runs(
        self, make_settings: MakeSettings, database: Database, closed_port: int
    ) -> None:
        said: list[str] = []
        doctor.examine(make_settings(port=closed_port), database, said.append)
        assert "ok   app is not running (nothing to compare)" in said
        assert any("ranking learned" in line and line.startswith("ok") for line in said)
