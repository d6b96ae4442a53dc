"""What people weigh and enter by hand: grams of a stage at a meal, and how many diners were counted.

Most canteens weigh on a plain scale, write a sheet of paper and copy it once the meal is over; the unit of
this slice is therefore the meal's *sheet*, all rows at once or none. A row adds to what is there; a mistake
is taken back (a `void` of the core), never overwritten. Rows of a stage count as bulk, beside the bins; a
row that names a dish is a weighing of that dish alone and counts for the dish. What looks implausible is
saved once somebody has confirmed it.
"""
