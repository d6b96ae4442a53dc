"""Production (备餐): how much to cook, of what, and what came of it.

Slices, from the lowest: `recipes` (配方), `forecasts` (备餐预测) and `plans` (备餐计划).
"""
