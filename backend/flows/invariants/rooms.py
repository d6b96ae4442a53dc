"""Bookings of meeting rooms."""

from typing import Final

from backend import clock
from backend.flows.invariants.examining import Examination, Invariant

_OVERLAPPING_HOLDS: Final = """
    SELECT id, room_id FROM (
      SELECT id, room_id, hold_from, max(hold_to) OVER (
        PARTITION BY room_id ORDER BY hold_from, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS held_to FROM meeting_holds
    ) held WHERE hold_from < held_to ORDER BY room_id, id
"""
_OVERLAPPING_MEETINGS: Final = """
    SELECT id, room_id FROM (
      SELECT id, room_id, start_at, max(end_at) OVER (
        PARTITION BY room_id ORDER BY start_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS taken_to FROM meeting_occurrences WHERE state IN ('pending', 'booked', 'in_use', 'ended')
    ) taken WHERE start_at < taken_to ORDER BY room_id, id
"""
# A hall keeps each of its parts; with the first question, halls and parts are never taken twice either.
_NOT_HELD: Final = """
    WITH atoms AS (
      SELECT hall_id AS room_id, part_id AS atom_id FROM meeting_room_parts
      UNION ALL
      SELECT id, id FROM meeting_rooms WHERE id NOT IN (SELECT hall_id FROM meeting_room_parts)
    )
    SELECT o.id, a.atom_id FROM meeting_occurrences o JOIN atoms a ON a.room_id = o.room_id
    LEFT JOIN meeting_holds h ON h.occurrence_id = o.id AND h.room_id = a.atom_id
      AND h.hold_from <= o.start_at AND h.hold_to >= o.end_at
    WHERE o.state IN ('pending', 'booked', 'in_use') AND o.end_at > :now AND h.id IS NULL
    ORDER BY o.id, a.atom_id
"""
_HELD_FOR_NOTHING: Final = """
    SELECT h.id, h.room_id, coalesce(o.state, f.state, '—') AS state FROM meeting_holds h
    LEFT JOIN meeting_occurrences o ON o.id = h.occurrence_id LEFT JOIN meeting_offers f ON f.id = h.offer_id
    WHERE NOT coalesce(o.state IN ('pending', 'booked', 'in_use', 'ended'), f.state = 'open', FALSE)
    ORDER BY h.id
"""


def _bookings(found: Examination) -> None:
    found.look_at("meeting_occurrences", "meeting_holds")
    found.ask(_OVERLAPPING_HOLDS, "会议室 {room_id}：占用 {id} 与另一占用重叠")
    found.ask(_OVERLAPPING_MEETINGS, "会议室 {room_id}：会议 {id} 与另一会议重叠")
    found.ask(_NOT_HELD, "会议 {id}：会议室 {atom_id} 没有占用记录", now=clock.now())
    found.ask(_HELD_FOR_NOTHING, "会议室 {room_id}：占用 {id} 的会议或候补已是 {state}")


INVARIANTS: Final = (Invariant("bookings", "会议室不重复占用，含审批中与候补", _bookings),)
