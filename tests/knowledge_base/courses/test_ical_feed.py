"""iCalendar feeds: events, recurrence, time zones, and nonsense named by line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from knowledge_base.courses.feeds import read_feed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OSLO = "DTSTART;TZID=Europe/Oslo:"


def event(*lines: str, uid: str = "a") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Kurs", *lines, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *parts, "END:VCALENDAR", ""]).encode()


def read(*parts: str, now: datetime = NOW):
    return read_feed(calendar(*parts), "ical", now)


def starts(*lines: str, now: datetime = NOW) -> list[str]:
    feed = read(event(*lines), now=now)
    assert not feed.problems
    return [f"{s.start:%Y-%m-%dT%H:%MZ}" for s in feed.entries[0].sessions]


def problem(*lines: str) -> tuple[int, str]:
    feed = read(event(*lines))
    assert not feed.entries
    assert len(feed.problems) == 1
    return feed.problems[0].row, feed.problems[0].message


class TestEvent:
    def test_fields(self) -> None:
        feed = read(
            event(
                f"{OSLO}20270119T180000", "DTEND;TZID=Europe/Oslo:20270119T203000", "DESCRIPTION:En\\nto\\, tre",
                "LOCATION:Rådhuset\\; sal 2", "URL:https://kurs.example/1", "X-NAER-THEME:dementia",
                "X-NAER-SEATS:20", "X-NAER-SEATS-LEFT:0", "X-NAER-WAITING-LIST:yes", "X-NAER-LANGUAGE:pl",
            )
        )  # fmt: skip
        found = feed.entries[0]
        assert (found.external_id, found.title, found.summary) == ("a", {"nb": "Kurs"}, {"nb": "En\nto, tre"})
        assert (found.place, found.signup_url) == ("Rådhuset; sal 2", "https://kurs.example/1")
        assert (found.theme, found.audience, found.language) == ("dementia", "adult", "pl")
        assert (found.seats, found.seats_left, found.waiting_list) == (20, 0, True)
        assert found.sessions[0].end == datetime(2027, 1, 19, 19, 30, tzinfo=UTC)

    def test_folded_lines_and_language(self) -> None:
        feed = read(
            "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY;LANGUAGE=en:A very\r\n  long title\r\n"
            "DTSTART:20270119T170000Z\r\nEND:VEVENT"
        )
        assert feed.entries[0].title == {"en": "A very long title"}

    def test_a_day_lasts_the_norwegian_day(self) -> None:
        session = read(event("DTSTART;VALUE=DATE:20270119")).entries[0].sessions[0]
        assert (session.start, session.end) == (
            datetime(2027, 1, 18, 23, tzinfo=UTC), datetime(2027, 1, 19, 23, tzinfo=UTC),
        )  # fmt: skip

    def test_duration(self) -> None:
        session = read(event("DTSTART:20270119T170000Z", "DURATION:PT1H30M")).entries[0].sessions[0]
        assert session.end == datetime(2027, 1, 19, 18, 30, tzinfo=UTC)


class TestTimeZone:
    def test_summer_and_winter(self) -> None:
        assert starts(f"{OSLO}20270119T180000") == ["2027-01-19T17:00Z"]
        assert starts(f"{OSLO}20270719T180000") == ["2027-07-19T16:00Z"]

    def test_without_a_zone_it_is_norwegian_time(self) -> None:
        assert starts("DTSTART:20270719T180000") == ["2027-07-19T16:00Z"]

    def test_outlooks_names(self) -> None:
        assert starts("DTSTART;TZID=W. Europe Standard Time:20270719T180000") == ["2027-07-19T16:00Z"]

    def test_a_zone_of_the_files_own_is_not_kept_for_the_next_file(self) -> None:
        def zone(offset: str) -> str:
            return "\r\n".join([
                "BEGIN:VTIMEZONE", "TZID:Customized", "X-LIC-LOCATION:Nowhere", "BEGIN:STANDARD",
                "DTSTART:16010101T000000",
                f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE",
            ])  # fmt: skip

        own = event("DTSTART;TZID=Customized:20270719T180000")
        for offset, hour in (("+0300", 15), ("+0500", 13)):
            assert read(zone(offset), own).entries[0].sessions[0].start.hour == hour
        assert problem("DTSTART;TZID=Customized:20270719T180000") == (7, "DTSTART: unknown time zone «Customized»")

    def test_an_hour_that_summer_time_leaves_out(self) -> None:
        assert starts(f"{OSLO}20270328T023000") == ["2027-03-28T01:30Z"]  # RFC 5545, 3.3.5


class TestRecurrence:
    def test_weekly_keeps_its_hour_over_both_clock_changes(self) -> None:
        assert starts(f"{OSLO}20270324T180000", "RRULE:FREQ=WEEKLY;COUNT=2") == [
            "2027-03-24T17:00Z",
            "2027-03-31T16:00Z",
        ]
        assert starts(f"{OSLO}20271027T180000", "RRULE:FREQ=WEEKLY;COUNT=2") == [
            "2027-10-27T16:00Z",
            "2027-11-03T17:00Z",
        ]

    def test_weekly_with_exdate(self) -> None:
        found = starts(
            f"{OSLO}20270323T180000", "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=Europe/Oslo:20270330T180000",
            "EXDATE;VALUE=DATE:20270413",
        )  # fmt: skip
        assert found == ["2027-03-23T17:00Z", "2027-04-06T16:00Z", "2027-04-20T16:00Z"]

    @pytest.mark.parametrize("until", ["20270202T170000Z", "20270202", "20270202T180000"])
    def test_until_counts_its_last_day(self, until: str) -> None:
        found = starts(f"{OSLO}20270119T180000", f"RRULE:FREQ=WEEKLY;UNTIL={until}")
        assert found == ["2027-01-19T17:00Z", "2027-01-26T17:00Z", "2027-02-02T17:00Z"]

    def test_the_first_meeting_counts_also_where_the_rule_does_not_name_it(self) -> None:
        found = starts(f"{OSLO}20270118T180000", "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3")
        assert found == ["2027-01-18T17:00Z", "2027-01-19T17:00Z", "2027-01-26T17:00Z"]

    def test_added_dates(self) -> None:
        found = starts(f"{OSLO}20270119T180000", "RDATE;TZID=Europe/Oslo:20270706T180000")
        assert found == ["2027-01-19T17:00Z", "2027-07-06T16:00Z"]

    def test_a_moved_and_a_cancelled_meeting(self) -> None:
        feed = read(
            event(f"{OSLO}20270119T180000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=3"),
            event("RECURRENCE-ID;TZID=Europe/Oslo:20270126T180000", f"{OSLO}20270127T190000", "DURATION:PT1H"),
            event("RECURRENCE-ID;TZID=Europe/Oslo:20270202T180000", f"{OSLO}20270202T180000", "STATUS:CANCELLED"),
        )
        assert not feed.problems
        assert [(s.key, f"{s.start:%d %H} {s.end:%H}") for s in feed.entries[0].sessions] == [
            ("20270119T170000Z", "19 17 19"), ("20270126T170000Z", "27 18 19"),
        ]  # fmt: skip

    def test_without_end_a_month_back_and_a_year_ahead(self) -> None:
        found = starts(f"{OSLO}20150107T180000", "RRULE:FREQ=WEEKLY")
        assert (found[0], found[-1], len(found)) == ("2026-10-21T16:00Z", "2027-11-17T17:00Z", 57)

    def test_without_end_a_new_window_is_no_change(self) -> None:
        lines = (f"{OSLO}20150107T180000", "RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Oslo:20261202T180000")
        first, later, other = (
            read(event(*lines)).entries[0],
            read(event(*lines), now=datetime(2027, 5, 1, tzinfo=UTC)).entries[0],
            read(event(*lines[:2])).entries[0],
        )
        assert first.sessions != later.sessions
        assert first.digest() == later.digest() != other.digest()

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=SECONDLY",
            "FREQ=HOURLY;COUNT=3",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=WEEKLY;COUNT=0",
            "FREQ=DAILY;COUNT=100000",
            "FREQ=NEVER",
            "FREQ=WEEKLY;BYDAY=XX",
            "COUNT=3",
            "FREQ=WEEKLY;UNTIL=20279999",
        ],
    )
    def test_a_rule_that_no_course_has(self, rule: str) -> None:
        assert problem(f"{OSLO}20270119T180000", f"RRULE:{rule}")[1]

    @pytest.mark.parametrize(
        ("rule", "second"),
        [
            ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "01-20"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO", "02-02"),
            ("FREQ=MONTHLY;BYDAY=3TU", "02-16"),
            ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=3", "02-16"),
            ("FREQ=MONTHLY;BYMONTHDAY=-13", "02-16"),
            ("FREQ=MONTHLY", "02-19"),
            ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=19", "01-19"),
        ],
    )
    def test_the_rules_that_calendars_make(self, rule: str, second: str) -> None:
        assert starts(f"{OSLO}20270119T180000", f"RRULE:{rule};COUNT=2")[1][5:10] == second

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
            "FREQ=MONTHLY;BYDAY=9MO",
            "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2",
            "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
        ],
    )
    def test_a_rule_that_may_never_come_true_is_refused_at_once(self, rule: str) -> None:
        assert problem(f"{OSLO}20270119T180000", f"RRULE:{rule};COUNT=5")[0] == 8


class TestNonsense:
    @pytest.mark.parametrize(
        ("line", "row"),
        [
            ("DTSTART:20271319T180000", 7),
            ("DTSTART:99990119T180000Z", 7),
            ("DTSTART:00010101T000000Z", 7),
            ("DTSTART:tomorrow", 7),
            ("X-A:1\r\nDTSTART:20270230T180000", 8),
            ("X-A:no start at all", 4),
            ("DTSTART:20270119T180000Z\r\nDTEND:20270119T170000Z", 8),
            ("DTSTART:20270119T180000Z\r\nDTEND:20280119T170000Z", 8),
            ("DTSTART:20270119T180000Z\r\nURL:javascript:alert(1)", 4),
            ("DTSTART:20270119T180000Z\r\nDTSTART:20270120T180000Z", 7),
        ],
    )
    def test_is_named_by_its_line_and_the_others_are_kept(self, line: str, row: int) -> None:
        feed = read(event(line, uid="bad"), event("DTSTART:20270119T180000Z", uid="good"))
        assert [e.external_id for e in feed.entries] == ["good"]
        assert [p.row for p in feed.problems] == [row]

    def test_an_event_without_end(self) -> None:
        feed = read("BEGIN:VEVENT\r\nUID:cut\r\nDTSTART:20270119T180000Z", event("DTSTART:20270119T180000Z"))
        assert [e.external_id for e in feed.entries] == ["a"]
        assert [(p.row, p.message) for p in feed.problems] == [(4, "VEVENT has no end (END:VEVENT)")]

    def test_a_course_is_left_out_whole(self) -> None:
        feed = read(
            event("DTSTART:20270119T180000Z", "RRULE:FREQ=WEEKLY;COUNT=3"),
            event("RECURRENCE-ID:20270126T180000Z", "DTSTART:20279926T180000Z"),
        )
        assert not feed.entries
        assert [p.row for p in feed.problems] == [4, 14]

    def test_one_uid_twice(self) -> None:
        feed = read(event("DTSTART:20270119T180000Z"), event("DTSTART:20270120T180000Z"))
        assert [p.row for p in feed.problems] == [9]

    def test_no_calendar(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            read_feed(b"<html>Log in</html>", "ical", NOW)
        assert caught.value.code == "unreadable_feed"

    @given(
        st.lists(
            st.text(max_size=40)
            | st.sampled_from(
                [
                    "BEGIN:VEVENT",
                    "END:VEVENT",
                    "UID:a",
                    "DTSTART:20270119T180000Z",
                    "RRULE:FREQ=WEEKLY;COUNT=2",
                    "DTEND:",
                    "RDATE:x",
                    "RECURRENCE-ID:20270119T180000Z",
                    "EXDATE;VALUE=DATE:20270119",
                    "BEGIN:VALARM",
                    "DURATION:-P1D",
                    "DTSTART;TZID=:2",
                    "EXDATE:20270119T180000Z/PT1H",
                    "RDATE;VALUE=PERIOD:20270119T180000Z/PT1H",
                    "DTSTART;VALUE=PERIOD:20270119T180000Z/PT1H",
                    "RRULE:FREQ=YEARLY;BYSETPOS=900",
                    "UID;X=:b",
                    "RECURRENCE-ID:x",
                    "SUMMARY:s",
                    "SUMMARY:t",
                    "BEGIN:VTIMEZONE",
                    "TZID:z",
                    "END:VTIMEZONE",
                    "STATUS:CANCELLED",
                    "DURATION:P99999999D",
                    "EXDATE:99991231T235959Z",
                ]
            ),
            max_size=14,
        )
    )
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_whatever_stands_there_only_problems_come_of_it(self, lines: list[str]) -> None:
        good = event("DTSTART:20270119T180000Z", uid="the good one")
        text = "\r\n".join(["BEGIN:VCALENDAR", good, *lines, "END:VCALENDAR"])
        feed = read_feed(text.encode("utf-8", "replace"), "ical", NOW)
        assert "the good one" in [e.external_id for e in feed.entries]
