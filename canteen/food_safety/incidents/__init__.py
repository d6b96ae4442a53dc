"""Incidents (食品安全事件) and recalls (召回), and drills (演练) of them.

Vocabulary: an incident is *reported* by anybody of the kitchen; whoever manages food safety *confirms* its
scope: batches, dishes of meals, whole meals. From the batches follow the dishes and meals that they went
into (`purchasing.tracing`), from these the *diners* whom the food reached. Confirming blocks the batches and
keeps the samples from being disposed of; the *recall* tells every diner, in neutral words; the sale of what
is still to be had is stopped by the menu's own withdrawal. A *timeline* says who did what when, and which
authority was told. An incident ends *closed* with its findings, or is *dismissed* while only reported.

Invariants:
- Nobody is told twice by one incident, however often and from however many places its recall is pressed; who
  was found since is told by the next press. A batch is in one open incident at most, drills aside.
- A batch that an incident holds is let go of by closing it, and by nothing else; one that another open
  incident is about, too, stays held.
- A drill does everything alike, but its notices go to the kitchen's own people, nothing is taken off a menu,
  and its end lets go of all that it held.
- Who the diners are is shown to nobody but whoever manages food safety, an export is audited and stands on
  the timeline; nothing is kept of anybody's health but counts.

Locks: the incident, then batches and samples by rising id.
"""
