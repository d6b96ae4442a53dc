"""Fixtures of the notices' tests."""

from tests.feedback.notices.board import board

__all__ = ["board"]
