"""Fixtures of the documentation's tests."""

from tests.canteen.lunch import lunch

__all__ = ["lunch"]
