"""Deadlines (时限): clocks of the response and of the answer, in each class's own time.

A *clock* is one target at work for one cycle of one subject (a report): the *response* (响应) runs from the
submission to the first step of a person, the *answer* (办理) to the reply. What each *deadline class* (涉险,
保障, 一般, 复杂) has of what time is said by rules, and kept with the clock. A clock is *paused* while the
subject is 挂账, may be *extended* to a promised instant, and ends met, missed or void; its verdict is apart
from the subject's state. *Steps* (50, 80, 100 and 120 %) are fired by escalations, each exactly once.

Invariants:
- A clock that has ended is never counted again, whatever becomes of calendar and rules.
- `due_at` follows from the start, the target, the calendar, the pauses and the extension alone.
- An extension is a promise: no edit of the calendar moves it; only a later pause does.
- This slice knows no reports: subjects are numbers.
"""
