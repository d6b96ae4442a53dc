"""Rules of notices, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.actor import Reach
from backend.errors import Forbidden
from feedback.notices import policies
from feedback.notices.errors import AudienceInvalid, NoticeStateWrong
from feedback.notices.models import AudienceKind, NoticeState
from feedback.notices.policies import EVERYBODY, Person, Step, Target

NOBODY = frozenset()


def of_campuses(*ids, everywhere=False):
    return Reach(everywhere, frozenset(ids), NOBODY, NOBODY, NOBODY, NOBODY)


def at(kind, target_id):
    return Target(AudienceKind(kind), target_id)


@pytest.mark.parametrize("state", NoticeState)
@pytest.mark.parametrize("step", Step)
def test_every_step_is_allowed_by_the_table_or_refused(state, step):
    if (state, step) in policies.TRANSITIONS:
        assert policies.state_after(state.value, step) is policies.TRANSITIONS[state, step]
        assert policies.can(state.value)[step.value]
    else:
        with pytest.raises(NoticeStateWrong):
            policies.state_after(state.value, step)
        assert not policies.can(state.value)[step.value]


def test_what_is_withdrawn_stays_so():
    assert not any(policies.can("withdrawn").values())


@pytest.mark.parametrize(
    ("reach", "rows", "may"),
    [
        (of_campuses(everywhere=True), [EVERYBODY], True),
        (of_campuses(everywhere=True), [at("role", 3), at("campus", 9)], True),
        (of_campuses(1, 2), [at("campus", 1), at("campus", 2)], True),
        (of_campuses(1), [at("campus", 1), at("campus", 2)], False),
        (of_campuses(1), [EVERYBODY], False),
        (of_campuses(1), [at("campus", 1), at("department", 1)], False),
        (of_campuses(1), [at("role", 1)], False),
        (of_campuses(1), [], False),
    ],
)
def test_an_editor_of_campuses_addresses_these_and_nobody_else(reach, rows, may):
    assert policies.may_address(reach, rows) is may
    if not may:
        with pytest.raises(Forbidden):
            policies.ensure_may_address(reach, rows)


def test_who_addresses_everybody_addresses_nobody_else_beside():
    assert policies.audience_of([EVERYBODY, at("campus", 1)]) == {EVERYBODY}
    for wrong in ([], [at("campus", 0)], [at("department", n) for n in range(1, 60)]):
        with pytest.raises(AudienceInvalid):
            policies.audience_of(wrong)


@pytest.mark.parametrize(
    ("row", "means"),
    [
        (EVERYBODY, True),
        (at("department", 7), True),
        (at("department", 8), False),
        (at("campus", 1), True),
        (at("campus", 2), False),
        (at("role", 4), True),
        (at("role", 5), False),
    ],
)
def test_a_row_means_a_person(row, means):
    person = Person(frozenset({7, 3}), frozenset({1}), frozenset({4}))
    assert policies.is_addressed(person, [row]) is means
    assert policies.is_addressed(person, [at("role", 99), row]) is means


def test_who_sits_nowhere_hears_of_every_campus():
    assert policies.is_addressed(Person(frozenset({7}), NOBODY, NOBODY), [at("campus", 2)])


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 20)))
def test_no_small_group_is_shown_or_follows_by_subtraction(reads):
    shown, elsewhere = policies.shown_counts(reads)
    assert all(count >= policies.SMALLEST_GROUP for count in shown.values())
    assert sum(shown.values()) + elsewhere == sum(reads.values())
    hidden = [count for name, count in reads.items() if count and name not in shown]
    if shown and hidden:
        assert len(hidden) >= 2
        assert elsewhere >= policies.SMALLEST_GROUP


def test_departments_of_five_readers_are_shown():
    assert policies.shown_counts({1: 6, 2: 5}) == ({1: 6, 2: 5}, 0)
    assert policies.shown_counts({1: 6, 2: 4, 3: 3}) == ({1: 6}, 7)
    assert policies.shown_counts({1: 9, 2: 5, 3: 2}) == ({1: 9}, 7)
    assert policies.shown_counts({1: 6, 2: 1}) == ({}, 7)
    assert (policies.told_reads(4), policies.told_reads(5)) == (None, 5)


def test_a_summary_is_one_line():
    assert policies.summary_of("甲\n乙") == "甲 乙"
    assert len(policies.summary_of("长" * 500)) == policies.SUMMARY_LENGTH
