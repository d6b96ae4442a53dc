"""Calendars: bookings as iCalendar, feeds by secret token, the display at a room's door.

A *series* is told as its rule with what departs from it (ADR 0039): read back, it is exactly the meetings
that take place. A *feed* is an address that a calendar program asks; whoever holds its token reads it. A
person and a room have one that lives, of which only a hash of the token is kept. A *door* shows what
everybody may read who stands before it: no person's name, and of a confidential meeting nothing but that
it takes place.
"""
