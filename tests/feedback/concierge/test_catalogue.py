"""The catalogue: services, their forms and the revisions of these."""

import pytest
from sqlalchemy.exc import DBAPIError

from backend.actor import ScopeKind
from backend.db import atomic, db
from feedback.categories.models import Kind
from feedback.concierge.models import ServiceForm
from tests.feedback.concierge.house import SIMPLE_FORM, WATER_FORM


def test_another_form_is_another_revision_and_requests_keep_theirs(house, desk):
    before = house.help(what="旧的").data
    form = [{"key": "what", "title": "请说明", "type": "long_text", "required": True}]
    plain = desk.categories["plain_service"].id
    assert house.change("help", "帮忙", form, category_id=plain)["revision"] == 2
    after = house.help(what="新的").data
    for request_id, revision, title in ((before["id"], 1, "内容"), (after["id"], 2, "请说明")):
        found = desk.reporter.get(f"/feedback/requests/{request_id}").data
        assert (found["revision"], found["answers"][0]["title"]) == (revision, title)
    # The same form again is no new revision, whatever else changes.
    assert house.change("help", "帮帮忙", form, category_id=plain)["revision"] == 2


def test_a_revision_never_changes(house):
    @atomic
    def tamper():
        db.session.query(ServiceForm).update({"fields": []})

    with pytest.raises(DBAPIError, match=r"append-only|refuse|change"):
        tamper()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"code": "water"}, "feedback.service_taken"),
        ({"name": "送水"}, "feedback.service_taken"),
        ({"category_id": "snap"}, "feedback.service_category_invalid"),
        ({"category_id": 999}, "feedback.service_category_invalid"),
        ({"is_direct": True}, "feedback.service_office_needed"),
        ({"office_id": 999}, "feedback.office_not_found"),
        ({"form": [*SIMPLE_FORM, *SIMPLE_FORM]}, "feedback.form_invalid"),
        ({"form": []}, "app.invalid"),
        ({"code": "Water!"}, "app.invalid"),
    ],
)
def test_what_is_no_service_is_refused(house, desk, said, error):
    if said.get("category_id") == "snap":
        said = {"category_id": desk.categories["snap"].id}
    body = {"code": "new", **house.body("新的", SIMPLE_FORM), **said}
    assert desk.officer.post("/feedback/services", body).error == error


def test_only_its_keepers_change_the_catalogue(house, desk):
    body = {"code": "new", **house.body("新的", SIMPLE_FORM)}
    assert desk.reporter.post("/feedback/services", body).status == 403
    assert desk.reporter.get("/feedback/services/all").status == 403
    narrow = desk.client("narrow", "feedback_desk", (ScopeKind.CAMPUS, desk.campus.id))
    assert narrow.post("/feedback/services", body).status == 403


def test_services_stand_in_the_order_given(house, desk):
    ids = [house.services[code]["id"] for code in ("help", "water")]
    desk.officer.put("/feedback/services/order", {"item_ids": ids})
    offered = desk.reporter.get("/feedback/services").data["list"]
    assert [each["code"] for each in offered] == ["help", "water"]
    refused = desk.officer.put("/feedback/services/order", {"item_ids": ids[:1]})
    assert refused.error == "feedback.services_changed"


def test_what_is_offered_says_what_is_asked_for(house, desk):
    water = desk.reporter.get("/feedback/services").data["list"][0]
    assert [field["key"] for field in water["form"]] == [field["key"] for field in WATER_FORM]
    # The form asks for the place already.
    assert (water["needs_place"], water["open_limit"], "office_id" in water) == (False, 2, False)


def test_the_standard_catalogue_is_loaded_once_under_the_categories_that_are_there(desk):
    assert desk.officer.post("/feedback/services/defaults").data["created"] == 0
    desk.category("service.lost", Kind.SERVICE, name="失物招领", needs_place=False)
    desk.category("service.question", Kind.SERVICE, name="咨询", needs_place=False)
    loaded = desk.officer.post("/feedback/services/defaults").data
    assert loaded == {"created": 2, "kept": 10}
    assert desk.officer.post("/feedback/services/defaults").data == {"created": 0, "kept": 12}
    offered = {each["code"] for each in desk.reporter.get("/feedback/services").data["list"]}
    assert offered == {"lost_found", "ask"}
