"""Rectifications (问题台账—限期整改—回头验收): what a unit has to put right, until that was checked.

Vocabulary: a *rectification* names the *items* that a unit puts right by its *deadline*; it comes from an
inspection, from a quarterly sheet, or is opened by hand. An *attempt* is what the unit reports to have done,
and how the *re-check* of it ended. What fails its re-check twice is *escalated*: handed to 市场监管 to
be dealt with together (国管节能〔2023〕211号), which is recorded here and closed with its outcome. An
*extension* is a later deadline that the unit asks for with a reason and somebody else allows.

Invariants: states change by the transition table alone; of one rectification one extension waits at most;
attempts and steps are only ever added. In time is what passed its re-check and was reported on the day of
the deadline at the latest: how soon somebody comes to check is not the unit's doing.
"""
