"""Checks: inspections of a contractor by a score sheet (六常六天, 目标考核), which a month may measure.

Invariants: who opened a check scores and closes it; a closed one never changes, but may be voided with a
reason, and then counts no more in months that are measured afterwards.
"""
