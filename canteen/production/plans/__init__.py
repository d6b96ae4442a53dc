"""Plans of a meal (备餐计划): how much of each dish is cooked, when, of what, and what came of it.

A plan begins with the forecast, or with the bookings where there is none (`Basis`), and is changed and
confirmed by a person. It goes from draft over confirmed to done; confirmed it may be opened again until
something was recorded. Quantities are whole standard portions and whole grams; a dish is cooked in a first
batch (大锅备菜) and refills (小锅续供) that together are its portions. Less than is booked is only confirmed
with a reason. What is needed follows from the recipes that were current when the plan was confirmed, rounded
up once for each ingredient; what was used is what the store issued for the meal, and costs are its costs.
Of what was cooked, what was left, and of this what is kept for another meal, is entered dish by dish and told
to whoever follows (`following`).
"""
