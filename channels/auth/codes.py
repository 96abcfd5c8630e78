"""Short codes that a person can write down and type again: `K7QM-2RXD-9T`; only a slow hash of them is kept."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U/V
LENGTH = 10
_ROUNDS = 20_000  # 49 bits are few: the rounds make a leaked table dear to try out


def new() -> str:
    """A code of 49 random bits, grouped for reading."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def digest(code: str) -> str:
    """What is stored of a code, however it was typed: small letters, spaces and dashes do not count."""
    plain = "".join(c for c in code.upper()[:40] if c.isalnum())
    return hashlib.pbkdf2_hmac("sha256", plain.encode(), b"naer.codes", _ROUNDS).hex()
