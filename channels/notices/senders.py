"""How a notice goes out: SMTP by the standard library, webhook by httpx. A failure raises; what was to be sent is in no log."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import smtplib
import ssl
import time
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

import httpx

from core.settings import Settings

TIMEOUT = 15.0


def send_email(settings: Settings, key: str, recipient: str, content: dict[str, Any]) -> None:
    """One e-mail in plain text. Raises OSError or smtplib.SMTPException. Blocks: call it in a thread."""
    message = EmailMessage()
    message["From"] = settings.smtp_from
    message["To"] = recipient
    message["Subject"] = content["subject"]
    message["Date"] = formatdate()
    domain = settings.smtp_from.rpartition("@")[2].strip("<> ") or "localhost"
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"  # the same when sent again
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content["text"])
    tls = ssl.create_default_context()
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=tls)
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=tls)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)


def webhook_secret(settings: Settings, municipality: str) -> str:
    """What a municipality checks signatures with: drawn from the installation's secret, told by `naer webhook-secret`."""
    return hmac.new(settings.secret_value.encode(), f"webhook:{municipality}".encode(), hashlib.sha256).hexdigest()


def signature(secret: str, moment: int, body: bytes) -> str:
    """`t=<unix time>,v1=<hex HMAC-SHA256 of "t.body">`: the receiver also sees that it is no old call sent again."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


async def send_webhook(settings: Settings, municipality: str, key: str, url: str, content: dict[str, Any]) -> None:
    """One POST with JSON. Raises httpx.HTTPError for anything but a 2xx; redirects are not followed."""
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-Naer-Signature": signature(webhook_secret(settings, municipality), int(time.time()), body),
    }
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client:
        response = await client.post(url, content=body, headers=headers)
        if not response.is_success:
            raise httpx.HTTPStatusError(f"status {response.status_code}", request=response.request, response=response)


async def send(
    settings: Settings, *, channel: str, municipality: str, key: str, recipient: str, content: dict[str, Any]
) -> None:
    """Send by the notice's channel."""
    if channel == "email":
        await asyncio.to_thread(send_email, settings, key, recipient, content)
    else:
        await send_webhook(settings, municipality, key, recipient, content)
