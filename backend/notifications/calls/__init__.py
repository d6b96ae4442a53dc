"""Urgent calls: people asked one after another until somebody acknowledges.

The first of the chain is asked at once, over SMS and voice beside the ordinary channels; who does not
acknowledge in time is joined by the next. Anybody who was asked may acknowledge, in the app or by a key on
the phone, also late. When the chain is at its end, the administrators are told.

Invariants: each step is asked once (a unique row); an acknowledgement and an escalation meet at the call's
row, and one of them comes first: after an acknowledgement nobody else is asked.
"""
