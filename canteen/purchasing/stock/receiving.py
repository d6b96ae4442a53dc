"""Use cases of receipts: taking goods in, the second person's check, and taking a receipt back."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from backend import clock, vault
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.media import operations as media
from backend.rules import queries as rule_queries
from canteen.purchasing.ingredients import queries as ingredient_queries
from canteen.purchasing.orders import operations as orders
from canteen.purchasing.orders.models import PurchaseLine
from canteen.purchasing.stock import corrections, operations, policies, queries, receipts
from canteen.purchasing.stock.errors import (
    ReceiptDecided,
    ReceiptLineInvalid,
    ReceiptNotFound,
    ReceiptSupplierNeeded,
    ReceiptUsed,
    SecondPersonNeeded,
)
from canteen.purchasing.stock.intake import Brought, Shown, Source, certificate_of, line_of
from canteen.purchasing.stock.models import Batch, Receipt, ReceiptLine, ReceiptState
from canteen.purchasing.stock.operations import Arrival
from canteen.purchasing.stock.receipts import ReceiptView
from canteen.purchasing.stock.rules import RECEIPT_CHECK_FEN
from canteen.purchasing.stock.services import ensure_own_photo
from canteen.purchasing.stock.titles import RECEIPT_STATE_NAMES
from canteen.purchasing.suppliers import operations as suppliers
from canteen.purchasing.suppliers.errors import SupplierNotFound
from canteen.purchasing.suppliers.models import Supplier

# What owns the photos of certificates.
CERTIFICATE_PHOTO_OWNER = "stock_receipt"


@atomic
def receive(
    actor: Actor,
    *,
    canteen_id: int,
    lines: Sequence[Brought],
    order_id: int | None = None,
    source: Source | None = None,
    purchased_on: date | None = None,
    note: str = "",
) -> ReceiptView:
    """Take goods in, against an order or without one: what is accepted is in store at once, unless the rule
    asks for a second person.

    Raises CanteenNotFound, ReceiptLineInvalid, ReceiptSupplierNeeded, SupplierNotFound, UnknownIngredient,
    UnknownPhoto; of an accepted line SupplierBlocked, LicenceExpired, and what `orders` refuses.
    """
    queries.ensure_reads(actor, canteen_id, Permission.STOCK_RECORD)
    ordered = receipts.order_lines({line.order_line_id for line in lines if line.order_line_id is not None})
    for position, line in enumerate(lines, start=1):
        found = ordered.get(line.order_line_id) if line.order_line_id is not None else None
        if line.order_line_id is not None and (
            found is None or found[1].id != order_id or found[1].canteen_id != canteen_id
        ):
            raise ReceiptLineInvalid(line=position, reason="不属于该采购单")
    supplier_of_order = next((order.supplier_id for _, order in ordered.values()), None)
    receipt = _receipt(actor, canteen_id, order_id if ordered else None, supplier_of_order, source)
    receipt.purchased_on, receipt.note = purchased_on or clock.today(), note
    kinds = [
        ordered[line.order_line_id][0].ingredient_id if line.order_line_id is not None else line.ingredient_id
        for line in lines
    ]
    known = ingredient_queries.ensure_known({each for each in kinds if each is not None})
    receipt.lines = [
        line_of(
            position,
            line,
            known[kind] if kind is not None else None,
            ordered[line.order_line_id][0] if line.order_line_id is not None else None,
            today=clock.today(),
        )
        for position, (line, kind) in enumerate(zip(lines, kinds, strict=True), start=1)
    ]
    _ensure_may_supply(receipt)
    db.session.add(receipt)
    db.session.flush()  # Photos and batches name it.
    for line in lines:
        _attach(actor, receipt.id, line.certificates)
    words = {position: line.word for position, line in enumerate(lines, start=1)}
    if not _needs_second(receipt, {line.id: line for line, _ in ordered.values()}):
        _accept(actor, receipt, words)
    record(
        actor,
        "canteen.goods_received",
        "stock_receipt",
        receipt.id,
        canteen_id=canteen_id,
        lines=len(lines),
        refused=sum(not line.is_accepted for line in lines),
        cost_fen=sum(line.cost_fen for line in receipt.lines),
        state=receipt.state,
    )
    db.session.flush()
    return receipts.views_of([receipt.id])[0]


@atomic
def check(actor: Actor, *, receipt_id: int, is_accepted: bool, reason: str = "") -> ReceiptView:
    """Decide as the second person about a receipt that waits: into store, or back to the supplier.

    Raises ReceiptNotFound, SecondPersonNeeded, ReceiptDecided, and as `receive`.
    """
    receipt = _locked(actor, receipt_id, Permission.STOCK_RECORD)
    _ensure_state(receipt, ReceiptState.WAITING)
    if receipt.received_by == actor.staff_id:
        raise SecondPersonNeeded
    receipt.checked_by, receipt.checked_by_name = actor.staff_id, actor.name
    receipt.checked_at, receipt.reason = clock.now(), reason
    if is_accepted:
        _ensure_may_supply(receipt)
        # Too much is a matter of the two of them together: the second person's word is the word.
        _accept(actor, receipt, dict.fromkeys((line.position for line in receipt.lines), reason))
    else:
        receipt.state = ReceiptState.RETURNED.value
        # The photos of certificates stay with it: they say why.
    record(
        actor,
        "canteen.receipt_checked",
        "stock_receipt",
        receipt_id,
        is_accepted=is_accepted,
        reason=reason,
    )
    db.session.flush()
    return receipts.views_of([receipt_id])[0]


@atomic
def void(actor: Actor, *, receipt_id: int, reason: str) -> ReceiptView:
    """Take an accepted receipt back of which nothing was moved yet; its batches are empty then.

    Raises ReceiptNotFound, ReceiptDecided or ReceiptUsed.
    """
    receipt = _locked(actor, receipt_id, Permission.PURCHASING_APPROVE)
    _ensure_state(receipt, ReceiptState.ACCEPTED)
    for line in receipt.lines:
        _note(actor, receipt, line, word=reason, sign=-1)
    batch_ids = db.session.scalars(
        select(Batch.id).where(Batch.receipt_line_id.in_([line.id for line in receipt.lines]))
    ).all()
    used = corrections.void_arrivals(actor, batch_ids, reason=reason)
    if used is not None:
        raise ReceiptUsed(batch=policies.code_of(used))
    receipt.state, receipt.reason = ReceiptState.VOIDED.value, reason
    record(actor, "canteen.receipt_voided", "stock_receipt", receipt_id, reason=reason)
    db.session.flush()
    return receipts.views_of([receipt_id])[0]


@atomic
def add_certificate(actor: Actor, *, line_id: int, certificate: Shown) -> ReceiptView:
    """Add a certificate that came later (补证). Raises ReceiptNotFound, ReceiptDecided or UnknownPhoto."""
    receipt = _locked(actor, receipts.receipt_of_line(line_id), Permission.STOCK_RECORD)
    if receipt.state == ReceiptState.VOIDED:
        raise ReceiptDecided(state=RECEIPT_STATE_NAMES[ReceiptState.VOIDED])
    line = next(each for each in receipt.lines if each.id == line_id)
    line.certificates = [*line.certificates, certificate_of(certificate)]
    _attach(actor, receipt.id, [certificate])
    record(
        actor,
        "canteen.receipt_certificate_added",
        "stock_receipt",
        receipt.id,
        line=line.position,
        kind=certificate.kind.value,
    )
    db.session.flush()
    return receipts.views_of([receipt.id])[0]


# Pieces


def _locked(actor: Actor, receipt_id: int, permission: Permission) -> Receipt:
    receipts.find(actor, receipt_id, permission)
    receipt = db.session.get(Receipt, receipt_id, with_for_update=True, populate_existing=True)
    if receipt is None:
        raise ReceiptNotFound
    return receipt


def _ensure_state(receipt: Receipt, state: ReceiptState) -> None:
    if receipt.state != state:
        raise ReceiptDecided(state=RECEIPT_STATE_NAMES[ReceiptState(receipt.state)])


def _ensure_may_supply(receipt: Receipt) -> None:
    if receipt.supplier_id is not None and any(line.is_accepted for line in receipt.lines):
        suppliers.ensure_may_supply(receipt.supplier_id, clock.today())


def _needs_second(receipt: Receipt, ordered: Mapping[int, PurchaseLine]) -> bool:
    """What is worth the rule's amount, and whatever costs something else than was approved."""
    accepted = [line for line in receipt.lines if line.is_accepted]
    least = rule_queries.value(RECEIPT_CHECK_FEN, receipt.canteen_id)
    if any(
        line.cost_fen != policies.pack_cost(line.net_g, of.pack_g, of.price_fen)
        for line in accepted
        if line.order_line_id is not None and (of := ordered[line.order_line_id])
    ):
        return True
    return bool(accepted) and sum(line.cost_fen for line in accepted) >= least


def _receipt(
    actor: Actor, canteen_id: int, order_id: int | None, supplier_id: int | None, source: Source | None
) -> Receipt:
    """A receipt without lines, which says who the supplier is today."""
    given = source or Source()
    supplier_id = supplier_id if supplier_id is not None else given.supplier_id
    named = {
        "supplier_name": given.name,
        "supplier_address": given.address,
        "supplier_contact": given.contact,
        "supplier_phone_cipher": vault.encrypt(given.phone) if given.phone else None,
    }
    if supplier_id is not None:
        supplier = db.session.get(Supplier, supplier_id)
        if supplier is None:
            raise SupplierNotFound
        named = {
            "supplier_name": supplier.name,
            "supplier_address": supplier.address,
            "supplier_contact": supplier.contact,
            "supplier_phone_cipher": supplier.phone_cipher,
        }
    elif not given.name:
        raise ReceiptSupplierNeeded
    return Receipt(
        canteen_id=canteen_id,
        order_id=order_id,
        supplier_id=supplier_id,
        state=ReceiptState.WAITING.value,
        received_at=clock.now(),
        received_by=actor.staff_id,
        received_by_name=actor.name,
        **named,
    )


def _accept(actor: Actor, receipt: Receipt, words: Mapping[int, str]) -> None:
    """Put what was accepted into store, and tell the orders."""
    receipt.state = ReceiptState.ACCEPTED.value
    # The orders' lines are locked by rising id, and before any batch.
    for line in sorted(receipt.lines, key=lambda line: (line.order_line_id or 0, line.position)):
        _note(actor, receipt, line, word=words.get(line.position, ""))
    arrivals = [
        Arrival(
            canteen_id=receipt.canteen_id,
            ingredient_id=line.ingredient_id,
            quantity_g=line.net_g,
            cost_fen=line.cost_fen,
            supplier_id=receipt.supplier_id,
            receipt_line_id=line.id,
            lot=line.lot,
            produced_on=line.produced_on,
            expires_on=line.expires_on,
            location=line.location,
        )
        for line in receipt.lines
        if line.is_accepted
    ]
    operations.add_batches(actor, arrivals, at=clock.now())


def _note(actor: Actor, receipt: Receipt, line: ReceiptLine, *, word: str, sign: int = 1) -> None:
    """Let the orders know what came, or with `sign` -1 that it did not."""
    net_g = sign * line.net_g if line.is_accepted else 0
    refused_g = 0 if line.is_accepted else sign * line.net_g
    if line.order_line_id is not None:
        orders.note_received(
            actor,
            line.order_line_id,
            net_g,
            refused_g=refused_g,
            amount_fen=sign * line.cost_fen,
            delivered_on=clock.local(receipt.received_at).date(),
            word=word,
        )
    elif receipt.supplier_id is not None:
        orders.note_delivery(
            actor,
            canteen_id=receipt.canteen_id,
            supplier_id=receipt.supplier_id,
            ingredient_id=line.ingredient_id,
            net_g=net_g,
            refused_g=refused_g,
            amount_fen=sign * line.cost_fen,
            delivered_on=clock.local(receipt.received_at).date(),
        )


def _attach(actor: Actor, receipt_id: int, shown: Sequence[Shown]) -> None:
    for one in shown:
        if one.photo_id is not None:
            ensure_own_photo(actor, one.photo_id)
            media.attach(actor, one.photo_id, CERTIFICATE_PHOTO_OWNER, receipt_id)
