"""Fixtures of property's tests."""

from tests.property.estate import estate

__all__ = ["estate"]
