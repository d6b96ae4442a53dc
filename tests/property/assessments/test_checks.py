"""Inspections by sheet over HTTP, and what a caterer's month makes of them."""

from datetime import date

import pytest

SIX = "canteen-six-six"
ALL = "/property/contractor-checks"


@pytest.fixture
def caterer(firms):
    """A caterer with its contract."""
    firms.caterer = firms.estate.contractor("味美餐饮")
    firms.catering = firms.new_contract(firms.caterer, ("catering",), title="食堂委托经营")
    return firms


def begun(firms, by=None, **fields):
    """A check of the caterer that somebody has begun."""
    body = {"contract_id": firms.catering.id, "sheet_code": SIX, "checked_on": "2026-11-18", **fields}
    return (by or firms.assessor).post(ALL, body)


def marks(check, lost):
    """Marks of all items: full points, but for those of `lost`, by number."""
    found = []
    for line in check["lines"]:
        item = line["item"]
        less = lost.get(item["number"], 0)
        losses = [{"reason_id": item["reasons"][0]["id"]}] if less else []
        found.append({"item_id": item["id"], "score": item["points"] - less, "losses": losses})
    return found


def scored(firms, lost, **fields):
    """A closed check."""
    check = begun(firms, **fields).data
    path = f"{ALL}/{check['id']}"
    assert firms.assessor.put(f"{path}/marks", {"marks": marks(check, lost)}).status == 200
    return firms.assessor.post(f"{path}/close").data


def test_checks_by_the_six_six_sheet_feed_the_caterers_month(caterer):
    first = scored(caterer, {"1": 2, "3": 4})
    assert (first["total"], first["grade"], first["state"]) == (94, "优秀", "closed")
    scored(caterer, {"1": 8, "9": 10}, checked_on="2026-11-25")
    scored(caterer, {"1": 8}, checked_on="2026-12-01")
    opened = caterer.opened(caterer.catering)
    assert opened["latest"]["sheet_title"].startswith("食堂餐饮服务目标考核表")
    line = caterer.item(opened, "双六检查")
    # 94 and 82 of 100 each: 88 % between 60 and 95 of 15 points is 12.
    assert (line["numerator"], line["denominator"], line["base"]) == (1760, 2000, 12)
    assert line["text"] == "检查得分率 88.0%（2 次检查）"
    assert caterer.locked(opened)["latest"]["total"] == 97


def test_a_voided_check_counts_no_more_unless_it_was_locked(caterer):
    check = scored(caterer, {"1": 8})
    opened = caterer.opened(caterer.catering)
    path = f"{ALL}/{check['id']}/void"
    assert caterer.assessor.post(path, {"reason": ""}).status == 422
    voided = caterer.second.post(path, {"reason": "查错场所"}).data
    assert (voided["state"], voided["total"]) == ("void", None)
    assert caterer.second.post(path, {"reason": "x"}).error == "property.check_state"
    shown = caterer.assessor.post(f"/property/assessments/{opened['id']}/refresh").data
    assert caterer.item(shown, "双六检查")["base"] is None


def test_who_began_a_check_scores_it_and_closes_it_when_all_is_scored(caterer):
    check = begun(caterer).data
    path = f"{ALL}/{check['id']}"
    some = marks(check, {})[:3]
    refused = caterer.second.put(f"{path}/marks", {"marks": some})
    assert (refused.status, refused.error) == (403, "property.check_own")
    shown = caterer.assessor.put(f"{path}/marks", {"marks": some}).data
    assert len(shown["unscored"]) == 9
    early = caterer.assessor.post(f"{path}/close")
    assert (early.status, early.error) == (409, "scoresheets.items_unscored")
    lossless = {"marks": [{**some[0], "score": 1, "losses": []}]}
    assert caterer.assessor.put(f"{path}/marks", lossless).error == "scoresheets.reason_needed"
    theirs = caterer.speaker(caterer.caterer)
    assert theirs.get(path).status == 404
    assert theirs.get(ALL).data["total"] == 0


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"checked_on": "2025-12-31"}, "property.check_day"),
        ({"checked_on": "2026-12-02"}, "property.check_day"),
        ({"sheet_code": "none"}, "scoresheets.version_not_found"),
        ({"contract_id": 999}, "property.contract_not_found"),
    ],
)
def test_a_check_that_cannot_be_is_refused(caterer, fields, error):
    assert begun(caterer, **fields).error == error


def test_a_closed_check_is_seen_by_the_firm_it_is_about(caterer):
    check = scored(caterer, {"1": 2})
    theirs = caterer.speaker(caterer.caterer)
    assert theirs.get(f"{ALL}/{check['id']}").data["can"] == []
    assert caterer.theirs.get(f"{ALL}/{check['id']}").status == 404
    assert date.fromisoformat(check["checked_on"]) == date(2026, 11, 18)
