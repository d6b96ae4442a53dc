"""Writes of the suppliers, within an open unit of work."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backend import clock, vault
from backend.actor import Actor
from backend.db import db, unit
from backend.media import operations as media_operations
from backend.media.errors import PhotoNotFound
from backend.refusals import refusing_clashes
from canteen.purchasing.suppliers import policies, queries
from canteen.purchasing.suppliers.errors import (
    LicenceDatesInvalid,
    LicenceExpired,
    LicencePhotoUnknown,
    PriceDatesInvalid,
    SupplierBlocked,
    SupplierTaken,
)
from canteen.purchasing.suppliers.models import Supplier, SupplierLicence, SupplierPrice, Via

# What owns the photos of licences.
PHOTO_OWNER = "supplier_licence"
_PLAIN = (
    *("name", "credit_code", "contact", "address", "region", "is_assistance", "is_active"),
    "blocked_reason",
)


def save(row: Supplier, columns: Mapping[str, Any], *, at: datetime) -> list[str]:
    """Write what `columns` say of a new or a locked supplier; returns the names of what is different.

    `phone` None keeps the number, "" removes it. Raises SupplierTaken, SupplierPhoneInvalid or
    CreditCodeInvalid.
    """
    unit()
    wanted = {name: columns[name] for name in _PLAIN if name in columns}
    if "credit_code" in wanted:
        wanted["credit_code"] = policies.credit_code_of(wanted["credit_code"])
    different = [name for name, value in wanted.items() if getattr(row, name) != value]
    with refusing_clashes(SupplierTaken()):
        for name in different:
            setattr(row, name, wanted[name])
        phone = columns.get("phone")
        if phone is not None and phone != (queries.phone_of(row) or ""):
            row.phone_cipher = vault.encrypt(policies.phone_of(phone)) if phone else None
            different.append("phone")
        if different or row.id is None:
            row.changed_at = at
        db.session.add(row)
    return different


def save_licence(actor: Actor, row: SupplierLicence, columns: Mapping[str, Any]) -> None:
    """Write what is said of a licence. Raises LicenceDatesInvalid or LicencePhotoUnknown."""
    unit()
    first, last = columns["valid_from"], columns["valid_until"]
    if first is not None and last is not None and last < first:
        raise LicenceDatesInvalid
    row.kind, row.number = columns["kind"].value, columns["number"]
    row.valid_from, row.valid_until = first, last
    db.session.add(row)
    db.session.flush()  # Its photo names it.
    _change_photo(actor, row, columns["photo_id"])


def ensure_may_supply(supplier_id: int, on: date | None = None) -> queries.SupplierView:
    """Something may be ordered of, or accepted from, the supplier on a day (today).

    Locks the supplier against changes of that. Raises SupplierNotFound, SupplierBlocked or LicenceExpired,
    which name it and what is wrong.
    """
    unit()
    row = queries.lock(supplier_id)
    day = on or clock.today()
    blocked = policies.block_problem(is_active=row.is_active, blocked_reason=row.blocked_reason)
    if blocked:
        raise SupplierBlocked(supplier=row.name, reason=blocked)
    view = queries.views([supplier_id], day)[supplier_id]
    if view.problems:
        raise LicenceExpired(supplier=row.name, licences="、".join(view.problems))
    return view


def add_price(
    actor: Actor,
    *,
    supplier_id: int,
    ingredient_id: int,
    pack_g: int,
    price_fen: int | None,
    valid_from: date,
    valid_until: date | None,
    spec: str,
    via: Via,
) -> SupplierPrice:
    """What a supplier asks from a day on; `price_fen` None ends it. Raises PriceDatesInvalid."""
    unit()
    if valid_until is not None and valid_until < valid_from:
        raise PriceDatesInvalid
    row = SupplierPrice(
        supplier_id=supplier_id,
        ingredient_id=ingredient_id,
        pack_g=pack_g,
        price_fen=price_fen,
        valid_from=valid_from,
        valid_until=valid_until,
        spec=spec,
        via=via.value,
        entered_at=clock.now(),
        entered_by=actor.staff_id,
        entered_by_name=actor.name,
    )
    db.session.add(row)
    return row


def _change_photo(actor: Actor, row: SupplierLicence, photo_id: int | None) -> None:
    if row.photo_id == photo_id:
        return
    if row.photo_id is not None:
        media_operations.detach(PHOTO_OWNER, row.id)
    if photo_id is not None:
        try:
            media_operations.attach(actor, photo_id, PHOTO_OWNER, row.id)
        except PhotoNotFound as unknown:
            raise LicencePhotoUnknown from unknown
    row.photo_id = photo_id
    db.session.flush()
