"""Text messages and voice calls through a bureau's own gateway, and what becomes of them.

The gateway is somebody else's: a bureau's integrator adapts it to the small signed protocol that
`docs/operations.md` describes. Vocabulary: a *reference* is our name of a message or call, under which the
gateway sends at most once; a *receipt* is what the gateway calls back with.

Invariants: a receipt is stored once for each reference and state; no phone number is logged or stored here.
"""
