"""Use cases of the suppliers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.documents import reading
from backend.notifications.operations import Message, notify_each
from backend.notifications.queries import holders_of
from backend.rules import queries as rule_queries
from canteen.purchasing.ingredients import queries as ingredient_queries
from canteen.purchasing.suppliers import assessing, operations, parsing, policies, pricing, queries
from canteen.purchasing.suppliers.assessing import AssessmentView
from canteen.purchasing.suppliers.errors import SupplierPhoneMissing
from canteen.purchasing.suppliers.messages import LICENCE_ENDING
from canteen.purchasing.suppliers.models import Supplier, SupplierLicence, Via
from canteen.purchasing.suppliers.parsing import PriceRow
from canteen.purchasing.suppliers.policies import Mark
from canteen.purchasing.suppliers.pricing import PriceView
from canteen.purchasing.suppliers.queries import SupplierView
from canteen.purchasing.suppliers.rules import LICENCE_DAYS
from canteen.purchasing.suppliers.titles import LICENCE_NAMES


@dataclass(frozen=True, slots=True)
class Priced:
    """What the import of a price list came to."""

    added: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A contact's number in full."""

    phone: str


@atomic
def create(actor: Actor, **columns: Any) -> SupplierView:
    """Enter a supplier; of what is proposed by somebody of one canteen nothing is ordered until it is let.

    Raises SupplierTaken, SupplierPhoneInvalid or CreditCodeInvalid.
    """
    row = Supplier(created_at=clock.now())
    is_kept = policies.keeps(actor, Permission.PURCHASING_MANAGE)
    if not is_kept:
        columns = {**columns, "blocked_reason": policies.PROPOSED}
    operations.save(row, columns, at=clock.now())
    action = "canteen.supplier_created" if is_kept else "canteen.supplier_proposed"
    audit.record(actor, action, "supplier", row.id, name=row.name)
    return queries.view(row.id)


@atomic
def change(actor: Actor, *, supplier_id: int, **columns: Any) -> SupplierView:
    """Say anew what a supplier is; `phone` None keeps the number.

    Raises SupplierShared, SupplierNotFound, SupplierTaken, SupplierPhoneInvalid or CreditCodeInvalid.
    """
    policies.ensure_keeps(actor)
    fields = operations.save(queries.lock(supplier_id), columns, at=clock.now())
    if fields:
        audit.record(actor, "canteen.supplier_changed", "supplier", supplier_id, fields=sorted(fields))
    return queries.view(supplier_id)


@atomic
def block(actor: Actor, *, supplier_id: int, reason: str) -> SupplierView:
    """Order nothing of a supplier any more, for a reason; "" lets it again.

    Raises SupplierShared or SupplierNotFound.
    """
    policies.ensure_keeps(actor, Permission.PURCHASING_APPROVE)
    row = queries.lock(supplier_id)
    if operations.save(row, {"blocked_reason": reason}, at=clock.now()):
        action = "canteen.supplier_blocked" if reason else "canteen.supplier_unblocked"
        audit.record(actor, action, "supplier", supplier_id, name=row.name, reason=reason)
    return queries.view(supplier_id)


@atomic
def show_phone(actor: Actor, *, supplier_id: int, reason: str) -> Shown:
    """A contact's number in full, which is recorded. Raises SupplierNotFound or SupplierPhoneMissing."""
    phone = queries.phone_of(queries.find(supplier_id))
    if phone is None:
        raise SupplierPhoneMissing
    audit.record(actor, "canteen.supplier_phone_shown", "supplier", supplier_id, reason=reason)
    return Shown(phone)


@atomic
def add_licence(actor: Actor, *, supplier_id: int, **columns: Any) -> SupplierView:
    """Enter a licence; a renewed one is a new one.

    Raises SupplierShared, SupplierNotFound, LicenceDatesInvalid or LicencePhotoUnknown.
    """
    policies.ensure_keeps(actor)
    queries.lock(supplier_id)
    row = SupplierLicence(supplier_id=supplier_id, entered_at=clock.now(), entered_by=actor.staff_id)
    operations.save_licence(actor, row, columns)
    _record_licence(actor, "canteen.licence_added", row)
    return queries.view(supplier_id)


@atomic
def change_licence(actor: Actor, *, supplier_id: int, licence_id: int, **columns: Any) -> SupplierView:
    """Put a licence right.

    Raises SupplierShared, SupplierNotFound, LicenceNotFound, LicenceDatesInvalid or LicencePhotoUnknown.
    """
    policies.ensure_keeps(actor)
    queries.lock(supplier_id)
    row = queries.find_licence(supplier_id, licence_id)
    operations.save_licence(actor, row, columns)
    _record_licence(actor, "canteen.licence_changed", row)
    return queries.view(supplier_id)


@atomic
def withdraw_licence(actor: Actor, *, supplier_id: int, licence_id: int, reason: str) -> SupplierView:
    """Let a licence entered by mistake count no more.

    Raises SupplierShared, SupplierNotFound or LicenceNotFound.
    """
    policies.ensure_keeps(actor)
    queries.lock(supplier_id)
    row = queries.find_licence(supplier_id, licence_id)
    row.is_withdrawn = True
    db.session.flush()
    _record_licence(actor, "canteen.licence_withdrawn", row, reason=reason)
    return queries.view(supplier_id)


@atomic
def add_price(
    actor: Actor,
    *,
    supplier_id: int,
    ingredient_id: int,
    pack_g: int,
    price_fen: int | None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    spec: str = "",
) -> PriceView:
    """Enter what a supplier asks, from today on unless said; `price_fen` None: no longer offered.

    Raises SupplierShared, SupplierNotFound, UnknownIngredient or PriceDatesInvalid.
    """
    policies.ensure_keeps(actor)
    supplier = queries.find(supplier_id)
    ingredient_queries.ensure_known([ingredient_id])
    row = operations.add_price(
        actor,
        supplier_id=supplier_id,
        ingredient_id=ingredient_id,
        pack_g=pack_g,
        price_fen=price_fen,
        valid_from=valid_from or clock.today(),
        valid_until=valid_until,
        spec=spec,
        via=Via.FORM,
    )
    db.session.flush()
    audit.record(
        actor, "canteen.price_added", "supplier", supplier_id, name=supplier.name, ingredient_id=ingredient_id
    )
    return pricing.view_of(row.id)


def import_prices(actor: Actor, *, data: bytes) -> Priced:
    """Enter prices by a workbook: all of it or nothing; what holds already is left alone.

    Raises SupplierShared, SheetTooLarge, SheetUnreadable, ColumnsMissing, SheetEmpty or RowsRejected.
    """
    policies.ensure_keeps(actor)
    return _import_prices(actor, parsing.read(data))


@atomic
def assess(actor: Actor, *, quarter: date) -> list[AssessmentView]:
    """Count a quarter's facts of every supplier anew; what is closed stays. Raises SupplierShared."""
    policies.ensure_keeps(actor)
    first = policies.quarter_of(quarter)
    changed = assessing.count_quarter(first)
    audit.record(
        actor,
        "canteen.suppliers_counted",
        "supplier",
        0,
        quarter=policies.quarter_name(first),
        changed=changed,
    )
    return assessing.of_quarter(first)


@atomic
def mark(
    actor: Actor, *, assessment_id: int, marks: Sequence[Mark], word: str, revision: int
) -> AssessmentView:
    """Say how a supplier did.

    Raises SupplierShared, AssessmentNotFound, AssessmentClosed, AssessmentChanged or MarkInvalid.
    """
    policies.ensure_keeps(actor)
    row = assessing.mark(assessment_id, marks=marks, word=word, revision=revision)
    _record_assessment(actor, "canteen.supplier_marked", row.id)
    return assessing.assessment(assessment_id)


@atomic
def close_assessment(actor: Actor, *, assessment_id: int, revision: int) -> AssessmentView:
    """Let an assessment stand. Raises SupplierShared, and as `assessing.close`."""
    policies.ensure_keeps(actor, Permission.PURCHASING_APPROVE)
    row = assessing.close(actor, assessment_id, revision=revision)
    _record_assessment(actor, "canteen.supplier_assessed", row.id)
    return assessing.assessment(assessment_id)


@atomic
def count_last_quarter() -> int:
    """Count the quarter that was running yesterday; again is harmless. Returns how many changed."""
    return assessing.count_quarter(policies.quarter_of(clock.today() - timedelta(days=1)))


@atomic
def remind_of_licences() -> int:
    """Tell purchasers of licences that end within the rule's days, and again when they have ended.

    Once for each licence, last day and of both; returns how many messages are new.
    """
    today = clock.today()
    ending = queries.licences_ending(today, rule_queries.value(LICENCE_DAYS))
    if not ending:
        return 0
    told = holders_of(Permission.PURCHASING_MANAGE)
    messages = []
    for supplier, licence in ending:
        until = licence.valid_until
        has_ended = until is not None and until < today
        fields = {
            "supplier": supplier,
            "licence": LICENCE_NAMES[licence.kind],
            "number": licence.number,
            "when": f"已于 {until} 到期" if has_ended else f"将于 {until} 到期",
        }
        dedupe = f"{licence.id} {until} {'ended' if has_ended else 'ending'}"
        messages += [Message(staff_id, fields, dedupe) for staff_id in told]
    return len(notify_each(LICENCE_ENDING, messages))


@atomic
def _import_prices(actor: Actor, rows: Sequence[PriceRow]) -> Priced:
    suppliers = queries.ids_by_name()
    ingredients = {label: view.id for label, view in ingredient_queries.by_label().items()}
    today = clock.today()
    reading.refuse(parsing.faults_of(rows, suppliers, ingredients, today))
    for supplier_id in sorted({suppliers[row.supplier] for row in rows}):
        queries.lock(supplier_id)  # Two imports of one list at once would both find nothing there.
    known = pricing.last_by_key({suppliers[row.supplier] for row in rows})
    current = {
        (one.supplier_id, one.ingredient_id, one.pack_g): one
        for supplier_id in {suppliers[row.supplier] for row in rows}
        for one in pricing.offers_of(supplier_id, today)
    }
    added = 0
    for row in rows:
        key = (suppliers[row.supplier], ingredients[row.ingredient], row.pack_g)
        there = known.get((*key, row.valid_from)) if row.valid_from is not None else current.get(key)
        asked = (row.price_fen, row.valid_until, row.spec)
        if there is None and row.valid_from is None and row.price_fen is None:
            continue  # It is not offered, as it is.
        if there is not None and (there.price_fen, there.valid_until, there.spec) == asked:
            continue
        added += 1
        operations.add_price(
            actor,
            supplier_id=key[0],
            ingredient_id=key[1],
            pack_g=row.pack_g,
            price_fen=row.price_fen,
            valid_from=row.valid_from or today,
            valid_until=row.valid_until,
            spec=row.spec,
            via=Via.EXCEL,
        )
    db.session.flush()
    done = Priced(added, len(rows) - added)
    audit.record(actor, "canteen.prices_imported", "supplier", 0, **asdict(done))
    return done


def _record_licence(actor: Actor, action: str, row: SupplierLicence, **details: Any) -> None:
    audit.record(actor, action, "supplier", row.supplier_id, kind=row.kind, number=row.number, **details)


def _record_assessment(actor: Actor, action: str, assessment_id: int) -> None:
    view = assessing.assessment(assessment_id)
    audit.record(
        actor,
        action,
        "supplier",
        view.supplier_id,
        name=view.supplier_name,
        quarter=view.quarter_name,
        score=str(view.score) if view.score is not None else "",
    )
