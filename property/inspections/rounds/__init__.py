"""Rounds (巡检单, 保养单): what a plan asks for at one instant, and what was found.

A round is *open* until it is *finished* (every point visited, everything required answered), *lapsed* (its
window ended first: points that nobody visited are *missed*, 漏检), *withdrawn*, or *skipped* by its plan's
rule before it was made. A *visit* is presence at a point, proved by its plate, or stated by hand with a
reason. An *answer* to an item passes or fails it, or only notes something; what fails raises one order. Once
that order is done, a *re-check* (复查) is asked: a small round of that one item, which stays open until it is
done.

Invariants:
- Visits lie within the window. What is refused is recorded.
- A failed item has one order, however often it is sent. An answer with an order stands.
- A round ends once; what it comes to is counted on its row then, for the day on which it was due.
- Nobody re-checks what they repaired.
"""
