"""What managers decide: release, discard, take back, correct; and that the totals follow."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from canteen.menu.models import Dish
from canteen.waste import queries, services
from tests.canteen.waste.kitchen import at, db_rows, event, totals
from tests.canteen.waste.recount import recount
from tests.factories import MONDAY

QUARANTINE = "/canteen/waste/quarantine"
WEIGHINGS = "/canteen/waste/weighings"
REASON = {"reason": "核对过监控"}


@pytest.fixture
def manager(kitchen):
    return kitchen.manager()


def _held(kitchen, manager):
    kitchen.send(event(1, "tray_return", tray="T0", gross_g=600, stable=False))
    (row,) = manager.get(QUARANTINE, canteen_id=kitchen.canteen.id).data["list"]
    return row


def _audit():
    db.session.rollback()
    found = select(AuditEvent.action).where(AuditEvent.action.startswith("waste."))
    return list(db.session.scalars(found.order_by(AuditEvent.id)))


def test_what_is_released_counts_and_is_no_longer_waiting(kitchen, manager):
    held = _held(kitchen, manager)
    assert (held["quarantine_code"], held["quarantine_name"], held["is_open"]) == (
        "unstable",
        "读数未稳定",
        True,
    )
    assert kitchen.meal()["trays"] == 0
    released = manager.post(f"{QUARANTINE}/{held['id']}/release", REASON).data
    assert (released["replaces"], released["net_g"], released["gross_g"]) == (held["id"], 120, 600)
    assert kitchen.stages() == {("plate", "tray", "mixed"): 120}
    assert (kitchen.meal()["quarantined"], kitchen.meal()["trays"]) == (0, 1)
    assert manager.get(QUARANTINE).data["total"] == 0
    again = manager.post(f"{QUARANTINE}/{held['id']}/release", REASON)
    assert again.error == "waste.weighing_not_standing"
    assert _audit() == ["waste.released"]
    assert totals() == recount()


def test_a_release_may_put_grams_and_meal_right(kitchen, manager):
    held = _held(kitchen, manager)
    path = f"{QUARANTINE}/{held['id']}/release"
    lone = manager.post(path, {**REASON, "period": "dinner"})
    assert lone.error == "waste.meal_incomplete"
    right = {"net_g": 8, "served_on": "2026-11-20", "period": "dinner"}
    released = manager.post(path, {**REASON, **right}).data
    assert (released["net_g"], released["gross_g"], released["date"]) == (8, None, "2026-11-20")
    assert kitchen.meal(MONDAY - timedelta(days=3), "dinner")["clean_trays"] == 1
    assert kitchen.meal()["quarantined"] == 0
    assert totals() == recount()


def test_what_is_discarded_never_counts(kitchen, manager):
    held = _held(kitchen, manager)
    done = manager.post(f"{QUARANTINE}/{held['id']}/discard", REASON).data
    assert (done["is_open"], done["void_reason"]) == (False, REASON["reason"])
    assert kitchen.stages() == {}
    assert kitchen.meal()["quarantined"] == 0
    assert manager.get(QUARANTINE).data["total"] == 0
    assert _audit() == ["waste.discarded"]
    assert totals() == recount()


def test_what_was_taken_back_leaves_every_total(kitchen, manager):
    dish = kitchen.dishes[1].id
    kitchen.send(
        event(1, "serve_delta", "11:40", tray="T0", dish_id=dish, gross_g=300),
        event(2, "tray_return", "12:00", tray="T0", gross_g=500),
        event(3, "tray_return", "12:01", tray="T0", gross_g=900),
        event(4, "dish_leftover", "12:02", dish_id=dish, gross_g=80, tare_g=0),
    )
    rows = manager.get(WEIGHINGS, canteen_id=kitchen.canteen.id, date="2026-11-23").data["list"]
    by_seq = {row["gross_g"]: row["id"] for row in rows}
    assert kitchen.meal()["tray_leftover_g"] == 20
    manager.post(f"{WEIGHINGS}/{by_seq[500]}/void", REASON)
    # The second weighing of the same return is the return now.
    assert kitchen.meal()["tray_leftover_g"] == 420
    for gross in (300, 900, 80):
        manager.post(f"{WEIGHINGS}/{by_seq[gross]}/void", REASON)
    assert kitchen.stages() == {}
    assert totals() == {name: {} for name in totals()}
    assert _audit() == ["waste.taken_back"] * 4


def test_a_correction_stands_in_the_place_of_what_it_corrects(kitchen, manager):
    kitchen.send(event(1, "bin_delta", bin="B-PLATE", gross_g=5_000))
    (row,) = manager.get(WEIGHINGS, canteen_id=kitchen.canteen.id, date="2026-11-23").data["list"]
    path = f"{WEIGHINGS}/{row['id']}"
    corrected = manager.post(f"{path}/correct", {**REASON, "net_g": 500}).data
    assert (corrected["replaces"], corrected["entered_by_name"] != "") == (row["id"], True)
    assert kitchen.stages() == {("plate", "bulk", "edible"): 500}
    assert manager.post(f"{path}/void", REASON).error == "waste.weighing_not_standing"
    shown = manager.get(WEIGHINGS, canteen_id=kitchen.canteen.id, date="2026-11-23").data
    assert [(one["net_g"], one["can_correct"]) for one in shown["list"]] == [(500, True), (5_000, False)]
    # The same event once more is still a duplicate.
    kitchen.send(event(1, "bin_delta", bin="B-PLATE", gross_g=5_000))
    assert kitchen.stages() == {("plate", "bulk", "edible"): 500}
    assert totals() == recount()


def test_quarantine_and_what_counts_have_each_their_own_way(kitchen, manager):
    held = _held(kitchen, manager)
    assert manager.post(f"{WEIGHINGS}/{held['id']}/void", REASON).error == "waste.still_quarantined"
    kitchen.send(event(2, "bin_delta", bin="B-PLATE", gross_g=50))
    (fine,) = db_rows("SELECT id FROM weighings WHERE seq = 2")
    assert manager.post(f"{QUARANTINE}/{fine['id']}/discard", REASON).error == "waste.not_quarantined"


def test_another_canteen_s_weighings_are_out_of_reach(kitchen, manager):
    held = _held(kitchen, manager)
    other = kitchen.compound.canteen()
    roles = {"canteen_manager": (ScopeKind.CANTEEN, other.id)}
    stranger = kitchen.compound.client(kitchen.compound.staff(roles=roles))
    assert stranger.get(QUARANTINE).data["total"] == 0
    query = {"canteen_id": kitchen.canteen.id, "date": "2026-11-23"}
    assert stranger.get(WEIGHINGS, **query).error == "canteen.canteen_not_found"
    for path in (f"{QUARANTINE}/{held['id']}/release", f"{WEIGHINGS}/{held['id']}/void"):
        assert stranger.post(path, REASON).error == "waste.weighing_not_found"
    assert queries.count_quarantined([kitchen.canteen.id]) == 1


def test_the_quarantine_is_filtered(kitchen, manager):
    _held(kitchen, manager)
    with clock.at(at("10:00", MONDAY + timedelta(days=1))):
        kitchen.send(event(2, "tray_return", tray="T1", gross_g=100, day=MONDAY))
    for query, found in (
        ({"code": "unstable"}, 1),
        ({"code": "tare_gt_gross"}, 1),
        ({"device_id": kitchen.ids[0]}, 2),
        ({"device_id": kitchen.ids[0] + 1}, 0),
        ({"from_date": "2026-11-24"}, 0),
        ({"from_date": "2026-11-23", "to_date": "2026-11-23"}, 2),
        ({"page_size": 1}, 2),
    ):
        assert manager.get(QUARANTINE, **query).data["total"] == found, query


def test_a_rebuild_mends_what_was_spoilt_and_keeps_who_ate(kitchen, manager):
    from backend.db import atomic, unit

    dish = kitchen.dishes[0].id
    kitchen.send(
        event(1, "serve_delta", "11:40", tray="T0", dish_id=dish, gross_g=300),
        event(2, "tray_return", "12:00", tray="T0", gross_g=500),
        event(3, "bin_delta", bin="B-PLATE", gross_g=5_000),
    )
    right = totals()

    @atomic
    def spoil():
        from sqlalchemy import text

        for statement in (
            "UPDATE waste_meals SET trays = 9, diners = 120, diners_counted = 118",
            "UPDATE waste_dishes SET served_g = 1, portions_g = 777",
            "DELETE FROM waste_stages WHERE source = 'bulk'",
            "UPDATE tray_rounds SET served_g = 0",
        ):
            unit().execute(text(statement))

    spoil()
    found = list(services.check())
    assert {one.table for one in found} == {"waste_meals", "waste_dishes", "waste_stages"}
    runner = kitchen.compound.app.test_cli_runner()
    assert runner.invoke(args=["waste", "check"]).exit_code == 1
    assert runner.invoke(args=["waste", "rebuild", "--canteen", str(kitchen.canteen.id)]).exit_code == 0
    assert runner.invoke(args=["waste", "check"]).exit_code == 0
    meal_key = (kitchen.canteen.id, MONDAY, "lunch")
    right["waste_meals"][meal_key] |= {"diners": 120, "diners_counted": 118}
    right["waste_dishes"][(*meal_key, dish)] |= {"portions_g": 777}
    assert totals() == right


def test_a_person_s_weighing_counts_beside_a_device_s(kitchen):
    from backend.db import atomic
    from canteen.waste import operations
    from canteen.waste.models import Kind, Stage

    @atomic
    def enter(kind, net_g, **fields):
        return operations.record(
            canteen_id=kitchen.canteen.id,
            served_on=MONDAY,
            period="lunch",
            kind=kind,
            net_g=net_g,
            entered_by=SYSTEM.staff_id,
            **fields,
        )

    enter(Kind.ENTRY, 1_200, stage=Stage.UNSERVED, dish_id=kitchen.dishes[0].id)
    enter(Kind.TRAY_RETURN, 9, container_id=kitchen.trays[0])
    enter(Kind.PAN_OUT, 5_000, dish_id=kitchen.dishes[1].id)
    assert kitchen.stages() == {
        ("unserved", "bulk", "mixed"): 1_200,
        ("plate", "tray", "mixed"): 9,
        ("prepared", "pan", "mixed"): 5_000,
    }
    assert kitchen.meal()["clean_trays"] == 1
    assert [row["dish_id"] for row in db_rows("SELECT * FROM waste_dishes")] == [kitchen.dishes[1].id]
    assert totals() == recount()


def test_what_stands_instead_costs_what_the_first_weighing_cost(kitchen, manager):
    dish_id = kitchen.dishes[1].id
    kitchen.send(event(1, "dish_leftover", dish_id=dish_id, gross_g=1_480, tare_g=480))
    (row,) = db_rows("SELECT id, cost_fen FROM weighings")
    db.session.rollback()

    @atomic
    def grow_dearer():
        db.session.get_one(Dish, dish_id).cost_fen_per_kg = 9_000

    grow_dearer()
    other_meal = {"served_on": MONDAY.isoformat(), "period": "dinner"}
    moved = manager.post(f"{WEIGHINGS}/{row['id']}/correct", {**REASON, **other_meal}).data
    assert (moved["cost_fen"], row["cost_fen"]) == (2_000, 2_000)
    fewer = manager.post(f"{WEIGHINGS}/{moved['id']}/correct", {**REASON, "net_g": 500}).data
    assert fewer["cost_fen"] == 1_000
    assert totals() == recount()


@pytest.mark.parametrize("wrong", [{"gross_g": 300}, {"overload": True}])
def test_what_the_scale_gave_no_grams_of_is_released_with_a_persons(kitchen, manager, wrong):
    kitchen.send(event(1, "tray_return", tray="T0", **wrong))
    (row,) = db_rows("SELECT id FROM weighings")
    path = f"{QUARANTINE}/{row['id']}/release"
    assert manager.post(path, REASON).error == "waste.grams_needed"
    assert kitchen.meal()["clean_trays"] == 0, "as it is, it would be a clean tray"
    assert manager.post(path, {**REASON, "net_g": 60}).data["net_g"] == 60


def test_nothing_is_put_into_a_meal_to_come(kitchen, manager):
    held = _held(kitchen, manager)
    tomorrow = {"served_on": (MONDAY + timedelta(days=1)).isoformat(), "period": "lunch"}
    refused = manager.post(f"{QUARANTINE}/{held['id']}/release", {**REASON, **tomorrow})
    assert (refused.status, refused.error) == (422, "waste.meal_not_begun")
    assert manager.get(QUARANTINE).data["total"] == 1
