"""What 会务 offers: services, the equipment that is lent for them, and the lines of a meeting's checklist.

Vocabulary: an *item* is equipment that is lent (移动投影仪, 话筒, 横幅架), its *stock* how many a campus has;
a *line* of the checklist belongs to every meeting that is served, or to those that a service was ordered for.

Invariants: a service that was ever ordered is never deleted, only no longer offered; a stock never falls
below what is promised at any moment to come.
"""
