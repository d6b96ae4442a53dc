"""Bookings: a booking is a frame of one or more meetings; what keeps a room is a row of `meeting_holds`."""
