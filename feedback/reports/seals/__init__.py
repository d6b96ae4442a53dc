"""Seals (匿名身份): who an unnamed reporter is, opened by two persons together, and forgotten in time.

A keeper *asks* with a reason; another keeper *decides*; whoever asked may then *look* once, within a day.

Invariants:
- Nobody decides what they asked for, and nobody looks but who asked, once.
- Every one of these steps is in the audit, none of them says the name.
- The reporter is told that their name was looked at, and not by whom.
- What was forgotten cannot be opened by anybody any more.
"""
