"""The front door: seed, import twice, what is offered and what is not, files."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.errors import InvalidInput, NotFound, TooLong
from knowledge_base.courses import service
from knowledge_base.courses.models import Course, CourseSession


def entry(identity: str = "a", *days: str, **fields: Any) -> dict[str, Any]:
    days = days or ("2027-01-19",)
    sessions = [{"start": f"{day}T18:00", "end": f"{day}T20:00"} for day in days]
    return {"id": identity, "title": "Kurs", "sessions": sessions, **fields}


def feed(*entries: dict[str, Any]) -> str:
    return json.dumps(list(entries))


def dump(database) -> list[Any]:
    """Everything that is stored of courses."""
    with database.reading() as session:
        return [
            [tuple(row) for row in session.execute(select(table.__table__).order_by(*table.__table__.primary_key))]
            for table in (Course, CourseSession)
        ]


def one(database, external_id: str = "a") -> Course:
    with database.reading() as session:
        return session.scalars(select(Course).where(Course.external_id == external_id)).one()


class TestImport:
    def test_again_changes_nothing(self, bring_in, database) -> None:
        text = feed(entry("a", "2027-01-19", "2027-01-26"), entry("b"))
        first = bring_in(text, "json")
        stored = dump(database)
        again = bring_in(text, "json")
        assert (first.created, first.updated, first.unchanged) == (2, 0, 0)
        assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
        assert dump(database) == stored

    @given(
        courses=st.lists(
            st.builds(
                entry,
                st.text(min_size=1, max_size=5).filter(str.strip),
                st.dates(date(2026, 1, 1), date(2099, 1, 1)).map(str),
                title=st.dictionaries(st.sampled_from(["nb", "pl", "ar"]), st.text("aæå \x00\n", min_size=1)),
                place=st.none() | st.text(max_size=10),
                seats=st.none() | st.integers(-2, 30),
                digital=st.booleans(),
            ),
            max_size=5,
        )
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_again_changes_nothing_whatever_it_says(self, bring_in, database, courses) -> None:
        first = bring_in(feed(*courses), "json", "fuzz")
        stored = dump(database)
        again = bring_in(feed(*courses), "json", "fuzz")
        assert (again.created, again.updated) == (0, 0)
        assert again.unchanged == first.created + first.updated + first.unchanged
        assert again.problems == first.problems
        assert dump(database) == stored

    def test_a_group_without_end_moves_on_and_is_unchanged(self, bring_in, upcoming, database, today) -> None:
        lines = (
            "BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", "SUMMARY:Kafé", "DTSTART;TZID=Europe/Oslo:20200108T180000",
            "DURATION:PT2H", "RRULE:FREQ=WEEKLY", "END:VEVENT", "END:VCALENDAR",
        )  # fmt: skip
        text = "\r\n".join(lines)
        bring_in(text, "ical")
        stored = dump(database)
        assert bring_in(text, "ical").unchanged == 1
        assert dump(database) == stored
        today(datetime(2028, 2, 1, tzinfo=UTC))
        assert upcoming() == []
        assert bring_in(text, "ical").unchanged == 1
        assert upcoming()[0].starts_at == datetime(2028, 2, 2, 17, tzinfo=UTC)
        assert one(database).sequence == 0

    def test_a_change_keeps_the_course_and_raises_its_sequence(self, bring_in, database) -> None:
        bring_in(feed(entry("a", "2027-01-19", "2027-01-26")), "json")
        before = one(database)
        report = bring_in(feed(entry("a", "2027-01-20", seats=5)), "json")
        after = one(database)
        assert (report.created, report.updated, report.unchanged) == (0, 1, 0)
        assert (after.id, after.sequence, after.seats) == (before.id, 1, 5)
        assert [(s.key, s.starts_at.day) for s in after.sessions] == [("1", 20)]

    def test_a_bad_entry_leaves_the_stored_course_as_it_was(self, bring_in, database) -> None:
        bring_in(feed(entry("a"), entry("b")), "json")
        report = bring_in(feed(entry("a", "2027-13-45"), entry("b", seats=9)), "json")
        assert [p.row for p in report.problems] == [1]
        assert (report.updated, one(database, "a").sequence, one(database, "b").seats) == (1, 0, 9)

    def test_sources_and_municipalities_are_apart(self, bring_in, database) -> None:
        for source, place in (("portal", "lillestrom"), ("other", "lillestrom"), ("portal", "baerum")):
            assert bring_in(feed(entry()), "json", source, place).created == 1
        with database.reading() as session:
            assert len(set(session.scalars(select(Course.id)))) == 3

    @pytest.mark.parametrize("source", ["", "example", "Portal", "a b", "x" * 41, "../x", "a\n"])
    def test_wrong_source(self, bring_in, database, source: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            bring_in(feed(entry()), "json", source)
        assert caught.value.code == "invalid_source"
        assert dump(database) == [[], []]

    def test_unknown_municipality(self, bring_in) -> None:
        with pytest.raises(InvalidInput) as caught:
            bring_in(feed(entry()), "json", municipality="atlantis")
        assert caught.value.details == {"known": ["baerum", "lillestrom"]}


class TestFile:
    @pytest.mark.parametrize("suffix", [".json", ".JSON"])
    def test_import(self, database, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"export{suffix}"
        path.write_text(feed(entry()))
        assert service.import_file(database, path, "lillestrom").created == 1
        assert service.import_file(database, path, "lillestrom").unchanged == 1

    def test_fifty_megabytes(self, database, tmp_path: Path) -> None:
        path = tmp_path / "export.csv"
        with path.open("wb") as file:
            file.truncate(50_000_000)
        with pytest.raises(TooLong):
            service.import_file(database, path, "lillestrom")

    @pytest.mark.parametrize("name", ["export.xlsx", "missing.csv"])
    def test_wrong_kind_or_none(self, database, tmp_path: Path, name: str) -> None:
        (tmp_path / "export.xlsx").write_text("x")
        with pytest.raises(InvalidInput):
            service.import_file(database, tmp_path / name, "lillestrom")


class TestUpcoming:
    def test_past_meetings_and_ended_courses_are_not_offered(self, bring_in, upcoming) -> None:
        bring_in(
            feed(entry("over", "2026-11-10"), entry("half", "2026-11-17", "2026-11-24"), entry("new", "2026-11-23")),
            "json",
        )
        found = upcoming()
        assert [(c.starts_at.day, len(c.sessions)) for c in found] == [(23, 1), (24, 1)]

    def test_a_meeting_is_offered_until_it_ends(self, bring_in, upcoming, today) -> None:
        bring_in(feed(entry("a", "2026-11-24")), "json")
        today(datetime(2026, 11, 24, 18, 59, 59, tzinfo=UTC))
        assert len(upcoming()) == 1
        today(datetime(2026, 11, 24, 19, tzinfo=UTC))
        assert upcoming() == []

    def test_days_are_norwegian_days(self, bring_in, upcoming) -> None:
        late = {"id": "a", "title": "Natt", "start": "2027-06-10T00:30", "end": "2027-06-10T01:30"}  # 9 June in UTC
        bring_in(feed(late), "json")
        assert upcoming(date(2027, 6, 9), date(2027, 6, 9)) == []
        assert len(upcoming(date(2027, 6, 10), date(2027, 6, 10))) == 1

    def test_from_may_look_back(self, bring_in, upcoming) -> None:
        bring_in(feed(entry("a", "2026-11-10")), "json")
        assert len(upcoming(date(2026, 11, 1))) == 1
        assert len(upcoming(datetime(2026, 11, 10, 18, 30, tzinfo=UTC))) == 1
        assert upcoming(datetime(2026, 11, 10, 19, tzinfo=UTC)) == []

    def test_only_ones_own_municipality(self, bring_in, upcoming) -> None:
        bring_in(feed(entry()), "json", municipality="baerum")
        assert upcoming() == []
        assert len(upcoming(municipality="baerum")) == 1

    def test_cancelled_is_not_offered(self, bring_in, upcoming) -> None:
        bring_in(feed(entry()), "json")
        bring_in(feed(entry(cancelled=True)), "json")
        assert upcoming() == []

    def test_theme_and_audience(self, bring_in, upcoming) -> None:
        bring_in(feed(entry("a", theme="cancer"), entry("b", audience="child")), "json")
        assert [c.theme for c in upcoming(theme="cancer")] == ["cancer"]
        assert [c.audience for c in upcoming(audience="child")] == ["child"]
        assert upcoming(theme="cancer", audience="child") == []

    @pytest.mark.parametrize("how", [{"theme": "x"}, {"audience": "staff"}, {"municipality": "x"}])
    def test_unknown_choices_are_named(self, upcoming, how: dict[str, str]) -> None:
        with pytest.raises(InvalidInput) as caught:
            upcoming(**how)
        assert caught.value.details
        assert caught.value.details["known"]

    def test_end_before_start(self, upcoming) -> None:
        with pytest.raises(InvalidInput) as caught:
            upcoming(date(2027, 2, 1), date(2027, 1, 1))
        assert caught.value.code == "invalid_dates"

    @pytest.mark.parametrize(
        ("language", "title"), [("nb", "Kurs"), ("nn", "Kurs"), ("en", "Course"), ("pl", "Kurs PL"), ("ti", "Course")]
    )
    def test_language_falls_back(self, bring_in, upcoming, language: str, title: str) -> None:
        bring_in(feed(entry(title={"nb": "Kurs", "en": "Course", "pl": "Kurs PL"})), "json")
        assert upcoming(language=language)[0].title == title

    def test_a_title_in_one_other_language_is_shown_to_all(self, bring_in, upcoming) -> None:
        bring_in(feed(entry(title={"so": "Koorso"})), "json")
        assert upcoming(language="nb")[0].title == "Koorso"


class TestSeed:
    @pytest.fixture
    def seeded(self, database):
        def work(path: Path = service.CONTENT) -> int:
            with database.writing() as session:
                return service.seed(session, path)

        return work

    def test_examples_are_marked_in_every_way(self, seeded, database) -> None:
        assert seeded() == 14
        with database.reading() as session:
            for course in session.scalars(select(Course)):
                assert course.example
                assert all(word in course.title[code] for code, word in (("nb", "(eksempel)"), ("en", "(example)")))

    def test_articles_that_examples_name_are_shipped(self, seeded, database) -> None:
        seeded()
        with database.reading() as session:
            for course in session.scalars(select(Course)):
                assert list(service.CONTENT.parent.glob(f"*/{course.article_id}/nb.md")), course.id

    def test_two_are_over(self, seeded, upcoming) -> None:
        seeded()
        offered = {c.id for place in ("lillestrom", "baerum") for c in upcoming(municipality=place)}
        assert len(offered) == 12
        assert not offered & {"lillestrom-parorendekurs-host-2026", "baerum-sorggruppe-host-2026"}

    def test_again_changes_nothing(self, seeded, database) -> None:
        seeded()
        stored = dump(database)
        assert seeded() == 0
        assert dump(database) == stored

    @pytest.mark.parametrize("change", [{"title": {"nb": "Vår egen"}}, {"cancelled": True}, {"seats_left": 0}])
    def test_what_was_changed_is_never_overwritten(self, seeded, database, tmp_path, change: dict[str, Any]) -> None:
        seeded()
        with database.writing() as session:
            for name, value in change.items():
                setattr(session.get_one(Course, "baerum-demens-januar-2027"), name, value)
        stored = dump(database)
        newer = tmp_path / "courses.yml"
        newer.write_text(service.CONTENT.read_text().replace("seats: 24", "seats: 25"))
        assert seeded(newer) == 0
        assert dump(database) == stored

    def test_what_was_not_changed_follows_the_content(self, seeded, database, tmp_path) -> None:
        seeded()
        newer = tmp_path / "courses.yml"
        newer.write_text(service.CONTENT.read_text().replace("seats: 24", "seats: 25"))
        assert seeded(newer) == 1
        with database.reading() as session:
            assert session.get_one(Course, "baerum-demens-januar-2027").seats == 25

    def test_an_imported_course_is_no_example(self, bring_in, upcoming) -> None:
        bring_in(feed(entry(example=True)), "json")
        assert not upcoming()[0].example


def test_a_municipality_s_courses_go_with_their_meetings(bring_in, database) -> None:
    bring_in(feed(entry("a", "2027-01-19", "2027-01-26")), "json")
    with database.writing() as session:
        session.delete(session.scalars(select(Course)).one())
    with database.reading() as session:
        assert session.scalar(select(func.count(CourseSession.id))) == 0


def test_unknown_course(database) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        service.access_course(session, "none")


def test_two_imports_at_once(database) -> None:
    """Both readers see the same new course: one makes it, the other finds it."""

    def work(_: int) -> service.ImportReport:
        with database.writing() as session:
            return service.import_feed(session, "lillestrom", feed(entry()).encode(), "json", "portal")

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(work, range(8)))
    assert sorted(r.created for r in reports) == [0] * 7 + [1]
    assert one(database).updated_at - datetime(2026, 11, 21, 12, tzinfo=UTC) < timedelta(seconds=1)
