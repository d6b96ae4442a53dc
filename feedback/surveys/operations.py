"""Writes of the surveys, within an open unit of work.

Whoever opens, stops or answers a survey holds its row first.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update

from backend.db import db, table, unit
from feedback.surveys import people, policies
from feedback.surveys.errors import SurveyAnswered, SurveyNotFound, SurveyStopped, SurveyTargetsInvalid
from feedback.surveys.models import (
    AudienceKind,
    Segment,
    State,
    Survey,
    SurveyAnswer,
    SurveyInvite,
    SurveyOption,
    SurveyQuestion,
    SurveyResponse,
    SurveySegment,
    SurveyTarget,
)
from feedback.surveys.people import Member
from feedback.surveys.policies import OTHERS_ID, Mark, Question
from feedback.surveys.titles import OTHERS

_ANSWERS, _RESPONSES, _INVITES = table(SurveyAnswer), table(SurveyResponse), table(SurveyInvite)
_COLUMNS = {Segment.CAMPUS: "campus_id", Segment.DEPARTMENT: "department_id"}


def lock(survey_id: int) -> Survey:
    """The survey, kept from everybody else until the unit ends. Raises SurveyNotFound."""
    unit()
    found = db.session.scalars(
        select(Survey)
        .where(Survey.id == survey_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise SurveyNotFound
    return found


def write(survey: Survey, questions: Sequence[Question], target_ids: Sequence[int], said: Any) -> None:
    """Fill in what a draft says; what it said before is gone."""
    unit()
    survey.questions, survey.targets = [], []
    for name, value in said.items():
        setattr(survey, name, value)
    db.session.add(survey)
    db.session.flush()  # The old positions are free, and the new rows know the survey.
    survey.targets = [SurveyTarget(target_id=each) for each in sorted(set(target_ids))]
    survey.questions = [
        SurveyQuestion(
            position=position,
            kind=each.kind.value,
            text=each.text,
            most=each.most,
            options=[SurveyOption(position=place, text=text) for place, text in enumerate(each.options, 1)],
        )
        for position, each in enumerate(questions, start=1)
    ]
    db.session.flush()


def discard(survey: Survey) -> None:
    """Delete a draft."""
    unit()
    db.session.delete(survey)
    db.session.flush()


def invite(survey: Survey, at: datetime) -> list[int]:
    """Draw who is invited, once and for all, and settle their labels; returns them.

    A sample is drawn by the operating system's randomness, in proportion by campus.
    """
    audience = people.members(AudienceKind(survey.audience), [each.target_id for each in survey.targets])
    drawn = policies.draw(
        {each.staff_id: each.campus_id for each in audience}, survey.sample_size, secrets.SystemRandom()
    )
    invited = [each for each in audience if each.staff_id in drawn]
    survey.state = State.OPEN.value
    survey.opened_at = at
    survey.invited = len(invited)
    survey.revision += 1
    _write_invites(survey, invited)
    return [each.staff_id for each in invited]


def _write_invites(survey: Survey, invited: Sequence[Member]) -> None:
    by = Segment(survey.segment)
    labels = policies.labels_of({each.staff_id: each.segment(by) for each in invited})
    column = _COLUMNS.get(by)
    rows = []
    for each in invited:
        row: dict[str, Any] = {
            "survey_id": survey.id,
            "staff_id": each.staff_id,
            "has_answered": False,
            "campus_id": None,
            "department_id": None,
        }
        if column is not None:
            row[column] = labels[each.staff_id] or None
        rows.append(row)
    if rows:
        unit().execute(insert(SurveyInvite), rows)
    sizes = Counter(labels.values())
    names = people.segment_names(by, sizes)
    db.session.add_all(
        SurveySegment(survey_id=survey.id, label_id=label, name=names.get(label, OTHERS), invited=size)
        for label, size in sizes.items()
    )
    db.session.flush()


def answer(survey_id: int, staff_id: int, marks: Sequence[Mark], today: date) -> None:
    """Keep somebody's answers apart from them, and that they have answered; both, or nothing.

    Raises SurveyStopped, SurveyAnswered, or SurveyNotFound for who is not invited.
    """
    connection = unit()
    counted = connection.execute(
        update(Survey)
        .where(Survey.id == survey_id, Survey.state == State.OPEN.value, Survey.stops_on >= today)
        .values(answered=Survey.answered + 1)
    )
    if not counted.rowcount:
        raise SurveyStopped
    own = (SurveyInvite.survey_id == survey_id, SurveyInvite.staff_id == staff_id)
    label = connection.execute(
        update(_INVITES)
        .where(*own, SurveyInvite.has_answered.is_(False))
        .values(has_answered=True)
        .returning(_INVITES.c.campus_id, _INVITES.c.department_id)
    ).one_or_none()
    if label is None:
        is_invited = connection.execute(select(SurveyInvite.staff_id).where(*own)).first()
        raise SurveyAnswered if is_invited else SurveyNotFound
    response_id = secrets.token_hex(16)
    connection.execute(
        insert(_RESPONSES),
        {
            "id": response_id,
            "survey_id": survey_id,
            "campus_id": label.campus_id,
            "department_id": label.department_id,
        },
    )
    connection.execute(
        insert(_ANSWERS),
        [
            {
                "response_id": response_id,
                "question_id": mark.question_id,
                "option_id": mark.option_id,
                "score": mark.score,
                "text": mark.text,
            }
            for mark in marks
        ],
    )


def stop(survey: Survey, *, is_early: bool, at: datetime) -> None:
    """Let nobody answer any more, and forget who was invited and who has answered.

    Labels that too few answers bear are taken off, so that not even the table tells them apart.
    """
    connection = unit()
    survey.state = State.STOPPED.value
    survey.stopped_at = at
    survey.is_stopped_early = is_early
    survey.revision += 1
    _settle_labels(survey)
    connection.execute(delete(SurveyInvite).where(SurveyInvite.survey_id == survey.id))
    db.session.flush()


def _settle_labels(survey: Survey) -> None:
    column = _COLUMNS.get(Segment(survey.segment))
    segments = {
        each.label_id: each
        for each in db.session.scalars(select(SurveySegment).where(SurveySegment.survey_id == survey.id))
    }
    label = func.coalesce(_RESPONSES.c.campus_id, _RESPONSES.c.department_id, OTHERS_ID)
    rows: Any = unit().execute(
        select(label, func.count()).where(_RESPONSES.c.survey_id == survey.id).group_by(label)
    )
    answered = dict.fromkeys(segments, 0) | dict(rows.all())
    rest = answered.pop(OTHERS_ID, 0)
    hidden = policies.withheld(answered, rest=rest)
    told = [each for each in answered if each not in hidden]
    kept = {column: case((_RESPONSES.c[column].in_(told), _RESPONSES.c[column]))} if column else {}
    # Every row is written anew: none shares a transaction with the mark of an invitation any more.
    unit().execute(
        update(_RESPONSES).where(_RESPONSES.c.survey_id == survey.id).values(survey_id=survey.id, **kept)
    )
    others = segments.get(OTHERS_ID)
    if hidden and others is None:
        others = SurveySegment(survey_id=survey.id, label_id=OTHERS_ID, name=OTHERS, invited=0, answered=0)
        db.session.add(others)
    for label_id, count in answered.items():
        if label_id in hidden and others is not None:
            others.invited += segments[label_id].invited
            rest += count
            db.session.delete(segments[label_id])
        else:
            segments[label_id].answered = count
    if others is not None:
        others.answered = rest


def audience_size(survey: Survey) -> int:
    """How many people the survey is meant for today."""
    return len(people.members(AudienceKind(survey.audience), [each.target_id for each in survey.targets]))


def drafts_to_open(now: datetime) -> list[int]:
    """The drafts whose time has come."""
    return list(
        db.session.scalars(select(Survey.id).where(Survey.state == State.DRAFT.value, Survey.opens_at <= now))
    )


def open_past(today: date) -> list[int]:
    """The open surveys whose last day is over."""
    return list(
        db.session.scalars(select(Survey.id).where(Survey.state == State.OPEN.value, Survey.stops_on < today))
    )


def ensure_targets(audience: AudienceKind, target_ids: Sequence[int]) -> None:
    """Raise SurveyTargetsInvalid unless everything that the audience names is there."""
    policies.ensure_targets(audience, target_ids)
    if len(people.target_names(audience, target_ids)) < len(set(target_ids)):
        raise SurveyTargetsInvalid
