"""Standing orders (固定订餐): a wish for every such meal, turned into orders when menus are published.

A standing order names a canteen, a period, weekdays and up to five alternatives in order of preference. A
job takes it up once for each meal that can be ordered: the first alternative that is wholly offered and has
portions left becomes an ordinary order, which the person changes and cancels like any other. What became of
it is kept by (standing order, meal), so that no meal is ordered twice, and none again that was cancelled.
What failed is tried anew only when the menu, or the standing order, has changed since; what was held up by a
pause or by full windows, which may end by themselves, by every run until the cutoff.
"""
