"""The demo's quarterly evaluations: two that are closed, and the present one under way."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.dates import months_before
from backend.db import db
from backend.flows import evaluation_evidence
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.organisation import MANAGER_NO, REVIEWER_NO
from backend.flows.demo.units import FAILED_BEFORE, FAILING, OUTER, VISITORS
from backend.scoresheets import operations as score_operations
from backend.scoresheets import queries as score_queries
from backend.scoresheets import services as score_services
from backend.scoresheets.models import EvidenceKind, LossReason, ScoreItem
from backend.scoresheets.policies import Loss, Mark
from canteen.evaluation import default_sheet
from canteen.evaluation.rounds import messages as round_messages
from canteen.evaluation.rounds import operations, policies, queries, services
from canteen.evaluation.rounds.models import Round, SheetAnswer, UnitSheet
from canteen.evaluation.rounds.policies import Answer, Step
from canteen.evaluation.units.models import Operation, Serving, Unit

_SEED: Final = "houqin demo 2026: rounds"
# How well our own canteens do (see `units.Outer.care`).
_OWN_CARE: Final = 0.9
# The care of those that failed, in their quarter.
_FAILING_CARE: Final = 0.12
# Of the present round: how many have handed in so far, and the one whose sheet was given back.
_EARLY, _RETURNED = 6, 11
# What is said of an item, by its number; of the others by what they rest on.
_SAID: Final = {
    "1": "分管领导、牵头处室和食堂专职管理员均已明确，职责写入食堂管理办法。",
    "2": "采购、储存、加工、消费、餐厨垃圾五个环节的制度已装订成册并上墙。",
    "3": "年度减量目标为人均餐盘剩余下降5%，纳入食堂年度奖励办法。",
    "4": "绩效考核办法含减少浪费条款，本季度考核记录已归档。",
    "5": "服务合同载明反食品浪费责任和扣款办法。",
    "6": "年度计划、半年总结和各项记录按月成档。",
    "8": "每日按用餐人数采购，验收登记齐全，库房先进先出。",
    "9": "有主要食材切配出成标准，边角料用于员工餐和熬汤，有记录。",
    "10": "热菜分三批出菜，最后一批按剩余人数小锅现炒。",
    "11": "本季度组织厨师和服务员培训一次，有签到和课件。",
    "13": "取餐台设“按需取餐、少取多次”提示牌，窗口人员口头提醒。",
    "14": "提供自选点餐，主食可半份。",
    "19": "每月通报一次称重数据，据此调整了两道剩余较多的菜。",
    "20": "四分类投放，与有资质的收运单位签约，交接单齐全。",
    "21": "每周三巡查一次，设文明就餐督导员。",
    "25": "入口、取餐处和回收处均有标识，破损的已更换。",
    "26": "本季度开展“光盘在行动”宣传周，餐厅电子屏公开上周浪费数据。",
}
_BY_KIND: Final = {
    EvidenceKind.METRIC: "本单位按台账统计填报，台账原件备查。",
    EvidenceKind.DOCUMENT: "有文件和记录可查。",
    EvidenceKind.PHOTO: "现场照片已存档。",
    EvidenceKind.ON_SITE: "可现场查看。",
}
_RETURN_NOTE: Final = "第 20 项请补充本季度餐厨垃圾交接单，第 11 项请说明培训时间和人数。"


def plan_rounds(agenda: Agenda) -> None:
    """Put the rounds of the quarter before last, of the last and of the present one on the agenda."""
    this = agenda.today.replace(month=3 * ((agenda.today.month - 1) // 3) + 1, day=1)
    begins = months_before(this, 12)
    agenda.add(begins, partial(load_sheet, begins))
    for months, failing in ((6, FAILED_BEFORE.id), (3, FAILING.id)):
        _PastRound(agenda, months_before(this, months), failing).plan()
    _PresentRound(agenda, this).plan()


def load_sheet(valid_from: date) -> None:
    """The sheet that comes with the house, in force since before the first round."""
    within(score_services.load)(
        SYSTEM, default_sheet.content(), valid_from=min(valid_from, default_sheet.VALID_FROM)
    )


class _Round:
    """A round: how it is opened, how a unit answers and hands in, how it is reviewed."""

    def __init__(self, agenda: Agenda, first_day: date, failing_id: int = 0) -> None:
        self.agenda, self.first_day, self.failing_id = agenda, first_day, failing_id
        self.quarter = (first_day.month - 1) // 3 + 1
        self.last_day = months_before(first_day, -3) - timedelta(days=1)
        self.reviewer = agenda.actor(REVIEWER_NO)
        self.by_id = {one.id: one for one in OUTER}
        self.of: Round | None = None
        self.items: Sequence[ScoreItem] = ()

    def open(self) -> None:
        """Begin it, and tell the units."""
        [version] = score_queries.versions_in_force(clock.today())
        due_on = self.last_day + timedelta(days=12)
        self.items = version.items
        of = self.of = operations.open_round(
            self.reviewer, year=self.first_day.year, quarter=self.quarter, version_id=version.id,
            due_on=due_on, at=clock.now(),
        )  # fmt: skip # One argument a line would say no more.
        sheets = queries.sheets_in(of.id, policies.WITH_UNIT)
        operations.tell_units(round_messages.OPENED, of, sheets, event="opened", due=due_on.isoformat())

    def collect(self) -> None:
        """Let the system say what it can."""
        evaluation_evidence.gather(self._round_id())

    def answer(self, unit_id: int, most: int | None = None) -> None:
        """Let a unit answer what the system says nothing of; at most so many items."""
        sheet, actor = self._sheet(unit_id), self._actor(unit_id)
        said, unit = queries.answers_of(sheet.id), db.session.get_one(Unit, unit_id)
        open_items = [item for item in self.items if said[item.id].proposed_tenths is None]
        for item in open_items[:most]:
            answer = self._answer(unit, item)
            policies.ensure_answer(item, answer, None)
            _write(said[item.id], answer, actor)
        db.session.flush()

    def submit(self, unit_id: int) -> None:
        """Let a unit hand its sheet in."""
        within(services.submit)(self._actor(unit_id), sheet_id=self._sheet(unit_id).id)

    def hand_in(self, unit_id: int) -> None:
        """The same, of so long ago that nobody needs to be told any more."""
        sheet = self._sheet(unit_id)
        policies.ensure_complete(self.items, queries.answers_of(sheet.id))
        operations.take(self._actor(unit_id), sheet, Step.SUBMIT, at=clock.now())

    def review(self, unit_id: int) -> None:
        """Score every item of what was handed in, and end the unit's sheet."""
        sheet = self._sheet(unit_id)
        said, of_id = queries.answers_of(sheet.id), {item.id: item for item in self.items}
        marks = [self._mark(unit_id, item, said[item.id]) for item in self.items]
        policies.ensure_explained(marks, of_id, said)
        scoring = score_queries.get_scoring(policies.SCORING_OWNER, sheet.id)
        score_operations.score(self.reviewer, scoring, marks, at=clock.now())
        within(services.close_sheet)(self.reviewer, sheet_id=sheet.id)

    def give_back(self, unit_id: int) -> None:
        """Return a sheet for completion."""
        within(services.return_sheet)(self.reviewer, sheet_id=self._sheet(unit_id).id, note=_RETURN_NOTE)

    def end(self) -> None:
        """Close the round."""
        within(services.close_round)(self.reviewer, round_id=self._round_id())

    def _actor(self, unit_id: int) -> Actor:
        outer = self.by_id.get(unit_id)
        return self.agenda.contact(outer) if outer else self.agenda.actor(MANAGER_NO)

    def _round_id(self) -> int:
        return self._opened().id

    def _opened(self) -> Round:
        assert self.of is not None  # noqa: S101 - it was opened before.
        return self.of

    def _sheet(self, unit_id: int) -> UnitSheet:
        statement = select(UnitSheet).where(
            UnitSheet.round_id == self._round_id(), UnitSheet.unit_id == unit_id
        )
        return db.session.scalars(statement).one()

    def _verdict(self, unit_id: int, item: ScoreItem) -> LossReason | None:
        """The reason for which the unit loses points of an item, if it does."""
        outer = self.by_id.get(unit_id)
        care = outer.care if outer else _OWN_CARE
        if unit_id == self.failing_id:
            care = _FAILING_CARE
        elif outer in (FAILING, FAILED_BEFORE):
            care = 0.74  # In the other quarters they pass.
        rng = Random(f"{_SEED}: {unit_id} {self.first_day} {item.number}")
        return rng.choice(item.reasons) if item.reasons and rng.random() > care else None

    def _answer(self, unit: Unit, item: ScoreItem) -> Answer:
        excuse = _inapplicable(unit, item)
        if excuse:
            return Answer(True, None, excuse, 0)
        text = _SAID.get(item.number) or _BY_KIND[EvidenceKind(item.evidence)]
        lost = self._verdict(unit.id, item)
        # Some see for themselves what they lack.
        if lost is None or Random(f"{_SEED}: {unit.id} {item.number} own").random() < 0.6:
            return Answer(False, item.points_tenths, text, 0)
        return Answer(False, _less(item, lost), f"{lost.text}，正在改进。", 0)

    def _mark(self, unit_id: int, item: ScoreItem, said: SheetAnswer) -> Mark:
        if said.is_inapplicable:
            return Mark(item.id, None, is_inapplicable=True, remark=said.text[:200])
        if said.proposed_tenths is not None:
            return Mark(item.id, said.proposed_tenths, losses=_losses(item, said.proposed_tenths))
        lost = self._verdict(unit_id, item)
        if lost is None:
            return Mark(item.id, item.points_tenths)
        return Mark(item.id, _less(item, lost), losses=(Loss(lost.id),))


class _PastRound(_Round):
    """A round that is over: units answered within twelve days, a week later all was reviewed."""

    def plan(self) -> None:
        """Put it on the agenda."""
        add, end = self.agenda.add, self.last_day
        add(_opened_on(self.first_day), self.open, 9)
        add(end + timedelta(days=2), self.collect, 2, 30)
        for unit_id in _planned_ids():
            answered_on = end + timedelta(days=3 + unit_id % 9)
            add(answered_on, partial(self.answer, unit_id), 14, unit_id)
            add(answered_on, partial(self.hand_in, unit_id), 16, unit_id)
            reviewed_on = end + timedelta(days=14 + unit_id % 5)
            add(reviewed_on, partial(self.review, unit_id), 10, unit_id)
        add(end + timedelta(days=20), self.end, 15)


class _PresentRound(_Round):
    """The round under way: some have handed in, one was told to complete its sheet, one is half filled in."""

    def plan(self) -> None:
        """Put it on the agenda."""
        add = self.agenda.add
        opened_on = max(
            self.first_day,
            min(self.first_day + timedelta(days=40), self.agenda.today - timedelta(days=7)),
        )
        add(opened_on, self.open, 9)
        add(opened_on, self.collect, 9, 30)
        early = [1, *(one.id for one in OUTER if one is not VISITORS)]
        for place, unit_id in enumerate([*early[:_EARLY], _RETURNED], start=1):
            day = opened_on + timedelta(days=min(place, 5))
            add(day, partial(self.answer, unit_id), 14, place)
            add(day, partial(self.submit, unit_id), 16, place)
        add(opened_on + timedelta(days=6), partial(self.give_back, _RETURNED), 11)
        add(opened_on + timedelta(days=4), partial(self.answer, VISITORS.id, most=9), 15)


def _planned_ids() -> list[int]:
    first = OUTER[0].id
    return [*range(1, first), *(one.id for one in OUTER)]


def _opened_on(first_day: date) -> date:
    """Ten days before a quarter ends its evaluation begins."""
    return months_before(first_day, -3) - timedelta(days=11)


def _write(answer: SheetAnswer, said: Answer, actor: Actor) -> None:
    answer.is_inapplicable, answer.self_tenths, answer.text = (
        said.is_inapplicable, said.self_tenths, said.text
    )  # fmt: skip # One value a line would say no more.
    answer.answered_at, answer.answered_by = clock.now(), actor.staff_id
    answer.answered_by_name = actor.name


def _inapplicable(unit: Unit, item: ScoreItem) -> str:
    """Why an item is none of a unit's business, or nothing."""
    if not item.may_be_inapplicable:
        return ""
    if item.number == "5" and unit.operation == Operation.OWN:
        return "本单位食堂自营，没有委托经营合同。"
    if item.number in ("4", "8", "9", "10", "11") and unit.operation == Operation.ORDERED:
        return "本单位订餐，没有厨房。"
    if item.number == "12" and unit.serving == Serving.SET_MEAL:
        return "统一份饭。"
    if item.number == "18":
        return "未分盘称重。"
    return "本季度没有到期的整改事项。" if item.number == "22" else ""


def _less(item: ScoreItem, lost: LossReason) -> int:
    return max(item.points_tenths - (lost.points_tenths or item.points_tenths // 2), 0)


def _losses(item: ScoreItem, tenths: int) -> tuple[Loss, ...]:
    """The reason of the catalogue that costs most nearly what was lost."""
    lost = item.points_tenths - tenths
    if not lost:
        return ()
    near = min(item.reasons, key=lambda reason: abs((reason.points_tenths or 0) - lost), default=None)
    return (Loss(near.id),) if near is not None else (Loss(None, "按系统数据测算"),)
