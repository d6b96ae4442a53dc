"""Scales and gateways: credentials, signed requests, heartbeats, and who has fallen silent.

Vocabulary: a *device* is whatever sends signed requests: a scale, a gateway that speaks for the scales
behind it, or another *platform* that reports to us. Its *code* is public and names it; its *secret* is shown
once and signs. A *nonce* is a number used once. The *skew* is the device's own clock less the server's. A
device is *silent* when it is enabled and was not heard for as long as its canteen's rule says.

Invariants: a signature covers the method, the address, the instant, the nonce and the body; a nonce is spent
in the unit of work of what the request does, so that a request is carried out once or can be sent again.
Signing is `signing.py`, which needs nothing else of this house; the gateway uses it, too (docs/adr/0020).
"""
