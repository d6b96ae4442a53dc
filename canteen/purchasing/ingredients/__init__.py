"""Ingredients (食材): what recipes name and orders buy.

Vocabulary: an *ingredient* belongs to the whole compound, so that recipes and prices of different canteens
speak of the same thing; its *edible part* is what is left after trimming, and nutrition is per 100 g of that.
What is bought by the piece is weighed, too: every amount is in grams.

Invariants: codes and names are unique. What is not known is null, never 0: a table's "Tr" (traces) is 0, its
"—" is null. An ingredient is never deleted, because recipes, prices and batches name it; it is set aside.
"""
