"""The monthly bulletin of all services: its figures are what was planted, on paper, in Excel and as data."""

from datetime import date, timedelta
from functools import partial
from io import BytesIO

import orjson
import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from feedback.notices.models import Notice
from feedback.reviews import policies
from feedback.reviews.models import Review
from tests.canteen.lunch import Lunch
from tests.canteen.pickups.test_rating import serve
from tests.factories import NINE
from tests.feedback.desk import FIVE, Desk
from tests.printed import pages_of, text_of
from tests.property.estate import Estate
from tests.threads import at_once

DECEMBER = NINE + timedelta(days=9)
NOVEMBER = date(2026, 11, 1)
COMPOUND = (ScopeKind.COMPOUND, 0)


class House:
    """A lunch, a desk, an estate, who drafts the bulletin and who signs it off."""

    def __init__(self, compound):
        self.compound = compound
        self.lunch = Lunch(compound)
        self.estate = Estate(compound)
        self.estate.policy()
        self.desk = Desk(compound)
        self.people = {
            "drafter": compound.staff(roles={"logistics_reviewer": COMPOUND}),
            "leader": compound.staff(roles={"leader": COMPOUND}),
            "official": compound.staff(),
        }
        self.log_in()

    def log_in(self):
        for name, staff in self.people.items():
            setattr(self, name, self.compound.client(staff))

    def plant(self):
        """November, in the words of the first test."""
        for by in [self.lunch.official, *(self.lunch.client() for _ in range(5))]:
            order_id = serve(self.lunch, by)
            by.post(f"/canteen/orders/{order_id}/rate", {"scores": {"taste": 4}})
        for number in range(7):
            order_id = self.estate.completed() if number < 5 else self.estate.report()
            if number < 5:
                scores = dict.fromkeys(("speed", "quality", "attitude"), 5 if number < 4 else 2)
                self.estate.done(self.estate.requester, order_id, "rate", scores=scores)
        desk = self.desk
        for number in range(6):
            report_id = desk.replied()
            body = (
                FIVE
                if number < 4
                else {**FIVE, "outcome": "partly", "text": "还差一点", "is_reopening": False}
            )
            desk.done(desk.reporter, report_id, "rate", **body)
        desk.done(desk.reporter, desk.report(), "withdraw")
        desk.report(is_anonymous=True)
        for _ in range(2):
            desk.report(category="service", by=desk.neighbour)

    def drafted(self):
        """The draft of November, begun in December."""
        return self.drafter.post("/feedback/reviews", {"first_day": "2026-11-01"}).data

    def submitted(self):
        draft = self.drafted()
        path = f"/feedback/reviews/{draft['id']}"
        return self.drafter.post(f"{path}/submit", {"revision": draft["revision"]}).data

    def published(self):
        return self.signed(self.drafted()["id"])

    def signed(self, review_id):
        """Submitted and published as it stands."""
        path = f"/feedback/reviews/{review_id}"
        found = self.drafter.get(path).data
        found = self.drafter.post(f"{path}/submit", {"revision": found["revision"]}).data
        return self.leader.post(f"{path}/publish", {"revision": found["revision"]}).data


@pytest.fixture
def house(compound):
    with clock.at(NINE):
        made = House(compound)
    with clock.at(DECEMBER):
        made.log_in()
        yield made


@pytest.fixture
def planted(compound):
    with clock.at(NINE):
        made = House(compound)
        made.plant()
    with clock.at(DECEMBER):
        made.log_in()
        yield made


def figure(figures, section, key):
    found = next(each for each in figures["sections"] if each["key"] == section)
    return next(each for each in found["figures"] if each["key"] == key)


def sums(figures, section, key):
    found = figure(figures, section, key)
    return found["numerator"], found["denominator"]


def number(statement):
    db.session.rollback()
    return db.session.execute(text(statement)).scalar_one()


def test_the_figures_are_what_was_planted_and_what_separate_statements_count(planted):
    """6 meals, all rated; 7 repairs, 5 done and rated; 8 demands, 6 answered and rated; 2 services."""
    figures = planted.drafted()["figures"]
    assert figure(figures, "canteen", "served")["numerator"] == 6
    assert number("SELECT count(*) FROM orders WHERE state = 'picked_up'") == 6
    assert sums(figures, "canteen", "missed_rate") == (0, 6)
    assert sums(figures, "satisfaction", "canteen.order") == (6, 6)
    assert figure(figures, "satisfaction", "canteen.order")["coverage"] == {"numerator": 6, "denominator": 6}
    assert figure(figures, "repairs", "submitted")["numerator"] == 7
    assert number("SELECT count(*) FROM work_orders") == 7
    assert figure(figures, "repairs", "completed")["numerator"] == 5
    assert sums(figures, "repairs", "in_time_rate") == (5, 5)
    met = "SELECT count(*) FROM service_clocks WHERE kind = 'resolution' AND verdict = 'met'"
    assert number(met) == 5
    assert figure(figures, "repairs", "overdue")["numerator"] == 2
    assert figure(figures, "repairs", "overdue")["before"] is None
    assert sums(figures, "satisfaction", "property.work_order") == (4, 5)
    rated = "SELECT count(*) FROM ratings WHERE service = 'property.work_order' AND grade >= 4"
    assert number(rated) == 4
    assert figure(figures, "reports", "submitted")["numerator"] == 8
    assert sums(figures, "reports", "closed_rate") == (6, 7)
    closed = "SELECT count(*) FROM reports WHERE state = 'closed' AND kind <> 'service'"
    assert number(closed) == 6
    assert sums(figures, "reports", "resolved_rate") == (4, 6)
    outcomes = "SELECT count(*) FROM reports WHERE outcome = 'resolved'"
    assert number(outcomes) == 4
    assert figure(figures, "concierge", "submitted")["numerator"] == 2
    assert figure(figures, "satisfaction", "feedback.report")["text"] == "100.0%"


def test_too_few_ratings_are_withheld_with_their_sum(house):
    with clock.at(NINE):
        house.estate.log_in()
        order_id = house.estate.completed()
        house.estate.done(house.estate.requester, order_id, "rate", scores={"speed": 1})
    found = figure(house.drafted()["figures"], "satisfaction", "property.work_order")
    assert (found["text"], found["numerator"], found["denominator"]) == ("数据不足", None, 1)


def test_the_review_page_shows_the_same_live(house):
    live = house.drafter.get("/feedback/reviews/overview", month="2026-11").data
    assert live["figures"] == house.drafted()["figures"]
    assert house.official.get("/feedback/reviews/overview", month="2026-11").status == 403


def test_paper_workbook_and_data_say_the_same(planted):
    draft = planted.drafted()
    path = f"/feedback/reviews/{draft['id']}"
    longest = {"introduction": "甲" * 200, "problems": "乙" * 300, "requirements": "丙" * 300}
    planted.drafter.put(path, {"revision": draft["revision"], **longest})
    found = planted.signed(draft["id"])
    data = planted.official.get(f"{path}/export").data
    assert data["content"]["figures"] == found["figures"]
    pdf = planted.official.get(f"{path}/pdf").body
    assert pages_of(pdf) == 2
    first = "".join(text_of(pdf, first=1, last=1).split())
    book = load_workbook(BytesIO(planted.official.get(f"{path}/xlsx").body))
    cells = {(row[0], row[1]): row for row in book["主要指标"].iter_rows(min_row=2, values_only=True)}
    for section in found["figures"]["sections"]:
        for each in section["figures"]:
            row = cells[section["name"], each["name"]]
            assert (row[2], row[3], row[4]) == (each["text"], each["numerator"], each["denominator"])
            assert each["text"].replace(" ", "") in first
    assert [row[0].value for row in book["综述"].iter_rows(min_row=2)] == found["figures"]["summary"]


def test_a_published_bulletin_is_frozen_hashed_and_announced(house):
    found = house.published()
    assert found["issue_no"] == "〔2026〕第1期"
    db.session.rollback()
    review = db.session.get(Review, found["id"])
    assert policies.content_hash(review) == found["content_hash"]
    notice = db.session.query(Notice).filter_by(source_kind="service_review", source_id=review.id).one()
    assert (notice.kind, notice.state) == ("public", "published")
    first = house.official.get(f"/feedback/reviews/{review.id}/pdf").body
    with clock.at(DECEMBER + timedelta(hours=1)):
        assert house.official.get(f"/feedback/reviews/{review.id}/pdf").body == first
    body = {"revision": found["revision"], "introduction": "改"}
    answer = house.drafter.put(f"/feedback/reviews/{review.id}", body)
    assert (answer.status, answer.error) == (409, "feedback.review_state")


def test_a_correction_is_a_version_that_says_why(house):
    found = house.published()
    path = f"/feedback/reviews/{found['id']}/corrections"
    again = house.drafter.post(path, {"reason": "补录一件报修"}).data
    assert (again["version"], again["correction_reason"]) == (2, "补录一件报修")
    assert house.drafter.post(path, {"reason": "再来"}).error == "feedback.review_exists"
    path = f"/feedback/reviews/{again['id']}"
    submitted = house.drafter.post(f"{path}/submit", {"revision": again["revision"]}).data
    done = house.leader.post(f"{path}/publish", {"revision": submitted["revision"]}).data
    assert done["issue_no"] == "〔2026〕第1期（第2版）"


def test_who_drafts_does_not_sign_and_who_signs_reads_what_stands(house):
    found = house.submitted()
    path = f"/feedback/reviews/{found['id']}"
    assert house.drafter.post(f"{path}/publish", {"revision": found["revision"]}).status == 403
    stale = house.leader.post(f"{path}/publish", {"revision": found["revision"] - 1})
    assert (stale.status, stale.error) == (409, "feedback.review_moved")
    assert house.leader.post(f"{path}/return", {"opinion": "补充存在问题"}).data["state"] == "returned"
    assert house.official.get(path).status == 404


def test_two_months_published_at_once_are_numbered_without_a_gap(house):
    drafts = [
        house.drafter.post("/feedback/reviews", {"first_day": day}).data
        for day in ("2026-09-01", "2026-10-01")
    ]
    for draft in drafts:
        path = f"/feedback/reviews/{draft['id']}"
        draft |= house.drafter.post(f"{path}/submit", {"revision": draft["revision"]}).data
    db.session.rollback()

    def publish(draft):
        path = f"/feedback/reviews/{draft['id']}/publish"
        return house.leader.post(path, {"revision": draft["revision"]}).data["issue_no"]

    numbers = at_once([partial(publish, draft) for draft in drafts])
    assert sorted(numbers) == ["〔2026〕第1期", "〔2026〕第2期"]


def test_a_month_is_drafted_once_by_two_at_once(house):
    db.session.rollback()
    both = [partial(house.drafter.post, "/feedback/reviews", {"first_day": "2026-11-01"}) for _ in range(2)]
    assert sorted(answer.status for answer in at_once(both)) == [201, 409]


def test_a_month_is_told_once_and_when_it_is_over(house):
    assert (
        house.drafter.post("/feedback/reviews", {"first_day": "2026-11-02"}).error == "feedback.review_period"
    )
    assert (
        house.drafter.post("/feedback/reviews", {"first_day": "2027-01-01"}).error == "feedback.review_period"
    )
    house.drafted()
    assert (
        house.drafter.post("/feedback/reviews", {"first_day": "2026-11-01"}).error == "feedback.review_exists"
    )
    begun = house.drafter.post("/feedback/reviews", {"first_day": "2026-12-01"}).data
    answer = house.drafter.post(f"/feedback/reviews/{begun['id']}/submit", {"revision": begun["revision"]})
    assert (answer.status, answer.error) == (409, "feedback.review_early")


def test_nobody_is_named(planted):
    figures = orjson.dumps(planted.drafted()["figures"]).decode()
    named = [*planted.desk.people.values(), *planted.estate.people.values()]
    assert not [staff.name for staff in named if staff.name in figures]
