"""Calendars, versions, classes of places and previews over HTTP."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.factories import NINE
from tests.property.estate import COMPOUND, Estate

ROOT = "/property/service-levels"
DAY = [{"from_time": "09:00", "until_time": "17:00"}]
GENERAL = {
    "response": {"counting": "natural", "amount": 10},
    "resolution": {"counting": "workdays", "amount": 2},
}


@pytest.fixture
def keeper(estate: Estate):
    """Who keeps the service levels."""
    return estate.client("keeper", "property_manager")


def preview(client, estate, **query):
    """What would be promised for an ordinary leak, unless something else is asked."""
    asked = {"category_id": estate.categories["leak"].id, "urgency": "ordinary", **query}
    answer = client.get(f"{ROOT}/preview", **asked).data
    return answer["policy"], *(promise["due_at"] for promise in answer["promises"])


def test_what_is_built_in_holds_until_a_version_is_published(estate: Estate, keeper):
    assert preview(estate.requester, estate)[0] == "内置标准"
    draft = keeper.post(f"{ROOT}/versions", {"title": "2026 年服务时限"}).data
    assert draft["state"] == "draft"
    assert [line["response"]["text"] for line in draft["lines"]] == [
        "5 分钟", "15 分钟", "30 分钟（工作时间）", "30 分钟",
    ]  # fmt: skip
    leak = {**GENERAL, "category_id": estate.categories["leak"].id, "urgency": "urgent"}
    body = {"title": "新版", "source": "合同附件", "lines": [GENERAL, leak]}
    changed = keeper.put(f"{ROOT}/versions/{draft['id']}", body).data
    assert [line["category"] for line in changed["lines"]] == ["", "leak"]
    assert preview(estate.requester, estate)[0] == "内置标准"

    later = NINE + timedelta(hours=1)
    published = keeper.post(
        f"{ROOT}/versions/{draft['id']}/publish", {"effective_at": later.isoformat()}
    ).data

    assert published["state"] == "scheduled"
    assert preview(estate.requester, estate)[0] == "内置标准"
    with clock.at(later):
        assert preview(estate.requester, estate) == (
            "第 1 版",
            "2026-11-23T10:10:00+08:00",
            "2026-11-25T17:30:00+08:00",
        )
        row = keeper.get(f"{ROOT}/versions").data["list"][0]
    assert (row["number"], row["state"], row["changed_by_name"]) == (
        1,
        "in_force",
        published["changed_by_name"],
    )


def test_a_published_version_never_changes(estate: Estate, keeper):
    draft = keeper.post(f"{ROOT}/versions", {"title": "第一版", "lines": [GENERAL]}).data
    url = f"{ROOT}/versions/{draft['id']}"
    keeper.post(f"{url}/publish", {})

    assert keeper.put(url, {"title": "改", "lines": [GENERAL]}).error == "service_levels.version_fixed"
    assert keeper.post(f"{url}/publish", {}).status == 409
    assert keeper.delete(url).status == 409
    copy = keeper.post(f"{ROOT}/versions", {"title": "第二版", "copy_of": draft["id"]}).data
    assert (copy["number"], copy["lines"]) == (2, draft["lines"])
    assert keeper.delete(f"{ROOT}/versions/{copy['id']}").status == 200
    assert keeper.get(f"{ROOT}/versions/{copy['id']}").error == "service_levels.version_not_found"


def test_drafts_that_can_not_hold_are_refused(estate: Estate, keeper):
    urgent = {**GENERAL, "urgency": "urgent"}
    draft = keeper.post(f"{ROOT}/versions", {"title": "缺", "lines": [urgent]}).data
    publish = f"{ROOT}/versions/{draft['id']}/publish"

    incomplete = keeper.post(publish, {})
    assert (incomplete.status, incomplete.error) == (422, "service_levels.version_incomplete")
    past = keeper.post(publish, {"effective_at": (NINE - timedelta(minutes=1)).isoformat()})
    assert past.error == "service_levels.effective_in_past"
    for line in ({**GENERAL, "category_id": 999}, {**GENERAL, "calendar_id": 999}):
        refusal = keeper.post(f"{ROOT}/versions", {"title": "错", "lines": [line]})
        assert (refusal.status, refusal.error) == (422, "service_levels.line_invalid")
    assert keeper.post(f"{ROOT}/versions", {"title": "错", "copy_of": 999}).status == 404


def test_a_service_calendar_is_counted_by(estate: Estate, keeper):
    saturday = [{"weekday": 5, "segments": [{"from_time": "10:00", "until_time": "12:00"}]}]
    calendar = keeper.post(
        f"{ROOT}/calendars", {"name": "物业", "segments": DAY, "by_weekday": saturday}
    ).data
    resolution = {"counting": "working", "amount": 60}
    line = {**GENERAL, "calendar_id": calendar["id"], "resolution": resolution}
    draft = keeper.post(f"{ROOT}/versions", {"title": "版", "lines": [line]}).data
    keeper.post(f"{ROOT}/versions/{draft['id']}/publish", {})

    assert draft["lines"][0]["calendar"] == "物业"
    assert preview(keeper, estate, at="2026-11-23T16:30:00+08:00")[2] == "2026-11-24T09:30:00+08:00"
    assert keeper.get(f"{ROOT}/calendars").data["list"] == [calendar]
    assert keeper.post(f"{ROOT}/calendars", {"name": "物业", "segments": DAY}).error == (
        "service_levels.calendar_name_taken"
    )
    crossed = [{"from_time": "12:00", "until_time": "09:00"}]
    assert keeper.post(f"{ROOT}/calendars", {"name": "反", "segments": crossed}).status == 422
    twice = keeper.post(f"{ROOT}/calendars", {"name": "重", "segments": DAY, "by_weekday": saturday * 2})
    assert twice.status == 422
    assert keeper.put(f"{ROOT}/calendars/999", {"name": "无", "segments": DAY}).status == 404


def test_a_class_holds_for_what_lies_below(estate: Estate, keeper):
    line = {**GENERAL, "place_class": "vital", "response": {"counting": "natural", "amount": 1}}
    draft = keeper.post(f"{ROOT}/versions", {"title": "版", "lines": [GENERAL, line]}).data
    keeper.post(f"{ROOT}/versions/{draft['id']}/publish", {})
    room = {"place_kind": "room", "place_id": estate.room.id}
    building, floor = (
        f"{ROOT}/place-classes/building/{estate.building.id}",
        f"{ROOT}/place-classes/floor/{estate.floor.id}",
    )

    assert preview(keeper, estate, **room)[1] == "2026-11-23T09:10:00+08:00"
    keeper.put(building, {"place_class": "vital"})
    assert preview(keeper, estate, **room)[1] == "2026-11-23T09:01:00+08:00"
    keeper.put(floor, {"place_class": "ordinary"})
    assert preview(keeper, estate, **room)[1] == "2026-11-23T09:10:00+08:00"
    assert [row["place_class"] for row in keeper.get(f"{ROOT}/place-classes").data["list"]] == [
        "vital",
        "ordinary",
    ]
    keeper.delete(floor)
    assert keeper.delete(floor).error == "service_levels.class_not_found"
    assert preview(keeper, estate, **room)[1] == "2026-11-23T09:01:00+08:00"
    assert keeper.put(f"{ROOT}/place-classes/moon/1", {"place_class": "vital"}).status == 404


def test_only_who_keeps_the_whole_compound_may_write(estate: Estate, keeper):
    somewhere = estate.client("near", "property_manager", (ScopeKind.CAMPUS, estate.campus.id))
    reader = estate.client("reader", "property_leader", COMPOUND)
    calendar = {"name": "物业", "segments": DAY}

    assert somewhere.post(f"{ROOT}/calendars", calendar).status == 403
    assert somewhere.post(f"{ROOT}/versions", {"title": "版"}).status == 403
    assert (
        somewhere.put(f"{ROOT}/place-classes/room/{estate.room.id}", {"place_class": "vital"}).status == 403
    )
    assert somewhere.get(f"{ROOT}/versions").status == 200
    assert reader.get(f"{ROOT}/built-in").status == 200
    assert reader.post(f"{ROOT}/calendars", calendar).status == 403
    assert estate.requester.get(f"{ROOT}/calendars").status == 403


def test_a_preview_of_what_does_not_exist_is_refused(estate: Estate):
    assert estate.requester.get(f"{ROOT}/preview", category_id=999, urgency="urgent").status == 404
    lone = estate.requester.get(
        f"{ROOT}/preview", category_id=estate.categories["leak"].id, urgency="urgent", place_id=1
    )
    assert lone.status == 422
