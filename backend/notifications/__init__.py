"""Telling people: the in-app inbox, and the outbox from which the channels outside are fed.

Whatever happens to a person is written by `operations.notify` in the unit of work that makes it happen: one
inbox message, and one outbox row for the first channel that reaches the person. `delivery` sends what waits
in the outbox, outside of units of work; `subscriptions` keeps count of how often WeChat lets us write to a
person; `calls` asks people one after another until somebody acknowledges.

Invariants: a message exists once per (kind, dedupe, person); a row of the outbox is leased by one dispatcher
at a time, and so is what goes to one person over one channel; rows are exact, sends are at least once: a
dispatcher that dies between sending and recording sends one message twice, after its lease.
"""
