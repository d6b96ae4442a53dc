"""Backups: the database and what lies in a local photo store, whole and proved, and the way back.

A *backup* is a folder `houqin-<instant, UTC>` in the folder of all backups:

    database.db      a copy of the SQLite file, or
    database.dump    PostgreSQL's custom format, as pg_dump writes it
    objects/…        photos and attachments under the paths that they have in a local store
    objects.sha256   a line for each of them, as `sha256sum -c` reads it
    manifest.json    when, of what, how many rows, and the digests of all that; never a secret

Invariants: what has a manifest is whole, because it is written last, in a folder that bears another name
until then. The rows counted are those of the very snapshot that was copied. The store is copied after the
database, so that a photo which the copied rows name was there to be copied. The secret key is never in a
backup: without it phone numbers and the like cannot be read.
"""
