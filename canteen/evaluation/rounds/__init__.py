"""The internal evaluation of a quarter: a round (评估批次), and in it a sheet (评估表) for each active unit.

A round names the quarter, the version of the score sheet and the due day. A *sheet* goes from filling to
submitted; it is returned for completion or, once every item is scored, closed. An *answer* is what the unit
says of an item: its own score, a text, photos; and what the system says of it, the evidence, as it stood when
it was collected. The scores that count are those of the review, kept by `backend.scoresheets` (the scoring of
the sheet); a sheet that is closed never changes.

Invariants: a unit has one sheet in a round, a quarter one round. Who organises the evaluation reviews; who
fills a sheet in does not. A score that departs from what the system proposes has a remark.
"""
