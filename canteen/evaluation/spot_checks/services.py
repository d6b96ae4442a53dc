"""Use cases of inspections."""

from collections.abc import Sequence
from datetime import date

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.rules import queries as rule_queries
from backend.scoresheets import operations as score_operations
from backend.scoresheets import policies as score_policies
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import Inapplicable, SheetVersion
from backend.scoresheets.policies import Mark, Outcome
from canteen.evaluation import people
from canteen.evaluation.rectifications import operations as rectification_operations
from canteen.evaluation.rectifications import queries as rectification_queries
from canteen.evaluation.rectifications.models import Origin
from canteen.evaluation.rectifications.policies import Problem
from canteen.evaluation.rectifications.queries import RectificationView
from canteen.evaluation.spot_checks import operations, plans, policies, queries
from canteen.evaluation.spot_checks.errors import (
    InspectionNotConfirmed,
    InspectionNotFound,
    InspectionUnitInactive,
    NotTheLead,
    SheetNeeded,
)
from canteen.evaluation.spot_checks.messages import (
    ANNOUNCED,
    ANSWERED,
    ASSIGNED,
    CALLED_OFF,
    CONFIRMED,
    SENT_BACK,
    SUBMITTED,
)
from canteen.evaluation.spot_checks.models import Inspection, State
from canteen.evaluation.spot_checks.policies import Step
from canteen.evaluation.spot_checks.queries import InspectionView, ItemScoreView
from canteen.evaluation.spot_checks.rules import ANSWER_DAYS
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Unit


@atomic
def arrange(
    actor: Actor,
    *,
    unit_id: int,
    year: int,
    from_on: date,
    until_on: date,
    lead_id: int,
    member_ids: Sequence[int],
    is_announced: bool = False,
    version_id: int | None = None,
    note: str = "",
) -> InspectionView:
    """Send a team to a unit within a window of days. Without a version the only sheet in force is taken.

    The team is told; the unit only of an announced visit. Raises Forbidden, UnitNotFound,
    InspectionUnitInactive, WindowInvalid, TeamInvalid, ConflictOfInterest, SheetNeeded, SheetVersionNotFound,
    VersionNotInForce or InspectionExists.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    unit = unit_queries.find_unit(unit_id)
    if not unit.is_active:
        raise InspectionUnitInactive
    policies.ensure_window(year, from_on, until_on, clock.today())
    team = _team_for(unit, lead_id, member_ids)
    plan = plans.current_plan(year)
    now = clock.now()
    inspection = operations.planned(
        year=year,
        unit_id=unit.id,
        plan_id=plan.id if plan is not None and unit.id in plans.drawn_units(plan.id) else None,
        version_id=_sheet(version_id),
        from_on=from_on,
        until_on=until_on,
        is_announced=is_announced,
        lead_id=lead_id,
        note=note,
        by=actor.staff_id,
        at=now,
    )
    operations.arrange(actor, inspection, team, at=now)
    _tell_arranged(inspection, unit, team)
    return _view(actor, inspection)


@atomic
def change(
    actor: Actor,
    *,
    inspection_id: int,
    revision: int,
    from_on: date,
    until_on: date,
    lead_id: int,
    member_ids: Sequence[int],
    is_announced: bool,
    note: str = "",
) -> InspectionView:
    """Change the team or the window before the team submits.

    Raises Forbidden, InspectionNotFound, InspectionChanged, InspectionState, WindowInvalid, TeamInvalid or
    ConflictOfInterest.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    found = operations.lock(inspection_id)
    policies.ensure_seen(revision, found.revision)
    policies.state_after(found.state, Step.CHANGE)
    policies.ensure_window(found.year, from_on, until_on, clock.today())
    unit = unit_queries.find_unit(found.unit_id)
    team = _team_for(unit, lead_id, member_ids)
    operations.set_team(found.id, team)
    operations.take(
        actor,
        found,
        Step.CHANGE,
        at=clock.now(),
        from_on=from_on,
        until_on=until_on,
        lead_id=lead_id,
        is_announced=is_announced,
        note=note,
    )
    _tell_arranged(found, unit, team)
    return _view(actor, found)


@atomic
def cancel(actor: Actor, *, inspection_id: int, reason: str) -> InspectionView:
    """Call an inspection off. Raises Forbidden, InspectionNotFound, InspectionState or AnswerTextNeeded."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    found = operations.lock(inspection_id)
    policies.ensure_words(reason)
    operations.take(actor, found, Step.CANCEL, text=reason, at=clock.now())
    unit = unit_queries.find_unit(found.unit_id)
    people_told = {member.id for member in queries.team_of(found.id, found.lead_id)}
    if found.is_announced:
        people_told |= set(_reporters(unit))
    days = operations.days_of(found.from_on, found.until_on)
    operations.tell(
        found, CALLED_OFF, people_told, event="cancelled", unit=unit.name, days=days, reason=reason
    )
    return _view(actor, found)


@atomic
def score_item(
    actor: Actor,
    *,
    inspection_id: int,
    mark: Mark,
    revision: int,
    photo_ids: Sequence[int] = (),
) -> ItemScoreView:
    """Save what the team gives an item, as a draft; the first one begins the scoring.

    The same again changes nothing, so that a phone may send what it kept offline more than once. `revision`
    is the item's as it was seen, 0 for none. Raises InspectionNotFound, Forbidden, InspectionState,
    NotYetVisited, ConflictOfInterest, ItemChanged, TooManyPhotos, PhotoNotFound, or what scoring an item
    raises.
    """
    found = _for_team(actor, inspection_id)
    policies.state_after(found.state, Step.SCORE)
    policies.ensure_begun(found.from_on, clock.today())
    policies.ensure_no_interest([actor.staff_id], people.belonging_to(unit_queries.find_unit(found.unit_id)))
    policies.ensure_few_photos(photo_ids)
    now = clock.now()
    operations.save_item(actor, found, mark, seen_revision=revision, photo_ids=photo_ids, at=now)
    if found.state == State.PLANNED:
        operations.take(actor, found, Step.SCORE, at=now)
    return queries.get_score(found.id, found.version_id, mark.item_id)


@atomic
def submit(actor: Actor, *, inspection_id: int, visited_on: date, conclusion: str = "") -> InspectionView:
    """Submit the scored sheet as the team's lead; the unit is asked to answer by the rule's deadline.

    Raises InspectionNotFound, Forbidden, NotTheLead, InspectionState, VisitInvalid, ItemsUnscored or
    NothingApplies.
    """
    found = _for_team(actor, inspection_id)
    if actor.staff_id != found.lead_id:
        raise NotTheLead
    policies.state_after(found.state, Step.SUBMIT)
    today = clock.today()
    policies.ensure_visit(visited_on, found.from_on, found.until_on, today)
    result = _outcome(found)
    until = policies.answer_until(today, rule_queries.value(ANSWER_DAYS))
    operations.take(
        actor,
        found,
        Step.SUBMIT,
        text=conclusion,
        at=clock.now(),
        visited_on=visited_on,
        conclusion=conclusion,
        submitted_at=clock.now(),
        answer_until_on=until,
        total_tenths=result.total_tenths,
        grade=result.grade,
        is_failing=result.is_failing,
    )
    unit = unit_queries.find_unit(found.unit_id)
    operations.tell(
        found,
        SUBMITTED,
        _reporters(unit),
        event="submitted",
        unit=unit.name,
        result=_in_words(found),
        until=until.isoformat(),
    )
    return _view(actor, found)


@atomic
def acknowledge(actor: Actor, *, inspection_id: int, text: str = "") -> InspectionView:
    """Accept the result for the unit. Raises InspectionNotFound, Forbidden or InspectionState."""
    return _answer(actor, inspection_id, Step.ACKNOWLEDGE, text, "已确认")


@atomic
def dispute(actor: Actor, *, inspection_id: int, text: str) -> InspectionView:
    """Object for the unit. Raises what `acknowledge` raises, or AnswerTextNeeded."""
    policies.ensure_words(text)
    return _answer(actor, inspection_id, Step.DISPUTE, text, "提出了异议")


@atomic
def send_back(actor: Actor, *, inspection_id: int, text: str) -> InspectionView:
    """Let the team score again, because the unit's objection is just.

    Raises Forbidden, InspectionNotFound, InspectionState, OwnScoring or AnswerTextNeeded.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    found = operations.lock(inspection_id)
    policies.state_after(found.state, Step.RETURN)
    team = {member.id for member in queries.team_of(found.id, found.lead_id)}
    policies.ensure_others(actor, team)
    policies.ensure_words(text)
    operations.take(actor, found, Step.RETURN, text=text, at=clock.now())
    unit = unit_queries.find_unit(found.unit_id)
    operations.tell(found, SENT_BACK, team, event="returned", unit=unit.name, reason=text)
    return _view(actor, found)


@atomic
def confirm(actor: Actor, *, inspection_id: int, text: str = "") -> InspectionView:
    """Make the result final; what failed becomes a rectification.

    Before the unit's deadline only what the unit has answered; an objection is overruled in words, and by
    nobody of the team. Raises Forbidden, InspectionNotFound, InspectionState, AnswerAwaited, OwnScoring or
    AnswerTextNeeded.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    found = operations.lock(inspection_id)
    team = {member.id for member in queries.team_of(found.id, found.lead_id)}
    policies.ensure_may_confirm(
        actor,
        state=found.state,
        team=team,
        text=text,
        until_on=found.answer_until_on,
        today=clock.today(),
    )
    now = clock.now()
    scoring = score_queries.get_scoring(policies.SCORING_OWNER, found.id)
    score_operations.close_scoring(actor, scoring, at=now)
    operations.take(actor, found, Step.CONFIRM, text=text, at=now, confirmed_at=now)
    unit = unit_queries.find_unit(found.unit_id)
    operations.tell(
        found,
        CONFIRMED,
        {*team, *_reporters(unit)},
        event="confirmed",
        unit=unit.name,
        result=_in_words(found),
    )
    if found.is_failing:
        rectification_operations.open_rectification(
            actor,
            unit_id=unit.id,
            origin=Origin.INSPECTION,
            origin_id=found.id,
            title=f"{found.year}年现场抽查{found.grade}",
            problems=_lost(found),
            at=now,
        )
    return _view(actor, found)


@atomic
def open_rectification(
    actor: Actor,
    *,
    inspection_id: int,
    title: str,
    problems: Sequence[Problem],
    demand: str = "",
    due_on: date | None = None,
) -> RectificationView:
    """Order the unit to put right what an inspection found.

    Raises Forbidden, InspectionNotFound, InspectionNotConfirmed or DeadlineInvalid.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    found = operations.lock(inspection_id)
    if found.state != State.CONFIRMED:
        raise InspectionNotConfirmed
    opened = rectification_operations.open_rectification(
        actor,
        unit_id=found.unit_id,
        origin=Origin.INSPECTION,
        origin_id=found.id,
        title=title,
        problems=problems,
        demand=demand,
        due_on=due_on,
        at=clock.now(),
    )
    db.session.flush()  # The view reads what was added.
    return rectification_queries.get_rectification(actor, opened.id)


def _answer(actor: Actor, inspection_id: int, step: Step, text: str, answer: str) -> InspectionView:
    found = operations.lock(inspection_id)
    if not queries.is_visible(actor, found.id):
        raise InspectionNotFound
    if not people.speaks_for(actor, found.unit_id):
        raise Forbidden
    operations.take(actor, found, step, text=text, at=clock.now())
    name = unit_queries.find_unit(found.unit_id).name
    operations.tell(found, ANSWERED, people.managers(), event="answered", unit=name, answer=answer)
    return _view(actor, found)


def _for_team(actor: Actor, inspection_id: int) -> Inspection:
    """An inspection whose team the actor is in, locked."""
    found = operations.lock(inspection_id)
    if actor.staff_id in {member.id for member in queries.team_of(found.id, found.lead_id)}:
        return found
    raise Forbidden if queries.is_visible(actor, found.id) else InspectionNotFound


def _team_for(unit: Unit, lead_id: int, member_ids: Sequence[int]) -> set[int]:
    able = {each.id for each in people.inspectors()}
    policies.ensure_team(lead_id, member_ids, able)
    team = {lead_id, *member_ids}
    policies.ensure_no_interest(sorted(team), people.belonging_to(unit))
    return team


def _sheet(version_id: int | None) -> int:
    """The version, or that of the only sheet in force."""
    if version_id is not None:
        return score_queries.get_version(version_id).id
    found = score_queries.versions_in_force(clock.today())
    if len(found) != 1:
        raise SheetNeeded(count=len(found))
    return found[0].id


def _outcome(of: Inspection) -> Outcome:
    sheet: SheetVersion = score_queries.get_version(of.version_id)
    scoring = score_queries.get_scoring(policies.SCORING_OWNER, of.id)
    return score_policies.outcome(
        sheet.items,
        score_queries.marks_of(scoring.id),
        Inapplicable(sheet.inapplicable),
        score_queries.grades_of(sheet),
    )


def _lost(of: Inspection) -> list[Problem]:
    """What lost points, with the reasons, as things to put right."""
    sheet = score_queries.get_version(of.version_id)
    marks = score_queries.filled(policies.SCORING_OWNER, [of.id])[of.id].marks
    lost = []
    for item in sheet.items:
        mark = marks.get(item.id)
        if mark is not None and mark.losses:
            reasons = "；".join(loss.text for loss in mark.losses)
            lost.append(Problem(f"{item.number} {item.level3 or item.level2}：{reasons}", item.id))
    return lost


def _tell_arranged(of: Inspection, unit: Unit, team: set[int]) -> None:
    db.session.flush()  # The messages name it.
    days = operations.days_of(of.from_on, of.until_on)
    lead = next(member.name for member in queries.team_of(of.id, of.lead_id) if member.is_lead)
    operations.tell(of, ASSIGNED, team, event="assigned", unit=unit.name, days=days, lead=lead)
    if of.is_announced:
        operations.tell(of, ANNOUNCED, _reporters(unit), event="announced", unit=unit.name, days=days)


def _reporters(unit: Unit) -> list[int]:
    return list(unit_queries.reporters_of([unit.id]).get(unit.id, ()))


def _in_words(of: Inspection) -> str:
    return f"{score_policies.spoken(of.total_tenths or 0)} 分，{of.grade}"


def _view(actor: Actor, of: Inspection) -> InspectionView:
    db.session.flush()  # The view reads what was added.
    return queries.get_inspection(actor, of.id)
