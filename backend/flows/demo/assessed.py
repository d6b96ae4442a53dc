"""The demo's assessments of contractors: months that are locked, and last month's under review."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.dates import months_before
from backend.db import db
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.estate import FIRMS, SERVICE_CONTRACTOR, Firm
from backend.flows.demo.organisation import (
    CONTRACTOR_NO,
    PROPERTY_LEADER_NO,
    PROPERTY_MANAGER_NO,
    REVIEWER_NO,
)
from backend.scoresheets import services as score_services
from backend.scoresheets.models import Purpose
from backend.workdays.models import Verdict
from property.assessments import services as sheet_services
from property.assessments.deductions import services as deductions
from property.assessments.models import AppealState, LineSource
from property.assessments.months import services as months
from property.service_levels.models import Clock, ClockKind
from property.work_orders.models import WorkOrder

# How many months were assessed, the last of them still open.
_MONTHS: Final = 6
# When a month is opened, when points are taken of it, when it is locked.
_OPENED, _DEDUCTED, _APPEALED, _REVIEWED, _LOCKED = 1, 3, 5, 7, 12
_REASONS: Final = (
    "抽查发现工具间物品堆放杂乱，未按定置图摆放",
    "维修后现场未清理，报修人反映地面有泥水",
    "值班人员未按要求着装、佩戴工牌",
    "月度保养记录缺少负责人签字",
)
_APPEAL: Final = "当日为应急抢修，处置后半小时内已完成清理，有现场照片和值班记录为证，请予复核。"


def plan_assessments(agenda: Agenda) -> None:
    """Put the sheets and the months on the agenda."""
    this_month = agenda.today.replace(day=1)
    first = months_before(this_month, _MONTHS)
    agenda.add(min(first, sheet_services.VALID_FROM), _load_sheets)
    for back in range(_MONTHS, 0, -1):
        month = months_before(this_month, back)
        for firm in FIRMS:
            _Month(agenda, firm, month, is_last=back == 1).plan()


def _load_sheets() -> None:
    for content, scales in sheet_services.default_sheets():
        loaded = within(score_services.load)(
            SYSTEM, content, valid_from=sheet_services.VALID_FROM, purpose=Purpose.CONTRACTOR
        )
        sheet_services.give_scales(loaded.version_id, scales)


class _Month:
    """One contract's month: opened, points taken, appealed against, locked."""

    def __init__(self, agenda: Agenda, firm: Firm, month: date, *, is_last: bool) -> None:
        self.agenda, self.firm, self.month, self.is_last = agenda, firm, month, is_last
        self.manager, self.reviewer = agenda.actor(PROPERTY_MANAGER_NO), agenda.actor(REVIEWER_NO)
        self.leader, self.contractor = agenda.actor(PROPERTY_LEADER_NO), agenda.actor(CONTRACTOR_NO)
        self.assessment_id = self.deduction_id = self.appeal_id = 0

    def plan(self) -> None:
        """Everything that happens to the month, on the days of the next one."""
        self.agenda.add(self._day(_OPENED), self._open, 9)
        has_deduction = (self.month.month + self.firm.id) % 2 == 0 or self.is_last
        if has_deduction:
            self.agenda.add(self._day(_DEDUCTED), self._deduct, 10)
        if has_deduction and self.firm.id == SERVICE_CONTRACTOR:
            self.agenda.add(self._day(_APPEALED), self._appeal, 10)
            self.agenda.add(self._day(_REVIEWED), self._review, 10)
        if not self.is_last:
            self.agenda.add(self._day(_LOCKED), self._lock, 15)

    def _day(self, offset: int) -> date:
        return months_before(self.month, -1) + timedelta(days=offset)

    def _open(self) -> None:
        opened = within(months.open_month)(self.manager, contract_id=self.firm.id, month=self.month)
        self.assessment_id = opened.id

    def _deduct(self) -> None:
        late = self._late_orders()
        if not late:
            return
        shown = within(months.refresh)(self.manager, assessment_id=self.assessment_id).shown
        judged = [each for each in shown.items if each.source is LineSource.JUDGED]
        item = judged[self.month.month % len(judged)]
        made = within(deductions.deduct)(
            self.manager, assessment_id=self.assessment_id, item_id=item.item_id,
            points=min(Decimal(1), item.points), reason=_REASONS[self.month.month % len(_REASONS)],
            happened_on=self.month + timedelta(days=13), order_ids=late[:1],
        )  # fmt: skip # One argument a line would say no more.
        self.deduction_id = made.id

    def _late_orders(self) -> Sequence[int]:
        """Orders of the contractor that missed their time in that month."""
        from_at = clock.at_local(self.month, time.min)
        until_at = clock.at_local(months_before(self.month, -1), time.min)
        return db.session.scalars(
            select(WorkOrder.id)
            .join(Clock, Clock.subject_id == WorkOrder.id)
            .where(
                WorkOrder.contractor_id == self.firm.id, WorkOrder.completed_at >= from_at,
                WorkOrder.completed_at < until_at, Clock.kind == ClockKind.RESOLUTION.value,
                Clock.verdict == Verdict.MISSED.value,
            )
            .order_by(WorkOrder.id)
        ).all()  # fmt: skip # One condition a line would say no more.

    def _appeal(self) -> None:
        if self.deduction_id:
            told = within(deductions.appeal)(self.contractor, deduction_id=self.deduction_id, text=_APPEAL)
            self.appeal_id = told.appeal.id if told.appeal else 0

    def _review(self) -> None:
        """The first review always; the second but for last month's, which waits for it."""
        if not self.appeal_id:
            return
        within(deductions.review)(
            self.reviewer,
            appeal_id=self.appeal_id,
            outcome=AppealState.UPHELD,
            text="现场照片时间相符，建议撤销扣分。",
        )
        if not self.is_last:
            within(deductions.decide)(
                self.leader, appeal_id=self.appeal_id, outcome=AppealState.UPHELD, text="同意初审意见。"
            )

    def _lock(self) -> None:
        shown = within(months.refresh)(self.manager, assessment_id=self.assessment_id).shown
        within(months.lock)(self.leader, assessment_id=self.assessment_id, revision=shown.revision)
