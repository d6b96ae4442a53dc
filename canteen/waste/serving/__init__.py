"""Meals served by weight (按克计费), charged from what the scales of the serving line say.

A diner's tray is bound to them (`canteen.waste.trays`); each *helping* (`serve_delta`) is what a scale lost
to it. What a diner took of one canteen's meal, on however many trays, becomes one order of origin
`by_weight` with a line for each dish. Where: at canteens whose rule says so, of dishes with a price of the
kilogram that stand on the meal's menu.

Invariants: the price is the one in force when the meal's service began; a line is the sum of its grams times
that price, rounded half up once, so that no order of arrival and no splitting changes what a meal costs. The
job compares what a meal should cost with what the ledger has taken and moves the difference: repeated, late
and voided helpings are charged or given back exactly once. Who has too little money owes the difference,
which is taken as soon as it is there. Such an order stands beside an order of the same meal, whose price is
another one.
"""
