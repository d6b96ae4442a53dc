"""Clocks of reports: each class's own time, pauses, extensions, edits of the calendar, steps."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from backend.flows import calendar_changes
from backend.workdays.clocks import Counting, Target
from backend.workdays.models import Verdict
from backend.workdays.policies import Segment
from feedback.categories.models import DeadlineClass
from feedback.deadlines import operations, policies, queries, services
from feedback.deadlines.errors import ExtensionInvalid
from feedback.deadlines.models import Clock, ClockKind, Escalation
from feedback.deadlines.rules import (
    COMPLEX_COUNTING,
    GENERAL_COUNTING,
    GENERAL_DAYS,
    RESPONSE_COUNTING,
    RESPONSE_MINUTES,
)
from tests.factories import Compound
from tests.statements import counted_statements

start, pause, resume = atomic(operations.start), atomic(operations.pause), atomic(operations.resume)
meet, void, extend = atomic(operations.meet), atomic(operations.void), atomic(operations.extend)
fire_due = atomic(operations.fire_due)
DANGER, UTILITIES, GENERAL, COMPLEX = DeadlineClass
ANSWER, RESPONSE = ClockKind.ANSWER, ClockKind.RESPONSE


def at(text: str) -> datetime:
    """`2026-11-23 09:00` in Shanghai."""
    read = datetime.fromisoformat(text)
    return clock.at_local(read.date(), read.time())


def shown(instant: datetime | None) -> str:
    """The same the other way round."""
    return f"{clock.local(instant):%Y-%m-%d %H:%M}" if instant is not None else ""


def view(subject_id: int = 1, kind: ClockKind = ANSWER, cycle: int = 0) -> queries.ClockView:
    """A clock as it is now."""
    db.session.rollback()
    return queries.present(queries.clocks_of([subject_id])[subject_id], cycle)[kind]


def begun(text: str, deadline: DeadlineClass = GENERAL, subject_id: int = 1) -> operations.Dues:
    """Start a cycle's clocks."""
    return start(subject_id, 0, deadline=deadline, at=at(text))


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (Target(Counting.NATURAL, 120), "2 小时"),
        (Target(Counting.NATURAL, 24 * 60), "24 小时"),
        (Target(Counting.NATURAL, 7 * 24 * 60), "7 天（自然日）"),
        (Target(Counting.WORKDAYS, 15), "15 个工作日"),
        (Target(Counting.WORKING, 120), "2 小时（工作时间）"),
        (Target(Counting.NATURAL, 50 * 60), "50 小时"),
    ],
)
def test_tickets_print_the_time_in_words(target: Target, text: str):
    assert policies.target_text(target) == text


# Who submits at 16:00 on the eve of the National Day holiday, of which 10-10 (Saturday) is worked instead.
NATIONAL_DAY = [
    (DANGER, "natural", "2026-09-30 18:00", "2 小时"),
    (UTILITIES, "natural", "2026-10-01 16:00", "24 小时"),
    (GENERAL, "natural", "2026-10-07 16:00", "7 天（自然日）"),
    (COMPLEX, "natural", "2026-10-15 16:00", "15 天（自然日）"),
    (GENERAL, "workdays", "2026-10-15 17:30", "7 个工作日"),
    (COMPLEX, "workdays", "2026-10-27 17:30", "15 个工作日"),
]
# 2027 is not published: weekdays stand in for it, and what counts days of it is provisional.
NEW_YEAR = [
    (DANGER, "natural", "2026-12-31 18:00", False),
    (UTILITIES, "natural", "2027-01-01 16:00", False),
    (GENERAL, "natural", "2027-01-07 16:00", False),
    (COMPLEX, "natural", "2027-01-15 16:00", False),
    (GENERAL, "workdays", "2027-01-11 17:30", True),
    (COMPLEX, "workdays", "2027-01-21 17:30", True),
]


def by_rule(compound: Compound, counting: str) -> None:
    """Count the days of both longer classes so."""
    compound.rule(GENERAL_COUNTING, counting)
    compound.rule(COMPLEX_COUNTING, counting)


@pytest.mark.parametrize(("deadline", "counting", "due", "text"), NATIONAL_DAY)
def test_each_class_counts_its_own_time_over_the_national_day(
    compound: Compound, deadline: DeadlineClass, counting: str, due: str, text: str
):
    by_rule(compound, counting)

    dues = begun("2026-09-30 16:00", deadline)

    assert (shown(dues.answer_due_at), dues.text) == (due, text)
    is_round_the_clock = deadline in (DANGER, UTILITIES)
    response = "2026-09-30 18:00" if is_round_the_clock else "2026-10-08 09:00"
    assert shown(dues.response_due_at) == response
    assert not dues.is_provisional


@pytest.mark.parametrize(("deadline", "counting", "due", "is_provisional"), NEW_YEAR)
def test_each_class_counts_its_own_time_over_an_unpublished_new_year(
    compound: Compound, deadline: DeadlineClass, counting: str, due: str, is_provisional: bool
):
    by_rule(compound, counting)

    begun("2026-12-31 16:00", deadline)

    answer = view()
    assert (shown(answer.due_at), answer.is_provisional) == (due, is_provisional)


def test_new_years_day_becomes_a_holiday_and_the_provisional_due_moves(compound: Compound):
    by_rule(compound, "workdays")
    assert begun("2026-12-31 16:00").is_provisional

    calendar_changes.set_override(SYSTEM, on_date=date(2027, 1, 1), segments=[], reason="元旦")

    answer, response = view(), view(kind=RESPONSE)
    assert (shown(answer.due_at), answer.is_provisional) == ("2027-01-12 17:30", True)
    assert shown(response.due_at) == "2027-01-04 09:00"


def test_rules_hold_for_what_begins_under_them(compound: Compound):
    begun("2026-11-23 09:00", subject_id=1)
    compound.rule(GENERAL_DAYS, 3)
    compound.rule(RESPONSE_MINUTES, 30)
    compound.rule(RESPONSE_COUNTING, "natural")

    dues = begun("2026-11-23 20:00", subject_id=2)

    assert (shown(dues.response_due_at), shown(dues.answer_due_at)) == (
        "2026-11-23 20:30",
        "2026-11-26 20:00",
    )
    assert view(1).text == "7 天（自然日）"


def test_clocks_end_met_or_missed_and_keep_their_verdict(compound: Compound):
    begun("2026-11-23 09:00")

    assert meet(1, 0, RESPONSE, at("2026-11-23 11:00")) is Verdict.MET  # On the minute.
    assert meet(1, 0, ANSWER, at("2026-11-30 09:01")) is Verdict.MISSED
    assert meet(1, 0, ANSWER, at("2026-11-24 09:00")) is Verdict.MISSED
    void(1, 0, at("2026-11-24 09:00"))
    assert shown(view().ended_at) == "2026-11-30 09:01"
    with pytest.raises(LookupError):
        meet(1, 1, ANSWER, at("2026-11-24 09:00"))


def test_a_suspension_stops_the_answer_clock_alone(compound: Compound):
    begun("2026-11-23 09:00")
    pause(1, 0, at("2026-11-24 09:00"))
    pause(1, 0, at("2026-11-25 09:00"))
    assert (view().verdict, view().next_step_at) == (Verdict.PAUSED, None)
    assert shown(view().paused_since) == "2026-11-24 09:00"
    assert view(kind=RESPONSE).verdict is Verdict.RUNNING

    resume(1, 0, at("2026-11-27 10:00"))
    resume(1, 0, at("2026-11-28 10:00"))

    assert (view().verdict, shown(view().due_at)) == (Verdict.RUNNING, "2026-12-03 10:00")


def test_what_is_answered_while_it_stands_was_answered_when_it_came_to_stand(compound: Compound):
    begun("2026-11-23 09:00")
    pause(1, 0, at("2026-11-24 09:00"))

    assert meet(1, 0, ANSWER, at("2026-12-24 09:00")) is Verdict.MET
    assert shown(view().ended_at) == "2026-11-24 09:00"


def test_a_void_clock_is_no_verdict(compound: Compound):
    begun("2026-11-23 09:00")
    pause(1, 0, at("2026-11-24 09:00"))
    void(1, 0, at("2026-11-25 09:00"))

    answer = view()
    assert (answer.verdict, answer.is_overdue(at("2027-01-01 09:00"))) == (Verdict.VOID, False)
    begun("2026-11-26 09:00", subject_id=2)  # Its pause ended, too: another one may begin.
    start(1, 1, deadline=GENERAL, at=at("2026-11-27 09:00"))
    pause(1, 1, at("2026-11-28 09:00"))
    assert view(cycle=1).verdict is Verdict.PAUSED


def test_an_extension_sets_the_due_and_spreads_the_steps_that_are_left(compound: Compound):
    begun("2026-11-23 09:00")
    assert len(fire_due(1, at("2026-11-26 21:00"))) == 5  # 50 % of the answer, all of the response.

    before = extend(1, 0, at("2026-12-05 18:00"), at("2026-11-27 09:00"))

    answer = view()
    assert (shown(before), shown(answer.due_at)) == ("2026-11-30 09:00", "2026-12-05 18:00")
    assert (answer.next_step, shown(answer.next_step_at)) == (80, "2026-12-03 06:36")
    with pytest.raises(ExtensionInvalid):
        extend(1, 0, at("2026-12-05 18:00"), at("2026-11-27 09:00"))
    # What stands still later moves the promise on, what stood before does not.
    pause(1, 0, at("2026-11-28 09:00"))
    resume(1, 0, at("2026-11-29 10:00"))
    assert shown(view().due_at) == "2026-12-06 19:00"


def test_an_extension_needs_an_open_clock_and_a_later_due(compound: Compound):
    begun("2026-11-23 09:00")
    for until in ("2026-11-30 09:00", "2026-11-24 09:00"):
        with pytest.raises(ExtensionInvalid):
            extend(1, 0, at(until), at("2026-11-24 10:00"))
    meet(1, 0, ANSWER, at("2026-11-24 11:00"))
    with pytest.raises(ExtensionInvalid):
        extend(1, 0, at("2026-12-24 09:00"), at("2026-11-24 12:00"))


def test_steps_of_an_extended_workday_clock_stay_in_working_time(compound: Compound):
    by_rule(compound, "workdays")
    begun("2026-11-23 09:00")
    meet(1, 0, RESPONSE, at("2026-11-23 09:01"))
    extend(1, 0, at("2026-12-11 17:30"), at("2026-11-23 10:00"))

    fired = fire_due(1, at("2027-01-31 09:00"))

    assert [(step.step, shown(step.due_at)) for step in fired] == [
        (50, "2026-12-02 14:15"),
        (80, "2026-12-09 08:36"),
        (100, "2026-12-11 17:30"),
        (120, "2026-12-16 17:24"),
    ]


def test_an_edited_calendar_moves_what_is_open_and_nothing_else(compound: Compound):
    by_rule(compound, "workdays")
    for subject_id in (1, 2, 3, 4):
        begun("2026-11-23 09:00", subject_id=subject_id)
    begun("2026-11-23 09:00", UTILITIES, subject_id=5)
    meet(2, 0, ANSWER, at("2026-11-23 15:00"))
    pause(3, 0, at("2026-11-23 15:00"))
    extend(4, 0, at("2026-12-09 17:30"), at("2026-11-23 15:00"))
    ended, promised, natural = view(2), view(4), view(5)

    with clock.at(at("2026-11-23 16:00")):
        calendar_changes.set_override(SYSTEM, on_date=date(2026, 11, 25), segments=[], reason="停电检修")

        assert shown(view(1).due_at) == "2026-12-03 17:30"
        assert shown(view(3).due_at) == "2026-12-03 17:30"
        assert view(2) == ended
        assert view(4).due_at == promised.due_at  # What was promised is kept.
        assert view(5) == natural
        calendar_changes.remove_override(SYSTEM, on_date=date(2026, 11, 25))
        assert shown(view(1).due_at) == "2026-12-02 17:30"
        assert services.recount() == 0


def test_a_day_of_half_a_day_counts_for_the_response(compound: Compound):
    begun("2026-11-23 16:30")
    assert shown(view(kind=RESPONSE).due_at) == "2026-11-24 09:30"

    morning = [Segment(time(10), time(12))]
    calendar_changes.set_override(SYSTEM, on_date=date(2026, 11, 24), segments=morning, reason="调整")

    assert shown(view(kind=RESPONSE).due_at) == "2026-11-24 11:00"


def test_steps_fire_once_each_and_the_first_are_those_of_the_response(compound: Compound):
    # T20
    begun("2026-11-23 09:00", UTILITIES)
    fired = []
    now = at("2026-11-23 09:00")
    while now < at("2026-11-25 00:00"):
        now += timedelta(minutes=12)
        fired += [(step.kind, step.step, shown(now)) for _ in range(2) for step in fire_due(1, now)]
        if now == at("2026-11-23 10:24"):
            meet(1, 0, RESPONSE, now)

    assert fired == [
        (RESPONSE, 50, "2026-11-23 10:00"),
        (ANSWER, 50, "2026-11-23 21:00"),
        (ANSWER, 80, "2026-11-24 04:12"),
        (ANSWER, 100, "2026-11-24 09:00"),
        (ANSWER, 120, "2026-11-24 13:48"),
    ]
    assert len(db.session.scalars(select(Escalation)).all()) == 5


def test_many_open_clocks_are_counted_again_in_a_few_statements(compound: Compound, soak: bool):
    by_rule(compound, "workdays")

    @atomic
    def many() -> None:
        for subject_id in range(1, 2000 if soak else 60):
            operations.start(subject_id, 0, deadline=GENERAL, at=at("2026-11-23 09:00"))

    many()
    with counted_statements() as statements:
        calendar_changes.set_override(SYSTEM, on_date=date(2026, 11, 24), segments=[], reason="停电检修")
    db.session.rollback()
    dues = set(db.session.scalars(select(Clock.due_at).where(Clock.kind == "answer")))
    assert [shown(due) for due in dues] == ["2026-12-03 17:30"]
    assert len(statements) <= 16


def test_forms_are_told_what_each_class_has(compound: Compound):
    found = compound.client(compound.staff()).get("/feedback/deadlines").data
    assert [(row["deadline"], row["response_text"], row["answer_text"]) for row in found["list"]] == [
        ("danger", "2 小时", "2 小时"),
        ("utilities", "2 小时", "24 小时"),
        ("general", "2 小时（工作时间）", "7 天（自然日）"),
        ("complex", "2 小时（工作时间）", "15 天（自然日）"),
    ]
