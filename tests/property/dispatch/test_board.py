"""The dispatch board over HTTP: figures, queue, load, suggestions, and many orders at once."""

from datetime import date, time, timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.places.models import Building, Floor, Room
from property.contractors.models import Contract, ContractScope
from property.dispatch import services
from property.dispatch.rules import ALL, AUTO_DISPATCH, URGENT
from property.work_orders.models import Hold, HoldState
from property.workforce.models import Duty, Shift
from tests.factories import MONDAY, NINE
from tests.property.estate import add
from tests.statements import counted_statements

BOARD = "/property/dispatch/board"
SUGGESTIONS = "/property/dispatch/suggestions"
ASSIGN = "/property/dispatch/assign"


def board(estate, by=None, **query):
    return (by or estate.dispatcher).get(BOARD, **query).data


def queue(estate, by=None, **query):
    return [row["id"] for row in board(estate, by, **query)["queue"]["list"]]


def states(shown):
    return {one["state"]: one["orders"] for one in shown["counts"]["states"] if one["orders"]}


def load(estate, name):
    return next(one for one in board(estate)["workers"] if one["name"] == name)


def wish_to_hold(estate, order_id):
    """A hold of more than a day, as its worker asked for it."""
    add(
        Hold(
            order_id=order_id,
            cycle=0,
            state=HoldState.WAITING.value,
            reason="等配件",
            expected_until=NINE + timedelta(days=3),
            asked_at=NINE,
            asked_by=estate.people["worker"].id,
        )
    )


@pytest.fixture
def put_on_duty(estate):
    shift = add(Shift(name="白班", from_time=time(8), until_time=time(17)))

    def put(*keys):
        for key in keys:
            add(Duty(staff_id=estate.people[key].id, on_date=MONDAY, shift_id=shift.id))

    return put


@pytest.fixture
def next_door(estate):
    """Another building of the campus, with a room and a dispatcher of its own."""
    building = add(Building(campus_id=estate.campus.id, name="2号楼"))
    floor = add(Floor(building_id=building.id, name="1层"))
    room = add(Room(floor_id=floor.id, name="101"))
    estate.client("neighbour", "property_dispatcher", (ScopeKind.BUILDING, building.id))
    return room


def test_the_figures_count_what_is_open_by_state_and_urgency(estate):
    estate.report(urgency="critical")
    estate.triaged(urgency="urgent")
    estate.dispatched()
    estate.working()
    estate.finished()
    estate.completed()
    shown = board(estate)
    assert states(shown) == {"submitted": 1, "triaged": 1, "dispatched": 1, "working": 1, "finished": 1}
    assert [shown["counts"][name] for name in ("open", "unassigned", "holds_waiting")] == [5, 2, 0]
    first, second = shown["counts"]["states"][:2]
    assert (first["state_name"], first["critical"], second["urgent"]) == ("待受理", 1, 1)


def test_the_queue_is_what_waits_by_what_is_due_first(estate):
    estate.policy()
    first = estate.report()
    with clock.at(NINE + timedelta(minutes=1)):
        triaged, given = estate.triaged(), estate.dispatched()
    with clock.at(NINE + timedelta(minutes=2)):
        taken, held = estate.working(), estate.working()
    wish_to_hold(estate, held)
    assert queue(estate) == [first, triaged, given, held]
    rows = {row["id"]: row for row in board(estate)["queue"]["list"]}
    assert taken not in rows
    assert (rows[first]["due_kind"], rows[first]["due_at"]) == ("response", "2026-11-23T09:30:00+08:00")
    assert (rows[held]["due_kind"], rows[held]["hold"]["reason"]) == ("resolution", "等配件")
    assert rows[given]["worker"] == "李师傅"
    assert board(estate)["counts"]["holds_waiting"] == 1
    assert board(estate, page_size=2, page=2)["queue"]["total"] == 4
    beyond = board(estate, page_size=2, page=3)["queue"]
    assert (beyond["list"], beyond["total"]) == ([], 4)
    assert queue(estate, page_size=2, page=2) == [given, held]


def test_what_is_over_or_soon_over_is_told_by_clock(estate):
    estate.policy()
    late, taken = estate.report(), estate.working()
    with clock.at(NINE + timedelta(minutes=20)):
        fresh = estate.report()
        counts = board(estate)["counts"]
        assert (counts["response_overdue"], counts["resolution_overdue"], counts["due_soon"]) == (0, 0, 2)
    with clock.at(NINE + timedelta(minutes=30)):
        counts = board(estate)["counts"]
        assert (counts["response_overdue"], counts["due_soon"]) == (1, 1)
        assert (queue(estate, is_overdue="true"), queue(estate, is_overdue="false")) == ([late], [fresh])
    with clock.at(NINE + timedelta(hours=4, minutes=10)):
        counts = board(estate)["counts"]
        assert (counts["response_overdue"], counts["resolution_overdue"]) == (2, 2)
        assert estate.order(taken).state == "working"


def test_a_returned_order_waits_by_its_resolution(estate):
    estate.policy()
    returned = estate.working()
    estate.done(estate.worker, returned, "transfer", reason="缺工具")
    fresh = estate.report()
    assert queue(estate) == [fresh, returned]
    row = board(estate)["queue"]["list"][1]
    assert (row["due_kind"], row["worker"], row["state"]) == ("resolution", "", "triaged")


def test_the_filters_of_the_board(estate, next_door):
    leak = estate.report(description="三楼水管爆裂")
    light = estate.triaged(category="light", urgency="urgent")
    other = estate.report(place_id=next_door.id)
    assert queue(estate, building_id=estate.building.id) == queue(estate, q="1号楼")
    assert set(queue(estate, building_id=estate.building.id)) == {leak, light}
    assert queue(estate, category="light") == queue(estate, skill="电工") == [light]
    assert queue(estate, urgency="urgent") == queue(estate, state="triaged") == [light]
    assert queue(estate, q="爆裂") == [leak]
    assert queue(estate, skill="电工", category="leak") == []
    assert set(queue(estate, campus_id=estate.campus.id)) == {leak, light, other}
    assert states(board(estate, category="light", q="nothing")) == {"triaged": 1}
    assert [one["name"] for one in board(estate, skill="电工")["workers"]] == ["王师傅"]
    assert estate.dispatcher.get(BOARD, category="nothing").error == "property.category_not_found"


def test_a_dispatcher_of_one_building_sees_nothing_of_another(estate, next_door):
    here, there = estate.report(), estate.report(place_id=next_door.id)
    neighbour = estate.compound.client(estate.people["neighbour"])
    shown = board(estate, neighbour)
    assert ([row["id"] for row in shown["queue"]["list"]], shown["counts"]["open"]) == ([there], 1)
    assert shown["counts"]["due_soon"] <= 1
    assert board(estate, neighbour, building_id=estate.building.id)["counts"]["open"] == 0
    assert neighbour.get(SUGGESTIONS, order_id=here).error == "property.order_not_found"
    body = {"order_ids": [here, there], "worker_id": estate.people["worker"].id}
    results = neighbour.post(ASSIGN, body, key=None).data["list"]
    assert [(one["order_id"], one["error"]) for one in results] == [
        (here, "property.order_not_found"),
        (there, ""),
    ]
    assert estate.order(here).state == "submitted"
    assert estate.worker.get(BOARD).status == 403


def test_the_load_counts_what_is_a_worker_s_to_do(estate, put_on_duty):
    put_on_duty("worker")
    estate.dispatched()
    estate.working()
    estate.finished()
    waiting = estate.triaged()
    estate.done(estate.dispatcher, waiting, "dispatch", group_id=estate.group.id)
    shown = load(estate, "李师傅")
    assert [shown[name] for name in ("open", "dispatched", "working", "held", "capacity")] == [2, 1, 1, 0, 5]
    assert (shown["is_on_duty"], shown["is_full"], shown["is_available"]) == (True, False, True)
    assert load(estate, "王师傅")["open"] == 0
    group = board(estate)["groups"][0]
    assert [group[name] for name in ("waiting", "open", "on_duty", "workers", "capacity")] == [1, 2, 1, 2, 10]
    estate.dispatched()
    estate.dispatched()
    estate.dispatched()
    assert load(estate, "李师傅")["is_full"] is True


def test_who_left_is_shown_as_long_as_something_is_open(estate):
    order_id = estate.dispatched()
    admin = estate.client("admin", "administrator")
    admin.post(f"/admin/staff/{estate.people['worker'].id}/leave")
    shown = load(estate, "李师傅")
    assert (shown["is_available"], shown["open"]) == (False, 1)
    assert queue(estate) == [order_id]


def test_suggestions_give_the_reasons(estate, put_on_duty):
    put_on_duty("mate", "worker")
    order_id = estate.triaged()
    shown = estate.dispatcher.get(SUGGESTIONS, order_id=order_id).data
    first, second = shown["workers"]
    assert (first["name"], first["rank"], shown["skill"]) == ("李师傅", 1, "水暖")
    assert [reason["text"] for reason in first["reasons"]] == ["会「水暖」", "当班", "驻本楼", "在手 0/5 张"]
    assert second["reasons"][0] == {"is_for": False, "text": "不会「水暖」"}
    assert shown["groups"][0]["reasons"][0]["text"] == "1 人会「水暖」"
    assert estate.dispatcher.get(SUGGESTIONS, order_id=999).error == "property.order_not_found"
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "return", reason="在外院区")
    shown = estate.dispatcher.get(SUGGESTIONS, order_id=order_id).data
    assert [one["name"] for one in shown["workers"]] == ["王师傅", "李师傅"]


def test_suggestions_know_whom_the_contract_obliges(estate):
    contractor = estate.contractor()
    group = estate.new_group("外包班", contractor)
    estate.new_worker("hired", group=group, skills=("水暖",), name="赵师傅")
    contract = add(
        Contract(
            contractor_id=contractor.id,
            number="HT-1",
            title="水暖维修",
            from_on=date(2026, 1, 1),
            until_on=date(2026, 12, 31),
            monthly_fee_fen=100,
            created_at=NINE,
            created_by=0,
        )
    )
    category_id = estate.categories["leak"].id
    add(ContractScope(contract_id=contract.id, service="building", category_id=category_id))
    shown = estate.dispatcher.get(SUGGESTIONS, order_id=estate.triaged()).data
    assert (shown["contractor"], shown["workers"][0]["name"]) == (contractor.name, "赵师傅")
    assert shown["groups"][0]["name"] == "外包班"
    shown = estate.dispatcher.get(SUGGESTIONS, order_id=estate.triaged(category="light")).data
    assert (shown["contractor"], shown["workers"][0]["name"]) == ("", "王师傅")


def test_many_orders_are_given_out_each_by_itself(estate):
    new, taken, triaged = estate.report(), estate.working(), estate.triaged()
    body = {"order_ids": [new, taken, triaged, 999], "worker_id": estate.people["mate"].id}
    results = estate.dispatcher.post(ASSIGN, body, key=None).data["list"]
    assert [one["error"] for one in results] == ["", "property.order_state", "", "property.order_not_found"]
    assert "处理中" in results[1]["msg"]
    assert [estate.order(one).worker_id for one in (new, triaged)] == [estate.people["mate"].id] * 2
    again = estate.dispatcher.post(ASSIGN, body, key=None).data["list"]
    assert [one["is_done"] for one in again] == [True, False, True, False]
    assert estate.steps(new).count("dispatch") == 1


def test_orders_go_to_one_worker_or_one_group_while_there_is_room(estate):
    orders = [estate.triaged() for _ in range(6)]
    worker, group = {"worker_id": estate.people["worker"].id}, {"group_id": estate.group.id}
    for body in ({}, worker | group):
        refused = estate.dispatcher.post(ASSIGN, {"order_ids": orders, **body}, key=None)
        assert refused.error == "property.dispatch_target"
    results = estate.dispatcher.post(ASSIGN, {"order_ids": orders, **worker}, key=None).data["list"]
    assert [one["is_done"] for one in results] == [True] * 5 + [False]
    assert (results[5]["error"], results[5]["state"]) == ("property.worker_full", "triaged")
    assert "5" in results[5]["msg"]
    done = estate.dispatcher.post(ASSIGN, {"order_ids": orders[5:], **group}, key=None).data["list"]
    assert done[0]["is_done"] is True
    assert estate.order(orders[5]).group_id == estate.group.id


def test_nobody_is_moved_or_stopped_while_orders_are_open(estate):
    manager, staff_id = estate.client("manager", "property_manager"), estate.people["worker"].id
    path, other = f"/property/workers/{staff_id}", estate.new_group("二班")
    order_id = estate.dispatched()
    number = estate.order(order_id).number
    for change in ({"group_id": other.id}, {"group_id": estate.group.id, "is_active": False}):
        refused = manager.put(path, change)
        assert refused.error == "property.worker_has_orders"
        assert number in refused.envelope["msg"]
    assert manager.put(path, {"group_id": estate.group.id, "capacity": 1}).data["capacity"] == 1
    estate.done(estate.worker, order_id, "return", reason="另有任务")
    assert manager.put(path, {"group_id": other.id}).data["group"] == "二班"


def test_a_group_with_open_orders_stays_in_use(estate):
    manager = estate.client("manager", "property_manager")
    empty = estate.new_group("空班")
    order_id = estate.triaged()
    estate.done(estate.dispatcher, order_id, "dispatch", group_id=empty.id)
    refused = manager.put(f"/property/groups/{empty.id}", {"name": "空班", "is_active": False})
    assert refused.error == "property.group_has_orders"
    estate.done(estate.dispatcher, order_id, "return", reason="改派")
    assert manager.put(f"/property/groups/{empty.id}", {"name": "空班", "is_active": False}).status == 200


def test_the_rule_gives_out_what_somebody_fit_can_take(estate, put_on_duty):
    ordinary, urgent, light = (
        estate.triaged(),
        estate.triaged(urgency="urgent"),
        estate.triaged(category="light", urgency="critical"),
    )
    put_on_duty("worker")
    assert services.dispatch_by_rule() == 0
    estate.compound.rule(AUTO_DISPATCH, URGENT)
    assert services.dispatch_by_rule() == 1
    shown = [estate.order(one).state for one in (ordinary, urgent, light)]
    assert shown == ["triaged", "dispatched", "triaged"]
    assert services.dispatch_by_rule() == 0
    timeline = estate.dispatcher.get(f"/property/work-orders/{urgent}").data["timeline"]
    assert "自动派单" in timeline[-1]["text"]


def test_the_rule_for_all_takes_ordinary_ones_too(estate, put_on_duty):
    estate.compound.rule(AUTO_DISPATCH, ALL)
    put_on_duty("worker")
    estate.triaged()
    assert services.dispatch_by_rule() == 1


def test_the_board_sends_as_many_statements_however_much_is_open(estate):
    def sent():
        with counted_statements() as statements:
            board(estate)
        return len(statements)

    estate.triaged()
    first = sent()
    for _ in range(3):
        estate.working()
        estate.report()
        estate.new_worker(f"w{_}")
    assert sent() == first <= 18
