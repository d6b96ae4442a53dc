"""The append-only trail: who did what to which object, when, and whether it was allowed.

Invariants: rows are never changed or deleted (a trigger refuses it); details hold no secrets and no
unmasked personal data.
"""
