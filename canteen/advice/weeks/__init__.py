"""智慧菜单: a suggested week for a canteen, with its reasons and what it would change.

Vocabulary: a *proposal* names dishes for each period that the canteen serves on each open day of a week,
category by category after the canteen's usual *pattern* (the median of the last weeks' menus). It is *open*
until a person *adopts* it, which makes draft meals of it through the menu's own operations, or *dismisses*
it. The *copied* menu is what copying the last week with menus would give: the numbers of both stand side by
side.

What is searched for: the highest sum of the dishes' points (rating, past leftover, popularity, season, cost,
rest since it was last served; each 0 to 100, weighted by rules) less penalties for the same main ingredient
or method close together and for each per cent above the budget. A greedy start is improved by exchanges; the
same seed over the same facts gives the same week.

Invariants: nothing on a closed day; nothing that could not be published (inactive, unpriced, allergens not
declared); no dish again within the rule's days, but for 主食 and 饮品, which are on every menu by intent; a
清真 dish and a vegetarian one each day where the library has any (where it has too few, one comes again
early, and says so); what the library cannot fill is a *gap*, never a repetition. Nothing is published, and
no menu changes unless a person adopts the proposal. Its advice is about dishes, never about a person.
"""
