"""Monthly grants of the subsidy, and the expiry of what is left of it.

Vocabulary: a *plan* grants an amount per person and month, to everybody or to departments with all below
them; an *award* is what one person was granted by one plan for one month. A *boundary* is the first day of
an expiry period (rule `canteen.subsidy_expiry`): what was granted before it and is still unspent goes back.

Invariants: one award per plan, person and month, and one expiry per boundary and person (primary keys say
so); both are append-only. Grants go to the active alone, by their primary department; who becomes active in
the middle of a month gets the month's whole amount with the next daily run. A month that was missed as a
whole is not made up for. A plan that is changed concerns who has no award of the month yet.

Expiry takes `min(balance at the boundary - what was spent of it since, present balance)`: old money is spent
first, so that a run that comes late, or after the new month's grants, takes the same as one in time. What is
refunded after a boundary for an order placed before it returns to the subsidy and stays until the next one.
"""
