"""Kitchen workers: health certificates (健康证), morning checks (晨检) and who is at their post.

Vocabulary: a *worker* is anybody of a kitchen, a member of staff or a contractor's. A *check* is made before
each *shift*: temperature and symptoms by the codes 0 to 12 of the operating code. Its *outcome* is fit or
blocked. A *duty* is a worker at their post for a shift. The *notice* tells a worker beforehand why their
health is asked after, and on which ground (PIPL §28 to §30).

Invariants: nobody's health is noted before the notice; temperature and symptoms are encrypted, read by who
holds HEALTH_READ alone, each reading audited, and forgotten after the days of a rule; no list, export or
statistic shows them. Whoever is blocked, has no valid certificate or was not checked is not put on duty, and
a block ends only when somebody with SAFETY_MANAGE clears it with a reason.
"""
