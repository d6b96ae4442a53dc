"""Temperatures of fridges: limits, readings of people and devices, and what was out of its limits.

Vocabulary: a *fridge* is anything cold with limits: chilled, frozen, or for samples. A *reading* is of a
person or of a thermometer, whose *probe* names the fridge. An *excursion* lasts from the first reading
beyond the limits to the first within them; one that lasts longer than the canteen bears needs an *action*
(corrective action) and is told.

Invariants: readings are append-only and keep the limits of their moment; (device, seq) counts once, however
often it is sent; excursions follow from the readings in the order of their instants, whatever the order in
which they arrive, and keep what people wrote of them.
"""
