"""Reads of the suppliers and their licences. They belong to the compound."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from backend import clock, vault
from backend.db import db
from backend.identity.policies import mask_phone
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.purchasing.suppliers import policies
from canteen.purchasing.suppliers.errors import LicenceNotFound, SupplierNotFound
from canteen.purchasing.suppliers.models import LicenceKind, Supplier, SupplierLicence
from canteen.purchasing.suppliers.policies import Standing
from canteen.purchasing.suppliers.rules import LICENCE_DAYS, NEEDS_LICENCES


@dataclass(frozen=True, slots=True)
class LicenceView:
    """A licence; `counts` if no other one of its kind runs longer."""

    id: int
    supplier_id: int
    kind: LicenceKind
    number: str
    valid_from: date | None
    valid_until: date | None
    counts: bool
    standing: Standing
    photo_id: int | None
    photo: PhotoLinks | None


@dataclass(frozen=True, slots=True)
class SupplierView:
    """A supplier with the licences that were not withdrawn; the phone number is masked.

    `problems` are sentences that say why nothing may be ordered of it.
    """

    id: int
    name: str
    credit_code: str
    contact: str
    phone: str | None
    address: str
    region: str
    is_assistance: bool
    is_active: bool
    blocked_reason: str
    standing: Standing
    problems: tuple[str, ...]
    licences: tuple[LicenceView, ...]
    changed_at: datetime


def views(ids: Collection[int], on: date | None = None) -> dict[int, SupplierView]:
    """These suppliers as they stand on a day (today), by id; three statements."""
    if not ids:
        return {}
    rows = db.session.scalars(select(Supplier).where(Supplier.id.in_(ids))).all()
    return {view.id: view for view in _views(rows, on or clock.today())}


def names(ids: Collection[int]) -> dict[int, str]:
    """The names of these suppliers; one statement, or none."""
    if not ids:
        return {}
    rows = db.session.execute(select(Supplier.id, Supplier.name).where(Supplier.id.in_(ids)))
    return {row.id: row.name for row in rows}


def ids_by_name() -> dict[str, int]:
    """Every supplier's id by its name, for imports."""
    return {row.name: row.id for row in db.session.execute(select(Supplier.id, Supplier.name))}


def view(supplier_id: int) -> SupplierView:
    """One supplier. Raises SupplierNotFound."""
    return _views([find(supplier_id)], clock.today())[0]


def page_suppliers(
    *,
    q: str = "",
    is_active: bool | None = None,
    is_assistance: bool | None = None,
    standing: Standing | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of the suppliers by name; `q` is part of the name or the region."""
    statement = _search(q=q, is_active=is_active, is_assistance=is_assistance)
    if standing is not None:
        # How one stands follows from several licences and rules; there are hundreds of suppliers at most.
        every = _views(db.session.scalars(statement).all(), clock.today())
        found = [one for one in every if one.standing is standing]
        return Page(found[(page - 1) * page_size : page * page_size], len(found), page, page_size)
    paged = paginate(statement, page=page, page_size=page_size)
    return Page(_views(paged.rows, clock.today()), paged.total, paged.page, paged.page_size)


def usable_ids(on: date) -> set[int]:
    """The suppliers of which something may be ordered on a day; two statements."""
    rows = db.session.execute(select(Supplier.id, Supplier.is_active, Supplier.blocked_reason)).all()
    licences = _licences([row.id for row in rows])
    needs = rule_queries.value(NEEDS_LICENCES)
    return {
        row.id
        for row in rows
        if not policies.block_problem(is_active=row.is_active, blocked_reason=row.blocked_reason)
        and not policies.licence_problems(licences.get(row.id, []), on, needs_licences=needs)
    }


def licences_ending(today: date, days: int) -> list[tuple[str, LicenceView]]:
    """The licences that count of suppliers in use and have ended or end within so many days, with the names.

    What ended more than a year ago is nobody's news any more.
    """
    rows = db.session.scalars(_search(is_active=True)).all()
    found = []
    for supplier in _views(rows, today):
        for licence in supplier.licences:
            until = licence.valid_until
            if not licence.counts or until is None:
                continue
            if today - timedelta(days=365) <= until <= today + timedelta(days=days):
                found.append((supplier.name, licence))
    return found


def find(supplier_id: int) -> Supplier:
    """The row. Raises SupplierNotFound."""
    row = db.session.get(Supplier, supplier_id)
    if row is None:
        raise SupplierNotFound
    return row


def lock(supplier_id: int) -> Supplier:
    """The row, which nobody else may change until the open unit ends. Raises SupplierNotFound."""
    row = db.session.get(Supplier, supplier_id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise SupplierNotFound
    return row


def find_licence(supplier_id: int, licence_id: int) -> SupplierLicence:
    """The row. Raises LicenceNotFound."""
    row = db.session.get(SupplierLicence, licence_id)
    if row is None or row.supplier_id != supplier_id or row.is_withdrawn:
        raise LicenceNotFound
    return row


def phone_of(row: Supplier) -> str | None:
    """The contact's number; None if there is none, or if it was written under another key."""
    if row.phone_cipher is None:
        return None
    try:
        return vault.decrypt(row.phone_cipher)
    except ValueError:
        return None


def _search(*, q: str = "", is_active: bool | None = None, is_assistance: bool | None = None) -> Select[Any]:
    statement: Select[Any] = select(Supplier)
    if q:
        statement = statement.where(
            or_(Supplier.name.contains(q, autoescape=True), Supplier.region.contains(q, autoescape=True))
        )
    if is_active is not None:
        statement = statement.where(Supplier.is_active.is_(is_active))
    if is_assistance is not None:
        statement = statement.where(Supplier.is_assistance.is_(is_assistance))
    return statement.order_by(Supplier.name, Supplier.id)


def _licences(supplier_ids: Collection[int]) -> dict[int, list[LicenceView]]:
    """The licences of these suppliers without their photos, by supplier."""
    if not supplier_ids:
        return {}
    today, days = clock.today(), rule_queries.value(LICENCE_DAYS)
    rows = db.session.scalars(
        select(SupplierLicence)
        .where(SupplierLicence.supplier_id.in_(supplier_ids), SupplierLicence.is_withdrawn.is_(False))
        .order_by(SupplierLicence.kind, SupplierLicence.valid_until.desc(), SupplierLicence.id)
    )
    found: dict[int, list[LicenceView]] = {}
    for row in rows:
        found.setdefault(row.supplier_id, []).append(
            LicenceView(
                id=row.id,
                supplier_id=row.supplier_id,
                kind=LicenceKind(row.kind),
                number=row.number,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                counts=True,
                standing=policies.licence_standing(row.valid_until, today, days),
                photo_id=row.photo_id,
                photo=None,
            )
        )
    return found


def _views(rows: Sequence[Supplier], on: date) -> list[SupplierView]:
    licences = _licences([row.id for row in rows])
    photos = media_queries.links(
        {one.photo_id for each in licences.values() for one in each if one.photo_id is not None}
    )
    days, needs = rule_queries.value(LICENCE_DAYS), rule_queries.value(NEEDS_LICENCES)
    return [_view(row, licences.get(row.id, []), photos, on, days, needs) for row in rows]


def _view(
    row: Supplier,
    licences: Sequence[LicenceView],
    photos: dict[int, PhotoLinks],
    on: date,
    days: int,
    needs_licences: bool,
) -> SupplierView:
    counts = {one.id for one in policies.counting(licences).values()}
    blocked = policies.block_problem(is_active=row.is_active, blocked_reason=row.blocked_reason)
    problems = policies.licence_problems(licences, on, needs_licences=needs_licences)
    phone = phone_of(row)
    return SupplierView(
        id=row.id,
        name=row.name,
        credit_code=row.credit_code,
        contact=row.contact,
        phone=mask_phone(phone) if phone else None,
        address=row.address,
        region=row.region,
        is_assistance=row.is_assistance,
        is_active=row.is_active,
        blocked_reason=row.blocked_reason,
        standing=policies.standing_of(
            licences,
            on,
            days,
            is_active=row.is_active,
            blocked_reason=row.blocked_reason,
            needs_licences=needs_licences,
        ),
        problems=((blocked,) if blocked else ()) + tuple(problems),
        licences=tuple(
            replace(
                one,
                counts=one.id in counts,
                standing=policies.licence_standing(one.valid_until, on, days),
                photo=photos.get(one.photo_id or 0),
            )
            for one in licences
        ),
        changed_at=row.changed_at,
    )
