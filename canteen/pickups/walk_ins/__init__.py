"""Walk-ins (现场用餐): meals without an order, where a canteen allows them.

The diner shows a code of their own, which says who they are for a short while, or the IC card; a member of
the canteen's staff chooses the dishes. Order, payment and pick-up are one unit of work. Invariants: within
the time in which the canteen hands out; never beyond a cap, whether the meal is frozen or not; one order per
person, day and period like everywhere. The frozen prep list stays as it is: it says what was booked.
"""
