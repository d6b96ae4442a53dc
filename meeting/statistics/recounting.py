"""Use cases that prove and mend the sums, by SQL that shares nothing with the code that keeps them."""

from datetime import date
from typing import Any, Final

from sqlalchemy import text

from backend.db import atomic, db
from backend.rollups import Contributions, Difference, Rollup
from meeting.statistics.rollups import DAYS, HOURS

# How the databases tell the minute in which an instant lies, its day in Asia/Shanghai, the day of a number.
# Shanghai has kept UTC+8 since 1992.
_WORDS: Final = {
    "postgresql": {
        "minute": "CAST(floor(extract(epoch FROM {0}) / 60) AS bigint)",
        "day": "CAST({0} AT TIME ZONE 'Asia/Shanghai' AS date)",
        "numbered_day": "(date '1970-01-01' + CAST({0} AS integer))",
    },
    "sqlite": {
        "minute": "(CAST(strftime('%s', {0}) AS integer) / 60)",
        "day": "date({0}, '+8 hours')",
        "numbered_day": "date('1970-01-01', ({0}) || ' days')",
    },
}
_FACTS: Final = """
    WITH RECURSIVE facts AS (
      SELECT o.id, {day_of_start} AS on_date, o.room_id, o.department_id, o.state, o.headcount,
        CASE WHEN o.checked_in_at IS NULL THEN 0 ELSE 1 END AS signed,
        CASE WHEN EXISTS (SELECT 1 FROM meeting_service_lines l WHERE l.occurrence_id = o.id)
          THEN 1 ELSE 0 END AS has_services,
        {planned_end} - {start} AS planned,
        CASE WHEN o.checked_in_at > o.start_at THEN {check_in} ELSE {start} END AS from_minute,
        CASE WHEN o.state = 'ended' THEN {end} END AS until_minute
      FROM meeting_occurrences o
    ), meetings AS (
      SELECT f.*, CASE WHEN until_minute > from_minute THEN until_minute - from_minute ELSE 0 END AS used
      FROM facts f
    )
"""
_DAYS: Final = """
    SELECT on_date, room_id, department_id,
      sum(CASE WHEN state IN ('booked', 'in_use', 'ended', 'released') THEN 1 ELSE 0 END) AS booked,
      sum(CASE state WHEN 'ended' THEN 1 ELSE 0 END) AS held,
      sum(CASE state WHEN 'ended' THEN signed ELSE 0 END) AS signed_in,
      sum(CASE state WHEN 'ended' THEN has_services ELSE 0 END) AS served,
      sum(CASE state WHEN 'released' THEN 1 ELSE 0 END) AS no_shows,
      sum(CASE state WHEN 'cancelled' THEN 1 ELSE 0 END) AS cancelled,
      sum(CASE state WHEN 'displaced' THEN 1 ELSE 0 END) AS displaced,
      sum(CASE state WHEN 'rejected' THEN 1 ELSE 0 END) AS rejected,
      sum(CASE state WHEN 'expired' THEN 1 ELSE 0 END) AS expired,
      sum(CASE WHEN state = 'ended' AND headcount > 0 THEN 1 ELSE 0 END) AS headed,
      sum(CASE state WHEN 'ended' THEN headcount ELSE 0 END) AS heads,
      sum(CASE WHEN state IN ('booked', 'in_use', 'ended', 'released') THEN planned ELSE 0 END)
        AS booked_minutes,
      sum(used) AS used_minutes,
      sum(used * signed) AS signed_minutes,
      sum(CASE WHEN headcount > 0 THEN used ELSE 0 END) AS headed_minutes,
      sum(used * headcount) AS head_minutes
    FROM meetings
    WHERE state NOT IN ('pending', 'skipped', 'conflict')
    GROUP BY on_date, room_id, department_id
"""
# A meeting is cut where an hour ends, one row after the other.
_HOURS: Final = """
    , cut (room_id, from_minute, until_minute, at_hour) AS (
      SELECT room_id, from_minute + 480, until_minute + 480, (from_minute + 480) / 60
      FROM meetings WHERE used > 0
      UNION ALL
      SELECT room_id, from_minute, until_minute, at_hour + 1 FROM cut WHERE (at_hour + 1) * 60 < until_minute
    )
    SELECT {day_of_hour} AS on_date, room_id, at_hour % 24 AS hour,
      sum(
        CASE WHEN until_minute < (at_hour + 1) * 60 THEN until_minute ELSE (at_hour + 1) * 60 END
        - CASE WHEN from_minute > at_hour * 60 THEN from_minute ELSE at_hour * 60 END
      ) AS minutes
    FROM cut GROUP BY 1, 2, 3
"""


_RECOUNTS: Final = ((DAYS, _FACTS + _DAYS), (HOURS, _FACTS + _HOURS))


def check() -> list[Difference]:
    """Where the sums are not what the meetings add up to; one that changes meanwhile may show up."""
    return [each for rollup, recount in _RECOUNTS for each in rollup.differences(_counted(rollup, recount))]


@atomic
def rebuild() -> list[Difference]:
    """Make the sums anew; returns what was not right. Whoever changes a meeting waits meanwhile."""
    for rollup, _ in _RECOUNTS:
        rollup.hold()
    found = check()
    if found:
        for rollup, recount in _RECOUNTS:
            rollup.replace(_counted(rollup, recount))
    return found


def _counted(rollup: Rollup, recount: str) -> Contributions:
    connection = db.session.connection()
    rows = connection.execute(text(_told(recount, connection.dialect.name))).mappings()
    return {
        tuple(_key(row[name]) for name in rollup.keys): {name: int(row[name]) for name in rollup.sums}
        for row in rows
    }


def _told(recount: str, dialect: str) -> str:
    words = _WORDS[dialect]
    return recount.format(
        day_of_start=words["day"].format("o.start_at"),
        start=words["minute"].format("o.start_at"),
        end=words["minute"].format("o.end_at"),
        planned_end=words["minute"].format("o.planned_end_at"),
        check_in=words["minute"].format("o.checked_in_at"),
        day_of_hour=words["numbered_day"].format("at_hour / 24"),
    )


def _key(value: Any) -> Any:
    """A part of a key; SQLite tells the days that it reckons as texts."""
    return date.fromisoformat(value) if isinstance(value, str) else value
