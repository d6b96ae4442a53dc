"""Cleaning and disinfection."""

from datetime import date, timedelta

import pytest

from backend import clock
from canteen.food_safety.hygiene.cleaning import policies
from canteen.food_safety.hygiene.models import CleaningTask, Every
from tests.factories import NINE

ROOT = "/canteen/hygiene"


@pytest.fixture
def chlorine(kitchen):
    """餐具 with at least 250 mg/L for at least five minutes, three times a day."""
    with clock.at(NINE):
        body = {
            "canteen_id": kitchen.canteen.id,
            "kind": "disinfect",
            "target": "餐具",
            "method": "chlorine",
            "agent": "84 消毒液",
            "least_mg_l": 250,
            "least_minutes": 5,
            "times": 3,
            "every": "day",
        }
        yield kitchen.officer.post(f"{ROOT}/tasks", body).data


def test_a_record_takes_from_the_task_what_is_planned_but_never_what_is_measured(kitchen, chlorine):
    body = {"canteen_id": kitchen.canteen.id, "task_id": chlorine["id"]}
    missing = kitchen.cook.post(f"{ROOT}/records", body)
    assert missing.error == "canteen.concentration_needed"
    done = kitchen.cook.post(f"{ROOT}/records", {**body, "concentration_mg_l": 250, "minutes": 5}).data
    assert (done["target"], done["agent"], done["is_below"]) == ("餐具", "84 消毒液", False)
    weak = kitchen.cook.post(f"{ROOT}/records", {**body, "concentration_mg_l": 249, "minutes": 5}).data
    assert weak["is_below"]

    (due,) = kitchen.cook.get(f"{ROOT}/day", canteen_id=kitchen.canteen.id).data["tasks"]
    assert (due["done"], due["due"], due["is_done"]) == (2, 3, False)
    low = kitchen.officer.get(
        f"{ROOT}/records",
        canteen_id=kitchen.canteen.id,
        from_date="2026-11-23",
        to_date="2026-11-23",
        is_below="true",
    ).data
    assert [row["id"] for row in low["list"]] == [weak["id"]]


def test_a_voided_record_stays_and_counts_no_more(kitchen, chlorine):
    body = {"canteen_id": kitchen.canteen.id, "task_id": chlorine["id"], "concentration_mg_l": 300}
    record = kitchen.cook.post(f"{ROOT}/records", body).data
    path = f"{ROOT}/records/{record['id']}/void"
    assert kitchen.cook.post(path, {"reason": "重复登记"}).data["is_voided"]
    assert kitchen.cook.post(path, {"reason": "再来一次"}).error == "canteen.cleaning_record_voided"
    (due,) = kitchen.cook.get(f"{ROOT}/day", canteen_id=kitchen.canteen.id).data["tasks"]
    assert due["done"] == 0


def test_what_has_no_task_says_what_was_done_and_when_it_was(kitchen):
    with clock.at(NINE):
        body = {"canteen_id": kitchen.canteen.id, "kind": "clean", "target": "排烟罩"}
        assert kitchen.cook.post(f"{ROOT}/records", body).error == "canteen.cleaning_invalid"
        assert kitchen.cook.post(f"{ROOT}/records", {**body, "method": "wash"}).status == 201
        for shift, error in ((-3, "canteen.record_day"), (1, "canteen.cleaning_invalid")):
            at = clock.local(NINE + timedelta(days=shift)).isoformat()
            late = kitchen.cook.post(f"{ROOT}/records", {**body, "method": "wash", "done_at": at})
            assert late.error == error


def test_a_task_that_cannot_be_is_refused(kitchen):
    body = {"canteen_id": kitchen.canteen.id, "target": "台面", "every": "week"}
    for kind, method, least in (("disinfect", "wash", None), ("disinfect", "steam", 250)):
        task = {**body, "kind": kind, "method": method, "least_mg_l": least}
        assert kitchen.officer.post(f"{ROOT}/tasks", task).error == "canteen.cleaning_invalid"
    assert kitchen.cook.post(f"{ROOT}/tasks", {**body, "kind": "clean", "method": "wash"}).status == 403


@pytest.mark.parametrize(
    ("every", "first", "last"),
    [
        (Every.DAY, date(2026, 12, 31), date(2026, 12, 31)),
        (Every.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        (Every.MONTH, date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_task_is_due_within_its_day_week_or_month(every, first, last):
    assert policies.span_of(every, date(2026, 12, 31)) == (first, last)


@pytest.mark.parametrize(
    ("concentration", "minutes", "is_below"),
    [(250, 5, False), (249, 5, True), (None, 5, True), (250, 4, True), (250, None, False)],
)
def test_less_than_the_task_asks_for_is_below(concentration, minutes, is_below):
    task = CleaningTask(least_mg_l=250, least_minutes=5)
    assert policies.is_below(task, concentration, minutes) is is_below
    assert not policies.is_below(None, None, None)
