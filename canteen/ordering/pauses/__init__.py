"""Pauses: for a while somebody orders nothing in advance at a canteen, and eats there without an order.

A canteen that decides on no limit, which is the default, never pauses anybody. Invariants: an order missed
causes one pause at most; a pause is never deleted: it ends by itself, or is lifted. Who decides that a meal
was missed stands above (`canteen.pickups.no_shows`); placing an order only asks whether there is a pause.
"""
