"""对账结算: what a canteen's caterer earned in a month.

Vocabulary: a *settlement* is the statement of one canteen and one month; it is a *draft* while it is only
computed, *closed* once its lines are frozen, *confirmed* once both sides have signed it. A *bucket* is who
paid: 财政补贴, 个人充值, or a department for its guests (公务接待). An *adjustment* is a line of an earlier
month.

The date rule: a meal belongs to the month of the day on which it is served, whenever it was ordered or paid.
All that the ledger ever says of a month's orders and receptions (payments, refunds, corrections) makes that
month's amounts. What is entered after the month was closed is an adjustment, named by its month, in the next
month to be closed; a closed settlement is never opened again.

Invariants: the months of a canteen are closed one after the other, without a gap, from the first in which it
served anything; `through_entry_id` is the last entry of the ledger that a settlement has seen, so that every
entry of the ledger that concerns a settled month is in exactly one settlement; lines are never changed or
deleted (a trigger refuses it); the buckets' sum is the sum of the lines and of the postings to `sales`.
"""
