"""Suppliers (供应商), their licences and prices, and how they are assessed.

Vocabulary: a *supplier* belongs to the whole compound; a *licence* (证照) is valid up to and including its
last day, and of a kind the one that runs longest counts; a *price* (报价) is what one pack of so many grams
costs from a day on; an *assessment* (考核) says how a supplier did in a quarter.

Invariants: prices are only ever added (a trigger refuses the rest), so that it can always be told what was
asked when. Nothing is ordered of, or accepted from, a supplier that is blocked or set aside, or of whose
licences one has expired and was not renewed (`policies.problems`). Prices are compared by the kilogram, as
exact fractions. An assessment's facts are counted from deliveries, which a higher slice hands in (`facts`);
people's marks need a reason, and a closed assessment no longer changes.
"""
