"""Statistics of property: what the orders of some days come to, by what, where and by whom (never a person).

A *rate* never stands without what is behind it: 5 of 7. Sums come from the orders' daily sums
(`property.work_orders.rollups`) and count on the day of the submission or of the completion; the *backlog* is
what is open now, by how long ago it was reported.
"""
