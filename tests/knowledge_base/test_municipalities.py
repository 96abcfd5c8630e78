"""Opening hours with holidays, weekends, closed dates and summer time; placeholders; settings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from core.database import Database
from core.errors import InvalidInput
from core.i18n import text
from knowledge_base import municipalities
from knowledge_base.models import Municipality
from knowledge_base.municipalities import (
    OSLO,
    OpeningHours,
    Settings,
    fill_placeholders,
    is_open,
    next_opening,
    settings_of,
)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=OSLO)  # type: ignore[arg-type, misc]


USUAL = OpeningHours()


class TestIsOpen:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (local(2027, 3, 10, 9, 0), True), (local(2027, 3, 10, 14, 59), True), (local(2027, 3, 10, 15, 0), False), (local(2027, 3, 10, 8, 59), False),
            (local(2027, 3, 13, 12, 0), False), (local(2027, 3, 14, 12, 0), False),  # a weekend
            (local(2027, 5, 17, 12, 0), False), (local(2027, 1, 1, 12, 0), False), (local(2027, 3, 25, 12, 0), False),  # 17 May, New Year, Maundy Thursday
            (local(2027, 5, 6, 12, 0), False), (local(2026, 12, 25, 12, 0), False),  # Ascension Day, Christmas
            (datetime(2027, 1, 11, 8, 0, tzinfo=UTC), True), (datetime(2027, 1, 11, 7, 59, tzinfo=UTC), False),  # winter: UTC+1
            (datetime(2027, 7, 12, 7, 0, tzinfo=UTC), True), (datetime(2027, 7, 12, 13, 0, tzinfo=UTC), False),  # summer: UTC+2
        ],
    )  # fmt: skip
    def test_in_the_usual_hours(self, moment: datetime, expected: bool) -> None:
        assert is_open(USUAL, moment) is expected

    def test_on_holidays_where_it_is_set(self) -> None:
        assert is_open(OpeningHours(open_on_holidays=True), local(2027, 5, 17, 12, 0))

    def test_not_on_closed_dates(self) -> None:
        assert not is_open(OpeningHours(closed_dates=[date(2027, 3, 10)]), local(2027, 3, 10, 12, 0))

    def test_always_is_always(self) -> None:
        assert is_open(OpeningHours(always=True, closed_dates=[date(2027, 3, 10)]), local(2027, 3, 10, 3, 0))


class TestNextOpening:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (local(2027, 3, 10, 12, 0), local(2027, 3, 10, 12, 0)), (local(2027, 3, 10, 7, 0), local(2027, 3, 10, 9, 0)),
            (local(2027, 3, 10, 15, 0), local(2027, 3, 11, 9, 0)), (local(2027, 3, 12, 16, 0), local(2027, 3, 15, 9, 0)),
            (local(2027, 5, 14, 16, 0), local(2027, 5, 18, 9, 0)),  # Friday before Whit Monday, which is 17 May too
            (local(2027, 3, 24, 16, 0), local(2027, 3, 30, 9, 0)),  # Easter, and the clocks go forward on the Sunday
            (local(2026, 12, 31, 16, 0), local(2027, 1, 4, 9, 0)),  # over the turn of the year
        ],
    )  # fmt: skip
    def test_is_the_next_moment_on_duty(self, moment: datetime, expected: datetime) -> None:
        assert next_opening(USUAL, moment) == expected

    def test_is_nine_oclock_local_on_both_sides_of_summer_time(self) -> None:
        assert next_opening(USUAL, local(2027, 3, 26, 16, 0)).astimezone(UTC).hour == 7  # type: ignore[union-attr]
        assert next_opening(USUAL, local(2027, 10, 29, 16, 0)).astimezone(UTC).hour == 8  # type: ignore[union-attr]

    def test_is_never_where_nobody_is_ever_there(self) -> None:
        assert next_opening(OpeningHours(mon="", tue="", wed="", thu="", fri=""), local(2027, 3, 10, 12, 0)) is None


class TestSettings:
    @pytest.mark.parametrize(
        "wrong",
        [{"hours": {"mon": "nine to three"}}, {"hours": {"mon": "15:00-09:00"}}, {"hours": {"mon": "09:00"}}, {"hours": {"mond": "09:00-15:00"}},
         {"retention_days": 0}, {"retention_days": 366}, {"colour": "red"}, {"languages": ["xx"]}],
    )  # fmt: skip
    def test_wrong_values_are_refused_when_they_are_set(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ValidationError):
            Settings.model_validate(wrong)

    def test_a_start_never_overwrites_them(self, database: Database) -> None:
        with database.writing() as session:
            place = session.get_one(Municipality, "baerum")
            place.settings = {**place.settings, "switchboard": "12 34 56 78"}
        with database.writing() as session:
            municipalities.seed(session, always_open=False)
        with database.reading() as session:
            assert settings_of(session.get_one(Municipality, "baerum")).switchboard == "12 34 56 78"
            assert session.query(Municipality).count() == 2

    def test_an_unknown_municipality_names_the_known(self, database: Database) -> None:
        with database.reading() as session, pytest.raises(InvalidInput) as error:
            municipalities.access_municipality(session, "oslo")
        assert error.value.details == {"known": ["baerum", "lillestrom"]}


class TestPlaceholders:
    place = Municipality(id="x", name="X kommune", settings={"switchboard": "12 34 56 78"})

    def test_are_filled(self) -> None:
        assert (
            fill_placeholders("Ring {{ municipality }}: {{switchboard}}", self.place, "nb")
            == "Ring X kommune: 12 34 56 78"
        )

    @pytest.mark.parametrize("name", ["email", "no_such_fact"])
    def test_an_unknown_fact_is_said_to_be_unknown(self, name: str) -> None:
        assert fill_placeholders("{{" + name + "}}", self.place, "pl") == text("unknown_fact", "pl")

    def test_numbers_stay_in_order_right_to_left(self) -> None:
        assert "\u206612 34 56 78\u2069" in fill_placeholders("{{switchboard}}", self.place, "ar")
