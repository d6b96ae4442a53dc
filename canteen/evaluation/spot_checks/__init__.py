"""Spot checks (抽查): which units are inspected in a year, by whom, with what result.

Vocabulary: a *plan* is the draw of one year: at least the rule's share (35 %) of the units that are active
that day, rounded up, each unit at least once within the rule's period (three years); an *inspection* is the
visit of a *team*, one *lead* and members, to one unit within a *window* of days, scored item by item by a
score sheet; the unit *answers* what the team has submitted, and whoever manages the evaluation *confirms* it.
Source: 国管节能〔2023〕211号.

Invariants: a plan keeps all that its draw depended on and follows from that alone (`drawing`), so that
anybody can draw again; it is never changed or deleted (a trigger refuses it), a further draw of a year is a
further version with its reason; nobody inspects a unit that they belong to; of a unit and a year there is one
inspection that was not called off; what was confirmed is never changed. Photos may go with an item, and none
has to: 国办函〔2026〕12号 forbids forcing people to prove their work by photos or their whereabouts.
"""
