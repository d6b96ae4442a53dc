"""The calendar of the State Council with its 调休, the compound's own overrides, and business time.

Vocabulary: a *segment* is a half-open span [from, to) of local wall time in which the office works; a day's
*segments* are what business time counts. A day is *provisional* while its year has no published calendar.
"""
