"""The daily sums are what the reports come to, whatever happens to these."""

import random
from collections import Counter
from datetime import date, timedelta

from backend import clock
from backend.db import atomic, db
from backend.ratings.models import Rating
from feedback.deadlines.models import Clock
from feedback.reports import closing, rated, recounting, rollups
from feedback.reports.models import Report, ReportDay, ReportEvent
from feedback.reports.visits.models import Visit
from tests.factories import MONDAY, NINE
from tests.feedback.desk import FIVE

UNSERVED = ("rejected", "duplicate", "hidden")
ANSWERED = ("replied", "to_rate", "closed")


def stored():
    db.session.rollback()
    found = Counter()
    for row in db.session.query(ReportDay).populate_existing():
        for name in rollups.SUMS:
            found[row.on_date, row.category_id, row.office_id, name] += getattr(row, name)
    return +found


def oracle():
    """The same from the tables, written apart from the code's: from timeline, ledger and visits."""
    found = Counter()
    for report in db.session.query(Report).populate_existing():
        events = db.session.query(ReportEvent).filter_by(report_id=report.id).order_by(ReportEvent.id).all()
        steps, last = [event.step for event in events], events[-1].to_state
        key = (clock.local(events[0].at).date(), report.category_id, report.office_id or 0)
        ratings = db.session.query(Rating).filter_by(subject_id=rated.subject_of(report)).all()
        cycles = {rating.cycle for rating in ratings}
        visits = db.session.query(Visit).filter_by(report_id=report.id).all()
        outcomes = [event.details["outcome"] for event in events if event.step == "rate"]
        counted = [visit.outcome for visit in visits if visit.cycle not in cycles]
        clocks = db.session.query(Clock).filter_by(subject_id=report.id).all()
        ended = [each for each in clocks if each.ended_at is not None and each.verdict != "void"]
        for name, number in {
            "submitted": 1,
            "withdrawn": last == "withdrawn",
            "unserved": last in UNSERVED,
            "answered": last in ANSWERED,
            "closed": last == "closed",
            "lapsed": last == "closed" and "rate" not in steps[-2:],
            "rated": len(ratings),
            "satisfied": sum(rating.grade > 3 for rating in ratings),
            **{name: outcomes.count(name) for name in ("resolved", "partly", "unresolved")},
            **{f"visit_{name}": counted.count(name) for name in ("resolved", "partly", "unresolved")},
            "visited": len(visits),
            "visit_reached": sum(visit.is_reached for visit in visits),
            "visit_graded": sum(visit.grade is not None for visit in visits),
            "visit_satisfied": sum((visit.grade or 0) > 3 for visit in visits),
            "reopened": "reopen" in steps,
            "reminded": "remind" in steps,
            "extended": "extend" in steps,
            "transferred": any(
                event.details.get("before") not in (None, event.details["office_id"])
                for event in events
                if event.step == "assign"
            ),
            **{
                f"{kind}_{'met' if is_met else 'missed'}": sum(
                    each.kind == kind and (each.ended_at <= each.due_at) is is_met for each in ended
                )
                for kind in ("response", "answer")
                for is_met in (True, False)
            },
        }.items():
            found[(*key, name)] += int(number)
    return +found


# Likelier, so that reports get far.
ONWARDS = {"accept", "assign", "reply", "rate", "visit"}
BODIES = {
    "reject": {"text": "不属于本院事项"},
    "hide": {"text": "涉及隐私"},
    "reply": {"text": "已处理"},
    "note": {"text": "正在看", "is_public": True},
    "object": {"reason": "不属本组"},
    "suspend": {"reason": "缺料", "review_on": "2026-12-20"},
    "reopen": {"text": "又坏了"},
    "supervise": {"text": "请尽快"},
}


class Walk:
    """Takes steps that the API offers, at random."""

    def __init__(self, desk, seed):
        self.desk, self.random = desk, random.Random(seed)
        self.report_ids = []

    @property
    def clients(self):
        desk = self.desk
        return [desk.officer, desk.member, desk.outsider, desk.reporter, desk.visitor]

    def take(self):
        if len(self.report_ids) < 4 or self.random.random() < 0.05:
            category = self.random.choice(["snap", "danger", "complaint"])
            is_anonymous = category == "complaint"
            self.report_ids.append(self.desk.report(category=category, is_anonymous=is_anonymous))
            return
        report_id = self.random.choice(self.report_ids)
        clients = self.random.sample(self.clients, 5)
        if self.random.random() < 0.4:  # Else who judges seldom has a turn.
            clients.sort(key=lambda each: each is not self.desk.visitor)
        for client in clients:
            shown = client.get(f"/feedback/reports/{report_id}")
            can = [verb for verb in shown.data["can"] if verb in self.known()] if shown.status == 200 else []
            if can:
                weights = [6 if verb in ONWARDS else 1 for verb in can]
                self.use(client, report_id, self.random.choices(can, weights)[0])
                return

    def known(self):
        return {*BODIES, *ONWARDS, "extend", "withdraw", "remind", "duplicate", "unhide", "resume"}

    def use(self, client, report_id, verb):
        outcome = self.random.choice(["resolved", "partly", "unresolved"])
        score, desk = self.random.randint(1, 5), self.desk
        body = {
            "assign": {"office_id": self.random.choice([desk.office.id, desk.other_office.id])},
            "rate": {**FIVE, "outcome": outcome, "text": "如此", "is_reopening": score > 2},
            "visit": {"is_reached": True, "outcome": outcome, "grade": score, "text": "如此"},
            "extend": {
                "reason": "缺料",
                "until_at": clock.local(clock.now() + timedelta(days=9)).isoformat(),
            },
            "duplicate": {"master_id": self.random.choice(self.report_ids)},
        }.get(verb, BODIES.get(verb, {}))
        if verb == "rate":
            body["scores"] = dict.fromkeys(FIVE["scores"], score)
        answer = desk.do(client, report_id, verb, **body)
        assert answer.status < 500, answer.envelope
        if verb in ("object", "extend", "suspend") and answer.status == 201:
            decision = self.random.choice(["approve", "approve", "refuse"])
            decided = desk.approver.post(
                f"/feedback/applications/{answer.data['id']}/{decision}", {"text": "好"}
            )
            assert decided.status == 200, decided.envelope


def test_whatever_happens_the_sums_are_those_of_the_reports(desk, soak):
    walk, now = Walk(desk, seed=1), NINE
    for number in range(600 if soak else 100):
        now += timedelta(minutes=walk.random.randint(1, 20))
        is_next_day = number % 25 == 24
        with clock.at(now := now + timedelta(days=is_next_day)):
            if is_next_day:
                desk.log_in()
            walk.take()
    with clock.at(now):
        assert stored() == oracle()
        assert recounting.check() == []
    with clock.at(now + timedelta(days=8)):
        closing.lapse()
    found = stored()
    assert found == oracle()
    seen = {key[-1] for key in found}
    assert {"closed", "rated", "reopened", "visited", "response_met", "answer_missed"} <= seen


def test_sums_are_read_by_day_and_by_what_they_stand_under(desk):
    desk.rated()
    desk.report(category="danger")
    with clock.at(NINE + timedelta(days=1)):
        desk.report()
    db.session.rollback()
    monday = rollups.sums(MONDAY, MONDAY)
    assert (monday.submitted, monday.closed, monday.rated, monday.resolved) == (2, 1, 1, 1)
    snap, danger = desk.categories["snap"].id, desk.categories["danger"].id
    of_both = rollups.by("category_id", MONDAY, MONDAY + timedelta(days=1))
    assert {key: value.submitted for key, value in of_both.items()} == {snap: 2, danger: 1}
    assert rollups.sums(MONDAY, MONDAY, office_ids=[desk.office.id]).submitted == 1
    assert rollups.sums(date(2026, 1, 1), MONDAY, campus_ids=[desk.campus.id + 1]).submitted == 0


def test_what_is_wrong_is_found_and_made_anew(desk, app):
    desk.rated()
    run = app.test_cli_runner()
    assert "相符" in run.invoke(args=["feedback", "check"]).output

    @atomic
    def spoil():
        db.session.query(ReportDay).filter_by(closed=1).update({"closed": 3})

    spoil()
    checked = run.invoke(args=["feedback", "check"])
    assert checked.exit_code == 1
    assert "closed 明细 1，统计 3" in checked.output
    assert "更正 1 处" in run.invoke(args=["feedback", "rebuild"]).output
    assert "变动 0 件" in run.invoke(args=["feedback", "recount-clocks"]).output
    assert recounting.check() == []


def test_in_one_unit_a_report_that_moves_twice_is_counted_once(desk):
    report_id = desk.replied()
    desk.done(desk.reporter, report_id, "rate", outcome="unresolved", scores=FIVE["scores"], text="没有修")
    db.session.rollback()
    today = rollups.sums(MONDAY, MONDAY)
    assert (today.submitted, today.closed, today.rated, today.unresolved, today.reopened) == (1, 0, 1, 1, 1)
    assert (today.answered, today.answer_met) == (0, 1)
    assert recounting.check() == []
