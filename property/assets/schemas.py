"""Wire shapes of the register of equipment."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.places.models import PlaceKind
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
    Query,
    Str,
    ValidationError,
)
from property.assets import policies
from property.assets.filters import WarrantyState
from property.assets.models import AssetEventKind, AssetState

_MOST_TOLD = 1_000


class AssetOut(Out):
    """An asset with where it stands. `plate_url` is what the QR code of its plate says."""

    id = Id()
    number = Str()
    name = Str()
    kind_id = Id()
    kind = Str()
    model = Str()
    maker = Str()
    serial_no = Str()
    state = Choice(AssetState)
    place_kind = Choice(PlaceKind, attribute="place.kind")
    place_id = Id(attribute="place.id")
    place_path = Str()
    campus_id = Id()
    building_id = Int(minimum=0)
    contractor_id = Id(allow_none=True)
    contractor = Str()
    installed_on = Date(allow_none=True)
    warranty_until = Date(allow_none=True)
    is_under_warranty = Bool()
    price_fen = Fen(allow_none=True)
    note = Str()
    plate = Str()
    plate_url = Str(attribute="url")
    revision = Int()
    created_at = Instant()


class AssetPhotoOut(Out):
    """A photo of an asset."""

    id = Id()
    links = Part(PhotoLinksOut)


class PicturedAssetOut(Out):
    """An asset with its photos."""

    asset = Part(AssetOut)
    photos = Many(Part(AssetPhotoOut), maximum=policies.MOST_PHOTOS)


class ScannedAssetOut(Out):
    """What a phone shows of a scanned asset, and whether something may be reported about it."""

    id = Id(attribute="asset.id")
    number = Str(attribute="asset.number")
    name = Str(attribute="asset.name")
    kind = Str(attribute="asset.kind")
    model = Str(attribute="asset.model")
    state = Choice(AssetState, attribute="asset.state")
    place_kind = Choice(PlaceKind, attribute="asset.place.kind")
    place_id = Id(attribute="asset.place.id")
    place_path = Str(attribute="asset.place_path")
    contractor = Str(attribute="asset.contractor")
    warranty_until = Date(attribute="asset.warranty_until", allow_none=True)
    is_under_warranty = Bool(attribute="asset.is_under_warranty")
    can_report = Bool(attribute="asset.can_report")
    category_code = Str(metadata={"description": "The usual category of a report, empty if there is none"})
    open_orders = Int()
    last_done_at = Instant(allow_none=True)


class AssetsFilter(Query):
    """Which assets; `q` is part of a number, a name, a model or a serial number."""

    q = Str(max_length=50, load_default="")
    kind_id = Id(load_default=None)
    state = Choice(AssetState, load_default=None)
    contractor_id = Id(load_default=None)
    campus_id = Id(load_default=None)
    building_id = Id(load_default=None)
    place_kind = Choice(PlaceKind, load_default=None)
    place_id = Id(load_default=None)
    warranty = Choice(WarrantyState, load_default=None)


class AssetsQuery(AssetsFilter, PageQuery):
    """A page of assets."""


class _AssetIn(In):
    """All that is said of an asset but where it stands and its state."""

    number = Str(required=True, min_length=1, max_length=policies.LONGEST_NUMBER)
    name = Str(required=True, min_length=1, max_length=policies.LONGEST_NAME)
    kind_id = Id(required=True)
    model = Str(max_length=policies.LONGEST_NAME, load_default="")
    maker = Str(max_length=policies.LONGEST_NAME, load_default="")
    serial_no = Str(max_length=policies.LONGEST_SERIAL, load_default="")
    contractor_id = Id(allow_none=True, load_default=None)
    installed_on = Date(allow_none=True, load_default=None)
    warranty_until = Date(allow_none=True, load_default=None)
    price_fen = Fen(minimum=0, maximum=policies.MOST_FEN, allow_none=True, load_default=None)
    note = Str(max_length=policies.LONGEST_NOTE, load_default="")


class AssetChangeIn(_AssetIn):
    """An asset as it is to be; `revision` is that which was read."""

    revision = Int(required=True, minimum=0)


class AssetIn(_AssetIn):
    """A new asset."""

    place_kind = Choice(PlaceKind, required=True)
    place_id = Id(required=True)
    state = Choice(AssetState, load_default=AssetState.IN_USE)


class AssetMoveIn(In):
    """Where an asset stands now."""

    place_kind = Choice(PlaceKind, required=True)
    place_id = Id(required=True)
    text = Str(max_length=policies.LONGEST_REASON, load_default="")


class AssetStateIn(In):
    """The state of an asset; a reason is needed to scrap it and to bring it back."""

    state = Choice(AssetState, required=True)
    text = Str(max_length=policies.LONGEST_REASON, load_default="")


class AssetPhotosIn(In):
    """The photos that belong to an asset: those it has that shall stay, and new ones."""

    photo_ids = Many(Id(), required=True, maximum=policies.MOST_PHOTOS)


class AssetChangeOut(Out):
    """One column as it was and as it became, in words."""

    field = Str()
    label = Str()
    before = Str()
    after = Str()


class AssetEventOut(Out):
    """An entry of an asset's history."""

    id = Id()
    at = Instant()
    kind = Choice(AssetEventKind)
    actor_name = Str()
    text = Str()
    changes = Many(Part(AssetChangeOut))


class AssetOrderOut(Out):
    """An order about an asset."""

    id = Id()
    number = Str()
    state = Str()
    origin = Str()
    category = Str()
    description = Str()
    submitted_at = Instant()
    completed_at = Instant(allow_none=True)
    is_warranty = Bool()
    cost_fen = Fen()


class AssetFiguresOut(Out):
    """What the orders about an asset come to."""

    orders = Int()
    open = Int()
    failures = Int()
    warranty_orders = Int()
    cost_fen = Fen()
    last_done_at = Instant(allow_none=True)
    mtbf_hours = Int(allow_none=True, metadata={"description": "Mean hours in use between failures"})


class AssetKindIn(In):
    """A kind of equipment; `category_id` is the usual category of reports about one."""

    name = Str(required=True, min_length=1, max_length=policies.LONGEST_KIND)
    category_id = Id(allow_none=True, load_default=None)
    is_active = Bool(load_default=True)


class AssetKindOut(Out):
    """A kind of equipment; `assets` counts those that are not scrapped."""

    id = Id()
    name = Str()
    category_id = Id(allow_none=True)
    category = Str()
    is_active = Bool()
    assets = Int()


class AssetPlatesQuery(Query):
    """Whose plates to print: `asset_ids=1,2,3`."""

    asset_ids = Str(required=True, min_length=1, max_length=4_000)

    @post_load
    def split(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The ids as numbers."""
        parts = data["asset_ids"].split(",")
        if not all(part.isascii() and part.isdecimal() and len(part) <= 15 for part in parts):
            raise ValidationError("应为逗号分隔的编号", "asset_ids")
        return {"asset_ids": [int(part) for part in parts]}


class AssetImportQuery(Query):
    """How to import; `sha256` is that of the sheet that was previewed."""

    create_kinds = Bool(load_default=False)
    sha256 = Str(max_length=64, load_default=None)


class AssetCheckQuery(Query):
    """How it would be imported."""

    create_kinds = Bool(load_default=False)


class AssetFaultOut(Out):
    """A wrong cell of a sheet."""

    row = Int()
    column = Str()
    msg = Str()


class AssetRowChangeOut(Out):
    """One column of a row as it is and as it would be, in words."""

    label = Str()
    before = Str()
    after = Str()


class AssetRowOut(Out):
    """A row that is new or changes an asset."""

    row = Int()
    number = Str()
    name = Str()
    is_new = Bool()
    changes = Many(Part(AssetRowChangeOut))


class AssetImportPreviewOut(Out):
    """What an import would do; `faults` and `rows` are the first ones."""

    sha256 = Str()
    created = Int()
    updated = Int()
    unchanged = Int()
    wrong = Int()
    fault_count = Int()
    faults = Many(Part(AssetFaultOut), maximum=_MOST_TOLD)
    new_kinds = Many(Str(), maximum=_MOST_TOLD)
    rows = Many(Part(AssetRowOut), maximum=_MOST_TOLD)


class AssetsImportedOut(Out):
    """What an import changed."""

    created = Int()
    updated = Int()
    unchanged = Int()
    kinds_created = Int()


class ReliabilityQuery(Query):
    """Of which days, both included."""

    from_on = Date(required=True)
    until_on = Date(required=True)


class KindReliabilityOut(Out):
    """How often the assets of a kind failed, and the mean hours in use between failures."""

    kind_id = Id()
    kind = Str()
    assets = Int()
    in_use_hours = Int()
    failures = Int()
    mtbf_hours = Int(allow_none=True)
