"""Weighing: facts of grams, and the rollups that every statistic reads.

A *weighing* is one event of a scale or one entry of a person; it is never changed, and a correction is a
row that takes it back, and maybe one in its place. What is doubtful is held in *quarantine*, where it counts
for nothing until somebody releases or discards it. A *round* is one use of a tray at a meal.

- The *rollups* (grams of a stage, of a dish, of a department's trays, trays of a meal) are written in the
  unit of work of the facts, and follow from the set of facts and bindings alone: neither the order in which
  events arrive, nor repetition, nor lateness changes them. `flask waste rebuild` makes them anew.
- Sources that may weigh the same food are kept apart and never added up.
- Locks: the device, then weighings, then containers by rising id, then rollups by rising key.
"""
