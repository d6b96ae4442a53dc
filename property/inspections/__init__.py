"""Inspections (巡检) and preventive maintenance (保养): what is to be checked, where, when and by whom.

A *checklist* is a list of *check items* (yes or no, a number within limits, a choice, a photo) in *versions*
that never change. A *point* (巡检点) is a place or an asset, whose plate proves presence; a *security point*
also demands to be near it, and nothing else asks where somebody is. A *route* is points in order, each with a
checklist. A *plan* sends a group, or one worker, along a route or to a list of assets by a *schedule*: by
calendar, or each time a *meter* has counted on by so much.

`rounds` makes the rounds that plans ask for, and takes what is found on them; `meters` takes readings.

Invariants:
- A round keeps the versions of what was to be checked, whatever becomes of plan, route and checklist.
- A plan has one round for each instant that its schedule names; what was not made in time is caught up, or
  recorded as skipped, as the plan says. No plan stops by itself.
- Readings are append-only; a wrong one is corrected by another that names it.
"""
