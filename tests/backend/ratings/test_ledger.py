"""The ledger: once per subject, cycle and person, never changed; the rollup is what it makes of it."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend.actor import SYSTEM, Actor
from backend.audit.models import AuditEvent
from backend.db import atomic, db, unit
from backend.errors import Forbidden
from backend.ratings import operations, policies, queries, services
from backend.ratings.errors import (
    AlreadyRated,
    InvalidScores,
    OwnWork,
    RaterSealed,
    RatingNotFound,
    TextTooLong,
)
from backend.ratings.policies import Dimension, Service
from tests.factories import MONDAY
from tests.threads import at_once

REPAIR = Service("test.repair", "维修", (Dimension("speed", "及时"), Dimension("quality", "质量")))
SEALED = Service("test.sealed", "诉求", (Dimension("speed", "及时"),), is_sealed=True)
DAYS = {"provider_kind": "team", "from_on": MONDAY, "until_on": MONDAY + timedelta(days=6)}


@pytest.fixture
def people(compound):
    """Seven people who were served."""
    department = compound.department()
    found = [compound.staff(department=department) for _ in range(7)]
    return [Actor(one.id, one.staff_no, one.name, department.id, 1, ()) for one in found]


@atomic
def rate(actor, subject_id=1, **changes):
    said = {
        "service": "test.repair",
        "cycle": 0,
        "provider_kind": "team",
        "provider_id": 3,
        "served_on": MONDAY,
        "scores": {"speed": 5, "quality": 4},
        "text": "很好",
        "handler_ids": [999_999],
    }
    return operations.rate(actor, subject_id=subject_id, **{**said, **changes})


def test_a_rating_is_kept_as_it_was_given(people):
    rating_id = rate(people[0])
    own = queries.find_own(people[0], service="test.repair", subject_id=1)
    assert (own.id, own.scores, own.text, own.is_anonymous) == (
        rating_id, {"speed": 5, "quality": 4}, "很好", True,
    )  # fmt: skip # One value a line would say no more.
    assert queries.find_own(people[1], service="test.repair", subject_id=1) is None
    assert queries.find_own(people[0], service="test.repair", subject_id=1, cycle=1) is None
    with pytest.raises(RatingNotFound):
        queries.get_own(people[1], rating_id)


def test_a_subject_is_rated_once_in_a_cycle_by_each(people):
    rate(people[0])
    with pytest.raises(AlreadyRated):
        rate(people[0], scores={"speed": 1})
    rate(people[0], cycle=1)
    rate(people[0], subject_id=2)
    rate(people[1])
    assert services.reconcile() == []
    db.session.rollback()
    whole = queries.summary("test.repair", provider_ids=[3], **DAYS)[3]
    assert whole.count == 4


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"scores": {}}, InvalidScores),
        ({"scores": {"speed": 6}}, InvalidScores),
        ({"scores": {"taste": 5}}, InvalidScores),
        ({"text": "长" * 501}, TextTooLong),
        ({"service": "test.unknown"}, LookupError),
    ],
)
def test_what_makes_no_rating_leaves_nothing(people, changes, refusal):
    with pytest.raises(refusal):
        rate(people[0], **changes)
    with pytest.raises(OwnWork):
        rate(people[0], handler_ids=[people[1].staff_id, people[0].staff_id])
    assert queries.find_own(people[0], service="test.repair", subject_id=1) is None
    assert queries.summary("test.repair", provider_ids=[3], **DAYS)[3].count == 0


def test_nobody_changes_or_deletes_a_rating(people):
    rate(people[0])

    @atomic
    def run(statement):
        unit().execute(text(statement))

    for statement in (
        "UPDATE ratings SET grade = 5",
        "DELETE FROM ratings",
        "UPDATE rating_scores SET score = 5",
        "DELETE FROM rating_scores",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            run(statement)


def test_one_person_at_several_phones_rates_once(app, people):
    def call():
        with app.app_context():
            try:
                return rate(people[0])
            except AlreadyRated:
                return 0

    assert Counter(result > 0 for result in at_once([call] * 6)) == {True: 1, False: 5}
    assert services.reconcile() == []


def test_people_who_rate_at_once_are_all_counted(app, people):
    def rating_of(actor, place):
        scores = {"speed": 1 + place % 5, "quality": 5} if place % 2 else {"quality": 5, "speed": 2}

        def call():
            with app.app_context():
                return rate(actor, scores=scores)

        return call

    at_once([rating_of(actor, place) for place, actor in enumerate(people)])
    assert services.reconcile() == []
    assert queries.summary("test.repair", provider_ids=[3], **DAYS)[3].count == 7


def test_the_rollup_is_what_the_ledger_makes_of_it_and_what_sql_says(people):
    dice = random.Random(7)
    for subject in range(25):
        for actor in dice.sample(people, 3):
            chosen = dice.sample(["speed", "quality"], dice.choice([1, 2]))
            rate(
                actor,
                subject,
                provider_id=dice.choice([3, 4]),
                served_on=MONDAY + timedelta(days=dice.randrange(9)),
                scores={code: dice.randint(1, 5) for code in chosen},
            )
    assert services.reconcile() == []
    found = queries.summary("test.repair", provider_ids=[3, 4, 5], served={3: 100, 4: 90}, **DAYS)
    rows = db.session.execute(
        text(
            "SELECT provider_id, count(DISTINCT r.id), sum(s.score) * 1.0 / count(*),"
            " count(DISTINCT CASE WHEN grade > 3 THEN r.id END) * 1.0 / count(DISTINCT r.id)"
            " FROM ratings r JOIN rating_scores s ON s.rating_id = r.id"
            " WHERE served_on >= :first AND served_on <= :last GROUP BY provider_id ORDER BY provider_id"
        ),
        {"first": MONDAY, "last": MONDAY + timedelta(days=6)},
    ).all()
    assert [row[0] for row in rows] == [3, 4]
    for provider_id, count, average, satisfied in rows:
        figures = found[provider_id]
        assert figures.count == count
        assert abs(figures.average - Decimal(average)) <= Decimal("0.005001")
        assert abs(figures.satisfied_rate - Decimal(satisfied)) <= Decimal("0.000501")
    assert (found[5].count, found[5].served) == (0, 0)
    together = queries.summary_of_all("test.repair", provider_ids=[3, 4], served=190, **DAYS)
    assert together.count == found[3].count + found[4].count
    assert together.distribution == tuple(
        a + b for a, b in zip(found[3].distribution, found[4].distribution, strict=True)
    )


def test_a_rollup_that_was_tampered_with_is_told(people):
    rate(people[0])

    @atomic
    def tamper():
        unit().execute(text("UPDATE rating_days SET n5 = 9 WHERE dimension = 'speed'"))

    tamper()
    (difference,) = services.reconcile()
    assert difference.key == ("test.repair", "team", 3, MONDAY, "speed")
    assert (difference.ledger, difference.rollup) == ((0, 0, 0, 0, 1), (0, 0, 0, 0, 9))


def listed(**filters):
    page = {"page": 1, "page_size": 20, **DAYS, **filters}
    return queries.list_ratings("test.repair", provider_ids=[3, 4], **page)


def test_managers_read_ratings_without_names(people):
    for place, actor in enumerate(people):
        rate(actor, text="" if place else "汤凉了", scores={"speed": 2 if place else 5})
    page = listed()
    assert page.total == 7
    for row in page.rows:
        assert set(row.__slots__) == {"id", "provider_id", "served_on", "grade", "scores", "text"}
    assert [row.text for row in listed(only_with_text=True).rows] == ["汤凉了"]
    assert listed(grades=[1, 2]).total == 6
    assert listed(from_on=MONDAY + timedelta(days=1)).total == 0


def test_single_ratings_of_too_few_are_not_listed(people):
    for actor in people[:4]:
        rate(actor)
    for actor in people[:5]:
        rate(actor, subject_id=2, provider_id=4)
    assert {row.provider_id for row in listed().rows} == {4}
    rate(people[4])
    assert {row.provider_id for row in listed().rows} == {3, 4}
    assert policies.FEWEST == 5


def test_who_rated_is_told_with_a_trace_to_those_who_may_unmask(people):
    rating_id = rate(people[0])
    with pytest.raises(Forbidden):
        services.unmask(people[1], rating_id=rating_id, reason="好奇")
    with pytest.raises(RatingNotFound):
        services.unmask(SYSTEM, rating_id=rating_id + 1, reason="核实食品安全投诉")
    rater = services.unmask(SYSTEM, rating_id=rating_id, reason="核实食品安全投诉")
    assert (rater.staff_id, rater.name) == (people[0].staff_id, people[0].name)
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "ratings.unmasked"))
    assert (event.object_id, event.details) == (str(rating_id), {"reason": "核实食品安全投诉"})


def test_who_rated_a_sealed_service_is_told_to_nobody_and_the_attempt_leaves_a_trace(people):
    rating_id = rate(people[0], service=SEALED.key, scores={"speed": 1})
    with pytest.raises(Forbidden):
        services.unmask(people[1], rating_id=rating_id, reason="好奇")
    with pytest.raises(RaterSealed):
        services.unmask(SYSTEM, rating_id=rating_id, reason="想知道是谁")
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "ratings.unmasked"))
    assert (event.object_id, event.result) == (str(rating_id), "refused")
    own = queries.find_own(people[0], service=SEALED.key, subject_id=1)
    assert own.id == rating_id
