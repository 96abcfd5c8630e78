"""Opaque tokens: random, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new() -> str:
    """A token of 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of it. SHA-256 is enough: the token is random, not a password."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(token: str, stored: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest(token), stored)
