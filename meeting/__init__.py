"""Meeting rooms (会议室) and hospitality (会务): rooms, bookings, services of a meeting, what is printed."""
