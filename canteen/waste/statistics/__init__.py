"""What the weighings mean: figures, each with its coverage.

Vocabulary: an *open* meal was published, is over and was served: on a day on which the canteen was closed,
and at which nobody ate and nothing was weighed, a published meal does not count; a meal that nobody
published counts from the next day on if something was weighed at it. A meal is *measured* for a stage if
grams of that stage count and somebody ate; it is *weighed* if its plate waste or its unserved food is.
*Diners* are who ate: as somebody counted them, else as the pick-ups say. A *figure* is a ratio of sums over
the measured meals alone (never a mean of ratios, never extrapolated to the others) and bears its *coverage*,
the measured among the open meals.

Invariants: sources that may have weighed the same food are never added up. A figure of too small or too
incomplete a sample (rules of the canteen) is not shown: it says 数据不足; what was measured without a gap is
never too small a sample. A figure is compared with its like only: what all bins took in is never set beside
what was left on plates. A department appears for five diners at a meal, and in no way that the rest of the
meal could be told apart from it by subtraction. Only rollups are read, and no person appears anywhere.
"""
