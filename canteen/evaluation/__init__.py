"""Quarterly evaluation of canteens against food waste (反食品浪费成效评估, 国管节能〔2023〕211号).

What is evaluated are *units* (被评估单位): the bureau's own canteens, one unit each, and the organs and
counties whose canteens are not ours. `units` keeps them and what they report; `rectifications` what they
have to put right; `rounds` is the internal evaluation of every quarter, `spot_checks` the inspections of a
year. The score sheets are `backend.scoresheets`'.

*Evidence* (佐证) is what the system itself can say of an item of a unit over a span of days: a sentence, the
figures behind it, how much of the span they cover, and the share of the item's points that they speak for;
or that there is not enough data (数据不足). A flow hands the *providers* in, because only it may ask every
module.

Invariants: units and canteens may be ranked, persons never. A proposal of the system never becomes a score
by itself: a person confirms or overrules it, the latter with a reason.
"""
