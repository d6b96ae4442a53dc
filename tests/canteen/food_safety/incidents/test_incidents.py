"""Incidents and recalls through HTTP: trace, block, keep, tell everybody once, stop, close."""

import time as clocks
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from backend import clock
from backend.actor import SYSTEM
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity.models import Posting, Staff
from backend.notifications.models import InboxMessage
from canteen.food_safety.samples.models import FoodSample, SampleLock
from canteen.menu.models import MealDish
from canteen.ordering.models import Order, OrderLine
from canteen.purchasing.stock import operations as stock
from canteen.purchasing.stock.models import Batch
from tests.canteen.kitchen import Kitchen
from tests.factories import MONDAY, NINE
from tests.threads import at_once

NOTICE = "canteen.food_notice"
AFTERNOON = NINE + timedelta(hours=5)


class Case(Kitchen):
    """A kitchen whose pork of one batch went into Monday's lunch.

    Two officials had 红烧肉, and a third one greens only.
    """

    def __init__(self, compound):
        super().__init__(compound)
        self.pork, self.cabbage = self.ingredient("五花肉", category="meat"), self.ingredient("白菜")
        self.batch_id = self.batch(self.pork, lot="A1").id
        self.stew, self.greens = self.dish("红烧肉"), self.dish("青菜", category="vegetable")
        self.recipe(self.stew, {self.pork: 200})
        self.recipe(self.greens, {self.cabbage: 200})
        self.lunch = self.meal([self.stew, self.greens])
        self.use(self.batch_id, self.lunch.id, self.stew.id)
        self.ate = [self.eat(self.stew), self.eat(self.stew)]
        self.spared = self.eat(self.greens)

    def use(self, batch_id, meal_id, dish_id=None, grams=1_000):
        @atomic
        def issue():
            stock.issue(
                SYSTEM,
                self.canteen.id,
                db.session.get(Batch, batch_id).ingredient_id,
                grams,
                meal_id=meal_id,
                dish_id=dish_id,
                batch_id=batch_id,
                reason="测试",
            )

        issue()

    def eat(self, dish, meal=None, state="picked_up"):
        """Somebody who had a dish of a meal; returns their id."""
        meal = meal or self.lunch
        person = self.compound.staff(subsidy_fen=10_000)
        line = next(each for each in meal.dishes if each.dish_id == dish.id)

        @atomic
        def order():
            at = clock.now()
            db.session.get(MealDish, line.id).taken += 100
            db.session.add(
                Order(
                    meal_id=meal.id,
                    canteen_id=self.canteen.id,
                    staff_id=person.id,
                    department_id=1,
                    served_on=meal.served_on,
                    period=meal.period,
                    state=state,
                    dining="dine_in",
                    total_fen=0,
                    placed_at=at,
                    picked_up_at=at if state == "picked_up" else None,
                    lines=[
                        OrderLine(
                            meal_dish_id=line.id,
                            dish_id=dish.id,
                            dish_name=dish.name,
                            portion="standard",
                            quantity=1,
                            price_fen=0,
                            weight_g=200,
                            share=100,
                        )
                    ],
                )
            )

        order()
        return person.id

    def sample(self, dish, meal=None):
        meal = meal or self.lunch

        @atomic
        def keep():
            now = clock.now()
            row = FoodSample(
                code=f"LY{dish.id}{meal.id}",
                canteen_id=self.canteen.id,
                served_on=meal.served_on,
                period=meal.period,
                dish_id=dish.id,
                dish_name=dish.name,
                weight_g=125,
                taken_at=now,
                taken_by=0,
                entered_at=now,
                due_at=now + timedelta(hours=48),
            )
            db.session.add(row)
            db.session.flush()
            return row.id

        return keep()

    def report(self, by=None, **fields):
        body = {
            "canteen_id": self.canteen.id,
            "title": "红烧肉异味",
            "kind": "ingredient",
            "source": "kitchen",
            "description": "开袋时发现异味",
            "noticed_at": clock.local(clock.now()).isoformat(),
            **fields,
        }
        return (by or self.cook).post("/canteen/incidents", body)

    def confirmed(self, **fields):
        """An incident whose scope is the batch."""
        one = self.report(by=self.officer, **fields).data
        answer = self.scope(one, batch_ids=[self.batch_id])
        assert answer.status == 200, answer
        return answer.data

    def scope(self, one, **fields):
        body = {"revision": one["revision"], **fields}
        return self.officer.post(f"/canteen/incidents/{one['id']}/scope", body)

    def recall(self, one, by=None, **fields):
        return (by or self.officer).post(f"/canteen/incidents/{one['id']}/recall", fields)

    def told(self, kind=NOTICE):
        db.session.rollback()
        return sorted(one.staff_id for one in db.session.query(InboxMessage).filter_by(kind=kind))


@pytest.fixture
def case(compound):
    with clock.at(NINE):
        made = Case(compound)
    with clock.at(AFTERNOON):
        yield made


def is_blocked(batch_id):
    db.session.rollback()
    return db.session.query(Batch.is_blocked).filter_by(id=batch_id).scalar()


def test_from_a_report_to_the_recall_and_its_end(case):
    sample_id = case.sample(case.stew)
    case.sample(case.greens)
    officer_id = case.officer and case.staff["officer"].id

    answer = case.report(feedback_number="SQ202611230001", sick=2)
    assert (answer.status, answer.data["state"], answer.data["can"]) == (201, "reported", [])
    assert case.told("canteen.food_incident") == [officer_id]
    one = answer.data
    path = f"/canteen/incidents/{one['id']}"
    # Who reports does not confirm.
    assert case.cook.post(f"{path}/scope", {"revision": 1, "batch_ids": [case.batch_id]}).status == 403
    assert case.scope(one).error == "canteen.incident_scope_empty"

    answer = case.scope(one, batch_ids=[case.batch_id], word="先行封存")

    assert answer.status == 200
    found = answer.data
    assert (found["state"], found["batches"], found["dishes"], found["meals"]) == ("confirmed", 1, 1, 1)
    assert (found["diners"], found["told"], found["samples"]) == (2, 0, 1)
    assert is_blocked(case.batch_id)
    assert [row.sample_id for row in db.session.query(SampleLock)] == [sample_id]
    reach = case.officer.get(f"{path}/reach").data
    assert [one["name"] for one in reach["meals"][0]["dishes"]] == ["红烧肉"]
    assert (reach["batches"][0]["hold"], reach["samples"][0]["sample_id"]) == ("incident", sample_id)
    # The store cannot let go of it.
    assert (
        case.manager.post(f"/canteen/stock/batches/{case.batch_id}/unblock", {"reason": "误封"}).status == 409
    )

    assert case.officer.get(f"{path}/recall").data["to_tell"] == 2
    done = case.recall(found)
    assert (done.status, done.data["new"], done.data["told"]) == (200, 2, 2)
    assert case.told() == sorted(case.ate)
    text = db.session.query(InboxMessage).filter_by(kind=NOTICE).first().text
    assert "请留意身体状况" in text
    assert not any(word in text for word in ("红烧肉", "五花肉"))
    # Again: nobody twice, but whoever picked their meal up since.
    late = case.eat(case.stew)
    done = case.recall(found, text="请留意身体状况。")
    assert (done.data["new"], done.data["told"], done.data["diners"]) == (1, 3, 3)
    assert case.told() == sorted([*case.ate, late])
    assert case.recall(found).data["new"] == 0

    told_at = clock.local(clock.now()).isoformat()
    later = clock.local(clock.now() + timedelta(minutes=1)).isoformat()
    body = {"told_at": told_at, "authority": "市市场监管局", "contact": "张科长", "text": "电话报告"}
    assert case.officer.post(f"{path}/authority", {**body, "told_at": later}).error == "canteen.incident_time"
    assert case.officer.post(f"{path}/authority", body).data["authority_told_at"] == told_at
    standing = case.officer.post(f"{path}/notes", {"text": "封存剩余菜品送检"}).data
    closing = {"cause": "运输温度过高", "findings": "检测菌落总数超标", "measures": "更换供应商"}
    assert (
        case.officer.post(f"{path}/closing", {**closing, "revision": 1}).error == "canteen.incident_changed"
    )
    closed = case.officer.post(f"{path}/closing", {**closing, "revision": standing["revision"]})
    assert (closed.status, closed.data["state"], closed.data["samples"]) == (200, "closed", 0)
    # What was not let go of stays blocked, until somebody says so.
    assert is_blocked(case.batch_id)
    assert case.recall(found).error == "canteen.incident_state"
    freed = case.officer.post(f"{path}/release", {"batch_ids": [case.batch_id], "reason": "复检合格"})
    assert (freed.status, is_blocked(case.batch_id)) == (200, False)
    steps = [row["step"] for row in case.officer.get(f"{path}/events").data["list"]][::-1]
    assert steps == [
        "report",
        "confirm",
        "notify",
        "notify",
        "report_to_authority",
        "note",
        "close",
        "release",
    ]
    report = case.officer.get(f"{path}/report")
    assert report.body[:5] == b"%PDF-"
    row = case.officer.get("/canteen/incidents", is_open="false", q=closed.data["number"]).data["list"][0]
    assert (row["id"], row["state_name"], row["diners"]) == (one["id"], "已结案", 3)


def test_names_are_for_who_manages_food_safety_and_an_export_is_recorded(case):
    one = case.confirmed()
    path = f"/canteen/incidents/{one['id']}"

    assert case.manager.get(path).status == 200
    assert case.manager.get(f"{path}/diners").status == 403
    assert case.manager.get(f"{path}/diners/export").status == 403
    rows = case.officer.get(f"{path}/diners").data["list"]
    db.session.rollback()
    looked = select(func.count()).where(AuditEvent.action == "canteen.incident_diners_read")
    assert db.session.scalar(looked) == 1
    assert [row["staff_id"] for row in rows] == sorted(case.ate)
    assert (rows[0]["date"], rows[0]["meals"], rows[0]["told_at"]) == (MONDAY.isoformat(), 1, None)
    book = load_workbook(BytesIO(case.officer.get(f"{path}/diners/export").body))
    assert [line[0] for line in book.active.iter_rows(min_row=2, values_only=True)] == [
        row["staff_no"] for row in rows
    ]
    events = case.officer.get(f"{path}/events").data["list"]
    assert (events[0]["step"], events[0]["details"]) == ("export", {"rows": 2})
    # Another canteen's people see nothing.
    stranger = case.person("food_safety_officer", canteen=case.compound.canteen())[1]
    assert stranger.get(path).status == stranger.post(f"{path}/recall", {}).status == 404
    assert stranger.get("/canteen/incidents").data["total"] == 0
    assert case.someone.post("/canteen/incidents", {}).status in (403, 422)
    assert case.report(by=case.someone).status == 404


def test_a_dish_a_whole_meal_and_a_batch_in_another_case(case):
    first = case.confirmed()
    second = case.report(by=case.officer, title="另一起").data

    refused = case.scope(second, batch_ids=[case.batch_id])
    assert (refused.status, refused.error) == (409, "canteen.batch_in_incident")
    assert first["number"] in refused.envelope["msg"]
    # Nothing of the refused step stays.
    assert case.officer.get(f"/canteen/incidents/{second['id']}").data["state"] == "reported"
    other = case.compound.canteen()
    foreign = case.compound.meal(other, [(case.compound.dish(other), None)])
    assert case.scope(second, meal_ids=[foreign.id]).error == "canteen.incident_scope_foreign"
    by_dish = case.scope(second, dishes=[{"meal_id": case.lunch.id, "dish_id": case.greens.id}]).data
    assert (by_dish["diners"], by_dish["state"]) == (1, "confirmed")
    wider = case.scope(by_dish, meal_ids=[case.lunch.id]).data
    assert (wider["diners"], wider["state"]) == (3, "confirmed")
    assert {one["is_traced"] for one in wider["subjects"]} == {False}
    # What came to nothing is dismissed while it is only reported.
    third = case.report(by=case.officer, title="误报").data
    gone = case.officer.post(f"/canteen/incidents/{third['id']}/dismissal", {"reason": "气味来自清洁剂"})
    assert gone.data["state"] == "dismissed"
    assert case.scope(gone.data, meal_ids=[case.lunch.id]).error == "canteen.incident_state"
    late = case.officer.post(f"/canteen/incidents/{second['id']}/dismissal", {"reason": "误报"})
    assert late.error == "canteen.incident_state"


def test_a_drill_tells_the_kitchen_alone_and_lets_go_of_everything(case):
    assert case.report(is_drill=True).status == 403
    real = case.batch(case.cabbage).id

    @atomic
    def hold():
        stock.block(SYSTEM, [real], reason="外包装破损")

    hold()
    cook_id, officer_id = (case.cook and case.staff["cook"].id), (case.officer and case.staff["officer"].id)
    one = case.report(by=case.officer, is_drill=True).data
    one = case.scope(one, batch_ids=[case.batch_id, real]).data
    assert is_blocked(case.batch_id)

    done = case.recall(one).data

    assert (done["is_drill"], done["diners"], done["told"]) == (True, 2, 0)
    assert case.told() == []
    assert case.told("canteen.food_drill") == sorted([cook_id, officer_id])
    assert case.recall(one).data["new"] == 0
    assert case.officer.post(f"/canteen/incidents/{one['id']}/stop-sale").error == "canteen.incident_drill"
    standing = case.officer.get(f"/canteen/incidents/{one['id']}").data
    closing = {
        "cause": "演练",
        "findings": "响应及时",
        "measures": "无需整改",
        "revision": standing["revision"],
    }
    assert case.officer.post(f"/canteen/incidents/{one['id']}/closing", closing).status == 200
    # What is blocked in earnest stays blocked.
    assert (is_blocked(case.batch_id), is_blocked(real)) == (False, True)


def test_an_open_case_keeps_a_batch_that_a_drill_lets_go_of(case):
    drill = case.report(by=case.officer, is_drill=True).data
    drill = case.scope(drill, batch_ids=[case.batch_id]).data
    case.confirmed()

    closing = {"cause": "演练", "findings": "完成", "measures": "无需整改", "revision": drill["revision"]}
    case.officer.post(f"/canteen/incidents/{drill['id']}/closing", closing)

    assert is_blocked(case.batch_id)


def test_the_sale_of_what_is_still_to_be_had_is_stopped_and_paid_back(case):
    tomorrow = MONDAY + timedelta(days=1)
    dinner = case.meal([case.stew, case.greens], tomorrow)
    case.use(case.batch_id, dinner.id, case.stew.id)
    booked = case.eat(case.stew, dinner, state="booked")
    one = case.confirmed()
    assert (one["diners"], one["meals"]) == (2, 2)

    answer = case.officer.post(f"/canteen/incidents/{one['id']}/stop-sale")

    assert answer.status == 200
    (stopped,) = answer.data["stopped"]
    assert (stopped["meal_id"], stopped["dish"], stopped["orders_cancelled"]) == (dinner.id, "红烧肉", 1)
    db.session.rollback()
    db.session.expire_all()
    line = db.session.query(MealDish).filter_by(meal_id=dinner.id, dish_id=case.stew.id).one()
    assert (line.is_open, line.cap) == (False, 0)
    assert case.told("canteen.dish_withdrawn") == [booked]
    assert case.officer.post(f"/canteen/incidents/{one['id']}/stop-sale").data["stopped"] == []
    steps = [row["step"] for row in case.officer.get(f"/canteen/incidents/{one['id']}/events").data["list"]]
    assert steps[0] == "stop_sale"


def test_an_authority_that_was_not_told_in_time_is_shown(case):
    case.confirmed()
    (row,) = case.officer.get("/canteen/incidents").data["list"]
    assert not row["is_authority_overdue"]
    with clock.at(clock.now() + timedelta(hours=2)):
        (row,) = case.officer.get("/canteen/incidents").data["list"]
    assert row["is_authority_overdue"]


def test_two_recalls_of_one_batch_tell_everybody_once(case):
    officer = case.officer
    one, two = (case.report(by=officer, title=title).data for title in ("甲事件", "乙事件"))

    answers = at_once([lambda each=each: case.scope(each, batch_ids=[case.batch_id]) for each in (one, two)])

    assert sorted(answer.status for answer in answers) == [200, 409]
    won = next(answer.data for answer in answers if answer.status == 200)
    results = at_once([lambda: case.recall(won, by=officer) for _ in range(3)])
    assert [answer.status for answer in results] == [200] * 3
    assert sorted(answer.data["new"] for answer in results) == [0, 0, 2]
    assert case.told() == sorted(case.ate)


def test_a_thousand_diners_are_traced_and_told(case, soak):
    lines = {line.dish_id: line.id for line in case.lunch.dishes}

    @atomic
    def furnish():
        now = clock.now()
        department = case.compound and db.session.query(Posting.department_id).first()[0]
        people = [Staff(staff_no=f"D{n:05d}", name=f"就餐{n}", created_at=now) for n in range(1_000)]
        for person in people:
            person.postings = [Posting(department_id=department, is_primary=True)]
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(
            Order(
                meal_id=case.lunch.id,
                canteen_id=case.canteen.id,
                staff_id=person.id,
                department_id=department,
                served_on=MONDAY,
                period="lunch",
                state="picked_up",
                dining="dine_in",
                total_fen=0,
                placed_at=now,
                picked_up_at=now,
                lines=[
                    OrderLine(
                        meal_dish_id=lines[case.stew.id],
                        dish_id=case.stew.id,
                        dish_name="红烧肉",
                        portion="standard",
                        quantity=1,
                        price_fen=0,
                        weight_g=200,
                        share=100,
                    )
                ],
            )
            for person in people
        )

    furnish()
    one = case.report(by=case.officer).data

    began = clocks.perf_counter()
    found = case.scope(one, batch_ids=[case.batch_id]).data
    done = case.recall(found).data
    took = clocks.perf_counter() - began

    assert (found["diners"], done["new"]) == (1_002, 1_002)
    db.session.rollback()
    queued = db.session.query(InboxMessage).filter_by(kind=NOTICE).count()
    assert queued == 1_002
    assert not soak or took < 2
