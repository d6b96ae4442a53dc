"""The counter's tablet when the network is lost: a list taken along, and pick-ups told afterwards.

A *station* is a tablet at a counter. Before the meal it takes the *list* of booked orders along: who
may pick up what, with a *proof* for each order, by which it tells a genuine code from an invented one
without our key, and a fingerprint of each card. The list comes with a *permit*, signed by us, which says
for which meal and until when pick-ups may be told afterwards.

Each offline pick-up has a key of its own, made by the tablet. Telling it again changes nothing and gives
the first answer, so that each is booked exactly once however often the tablet tries; an order that two
tablets handed out is booked once, and the second one is told.
"""
