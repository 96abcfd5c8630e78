"""Municipalities: their settings, opening hours, and the placeholders that articles may use."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, i18n
from core.errors import InvalidInput
from knowledge_base.models import Municipality

OSLO = ZoneInfo("Europe/Oslo")
CONTENT = Path(__file__).parent / "content"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class OpeningHours(BaseModel):
    """When counsellors are on duty, local time, `"08:00-15:30"` a weekday; closed on Norwegian public holidays unless set."""

    model_config = ConfigDict(extra="forbid")

    always: bool = False
    mon: str = "09:00-15:00"
    tue: str = "09:00-15:00"
    wed: str = "09:00-15:00"
    thu: str = "09:00-15:00"
    fri: str = "09:00-15:00"
    sat: str = ""
    sun: str = ""
    open_on_holidays: bool = False
    closed_dates: list[date] = Field(default_factory=list)

    @field_validator(*WEEKDAYS)
    @classmethod
    def a_span(cls, value: str) -> str:
        """Empty, or `HH:MM-HH:MM` with the end after the start."""
        if not value:
            return value
        start, dash, end = value.partition("-")
        if not dash or time.fromisoformat(start) >= time.fromisoformat(end):
            raise ValueError("must be empty or HH:MM-HH:MM")
        return value


class Settings(BaseModel):
    """What an administrator sets for a municipality. Unknown phones stay unknown; none is invented."""

    model_config = ConfigDict(extra="forbid")

    switchboard: str = ""
    email: str = ""
    website: str = ""
    visiting_address: str = ""
    phones_confirmed: bool = False
    retention_days: int | None = Field(None, ge=1, le=365)
    allowed_origins: list[str] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=lambda: list(i18n.LANGUAGES))
    hours: OpeningHours = Field(default_factory=OpeningHours)
    primary_colour: str = "#0b5563"
    notify_emails: list[str] = Field(default_factory=list, max_length=20)  # told of talks that wait
    notify_webhook: str = Field("", max_length=400, pattern=r"^(https?://[^\s]+)?$")
    notify_after_seconds: int = Field(120, ge=0, le=86_400)
    notify_every_seconds: int = Field(600, ge=60, le=86_400)

    @field_validator("languages")
    @classmethod
    def known_languages(cls, value: list[str]) -> list[str]:
        """Languages of Nær only, at least one."""
        if not value or any(code not in i18n.LANGUAGES for code in value):
            raise ValueError(f"must be some of {', '.join(i18n.LANGUAGES)}")
        return value


def settings_of(municipality: Municipality) -> Settings:
    """The municipality's settings, typed."""
    return Settings.model_validate(municipality.settings)


def access_municipality(session: Session, municipality_id: str) -> Municipality:
    """The municipality of this id; InvalidInput naming the known ones otherwise."""
    found = session.get(Municipality, municipality_id)
    if found is None:
        known = list(session.scalars(select(Municipality.id).order_by(Municipality.id)))
        raise InvalidInput(
            f"Unknown municipality. Known: {', '.join(known)}.", code="unknown_municipality", details={"known": known}
        )
    return found


def seed(session: Session, *, always_open: bool) -> None:
    """Create the municipalities of content/municipalities.yml that are not there yet; never change one that is."""
    for entry in yaml.safe_load((CONTENT / "municipalities.yml").read_text(encoding="utf-8")):
        if session.get(Municipality, entry["id"]) is not None:
            continue
        settings = Settings.model_validate(entry.get("settings", {}))
        if always_open:
            settings.hours.always = True
        session.add(Municipality(id=entry["id"], name=entry["name"], settings=settings.model_dump(mode="json")))


def is_open(hours: OpeningHours, at: datetime | None = None) -> bool:
    """Are counsellors on duty at this moment?"""
    if hours.always:
        return True
    local = (at or clock.now()).astimezone(OSLO)
    span = _span(hours, local.date())
    return span is not None and span[0] <= local.time() < span[1]


def next_opening(hours: OpeningHours, at: datetime | None = None) -> datetime | None:
    """The next moment when somebody is on duty; now, if open; None if never within 30 days."""
    moment = (at or clock.now()).astimezone(OSLO)
    if is_open(hours, moment):
        return moment
    for ahead in range(31):
        day = moment.date() + timedelta(days=ahead)
        span = _span(hours, day)
        if span is None:
            continue
        opens = datetime.combine(day, span[0], OSLO)
        if opens > moment:
            return opens
    return None


def _span(hours: OpeningHours, day: date) -> tuple[time, time] | None:
    if day in hours.closed_dates:
        return None
    if not hours.open_on_holidays and day in holidays.country_holidays("NO", years=day.year):
        return None
    raw = getattr(hours, WEEKDAYS[day.weekday()])
    if not raw:
        return None
    start, _, end = raw.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def fill_placeholders(text: str, municipality: Municipality, language: str) -> str:
    """Put the municipality's own facts into an article's text; an unknown one is said to be unknown."""
    settings = settings_of(municipality)
    known: dict[str, Any] = {
        "municipality": municipality.name,
        "switchboard": settings.switchboard,
        "email": settings.email,
        "website": settings.website,
        "visiting_address": settings.visiting_address,
    }

    def value(match: re.Match[str]) -> str:
        return str(known.get(match[1]) or i18n.text("unknown_fact", language))

    return i18n.isolate_numbers(_PLACEHOLDER.sub(value, text), language)


def strip_placeholders(text: str) -> str:
    """The text as it is embedded: the same for every municipality."""
    return _PLACEHOLDER.sub("kommunen", text)
