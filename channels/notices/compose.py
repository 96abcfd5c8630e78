"""What notices say. Never a text of a talk: only municipality, theme, waiting time and a link."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.callbacks.models import Callback
from channels.conversations.models import CRISIS, Conversation
from channels.handoff.proposal import theme_name
from channels.notices.outbox import NewNotice, enqueue
from core import clock, i18n
from core.settings import Settings
from knowledge_base.models import Municipality
from knowledge_base.municipalities import OSLO, is_open, settings_of


def answered(session: Session, settings: Settings, conversation: Conversation, seq: int) -> None:
    """A counsellor has answered: the relative who asked to be told gets one e-mail, and the address is erased."""
    if not conversation.notify_email:
        return
    language = conversation.language
    place = session.get_one(Municipality, conversation.municipality)
    where = settings_of(place).website or settings.public_url
    text = i18n.text("mail.answered.text", language, municipality=place.name)
    content = {
        "subject": i18n.text("mail.answered.subject", language, municipality=place.name),
        "text": f"{text}\n\n{where}\n" if where else f"{text}\n",
    }
    enqueue(
        session,
        NewNotice(
            f"answered:{conversation.id}:{seq}", "email", "answered", conversation.municipality,
            conversation.notify_email, content, conversation_id=conversation.id,
        ),
    )  # fmt: skip
    conversation.notify_email = ""


def appointed(session: Session, settings: Settings, callback: Callback) -> None:
    """A time has been agreed on: told by e-mail, if there is an address and a mail server."""
    if not callback.email or not settings.smtp_host or callback.appointment is None:
        return
    place = session.get_one(Municipality, callback.municipality)
    when = callback.appointment.astimezone(OSLO).strftime("%d.%m.%Y %H:%M")
    language = callback.language
    text = i18n.text("mail.appointment.text", language, municipality=place.name, when=when)
    content = {
        "subject": i18n.text("mail.appointment.subject", language, municipality=place.name),
        "text": f"{text}\n\n{callback.place}\n" if callback.place else f"{text}\n",
    }
    key = f"appointment:{callback.id}:{callback.appointment.isoformat()}:{callback.place[:40]}"
    enqueue(
        session,
        NewNotice(
            key, "email", "appointment", callback.municipality, callback.email, content,
            conversation_id=callback.conversation_id,
        ),
    )  # fmt: skip


def waiting(session: Session, settings: Settings) -> int:
    """Notices of talks that wait, for each municipality that wants them: again and again until somebody takes them.

    Talks with a crisis: at once, and at any hour. Others: after `notify_after_seconds`, in opening hours.
    """
    written = 0
    for place in session.scalars(select(Municipality).order_by(Municipality.id)):
        wanted = settings_of(place)
        if not (wanted.notify_emails or wanted.notify_webhook):
            continue
        written += _notice(session, settings, place, _waiting(session, place.id, crisis=True), 0)
        if is_open(wanted.hours):
            talks = _waiting(session, place.id, crisis=False)
            written += _notice(session, settings, place, talks, wanted.notify_after_seconds)
    return written


def _waiting(session: Session, place: str, *, crisis: bool) -> list[Conversation]:
    urgent = Conversation.priority >= CRISIS
    return list(
        session.scalars(
            select(Conversation).where(
                Conversation.municipality == place, Conversation.state == "waiting", urgent if crisis else ~urgent
            )
        )
    )


def _notice(session: Session, settings: Settings, place: Municipality, talks: list[Conversation], after: int) -> int:
    """One round's notice of these talks. The key holds which round it is, so that any number of replicas write one."""
    now = clock.now()
    late = [t for t in talks if t.waiting_since and (now - t.waiting_since).total_seconds() >= after]
    if not late:
        return 0
    wanted = settings_of(place)
    oldest = min(late, key=lambda t: t.waiting_since or now)
    begun = oldest.waiting_since or now
    waited = int((now - begun).total_seconds())
    number = (waited - after) // wanted.notify_every_seconds
    facts = _facts(place, late, waited, settings)
    lasts = timedelta(seconds=wanted.notify_every_seconds)
    written = 0
    for channel, recipient, content in _recipients(settings, wanted.notify_emails, wanted.notify_webhook, facts):
        to = hashlib.sha256(recipient.encode()).hexdigest()[:16]
        key = f"waiting:{oldest.id}:{int(begun.timestamp())}:{int(facts['crisis'])}:{number}:{channel}:{to}"
        written += enqueue(session, NewNotice(key, channel, "waiting", place.id, recipient, content, lasts=lasts))
    return written


def _facts(place: Municipality, talks: list[Conversation], waited: int, settings: Settings) -> dict[str, Any]:
    return {
        "event": "talks_waiting",
        "municipality": place.id,
        "waiting": len(talks),
        "longest_wait_seconds": waited,
        "crisis": any(t.priority >= CRISIS for t in talks),
        "themes": sorted({t.theme or "general" for t in talks}),
        "console": f"{(settings.public_url or f'http://{settings.host}:{settings.port}').rstrip('/')}/console",
    }


def _recipients(settings: Settings, emails: list[str], webhook: str, facts: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    if settings.smtp_host:
        mail = _mail(facts)
        found += [("email", address, mail) for address in emails]
    if webhook:
        found.append(("webhook", webhook, facts))
    return found


def _mail(facts: dict[str, Any]) -> dict[str, str]:
    themes = ", ".join(theme_name(theme, "nb") for theme in facts["themes"])
    minutes = max(1, facts["longest_wait_seconds"] // 60)
    key = "notice.crisis" if facts["crisis"] else "notice.waiting"
    return {
        "subject": i18n.text(f"{key}.subject", "nb", "staff", waiting=facts["waiting"]),
        "text": i18n.text(
            f"{key}.text", "nb", "staff", waiting=facts["waiting"], minutes=minutes, themes=themes,
            console=facts["console"],
        )
        + "\n",
    }  # fmt: skip


def anything_waits(session: Session) -> bool:
    """Is there a talk in any queue? A cheap look before writing."""
    return session.scalar(select(Conversation.id).where(Conversation.state == "waiting").limit(1)) is not None
