"""Bulletins over HTTP: drafted by one, signed off by another, and the same bytes for ever."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.printed import text_of
from tests.property.assessments.firms import execute

ALL = "/property/contractor-bulletins"
MONTH = {"kind": "monthly", "first_day": "2026-11-01"}


@pytest.fixture
def told(firms):
    """Two contractors whose November is locked: 83 and 82 of the 84 points that apply."""
    other = firms.estate.contractor("蓝天保洁")
    contract = firms.new_contract(other, title="保洁合同")
    for firm in (firms.firm, other):
        firms.day(firm, completed=9, response_met=9, resolution_met=9, first_fixed=9)
    first = firms.opened()
    firms.deducted(first, "养护", 1)
    firms.locked(first)
    second = firms.opened(contract)
    body = {"points": 2, "order_ids": [firms.order(other, "B1").id], "reason": "卫生间有异味"}
    firms.deducted(second, "公共区域", **body)
    firms.locked(second)
    return firms


def test_a_bulletin_ranks_contractors_and_tells_their_main_deductions(told):
    made = told.assessor.post(ALL, MONTH).data
    rows = made["figures"]["contracts"]
    assert [(row["rank"], row["contractor"], row["total"]) for row in rows] == [
        (1, "物业一公司", 988),
        (2, "蓝天保洁", 976),
    ]
    assert rows[1]["deductions"] == [{"item": "保洁服务·公共区域", "points": 20, "reason": "卫生间有异味"}]
    assert (made["figures"]["mean"], made["figures"]["grades"]) == (982, {"优秀": 2})
    again = told.second.post(ALL, MONTH)
    assert (again.status, again.error) == (409, "property.bulletin_exists")
    wrong = told.assessor.post(ALL, {"kind": "quarterly", "first_day": "2026-11-01"})
    assert (wrong.status, wrong.error) == (422, "property.bulletin_period")


def test_who_drafted_it_does_not_sign_it_off_and_published_it_stays(told):
    made = told.assessor.post(ALL, MONTH).data
    path = f"{ALL}/{made['id']}"
    assert told.theirs.get(path).status == 404
    texts = {"revision": made["revision"], "introduction": "按合同约定考核。", "problems": "养护不到位。"}
    edited = told.assessor.put(path, texts).data
    assert told.assessor.put(path, texts).error == "property.bulletin_moved"
    assert told.reviewer.post(f"{path}/publish", {"revision": edited["revision"]}).status == 409
    sent = told.assessor.post(f"{path}/submit", {"revision": edited["revision"]}).data
    assert told.assessor.post(f"{path}/publish", {"revision": sent["revision"]}).status == 403
    returned = told.reviewer.post(f"{path}/return", {"opinion": "补充整改要求"}).data
    sent = told.assessor.post(f"{path}/submit", {"revision": returned["revision"]}).data
    published = told.reviewer.post(f"{path}/publish", {"revision": sent["revision"]})
    assert published.data["issue_no"] == "〔2026〕第1期"
    assert told.theirs.get(path).data["state"] == "published"
    first = told.theirs.request("GET", f"{path}/pdf")
    assert "物业一公司" in text_of(first.body)
    assert "卫生间有异味" in text_of(first.body)
    assert told.assessor.request("GET", f"{path}/pdf").body == first.body
    with pytest.raises(DBAPIError, match=r"frozen"):
        execute(text("UPDATE contractor_bulletins SET introduction = 'x'"))
    again = told.assessor.post(f"{path}/corrections", {"reason": "数据更正"})
    assert (again.status, again.data["version"]) == (201, 2)
    assert told.assessor.delete(f"{ALL}/{again.data['id']}").status == 200


def test_an_administrator_who_drafts_does_not_sign_off_either(told):
    admin = told.estate.client("admin", "administrator")
    made = admin.post(ALL, MONTH).data
    sent = admin.post(f"{ALL}/{made['id']}/submit", {"revision": made["revision"]}).data
    refused = admin.post(f"{ALL}/{made['id']}/publish", {"revision": sent["revision"]})
    assert (refused.status, refused.error) == (403, "property.bulletin_own")


def test_a_period_is_told_once_all_of_its_months_are_locked(told):
    late = told.new_contract(told.firm, number="迟")
    made = told.assessor.post(ALL, MONTH).data
    assert made["figures"]["missing"] == 1
    refused = told.assessor.post(f"{ALL}/{made['id']}/submit", {"revision": made["revision"]})
    assert (refused.status, refused.error) == (409, "property.bulletin_too_early")
    told.locked(told.opened(late))
    sent = told.assessor.post(f"{ALL}/{made['id']}/submit", {"revision": made["revision"]})
    assert len(sent.data["figures"]["contracts"]) == 3


def test_who_had_nothing_to_be_counted_is_told_but_not_ranked(told):
    idle = told.estate.contractor("无单公司")
    told.locked(told.opened(told.new_contract(idle)))
    rows = told.assessor.post(ALL, MONTH).data["figures"]["contracts"]
    assert [(row["rank"], row["contractor"], row["total"]) for row in rows][2] == (None, "无单公司", 1000)


def test_a_month_sheet_is_printed_with_items_and_deductions(told):
    row = told.theirs.get("/property/assessments").data["list"][0]
    found = text_of(told.theirs.request("GET", f"/property/assessments/{row['id']}/pdf").body)
    assert "物业一公司" in found
    assert "枯死植株没有补植" in found
    assert "不适用" in found
