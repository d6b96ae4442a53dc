"""Meals without an order, where the canteen allows them."""
