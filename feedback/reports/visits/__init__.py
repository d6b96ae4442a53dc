"""回访: somebody else than the handler asks whether a demand was met; and the supervision list (督办清单).

A *visit* is one call or walk for one cycle of a report that was answered. To be visited is what nobody rated
in time, and what was answered while its time for the answer has run out by now; a share of those, by rule.

Invariants:
- Who visits handled the report in no cycle, is no member of the office that has it, and did not report it.
- A cycle is visited once. Where nobody was reached, nothing is said of the outcome.
- A rating goes before a visit: where both stand, the reporter's word counts.
"""
