"""Service levels (服务时限): how soon an order is to be answered and done, and whether it was.

A *policy* is versioned data: lines of (category, urgency, place class) with a *target* for the response and
one for the resolution. A target counts natural time (24×7), working time of a *service calendar*, or days.
A *clock* is one target at work for one cycle of one subject (an order): it starts, is *paused* while nobody
could be expected to go on, and ends met or missed; its verdict is apart from the order's state. *Steps* (50,
80, 100 and 120 %) escalate, each exactly once.

Invariants:
- A version in force never changes. A clock keeps the line, the amount and the calendar that it is counted by.
- A clock that has ended is never counted again, whatever becomes of calendar, policy or urgency.
- `due_at` follows from the start, the target, the calendar and the pauses alone.
"""
