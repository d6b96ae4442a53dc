"""Walking a round by phone: presence, answers, orders for what failed, and the end of it."""

from datetime import date, time

from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from property.inspections.rounds import closing
from property.inspections.rounds.personal import visits_of
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.factories import MONDAY
from tests.property.inspections.patrol import BASE
from tests.threads import at_once


def moment(hour: int, minute: int = 0, day: date = MONDAY):
    """An instant of the day."""
    return clock.at(clock.at_local(day, time(hour, minute)))


def test_a_round_is_walked_by_scanning_plates_and_ends_with_its_counts(patrol):
    round_id = patrol.planned()
    with moment(10, 30):
        shown = patrol.estate.worker.get(f"{BASE}/{round_id}").data
        assert shown["can"] == ["scan", "finish"]
        assert [point["state"] for point in shown["points_list"]] == ["pending", "pending"]

        shown = patrol.walk(round_id)

    assert (shown["state"], shown["in_time"]) == ("finished", True)
    assert (shown["points"], shown["visited"], shown["by_hand"], shown["missed"]) == (2, 2, 0, 0)
    assert (shown["passed"], shown["failed"]) == (4, 0)
    point = shown["points_list"][0]
    assert point["visited_at"] == "2026-11-23T10:30:00+08:00"
    assert point["visited_by_name"] == "李师傅"
    assert point["items"][1]["answer"]["value"] == 0.4
    assert point["items"][1]["answer"]["value_text"] == "0.4 MPa"
    assert patrol.orders() == []


def test_t41_a_scan_outside_the_window_is_rejected_and_logged(patrol):
    round_id = patrol.planned()

    early = patrol.scan(round_id, patrol.pump)  # Nine o'clock.
    with moment(12):
        late = patrol.scan(round_id, patrol.pump)
    with moment(10):
        in_time = patrol.scan(round_id, patrol.pump)

    assert (early.status, early.error) == (409, "inspections.outside_window")
    assert early.envelope["data"] == {
        "opens_at": "2026-11-23T10:00:00+08:00",
        "closes_at": "2026-11-23T12:00:00+08:00",
    }
    assert (late.status, late.error) == (409, "inspections.outside_window")
    assert in_time.status == 200
    assert [each["code"] for each in patrol.refusals()] == ["inspections.outside_window"] * 2


def test_t41_a_security_point_is_visited_from_nearby_alone(patrol):
    round_id = patrol.planned()
    with moment(10):
        nowhere = patrol.scan(round_id, patrol.gate, latitude=None, longitude=None)
        far = patrol.scan(round_id, patrol.gate, latitude=28.6865)
        near = patrol.scan(round_id, patrol.gate, latitude=28.677)

    assert (nowhere.status, nowhere.error) == (422, "inspections.position_needed")
    assert (far.status, far.error) == (403, "inspections.too_far")
    assert near.data["points_list"][1]["state"] == "visited"
    assert near.data["points_list"][1]["distance_m"] == 56
    (logged,) = patrol.refusals()
    assert logged == {"code": "inspections.too_far", "distance_m": 1112, "radius_m": 100}


def test_no_other_point_asks_or_keeps_where_somebody_is(patrol):
    round_id = patrol.planned()
    with moment(10):
        shown = patrol.scan(round_id, patrol.pump, latitude=1.5, longitude=1.5).data

    assert shown["points_list"][0]["state"] == "visited"
    assert shown["points_list"][0]["distance_m"] is None


def test_a_plate_that_hangs_elsewhere_proves_nothing(patrol):
    round_id = patrol.planned()
    other = patrol.spot("锅炉房", "equipment")
    with moment(10):
        elsewhere = patrol.scan(round_id, other)
        unknown = patrol.estate.worker.post(f"{BASE}/{round_id}/scan", {"token": "nonsense"})
        address = patrol.estate.worker.post(
            f"{BASE}/{round_id}/scan", {"token": f"https://houqin.test/q/{patrol.token(patrol.pump)}"}
        )

    assert (elsewhere.status, elsewhere.error) == (404, "inspections.plate_not_on_round")
    assert (unknown.status, unknown.error) == (404, "inspections.plate_not_on_round")
    assert address.data["points_list"][0]["state"] == "visited"
    assert len(patrol.refusals()) == 2


def test_scanning_again_changes_nothing(patrol):
    round_id = patrol.planned()
    with moment(10):
        patrol.scan(round_id, patrol.pump)
    with moment(11):
        shown = patrol.scan(round_id, patrol.pump).data

    assert shown["points_list"][0]["visited_at"] == "2026-11-23T10:00:00+08:00"


def test_what_was_scanned_while_cut_off_counts_for_then_within_the_grace(patrol):
    round_id = patrol.planned()
    with moment(13):
        counted = patrol.scan(round_id, patrol.pump, happened_at="2026-11-23T11:30:00+08:00")
        to_come = patrol.scan(round_id, patrol.gate, happened_at="2026-11-23T13:30:00+08:00")
    with moment(14, 30):
        too_old = patrol.scan(round_id, patrol.gate, happened_at="2026-11-23T11:30:00+08:00")

    point = counted.data["points_list"][0]
    assert point["visited_at"] == "2026-11-23T11:30:00+08:00"
    assert point["received_at"] == "2026-11-23T13:00:00+08:00"
    assert to_come.status == 422
    assert too_old.error == "inspections.outside_window"


def test_a_damaged_plate_is_stated_by_hand_with_a_reason_and_counted_apart(patrol):
    strict = patrol.points[1]
    body = {"name": "北门", "place_kind": "spot", "place_id": patrol.gate.id, "is_active": True}
    patrol.manager.put(f"{BASE}/points/{strict['id']}", {**body, "is_manual_ok": False})
    round_id = patrol.planned()
    pump, gate = patrol.point_ids(round_id)
    visit = f"{BASE}/{round_id}/points/{{}}/visit"
    with moment(10):
        silent = patrol.estate.worker.post(visit.format(pump), {"reason": ""})
        stated = patrol.estate.worker.post(visit.format(pump), {"reason": "标牌破损"})
        refused = patrol.estate.worker.post(visit.format(gate), {"reason": "标牌破损"})
        patrol.scan(round_id, patrol.gate)
        for position in (1, 2):
            patrol.answer(round_id, position, door=True, pressure=0.4)
        shown = patrol.finish(round_id).data

    assert silent.status == 422
    assert stated.data["points_list"][0]["presence"] == "manual"
    assert patrol.round(round_id).by_hand == 1
    told = {
        row["点位"]: (row["签到方式"], row["说明"], row["检查项"])
        for row in visits_of(patrol.estate.people["worker"].id)
    }
    assert told == {"泵房": ("手工签到", "标牌破损", 2), "北门": ("扫码", "", 2)}
    assert (refused.status, refused.error) == (403, "inspections.plate_needed")
    assert (shown["visited"], shown["by_hand"]) == (2, 1)


def test_t42_a_failed_item_sent_twice_raises_exactly_one_order(patrol):
    round_id = patrol.planned()
    with moment(10, 5):
        patrol.scan(round_id, patrol.pump)
        first = patrol.answer(round_id, 1, key="once", pressure=0.8)
        replayed = patrol.answer(round_id, 1, key="once", pressure=0.8)
        again = patrol.answer(round_id, 1, pressure=0.8)
        by_mate = patrol.answer(round_id, 1, patrol.estate.mate, pressure=0.8)
        changed = patrol.answer(round_id, 1, pressure=0.5)

    (order,) = patrol.orders()
    for answer in (first, replayed, again, by_mate):
        assert answer.data["points_list"][0]["items"][1]["answer"]["order"]["id"] == order.id
    assert replayed.body == first.body
    assert (changed.status, changed.error) == (409, "inspections.answer_stands")
    assert (order.origin, order.urgency, order.reporter_id) == ("inspection", "urgent", None)
    assert (order.place_kind, order.place_id) == ("spot", patrol.pump.id)
    assert order.description == "泵房：出口压力，0.8 MPa（标准 0.2–0.6 MPa）"
    assert order.category_id == patrol.estate.categories["leak"].id


def test_two_phones_that_send_the_same_failed_item_raise_one_order(patrol, soak):
    round_id = patrol.planned()
    phones = [patrol.estate.worker, patrol.estate.mate]
    with moment(10):
        patrol.scan(round_id, patrol.pump)
        path, body = patrol.answering(round_id, 1, door=False)
        told = at_once([lambda by=phone: by.post(path, body) for phone in phones * (8 if soak else 2)])
        assert {answer.status for answer in told} == {200}

    assert len(patrol.orders()) == 1
    assert len(patrol.answers()) == 1


def test_an_answer_without_an_order_may_be_mended_until_the_end(patrol):
    round_id = patrol.planned()
    with moment(10):
        patrol.scan(round_id, patrol.pump)
        patrol.answer(round_id, 1, door=True, pressure=0.4)
        patrol.answer(round_id, 1, door=False)

    door, pressure = patrol.answers()
    assert (door.verdict, door.recheck) == ("failed", "awaited")
    assert door.order_id == patrol.orders()[0].id
    assert pressure.verdict == "passed"


def test_answers_are_for_items_of_the_point_and_after_the_visit(patrol):
    round_id = patrol.planned()
    pump, _ = patrol.point_ids(round_id)
    path = f"{BASE}/{round_id}/points/{pump}/answers"
    foreign = {"answers": [{"item_id": 999_999, "value": True}]}
    photo = {"answers": [{"item_id": patrol.checklist["items"][2]["id"]}]}
    with moment(10):
        unvisited = patrol.answer(round_id, 1, door=True)
        patrol.scan(round_id, patrol.pump)
        assert patrol.estate.worker.post(path, foreign).error == "inspections.answer_invalid"
        assert patrol.estate.worker.post(path, photo).error == "inspections.photo_needed"
        sent = send(patrol.estate.worker, small_jpeg()).data["id"]
        photo["answers"][0]["photo_ids"] = [sent]
        shown = patrol.estate.worker.post(path, photo).data["points_list"][0]["items"][2]["answer"]

    assert (shown["verdict"], shown["value"], len(shown["photos"])) == ("noted", None, 1)
    assert (unvisited.status, unvisited.error) == (409, "inspections.point_not_visited")


def test_a_round_is_not_finished_while_something_is_left_and_the_window_is_open(patrol):
    round_id = patrol.planned()
    with moment(10):
        patrol.scan(round_id, patrol.pump)
        patrol.answer(round_id, 1, door=True)
        refused = patrol.finish(round_id)
    with moment(12):
        shown = patrol.finish(round_id, remark="水泵房已锁").data

    assert (refused.status, refused.error) == (409, "inspections.points_left")
    assert refused.envelope["data"] == {"points": 1, "items": 1}
    assert (shown["state"], shown["in_time"]) == ("lapsed", False)
    assert (shown["visited"], shown["missed"], shown["passed"]) == (1, 1, 1)
    assert [point["state"] for point in shown["points_list"]] == ["visited", "missed"]


def test_what_nobody_visited_is_missed_once_phones_cannot_speak_any_more(patrol):
    round_id = patrol.planned()
    patrol.estate.new_worker("lead", is_lead=True)
    with moment(11):
        patrol.scan(round_id, patrol.pump)
    with moment(13, 59):
        assert closing.close_all() == 0
    with moment(14):
        assert closing.close_all() == 1
        assert closing.close_all() == 0
        refused = patrol.scan(round_id, patrol.gate, happened_at="2026-11-23T11:59:00+08:00")

    ended = patrol.round(round_id)
    assert (ended.state, ended.visited, ended.missed) == ("lapsed", 1, 1)
    assert (refused.status, refused.error) == (409, "inspections.round_ended")
    texts = db.session.scalars(
        select(InboxMessage.text).where(InboxMessage.kind == "inspections.round_lapsed")
    )
    assert list(texts) == ["泵房日巡已过时限（11月23日 12:00），漏检 1 个点位，2 项未检查。"]


def test_a_round_that_is_done_but_was_not_sent_off_is_finished_by_itself(patrol):
    round_id = patrol.planned()
    with moment(10):
        for position, spot in enumerate((patrol.pump, patrol.gate), start=1):
            patrol.scan(round_id, spot)
            patrol.answer(round_id, position, door=True, pressure=0.4)
    with moment(14):
        closing.close_all()

    assert (patrol.round(round_id).state, patrol.round(round_id).in_time) == ("finished", True)


def test_rounds_are_the_groups_own_or_one_workers(patrol):
    estate = patrol.estate
    others = estate.new_group("二班")
    stranger = estate.new_worker("stranger", group=others)
    lead = estate.new_worker("lead", is_lead=True)
    round_id = patrol.planned(worker_id=estate.people["worker"].id)
    with moment(10):
        assert [each["id"] for each in estate.worker.get(f"{BASE}/mine").data["list"]] == [round_id]
        assert estate.mate.get(f"{BASE}/mine").data["list"] == []
        assert estate.mate.get(f"{BASE}/{round_id}").status == 200
        assert stranger.get(f"{BASE}/{round_id}").status == 404
        assert estate.requester.get(f"{BASE}/{round_id}").status == 404
        refused = patrol.scan(round_id, patrol.pump, estate.mate)
        assert patrol.scan(round_id, patrol.pump, stranger).status == 404
        assert patrol.scan(round_id, patrol.pump, estate.requester).status == 403
        assert patrol.scan(round_id, patrol.pump, lead).status == 200
        assert lead.get(f"{BASE}/mine/counts").data == {"now": 1, "later": 0, "rechecks": 0}

    assert (refused.status, refused.error) == (403, "inspections.round_not_yours")


def test_a_manager_takes_back_a_round_with_the_reason(patrol):
    round_id = patrol.planned()

    assert patrol.estate.worker.post(f"{BASE}/{round_id}/withdraw", {"reason": "停水"}).status == 403
    shown = patrol.manager.post(f"{BASE}/{round_id}/withdraw", {"reason": "停水检修"}).data
    again = patrol.manager.post(f"{BASE}/{round_id}/withdraw", {"reason": "停水检修"})

    assert (shown["state"], shown["reason"], shown["can"]) == ("withdrawn", "停水检修", [])
    assert again.error == "inspections.round_ended"


def test_rounds_keep_the_version_that_was_to_be_checked(patrol):
    round_id = patrol.planned()
    items = [{"text": "新的检查项", "kind": "yes_no"}]
    body = {"name": "日检表", "is_active": True, "items": items}
    changed = patrol.manager.put(f"{BASE}/checklists/{patrol.checklist['id']}", body).data
    same = patrol.manager.put(f"{BASE}/checklists/{patrol.checklist['id']}", body).data

    shown = patrol.estate.worker.get(f"{BASE}/{round_id}").data

    assert (changed["version"], same["version"], same["versions"]) == (2, 2, 2)
    texts = [item["text"] for item in shown["points_list"][0]["items"]]
    assert texts == ["门窗是否完好", "出口压力", "现场照片"]


def test_each_failed_item_has_an_order_of_its_own(patrol):
    round_id = patrol.planned()
    with moment(10):
        patrol.walk(round_id, door=False, pressure=0.9)

    assert len(patrol.orders()) == 2
    assert {order.origin_id for order in patrol.orders()} == {
        each.id for each in patrol.answers() if each.order_id
    }
