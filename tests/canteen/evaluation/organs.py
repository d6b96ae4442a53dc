"""Furnish an evaluation: units, a small score sheet in force, and the people who have to do with it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.db import atomic, db
from backend.identity.models import Staff
from backend.scoresheets.models import (
    EvidenceKind,
    Inapplicable,
    LossReason,
    ScoreGrade,
    ScoreItem,
    ScoreSheet,
    Scoring,
    SheetVersion,
    VersionState,
)
from canteen.evaluation.rounds.models import Round, SheetState, UnitSheet
from canteen.evaluation.units.models import Unit, Via
from canteen.evaluation.units.operations import take_report
from canteen.evaluation.units.policies import Figures
from tests.client import Client
from tests.factories import MONDAY, NINE, Compound

EVERYWHERE = (ScopeKind.COMPOUND, 0)


def at(day: date, hour: int = 9) -> datetime:
    """An hour of a day, by the compound's clocks."""
    return clock.at_local(day, time(hour))


def unit(code: str, *, joined: date = MONDAY, **columns: Any) -> Unit:
    """A unit of a county, active since the day on which it joined."""

    @atomic
    def write() -> Unit:
        made = Unit(
            **{
                "code": code,
                "name": f"{code}机关食堂",
                "level": "county",
                "operation": "own",
                "serving": "buffet",
                "created_at": at(joined),
                "changed_at": at(joined),
                **columns,
            }
        )
        db.session.add(made)
        db.session.flush()
        return made

    return write()


def sheet(code: str = "small", points: tuple[int, ...] = (60, 30, 10)) -> SheetVersion:
    """A version in force with an item of each of these points; the last one need not apply."""

    @atomic
    def write() -> SheetVersion:
        long_ago = at(date(2026, 1, 1))
        whole = ScoreSheet(code=code, created_at=long_ago, created_by=0)
        version = SheetVersion(
            number=1,
            title=f"评分表{code}",
            region="",
            year=2026,
            source="",
            state=VersionState.DRAFT.value,
            inapplicable=Inapplicable.FULL_MARKS.value,
            full_tenths=sum(points) * 10,
            digest="0" * 64,
            changed_at=long_ago,
            changed_by=0,
            changed_by_name="系统",
        )
        version.sheet = whole
        version.items = [
            ScoreItem(
                position=position,
                number=str(position + 1),
                level1="监督管理",
                level2=f"指标{position + 1}",
                points_tenths=worth * 10,
                scoring="查看现场",
                evidence=EvidenceKind.ON_SITE.value,
                may_be_inapplicable=position == len(points) - 1,
                reasons=[LossReason(position=0, text="未张贴提示")],
            )
            for position, worth in enumerate(points)
        ]
        version.grades = [
            ScoreGrade(title=title, from_tenths=threshold, is_failing=threshold == 0)
            for title, threshold in (("优秀", 900), ("良好", 800), ("合格", 700), ("不合格", 0))
        ]
        db.session.add(version)
        db.session.flush()
        version.state, version.valid_from = VersionState.IN_FORCE.value, date(2026, 1, 1)
        db.session.flush()
        return version

    return write()


@dataclass
class Field:
    """A unit with a reporter, a manager, two inspectors and a sheet; everybody with a client."""

    compound: Compound
    unit: Unit
    sheet: SheetVersion
    manager: Client
    reporter: Client
    lead: Client
    member: Client
    lead_staff: Staff
    member_staff: Staff
    reporter_staff: Staff

    def arrange(self, **fields: Any) -> Any:
        """The answer to a manager's order for an inspection of this week."""
        order = {
            "unit_id": self.unit.id,
            "year": 2026,
            "from_on": "2026-11-23",
            "until_on": "2026-11-27",
            "lead_id": self.lead_staff.id,
            "member_ids": [self.member_staff.id],
        }
        return self.manager.post("/evaluation/inspections", {**order, **fields})

    def score(self, client: Client, inspection_id: int, place: int, score: Any, **fields: Any) -> Any:
        """The answer to saving an item, by its place in the sheet; less than all of it names a reason."""
        item = self.sheet.items[place]
        is_full = score is None or Decimal(str(score)) * 10 == item.points_tenths
        body = {
            "revision": 0,
            "score": score,
            "losses": [] if is_full else [{"reason_id": item.reasons[0].id}],
            **fields,
        }
        return client.put(f"/evaluation/inspections/{inspection_id}/items/{item.id}", body)

    def submitted(self, *scores: Any) -> int:
        """An inspection that the lead has submitted with these scores."""
        inspection_id: int = self.arrange().data["id"]
        for place, score in enumerate(scores or (60, 30, 10)):
            assert self.score(self.lead, inspection_id, place, score).status == 200
        answer = self.lead.post(
            f"/evaluation/inspections/{inspection_id}/submit", {"visited_on": "2026-11-23"}
        )
        assert answer.status == 200, answer.envelope
        return inspection_id


def field(compound: Compound, code: str = "COUNTY-1") -> Field:
    """The usual field."""
    with clock.at(NINE):
        organ = unit(code, joined=date(2026, 1, 5))
        manager = compound.staff(roles={"administrator": EVERYWHERE})
        reporter = compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, organ.id)})
        lead = compound.staff(roles={"canteen_inspector": EVERYWHERE})
        member = compound.staff(roles={"canteen_inspector": EVERYWHERE})
        return Field(
            compound=compound,
            unit=organ,
            sheet=sheet(),
            manager=compound.client(manager),
            reporter=compound.client(reporter),
            lead=compound.client(lead),
            member=compound.client(member),
            lead_staff=lead,
            member_staff=member,
            reporter_staff=reporter,
        )


def closed_sheet(of: Unit, version: SheetVersion, quarter: int, total_tenths: int, grade: str) -> None:
    """A quarter's sheet of a unit, closed with this total."""

    @atomic
    def write() -> None:
        now = clock.now()
        held = db.session.scalars(select(Round).where(Round.year == 2026, Round.quarter == quarter)).first()
        if held is None:
            held = Round(
                year=2026,
                quarter=quarter,
                version_id=version.id,
                due_on=date(2026, 3 * quarter, 28),
                opened_at=now,
                opened_by=0,
            )
            db.session.add(held)
            db.session.flush()
        made = UnitSheet(
            round_id=held.id,
            unit_id=of.id,
            unit_name=of.name,
            level=of.level,
            region=of.region,
            operation=of.operation,
            serving=of.serving,
            state=SheetState.CLOSED.value,
            closed_at=now,
        )
        db.session.add(made)
        db.session.flush()
        db.session.add(
            Scoring(
                version_id=version.id,
                owner_kind="evaluation_sheet",
                owner_id=made.id,
                opened_at=now,
                closed_at=now,
                closed_by=0,
                total_tenths=total_tenths,
                grade=grade,
                is_failing=grade == "不合格",
            )
        )

    write()


def reported(of: Unit, month: date, *, diners: int, plate_g: int | None, measured: int = 40) -> None:
    """What a unit reports of a month of 44 meals."""

    @atomic
    def write() -> None:
        figures = Figures(diners=diners, meals_served=44, meals_measured=measured, plate_g=plate_g)
        take_report(of.id, month, figures, Via.FORM, actor=SYSTEM)

    write()
