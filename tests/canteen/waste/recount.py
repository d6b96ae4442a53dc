"""What the rollups should be, counted from the facts by plain SQL and plain Python.

Written apart from the code that it judges: nothing of canteen.waste is imported here.
"""

from collections import defaultdict
from itertools import groupby
from typing import Any

from tests.canteen.waste.kitchen import db_rows

FACTS = """
    SELECT w.*, (SELECT count(*) FROM weighings v WHERE v.void_of = w.id) AS taken_back
    FROM weighings w WHERE w.status <> 'void'
"""
BINDINGS = "SELECT * FROM tray_bindings"


def recount() -> dict[str, dict[Any, dict[str, int]]]:
    """Every rollup in the shape of `kitchen.totals`."""
    facts = [fact for fact in db_rows(FACTS) if not fact["taken_back"]]
    sums: dict[str, dict[Any, dict[str, int]]] = {
        name: defaultdict(lambda: defaultdict(int))
        for name in ("waste_stages", "waste_meals", "waste_dishes", "waste_departments")
    }
    for fact in facts:
        meal = (fact["canteen_id"], fact["served_on"], fact["period"])
        if fact["status"] == "quarantined":
            sums["waste_meals"][meal]["quarantined"] += 1
            continue
        is_food = fact["edible"] != "inedible"
        if fact["kind"] == "tray_return" and is_food:
            if fact["container_id"] is None:
                _returned(sums, meal, fact, served_g=0, department_id=None)
        else:
            _stage(sums, meal, fact)
        _dish(sums["waste_dishes"], meal, fact)
    for meal, fact, served_g, department_id in _rounds(facts):
        _returned(sums, meal, fact, served_g=served_g, department_id=department_id)
    return {
        name: {
            key: kept
            for key, row in rows.items()
            if (kept := {column: value for column, value in row.items() if value})
        }
        for name, rows in sums.items()
    }


def _stage(sums, meal, fact):
    if fact["kind"] == "bin_empty" or (fact["kind"] == "bin_delta" and not fact["counted_g"]):
        return
    row = sums["waste_stages"][(*meal, fact["stage"], fact["source"], fact["edible"])]
    row["net_g"] += fact["counted_g"]
    row["cost_fen"] += fact["cost_fen"]
    row["events"] += 1


def _dish(rows, meal, fact):
    column = {"serve_delta": "served_g", "pan_out": "prepared_g", "dish_leftover": "leftover_g"}.get(
        fact["kind"]
    )
    if fact["kind"] == "pan_back":
        column = "reused_g" if fact["disposition"] == "reuse" else "unserved_g"
    if column is None or fact["dish_id"] is None:
        return
    row = rows[(*meal, fact["dish_id"])]
    row[column] += fact["counted_g"]
    if column in ("leftover_g", "unserved_g"):
        row["leftovers" if column == "leftover_g" else "unserved_weighings"] += 1
        row["cost_fen"] += fact["cost_fen"]


def _returned(sums, meal, fact, *, served_g, department_id):
    _stage(sums, meal, fact)
    left, is_clean = fact["counted_g"], fact["counted_g"] <= 10
    row = sums["waste_meals"][meal]
    row["trays"] += 1
    row["clean_trays"] += is_clean
    row["tray_leftover_g"] += left
    if served_g:
        row["rated_trays"] += 1
        row["rated_served_g"] += served_g
        row["rated_leftover_g"] += left
    if department_id is not None:
        row = sums["waste_departments"][(*meal, department_id)]
        row["trays"] += 1
        row["clean_trays"] += is_clean
        row["leftover_g"] += left
        row["served_g"] += served_g


def _rounds(facts):
    """(meal, the return that ended it, grams served, department) of every returned tray that is known."""
    happened = []
    for row in db_rows(BINDINGS):
        happened.append((row["container_id"], _meal(row), str(row["bound_at"]), 0, 0, 0, row))
    for fact in facts:
        is_helping = fact["kind"] == "serve_delta"
        is_return = fact["kind"] == "tray_return" and fact["edible"] != "inedible"
        if fact["status"] == "ok" and fact["container_id"] and (is_helping or is_return):
            sent_as = (fact["device_id"] or 0, fact["seq"] or 0)
            when = (str(fact["captured_at"]), 1 if is_helping else 2, *sent_as)
            happened.append((fact["container_id"], _meal(fact), *when, fact))
    happened.sort(key=lambda one: one[:-1])
    for (_, meal), group in groupby(happened, key=lambda one: one[:2]):
        served, department, state = 0, None, "new"
        for *_, rank, _device, _seq, row in group:
            if rank == 0:
                served, department, state = 0, row["department_id"], "open"
            elif rank == 1 and state == "open":
                served += row["counted_g"]
            elif rank == 1:
                served, department, state = row["counted_g"], None, "open"
            elif state != "returned":
                yield meal, row, served, department
                served, department, state = 0, None, "returned"


def _meal(row):
    return row["canteen_id"], row["served_on"], row["period"]
