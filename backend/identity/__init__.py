"""Who is who: departments, the roster, roles and scopes, login providers, sessions.

Vocabulary: *staff* is a row of the roster (工号 `staff_no`); a *posting* is a post held in a department
(dual posts are two postings of one member of staff); a *role* is a named set of permissions, a *grant*
gives a role within a scope; an *external identity* is an account at a login provider, *bound* to staff.

Invariants: a session's token exists only with its holder, the database keeps its hash; whatever changes
what an actor may do ends the sessions that were opened before; phone and ID numbers are stored
encrypted beside a keyed hash, and leave masked.
"""
