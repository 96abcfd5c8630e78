"""Whether somebody is on duty: opening hours and public holidays of the municipality, presence of its counsellors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from core import clock, i18n
from knowledge_base.models import Municipality
from knowledge_base.municipalities import OSLO, WEEKDAYS, OpeningHours, is_open, next_opening, settings_of

PRESENT_FOR = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether somebody is on duty, and if not, when next."""

    open_now: bool
    counsellor_available: bool
    opens_at: datetime | None

    @property
    def attended(self) -> bool:
        """Somebody can be expected to answer now; without this no waiting time is promised."""
        return self.open_now and self.counsellor_available

    @property
    def opens_text(self) -> str | None:
        """The next opening in local time, for a sentence."""
        return self.opens_at.astimezone(OSLO).strftime("%d.%m.%Y %H:%M") if self.opens_at else None


def opening(session: Session, municipality_id: str) -> Opening:
    """Opening hours (closed on Norwegian public holidays unless set) and presence of a municipality's counsellors."""
    hours = settings_of(session.get_one(Municipality, municipality_id)).hours
    available = session.scalar(
        select(func.count(Staff.id)).where(
            Staff.municipality == municipality_id,
            Staff.role == "counsellor",
            Staff.active,
            Staff.presence == "available",
            Staff.seen_at > clock.now() - PRESENT_FOR,
        )
    )
    return Opening(is_open(hours), bool(available), next_opening(hours))


def hours_sentence(session: Session, municipality_id: str, language: str) -> str:
    """When a human can be reached: the opening hours, and whether somebody is there now."""
    state = opening(session, municipality_id)
    if state.open_now:
        now = i18n.text("human_hours.now" if state.counsellor_available else "human_hours.unknown", language)
    elif state.opens_text:
        now = i18n.text("human_hours.later", language, opening=state.opens_text)
    else:
        return i18n.text("human_hours.unknown", language)
    return f"{_hours(settings_of(session.get_one(Municipality, municipality_id)).hours, language)} {now}"


def _hours(hours: OpeningHours, language: str) -> str:
    """The week's opening hours as a sentence; days with the same hours together."""
    if hours.always:
        return i18n.text("human_hours.always", language)
    days = [(day, getattr(hours, day)) for day in WEEKDAYS if getattr(hours, day)]
    parts = []
    for span, group in itertools.groupby(days, key=lambda entry: str(entry[1])):
        names = [i18n.text(f"day.{day}", language) for day, _ in group]
        parts.append(f"{names[0]}–{names[-1]} {span}" if len(names) > 1 else f"{names[0]} {span}")
    return i18n.text("human_hours.open", language, hours=", ".join(parts).replace("-", "–"))
