"""Purchase requests (采购申请) and orders (采购单).

Vocabulary: a *request* says what a canteen needs by a day, made by hand, because stock fell below its
minimum, or by a plan of production; what is *free* in stock and on order is taken off, and the rest is
rounded up to packs. An *order* buys packs of one supplier at the prices of the moment; a *delivery* is what
came of a line, or without an order. Stock lies in a higher slice, which hands in what is free (`supply`).

Invariants: nothing is counted on twice. What requests of coming days need holds stock and what is expected,
until that day has passed or the kitchen has taken it. A wanted amount is never below the need and less than a
pack above it. An order is decided by somebody who neither made nor submitted it (the database says so, too),
and not of a supplier that is blocked or whose licences have expired. Numbers count up within a year without a
gap. Deliveries are only ever added (a trigger refuses the rest): spending, the share of assistance and the
facts of a supplier's assessment follow from them.
"""
