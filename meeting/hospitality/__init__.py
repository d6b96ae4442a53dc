"""Hospitality (会务): services of a meeting, their tasks, what is lent to it and who is at it.

Vocabulary: a *line* is a service that was ordered for one meeting; a *task* is what one steward
(会务人员) has to do for it, before, during or after; a *loan* is equipment that is promised to it; a *duty*
is a stretch in which a steward is at a meeting.

Invariants: tasks, loans and duties follow their occurrence within the unit that changes it: they move with
it, and go with it. What is lent at any moment never exceeds what the campus has. A steward is never at two
meetings at overlapping times. Services are ordered and changed until their lead time begins, and afterwards
only by who manages hospitality, with a word.
"""
