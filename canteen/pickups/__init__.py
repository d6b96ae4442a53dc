"""Picking up: a short-lived signed code, or the IC card, verified by the canteen's own staff.

Invariants: an order is picked up once, whoever scans first; a code proves one revision of one order for a
short while; staff verify only for canteens within their scope.
"""
