"""A survey is answered once, by who is invited, and nothing leads from a person to what they said."""

from collections import Counter
from datetime import date, datetime

import orjson
from sqlalchemy import Date, DateTime, func, inspect, select, text

from backend.db import Base, UTCDateTime, db
from feedback.surveys.models import SurveyAnswer, SurveyInvite, SurveyResponse
from tests.feedback.surveys.house import answers
from tests.statements import counted_statements
from tests.threads import at_once


def counts():
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(each)) for each in (SurveyResponse, SurveyAnswer)
    ]


def test_who_is_invited_sees_it_answers_and_cannot_answer_again(house):
    survey = house.open()
    staff = house.people["big"][0]
    client = house.compound.client(staff)
    (mine,) = client.get("/feedback/surveys").data["list"]
    assert (mine["id"], mine["questions"], mine["has_answered"]) == (survey["id"], 5, False)
    shown = client.get(f"/feedback/surveys/{survey['id']}").data
    assert (shown["is_anonymous"], len(shown["questions"])) == (True, 5)
    answer = house.answer(survey, staff, single=0, multiple=[0, 2], scale=4, text="多些素菜", matrix=[3, 5])
    assert (answer.status, answer.data) == (201, {"id": survey["id"], "has_answered": True})
    assert client.get("/feedback/surveys").data["list"][0]["has_answered"] is True
    again = house.answer(survey, staff, scale=1)
    assert (again.status, again.error) == (409, "feedback.survey_answered")
    assert counts() == [1, 7]


def test_who_is_not_invited_finds_nothing(house):
    survey = house.open(audience="departments", target_ids=[house.departments["small"].id])
    other = house.people["big"][0]
    client = house.compound.client(other)
    assert client.get("/feedback/surveys").data["list"] == []
    for answer in (client.get(f"/feedback/surveys/{survey['id']}"), house.answer(survey, other, scale=4)):
        assert (answer.status, answer.error) == (404, "feedback.survey_not_found")
    draft = house.draft()
    assert house.answer(draft, other, scale=4).error == "feedback.survey_not_found"
    assert counts() == [0, 0]


def test_no_question_must_be_answered_but_one_is(house):
    survey = house.open()
    nobody = house.answer(survey, house.people["big"][0])
    assert (nobody.status, nobody.error) == (422, "feedback.survey_answers_empty")
    wrong = house.answer(survey, house.people["big"][0], multiple=[0, 1, 2])
    assert (wrong.status, wrong.error) == (422, "feedback.survey_answer_invalid")
    assert house.answer(survey, house.people["big"][0], text="只写一句").status == 201


def test_of_two_answers_at_once_one_counts(house):
    survey = house.open()
    client = house.compound.client(house.people["big"][0])
    body = {"answers": answers(survey, scale=4)}
    path = f"/feedback/surveys/{survey['id']}/answers"
    found = at_once([lambda: client.post(path, body)] * 4)
    assert Counter(each.status for each in found) == {201: 1, 409: 3}
    assert counts() == [1, 1]
    assert house.maker.get(f"/feedback/surveys/manage/{survey['id']}").data["answered"] == 1


def test_nothing_joins_a_response_to_a_person_or_to_a_moment(house):
    """Of all tables, only these two hold a response's identifier, and neither says who or when."""
    survey = house.open(segment="department")
    before = _snapshot()
    staff = house.people["big"][0]
    assert house.answer(survey, staff, scale=4, text="一句话").status == 201
    after = _snapshot()
    db.session.rollback()
    response = db.session.scalars(select(SurveyResponse)).one()

    # Whatever else the answer left behind bears neither the identifier nor what was said.
    new = {name: rows - before[name] for name, rows in after.items() if rows - before[name]}
    left = {name: rows for name, rows in new.items() if name not in ("survey_responses", "survey_answers")}
    # The survey's count and the mark; and the session in which the person was, as with whatever they do.
    assert set(left) <= {"surveys", "survey_invites", "login_sessions"}
    assert all(response.id not in row and "一句话" not in row for rows in left.values() for row in rows)

    for model in (SurveyResponse, SurveyAnswer):
        columns = inspect(model).columns
        assert not [each.name for each in columns if isinstance(each.type, UTCDateTime | DateTime | Date)]
        assert not [
            each.name for each in columns if each.name in ("staff_id", "created_by", "seq", "position")
        ]
        targets = {key.target_fullname for each in columns for key in each.foreign_keys}
        assert targets <= {"surveys.id", "survey_responses.id", "survey_questions.id"}
        assert not isinstance(columns[next(iter(inspect(model).primary_key)).name].type.python_type(), int)
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("survey_responses", "survey_answers")
    }
    assert pointing == {"survey_answers"}
    invite = inspect(SurveyInvite).columns
    assert set(invite.keys()) == {"survey_id", "staff_id", "has_answered", "campus_id", "department_id"}
    assert {type(each.type.python_type()) for each in invite} <= {int, bool}


def test_a_key_leaves_no_answer_by_whose_hash_one_could_be_found(house):
    survey = house.open()
    assert house.answer(survey, house.people["big"][0], scale=4).status == 201
    db.session.rollback()
    stored = db.session.execute(text("SELECT body FROM idempotency_answers")).scalars()
    assert all(b"has_answered" not in bytes(body) for body in stored)


def test_on_sqlite_the_rows_do_not_lie_in_the_order_of_their_coming(house):
    if db.engine.dialect.name != "sqlite":
        return
    made = db.session.execute(
        text("SELECT sql FROM sqlite_master WHERE name IN ('survey_responses', 'survey_answers')")
    ).scalars()
    assert all("WITHOUT ROWID" in each for each in made)


def test_labels_are_borne_by_five_of_the_invited_at_least(house):
    survey = house.open(segment="department")
    for name in ("big", "small", "tiny"):
        for staff in house.people[name]:
            house.answer(survey, staff, scale=4)
    db.session.rollback()
    labels = Counter(db.session.scalars(select(SurveyResponse.department_id)))
    # The three of `tiny` would stand alone without a label: `small` gives up its own.
    assert labels == {house.departments["big"].id: 12, None: 9}


def test_the_stop_forgets_who_was_invited_and_takes_labels_off_that_few_bear(house):
    survey = house.open(segment="department", audience="departments", target_ids=[
        house.departments["big"].id, house.departments["small"].id,
    ])  # fmt: skip
    for staff in house.people["big"][:7] + house.people["small"][:2]:
        house.answer(survey, staff, scale=4)
    db.session.rollback()
    assert Counter(db.session.scalars(select(SurveyResponse.department_id))) == {
        house.departments["big"].id: 7, house.departments["small"].id: 2,
    }  # fmt: skip
    house.maker.post(f"/feedback/surveys/{survey['id']}/stop")
    db.session.rollback()
    assert db.session.scalars(select(SurveyInvite)).all() == []
    assert Counter(db.session.scalars(select(SurveyResponse.department_id))) == {None: 9}


def test_answering_takes_as_many_statements_with_many_invited_as_with_few(house):
    def statements(survey, staff):
        client = house.compound.client(staff)
        body = {"answers": answers(survey, single=0, scale=4)}
        with counted_statements() as sent:
            assert client.post(f"/feedback/surveys/{survey['id']}/answers", body).status == 201
        return len(sent)

    few = house.open(audience="departments", target_ids=[house.departments["small"].id])
    many = house.open()
    assert statements(few, house.people["small"][0]) == statements(many, house.people["small"][1])


def _snapshot():
    """Every row of every table, as text."""
    db.session.rollback()
    found = {}
    for name in inspect(db.engine).get_table_names():
        rows = db.session.execute(text(f'SELECT * FROM "{name}"')).all()  # noqa: S608 # Our own tables.
        found[name] = {orjson.dumps([_plain(value) for value in row]).decode() for row in rows}
    return found


def _plain(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if not isinstance(value, date | datetime) else value.isoformat()
