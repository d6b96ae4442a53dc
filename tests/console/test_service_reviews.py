"""服务保障通报 and 通报会 at the console: the month, its bulletins, and what resident units demand."""

import pytest

from tests.console.browser import Console
from tests.feedback.desk import COMPOUND, desk
from tests.statements import counted_statements

__all__ = ["desk"]
URL = "/console/reviews"
BULLETINS, MEETINGS, DEMANDS = f"{URL}/bulletins", f"{URL}/meetings", f"{URL}/demands"
MOST = 15


@pytest.fixture
def reviewer(app, desk):
    """Who drafts bulletins and keeps the meetings."""
    return Console(app, desk.compound.staff(name="秦督查", roles={"logistics_reviewer": COMPOUND}))


@pytest.fixture
def leader(app, desk):
    """Who signs them off."""
    return Console(app, desk.compound.staff(name="贺主任", roles={"leader": COMPOUND}))


@pytest.fixture
def unit_id(desk):
    """A resident unit."""
    return desk.people["reporter"].postings[0].department_id


def met(reviewer, unit_id, desk):
    """A meeting of today with one demand; their ids."""
    body = {"held_on": "2026-11-23", "place": "一号会议室", "unit_ids": [unit_id]}
    meeting = reviewer.send("POST", "/feedback/review-meetings", body).data
    body = {
        "department_id": unit_id,
        "text": "午间热水不足",
        "office_id": desk.office.id,
        "due_on": "2026-11-27",
    }
    demand = reviewer.send("POST", f"/feedback/review-meetings/{meeting['id']}/demands", body).data
    return meeting["id"], demand["id"]


def test_the_review_of_a_month_stands_on_one_page_with_how_it_is_counted(reviewer):
    page = reviewer.page(URL)
    assert "2026年11月" in page
    for word in ("近六个月趋势", "主要指标", "诉求办理", "口径说明"):
        assert word in page
    assert "2026年10月" in reviewer.page(URL, month="2026-10")
    # What has not begun is this month.
    assert "2026年11月" in reviewer.page(URL, month="2027-03")


def test_a_bulletin_is_drafted_written_returned_and_signed_by_another(app, desk, reviewer, leader):
    assert "还没有通报" in reviewer.page(BULLETINS)
    assert 'value="2026-10-01" selected' in reviewer.page(f"{BULLETINS}/new")
    draft = reviewer.send("POST", "/feedback/reviews", {"first_day": "2026-10-01"}).data
    one, api = f"{BULLETINS}/{draft['id']}", f"/feedback/reviews/{draft['id']}"
    assert "提交审签" in reviewer.page(one)
    official = Console(app, desk.people["reporter"])
    assert official.get(one).status_code == 404
    sent = reviewer.send("POST", f"{api}/submit", {"revision": draft["revision"]}).data
    assert "1 期服务保障通报待审签" in leader.page("/console/")
    page = leader.page(one)
    assert "签发" in page
    assert "退回修改" in page
    assert leader.send("POST", f"{api}/return", {"opinion": "写明问题"}).status == 200
    assert "退回意见：写明问题" in reviewer.page(one)
    assert "1 期服务保障通报被退回修改" in reviewer.page("/console/")
    sent = reviewer.send("POST", f"{api}/submit", {"revision": sent["revision"] + 1}).data
    assert leader.send("POST", f"{api}/publish", {"revision": sent["revision"]}).status == 200
    assert "内容校验码" in official.page(one)
    assert "更正" in reviewer.page(one)
    assert official.get(URL).status_code == 403


def test_a_demand_is_recorded_answered_by_its_office_and_confirmed(app, desk, reviewer, unit_id):
    meeting_id, demand_id = met(reviewer, unit_id, desk)
    assert "午间热水不足" in reviewer.page(f"{MEETINGS}/{meeting_id}")
    assert "一号会议室" in reviewer.page(MEETINGS)
    one = f"{DEMANDS}/{demand_id}"
    assert "调整承办或期限" in reviewer.page(one)
    member, outsider = Console(app, desk.people["member"]), Console(app, desk.people["outsider"])
    assert "午间热水不足" in member.page(DEMANDS)
    assert "答复需求" in member.page(one)
    assert member.get(MEETINGS).status_code == 403
    assert "午间热水不足" not in outsider.page(DEMANDS)
    assert outsider.get(one).status_code == 404
    answered = member.send("POST", f"/feedback/demands/{demand_id}/answer", {"text": "已加装一台"})
    assert answered.status == 200
    page = reviewer.page(one)
    assert "已加装一台" in page
    assert "单位已确认" in page
    assert "1 项单位需求已答复" in reviewer.page("/console/")
    assert "午间热水不足" in reviewer.page(DEMANDS, state="answered")
    assert "没有符合条件的需求" in reviewer.page(DEMANDS, is_overdue="true")


def test_pages_of_the_reviews_ask_the_database_seldom(desk, reviewer, unit_id):
    meeting_id, demand_id = met(reviewer, unit_id, desk)
    draft = reviewer.send("POST", "/feedback/reviews", {"first_day": "2026-10-01"}).data
    for path in (
        *(BULLETINS, f"{BULLETINS}/{draft['id']}", MEETINGS, f"{MEETINGS}/new"),
        *(f"{MEETINGS}/{meeting_id}", DEMANDS, f"{DEMANDS}/{demand_id}"),
    ):
        reviewer.page(path)
        with counted_statements() as sent:
            reviewer.page(path)
        assert sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent) <= MOST, path
