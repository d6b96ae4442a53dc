"""Fixtures of colleagues' tests."""

from tests.canteen.ordering.colleagues.pair import pair

__all__ = ["pair"]
