"""Settings: read from the environment, documented, and strict in production."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import ROOT, Settings

GOOD = {"profile": "production", "secret": "x" * 32, "public_url": "https://naer.example.no"}


class TestRead:
    def test_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NAER_PORT", "9000")
        monkeypatch.setenv("NAER_DATA_DIR", "/tmp/elsewhere")
        settings = Settings()
        assert settings.port == 9000
        assert settings.resolved_database_url == "sqlite:////tmp/elsewhere/naer.db"

    @pytest.mark.parametrize(
        ("name", "value"),
        [("PORT", "eighty"), ("PROFILE", "party"), ("ENGINE_TIMEOUT", "soon"), ("RETENTION_DAYS", "")],
    )
    def test_wrong_values_are_named(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
        monkeypatch.setenv(f"NAER_{name}", value)
        with pytest.raises(ValidationError) as error:
            Settings()
        assert error.value.errors()[0]["loc"] == (name.lower(),)

    def test_the_engine_is_on_loopback_unless_set(self) -> None:
        assert Settings(engine_port=6000).resolved_engine_url == "http://127.0.0.1:6000"
        assert Settings(engine_url="http://engine:5005").resolved_engine_url == "http://engine:5005"

    def test_limits_follow_the_profile(self) -> None:
        assert (Settings().resolved_rate_requests, Settings().resolved_rate_conversations) == (
            "100/second",
            "100/minute",
        )
        production = Settings(**GOOD)
        assert (production.resolved_rate_requests, production.resolved_rate_conversations) == ("20/second", "10/minute")


class TestDocumentation:
    def test_every_setting_is_in_the_page(self) -> None:
        page = ROOT / "docs" / "settings.md"
        assert page.exists(), "docs/settings.md is missing"
        documented = set(re.findall(r"NAER_[A-Z_]+", page.read_text(encoding="utf-8")))
        assert {f"NAER_{name.upper()}" for name in Settings.model_fields} <= documented

    def test_every_setting_says_what_it_is(self) -> None:
        assert not [name for name, field in Settings.model_fields.items() if not field.description]


class TestSecret:
    def test_is_made_once_and_for_the_owner_only(self, tmp_path: Path) -> None:
        first = Settings(data_dir=tmp_path / "var").secret_value
        assert Settings(data_dir=tmp_path / "var").secret_value == first
        assert len(first) >= 48
        assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600

    def test_is_not_shown(self) -> None:
        assert "hush" not in repr(Settings(secret="hush" * 10))


class TestProduction:
    def test_demo_has_no_problems(self, tmp_path: Path) -> None:
        (tmp_path / "demo-accounts.json").write_text("[]")
        assert Settings(data_dir=tmp_path).problems() == []

    def test_a_good_one_has_none(self, tmp_path: Path) -> None:
        assert Settings(data_dir=tmp_path, **GOOD).problems() == []

    @pytest.mark.parametrize(
        ("changed", "named"),
        [({"secret": ""}, "NAER_SECRET"), ({"secret": "short"}, "NAER_SECRET"), ({"public_url": ""}, "NAER_PUBLIC_URL"),
         ({"public_url": "http://naer.example.no"}, "NAER_PUBLIC_URL"), ({"rate_requests": "1000/second"}, "NAER_RATE_REQUESTS"),
         ({"rate_conversations": "100/minute"}, "NAER_RATE_CONVERSATIONS")],
    )  # fmt: skip
    def test_refuses_what_is_open(self, tmp_path: Path, changed: dict[str, str], named: str) -> None:
        (problem,) = Settings(**(GOOD | {"data_dir": tmp_path} | changed)).problems()
        assert named in problem

    def test_refuses_demo_accounts(self, tmp_path: Path) -> None:
        (tmp_path / "demo-accounts.json").write_text("[]")
        (problem,) = Settings(data_dir=tmp_path, **GOOD).problems()
        assert "remove-demo" in problem

    def test_a_limit_that_is_none_is_named_and_does_not_crash(self, tmp_path: Path) -> None:
        (problem,) = Settings(data_dir=tmp_path, rate_requests="lots", **GOOD).problems()
        assert "NAER_RATE_REQUESTS" in problem

    @pytest.mark.parametrize(
        ("limit", "fine"), [("20 per second", True), ("60 per second", False), ("20/second", True)]
    )
    def test_takes_every_form_that_the_limits_library_takes(self, tmp_path: Path, limit: str, fine: bool) -> None:
        assert bool(Settings(data_dir=tmp_path, rate_requests=limit, **GOOD).problems()) is not fine
