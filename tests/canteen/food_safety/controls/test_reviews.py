"""周排查 and 月调度."""

from datetime import timedelta

import pytest

from backend import clock
from tests.canteen.food_safety.controls.test_days import finding_of
from tests.factories import MONDAY, NINE

ROOT = "/canteen/controls"
FRIDAY = NINE + timedelta(days=4)


@pytest.fixture
def week(kitchen):
    """The draft of a week in which something was found."""
    with clock.at(NINE):
        finding_of(kitchen)
    with clock.at(FRIDAY):
        body = {"canteen_id": kitchen.canteen.id, "date": MONDAY.isoformat()}
        yield kitchen.officer.post(f"{ROOT}/weeks", body).data


def facts(report):
    return {
        line["title"]: (line["text"], line["is_alarm"])
        for group in report["facts"]["groups"]
        for line in group["lines"]
    }


def test_a_week_begins_with_its_facts_and_is_made_once(kitchen, week):
    assert (week["from_date"], week["to_date"]) == ("2026-11-23", "2026-11-29")
    found = facts(week)
    assert found["未销号"] == ("1 项：排水沟积水", True)
    assert found["缺记录的日期"][1]
    assert found["超期未整改"][1]
    again = kitchen.officer.post(
        f"{ROOT}/weeks", {"canteen_id": kitchen.canteen.id, "date": "2026-11-29"}
    ).data
    assert again["id"] == week["id"]
    assert kitchen.storekeeper.get(f"{ROOT}/weeks").status == 403


def test_a_week_is_signed_once_with_its_conclusion_and_stays_as_it_is(kitchen, week):
    path = f"{ROOT}/weeks/{week['id']}"
    empty = kitchen.officer.post(f"{path}/sign", {"revision": week["revision"]})
    assert (empty.error, empty.envelope["msg"]) == ("canteen.safety_review_incomplete", "请先填写排查结论")
    text = {"problems": "排水沟", "measures": "疏通", "conclusion": "风险可控"}
    saved = kitchen.officer.put(path, {**text, "revision": week["revision"]}).data
    stale = kitchen.officer.put(path, {**text, "revision": week["revision"]})
    assert stale.error == "canteen.safety_review_changed"
    signed = kitchen.officer.post(f"{path}/sign", {"revision": saved["revision"]}).data
    assert signed["is_signed"]
    for step in ("sign", "refresh"):
        refused = kitchen.officer.post(f"{path}/{step}", {"revision": signed["revision"]})
        assert refused.error == "canteen.safety_review_signed"
    assert kitchen.officer.get(f"{path}/pdf").body.startswith(b"%PDF")


def test_a_week_is_not_signed_before_its_friday_nor_begun_before_its_monday(kitchen):
    with clock.at(NINE):
        body = {"canteen_id": kitchen.canteen.id, "date": MONDAY.isoformat()}
        week = kitchen.officer.post(f"{ROOT}/weeks", body).data
        text = {"conclusion": "风险可控", "revision": week["revision"]}
        saved = kitchen.officer.put(f"{ROOT}/weeks/{week['id']}", text).data
        early = kitchen.officer.post(f"{ROOT}/weeks/{week['id']}/sign", {"revision": saved["revision"]})
        assert early.error == "canteen.safety_review_too_early"
        ahead = {**body, "date": (MONDAY + timedelta(days=7)).isoformat()}
        assert kitchen.officer.post(f"{ROOT}/weeks", ahead).error == "canteen.safety_review_too_early"


def test_a_month_tells_of_its_weeks_and_is_signed_after_its_meeting(kitchen, week):
    body = {"canteen_id": kitchen.canteen.id, "date": MONDAY.isoformat()}
    month = kitchen.officer.post(f"{ROOT}/months", body).data
    assert facts(month)["周排查报告"] == ("已签发 0 份", True)
    minutes = {
        "held_at": clock.local(FRIDAY + timedelta(days=1)).isoformat(),
        "place": "二楼会议室",
        "chair": "张主任",
        "attendees": "李安全、王师傅",
        "discussed": "排水沟",
        "decisions": "月底前改造",
        "revision": month["revision"],
    }
    path = f"{ROOT}/months/{month['id']}"
    saved = kitchen.officer.put(path, minutes).data
    early = kitchen.officer.post(f"{path}/sign", {"revision": saved["revision"]})
    assert early.error == "canteen.safety_review_too_early"
    with clock.at(FRIDAY + timedelta(days=2)):
        signed = kitchen.officer.post(f"{path}/sign", {"revision": saved["revision"]}).data
        assert (signed["month"], signed["is_signed"]) == ("2026-11", True)
        assert kitchen.officer.get(f"{path}/pdf").body.startswith(b"%PDF")
