"""Asking for a small service, from the form to the rating."""

from functools import partial

import orjson
import pytest

from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.vault import decrypt
from feedback.concierge import personal
from feedback.concierge.models import RequestAnswers
from feedback.concierge.projects import personal as projects
from feedback.offices.models import Office
from tests.feedback.concierge.house import WATER_FORM
from tests.feedback.desk import FIVE, nothing_changes
from tests.threads import at_once


def test_a_request_goes_to_its_office_at_once_and_on_to_a_rating(house, desk):
    asked = house.ask()
    assert asked.status == 201
    made = asked.data
    assert (made["state"], made["office_name"], made["place_path"]) == (
        "assigned",
        "绿化组",
        f"{desk.campus.name} / 1号楼 / 1层 / 101",
    )
    assert made["text"] == "【送水】桶数：2"
    assert [(each["title"], each["text"]) for each in made["answers"]] == [
        ("送到哪里", made["place_path"]),
        ("桶数", "2"),
        ("联系电话", "13800138000"),
    ]
    row = desk.row(made["id"])
    assert (row.kind, row.origin, row.is_anonymous, row.accepted_at is not None) == (
        "service",
        "concierge",
        False,
        True,
    )
    listed = desk.member.get("/feedback/requests", scope="office").data["list"]
    assert [(each["id"], each["service_name"]) for each in listed] == [(made["id"], "送水")]
    assert [each["id"] for each in desk.reporter.get("/feedback/requests").data["list"]] == [made["id"]]
    desk.done(desk.member, made["id"], "reply", text="已送到")
    assert desk.done(desk.reporter, made["id"], "rate", **FIVE)["state"] == "closed"
    assert desk.reporter.get("/feedback/requests", is_open="true").data["total"] == 0


def test_without_an_office_of_its_own_a_request_waits_for_the_desk(house, desk):
    made = house.help(text="两个人就够").data
    assert (made["state"], made["office_id"], made["text"]) == (
        "pending",
        None,
        "【帮忙】内容：抬一下箱子；两个人就够",
    )
    assert desk.officer.get("/feedback/requests", scope="all").data["total"] == 1


def test_an_office_of_another_campus_gets_nothing(house, desk):
    far = desk.new_office("南区", campus_id=desk.compound.campus("南区").id)
    house.change("water", "送水", WATER_FORM, office_id=far.id, is_direct=True)
    assert house.ask().data["state"] == "pending"


def test_an_office_that_was_closed_meanwhile_gets_nothing(house, desk):
    @atomic
    def close():
        db.session.get(Office, desk.office.id).is_active = False

    close()
    assert house.ask().data["state"] == "pending"


def test_wrong_answers_are_refused_by_field_and_leave_nothing(house, desk):
    refused = house.ask(barrels=11, strange=1)
    assert (refused.status, refused.error) == (422, "feedback.answers_invalid")
    assert refused.envelope["msg"] == "「桶数」应在 1 到 10 之间"
    assert refused.envelope["data"]["fields"] == {
        "barrels": "桶数应在 1 到 10 之间",
        "strange": "strange不是该表单的字段",
    }
    assert desk.reporter.get("/feedback/requests").data["total"] == 0


@pytest.mark.parametrize("answers", [None, [], "x", {str(key): 1 for key in range(50)}])
def test_answers_are_an_object(house, desk, answers):
    body = {"service": "help", "answers": answers}
    assert desk.reporter.post("/feedback/requests", body).status == 422


def test_a_service_that_is_not_there_or_not_in_use_is_refused(house, desk):
    assert desk.reporter.post("/feedback/requests", {"service": "x", "answers": {}}).error == (
        "feedback.service_not_found"
    )
    house.change("water", "送水", WATER_FORM, is_active=False)
    assert house.ask().error == "feedback.service_inactive"
    offered = {each["code"] for each in desk.reporter.get("/feedback/services").data["list"]}
    assert offered == {"help"}


def test_a_service_may_demand_a_photo(house, desk):
    house.change("water", "送水", WATER_FORM, needs_photo=True)
    assert house.ask().error == "feedback.service_photo_needed"


def test_telephone_numbers_are_encrypted_masked_and_shown_to_who_has_it_in_hand(house, desk):
    made = house.ask().data
    given = db.session.get(RequestAnswers, made["id"])
    assert "138" not in orjson.dumps(given.answers).decode()
    assert b"138" not in given.sealed_cipher
    assert orjson.loads(decrypt(given.sealed_cipher)) == {"phone": "13800138000"}
    path = f"/feedback/requests/{made['id']}"
    assert desk.member.get(path).data["answers"][2] == {
        "key": "phone",
        "title": "联系电话",
        "type": "phone",
        "text": "138****8000",
        "is_sealed": True,
    }
    assert desk.member.post(f"{path}/unmask").data["answers"][2]["text"] == "13800138000"
    db.session.rollback()
    told = db.session.query(AuditEvent).filter_by(action="feedback.request_unmasked").one()
    assert (told.actor_id, told.object_id) == (desk.people["member"].id, str(made["id"]))


def test_nobody_else_sees_a_request(house, desk):
    made = house.ask().data
    path = f"/feedback/requests/{made['id']}"
    for stranger in (desk.neighbour, desk.outsider):
        assert stranger.get(path).error == "feedback.request_not_found"
        assert stranger.post(f"{path}/unmask").error == "feedback.request_not_found"
        assert stranger.get("/feedback/requests", scope="office").data["total"] == 0
    assert desk.neighbour.get("/feedback/requests", scope="all").status == 403
    # Who only oversees reads it, but not the numbers.
    assert desk.approver.get(path).data["answers"][2]["text"] == "138****8000"
    assert desk.approver.post(f"{path}/unmask").error == "feedback.report_not_yours"
    # And an ordinary report is no request.
    assert desk.reporter.get(f"/feedback/requests/{desk.report()}").error == "feedback.request_not_found"


def test_nobody_has_more_open_requests_than_the_service_allows(house, desk):
    first = house.ask().data["id"]
    house.ask()
    with nothing_changes(desk, first):
        refused = house.ask()
    assert (refused.status, refused.error) == (409, "feedback.too_many_open_requests")
    assert refused.envelope["msg"] == "您已有 2 件「送水」申请尚未办结，每人最多 2 件"
    assert house.ask(desk.neighbour).status == 201
    desk.done(desk.member, first, "reply", text="已送到")
    assert house.ask().status == 201


def test_several_requests_at_once_do_not_pass_the_limit(house, desk, soak):
    db.session.rollback()
    answers = at_once([partial(house.ask, desk.reporter)] * (12 if soak else 4))
    assert sorted(answer.status for answer in answers)[:2] == [201, 201]
    assert {answer.status for answer in answers} == {201, 409}
    assert desk.reporter.get("/feedback/requests").data["total"] == 2


def test_the_same_key_makes_one_request(house, desk):
    body = {"service": "help", "answers": {"what": "一次"}}
    first, second = (desk.reporter.post("/feedback/requests", body, key="once") for _ in range(2))
    assert first.data == second.data
    assert desk.reporter.get("/feedback/requests").data["total"] == 1


def test_what_is_kept_about_a_person_is_told_to_them_and_numbers_are_forgotten(house, desk):
    made = house.ask().data
    body = {"title": "加装饮水机", "text": "三层没有"}
    project_id = desk.reporter.post("/feedback/projects/proposals", body).data["project"]["id"]
    desk.reporter.post(f"/feedback/projects/{project_id}/follow")
    staff_id = desk.people["reporter"].id
    db.session.rollback()
    told = personal.answers_of(staff_id)
    place = made["place_path"]
    assert [(row["编号"], row["填写内容"]) for row in told] == [
        (made["number"], f"送到哪里：{place}；桶数：2；联系电话：13800138000")
    ]
    assert [(row["项目"], row["状态"], row["关注"]) for row in projects.projects_of(staff_id)] == [
        ("加装饮水机", "提议", True)
    ]
    assert personal.answers_of(desk.people["neighbour"].id) == []
    assert atomic(personal.forget_phones)(staff_id) == 1
    assert "联系电话" not in personal.answers_of(staff_id)[0]["填写内容"]
    assert len(desk.reporter.get(f"/feedback/requests/{made['id']}").data["answers"]) == 2
