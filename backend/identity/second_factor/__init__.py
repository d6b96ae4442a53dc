"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and recovery codes.

Whoever holds a privileged permission must have one; anybody may. It is set up in the console: the secret is
shown in one session, counts once a code of it is entered there, and ten *recovery codes* are told once, each
good for one login without the phone. A code is accepted once: `last_step` only grows. Failures in a row
lock the factor, not the password. Attempts are counted, verified and recorded in one unit under the row's
lock, so that no number of parallel attempts passes the limit.

No login by password gets around it, neither the console's nor the API's. A login by WeChat has no password
to guess, is bound to a phone, and needs none.
"""
