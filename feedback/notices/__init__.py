"""Notices (通告栏): who is told what, from when, until when.

Vocabulary: a notice (通知, 公示, 停水停电, 活动) has an *audience* of rows: everybody, departments with all
below them, campuses, roles; who matches any row reads it. Somebody is *of a campus* when their department,
or one above it, has its seat there; whoever's departments have no seat at all is of every campus, so that
nobody misses a warning for want of data. *Scheduled* is what publishes itself at `publish_at`. *Expired* is
by time, not a state. A *tombstone* (已撤回) is what a withdrawn notice shows to those who had opened it.

Invariants: draft → scheduled → published → withdrawn and nothing else; of two schedulers one publishes; what
changes after publication is kept in an append-only history; an editor of a campus addresses campuses of
theirs and nobody else; nobody, no editor either, learns who has read: reads are counts, those of a
department only from five people on, and never so that the others follow by subtraction. Nobody is reminded
to read.
"""
