"""Open311 GeoReport v2 over the published reports.

Vocabulary: a *service* is a category, a *service request* a report. A *key* lets one client program send
reports in; of a key only a hash is kept.

Invariants: what is told are reports that a person published on the wall, with the words and pictures that the
wall shows: never a private, hidden or unpublished one, never anybody's name. What comes in belongs to nobody
and is private until a person publishes it.
"""
