"""Roles and their grants: who may do what where.

A grant gives a role within a scope: the whole compound, a campus, a canteen or a building. Every change
ends the sessions of the member of staff at once. Identity knows no canteens: a canteen's identifier is
taken as it comes, and a grant for one that does not exist reaches nothing.
"""
