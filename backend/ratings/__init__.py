"""The one ledger of ratings: what those who were served say of each service.

Vocabulary: a *service* is declared by the slice that renders it (`<slice>/ratings.py`) with its
*dimensions*; a *subject* is one rendering of it (an order, a work order) and a *cycle* its repetition (0 the
first time, one more each time that it is reopened); the *provider* is judged (a canteen, a contractor), the
*handlers* are the people who did it. `served_on` is the day of the service, not of the rating, so that
ratings and services of the same days can be set beside each other. The *grade* of a rating is the mean of
its scores, rounded half up to 1 … 5.

Invariants: a rating is never changed or deleted (a trigger refuses it); a person rates a subject once in a
cycle (a unique constraint), and never what they handled. Nobody at the provider sees who rated: names are
unsealed by `unmask` alone, which is recorded. Statistics are ratios of sums over a rollup that is kept in the
same unit of work, are given with their coverage, and are withheld for fewer than five ratings.
"""
