"""Deductions with their evidence, and the contractor's appeals against them.

Invariants: a deduction takes points only of what people judge, within the contract's days of an open month;
it is appealed once, within its window, also when the month was locked meanwhile; who made it does not review
the appeal, and who reviewed it first does not decide it. A decided appeal never changes.
"""
