"""Orders: place, change, cancel, and the freeze that makes the prep list.

Invariants: one active order per person, day and period (a unique index says so); an order is accepted while
the server's receipt time lies before the cutoff and the meal's gate is open; every accepted order is on the
prep list and none comes after it; prices are those of the moment of ordering.
"""
