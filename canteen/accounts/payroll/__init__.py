"""Payments from the payroll, imported as a sheet."""
