"""Writes of trays, within an open unit of work.

The tray is locked before its bindings are read: of two diners who are bound to one tray at once, one gets it.
"""

from datetime import date, datetime

from sqlalchemy import or_, select, update

from backend.db import db, table, unit
from backend.statements import insert_or_nothing
from canteen.waste import operations as waste
from canteen.waste.models import Container, ContainerKind, TrayBinding
from canteen.waste.schedule import MealKey
from canteen.waste.trays import policies, queries
from canteen.waste.trays.errors import TrayUnknown
from canteen.waste.trays.models import TrayConsent
from canteen.waste.trays.queries import AtLine

_BINDING, _CONSENT = table(TrayBinding), table(TrayConsent)
_GIVE = insert_or_nothing(_CONSENT, ["staff_id", "given_at", "revoked_at"], returning="id")


def lock_tray(canteen_id: int, code: str) -> Container:
    """The active tray of this code, held until the unit ends. Raises TrayUnknown."""
    unit()
    tray = db.session.scalars(
        select(Container)
        .where(
            Container.canteen_id == canteen_id,
            Container.kind == ContainerKind.TRAY.value,
            Container.code == code,
            Container.is_active,
        )
        .with_for_update(key_share=True)
    ).one_or_none()
    if tray is None:
        raise TrayUnknown(tray_code=code)
    return tray


def bind(
    tray: Container, at_line: AtLine, meal: MealKey, *, is_by_weight: bool, bound_by: int, at: datetime
) -> TrayBinding:
    """Bind a locked tray; the same tray, diner and use again gives the binding that there is.

    The diner is named only where a meal by weight or their own choice needs it. Raises TrayInUse.
    """
    diner = at_line.diner
    last = queries.last_binding(tray.id, meal, at)
    is_repeated = policies.is_repeated(
        last, staff_id=diner.staff_id, department_id=diner.department_id, bound_at=at
    )
    if last is not None and is_repeated:
        return db.session.get_one(TrayBinding, last.id)
    policies.ensure_free(last, at)
    shows_own = queries.sees_own(diner.staff_id)
    is_known = is_by_weight or shows_own
    binding = TrayBinding(
        container_id=tray.id,
        canteen_id=tray.canteen_id,
        served_on=meal.served_on,
        period=meal.period,
        bound_at=at,
        bound_by=bound_by,
        staff_id=diner.staff_id if is_known else None,
        department_id=diner.department_id,
        order_id=at_line.order_id if is_known else None,
        shows_own=shows_own,
    )
    db.session.add(binding)
    db.session.flush()  # The rounds are computed from what is stored.
    waste.recompute_trays([(tray.id, meal.served_on, meal.period)])
    return binding


def give_consent(staff_id: int, at: datetime) -> bool:
    """Let a person see their own trays from now on; returns whether they did not before."""
    row = {"staff_id": staff_id, "given_at": at, "revoked_at": None}
    return _GIVE.row(unit(), row) is not None


def revoke_consent(staff_id: int, at: datetime) -> bool:
    """End it; returns whether there was anything to end."""
    return bool(
        unit()
        .execute(
            update(_CONSENT)
            .where(_CONSENT.c.staff_id == staff_id, _CONSENT.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        .rowcount
    )


def forget_own(staff_id: int, *, canteen_id: int, charged_from: date | None) -> int:
    """Forget whose trays those of a person at a canteen were; returns how many.

    Of `charged_from` on they are needed for meals by weight still, and are only shown no longer.
    """
    own = (_BINDING.c.staff_id == staff_id, _BINDING.c.canteen_id == canteen_id)
    unit().execute(update(_BINDING).where(*own, _BINDING.c.shows_own).values(shows_own=False))
    late = [_BINDING.c.served_on < charged_from] if charged_from is not None else []
    return unit().execute(update(_BINDING).where(*own, *late).values(staff_id=None, order_id=None)).rowcount


def forget_old(canteen_id: int, *, charged_from: date, shown_from: date) -> int:
    """Forget whose trays those of a canteen were that nothing needs any more; returns how many."""
    is_over = or_(
        (~_BINDING.c.shows_own) & (_BINDING.c.served_on < charged_from), _BINDING.c.served_on < shown_from
    )
    return (
        unit()
        .execute(
            update(_BINDING)
            .where(_BINDING.c.canteen_id == canteen_id, _BINDING.c.staff_id.is_not(None), is_over)
            .values(staff_id=None, order_id=None, shows_own=False)
        )
        .rowcount
    )


def forget_of(staff_id: int) -> int:
    """Forget every tray of a person, and that they ever chose to see them; returns how many trays."""
    unit().execute(_CONSENT.delete().where(_CONSENT.c.staff_id == staff_id))
    return (
        unit()
        .execute(
            update(_BINDING)
            .where(_BINDING.c.staff_id == staff_id)
            .values(staff_id=None, order_id=None, shows_own=False)
        )
        .rowcount
    )
