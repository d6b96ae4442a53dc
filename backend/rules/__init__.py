"""Business rules that managers change: versioned, typed, with who, when and why.

Vocabulary: a *rule* is declared by the slice that obeys it (`<slice>/rules.py`) with its kind and default; it
has a value for the whole compound or for each canteen (its *scope*), and where declared for each *variant*
(a meal period). A *version* is one decision: a value that takes effect at an instant and holds until the next
one does. The *rulebook* (`backend.rulebook`) gathers the rules of all slices.

Invariants: versions are only ever added (a trigger refuses the rest), none takes effect in the past, and each
names the newest one that its author had seen, so that of two decisions made at the same time one is refused.
In force at an instant is the last version with `effective_at` at or before it; of two with the same instant,
the later decision. So a planned change is withdrawn, or replaced, by deciding again for the same instant.
"""
