"""Purchasing and stock (采购仓储): what is bought, from whom, what is in store, and where it went."""
