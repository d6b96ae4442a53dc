"""What is entered of a delivery, and the lines of the receipt that it makes: pure, without the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from canteen.purchasing.ingredients.queries import IngredientView
from canteen.purchasing.orders.models import PurchaseLine
from canteen.purchasing.stock import policies
from canteen.purchasing.stock.errors import ReceiptLineInvalid
from canteen.purchasing.stock.models import Certificate, ReceiptLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A certificate that came with the goods."""

    kind: Certificate
    number: str = ""
    photo_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A line as it is entered: of a line of the order, or of an ingredient.

    `cost_fen` may be left out where the order has a price. `word` explains why more came than was ordered.
    """

    gross_g: int
    tare_g: int = 0
    ingredient_id: int | None = None
    order_line_id: int | None = None
    name: str = ""
    spec: str = ""
    brand: str = ""
    packs: int | None = None
    cost_fen: int | None = None
    lot: str = ""
    produced_on: date | None = None
    shelf_days: int | None = None
    expires_on: date | None = None
    temperature_dc: int | None = None
    appearance: str = ""
    certificates: Sequence[Shown] = ()
    location: str = ""
    is_accepted: bool = True
    refusal: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who brought the goods: a supplier of the list, or somebody named here."""

    supplier_id: int | None = None
    name: str = ""
    address: str = ""
    contact: str = ""
    phone: str = ""


def line_of(
    position: int,
    brought: Brought,
    ingredient: IngredientView | None,
    ordered: PurchaseLine | None,
    *,
    today: date,
) -> ReceiptLine:
    """The line of the receipt. Raises ReceiptLineInvalid with what the person can mend."""
    reason = _fault(brought, ingredient, today)
    cost_fen = 0
    if reason is None and brought.is_accepted:
        found = _cost(brought, ordered)
        reason, cost_fen = (None, found) if found is not None else ("请填写金额", 0)
    if reason is not None or ingredient is None:
        raise ReceiptLineInvalid(line=position, reason=reason)
    shelf_days = _shelf_days(brought, ingredient)
    return ReceiptLine(
        position=position,
        order_line_id=brought.order_line_id,
        ingredient_id=ingredient.id,
        name=brought.name or ingredient.name,
        spec=brought.spec,
        brand=brought.brand,
        packs=brought.packs,
        gross_g=brought.gross_g,
        tare_g=brought.tare_g,
        net_g=brought.gross_g - brought.tare_g,
        cost_fen=cost_fen,
        lot=brought.lot,
        produced_on=brought.produced_on,
        shelf_days=shelf_days,
        expires_on=policies.last_day(brought.produced_on, shelf_days, brought.expires_on),
        temperature_dc=brought.temperature_dc,
        appearance=brought.appearance,
        certificates=[certificate_of(one) for one in brought.certificates],
        location=brought.location,
        is_accepted=brought.is_accepted,
        refusal=brought.refusal,
    )


def certificate_of(shown: Shown) -> dict[str, object]:
    """A certificate as a line keeps it."""
    return {"kind": shown.kind.value, "number": shown.number, "photo_id": shown.photo_id}


def _fault(brought: Brought, ingredient: IngredientView | None, today: date) -> str | None:
    if ingredient is None:
        return "请选择食材"
    if brought.tare_g >= brought.gross_g:
        return "皮重应小于毛重"
    if brought.is_accepted and brought.refusal:
        return "已接收的不填拒收原因"
    if not brought.is_accepted and not brought.refusal:
        return "拒收须说明原因"
    if brought.produced_on is not None and brought.produced_on > today:
        return "生产日期不能晚于今天"
    expires_on = policies.last_day(brought.produced_on, _shelf_days(brought, ingredient), brought.expires_on)
    if expires_on is not None and brought.produced_on is not None and expires_on < brought.produced_on:
        return "保质期截止日不能早于生产日期"
    if brought.is_accepted and policies.is_expired(expires_on, today):
        return "已过保质期，不能接收"
    return None


def _shelf_days(brought: Brought, ingredient: IngredientView) -> int | None:
    if brought.shelf_days is not None or brought.expires_on is not None:
        return brought.shelf_days
    return ingredient.shelf_days if brought.produced_on is not None else None


def _cost(brought: Brought, ordered: PurchaseLine | None) -> int | None:
    if brought.cost_fen is not None or ordered is None:
        return brought.cost_fen
    return policies.pack_cost(brought.gross_g - brought.tare_g, ordered.pack_g, ordered.price_fen)
