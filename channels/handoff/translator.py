"""The hook for machine translation: any service that speaks LibreTranslate's HTTP API. Off unless it is configured.

What is translated leaves the installation if the service is outside of it. It never replaces an interpreter.
"""

from __future__ import annotations

import httpx

from core.errors import Unavailable
from core.settings import Settings

TIMEOUT = 10.0
_CODES = {"nn": "nb"}  # LibreTranslate knows one Norwegian


async def translate(settings: Settings, text: str, source: str, target: str) -> str:
    """The text in `target`. Raises Unavailable: `translator_off` where none is configured, `translator_down` otherwise."""
    if not settings.translator_url:
        raise Unavailable("No translator is configured.", code="translator_off")
    body = {
        "q": text,
        "source": _CODES.get(source, source),
        "target": _CODES.get(target, target),
        "format": "text",
        "api_key": settings.translator_key.get_secret_value(),
    }
    url = f"{settings.translator_url.rstrip('/')}/translate"
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            response = await client.post(url, json=body)
            response.raise_for_status()
            translated = response.json()["translatedText"]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        raise Unavailable("The translator does not answer.", code="translator_down") from error
    if not isinstance(translated, str) or not translated.strip():
        raise Unavailable("The translator has given nothing back.", code="translator_down")
    return translated
