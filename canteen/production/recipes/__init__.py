"""Recipes (配方): what a dish is made of, how, and what follows from it.

A recipe has versions: a draft is written, approved (现行) and one day retired (已停用). At most one version
of a dish is current and at most one a draft; what was approved never changes, because plans and their costs
refer to it. Weights are whole grams: `raw_g` as bought and before cleaning, `yield_g` cooked. Nutrition,
allergens, 清真 and cost are never stored: they follow from the ingredients as these are known now, and
whatever is not known of one ingredient is not known of the dish.
"""
