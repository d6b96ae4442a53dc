"""Meetings on a day that becomes a day off: they stay, and organisers learn of it; a unit of work is open."""

from datetime import date, time, timedelta

from sqlalchemy import select

from backend import clock
from backend.dates import day_text
from backend.db import db, unit
from meeting.bookings import telling
from meeting.bookings.changing_messages import DAY_OFF
from meeting.bookings.models import HOLDING, Booking, Occurrence


def tell_organisers(on_date: date) -> int:
    """Tell who organises a meeting to come on this day, once each; returns how many meetings there are."""
    unit()
    begins, ends = (clock.at_local(day, time.min) for day in (on_date, on_date + timedelta(days=1)))
    found = db.session.execute(
        select(Booking, Occurrence)
        .join(Occurrence, Occurrence.booking_id == Booking.id)
        .where(
            Occurrence.state.in_([state.value for state in HOLDING]),
            Occurrence.start_at >= max(begins, clock.now()),
            Occurrence.start_at < ends,
        )
        .order_by(Occurrence.id)
    ).all()
    day = day_text(on_date)
    for booking, occurrence in found:
        telling.tell_organiser(booking, [occurrence], DAY_OFF, event="day off", day=day)
    return len(found)
