"""Logging in to the console: password, second factor, and a session of a kind of its own.

A console session's token lives in a cookie and is no bearer token; it idles out within half an hour. Its
login goes through *stages*: until the last one it is `complete`, the session may do nothing but complete
it, lasts ten minutes, and its actor has no grants. The token is replaced at every step forward, so that
a token planted or seen before the login is worth nothing after it. See docs/adr/0013.
"""
