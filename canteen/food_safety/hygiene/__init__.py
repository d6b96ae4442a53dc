"""Hygiene of the kitchen: stations, cleaning and disinfection, and the daily checklist (六常六天).

Vocabulary: a *station* (岗位) is a place of the kitchen with a short code that hangs there to be
scanned. A *task* (清洁消毒计划) says what is cleaned or disinfected how, how often and with which
concentration at least; a *record* is one time that it was done. The *checklist* of a day is
answered station by station, from a canteen's own items, or from the house's while it has none.

Invariants:
- A record is never changed: a mistake is voided with a reason and stays to be seen. What it says
  of method and concentration is what was done; `is_below` says that the task asks for more.
- A concentration is measured: it is never taken from the task.
- An answer keeps the words that its item had. Photos are offered and never asked for.
- Nothing is recorded for a day to come, nor for one that is further back than the rule allows.
"""
