"""CSV and JSON feeds: what they may say, and what is wrong named by row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput, TooLong
from knowledge_base.courses.feeds import MAX_BYTES, read_feed

HEAD = "id;title;start;end"
GOOD = "g;God;2027-01-19 18:00;2027-01-19 20:00"
JSON_GOOD = {"id": "g", "title": "God", "start": "2027-01-19T18:00", "end": "2027-01-19T20:00"}


def rows(*lines: str, head: str = HEAD):
    return read_feed("\n".join([head, *lines]).encode(), "csv")


def entries(*raw: Any):
    return read_feed(json.dumps(raw).encode(), "json")


class TestCsv:
    def test_norwegian_columns_words_and_dates(self) -> None:
        feed = rows(
            "7;Kurs;19.01.2027 18:00;19.01.2027 kl. 20.30;Barn;demens;20;0;ja;https://kurs.example/7;Course",
            head="Kurs-ID;Tittel;start;Slutt;Målgruppe;Tema;Plasser;Ledige plasser;Venteliste;Påmelding;title_en",
        )
        assert not feed.problems
        found = feed.entries[0]
        assert (found.title, found.audience, found.theme) == ({"nb": "Kurs", "en": "Course"}, "child", "dementia")
        assert (found.seats, found.seats_left, found.waiting_list) == (20, 0, True)
        assert found.sessions[0].start == datetime(2027, 1, 19, 17, tzinfo=UTC)
        assert found.sessions[0].end == datetime(2027, 1, 19, 19, 30, tzinfo=UTC)

    def test_winter_and_summer(self) -> None:
        feed = rows("a;A;2027-03-24 18:00;2027-03-24 20:00", "a;A;2027-03-31 18:00;2027-03-31 20:00")
        assert [s.start.hour for s in feed.entries[0].sessions] == [17, 16]

    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    def test_separators(self, separator: str) -> None:
        feed = read_feed(f"{HEAD}\n{GOOD}".replace(";", separator).encode(), "csv")
        assert [e.external_id for e in feed.entries] == ["g"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    def test_encodings(self, encoding: str) -> None:
        feed = read_feed(f"{HEAD}\n{GOOD.replace('God', 'Pårørende')}".encode(encoding), "csv")
        assert feed.entries[0].title == {"nb": "Pårørende"}

    @pytest.mark.parametrize(
        ("bad", "said"),
        [
            (";Uten id;2027-01-19 18:00;2027-01-19 20:00", "`id`"),
            ("b;;2027-01-19 18:00;2027-01-19 20:00", "`title`"),
            ("b;B;2027-02-30 18:00;2027-02-30 20:00", "«2027-02-30 18:00»"),
            ("b;B;2027-01-19;2027-01-20", "without a time"),
            ("b;B;;2027-01-19 20:00", "missing"),
            ("b;B;2027-01-19 20:00;2027-01-19 18:00", "before it starts"),
            ("b;B;2027-01-19 20:00;2027-01-19 20:00", "ends when it starts"),
            ("b;B;1970-01-01 18:00;1970-01-01 19:00", "2000"),
            ("b;B;2027-03-28 02:30;2027-03-28 04:00", "does not exist"),
            ("b;B;2027-01-19 18:00;2027-01-19 20:00;extra", "5 cells"),
        ],
    )
    def test_a_bad_row_is_named_and_the_good_one_kept(self, bad: str, said: str) -> None:
        feed = rows(bad, "", GOOD)
        assert [e.external_id for e in feed.entries] == ["g"]
        assert [p.row for p in feed.problems] == [2]
        assert said in feed.problems[0].message

    def test_the_line_is_the_files_also_after_a_cell_of_two_lines(self) -> None:
        feed = rows('a;"To\nlinjer";2027-01-19 18:00;2027-01-19 20:00', "b;B;x;y", GOOD)
        assert [p.row for p in feed.problems] == [4]
        assert len(feed.entries) == 2

    def test_a_course_with_a_bad_meeting_is_left_out_whole(self) -> None:
        feed = rows("a;A;2027-01-19 18:00;2027-01-19 20:00", "a;A;2027-01-99 18:00;2027-01-26 20:00", GOOD)
        assert [e.external_id for e in feed.entries] == ["g"]
        assert [p.row for p in feed.problems] == [3]
        assert "«a» was left out" in feed.problems[0].message

    def test_rows_of_one_course_must_agree(self) -> None:
        feed = rows("a;A;2027-01-19 18:00;2027-01-19 20:00", "a;Annet;2027-01-26 18:00;2027-01-26 20:00")
        assert [(p.row, "`title` differs" in p.message) for p in feed.problems] == [(3, True)]

    def test_a_quote_that_is_never_closed(self) -> None:
        feed = rows(GOOD, 'b;"B;2027-01-19 18:00;2027-01-19 20:00', "c;C;2027-01-19 18:00;2027-01-19 20:00")
        assert [e.external_id for e in feed.entries] == ["g"]
        assert [p.row for p in feed.problems] == [3]

    @pytest.mark.parametrize("text", ["", "  \n ", "id;title\n1;A", "id;id;title;start;end\n", "PK\x03\x04\x00"])
    def test_no_feed_at_all(self, text: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            read_feed(text.encode(), "csv")
        assert caught.value.code == "unreadable_feed"


class TestJson:
    def test_texts_by_language_and_several_meetings(self) -> None:
        feed = entries({
            "id": 7, "title": {"nb": "Kurs", "en": "Course"}, "digital": True, "seats": None, "language": "pl",
            "sessions": [{"start": "2027-04-15T19:00:00+02:00", "end": "2027-04-15T20:30:00+02:00"},
                         {"start": "2027-04-08T17:00:00Z", "end": "2027-04-08T18:30:00Z"}],
        })  # fmt: skip
        found = feed.entries[0]
        assert (found.external_id, found.digital, found.seats, found.language) == ("7", True, None, "pl")
        assert [(s.key, s.start.day, s.start.hour) for s in found.sessions] == [("1", 8, 17), ("2", 15, 17)]

    def test_a_list_under_courses(self) -> None:
        assert len(read_feed(json.dumps({"courses": [JSON_GOOD]}).encode(), "json").entries) == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"id": None},
            {"title": ["x"]},
            {"title": {"xx": "?"}},
            {"audience": "dogs"},
            {"theme": "x"},
            {"language": "de"},
            {"seats": -1},
            {"seats": 2.5},
            {"seats": 10**30},
            {"seats": True},
            {"seats": 3, "seats_left": 4},
            {"digital": "maybe"},
            {"signup_url": "javascript:alert(1)"},
            {"signup_url": "https://"},
            {"signup_url": "http://["},
            {"article": "../x"},
            {"sessions": []},
            {"sessions": "x"},
            {"sessions": [1]},
            {"start": 5},
            {"title": "x" * 301},
            {"place": {"a": 1}},
            {"sessions": [{"start": "2027-01-19T18:00", "end": "2027-01-19T19:00"}] * 2},
        ],
    )
    def test_a_bad_entry_is_named_and_the_good_one_kept(self, change: dict[str, Any]) -> None:
        feed = entries(JSON_GOOD, {**JSON_GOOD, "id": "bad", **change})
        assert [e.external_id for e in feed.entries] == ["g"]
        assert [p.row for p in feed.problems] == [2]

    def test_every_fault_of_an_entry_at_once(self) -> None:
        message = entries({**JSON_GOOD, "theme": "x", "seats": -1}).problems[0].message
        assert "`theme`" in message
        assert "`seats`" in message

    def test_the_same_id_twice(self) -> None:
        assert [p.row for p in entries(JSON_GOOD, JSON_GOOD).problems] == [2]

    def test_what_no_database_takes_is_taken_out(self) -> None:
        feed = read_feed(
            b'[{"id":"g","title":"a\\u0000b\\ud800","start":"2027-01-19T18:00","end":"2027-01-19T20:00"}]', "json"
        )
        assert feed.entries[0].title == {"nb": "ab?"}

    @pytest.mark.parametrize(
        "text", ["{", "5", "null", '{"courses": 5}', "[" * 100_000, "[" + "9" * 5000 + "]", "\xff"]
    )
    def test_no_feed_at_all(self, text: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            read_feed(text.encode("latin-1"), "json")
        assert caught.value.code == "unreadable_feed"

    def test_the_line_of_broken_json(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            read_feed(b'[\n{"id": 1},\n{id}]', "json")
        assert caught.value.details == {"row": 3}

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["id", "title", "sessions", "start", "end", "seats", "digital", "signup_url", "nb", "article"]
                    ),
                    inner,
                )
            ),
            max_leaves=12,
        )
    )
    @settings(max_examples=300, deadline=None)
    def test_whatever_stands_there_only_problems_come_of_it(self, raw: Any) -> None:
        feed = entries(JSON_GOOD, raw)
        assert feed.entries[0].external_id == "g"
        assert len(feed.entries) + len(feed.problems) == 2


class TestLimits:
    @pytest.mark.parametrize("format", ["ical", "csv", "json"])
    def test_fifty_megabytes_are_refused_before_they_are_read(self, format: str) -> None:
        with pytest.raises(TooLong) as caught:
            read_feed(b"x" * 50_000_000, format)
        assert caught.value.details == {"limit_bytes": MAX_BYTES}

    def test_unknown_format(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            read_feed(b"x", "xlsx")
        assert caught.value.code == "unknown_format"

    def test_more_courses_than_a_municipality_has(self) -> None:
        feed = rows(*(f"{n};K;2027-01-19 18:00;2027-01-19 20:00" for n in range(2005)))
        assert len(feed.entries) == 2000
        assert [p.row for p in feed.problems] == [2002]

    def test_more_meetings_than_one_feed_may_bring(self) -> None:
        days = [f"2027-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 28)][:300]
        sessions = [{"start": f"{day}T18:00", "end": f"{day}T19:00"} for day in days]
        feed = entries(*({"id": n, "title": "K", "sessions": sessions} for n in range(1, 69)))
        assert len(feed.entries) == 66
        assert [p.row for p in feed.problems] == [67, 68]
