"""日管控: days, what they find, and who puts it right."""

from datetime import timedelta
from functools import partial

import pytest

from backend import clock
from tests.factories import MONDAY, NINE
from tests.threads import at_once

ROOT = "/canteen/controls"
DAY = f"{ROOT}/days/{MONDAY}"


@pytest.fixture
def at_nine():
    with clock.at(NINE):
        yield


def answered(kitchen, **failed):
    """Answers of every item of the day; the first one as told."""
    lines = kitchen.cook.get(DAY, canteen_id=kitchen.canteen.id).data["lines"]
    answers = [{"item_id": line["item_id"], "is_ok": True} for line in lines]
    if failed:
        answers[0] |= {"is_ok": False, **failed}
    return {"canteen_id": kitchen.canteen.id, "answers": answers}


FAILED = {
    "remark": "排水沟积水",
    "measure": "每餐后清理",
    "responsible": "王师傅",
    "due_date": (MONDAY + timedelta(days=2)).isoformat(),
}


def finding_of(kitchen):
    kitchen.cook.post(f"{DAY}/answers", answered(kitchen, **FAILED))
    (row,) = kitchen.officer.get(f"{ROOT}/findings", canteen_id=kitchen.canteen.id).data["list"]
    return row


@pytest.mark.usefixtures("at_nine")
class TestDays:
    def test_a_day_without_a_risk_is_recorded_as_one(self, kitchen):
        areas = {line["area"] for line in kitchen.cook.get(DAY, canteen_id=kitchen.canteen.id).data["lines"]}
        assert len(areas) == 8
        kitchen.cook.post(f"{DAY}/answers", answered(kitchen))
        body = {"canteen_id": kitchen.canteen.id}
        closed = kitchen.officer.post(f"{DAY}/close", body).data
        assert (closed["state"], closed["is_zero_risk"], closed["findings"]) == ("closed", True, [])
        again = kitchen.cook.post(f"{DAY}/answers", answered(kitchen))
        assert again.error == "canteen.control_closed"
        assert kitchen.officer.post(f"{DAY}/close", body).error == "canteen.control_closed"

    def test_a_day_is_not_closed_before_every_item_is_answered(self, kitchen):
        body = answered(kitchen)
        kitchen.cook.post(f"{DAY}/answers", {**body, "answers": body["answers"][:-2]})
        refused = kitchen.officer.post(f"{DAY}/close", {"canteen_id": kitchen.canteen.id})
        assert (refused.error, refused.envelope["data"]["missing"]) == ("canteen.control_unanswered", 2)

    def test_a_day_that_nobody_closed_shows_as_a_gap(self, kitchen):
        kitchen.cook.post(f"{DAY}/answers", answered(kitchen))
        kitchen.officer.post(f"{DAY}/close", {"canteen_id": kitchen.canteen.id})
        with clock.at(NINE + timedelta(days=2)):
            days = kitchen.officer.get(
                f"{ROOT}/days",
                canteen_id=kitchen.canteen.id,
                from_date=(MONDAY - timedelta(days=3)).isoformat(),
                to_date=(MONDAY + timedelta(days=2)).isoformat(),
            ).data["list"]
        # The Friday before lies before the kitchen's first record; the weekend is none; today is not over.
        assert [(day["state"], day["is_gap"]) for day in days] == [
            *(("none", False), ("none", False), ("none", False)),
            *(("closed", False), ("none", True), ("none", False)),
        ]

    def test_what_fails_needs_a_word_a_person_and_a_day(self, kitchen):
        for lacking in ("remark", "responsible", "due_date"):
            incomplete = {key: value for key, value in FAILED.items() if key != lacking}
            refused = kitchen.cook.post(f"{DAY}/answers", answered(kitchen, **incomplete))
            assert refused.error == "canteen.finding_incomplete"
        past = {**FAILED, "due_date": (MONDAY - timedelta(days=1)).isoformat()}
        assert kitchen.cook.post(f"{DAY}/answers", answered(kitchen, **past)).error == "canteen.finding_day"
        assert kitchen.cook.get(DAY, canteen_id=kitchen.canteen.id).data["answered"] == 0

    def test_a_corrected_answer_withdraws_its_finding_and_brings_it_back(self, kitchen):
        finding_of(kitchen)
        day = kitchen.cook.post(f"{DAY}/answers", answered(kitchen)).data
        assert (day["found"], day["findings"]) == (0, [])
        day = kitchen.cook.post(f"{DAY}/answers", answered(kitchen, **FAILED)).data
        assert (day["found"], [each["state"] for each in day["findings"]]) == (1, ["open"])

    def test_two_who_close_a_day_close_it_once(self, kitchen):
        kitchen.cook.post(f"{DAY}/answers", answered(kitchen))
        body = {"canteen_id": kitchen.canteen.id}
        close = partial(kitchen.officer.post, f"{DAY}/close", body)
        assert sorted(answer.status for answer in at_once([close, close])) == [200, 409]

    def test_the_days_record_is_printed_and_others_do_not_find_it(self, kitchen):
        finding_of(kitchen)
        query = {"canteen_id": kitchen.canteen.id}
        assert kitchen.officer.get(f"{DAY}/pdf", **query).body.startswith(b"%PDF")
        assert kitchen.someone.get(f"{DAY}/pdf", **query).status == 404
        groups = kitchen.cook.get(f"{DAY}/facts", **query).data["list"]
        assert groups[0]["title"] == "问题整改"


@pytest.mark.usefixtures("at_nine")
class TestFindings:
    def test_who_put_it_right_does_not_check_it(self, kitchen):
        finding = finding_of(kitchen)
        path = f"{ROOT}/findings/{finding['id']}"
        early = kitchen.officer.post(f"{path}/check", {"is_ok": True, "revision": finding["revision"]})
        assert early.error == "canteen.finding_state"
        done = {"text": "已疏通", "revision": finding["revision"]}
        right = kitchen.cook.post(f"{path}/rectify", done).data
        check = {"is_ok": True, "text": "现场查看", "revision": right["revision"]}
        assert kitchen.cook.post(f"{path}/check", check).error == "canteen.finding_own_check"
        closed = kitchen.officer.post(f"{path}/check", check).data
        assert (closed["state"], closed["closed_by_name"]) == ("closed", kitchen.staff["officer"].name)
        assert [step["step"] for step in closed["events"]] == ["raised", "rectified", "passed"]
        late = kitchen.cook.post(f"{path}/rectify", {"text": "再来", "revision": closed["revision"]})
        assert late.error == "canteen.finding_state"

    def test_what_is_not_right_yet_is_open_again(self, kitchen):
        finding = finding_of(kitchen)
        path = f"{ROOT}/findings/{finding['id']}"
        done = kitchen.cook.post(f"{path}/rectify", {"text": "已疏通", "revision": 1}).data
        failed = {"is_ok": False, "text": "仍有积水", "revision": done["revision"]}
        again = kitchen.officer.post(f"{path}/check", failed).data
        assert (again["state"], again["due_date"]) == ("open", FAILED["due_date"])
        stale = kitchen.cook.post(f"{path}/rectify", {"text": "晚了", "revision": 1})
        assert stale.error == "canteen.finding_changed"

    def test_an_overdue_finding_is_found_and_somebody_else_gets_it(self, kitchen):
        finding = finding_of(kitchen)
        with clock.at(NINE + timedelta(days=3)):
            query = {"canteen_id": kitchen.canteen.id, "is_overdue": "true"}
            (late,) = kitchen.officer.get(f"{ROOT}/findings", **query).data["list"]
            assert late["is_overdue"]
            (waits,) = kitchen.officer.get(f"{ROOT}/attention").data["list"]
            assert (waits["open"], waits["overdue"], waits["to_check"]) == (1, 1, 0)
            assert waits["gap_days"][0] == MONDAY.isoformat()
            assert kitchen.someone.get(f"{ROOT}/attention").data["list"] == []
            other = {
                "responsible": "-",
                "responsible_id": kitchen.staff["cook"].id,
                "due_date": (MONDAY + timedelta(days=4)).isoformat(),
                "reason": "请假",
                "revision": finding["revision"],
            }
            path = f"{ROOT}/findings/{finding['id']}/reassign"
            assert kitchen.cook.post(path, other).status == 403
            moved = kitchen.officer.post(path, other).data
            assert (moved["responsible"], moved["is_overdue"]) == (kitchen.staff["cook"].name, False)

    def test_who_has_to_put_it_right_is_reminded_once_a_day(self, kitchen):
        from canteen.food_safety.controls.findings import services

        kitchen.cook.get(f"{ROOT}/findings")
        body = answered(kitchen, **{**FAILED, "responsible_id": kitchen.staff["cook"].id})
        kitchen.cook.post(f"{DAY}/answers", body)
        assert services.remind() == 0
        with clock.at(NINE + timedelta(days=2)):
            assert (services.remind(), services.remind()) == (1, 0)
