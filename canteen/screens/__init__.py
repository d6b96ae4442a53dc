"""What a display in a canteen shows to everybody: the menu, what is left, and how much was wasted.

A *screen* is a page without a login. Whether it opens without a *link* (an address that nobody can guess)
is a rule of the canteen; its links count until the canteen gives out new ones. No figure is of a person.
"""
