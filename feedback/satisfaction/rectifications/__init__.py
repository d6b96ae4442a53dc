"""Rectifications (满意度整改): what has to be mended where ratings are low, until new ratings show it.

Vocabulary: a rectification is *opened* for a provider of a service because of a month's ratings, by the job
(once for a provider and month) or by hand; its *owner*, an office or a person, takes it in hand, *submits*
what was done, with photos, and a reviewer closes or returns it. *Before* are the ratings of the month that it
comes from, *after* those of services since the measures were submitted.

Invariants: states change by the transition table alone; nobody closes what they own or have submitted; it
closes on at least five new ratings, or with the reviewer's reason where there are fewer (数据不足); the
figures it was closed on are frozen; steps are only ever added.
"""
