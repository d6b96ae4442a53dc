"""Canteens, their dishes, meal periods and menus.

Vocabulary: a *period* (餐别) is breakfast, lunch, dinner or overtime, with its rules per canteen; a *meal*
(餐次) is one period of one canteen on one day; a *meal dish* is a dish offered at a meal, with its cap.

Invariants: a cap is counted in centi-portions (100 = one standard portion; half and small portions take
their share); `taken` never exceeds it (a constraint says so); what was published keeps the instants that
were computed from the period's rules at that time; a frozen meal does not change.
"""
