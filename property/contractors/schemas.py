"""Wire shapes of contractors and contracts. Points and per cents are numbers of at most one decimal."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.scoresheets.policies import tenths
from backend.wire import (
    MAX_INT,
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
    Tenths,
)
from property.contractors.models import ServiceKind
from property.contractors.policies import MOST_BANDS, MOST_SCOPES, Band, Scope


class ContractorsQuery(PageQuery):
    """Which contractors."""

    text = Str(load_default="", max_length=50)
    is_active = Bool()


class ContractsQuery(PageQuery):
    """Which contracts."""

    contractor_id = Id()
    is_in_force = Bool()
    ends_within_days = Int(minimum=0, maximum=3660)


class ContractorIn(In):
    """A firm. Without a short name it is the name's beginning."""

    name = Str(required=True, min_length=1, max_length=80)
    short_name = Str(load_default="", max_length=20)
    credit_code = Str(load_default="", max_length=18)
    contact = Str(load_default="", max_length=50)
    telephone = Str(load_default="", max_length=30)


class ContractorChangeIn(ContractorIn):
    """What is known of a firm from now on."""

    is_active = Bool(load_default=True)


class ContractorOut(Out):
    """A contractor; `until_on` is the last day of its last contract."""

    id = Id()
    name = Str()
    short_name = Str()
    credit_code = Str()
    contact = Str()
    telephone = Str()
    is_active = Bool()
    contracts_in_force = Int()
    until_on = Date(allow_none=True)


class ContractScopeIn(In):
    """A service, at a place or everywhere, of a category of repairs or of all."""

    service = Choice(ServiceKind, required=True)
    place_kind = Choice(PlaceKind, load_default=None, allow_none=True)
    place_id = Id(load_default=None, allow_none=True)
    category_id = Id(load_default=None, allow_none=True)

    @validates_schema
    def place_is_whole(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A place has a kind and an id."""
        if (data["place_kind"] is None) != (data["place_id"] is None):
            raise ValidationError("场所的类型和编号应一并填写", "place_id")

    @post_load
    def made(self, data: dict[str, Any], **kwargs: Any) -> Scope:
        """As the use case takes it."""
        kind, place_id = data["place_kind"], data["place_id"]
        return Scope(data["service"], Ref(kind, place_id) if kind else None, data["category_id"])


class PaymentBandIn(In):
    """From so many points on: `percent` of the fee, or the score and `plus` per cent of it."""

    from_points = Tenths(required=True, maximum=100)
    percent = Tenths(load_default=None, allow_none=True, maximum=100)
    plus = Tenths(load_default=None, allow_none=True, maximum=100)

    @post_load
    def made(self, data: dict[str, Any], **kwargs: Any) -> Band:
        """As the use case takes it."""
        return Band(tenths(data["from_points"]), _tenths(data["percent"]), _tenths(data["plus"]))


class PaymentBandOut(Out):
    """A band of the payment table."""

    from_points = Tenths(attribute="from_tenths")
    percent = Tenths(attribute="percent_tenths", allow_none=True)
    plus = Tenths(attribute="plus_tenths", allow_none=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Tenths as points."""
        value = super().get_attribute(obj, attr, default)
        return Decimal(value) / 10 if isinstance(value, int) else value


class ContractChangeIn(In):
    """What a contract says. `bands` null goes by the house's rule, `sheet_code` "" by the house's sheet."""

    number = Str(required=True, min_length=1, max_length=40)
    title = Str(required=True, min_length=1, max_length=100)
    from_on = Date(required=True)
    until_on = Date(required=True)
    monthly_fee_fen = Fen(required=True, minimum=0, maximum=MAX_INT // 100_000)
    scopes = Many(Part(ContractScopeIn), required=True, minimum=1, maximum=MOST_SCOPES)
    sheet_code = Str(load_default="", max_length=40)
    bands = Many(Part(PaymentBandIn), minimum=1, maximum=MOST_BANDS, load_default=None, allow_none=True)
    note = Str(load_default="", max_length=2000)


class ContractIn(ContractChangeIn):
    """And whose it is."""

    contractor_id = Id(required=True)


class ContractScopeOut(Out):
    """One thing that a contract covers."""

    service = Choice(ServiceKind)
    service_name = Str()
    place_kind = Str(allow_none=True)
    place_id = Id(allow_none=True)
    place_path = Str()
    category_id = Id(allow_none=True)
    category_path = Str()


class ContractOut(Out):
    """All of a contract. `days_left` is negative once it is over."""

    id = Id()
    contractor_id = Id()
    contractor_name = Str()
    number = Str()
    title = Str()
    from_on = Date()
    until_on = Date()
    is_in_force = Bool()
    days_left = Int()
    monthly_fee_fen = Int()
    sheet_code = Str()
    bands = Many(Part(PaymentBandOut), allow_none=True)
    note = Str()
    created_at = Instant()
    scopes = Many(Part(ContractScopeOut))


def _tenths(points: Decimal | None) -> int | None:
    return tenths(points) if points is not None else None
