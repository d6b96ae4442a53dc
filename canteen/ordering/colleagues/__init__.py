"""Orders for a colleague, and orders handed over to one, with consent on record.

A *consent* says that its giver allows one colleague to order for them and to hand them their order, at
the giver's cost, until it is revoked or a day has passed. Consents are ended, never deleted; at most one
of a pair is not revoked. A *transfer* hands an order over: at once with the receiver's consent, else as an
*offer* that the receiver accepts or declines.

Invariants: nobody pays without having consented or accepted; what an order cost goes back to the giver's
buckets that paid it, and the receiver pays out of their own, so that no subsidy leaves its owner; an order
that changes hands gets a new revision, so that the earlier holder's code is worth nothing; one offer at
most is open of an order. An offer that nobody answered ends by itself when the order is cancelled, picked
up or in other hands, or the meal is over: that is read off the order, not written.
"""
