"""Signing in to a meeting (签到), and what becomes of a room that nobody came to.

It is the *meeting* that is signed in to, once, by anybody of it or by a steward: nobody's presence is asked
for, and no list of persons is kept (国办函〔2026〕12号 forbids compulsory signing in of officials). A meeting
that nobody signed in to within the room's grace period is *released*: it counts as a no-show (未到) of its
department, the room is free at once, and its organiser alone is told. Long meetings are exempt, each room
says from which length on. No-shows are figures of departments; a small one is never told apart.
"""
