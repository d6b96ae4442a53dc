"""The demo's surveys: one that has stopped with its results, and one to which the visitor is invited."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, Final

from sqlalchemy import select

from backend.db import db
from backend.flows.demo.agenda import Agenda, official, within
from backend.flows.demo.organisation import REVIEWER_NO, VISITOR_NO
from backend.flows.demo.people import Member, departments
from backend.flows.demo.plan import Plan
from feedback.surveys import queries, services
from feedback.surveys.models import AudienceKind, QuestionKind, Segment, SurveyInvite
from feedback.surveys.policies import Asked, Given, Question

_SEED: Final = "houqin demo 2026: surveys"
_INVITED: Final = 200
_ANSWERED: Final = 120
_OPENED, _STOPPED = timedelta(days=47), timedelta(days=33)
_STOPS_IN: Final = timedelta(days=9)
_COMMENTS: Final = (
    "物业响应比以前快多了", "希望食堂增加清淡菜品", "会议室预订建议和日历打通", "停车位还是紧张",
    "保洁很用心", "维修师傅态度好，技术也好", "电梯高峰等得久", "空调温度建议统一调低一点",
)  # fmt: skip # A few a line.
_QUESTIONS: Final = (
    Question(QuestionKind.SCALE, "您对今年后勤服务的总体评价"),
    Question(
        QuestionKind.MATRIX, "请对各项服务打分", options=("食堂餐饮", "物业维修", "保洁绿化", "安保停车")
    ),
    Question(
        QuestionKind.SINGLE, "反映的问题通常多久得到回应", options=("两小时内", "当天", "三天内", "更久")
    ),
    Question(
        QuestionKind.MULTIPLE,
        "最希望改进的方面（最多三项）",
        most=3,
        options=("菜品口味", "维修速度", "环境卫生", "停车秩序", "会议服务", "信息公开"),
    ),
    Question(QuestionKind.TEXT, "意见和建议"),
)
_OPEN_QUESTIONS: Final = (
    Question(QuestionKind.SCALE, "您对食堂晚餐供应的评价"),
    Question(
        QuestionKind.MULTIPLE,
        "晚餐最希望增加",
        most=2,
        options=("面食", "杂粮粥", "清淡蔬菜", "打包简餐"),
    ),
    Question(QuestionKind.TEXT, "其他建议"),
)


def plan_surveys(agenda: Agenda, plan: Plan) -> None:
    """Put both on the agenda."""
    _Past(agenda, plan).plan()
    agenda.add_at(agenda.now - timedelta(days=2), partial(_open_present, agenda, plan))


class _Past:
    """The yearly survey: a sample was asked and three in five answered, too few of some departments."""

    def __init__(self, agenda: Agenda, plan: Plan) -> None:
        self.agenda, self.reviewer = agenda, agenda.actor(REVIEWER_NO)
        self.members = {one.staff_id: one for one in plan.members}
        self.survey_id = 0

    def plan(self) -> None:
        """Open it, have it answered day by day, stop it."""
        opened_at, stopped_at = self.agenda.now - _OPENED, self.agenda.now - _STOPPED
        self.agenda.add_at(opened_at, self._open)
        for day in range((_OPENED - _STOPPED).days):
            self.agenda.add_at(opened_at + timedelta(days=day, hours=1), partial(self._answer, day))
        self.agenda.add_at(stopped_at, self._stop)

    def _open(self) -> None:
        people = len(self.members)
        made = within(services.create)(
            self.reviewer,
            title=f"{self.agenda.today.year} 年机关后勤服务满意度问卷",
            intro="随机抽取部分干部职工，匿名作答，约需三分钟。结果用于改进明年的服务安排。",
            audience=AudienceKind.ALL,
            segment=Segment.DEPARTMENT,
            sample_size=_INVITED if people > _INVITED else None,
            stops_on=(self.agenda.today - _STOPPED + timedelta(days=1)),
            questions=_QUESTIONS,
        )
        self.survey_id = made.survey.id
        within(services.open_survey)(self.reviewer, survey_id=self.survey_id)

    def _answer(self, day: int) -> None:
        """The share of the invited that answers on this day."""
        waiting = db.session.scalars(
            select(SurveyInvite.staff_id)
            .where(SurveyInvite.survey_id == self.survey_id, SurveyInvite.has_answered.is_(False))
            .order_by(SurveyInvite.staff_id)
        ).all()
        invited = min(_INVITED, len(self.members))
        days = (_OPENED - _STOPPED).days
        quota = _ANSWERED * invited // _INVITED
        count = quota * (day + 1) // days - quota * day // days
        rng = Random(f"{_SEED}: {day}")
        asked = queries.asked(self.survey_id)
        for staff_id in rng.sample(waiting, min(count, len(waiting))):
            answers = list(_said(rng, asked))
            within(services.answer)(
                official(self.members[staff_id]), survey_id=self.survey_id, answers=answers
            )

    def _stop(self) -> None:
        within(services.stop)(self.reviewer, survey_id=self.survey_id)


def _said(rng: Random, asked: Sequence[Asked]) -> Iterator[Given]:
    """What somebody says: most are content, few write anything."""
    mood = rng.gauss(4.1, 0.7)
    for each in asked:
        ids = list(each.option_ids)
        match each.kind:
            case QuestionKind.SCALE:
                yield Given(each.id, score=_score(rng, mood))
            case QuestionKind.MATRIX:
                yield Given(each.id, scores={one: _score(rng, mood) for one in ids})
            case QuestionKind.SINGLE:
                yield Given(each.id, option_ids=rng.choices(ids, range(len(ids), 0, -1)))
            case QuestionKind.MULTIPLE:
                yield Given(each.id, option_ids=rng.sample(ids, rng.randint(1, each.most or 2)))
            case QuestionKind.TEXT if rng.random() < 0.3:
                yield Given(each.id, text=rng.choice(_COMMENTS))


def _score(rng: Random, mood: float) -> int:
    return min(5, max(1, round(mood + rng.gauss(0, 0.5))))


def _open_present(agenda: Agenda, plan: Plan) -> None:
    """One for the organ of the visitor, who has not answered."""
    reviewer = agenda.actor(REVIEWER_NO)
    made = within(services.create)(
        reviewer,
        title="食堂晚餐供应意见征集",
        intro="晚餐供应时间和品种拟作调整，请您花一分钟说说想法，匿名作答。",
        audience=AudienceKind.DEPARTMENTS,
        target_ids=[_organ_of(agenda.member(VISITOR_NO))],
        stops_on=agenda.today + _STOPS_IN,
        questions=_OPEN_QUESTIONS,
    )
    survey_id = made.survey.id
    within(services.open_survey)(reviewer, survey_id=survey_id)
    rng, asked = Random(f"{_SEED}: open"), queries.asked(survey_id)
    others: Any = db.session.scalars(
        select(SurveyInvite.staff_id)
        .where(SurveyInvite.survey_id == survey_id, SurveyInvite.staff_id != plan.staff_id(VISITOR_NO))
        .order_by(SurveyInvite.staff_id)
        .limit(8)
    ).all()
    members = {one.staff_id: one for one in plan.members}
    for staff_id in others:
        answers = list(_said(rng, asked))
        within(services.answer)(official(members[staff_id]), survey_id=survey_id, answers=answers)


def _organ_of(member: Member) -> int:
    """The organ to which somebody's department belongs."""
    parents = {row.id: row.parent_id for row in departments()}
    return parents[member.department_id] or member.department_id
