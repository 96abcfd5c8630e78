"""Deadlines of complaints."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge_base.deadlines import RULES, deadline

CAME = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("sender", "last", "law"),
    [("municipality", date(2026, 11, 23), "forvaltningsloven § 29"), ("health", date(2026, 11, 30), "pasient- og brukerrettighetsloven § 7-5"),
     ("nav", date(2026, 12, 14), "folketrygdloven § 21-12"), ("unknown", date(2026, 11, 23), "forvaltningsloven § 29")],
)  # fmt: skip
def test_weeks_from_the_day_it_came(sender: str, last: date, law: str) -> None:
    found = deadline(sender, CAME, CAME)
    assert (found.last_day, found.passed, found.rule.law) == (last, False, law)


def test_the_last_day_is_in_time_and_the_next_is_not() -> None:
    assert not deadline("municipality", CAME, date(2026, 11, 23)).passed
    assert deadline("municipality", CAME, date(2026, 11, 24)).passed


def test_the_unknown_sender_gets_the_shortest() -> None:
    assert RULES["unknown"].weeks == min(rule.weeks for rule in RULES.values())
