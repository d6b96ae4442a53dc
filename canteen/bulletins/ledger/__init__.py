"""厨余垃圾台账: what a canteen threw away day by day, and which collector took it.

After Annex B of DB12/T 1216-2023 and the record of 餐厨废弃物 (kind, quantity, time, receiver, use). A
*hand-over* (收运) is one load that a collector took; a mistake is taken back by a row that names it, and
never changed.
"""
