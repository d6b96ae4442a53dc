"""Taking a dish that people have ordered off a meal: the kitchen cannot serve it.

Invariants: after a withdrawal nobody can order the dish at that meal; no booked order holds it; each person
has back what they paid for it and is told why; the prep list counts what is ordered still. What was handed
out already stays as it is.
"""
