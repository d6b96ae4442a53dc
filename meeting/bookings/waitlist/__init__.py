"""The waitlist (候补): who waits for a room is offered what becomes free, in order, each for a limited time.

An *entry* waits for one room, or for any of a campus that offers what it wants, at one time. The order is
that of entry (or of level first, where a rule says so). An *offer* keeps the room for its entry alone until
it lapses: accepted in time it becomes a booking in the same unit, else the next in order has its turn.

Invariants: an entry has at most one open offer; a room is offered to an entry once; nobody waits for what is
free at that moment. What becomes free is offered in the unit that frees it, so that nobody comes in between;
what becomes free otherwise (an opened hour, a lifted closure, a hall whose other part was being booked) is
found by the job within a minute.
"""
