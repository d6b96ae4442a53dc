"""The append-only trail: who did what to which object, when, and whether it was allowed.

Invariants: rows are never changed or deleted (a trigger refuses it); details hold no secrets and no
unmasked personal data. Nothing is ever forgotten, so that the 180 days which the law asks for are kept.

A job seals the trail into a chain: a *seal* covers every id since the seal before it and holds a keyed
digest (a *leaf*) of each event there, and a digest of itself and of its predecessor. Whoever can write to
the database but does not know the deployment's key can neither change an event nor make a seal anew. The
*head*, the last seal, is also noted in a file beside the database, which tells when seals were cut off.

A seal covers what is surely complete. PostgreSQL hands out ids before it commits, so that a late commit may
bear an id below others that are visible already. Each writer of the trail holds its table lock from before
it draws an id until it ends: once the writers who were there when the newest id was read are gone, nothing
can be added up to that id (CREATE INDEX CONCURRENTLY waits in this way). This rests on ids being drawn in
order, which a sequence without a cache does. Writers wait for nothing and no row is shared between them.
"""
