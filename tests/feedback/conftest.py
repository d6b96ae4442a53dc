"""Fixtures of feedback's tests."""

from tests.feedback.desk import desk

__all__ = ["desk"]
