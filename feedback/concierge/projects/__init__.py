"""微实事: small improvements whose progress everybody can follow.

Proposed (提议) → adopted (立项) → under way (实施中) → done (完成), or declined (未采纳) with a reason.
Officials propose by a suggestion, a report like any other, which the project names as its origin; only that
report knows who proposed it. What is only proposed, or was declined without having been adopted, is seen by
its proposer and by those who decide; all else by everybody. Notes, which tell every step, are append-only.
"""
