"""厨余垃圾台账: what a canteen threw away day by day, and which collector took it.

After Annex B of DB12/T 1216-2023. The loads that collectors took are `canteen.food_safety.ledgers`' own.
"""
