"""The demo's 服务保障通报 and 通报会, and what low satisfaction has led to."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import select

from backend.actor import Actor
from backend.dates import months_before
from backend.db import db
from backend.flows import service_review
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.organisation import (
    CANTEEN_HANDLER_NO,
    GATE_HANDLER_NO,
    HANDLER_NO,
    LEADER_NO,
    REVIEWER_NO,
)
from backend.flows.demo.people import departments
from backend.flows.demo.service_desk import CANTEEN_OFFICE, GATE_OFFICE, PROPERTY_OFFICE
from backend.flows.satisfaction_providers import SOURCES
from canteen.pickups.ratings import CANTEEN, MEAL
from feedback.reports.ratings import HANDLING, OFFICE
from feedback.reviews import services
from feedback.reviews.demands import services as demands
from feedback.reviews.queries import ReviewView
from feedback.satisfaction.rectifications import services as rectifications
from feedback.satisfaction.rectifications.models import SatisfactionRectification

# The bulletins of so many months are out; that of the present month is a draft.
_MONTHS: Final = 5
# On which days of the next month. Contractors' months are locked before.
_DRAFTED, _PUBLISHED = 13, 16
_INTRODUCTION: Final = "按照服务保障工作情况通报制度，现将本月餐饮、维修、诉求办理和服务评价情况通报如下。"
_PROBLEMS: Final = (
    "一是个别诉求超时办结，首接单位跟进不够。\n二是高峰时段就餐、电梯等候时间仍偏长，反映较多。"
)
_REQUIREMENTS: Final = "各责任单位对照问题逐项整改，对重新办理的诉求由负责人回访；下月通报整改情况。"


def plan_reviews(agenda: Agenda) -> None:
    """Put the bulletins, the meetings and the rectifications on the agenda."""
    month = agenda.today.replace(day=1)
    for count in range(_MONTHS, 0, -1):
        _Bulletin(agenda, months_before(month, count)).plan()
    _Meetings(agenda).plan()
    _Mended(agenda, months_before(month, 2)).plan()
    # Last of all: its figures are those of this instant.
    agenda.add_at(agenda.now, partial(_draft, agenda.actor(REVIEWER_NO), month))


def _draft(drafter: Actor, month: date) -> ReviewView:
    drafted = within(services.draft)(drafter, first_day=month, take=service_review.take)
    return within(services.edit)(
        drafter,
        review_id=drafted.review.id,
        revision=drafted.review.revision,
        introduction=_INTRODUCTION,
        problems=_PROBLEMS,
        requirements=_REQUIREMENTS,
    )


class _Bulletin:
    """The bulletin of a month that is over."""

    def __init__(self, agenda: Agenda, month: date) -> None:
        self.agenda, self.month = agenda, month
        self.drafter, self.leader = agenda.actor(REVIEWER_NO), agenda.actor(LEADER_NO)
        self.view: ReviewView | None = None

    def plan(self) -> None:
        """Draft it, hand it in and sign it off."""
        after = months_before(self.month, -1)
        self.agenda.add(after + timedelta(days=_DRAFTED), self._hand_in, 10)
        self.agenda.add(after + timedelta(days=_PUBLISHED), self._publish, 16)

    def _hand_in(self) -> None:
        review = _draft(self.drafter, self.month).review
        self.view = within(services.submit)(self.drafter, review_id=review.id, revision=review.revision)

    def _publish(self) -> None:
        assert self.view is not None  # noqa: S101 - it was handed in before.
        review = self.view.review
        within(services.publish)(
            self.leader, review_id=review.id, revision=review.revision, announce=service_review.announce
        )


class _Meetings:
    """Two meetings with the resident units: what they demanded, what was answered, what is overdue."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda, self.reviewer = agenda, agenda.actor(REVIEWER_NO)
        self.units = [row.id for row in departments() if row.parent_id is None]
        self._meetings: dict[int, int] = {}
        self._demands: dict[str, int] = {}

    def plan(self) -> None:
        """The first one's demands were answered but for one, which was carried over to the second."""
        self._hold(68, "会议中心 201 室", "通报服务保障情况，听取入驻单位意见。")
        self._demand(68, "power", 0, "信息处机房增加一路备用电源，并安排夜间巡检。", PROPERTY_OFFICE, 30)
        self._demand(68, "late", 3, "东院区晚餐供应延长到 19:30，方便加班人员。", CANTEEN_OFFICE, 35)
        self._answer(52, "power", HANDLER_NO, "备用回路已接通，夜间巡检列入值班表，每晚两次。")
        self._on(47, "power", demands.confirm, text="情况属实，满意。")
        self._hold(19, "会议中心 305 室", "通报上月服务保障情况，逐项过上次会议的需求。")
        self._demand(19, "visitors", 1, "来访预约能在系统里办，减少门岗登记等候。", GATE_OFFICE, 40)
        self._answer(6, "visitors", GATE_HANDLER_NO, "访客停车已可在微管家预约，人员预约下月上线。")

    def _hold(self, days: int, place: str, summary: str) -> None:
        day = self.agenda.today - timedelta(days=days)

        def hold() -> None:
            held = within(demands.hold_meeting)(
                self.reviewer, held_on=day, place=place, unit_ids=self.units, summary=summary
            )
            self._meetings[days] = held.meeting.id

        self._at(days, hold, 9)

    def _demand(self, days: int, key: str, unit: int, text: str, office_id: int, due_in: int) -> None:
        day = self.agenda.today - timedelta(days=days)

        def demand() -> None:
            made = within(demands.demand)(
                self.reviewer, meeting_id=self._meetings[days], department_id=self.units[unit], text=text,
                office_id=office_id, due_on=day + timedelta(days=due_in),
            )  # fmt: skip # One argument a line would say no more.
            self._demands[key] = made.demand.id

        self._at(days, demand, 11)

    def _answer(self, days: int, key: str, staff_no: str, text: str) -> None:
        actor = self.agenda.actor(staff_no)
        self._at(days, lambda: within(demands.answer)(actor, demand_id=self._demands[key], text=text), 15)

    def _on(self, days: int, key: str, use_case: Callable[..., object], *, text: str) -> None:
        self._at(days, lambda: within(use_case)(self.reviewer, demand_id=self._demands[key], text=text), 16)

    def _at(self, days: int, act: Callable[[], object], hour: int) -> None:
        self.agenda.add(self.agenda.today - timedelta(days=days), act, hour)


class _Mended:
    """Two rectifications: one closed on what was rated since, one in hand."""

    def __init__(self, agenda: Agenda, month: date) -> None:
        self.agenda, self.month = agenda, month
        self.reviewer = agenda.actor(REVIEWER_NO)
        self._ids: dict[str, int] = {}

    def plan(self) -> None:
        """Put them on the agenda."""
        self._open(44, "desk", HANDLING.key, OFFICE, CANTEEN_OFFICE, "餐饮诉求办理质量整改",
                   "部分答复过于原则，请逐条核实后答复，重复反映的由负责人回访。")  # fmt: skip # One.
        self._own(42, "desk", CANTEEN_HANDLER_NO, rectifications.take)
        self._own(36, "desk", CANTEEN_HANDLER_NO, rectifications.submit,
                  measures="建立当日核实、次日回访制度，答复由处室负责人审核，逐一回访。")  # fmt: skip # One.
        self._close(10, "desk", "整改措施已逐项核实，回访无异议，予以办结。")
        self._open(9, "meals", MEAL.key, CANTEEN, 2, "2 号餐厅菜品温度整改",
                   "评价中“温度”得分偏低，请调整出餐和保温安排。")  # fmt: skip # As above.
        self._own(7, "meals", CANTEEN_HANDLER_NO, rectifications.take)

    def _open(
        self,
        days: int,
        key: str,
        service: str,
        kind: str,
        provider_id: int,
        title: str,
        demand: str,
    ) -> None:
        month = self.month if key == "desk" else months_before(self.month, -1)

        def begin() -> None:
            view = within(rectifications.open_by_hand)(
                self.reviewer, sources=SOURCES, service=service, provider_kind=kind,
                provider_id=provider_id, month=month, title=title, demand=demand,
                owner_office_id=CANTEEN_OFFICE,
            )  # fmt: skip # One argument a line would say no more.
            self._ids[key] = view.of.id

        self._at(days, begin)

    def _own(self, days: int, key: str, staff_no: str, use_case: Callable[..., object], **said: Any) -> None:
        actor = self.agenda.actor(staff_no)
        self._at(days, lambda: within(use_case)(actor, rectification_id=self._ids[key], **said))

    def _close(self, days: int, key: str, reason: str) -> None:
        def close() -> None:
            revision = db.session.scalars(
                select(SatisfactionRectification.revision).where(
                    SatisfactionRectification.id == self._ids[key]
                )
            ).one()
            within(rectifications.close)(
                self.reviewer, rectification_id=self._ids[key], revision=revision, reason=reason
            )

        self._at(days, close)

    def _at(self, days: int, act: Callable[[], object]) -> None:
        self.agenda.add(self.agenda.today - timedelta(days=days), act, 14)
