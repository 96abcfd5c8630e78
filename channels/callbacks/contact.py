"""Telephone numbers and e-mail addresses as people write them."""

from __future__ import annotations

import re
import unicodedata

from core.errors import InvalidInput

_EMAIL = re.compile(r"^[^@\s<>(),;:\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")


def check_phone(given: str) -> str:
    """The number as it is dialled: `91234567` (8 digits, Norwegian) or `+46701234567`; InvalidInput otherwise.

    Spaces, dashes, brackets, `00` for `+`, and the digits of other scripts are taken.
    """
    plain = "".join(_digit(c) for c in unicodedata.normalize("NFKC", given).strip())
    plain = re.sub(r"[\s().\-/\u200e\u200f\u2066-\u2069]", "", plain)
    plain = re.sub(r"^00", "+", plain)
    plain = re.sub(r"^\+47(?=\d{8}$)", "", plain)
    if re.fullmatch(r"[2-9]\d{7}", plain) or re.fullmatch(r"\+[1-9]\d{6,14}", plain):
        return plain
    raise InvalidInput(
        "That is no telephone number: 8 digits, or + and the country's code.",
        code="invalid_phone",
        details={"phone": "invalid"},
    )


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def check_email(given: str) -> str:
    """The address without white space around it; InvalidInput if it is none."""
    address = given.strip()
    if len(address) > 200 or not _EMAIL.match(address):
        raise InvalidInput("That is no e-mail address.", code="invalid_email", details={"email": "invalid"})
    return address
