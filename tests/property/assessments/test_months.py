"""Months over HTTP: opened, measured, locked, and corrected only as a new version."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.db import db, table
from backend.notifications.models import InboxMessage
from property.assessments.models import AssessmentLine, AssessmentVersion, ItemScale
from property.assessments.months import services
from tests.property.assessments.firms import FIRST, execute
from tests.statements import counted_statements
from tests.threads import at_once


def test_a_month_without_orders_does_not_apply_and_is_no_hundred_for_that(firms):
    """T44: what nothing happened for is rescaled away; the rest alone makes the score."""
    opened = firms.opened()
    metrics = [each for each in opened["shown"]["items"] if each["source"] == "metric"]
    assert len(metrics) == 7
    assert all(each["base"] is None and each["score"] is None for each in metrics)
    assert all("不适用" in each["text"] for each in metrics)
    firms.deducted(opened, "养护", 2)
    locked = firms.locked(opened)
    # 50 points are left for what people judge; 48 of them scaled to 100.
    assert locked["latest"]["total"] == 96
    scored = db.session.execute(
        text("SELECT count(*) FROM item_scores WHERE is_inapplicable AND score_tenths IS NULL")
    ).scalar_one()
    assert scored == 7


def test_metrics_become_points_between_floor_and_target(firms):
    firms.day(
        firms.firm,
        completed=100,
        response_met=89,
        response_missed=11,
        resolution_met=95,
        resolution_missed=5,
        first_fixed=70,
        reworked=6,
        reopened=0,
    )
    opened = firms.opened()
    found = {each["level2"]: (each["base"], each["numerator"], each["denominator"]) for each in items(opened)}
    # 89 % between 80 and 98 of 8 points; 95 % is the target; 70 % is below the floor; 6 % between 10 and 2.
    assert found["响应及时"] == (4, 89, 100)
    assert found["按时完成"] == (12, 95, 100)
    assert found["一次修复"] == (0, 70, 100)
    assert found["返工"] == (2, 6, 100)
    assert found["重开"] == (4, 0, 100)
    assert found["满意"] == (None, 0, 0)


def items(opened):
    return opened["shown"]["items"]


def test_what_the_contract_does_not_cover_does_not_apply(firms):
    contract = firms.new_contract(firms.firm, ("cleaning",))
    opened = firms.opened(contract)
    found = {each["level1"]: each["source"] for each in items(opened)}
    assert (found["保洁服务"], found["绿化养护"], found["基本服务"]) == ("judged", "service", "judged")
    assert "合同不含绿化养护" in {each["text"] for each in items(opened)}


def test_a_contract_about_some_categories_is_measured_by_those_alone(firms):
    light = firms.estate.categories["light"].id
    contract = firms.new_contract(firms.firm, ())
    execute(
        text(
            "INSERT INTO contract_scopes (contract_id, service, category_id) VALUES (:c, 'equipment', :k)"
        ).bindparams(c=contract.id, k=light)
    )
    firms.day(firms.firm, completed=10, reworked=10)
    firms.day(firms.firm, category_id=light, completed=4, reworked=1)
    rework = firms.item(firms.opened(contract), "返工")
    assert (rework["numerator"], rework["denominator"]) == (1, 4)


def test_the_job_opens_each_contract_once_and_tells_who_assesses(firms):
    firms.new_contract(firms.firm, number="夏", until_on=date(2026, 10, 31))
    firms.new_contract(firms.firm, number="坏", sheet_code="canteen-none")
    assert services.open_last_month() == 1
    assert services.open_last_month() == 0
    rows = firms.assessor.get("/property/assessments", month="2026-11").data["list"]
    assert [row["contract_id"] for row in rows] == [firms.contract.id]
    told = db.session.scalars(
        select(InboxMessage.text).where(InboxMessage.kind == "property.assessments_opened")
    ).all()
    assert len(told) >= 2
    assert all("坏" in each for each in told)


def test_a_month_is_opened_before_its_end_and_locked_after_it(firms):
    with clock.at(FIRST - timedelta(days=5)):
        opened = firms.opened()
        assert firms.opened()["id"] == opened["id"]
        answer = firms.reviewer.post(f"/property/assessments/{opened['id']}/lock", {"revision": 1})
        assert (answer.status, answer.error) == (409, "property.assessment_month_open")
        early = firms.assessor.post(
            "/property/assessments", {"contract_id": firms.contract.id, "month": "2026-12"}
        )
        assert (early.status, early.error) == (422, "property.assessment_month")
    assert firms.locked(opened)["latest"]["state"] == "locked"


def test_only_reviewers_lock_and_only_what_they_have_read(firms):
    opened = firms.opened()
    path = f"/property/assessments/{opened['id']}/lock"
    assert firms.assessor.post(path, {"revision": 1}).status == 403
    assert firms.theirs.post(path, {"revision": 1}).status == 403
    firms.deducted(opened)
    stale = firms.reviewer.post(path, {"revision": 1})
    assert (stale.status, stale.error) == (409, "property.assessment_moved")
    firms.day(firms.firm, completed=1)
    moved = firms.reviewer.post(path, {"revision": 2})
    assert (moved.status, moved.error) == (409, "property.assessment_figures_moved")
    firms.assessor.post(f"/property/assessments/{opened['id']}/refresh")
    locked = firms.locked(opened)
    assert locked["can"] == ["correct"]
    again = firms.reviewer.post(path, {"revision": locked["latest"]["revision"]})
    assert (again.status, again.error) == (409, "property.assessment_locked")


def test_nothing_is_locked_while_an_appeal_is_open(firms):
    opened = firms.opened()
    appeal = firms.appealed(firms.deducted(opened))
    revision = firms.shown(opened)["latest"]["revision"]
    path = f"/property/assessments/{opened['id']}/lock"
    refused = firms.reviewer.post(path, {"revision": revision})
    assert (refused.status, refused.error) == (409, "property.appeals_open")
    firms.decided(appeal, "rejected")
    assert firms.locked(opened)["open_appeals"] == 0


def test_what_is_locked_stays_and_a_correction_is_a_version_that_says_why(firms):
    """T45: rebuilt after the lock, or appealed with success, the score stands; a correction is a version."""
    firms.day(firms.firm, completed=20, resolution_met=17, resolution_missed=3)
    opened = firms.opened()
    deduction = firms.deducted(opened, "养护", 4)
    locked = firms.locked(opened)
    first = locked["latest"]
    # On time 4 of 12, first fix 0 of 6, rework and reopening 4 each, 46 of 50 by people: 58 of 76.
    assert (first["total"], first["share"], first["payable_fen"]) == (76.3, 91.3, 9_130_000)
    appeal = firms.appealed(deduction)
    firms.day(firms.firm, date(2026, 11, 11), completed=100, resolution_missed=100)
    assert services.refresh_open() == 0
    assert firms.decided(appeal, "upheld")["standing"] == 0
    after = firms.shown(opened)
    assert after["latest"] == first
    assert after["needs_correction"]
    assert firms.item(after, "养护")["taken"] == 4
    assert firms.assessor.post(f"/property/assessments/{opened['id']}/refresh").error == (
        "property.assessment_locked"
    )
    corrections = f"/property/assessments/{opened['id']}/corrections"
    assert firms.assessor.post(corrections, {"reason": "申诉成立"}).status == 403
    assert firms.reviewer.post(corrections, {"reason": ""}).status == 422
    begun = firms.reviewer.post(corrections, {"reason": "申诉成立"})
    assert begun.status == 201
    assert firms.reviewer.post(corrections, {"reason": "再来"}).error == "property.assessment_open"
    assert services.refresh_open() == 0
    second = firms.locked(opened)
    assert [each["number"] for each in second["all_versions"]] == [1, 2]
    assert second["all_versions"][0] == first
    # Its figures are those of the first version; the four points are back: 62 of 76.
    assert (second["latest"]["total"], second["latest"]["reason"]) == (81.6, "申诉成立")
    assert not second["needs_correction"]
    old = firms.theirs.get(f"/property/assessments/{opened['id']}", number=1).data["shown"]
    assert firms.item({"shown": old}, "养护")["score"] == 0
    scores = firms.theirs.get(f"/property/contractors/{firms.firm.id}/scores", year=2026).data["list"]
    assert [each["total"] for each in scores[0]["versions"]] == [76.3, 81.6]
    assert scores[0]["versions"][0]["bands"][0] == {"from_points": 85, "percent": 100, "plus": None}


def test_a_correction_takes_new_figures_if_it_is_to(firms):
    opened = firms.opened()
    firms.locked(opened)
    firms.day(firms.firm, completed=10, reworked=10)
    body = {"reason": "漏计工单", "is_measured_anew": True}
    begun = firms.reviewer.post(f"/property/assessments/{opened['id']}/corrections", body).data
    assert firms.item(begun, "返工")["base"] == 0


@pytest.mark.parametrize(
    "change",
    [
        update(table(AssessmentVersion)).values(total_tenths=1000),
        delete(table(AssessmentVersion)),
        update(table(AssessmentLine)).values(base_tenths=0),
        delete(table(AssessmentLine)),
        update(table(ItemScale)).values(floor_permille=1),
        text("UPDATE assessment_counted SET points_tenths = 1"),
        text("UPDATE scorings SET total_tenths = 1000 WHERE owner_kind = 'contractor_assessment'"),
        text(
            "INSERT INTO assessment_lines (version_id, item_id, source, text, excluded_by_name)"
            " SELECT version_id, item_id + 1000, source, text, excluded_by_name FROM assessment_lines"
        ),
    ],
)
def test_the_database_refuses_to_change_what_is_locked(firms, change):
    opened = firms.opened()
    firms.deducted(opened)
    firms.locked(opened)
    with pytest.raises(DBAPIError, match=r"frozen|append-only"):
        execute(change)


def test_items_are_excluded_with_a_reason_and_included_again(firms):
    opened = firms.opened()
    path = f"/property/assessments/{opened['id']}/exclusions"
    green = firms.item(opened, "养护")["item_id"]
    assert firms.assessor.post(path, {"item_id": green}).error == "property.exclusion_invalid"
    shown = firms.assessor.post(path, {"item_id": green, "reason": "冬季无养护"}).data
    assert firms.item(shown, "养护")["source"] == "excluded"
    firms.day(firms.firm, completed=1)
    assert services.refresh_open() == 1
    assert firms.item(firms.shown(opened), "养护")["text"] == "冬季无养护"
    shown = firms.assessor.post(path, {"item_id": green, "is_excluded": False}).data
    assert firms.item(shown, "养护")["base"] == 4
    firms.deducted(opened, "养护")
    assert firms.assessor.post(path, {"item_id": green, "reason": "x"}).status == 409


def test_part_of_a_month_is_paid_by_its_days_and_rounded_once(firms):
    contract = firms.new_contract(firms.firm, monthly_fee_fen=1_000_001, from_on=date(2026, 11, 20))
    opened = firms.opened(contract)
    firms.deducted(opened, "投诉处理", 3, happened_on="2026-11-21")
    firms.deducted(opened, "消防与应急", 3, happened_on="2026-11-21")
    firms.deducted(opened, "公共区域", 5, happened_on="2026-11-21")
    latest = firms.locked(opened)["latest"]
    # 39 of 50: 78 points, 93 %; 11 of 30 days of 10,000.01 yuan: 341,000.34 fen.
    assert (latest["total"], latest["share"]) == (78, 93)
    assert (latest["full_fen"], latest["payable_fen"]) == (366_667, 341_000)
    assert latest["withheld_fen"] == 25_667


def test_a_contract_pays_by_its_own_table(firms):
    contract = firms.new_contract(
        firms.firm,
        bands=[{"from_tenths": 990, "percent_tenths": 1000}, {"from_tenths": 0, "percent_tenths": 700}],
    )
    opened = firms.opened(contract)
    firms.deducted(opened)
    assert firms.locked(opened)["latest"]["share"] == 70


def test_who_speaks_for_a_firm_assesses_none_of_it_and_sees_no_other(firms):
    opened = firms.opened()
    other = firms.estate.contractor("物业二公司")
    theirs = firms.speaker(other)
    assert theirs.get(f"/property/assessments/{opened['id']}").status == 404
    assert theirs.get("/property/assessments").data["total"] == 0
    assert theirs.get(f"/property/contractors/{firms.firm.id}/scores").status == 404
    assert firms.theirs.get(f"/property/assessments/{opened['id']}").data["can"] == []


def test_of_two_locks_at_once_one_stands(firms):
    opened = firms.opened()
    path = f"/property/assessments/{opened['id']}/lock"
    answers = at_once([lambda: firms.reviewer.post(path, {"revision": 1})] * 2)
    assert sorted(answer.status for answer in answers) == [200, 409]


def test_a_list_takes_as_many_statements_for_many_as_for_few(firms):
    def asked():
        with counted_statements() as counted:
            assert firms.assessor.get("/property/assessments").status == 200
        return len(counted)

    services.open_last_month()
    few = asked()
    for number in range(5):
        firms.new_contract(firms.firm, number=f"多{number}")
    services.open_last_month()
    assert asked() == few


def test_a_scale_stays_once_something_was_locked_by_it(firms):
    opened = firms.opened()
    version_id = opened["latest"]["sheet_version_id"]
    path = f"/property/score-sheets/{version_id}/scales"
    body = {"scales": [{"number": "1", "floor": 50, "target": 90}]}
    assert firms.second.put(path, body).status == 403
    changed = firms.assessor.put(path, body).data
    assert (changed["items"][0]["floor"], changed["items"][0]["target"]) == (50, 90)
    same = {"scales": [{"number": "1", "floor": 50, "target": 50}]}
    assert firms.assessor.put(path, same).error == "property.scale_invalid"
    firms.locked(opened)
    assert firms.assessor.put(path, body).error == "property.scale_in_use"
