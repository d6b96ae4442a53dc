"""The checklist of a meeting and its record: 零差错 is the goal, so every fault is written down.

Before: layout, nameplates, tea, equipment tested; after: lights, air conditioning, documents left, damage.
A fault says what it was, and is settled once somebody has seen to it. Documents that were left are told
to the organiser; damage becomes a work order (`backend.flows.meeting_repairs`), which settles it when it is
done.
"""
