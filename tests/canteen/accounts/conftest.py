"""Fixtures of the accounts' tests."""

from tests.canteen.accounts.office import office

__all__ = ["office"]
