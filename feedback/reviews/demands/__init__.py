"""通报会 and its 需求清单: what resident units demand, by whom it is answered until when, and whether it was.

Vocabulary: a *meeting* tells the units how their services were; a unit (a department) brings a *demand*
forward at it, which gets an *owner* (a handling office) and a deadline. The *agenda* of a meeting is the
demands that were brought forward at it and those that were *carried over* to it (结转).

Invariants: meetings follow each other in time; what nobody has answered is carried over to every next
meeting, once each; who answers belongs to the owner; only those who keep the review record demands and
confirm answers; a confirmed or withdrawn demand never changes.
"""
