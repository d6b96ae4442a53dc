"""What was done against waste, and what came of it.

Vocabulary: a *measure* is something that a canteen does from a day on (half portions first, a reminder, a
smaller portion, another menu, a sign), for one dish or for the whole canteen. Its *effect* sets two windows
of equal length beside each other: the days since it began, and as many just before. Windows of a week and
more are whole weeks, so that both have the same weekdays; what was measured on which weekday is stated.

Invariants: an effect is a change of a figure with its base and both coverages, and says 数据不足 where either
is too small. It says what changed, not why. A measure is withdrawn, never deleted.
"""
