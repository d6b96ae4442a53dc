"""What the store lost and the kitchen cooked and left, as waste counts it.

A loss of the store is 储存损耗 of the meal that comes next; what a plan says of a dish is what went out of it
(cooked), what came back (left and thrown away) and what was put to use again, as pans of this one dish.

How nothing is counted twice, by the sources of a weighing:
- A plan's grams are of source `pan`, as those of a scale under the pans: bins and entries of a whole meal
  (`bulk`) go before them in every statistic and are never added to them.
- Of one dish at one meal, what a scale or a person weighed of its pans goes before the plan's word: the
  plan's row is taken back, stage by stage, and comes again if that weighing is taken back. Scales that send
  late are seen by a job.
- A loss of the store is of source `bulk`, beside entries and bins of that stage: a canteen that weighs what
  the store throws away in a bin says so by its rule, and the store's losses count for nothing there.

Invariants: repeated, nothing changes; a correction takes the earlier row back and puts one in its place.
Locks: the plan or the batch, then these facts by rising key, then what the weighing locks.
"""
