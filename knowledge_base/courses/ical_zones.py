"""Time zones that a calendar file defines itself (VTIMEZONE)."""

from __future__ import annotations

import io
import re
from datetime import tzinfo

from dateutil.tz import tzical  # type: ignore[import-untyped]

from knowledge_base.courses.ical_blocks import Block

_ZONE_LINES = re.compile(r"(BEGIN|END|TZID|DTSTART|RRULE|RDATE|TZOFFSETFROM|TZOFFSETTO|TZNAME):", re.I)


def read_zone(block: Block) -> dict[str, tzinfo]:
    """The time zone that a file defines itself, by its name; empty where it can't be read (its events then say so).

    Not by the calendar library: that one keeps a definition for all later files of the process.
    """
    text = "\r\n".join(line for line in block.lines if _ZONE_LINES.match(line))
    try:
        zones = tzical(io.StringIO(f"{text}\r\n"))
        return {name: zones.get(name) for name in zones.keys()}  # noqa: SIM118 - no mapping
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}
