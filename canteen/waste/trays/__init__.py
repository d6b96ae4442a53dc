"""Whose tray it is, for as long as that is needed, and what one sees of one's own.

A *binding* says that from an instant on a tray carries what one diner took; the tray's return ends it, or
the next binding. It names the diner only where that is needed: to charge a meal by weight, or because the
diner chose to see their own trays. Otherwise it keeps the department and nothing else, from the first.

Seeing one's own trays is a choice, off until it is made (a *consent*), and private: what is shown are single
trays, without totals, comparison, rank or points, which 国办函〔2026〕12号 forbids of persons. Turning it off
forgets at once, but for what a meal by weight still needs; a job forgets the rest when its time is over.
"""
