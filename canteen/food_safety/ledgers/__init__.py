"""Ledgers that food-safety law asks a kitchen to keep: additives, and what collectors took away.

Vocabulary: an *additive* (食品添加剂) is on a canteen's public list (备案公示) before it is used; a
*use* is one weighing into a dish. A *hand-over* (收运) is one load of kitchen waste or used oil that a
collector took: kind, quantity, time, receiver and use; the 厨余垃圾台账 of `canteen.bulletins` sets
the loads beside what was weighed.

Invariants:
- Both ledgers are append-only: a mistake is taken back by a row that names it.
- Additives are weighed in milligrams, because the limits of GB 2760 are milligrams in a kilogram. A
  use beyond the limit is not hidden and not refused: it needs a word, and shows as one.
"""
