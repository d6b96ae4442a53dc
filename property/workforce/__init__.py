"""Who does the work: groups (班组), their workers, and when these are on duty.

A *group* belongs to the house, or to a contractor. A *worker* is a member of staff in one group, with
*skills* (工种) and usually stationed in a *building*; a *lead* (班组长) answers for the group. A *shift*
(班次) is a named span of wall time that may end on the next day; a *duty* puts one worker on one shift of
one day. `capacity` is how many open orders a worker may have at once. None of it belongs to a place: whoever
changes it holds the permission for the whole compound.

Who is moved or stops while orders are open is `dispatch`'s to say, as orders stand above us.
"""
