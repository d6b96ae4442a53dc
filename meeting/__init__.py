"""Meetings (会议): rooms, who has them when, what is served there, and what it all comes to.

Slices, from the lowest: `rooms` (会议室), `bookings` (预订), `hospitality` (会务), `calendars` (iCalendar
and the displays at doors), `papers` (what is printed) and `statistics` (会议统计). Each imports those
before it, never the other way.
"""
