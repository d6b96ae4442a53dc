"""How often WeChat lets us write to a person: the ledger of subscriptions.

Each acceptance of a one-time template is worth one message, a long-term template any number; WeChat tells
nobody how many are left, so every number here is an estimate that errs harmlessly: one too many costs a
refused send (43101), which empties it, and one too few another request to the person.

Invariants: a quota is reserved by one row of the outbox at a time; an event is applied once; an acceptance
that both the phone and WeChat tell of counts once.
"""
