"""What was sealed is forgotten when its time is over, or when its person asks for it."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import atomic
from feedback.reports import recounting
from feedback.reports.rules import SEAL_MONTHS
from feedback.reports.seals import personal, services
from feedback.reports.seals.errors import SealClosed, SealDecided, SealNotYours
from feedback.reports.seals.models import SealRequest
from feedback.reports.seals.policies import (
    LOOK_WITHIN,
    SealState,
    ensure_decidable,
    ensure_may_look,
    state_of,
)
from tests.factories import NINE
from tests.feedback.desk import Desk


def test_a_seal_is_forgotten_so_many_months_after_the_end_and_not_before(desk: Desk) -> None:
    desk.compound.rule(SEAL_MONTHS, 2)
    report_id = desk.report(category="complaint", is_anonymous=True)
    still_open = desk.report(category="complaint", is_anonymous=True)
    desk.done(desk.reporter, report_id, "withdraw")
    with clock.at(NINE + timedelta(days=55)):
        assert services.forget_old() == 0
    with clock.at(NINE + timedelta(days=70)):
        assert services.forget_old() == 1
        assert services.forget_old() == 0
    row = desk.row(report_id)
    assert row.reporter_cipher == b""
    assert desk.reporter.get(f"/feedback/reports/{report_id}").status == 404
    assert desk.reporter.get(f"/feedback/reports/{still_open}").data["is_mine"]
    body = {"report_id": report_id, "reason": "想知道是谁提的"}
    assert desk.keeper.post("/feedback/seal-requests", body).error == "feedback.nothing_sealed"
    assert recounting.check() == []


def test_an_erasure_parts_a_person_from_their_unnamed_reports(desk: Desk) -> None:
    report_id = desk.report(category="complaint", is_anonymous=True)
    named = desk.report()
    other = desk.report(by=desk.neighbour, category="complaint", is_anonymous=True)
    forget = atomic(personal.forget)
    # How many were unnamed is not told.
    assert forget(desk.people["reporter"].id) == 0
    assert desk.row(report_id).reporter_cipher == b""
    assert desk.row(other).reporter_cipher
    mine = desk.reporter.get("/feedback/reports", scope="mine").data["list"]
    assert [each["id"] for each in mine] == [named]


def test_a_wish_is_open_for_one_day_after_its_decision() -> None:
    request = SealRequest(asked_by=1, is_granted=True, decided_at=NINE, decided_by=2, looked_at=None)
    almost = NINE + LOOK_WITHIN - timedelta(seconds=1)
    assert state_of(request, almost) is SealState.GRANTED
    ensure_may_look(request, 1, almost)
    assert state_of(request, NINE + LOOK_WITHIN) is SealState.EXPIRED
    with pytest.raises(SealClosed):
        ensure_may_look(request, 1, NINE + LOOK_WITHIN)
    with pytest.raises(SealNotYours):
        ensure_may_look(request, 2, almost)
    with pytest.raises(SealDecided):
        ensure_decidable(request, 2, almost)
