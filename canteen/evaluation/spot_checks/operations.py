"""Writes of plans and inspections, within an open unit of work.

Whoever moves or scores an inspection locks its row first. Members of a team score different items at once:
each waits for the other's item to be saved, and none writes over what the other has saved.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import delete, insert, select

from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.media import operations as media_operations
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from backend.refusals import refusing_clashes
from backend.scoresheets import operations as score_operations
from backend.scoresheets import queries as score_queries
from backend.scoresheets.policies import Mark
from canteen.evaluation.spot_checks import drawing, policies, queries
from canteen.evaluation.spot_checks.drawing import Lot, Terms
from canteen.evaluation.spot_checks.errors import (
    InspectionExists,
    InspectionNotFound,
    ItemChanged,
    PlanExists,
)
from canteen.evaluation.spot_checks.models import (
    TEXT_LENGTH,
    Inspection,
    InspectionItem,
    InspectionMember,
    InspectionStep,
    SpotCheckLot,
    SpotCheckPlan,
    State,
)
from canteen.evaluation.spot_checks.policies import Step
from canteen.evaluation.spot_checks.queries import ItemScoreView
from canteen.evaluation.units.models import Unit


def keep_plan(
    actor: Actor,
    terms: Terms,
    lots: Sequence[Lot],
    units: Mapping[str, Unit],
    *,
    version: int,
    seed_source: str,
    reason: str,
    notes: Mapping[int, str],
    at: datetime,
) -> SpotCheckPlan:
    """Keep a draw with everything that it depended on. Raises PlanExists if the version is taken."""
    unit()
    plan = SpotCheckPlan(
        year=terms.year,
        version=version,
        algorithm=drawing.ALGORITHM,
        seed=terms.seed,
        seed_source=seed_source,
        percent=terms.percent,
        years=terms.years,
        first_year=terms.first_year,
        units=len(lots),
        quota=drawing.quota(len(lots), terms.percent),
        drawn=sum(lot.is_drawn for lot in lots),
        reason=reason,
        drawn_at=at,
        drawn_by=actor.staff_id,
        drawn_by_name=actor.name,
    )
    with refusing_clashes(PlanExists(year=terms.year, version=version)):
        db.session.add(plan)
    unit().execute(
        insert(SpotCheckLot),
        [_lot_row(plan.id, lot, units[lot.candidate.code], notes) for lot in lots],
    )
    record(
        actor,
        "evaluation.spot_checks_drawn",
        "spot_check_plan",
        plan.id,
        year=plan.year,
        version=version,
        seed=plan.seed,
        units=plan.units,
        quota=plan.quota,
        drawn=plan.drawn,
        reason=reason,
    )
    return plan


def _lot_row(plan_id: int, lot: Lot, of: Unit, notes: Mapping[int, str]) -> dict[str, Any]:
    return {
        **asdict(lot.candidate),
        "plan_id": plan_id,
        "unit_id": of.id,
        "name": of.name,
        "note": notes.get(of.id, ""),
        "stratum": lot.stratum.value,
        "due_year": lot.due_year,
        "number": lot.number,
        "place": lot.place,
        "is_drawn": lot.is_drawn,
    }


def arrange(actor: Actor, inspection: Inspection, team: Iterable[int], *, at: datetime) -> None:
    """Keep an inspection with its team, and open its scoring. Raises InspectionExists, VersionNotInForce."""
    unit()
    with refusing_clashes(InspectionExists(year=inspection.year)):
        db.session.add(inspection)
    scoring = score_operations.open_scoring(
        inspection.version_id, policies.SCORING_OWNER, inspection.id, at=at
    )
    inspection.scoring_id = scoring.id
    set_team(inspection.id, team)
    record(
        actor,
        "evaluation.inspection_arranged",
        "inspection",
        inspection.id,
        unit_id=inspection.unit_id,
        from_on=inspection.from_on.isoformat(),
        until_on=inspection.until_on.isoformat(),
        team=sorted(team),
    )


def set_team(inspection_id: int, team: Iterable[int]) -> None:
    """Let these people, the lead among them, be the team."""
    unit().execute(delete(InspectionMember).where(InspectionMember.inspection_id == inspection_id))
    unit().execute(
        insert(InspectionMember),
        [{"inspection_id": inspection_id, "staff_id": staff_id} for staff_id in sorted(team)],
    )


def lock(inspection_id: int) -> Inspection:
    """The inspection, kept from everybody else until the unit ends. Raises InspectionNotFound."""
    unit()
    found = db.session.scalars(
        select(Inspection).where(Inspection.id == inspection_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise InspectionNotFound
    return found


def take(
    actor: Actor, locked: Inspection, step: Step, *, text: str = "", at: datetime, **columns: Any
) -> None:
    """Take a step of the transition table with a locked inspection. Raises InspectionState."""
    after = policies.state_after(locked.state, step)
    for name, value in columns.items():
        setattr(locked, name, value)
    locked.state = after.value
    locked.revision += 1
    db.session.add(
        InspectionStep(
            inspection_id=locked.id,
            step=step.value,
            taken_at=at,
            taken_by=actor.staff_id,
            taken_by_name=actor.name,
            text=text[:TEXT_LENGTH],
            total_tenths=locked.total_tenths if step in (Step.SUBMIT, Step.CONFIRM) else None,
        )
    )
    record(
        actor,
        f"evaluation.inspection_{_DONE[step]}",
        "inspection",
        locked.id,
        unit_id=locked.unit_id,
        state=policies.STATE_NAMES[after],
        reason=text,
    )


_DONE: Mapping[Step, str] = {
    Step.CHANGE: "changed",
    Step.SCORE: "begun",
    Step.SUBMIT: "submitted",
    Step.ACKNOWLEDGE: "acknowledged",
    Step.DISPUTE: "disputed",
    Step.RETURN: "returned",
    Step.CONFIRM: "confirmed",
    Step.CANCEL: "cancelled",
}


def save_item(
    actor: Actor,
    locked: Inspection,
    mark: Mark,
    *,
    seen_revision: int,
    photo_ids: Sequence[int],
    at: datetime,
) -> None:
    """Save one item of a locked inspection. What is there already changes nothing.

    Raises ItemChanged if somebody saved something else since revision `seen_revision`, what scoring an item
    raises, or PhotoNotFound.
    """
    digest = _digest(mark, photo_ids)
    row = db.session.scalars(
        select(InspectionItem).where(
            InspectionItem.inspection_id == locked.id, InspectionItem.item_id == mark.item_id
        )
    ).one_or_none()
    if row is not None and row.digest == digest:
        return
    if (row.revision if row is not None else 0) != seen_revision:
        standing = queries.get_score(locked.id, locked.version_id, mark.item_id)
        raise ItemChanged(by=standing.scored_by_name, item=as_json(standing))
    scoring = score_queries.get_scoring(policies.SCORING_OWNER, locked.id)
    score_operations.score(actor, scoring, [mark], at=at)
    if row is None:
        row = InspectionItem(inspection_id=locked.id, item_id=mark.item_id, revision=0, digest=digest)
        db.session.add(row)
    row.revision += 1
    row.digest = digest
    db.session.flush()  # The photos name it.
    _set_photos(actor, row.id, photo_ids)
    record(
        actor,
        "evaluation.inspection_item_scored",
        "inspection",
        locked.id,
        item_id=mark.item_id,
        score_tenths=mark.score_tenths,
    )


def as_json(standing: ItemScoreView) -> dict[str, Any]:
    """An item as a refusal tells how it stands."""
    return {
        "item_id": standing.item.id,
        "revision": standing.revision,
        "score": float(standing.score) if standing.score is not None else None,
        "is_inapplicable": standing.is_inapplicable,
        "remark": standing.remark,
        "losses": [{"reason_id": loss.reason_id, "text": loss.text} for loss in standing.losses],
        "scored_by_name": standing.scored_by_name,
        "photo_ids": [photo.id for photo in standing.photos],
    }


def tell(of: Inspection, kind: Kind, staff_ids: Collection[int], *, event: str, **fields: str) -> None:
    """Tell people of an inspection, once per `event` and revision."""
    notify(
        kind,
        staff_ids,
        fields,
        page=f"pages/evaluation/inspection?id={of.id}",
        dedupe=f"{event} {of.id}.{of.revision}",
    )


def days_of(from_on: date, until_on: date) -> str:
    """`2026-11-23` or `2026-11-23 至 2026-11-27`."""
    return from_on.isoformat() if from_on == until_on else f"{from_on.isoformat()} 至 {until_on.isoformat()}"


def planned(
    *,
    year: int,
    unit_id: int,
    plan_id: int | None,
    version_id: int,
    from_on: date,
    until_on: date,
    is_announced: bool,
    lead_id: int,
    note: str,
    by: int,
    at: datetime,
) -> Inspection:
    """A new inspection, not kept yet."""
    return Inspection(
        year=year,
        unit_id=unit_id,
        plan_id=plan_id,
        version_id=version_id,
        from_on=from_on,
        until_on=until_on,
        is_announced=is_announced,
        lead_id=lead_id,
        note=note,
        state=State.PLANNED.value,
        revision=1,
        created_at=at,
        created_by=by,
    )


def _digest(mark: Mark, photo_ids: Sequence[int]) -> bytes:
    content = {**asdict(mark), "photo_ids": sorted(set(photo_ids))}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def _set_photos(actor: Actor, row_id: int, photo_ids: Sequence[int]) -> None:
    """Attach the actor's photos that are new, and let go of those that are not wanted any more."""
    present = {photo.id for photo in queries.photos_of([row_id]).get(row_id, ())}
    gone = present - set(photo_ids)
    if gone:
        media_operations.detach(policies.PHOTO_OWNER, row_id, gone)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        if photo_id not in present:
            media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, row_id, position=position)
