"""The daily sums are what the orders come to, whatever happens to these."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from property.service_levels.models import Clock
from property.work_orders import holding, moving, recounting, rollups
from property.work_orders.models import OrderDay, OrderEvent, WorkOrder
from property.work_orders.policies import Step
from tests.factories import MONDAY, NINE
from tests.property.work_orders.test_holding import wish

UNSERVED = ("declined", "cancelled", "duplicate")
DONE = ("completed", "to_rate", "closed")


def stored():
    db.session.rollback()
    found = Counter()
    for row in db.session.query(OrderDay).populate_existing():
        for name in rollups.SUMS:
            found[row.on_date, row.category_id, row.contractor_id, row.group_id, name] += getattr(row, name)
    return +found


def day(instant: datetime):
    return clock.local(instant).date()


def oracle():
    """The same from the tables, written apart from the code's: from the timeline, not from counters."""
    found = Counter()
    for order in db.session.query(WorkOrder).populate_existing():
        key = (order.category_id, order.contractor_id or 0, order.group_id or 0)
        events = db.session.query(OrderEvent).filter_by(order_id=order.id).order_by(OrderEvent.id).all()
        found[(day(events[0].at), *key, "submitted")] += 1
        if order.state in UNSERVED:
            found[(day(events[-1].at), *key, "ended_unserved")] += 1
        if order.state not in DONE:
            continue
        of_cycle = [event for event in events if event.cycle == order.cycle]
        steps, all_steps = [event.step for event in of_cycle], [event.step for event in events]
        verified = next(event for event in of_cycle if event.step == "verify")
        on = (day(verified.at), *key)
        clocks = {
            each.kind: each
            for each in db.session.query(Clock).filter_by(subject_id=order.id, cycle=order.cycle)
        }
        for kind in ("response", "resolution"):
            each = clocks[kind]
            found[(*on, f"{kind}_{'met' if each.ended_at <= each.due_at else 'missed'}")] += 1
        response = clocks["response"]
        found[(*on, "response_minutes")] += (response.ended_at - response.started_at).seconds // 60
        is_reopened = "reopen" in all_steps
        for name, number in {
            "completed": 1,
            "reworked": "reject" in steps,
            "first_fixed": "reject" not in steps and not is_reopened,
            "reopened": is_reopened,
            "reminded": "remind" in all_steps,
            "rated": "rate" in steps,
            "lapsed": "lapse" in steps,
            "labour_minutes": order.labour_minutes,
            "cost_fen": order.cost_fen,
        }.items():
            found[(*on, name)] += int(number)
    return +found


ONWARDS = {
    "dispatch",
    "accept",
    "grab",
    "resume",
    "finish",
    "verify",
    "rate",
}  # Likelier, so that orders get far.


def likelihood(verb):
    return 6 if verb in ONWARDS else 1


class Walk:
    """Takes steps that the API offers, at random."""

    def __init__(self, estate, seed):
        self.estate, self.random = estate, random.Random(seed)
        self.clients = {"dispatcher": estate.dispatcher, "worker": estate.worker, "mate": estate.mate}
        self.clients |= {"requester": estate.requester, "verifier": estate.verifier}
        self.order_ids = []

    def take(self):
        if len(self.order_ids) < 4 or self.random.random() < 0.05:
            category = self.random.choice(["leak", "light"])
            self.order_ids.append(self.estate.report(category=category))
            return
        order_id = self.random.choice(self.order_ids)
        clients = self.random.sample(list(self.clients.items()), len(self.clients))
        if self.random.random() < 0.7:  # Who works comes first, so that orders get far.
            clients.sort(key=lambda each: each[0] in ("dispatcher", "requester"))
        for name, client in clients:
            shown = client.get(f"/property/work-orders/{order_id}")
            can = shown.data["can"] if shown.status == 200 else []
            if can:
                self.use(order_id, name, client, self.random.choices(can, map(likelihood, can))[0])
                return
        self.order_ids.remove(order_id)  # It has ended.

    def bring_home(self):
        """Let every order get as far as it can; parts before their whole."""
        for order_id in sorted(self.order_ids, reverse=True):
            for name, client in 4 * list(self.clients.items()):
                shown = client.get(f"/property/work-orders/{order_id}")
                onwards = (
                    [each for each in shown.data["can"] if each in ONWARDS] if shown.status == 200 else []
                )
                if onwards and onwards[0] != "rate":
                    self.use(order_id, name, client, onwards[0])

    def use(self, order_id, name, client, verb):
        if verb == "rate":
            step = self.random.choice([Step.RATE, Step.LAPSE])
            atomic(lambda: close(order_id, step))()
        elif verb == "split":
            body = {"parts": [{"category": "other", "description": "一部分"}]}
            parts = self.estate.done(client, order_id, verb, **body)["parts"]
            self.order_ids += [part["id"] for part in parts if part["id"] not in self.order_ids]
        else:
            self.estate.do(client, order_id, verb, **self.body(verb, name))

    def body(self, verb, name):
        worker_id = self.estate.people[self.random.choice(["worker", "mate"])].id
        return {
            "dispatch": lambda: {"worker_id": worker_id, "is_over_capacity_ok": True},
            "reject": lambda: {"text": "不行"},
            "return": lambda: {"reason": "不行"},
            "transfer": lambda: {"reason": "不行"},
            "reopen": lambda: {"reason": "不行"},
            "finish": lambda: {"result": "好了", "labour_minutes": self.random.randint(0, 90)},
            "verify": lambda: {"outcome": self.random.choice(["resolved", "partly"]), "text": "见现场"},
            "duplicate": lambda: {"master_id": self.random.choice(self.order_ids)},
            "urgency": lambda: {"urgency": self.random.choice(["urgent", "ordinary"]), "reason": "如此"},
            "hold": lambda: self.wish(name),
        }.get(verb, dict)()

    def wish(self, name):
        return wish(self.estate, clock.now() + timedelta(hours=2), by=self.clients[name])


def close(order_id, step):
    order = moving.locked(order_id)
    with rollups.kept(order):
        order.is_lapsed = step is Step.LAPSE
        moving.move(SYSTEM, order, step, at=clock.now())


def test_whatever_happens_the_sums_are_those_of_the_orders(estate, soak):
    estate.policy()
    walk = Walk(estate, seed=1)
    now = NINE
    for number in range(400 if soak else 60):
        now += timedelta(minutes=walk.random.randint(1, 20))
        with clock.at(now):
            if number % 60 == 40:
                estate.log_in()
                walk = continued(walk)
            walk.take()
            if number % 20 == 0:
                db.session.rollback()
                holding.end_due()
    assert stored() == oracle()
    with clock.at(now):
        walk.bring_home()
    assert stored() == oracle()
    assert recounting.check() == []
    assert sum(number for key, number in stored().items() if key[-1] == "completed") >= 2


def continued(walk):
    after = Walk(walk.estate, 0)
    after.random, after.order_ids = walk.random, walk.order_ids
    return after


def test_sums_are_read_by_day_and_by_what_they_stand_under(estate):
    estate.completed()
    estate.report(category="light")
    got = rollups.sums(MONDAY, MONDAY)
    assert (got.submitted, got.completed, got.first_fixed, got.labour_minutes) == (2, 1, 1, 30)
    assert rollups.sums(MONDAY + timedelta(days=1), MONDAY + timedelta(days=9)).submitted == 0
    leak, light = estate.categories["leak"].id, estate.categories["light"].id
    by_category = rollups.by("category_id", MONDAY, MONDAY)
    assert {key: value.submitted for key, value in by_category.items()} == {leak: 1, light: 1}
    assert rollups.sums(MONDAY, MONDAY, group_id=estate.group.id).completed == 1
    assert rollups.sums(MONDAY, MONDAY, category_ids=[light], contractor_id=0).submitted == 1
    with pytest.raises(ValueError, match="no dimension"):
        rollups.by("worker_id", MONDAY, MONDAY)


def test_the_command_finds_and_mends_what_is_wrong(estate, app):
    estate.completed()
    run = app.test_cli_runner().invoke
    assert run(args=["property", "check"]).exit_code == 0

    @atomic
    def spoil():
        db.session.query(OrderDay).update({"completed": OrderDay.completed + 5})

    spoil()
    checked = run(args=["property", "check"])
    assert (checked.exit_code, "completed 明细 1，统计 6" in checked.output) == (1, True)
    assert "更正" in run(args=["property", "rebuild"]).output
    assert run(args=["property", "check"]).exit_code == 0
