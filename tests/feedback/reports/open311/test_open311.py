"""Programs read what the wall shows, and send in what nobody but the desk sees."""

from contextvars import Context
from datetime import datetime, timedelta

import pytest
from defusedxml import ElementTree
from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor
from backend.db import atomic, db
from feedback.moderation.models import Submission as Moderated
from feedback.moderation.models import SubmissionState
from feedback.reports import wall
from feedback.reports.models import Report
from feedback.reports.open311.models import Submission
from feedback.reports.open311.rules import IS_OPEN, KEY_DAILY
from tests.backend.media import pictures
from tests.backend.media.sending import send as send_photo
from tests.factories import NINE
from tests.threads import at_once

DAY = timedelta(days=1)
TEXT = "行道树已经扶正"


class Open311:
    """What a program gets, as bare JSON."""

    def __init__(self, app):
        self.app = app

    def get(self, path, **query):
        return Context().run(self.app.test_client().get, f"/open311/v2/{path}", query_string=query)

    def post(self, **form):
        return Context().run(self.app.test_client().post, "/open311/v2/requests.json", data=form)

    def numbers(self, **query):
        response = self.get("requests.json", **query)
        assert response.status_code == 200, response.data
        return [each["service_request_id"] for each in response.json]


@pytest.fixture
def program(app):
    """Somebody's program."""
    return Open311(app)


@pytest.fixture
def key(desk):
    """A key, as it is told once."""
    admin = desk.client("admin", "administrator")
    return admin.post("/feedback/open311/keys", {"name": "城市之声"}).data["key"]


def publish(desk, report_id, text=TEXT, copies=()):
    """Put a report on the wall, as the desk does."""
    officer = desk.people["officer"]

    @atomic
    def run():
        report = db.session.get(Report, report_id, populate_existing=True)
        actor = Actor(officer.id, officer.staff_no, officer.name, 0, 0, ())
        wall.put_up(actor, report, text=text, copies=copies, sources=[], at=clock.now())

    run()
    return desk.row(report_id).number


def refused(response, status):
    """A bare array of one error whose code is the status."""
    assert response.status_code == status, response.data
    (error,) = response.json
    assert error["code"] == status
    assert any("\u4e00" <= char <= "\u9fff" for char in error["description"])
    return True


def test_the_categories_in_use_are_the_services(desk, program):
    found = program.get("services.json")
    assert found.status_code == 200
    snap = next(each for each in found.json if each["service_code"] == "snap")
    assert (snap["service_name"], snap["metadata"], snap["type"], snap["group"]) == (
        "snap", False, "realtime", "随手拍",
    )  # fmt: skip
    assert "service" not in {each["service_code"] for each in found.json}
    assert program.get("services/snap.json").json == {"service_code": "snap", "attributes": []}
    assert refused(program.get("services/nothing.json"), 404)
    assert refused(program.get("anything/else.json"), 404)


def test_a_published_report_is_told_in_the_words_of_the_wall(desk, program):
    report_id = desk.rated(is_wall_consented=True, text="张诉求的原话")
    number = publish(desk, report_id)
    (found,) = program.get("requests.json").json
    assert (found["service_request_id"], found["status"], found["service_code"]) == (number, "closed", "snap")
    assert (found["description"], found["agency_responsible"]) == (TEXT, "绿化组")
    assert found["status_notes"] == "已办结（已解决）"
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert datetime.fromisoformat(found[name]).utcoffset() == timedelta(hours=8), name
    assert found["address"].endswith("101")
    assert program.get(f"requests/{number}.json").json == [found]
    assert not any(word in str(found) for word in ("张诉求", "原话"))
    assert "原话" not in program.get("requests.json", extensions="true").text
    extended = program.get("requests.json", extensions="true").json[0]["extended_attributes"]
    assert (extended["state"], extended["outcome"]) == ("closed", "resolved")


def test_answered_but_not_judged_is_open(desk, program):
    answered, settled = (
        publish(desk, desk.replied(is_wall_consented=True)),
        publish(desk, desk.rated(is_wall_consented=True)),
    )
    assert program.numbers(status="open") == [answered]
    assert program.numbers(status="closed") == [settled]
    assert sorted(program.numbers(status="open,closed")) == sorted([answered, settled])
    assert program.numbers(service_code="complaint") == []
    assert sorted(program.numbers(service_code="complaint,snap")) == sorted([answered, settled])
    assert refused(program.get("requests.json", status="fixed"), 400)


def test_numbers_override_the_other_filters(desk, program):
    first, second = (publish(desk, desk.replied(is_wall_consented=True)) for _ in range(2))
    numbers = program.numbers(service_request_id=f"{first},{second},F20260101-000009", status="closed")
    assert sorted(numbers) == sorted([first, second])


def test_the_last_ninety_days_and_no_span_longer_than_that(desk, program):
    number = publish(desk, desk.replied(is_wall_consented=True))
    with clock.at(NINE + 89 * DAY):
        assert program.numbers() == [number]
    with clock.at(NINE + 91 * DAY):
        assert program.numbers() == []
        since = clock.local(NINE - DAY).isoformat()
        assert program.numbers(start_date=since) == [number]
        assert refused(
            program.get("requests.json", start_date=since, end_date=clock.local(NINE + 91 * DAY).isoformat()),
            400,
        )


def test_pages_are_as_long_as_asked_for(desk, program):
    numbers = [publish(desk, desk.replied(is_wall_consented=True)) for _ in range(3)]
    assert program.numbers(page_size=2) == numbers[:0:-1]
    assert program.numbers(page_size=2, page=2) == numbers[:1]
    assert refused(program.get("requests.json", page_size=1001), 400)


def test_what_is_private_hidden_or_taken_down_is_never_told(desk, program):
    private = desk.row(desk.rated(is_wall_consented=True)).number
    hidden_id, down_id = (desk.rated(is_wall_consented=True) for _ in range(2))
    hidden, down = publish(desk, hidden_id), publish(desk, down_id)
    assert set(program.numbers()) == {hidden, down}
    assert desk.do(desk.officer, hidden_id, "hide", text="含个人信息").status == 200
    assert desk.do(desk.officer, down_id, "unpublish").status == 200
    for number in (private, hidden, down):
        assert refused(program.get(f"requests/{number}.json"), 404)
        assert program.numbers(service_request_id=number) == []
    assert program.numbers() == []


def test_an_unnamed_reporter_is_not_to_be_guessed(desk, program):
    photo = send_photo(desk.officer, pictures.small_jpeg(90)).data["id"]
    report_id = desk.replied(category="complaint", is_anonymous=True, is_wall_consented=True)
    number = publish(desk, report_id, copies=[photo])
    (found,) = program.get("requests.json", extensions="true").json
    person = desk.people["reporter"]
    assert found["service_request_id"] == number
    assert found["media_url"].startswith("http")
    assert not any(each in str(found) for each in (person.name, person.staff_no, "101"))
    assert (found["lat"], found["long"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"lat": "", "long": ""}, 400),
        ({"service_code": ""}, 400),
        ({"service_code": "nothing"}, 404),
        ({"service_code": "service"}, 404),
        ({"description": ""}, 400),
        ({"lat": "", "long": "", "address_id": "room:999999"}, 400),
        ({"lat": "", "long": "", "address_id": "zzzzzzzzzzzz"}, 400),
        ({"api_key": ""}, 403),
        ({"api_key": "o311_wrong"}, 403),
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_submission_that_lacks_something_is_refused(desk, program, key, change, status):
    given = {"api_key": key, "service_code": "snap", "lat": "30", "long": "122", "description": "灯坏了"}
    assert refused(program.post(**{**given, **change}), status)
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


def test_what_comes_in_is_nobodys_and_private_until_it_is_published(desk, program, key):
    given = {"api_key": key, "service_code": "snap", "description": "路灯不亮", "email": "a@b.c"}
    response = program.post(**given, address_id=f"room:{desk.room.id}", media_url="http://example.com/x.jpg")
    assert response.status_code == 201
    (sent,) = response.json
    number = sent["service_request_id"]
    row = db.session.scalars(select(Report).where(Report.number == number)).one()
    assert (row.origin, row.state, row.reporter_id, row.reporter_key) == ("open311", "pending", None, None)
    assert (row.place_id, row.campus_id) == (desk.room.id, desk.campus.id)
    assert (row.contact, row.is_anonymous) == ("城市之声", False)
    assert refused(program.get(f"requests/{number}.json"), 404)
    assert program.numbers() == []
    moderated = db.session.scalars(select(Moderated.state)).one()
    assert moderated == SubmissionState.MANUAL.value
    assert desk.officer.get(f"/feedback/reports/{row.id}").data["number"] == number
    assert desk.reporter.get(f"/feedback/reports/{row.id}").status == 404


def test_a_position_that_a_program_sent_is_told_again(desk, program, key):
    program.post(api_key=key, service_code="snap", description="树倒了", lat="30.015", long="122.2")
    row = db.session.scalars(select(Report)).one()
    desk.done(desk.officer, row.id, "accept")
    desk.done(desk.officer, row.id, "assign", office_id=desk.office.id)
    desk.done(desk.member, row.id, "reply", text="已扶正")
    publish(desk, row.id)
    (found,) = program.get("requests.json").json
    assert (found["lat"], found["long"], found["address"]) == (30.015, 122.2, None)


def test_a_key_sends_so_many_a_day_even_at_once(app, desk, key, soak):
    desk.compound.rule(KEY_DAILY, 2)
    given = {
        "api_key": key,
        "service_code": "snap",
        "description": "灯坏了",
        "lat": "30",
        "long": "122",
    }
    db.session.rollback()

    def send():
        return Open311(app).post(**given).status_code

    assert sorted(at_once([lambda: Context().run(send)] * (12 if soak else 4)))[:3] == [201, 201, 429]
    with clock.at(NINE + DAY):
        assert Open311(app).post(**given).status_code == 201
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 3


def test_a_key_is_told_once_kept_as_a_hash_and_can_be_revoked(desk, program, key):
    admin = desk.client("second_admin", "administrator")
    (listed,) = admin.get("/feedback/open311/keys").data["list"]
    assert (listed["name"], listed["is_active"]) == ("城市之声", True)
    assert key not in str(listed)
    assert admin.post("/feedback/open311/keys", {"name": "城市之声"}).error == "georeport.key_taken"
    assert desk.reporter.get("/feedback/open311/keys").status == 403
    assert admin.post(f"/feedback/open311/keys/{listed['id']}/revoke").data["is_active"] is False
    assert admin.post("/feedback/open311/keys/999/revoke").status == 404
    given = {"service_code": "snap", "description": "灯坏了", "lat": "30", "long": "122"}
    assert refused(program.post(api_key=key, **given), 403)


def test_the_same_is_told_as_xml(desk, program):
    number = publish(desk, desk.replied(is_wall_consented=True), text="已处理 <完>")
    response = program.get("requests.xml", extensions="true")
    assert response.content_type == "text/xml; charset=utf-8"
    request = ElementTree.fromstring(response.data).find("request")
    assert request.findtext("service_request_id") == number
    assert request.findtext("description") == "已处理 <完>"
    assert request.findtext("extended_attributes/state") == "to_rate"
    services = ElementTree.fromstring(program.get("services.xml").data)
    assert "snap" in [each.findtext("service_code") for each in services.findall("service")]
    error = ElementTree.fromstring(program.get("requests/none.xml").data).find("error")
    assert error.findtext("code") == "404"


def test_an_unchanged_answer_is_not_sent_again(desk, program):
    publish(desk, desk.replied(is_wall_consented=True))
    first = program.get("requests.json")
    assert first.headers["Cache-Control"] == "public, max-age=30"
    again = Context().run(
        program.app.test_client().get,
        "/open311/v2/requests.json",
        headers={"If-None-Match": first.headers["ETag"]},
    )
    assert again.status_code == 304


def test_switched_off_it_answers_nothing(desk, program, key):
    desk.compound.rule(IS_OPEN, False)
    assert refused(program.get("services.json"), 404)
    assert refused(program.post(api_key=key, service_code="snap", lat="1", long="1", description="x"), 404)
