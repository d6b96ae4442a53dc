"""What the menu suggests against waste: half portions first, a line when one orders.

Vocabulary: a dish is *left often* if more of it is left over than the canteen's rule allows, by enough
weighings of the last days. Of such dishes the half portion, where there is one, is offered first, and the
menu says so in one friendly line.

Invariants: advice is the same for everybody, follows from dishes alone and never from a person, forbids
nothing and reproaches nobody. The canteen's managers switch either of the two off.
"""
