"""Missed meals (未取餐): what the counter never handed out, recorded, told kindly, and open to appeal.

A booked order becomes a no-show once its meal, the canteen's grace and the time that offline counters have to
report are over. Vocabulary: a record *counts* unless it is excused (by an approved absence over the whole
serving window, or by a decision) or mended (the meal was handed out after all). By default it has no
consequence; a canteen's own rule may pause advance orders (`canteen.ordering.pauses`).

Invariants: one record per order, however often the job runs; an order is either picked up or missed; one
appeal per record, and nobody decides their own; a late report of an offline counter mends the order and
leaves the record as a trace. Figures are of canteens and of departments of at least five people, never of a
diner.
"""
