"""Bookings (会议预订): who has which room when, and what becomes of it.

Vocabulary: a *booking* is what was asked for: a single meeting, or a *series* by an RFC 5545 rule. An
*occurrence* (场次) is one of its meetings and carries all of it, so that one can differ from the others;
*this*, *following* and *all* say how many of them a change is about. A *hold* keeps a physical room for
an occurrence, its *turnaround* (what is cleared and laid between two meetings) included; a hall holds
each of its parts. What a meeting could not have is a *conflict* (未订上) and may be *restored*. A meeting
is *released* when nobody came and *displaced* when a leader gave its room to another one. The *organiser*
answers for it, whoever *booked* it.

How it is divided: `placing`, `adding`, `replanning`, `relaying` and `restoring` make and move meetings,
`keeping` locks rooms and keeps them, `moving` is the only one that changes a meeting's state;
`recurrence`, `limits`, `changes` and `policies` are pure. `attendance` (签到), `overrides` (优先调整) and
`waitlist` (候补) stand above.

Invariants:
- No two holds of a room overlap (a constraint says so, docs/adr/0038); what no longer keeps the room has
  none.
- Locks: rooms by rising id, then bookings, then occurrences by rising id, then what follows them
  (`following`).
- States change by the table in `policies` alone; what is past never changes.
- Of a confidential meeting (内部会议) others learn that it takes place, and nothing else.
"""
