"""Whom to give an order to, as a table without a database."""

import pytest

from property.dispatch.policies import MOST_SUGGESTIONS, Candidate, Job, best, suggest, suggest_groups

JOB = Job("水暖", campus_id=1, building_id=10)
HIRED = Job("电梯", campus_id=1, building_id=10, contractor_id=7, contractor="电梯公司")


def worker(staff_id, *, group_id=1, contractor_id=None, skills=("水暖",), **fields):
    usual = {"building_id": 10, "campus_id": 1, "capacity": 5, "open": 0, "is_on_duty": True}
    return Candidate(
        staff_id=staff_id,
        name=f"师傅{staff_id}",
        group_id=group_id,
        group=f"{group_id}班",
        contractor_id=contractor_id,
        skills=frozenset(skills),
        **{**usual, **fields},
    )


def ids(job, *candidates):
    return [one.candidate.staff_id for one in suggest(job, candidates)]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"open": 4}, {"open": 5}),  # room before all else
        ({"open": 4, "is_on_duty": False, "skills": ()}, {"open": 5}),
        ({}, {"has_turned_down": True}),
        ({"is_on_duty": False}, {"skills": ("电工",)}),
        ({"is_on_duty": False}, {"contractor_id": 7}),  # no contract covers it: the house's own
        ({"building_id": 0, "campus_id": 0}, {"is_on_duty": False}),
        ({"open": 3}, {"building_id": 11}),
        ({"building_id": 11}, {"building_id": 30, "campus_id": 3}),
        ({"open": 3, "capacity": 10}, {"open": 2, "capacity": 5}),
    ],
)
def test_the_reasons_come_in_their_order(better, worse):
    assert ids(JOB, worker(1, **worse), worker(2, **better)) == [2, 1]


def test_alike_workers_stand_by_number():
    assert ids(JOB, worker(3), worker(2)) == [2, 3]


def test_a_contract_says_whose_work_it_is():
    house, obliged = (
        worker(1, skills=("电梯",)),
        worker(2, skills=("电梯",), contractor_id=7, is_on_duty=False),
    )
    assert ids(HIRED, house, obliged) == [2, 1]
    reasons = {reason.text: reason.is_for for reason in suggest(HIRED, [house, obliged])[0].reasons}
    assert reasons["属合同责任服务商「电梯公司」"] is True
    assert [one.id for one in suggest_groups(HIRED, [house, worker(2, group_id=2, contractor_id=7)])] == [
        2,
        1,
    ]


def test_the_reasons_are_told_for_and_against():
    one = worker(1, skills=(), building_id=11, open=5, is_on_duty=False, has_turned_down=True)
    told = [(reason.is_for, reason.text) for reason in suggest(JOB, [one])[0].reasons]
    assert told == [
        (False, "不会「水暖」"),
        (False, "不当班"),
        (True, "驻本院区"),
        (False, "在手 5/5 张，已满"),
        (False, "曾退回或转出本单"),
    ]


def test_a_job_for_any_trade_says_nothing_of_trades():
    found = suggest(Job("", 1, 10), [worker(1, skills=())])[0]
    assert [reason.text for reason in found.reasons] == ["当班", "驻本楼", "在手 0/5 张"]


def test_only_so_many_are_suggested():
    assert ids(JOB, *(worker(number) for number in range(1, 30))) == [*range(1, MOST_SUGGESTIONS + 1)]
    assert suggest(JOB, []) == []
    assert suggest_groups(JOB, []) == []


@pytest.mark.parametrize(
    "unfit",
    [
        {"is_on_duty": False},
        {"open": 5},
        {"has_turned_down": True},
        {"skills": ("电工",)},
        {"contractor_id": 7},
    ],
)
def test_the_system_gives_to_nobody_who_is_not_fit_in_every_way(unfit):
    assert best(JOB, [worker(1, **unfit)]) is None
    assert best(JOB, [worker(1, **unfit), worker(2, open=4)]).staff_id == 2


def test_groups_stand_by_trade_then_by_who_is_ready():
    idle, ready, other = (
        worker(1, is_on_duty=False),
        worker(2, group_id=2, open=1),
        worker(3, group_id=3, skills=()),
    )
    found = suggest_groups(JOB, [idle, ready, other])
    assert [one.id for one in found] == [2, 1, 3]
    assert [(one.on_duty, one.free) for one in found] == [(1, 4), (0, 5), (0, 5)]
    assert "1 人会「水暖」" in [reason.text for reason in found[0].reasons]
