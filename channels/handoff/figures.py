"""Waiting times and counts, never a text: the supervisor's overview of now, and anonymised statistics of a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.auth.models import Staff
from channels.conversations.models import Conversation
from channels.handoff.models import Episode
from core import clock
from knowledge_base.municipalities import OSLO

OVERVIEW_DAYS = 7
FEW = 5


def overview(session: Session, municipality: str) -> dict[str, Any]:
    """Who waits and how long, who is there, and the last week's waits by theme and by hour of the day (local time)."""
    now = clock.now()
    waiting = session.scalars(
        select(Conversation.waiting_since).where(
            Conversation.municipality == municipality, Conversation.state == "waiting"
        )
    ).all()
    longest = max((int((now - since).total_seconds()) for since in waiting if since), default=0)
    rows = session.execute(
        select(Episode.theme, Episode.asked_at, Episode.wait_seconds).where(
            Episode.municipality == municipality, Episode.asked_at > now - timedelta(days=OVERVIEW_DAYS)
        )
    ).all()
    waits = sorted(wait for _, _, wait in rows if wait is not None)
    return {
        "waiting": len(waiting),
        "longest_wait_seconds": longest,
        "p50_wait_seconds": _quantile(waits, 0.5),
        "p90_wait_seconds": _quantile(waits, 0.9),
        "counsellors": _counsellors(session, municipality),
        "by_theme": dict(Counter(theme or "general" for theme, _, _ in rows)),
        "by_hour": dict(sorted(Counter(str(at.astimezone(OSLO).hour).zfill(2) for _, at, _ in rows).items())),
        "days": OVERVIEW_DAYS,
    }


def _quantile(ordered: list[int], q: float) -> int | None:
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else None


def _counsellors(session: Session, municipality: str) -> list[dict[str, Any]]:
    active = dict(
        session.execute(
            select(Conversation.claimed_by, func.count())
            .where(Conversation.municipality == municipality, Conversation.state == "human")
            .group_by(Conversation.claimed_by)
        ).all()
    )
    staff = session.scalars(
        select(Staff)
        .where(Staff.municipality == municipality, Staff.role == "counsellor", Staff.active)
        .order_by(Staff.name, Staff.id)
    )
    return [{"name": s.name, "presence": s.presence, "active": int(active.get(s.id, 0))} for s in staff]


def statistics(session: Session, municipality: str, since: date, until: date) -> dict[str, Any]:
    """Handovers asked for from one local day to another: counts by theme, outcome and language, those under five as "<5"."""
    rows = session.execute(
        select(Episode.theme, Episode.outcome, Episode.language).where(
            Episode.municipality == municipality,
            Episode.asked_at >= datetime.combine(since, time(), OSLO),
            Episode.asked_at < datetime.combine(until + timedelta(days=1), time(), OSLO),
        )
    ).all()
    return {
        "from": since.isoformat(),
        "to": until.isoformat(),
        "by_theme": _masked(theme or "general" for theme, _, _ in rows),
        "by_outcome": _masked(outcome or "none" for _, outcome, _ in rows),
        "by_language": _masked(language for _, _, language in rows),
    }


def _masked(values: Iterable[str]) -> dict[str, int | str]:
    return {name: count if count >= FEW else f"<{FEW}" for name, count in Counter(values).most_common()}
