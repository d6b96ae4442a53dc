"""The units that are evaluated, and the figures that they report month by month (月报).

A unit is one of our canteens (`canteen_id`), whose figures the system has itself, or an organ or county whose
canteens are not ours. The latter report: a person with EVALUATION_REPORT within the unit's scope, an Excel
sheet, or another platform whose device is linked to the unit. A report of a month is never changed: a
correction is a further version, and the last one counts. What looks implausible is not refused but said
(*findings*), to the reporter and to whoever reads it.

Invariants: a reporter sees their own units and nothing of others (404). A month can be reported from its
first day on, not before. A contact's phone number is stored encrypted, shown masked, and shown in full only
to whoever organises the evaluation, which is recorded.
"""
