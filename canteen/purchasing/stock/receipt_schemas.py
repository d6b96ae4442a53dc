"""Wire shapes of receipts."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Fen,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Str,
)
from canteen.purchasing.stock.intake import Brought, Shown, Source
from canteen.purchasing.stock.models import Certificate, ReceiptState
from canteen.purchasing.stock.schemas import MOST_FEN, MOST_G


class ReceiptsQuery(PageQuery):
    """Which receipts of a canteen; `q` is part of a supplier's or a line's name or of a lot."""

    canteen_id = Id(required=True)
    state = Choice(ReceiptState)
    supplier_id = Id()
    order_id = Id()
    q = Str(max_length=60)
    from_date = Date()
    to_date = Date()


class GoodsCertificateIn(In):
    """A certificate that came with the goods."""

    kind = Choice(Certificate, required=True)
    number = Str(max_length=60, load_default="")
    photo_id = Id(allow_none=True, load_default=None)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Shown:
        return Shown(**data)


class BroughtIn(In):
    """A line: of a line of the order (`order_line_id`) or of an ingredient.

    `cost_fen` may be left out where the order has a price. `word` says why more came than was ordered.
    """

    order_line_id = Id(allow_none=True, load_default=None)
    ingredient_id = Id(allow_none=True, load_default=None)
    name = Str(max_length=60, load_default="")
    spec = Str(max_length=60, load_default="")
    brand = Str(max_length=60, load_default="")
    packs = Int(minimum=1, maximum=100_000, allow_none=True, load_default=None)
    gross_g = Int(required=True, minimum=1, maximum=MOST_G)
    tare_g = Int(minimum=0, maximum=MOST_G, load_default=0)
    cost_fen = Fen(minimum=0, maximum=MOST_FEN, allow_none=True, load_default=None)
    lot = Str(max_length=40, load_default="")
    produced_on = Date(allow_none=True, load_default=None)
    shelf_days = Int(minimum=1, maximum=10_000, allow_none=True, load_default=None)
    expires_on = Date(allow_none=True, load_default=None)
    temperature_dc = Int(minimum=-600, maximum=1_000, allow_none=True, load_default=None)
    appearance = Str(max_length=100, load_default="")
    certificates = Many(Part(GoodsCertificateIn), maximum=10, load_default=list)
    location = Str(max_length=40, load_default="")
    is_accepted = Bool(load_default=True)
    refusal = Str(max_length=200, load_default="")
    word = Str(max_length=200, load_default="")

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Brought:
        return Brought(**data)


class SourceIn(In):
    """Who brought it: a supplier of the list, or somebody named here."""

    supplier_id = Id(allow_none=True, load_default=None)
    name = Str(max_length=100, load_default="")
    address = Str(max_length=200, load_default="")
    contact = Str(max_length=50, load_default="")
    phone = Str(max_length=20, load_default="")

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Source:
        return Source(**data)


class ReceiptIn(In):
    """A delivery, against an order or without one."""

    canteen_id = Id(required=True)
    order_id = Id(allow_none=True, load_default=None)
    source = Part(SourceIn, allow_none=True, load_default=None)
    purchased_on = Date(allow_none=True, load_default=None)
    note = Str(max_length=200, load_default="")
    lines = Many(Part(BroughtIn), required=True, minimum=1, maximum=100)


class ReceiptCheckIn(In):
    """The second person's decision."""

    is_accepted = Bool(required=True)
    reason = Str(max_length=200, load_default="")


class GoodsCertificateOut(Out):
    """A certificate of a line."""

    kind = Str()
    number = Str()
    photo_id = Int(allow_none=True)
    photo = Part(PhotoLinksOut, allow_none=True)


class ReceiptLineOut(Out):
    """A line of a receipt; `batch` is the code of the batch that it became."""

    id = Int()
    position = Int()
    order_line_id = Int(allow_none=True)
    ingredient_id = Int()
    name = Str()
    spec = Str()
    brand = Str()
    packs = Int(allow_none=True)
    gross_g = Int()
    tare_g = Int()
    net_g = Int()
    cost_fen = Int()
    lot = Str()
    produced_on = Date(allow_none=True)
    shelf_days = Int(allow_none=True)
    expires_on = Date(allow_none=True)
    temperature_dc = Int(allow_none=True)
    appearance = Str()
    certificates = Many(Part(GoodsCertificateOut))
    location = Str()
    is_accepted = Bool()
    refusal = Str()
    batch_id = Int(allow_none=True)
    batch = Str(allow_none=True)


class ReceiptOut(Out):
    """A receipt with its lines."""

    id = Int()
    number = Str()
    canteen_id = Int()
    canteen = Str()
    order_id = Int(allow_none=True)
    order_number = Str(allow_none=True)
    supplier_id = Int(allow_none=True)
    supplier_name = Str()
    supplier_address = Str()
    supplier_contact = Str()
    purchased_on = Date()
    state = Str()
    received_at = Instant()
    received_by_name = Str()
    checked_at = Instant(allow_none=True)
    checked_by_name = Str()
    note = Str()
    reason = Str()
    total_fen = Int()
    accepted_g = Int()
    refused = Int()
    lines = Many(Part(ReceiptLineOut))
