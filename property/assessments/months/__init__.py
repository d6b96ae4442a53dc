"""The months: opened on the first of the next one (or before it, by hand), measured, locked, corrected.

A version of a month keeps what it was measured by: the contract's days, fee and bands, and a line for each
item. Open ones are measured anew each day and on demand; the lock refuses figures that have moved meanwhile.
"""
