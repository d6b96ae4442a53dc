"""Absences: when a member of staff is not here, for whoever has to know.

An absence (请假、出差、培训) is filed by the person or recorded by an approver; it counts once it is
approved. Its first and last day may be half days: the morning ends at 12:00, the afternoon begins at 14:00,
so that the noon break belongs to neither half and only whole days cover lunch. Nobody decides their own
absence, and the absences of a person that are pending or approved never overlap.
"""
