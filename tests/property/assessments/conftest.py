"""Fixtures of the assessments' tests."""

from tests.property.assessments.firms import firms

__all__ = ["firms"]
