"""Meals that nobody picked up: records, appeals and consequences."""
