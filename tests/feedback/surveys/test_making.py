"""A survey is drafted, opened once with its sample, and stopped by hand or by its date."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.identity.models import Posting
from backend.notifications.models import InboxMessage
from feedback.surveys import services
from feedback.surveys.models import SurveyInvite, SurveySegment
from tests.factories import NINE
from tests.feedback.surveys.house import QUESTIONS
from tests.threads import at_once


def invited(survey):
    db.session.rollback()
    return set(
        db.session.scalars(select(SurveyInvite.staff_id).where(SurveyInvite.survey_id == survey["id"]))
    )


def test_a_draft_is_written_changed_and_thrown_away(house):
    draft = house.draft(segment="campus", sample_size=30)
    assert (draft["state"], draft["can"]) == ("draft", ["edit", "open", "discard"])
    assert [each["kind"] for each in draft["questions"]] == [each["kind"] for each in QUESTIONS]
    body = {
        "revision": draft["revision"],
        "title": "改名",
        "audience": "departments",
        "target_ids": [house.departments["big"].id],
        "stops_on": "2026-11-30",
        "questions": QUESTIONS[2:3],
    }
    path = f"/feedback/surveys/{draft['id']}"
    changed = house.maker.put(path, body).data
    assert (changed["title"], len(changed["questions"]), changed["targets"][0]["name"]) == ("改名", 1, "big")
    stale = house.maker.put(path, body)
    assert (stale.status, stale.error) == (409, "feedback.survey_changed")
    assert house.maker.delete(path).status == 200
    assert house.maker.get(f"/feedback/surveys/manage/{draft['id']}").status == 404


def test_what_makes_no_sense_is_refused(house):
    sound = {"title": "调查", "audience": "all", "stops_on": "2026-11-27", "questions": QUESTIONS}
    for wrong, error in (
        ({"stops_on": "2026-11-22"}, "feedback.survey_dates_invalid"),
        ({"opens_at": "2026-11-28T09:00:00+08:00"}, "feedback.survey_dates_invalid"),
        ({"audience": "roles"}, "feedback.survey_targets_invalid"),
        ({"audience": "campuses", "target_ids": [999]}, "feedback.survey_targets_invalid"),
        ({"target_ids": [1]}, "feedback.survey_targets_invalid"),
        ({"sample_size": 29}, "feedback.survey_sample_too_small"),
        ({"questions": [{"kind": "single", "text": "？"}]}, "feedback.survey_questions_invalid"),
        ({"questions": []}, "app.invalid"),
    ):
        answer = house.maker.post("/feedback/surveys", {**sound, **wrong})
        assert (answer.status, answer.error) == (422, error), wrong
    official = house.compound.client(house.people["big"][0])
    assert official.post("/feedback/surveys", sound).status == 403
    assert official.get("/feedback/surveys/manage").status == 403


def test_an_audience_in_which_nobody_could_hide_is_not_asked(house):
    draft = house.draft(audience="departments", target_ids=[house.departments["tiny"].id])
    answer = house.maker.post(f"/feedback/surveys/{draft['id']}/open")
    assert (answer.status, answer.error) == (422, "feedback.survey_audience_too_small")
    assert house.maker.get(f"/feedback/surveys/manage/{draft['id']}").data["state"] == "draft"


def test_audiences_are_departments_campuses_and_roles(house):
    everybody = house.open()
    assert everybody["invited"] == 22
    west = house.open(audience="campuses", target_ids=[house.west.id])
    assert invited(west) == {each.id for each in house.people["small"] + house.people["tiny"]}
    small = house.open(audience="departments", target_ids=[house.departments["small"].id])
    assert invited(small) == {each.id for each in house.people["small"]}


def test_everybody_invited_is_told_once(house):
    survey = house.open(audience="departments", target_ids=[house.departments["small"].id])
    db.session.rollback()
    told = db.session.scalars(
        select(InboxMessage.staff_id).where(InboxMessage.kind == "feedback.survey_invited")
    ).all()
    assert sorted(told) == sorted(invited(survey))


def test_a_sample_is_drawn_once_by_campus_though_two_open_it(house):
    for _ in range(19):
        house.compound.staff(department=house.departments["small"])
    draft = house.draft(sample_size=30, segment="campus")
    path = f"/feedback/surveys/{draft['id']}/open"
    answers = at_once([lambda: house.maker.post(path, key=None)] * 2)
    assert Counter(each.status for each in answers) == {200: 1, 409: 1}
    drawn = invited(draft)
    assert len(drawn) == 30
    departments = dict(db.session.execute(select(Posting.staff_id, Posting.department_id)).all())
    east = sum(departments[each] == house.departments["big"].id for each in drawn)
    # 13 of 41 are in the east: 30 · 13 ÷ 41 = 9.51, and 30 · 28 ÷ 41 = 20.49.
    assert (east, len(drawn) - east) == (10, 20)
    assert {(each.name, each.invited) for each in db.session.scalars(select(SurveySegment))} == {
        ("东院", 10),
        ("西院", 20),
    }


def test_a_planned_survey_opens_by_itself_and_stops_after_its_last_day(house):
    draft = house.draft(opens_at="2026-11-24T08:00:00+08:00")
    assert services.open_due() == 0
    with clock.at(NINE + timedelta(days=1)):
        assert (services.open_due(), services.open_due()) == (1, 0)
        assert len(invited(draft)) == 22
    with clock.at(clock.at_local(NINE.date().replace(day=27), NINE.time())):
        assert services.stop_due() == 0
    with clock.at(NINE + timedelta(days=5)):
        late = house.answer(house_view(house, draft), house.people["big"][0], scale=4)
        assert (late.status, late.error) == (409, "feedback.survey_stopped")
        assert (services.stop_due(), services.stop_due()) == (1, 0)
    stopped = house.maker.get(f"/feedback/surveys/manage/{draft['id']}").data
    assert (stopped["state"], stopped["is_stopped_early"], stopped["can"]) == ("stopped", False, ["results"])


def house_view(house, survey):
    return house.maker.get(f"/feedback/surveys/manage/{survey['id']}").data


def test_what_is_open_is_neither_changed_nor_opened_again_nor_told_of(house):
    survey = house.open()
    path = f"/feedback/surveys/{survey['id']}"
    for answer, error in (
        (house.maker.post(f"{path}/open"), "feedback.survey_state"),
        (house.maker.delete(path), "feedback.survey_state"),
        (house.maker.get(f"{path}/results"), "feedback.survey_not_stopped"),
        (house.maker.get(f"{path}/results/workbook"), "feedback.survey_not_stopped"),
    ):
        assert (answer.status, answer.error) == (409, error)
    assert house.maker.post(f"{path}/stop").data["is_stopped_early"] is True
    assert house.maker.post(f"{path}/stop").status == 409
