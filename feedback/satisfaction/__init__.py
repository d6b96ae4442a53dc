"""Satisfaction (满意度): what all ratings say of all services, read from the one ledger's rollup.

Vocabulary: a *provider* of a service is judged (a canteen, a contractor, a work group, a handling office, a
dish); a *source* is what one module says of its providers (their names, campuses, contractors) and of how
often each has served: modules never import each other, so that a flow hands the sources in
(backend/flows/satisfaction_providers.py).

Invariants: single ratings are never read, only the rollup; figures are ratios of sums and stand beside their
coverage; what nobody rated is 未参评, never satisfied; of fewer than five nothing is told, neither directly
nor as what a total leaves when the others in the same answer are taken away (answers to different spans are
not weighed against each other); what there is no base for has no change. People are not ranked.
"""
