"""Reads of the bulletins."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from backend.actor import Actor, Permission
from backend.db import db
from backend.documents import issuing
from backend.paging import Page, paginate
from property.assessments.bulletins import policies
from property.assessments.models import (
    BulletinKind,
    BulletinState,
    ContractorBulletin,
)
from property.assessments.titles import BULLETIN_KIND_NAMES, BULLETIN_STATE_NAMES


@dataclass(frozen=True, slots=True)
class BulletinView:
    """A bulletin; `can` is among edit, refresh, submit, discard, return, publish, correct."""

    bulletin: ContractorBulletin
    kind: BulletinKind
    kind_name: str
    state: BulletinState
    state_name: str
    title: str
    issue_no: str
    period_name: str
    can: list[str]

    @property
    def figures(self) -> dict[str, Any]:
        """What it tells."""
        return self.bulletin.figures


def page_bulletins(actor: Actor, *, kind: BulletinKind | None = None, page: int, page_size: int) -> Page:
    """The bulletins, the latest period and version first; drafts for those who work on them."""
    statement = select(ContractorBulletin).order_by(
        ContractorBulletin.first_day.desc(), ContractorBulletin.kind, ContractorBulletin.version.desc()
    )
    if kind is not None:
        statement = statement.where(ContractorBulletin.kind == kind.value)
    if not policies.works_on_bulletins(actor):
        statement = statement.where(ContractorBulletin.state == BulletinState.PUBLISHED.value)
    found = paginate(statement, page=page, page_size=page_size)
    return Page([view(actor, row) for row in found.rows], found.total, page, page_size)


def find(actor: Actor, bulletin_id: int) -> BulletinView:
    """One bulletin. Raises BulletinNotFound."""
    found = db.session.get(ContractorBulletin, bulletin_id, populate_existing=True)
    return view(actor, policies.ensure_may_see(actor, found))


def latest(kind: BulletinKind, first_day: date) -> ContractorBulletin | None:
    """The latest version of a period's bulletin."""
    return db.session.scalars(
        select(ContractorBulletin)
        .where(ContractorBulletin.kind == kind.value, ContractorBulletin.first_day == first_day)
        .order_by(ContractorBulletin.version.desc())
        .limit(1)
    ).one_or_none()


def view(actor: Actor, bulletin: ContractorBulletin) -> BulletinView:
    """A row with its words."""
    kind, state = BulletinKind(bulletin.kind), BulletinState(bulletin.state)
    return BulletinView(
        bulletin=bulletin,
        kind=kind,
        kind_name=BULLETIN_KIND_NAMES[kind],
        state=state,
        state_name=BULLETIN_STATE_NAMES[state],
        title=policies.title_of(kind, bulletin.first_day),
        issue_no=issuing.issue_no(bulletin),
        period_name=policies.period_name(kind, bulletin.first_day),
        can=_can(actor, state),
    )


def _can(actor: Actor, state: BulletinState) -> list[str]:
    drafts = actor.reach(Permission.CONTRACTORS_ASSESS).everywhere
    signs = actor.reach(Permission.CONTRACTORS_REVIEW).everywhere
    if state in policies.EDITABLE:
        return ["edit", "refresh", "submit", "discard"] if drafts else []
    if state is BulletinState.SUBMITTED:
        return ["return", "publish"] if signs else []
    return ["correct"] if drafts else []
