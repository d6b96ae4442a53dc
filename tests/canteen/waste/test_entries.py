"""Weights and diner counts by hand: a meal's sheet at once, confirmed where implausible, taken back."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from canteen.waste.entries import policies
from canteen.waste.entries.errors import EntryTooLate, MealInFuture, NotOwnEntry, StageInvalid
from canteen.waste.entries.policies import Wanted
from canteen.waste.models import Disposition, Edible, Kind, Stage, Weighing
from tests.backend.media.pictures import corners, saved
from tests.canteen.waste.kitchen import at, event, results
from tests.factories import MONDAY
from tests.threads import at_once

ENTRIES = "/canteen/admin/waste/entries"


def sheet_path(kitchen, day=MONDAY, period="lunch"):
    return f"/canteen/admin/waste/meals/{kitchen.canteen.id}/{day.isoformat()}/{period}"


@pytest.fixture
def cook(kitchen):
    """A member of the canteen's staff."""
    roles = {"canteen_staff": (ScopeKind.CANTEEN, kitchen.canteen.id)}
    return kitchen.compound.client(kitchen.compound.staff(name="刘师傅", roles=roles))


def rows(*given):
    return {"entries": [{"stage": stage, "net_g": grams} for stage, grams in given]}


def test_the_paper_of_a_meal_is_copied_at_once(kitchen, cook):
    path = sheet_path(kitchen)
    empty = cook.get(f"{path}/sheet").data
    assert (empty["meal_name"], empty["is_open"], empty["diners_counted"]) == ("午餐", True, None)
    assert [each["stage"] for each in empty["stages"]] == [
        *("prepared", "storage", "preparation", "unserved", "plate", "reused"),
    ]
    assert {each["code"] for each in empty["containers"]} == {"B-PLATE", "B-PREP", "P1"}
    bin_id = next(each["container_id"] for each in empty["containers"] if each["code"] == "B-PLATE")
    body = {
        "diners_counted": 120,
        "entries": [
            {"stage": "preparation", "edible": "inedible", "net_g": 4_200, "disposition": "compost"},
            {"stage": "preparation", "edible": "edible", "net_g": 800},
            {"stage": "unserved", "net_g": 3_000, "reason": "备餐偏多"},
            {"stage": "plate", "edible": "edible", "gross_g": 15_500, "container_id": bin_id},
            {"stage": "reused", "gross_g": 1_500, "tare_g": 500},
            {"stage": "plate", "dish_id": kitchen.dishes[0].id, "net_g": 900},
        ],
    }
    first, again = (cook.post(f"{path}/sheet", body, key="paper") for _ in range(2))
    assert (first.status, again.data) == (201, first.data)
    assert first.data["diners_counted"] == 120
    told = {each["stage"]: (each["entered_g"], each["entries"]) for each in first.data["stages"]}
    assert (told["preparation"], told["plate"], told["reused"]) == ((5_000, 2), (6_500, 1), (1_000, 1))
    assert kitchen.stages() == {
        ("preparation", "bulk", "inedible"): 4_200,
        ("preparation", "bulk", "edible"): 800,
        ("unserved", "bulk", "mixed"): 3_000,
        ("plate", "bulk", "edible"): 6_500,
        ("reused", "bulk", "mixed"): 1_000,
        ("plate", "dish", "mixed"): 900,
    }
    assert kitchen.meal()["diners_counted"] == 120
    of_dish = next(each for each in first.data["entries"] if each["net_g"] == 900)
    assert (of_dish["dish_name"], of_dish["entered_by_name"]) == (kitchen.dishes[0].name, "刘师傅")
    event_row = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "waste.diners_counted")
    ).one()
    assert event_row.details["diners_counted"] == 120


@pytest.mark.parametrize(
    ("entry", "status", "error"),
    [
        ({"stage": "served", "net_g": 1}, 422, "app.invalid"),
        ({"stage": "plate"}, 422, "app.invalid"),
        ({"stage": "plate", "net_g": 1, "gross_g": 2}, 422, "app.invalid"),
        ({"stage": "plate", "net_g": -1}, 422, "app.invalid"),
        ({"stage": "plate", "gross_g": 2}, 422, "waste.entry_stage_invalid"),
        ({"stage": "plate", "gross_g": 300, "tare_g": 480}, 422, "waste.entry_tare_gt_gross"),
        ({"stage": "plate", "net_g": 1, "dish_id": 999}, 422, "canteen.dish_not_found"),
        ({"stage": "plate", "net_g": 1, "container_id": 999}, 422, "waste.entry_container_unknown"),
        ({"stage": "plate", "net_g": 1, "photo_id": 999}, 422, "media.photo_not_found"),
        ({"stage": "storage", "net_g": 1, "dish_id": 1}, 422, "waste.entry_stage_invalid"),
        ({"stage": "unserved", "edible": "inedible", "net_g": 1}, 422, "waste.entry_stage_invalid"),
        ({"stage": "plate", "net_g": 1, "disposition": "reuse"}, 422, "waste.entry_stage_invalid"),
    ],
)
def test_one_wrong_row_saves_nothing_of_the_sheet(kitchen, cook, entry, status, error):
    if entry.get("dish_id") == 1:
        entry = {**entry, "dish_id": kitchen.dishes[0].id}
    body = {"diners_counted": 50, "entries": [{"stage": "plate", "net_g": 700}, entry]}
    refused = cook.post(f"{sheet_path(kitchen)}/sheet", body)
    assert (refused.status, refused.error) == (status, error)
    assert (kitchen.stages(), kitchen.meal()) == ({}, {})


def test_what_looks_implausible_is_saved_once_it_is_confirmed(kitchen, cook):
    path = f"{sheet_path(kitchen)}/sheet"
    assert results(kitchen.send(event(1, "bin_delta", bin="B-PLATE", gross_g=2_000))) == ["accepted"]
    assert cook.post(path, rows(("unserved", 3_000))).status == 201
    body = {"diners_counted": 10, **rows(("unserved", 3_000), ("storage", 100_001), ("plate", 3_000))}
    asked = cook.post(path, body)
    assert (asked.status, asked.error) == (409, "waste.needs_confirmation")
    warnings = asked.envelope["data"]["warnings"]
    assert [(each["row"], each["code"]) for each in warnings] == [
        (0, "entered_before"),
        (1, "over_maximum"),
        (2, "bins_weigh"),
        (None, "over_per_diner"),
    ]
    assert kitchen.stages()["unserved", "bulk", "mixed"] == 3_000
    assert cook.post(path, {**body, "is_confirmed": True}).status == 201
    assert kitchen.stages()["unserved", "bulk", "mixed"] == 6_000


def test_a_meal_is_entered_neither_too_early_nor_too_late(kitchen, cook):
    body = rows(("plate", 500))
    tomorrow, long_ago = MONDAY + timedelta(days=1), MONDAY - timedelta(days=4)
    assert cook.post(f"{sheet_path(kitchen, tomorrow)}/sheet", body).error == "waste.meal_in_future"
    assert cook.post(f"{sheet_path(kitchen, MONDAY, 'dinner')}/sheet", body).error == "waste.meal_in_future"
    assert cook.post(f"{sheet_path(kitchen, MONDAY, 'dinner')}/sheet", rows(("storage", 1))).status == 201
    assert cook.post(f"{sheet_path(kitchen, MONDAY, 'overtime')}/sheet", body).error == "waste.no_such_meal"
    late = cook.post(f"{sheet_path(kitchen, long_ago)}/sheet", body)
    assert (late.error, late.envelope["data"]["earliest_on"]) == ("waste.entry_too_late", "2026-11-20")
    assert kitchen.manager().post(f"{sheet_path(kitchen, long_ago)}/sheet", body).status == 201


def test_only_who_weighs_there_enters_anything(kitchen):
    diner = kitchen.compound.client(kitchen.compound.staff())
    elsewhere = kitchen.compound.canteen()
    roles = {"canteen_staff": (ScopeKind.CANTEEN, elsewhere.id)}
    stranger = kitchen.compound.client(kitchen.compound.staff(roles=roles))
    path = f"{sheet_path(kitchen)}/sheet"
    assert diner.post(path, rows(("plate", 1))).status == 403
    assert (stranger.get(path).status, stranger.post(path, rows(("plate", 1))).status) == (404, 404)


def test_ones_own_entry_of_today_is_taken_back_and_any_by_a_manager(kitchen, cook):
    body = {"canteen_id": kitchen.canteen.id, "date": MONDAY.isoformat(), "period": "lunch"}
    entry = cook.post(ENTRIES, {**body, "stage": "plate", "net_g": 700}).data
    assert entry["can_take_back"] is True
    path = f"{ENTRIES}/{entry['id']}/take-back"
    roles = {"canteen_staff": (ScopeKind.CANTEEN, kitchen.canteen.id)}
    colleague = kitchen.compound.client(kitchen.compound.staff(roles=roles))
    assert colleague.post(path, {"reason": "看错了"}).error == "waste.not_own_entry"
    with clock.at(at("08:00", MONDAY + timedelta(days=1))):
        assert (
            kitchen.compound.client(kitchen.compound.staff(roles=roles))
            .post(path, {"reason": "看错了"})
            .status
            == 403
        )
    answers = at_once([lambda: cook.post(path, {"reason": "录错了"}) for _ in range(3)])
    assert sorted(each.status for each in answers) == [200, 409, 409]
    assert kitchen.stages() == {}
    (kept,) = cook.get(ENTRIES, canteen_id=kitchen.canteen.id, date=MONDAY.isoformat()).data["list"]
    assert (kept["is_taken_back"], kept["taken_back_reason"], kept["can_take_back"]) == (
        True,
        "录错了",
        False,
    )
    other = cook.post(ENTRIES, {**body, "stage": "plate", "net_g": 650}).data["id"]
    with clock.at(at("08:00", MONDAY + timedelta(days=1))):
        manager = kitchen.manager()
        assert manager.post(f"{ENTRIES}/{other}/take-back", {"reason": "核对后撤回"}).status == 200
    assert (
        cook.post(f"{ENTRIES}/{other}/take-back", {"reason": "再来"}).error == "waste.weighing_not_standing"
    )


def test_a_photo_goes_with_an_entry_and_with_no_second_one(kitchen, cook):
    picture = BytesIO(saved(corners(200, 150), "JPEG"))
    photo_id = cook.request(
        "POST", "/media/photos", data={"file": (picture, "bin.jpg")}, content_type="multipart/form-data"
    ).data["id"]
    meal = {"canteen_id": kitchen.canteen.id, "date": MONDAY.isoformat(), "period": "lunch"}
    entry = cook.post(ENTRIES, {**meal, "stage": "plate", "net_g": 700, "photo_id": photo_id}).data
    assert entry["photo"]["thumb"].startswith(f"/media/{photo_id}/")
    again = cook.post(ENTRIES, {**meal, "stage": "plate", "net_g": 650, "photo_id": photo_id})
    assert (again.status, again.error) == (422, "media.photo_not_found")
    assert kitchen.stages() == {("plate", "bulk", "mixed"): 700}


def test_what_a_scale_sent_is_no_entry(kitchen, cook):
    kitchen.send(event(1, "bin_delta", bin="B-PLATE", gross_g=2_000))
    db.session.rollback()
    weighing_id = db.session.scalars(select(Weighing.id)).one()
    assert (
        cook.post(f"{ENTRIES}/{weighing_id}/take-back", {"reason": "不对"}).error == "waste.entry_not_found"
    )
    assert cook.get(ENTRIES, canteen_id=kitchen.canteen.id, date=MONDAY.isoformat()).data["total"] == 0


def test_the_counted_diners_may_be_changed_and_withdrawn(kitchen, cook):
    path = f"{sheet_path(kitchen)}/diners"
    assert cook.put(path, {"diners_counted": 88}).data["diners_counted"] == 88
    assert cook.put(path, {"diners_counted": None}).data["diners_counted"] is None
    assert cook.put(path, {"diners_counted": 0}).status == 422


TODAY = MONDAY


@pytest.mark.parametrize(
    ("served_on", "is_manager", "refusal"),
    [
        (TODAY, False, None),
        (TODAY - timedelta(days=3), False, None),
        (TODAY - timedelta(days=4), False, EntryTooLate),
        (TODAY - timedelta(days=40), True, None),
        (TODAY + timedelta(days=1), True, MealInFuture),
    ],
)
def test_which_days_may_be_entered(served_on, is_manager, refusal):
    def ensure():
        policies.ensure_day(served_on, TODAY, 3, is_manager=is_manager)

    if refusal is None:
        ensure()
        return
    with pytest.raises(refusal):
        ensure()


@pytest.mark.parametrize(
    ("is_own", "days_ago", "is_manager", "may"),
    [(True, 0, False, True), (True, 1, False, False), (False, 0, False, False), (False, 9, True, True)],
)
def test_who_may_take_an_entry_back(is_own, days_ago, is_manager, may):
    def ensure():
        policies.ensure_may_take_back(
            is_own=is_own, entered_on=TODAY - timedelta(days=days_ago), today=TODAY, is_manager=is_manager
        )

    if may:
        ensure()
        return
    with pytest.raises(NotOwnEntry):
        ensure()


@pytest.mark.parametrize(
    ("wanted", "kind", "net_g"),
    [
        (Wanted(Stage.PLATE, net_g=700), Kind.ENTRY, 700),
        (Wanted(Stage.PLATE, gross_g=900, tare_g=200), Kind.ENTRY, 700),
        (Wanted(Stage.PLATE, gross_g=9_500, container_id=1), Kind.ENTRY, 500),
        (Wanted(Stage.PLATE, gross_g=9_500, tare_g=9_400, container_id=1), Kind.ENTRY, 100),
        (Wanted(Stage.UNSERVED, net_g=700, dish_id=1), Kind.PAN_BACK, 700),
        (Wanted(Stage.REUSED, net_g=700, dish_id=1), Kind.PAN_BACK, 700),
        (Wanted(Stage.PREPARED, net_g=700, dish_id=1), Kind.PAN_OUT, 700),
        (Wanted(Stage.PLATE, net_g=700, dish_id=1), Kind.DISH_LEFTOVER, 700),
    ],
)
def test_what_a_row_weighs_and_is(wanted, kind, net_g):
    weighed = policies.weigh(wanted, 9_000 if wanted.container_id else None)
    assert (weighed.kind, weighed.net_g) == (kind, net_g)
    assert (weighed.disposition is Disposition.REUSE) == (wanted.stage is Stage.REUSED)


def test_bones_are_no_leftover_of_the_counter():
    with pytest.raises(StageInvalid):
        policies.weigh(Wanted(Stage.UNSERVED, Edible.INEDIBLE, net_g=1), None)


def test_sheets_of_one_meal_in_whatever_order_of_rows_do_not_lock_each_other_out(kitchen, cook):
    path = f"{sheet_path(kitchen)}/sheet"
    stages = [("plate", 100), ("unserved", 200), ("preparation", 300), ("storage", 400), ("prepared", 500)]

    def send(given):
        with clock.at(at("13:00")):
            return cook.post(path, {**rows(*given), "is_confirmed": True}).status

    answers = at_once([lambda given=given: send(given) for given in (stages * 6, stages[::-1] * 6) * 4])
    assert answers == [201] * 8
    assert kitchen.stages()["plate", "bulk", "mixed"] == 8 * 6 * 100
