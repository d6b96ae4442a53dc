"""Every transition that is not in the table is refused with 409 and changes nothing."""

from itertools import product
from typing import Any

import pytest

from backend import clock
from backend.actor import SYSTEM
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from feedback.reports import moving, policies
from feedback.reports.errors import ReportState
from feedback.reports.models import OPEN_STATES, State
from feedback.reports.policies import TRANSITIONS, Step
from tests.feedback.desk import FIVE, Desk, nothing_changes

# The table as the design tells it, written apart from the code: from which states a step leads where.
OPEN = "pending accepted assigned in_order suspended"
EVERY = f"{OPEN} replied to_rate closed rejected duplicate withdrawn"
TABLE = {
    "accept": ("pending", "accepted"),
    "assign": ("accepted assigned in_order", "assigned"),
    "raise_order": ("accepted assigned", "in_order"),
    "order_back": ("in_order", "assigned"),
    "give_back": ("assigned", "accepted"),
    "reject": ("pending accepted", "rejected"),
    "duplicate": (OPEN, "duplicate"),
    "hide": (EVERY, "hidden"),
    "unhide": ("hidden", "closed"),  # Whatever it was; here it was closed.
    "suspend": ("accepted assigned", "suspended"),
    "resume_case": ("suspended", "assigned"),
    "reply": ("accepted assigned in_order", "replied"),
    "invite": ("replied", "to_rate"),
    "rate": ("to_rate", "closed"),
    "lapse": ("replied to_rate", "closed"),
    "reopen": ("replied to_rate closed", "assigned"),
    "withdraw": ("pending accepted", "withdrawn"),
}


def test_the_table_has_the_steps_of_the_design_and_no_other() -> None:
    assert {step.value for step in TRANSITIONS} == set(TABLE)
    assert OPEN.split() == list(OPEN_STATES)


@pytest.mark.parametrize(("step", "state"), list(product(sorted(TABLE), [each.value for each in State])))
def test_a_step_leads_where_the_design_says_or_nowhere(step: str, state: str) -> None:
    before, after = TABLE[step]
    if state in before.split():
        found = policies.state_after(state, Step(step), has_office=True, unhidden_state="closed")
        assert found == after
    else:
        with pytest.raises(ReportState):
            policies.state_after(state, Step(step), has_office=True, unhidden_state="closed")


@pytest.mark.parametrize("step", [Step.RESUME_CASE, Step.REOPEN])
def test_without_an_office_a_case_goes_back_to_the_desk(step: Step) -> None:
    state = next(iter(TRANSITIONS[step][0]))
    assert policies.state_after(state, step, has_office=False) is State.ACCEPTED


@atomic
def step(report_id: int, which: Step) -> None:
    """A step of the system, for those that other slices take."""
    moving.move(SYSTEM, moving.locked(report_id), which, at=clock.now())


def in_state(desk: Desk, state: str) -> int:
    """A report of the reporter in this state."""
    if state == "pending":
        return desk.report()
    if state in ("accepted", "rejected", "withdrawn", "duplicate"):
        report_id = desk.accepted()
        if state == "rejected":
            desk.done(desk.officer, report_id, "reject", text="不属后勤职责")
        if state == "withdrawn":
            desk.done(desk.reporter, report_id, "withdraw")
        if state == "duplicate":
            desk.done(desk.officer, report_id, "duplicate", master_id=desk.accepted())
        return report_id
    if state in ("assigned", "in_order", "suspended", "hidden"):
        report_id = desk.assigned()
        if state == "in_order":
            step(report_id, Step.RAISE_ORDER)
        if state == "suspended":
            step(report_id, Step.SUSPEND)
        if state == "hidden":
            desk.done(desk.officer, report_id, "hide", text="含个人信息")
        return report_id
    if state == "replied":
        # Somebody from outside reported it: nobody is asked to rate.
        report_id = desk.report(desk.officer, is_on_behalf=True, contact="来电群众")
        desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)
        desk.done(desk.member, report_id, "reply", text="已处理")
        return report_id
    return desk.replied() if state == "to_rate" else desk.rated()


# Who may take a verb where it is possible, and with what.
VERBS: dict[str, tuple[str, dict[str, Any], str]] = {
    "accept": ("officer", {}, "pending"),
    "assign": ("officer", {"office_id": 0}, "pending accepted assigned in_order"),
    "reject": ("officer", {"text": "不属后勤"}, "pending accepted"),
    "duplicate": ("officer", {"master_id": 0}, OPEN),
    "hide": ("officer", {"text": "含个人信息"}, EVERY),
    "unhide": ("officer", {}, "hidden"),
    "reply": ("officer", {"text": "好了"}, "assigned in_order accepted"),
    "note": ("officer", {"text": "记录"}, EVERY),
    "supervise": ("officer", {}, OPEN),
    "unsupervise": ("officer", {}, OPEN),
    "rate": ("reporter", FIVE, "to_rate"),
    "reopen": ("reporter", {"text": "没修好"}, "replied to_rate closed"),
    "withdraw": ("reporter", {}, "pending accepted"),
}


@pytest.mark.parametrize("state", [each.value for each in State])
def test_a_verb_that_the_state_does_not_know_is_a_conflict_and_changes_nothing(
    desk: Desk, state: str
) -> None:
    report_id = in_state(desk, state)
    other_id = desk.accepted()
    given = {"office_id": desk.other_office.id, "master_id": other_id}
    assert desk.row(report_id).state == state
    refused = 0
    with nothing_changes(desk, report_id):
        for verb, (who, body, allowed) in VERBS.items():
            if state in allowed.split() or (state == "replied" and who == "reporter"):
                continue  # What nobody of the roster reported is nobody's to rate.
            if state == "closed" and verb == "rate":
                continue  # A second rating is a refusal of its own.
            answer = desk.do(
                getattr(desk, who),
                report_id,
                verb,
                **{key: given.get(key, each) for key, each in body.items()},
            )
            assert (verb, answer.status, answer.error) == (verb, 409, "feedback.report_state")
            refused += 1
    traces = db.session.query(AuditEvent).filter_by(
        action="feedback.report_step_refused", object_id=str(report_id)
    )
    assert traces.count() == refused > 0
    assert {trace.details["code"] for trace in traces} == {"feedback.report_state"}
