"""The register on paper and as a workbook: plates to cut, and sheets that an import takes."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from backend.documents.sheets import Column, Kind, workbook
from backend.places import documents as place_documents
from backend.places.documents import Drawing
from backend.places.tree import SEPARATOR
from property.assets.asset_sheets import EXAMPLE
from property.assets.queries import AssetView
from property.assets.titles import COLUMN_NAMES, STATE_NAMES

_HINT: Final = "微信扫一扫，报修此设备、查看设备信息"
# The last places of a path that a plate has room for.
_MOST_ABOVE: Final = 3
_KINDS: Final = {"installed_on": Kind.DAY, "warranty_until": Kind.DAY, "price_fen": Kind.YUAN}
_WIDTHS: Final = {"name": 24, "place": 36, "note": 30, "model": 20, "maker": 20, "contractor_id": 20}
_EXAMPLE: Final = (
    *(EXAMPLE, "1号客梯", "电梯", "中心院区 / 1号楼", "在用", "HGP-1050", "某电梯公司", "SN-2021-001", ""),
    *(date(2021, 6, 1), date(2026, 5, 31), 38_000_000, "此行为示例，导入时忽略"),
)


def plates_pdf(assets: Sequence[AssetView], *, printed_by: str) -> bytes:
    """A4 sheets of eight plates each, with marks to cut along."""
    drawings = [drawing_of(asset) for asset in assets]
    return place_documents.sheets_pdf(drawings, title="设备标牌", printed_by=printed_by)


def drawing_of(asset: AssetView) -> Drawing:
    """What stands on an asset's plate: where it stands, what it is called, and its number."""
    above = asset.place_path.split(SEPARATOR)[-_MOST_ABOVE:]
    return place_documents.draw(url=asset.url, above=above, name=asset.name, code=asset.number, hint=_HINT)


def assets_workbook(assets: Iterable[AssetView]) -> bytes:
    """The register, one row for each asset, as an import takes it."""
    rows = (
        (
            *(asset.number, asset.name, asset.kind, asset.place_path, STATE_NAMES[asset.state]),
            *(asset.model, asset.maker, asset.serial_no, asset.contractor),
            *(asset.installed_on, asset.warranty_until, asset.price_fen, asset.note),
        )
        for asset in assets
    )
    return workbook("设备台账", _columns(), rows)


def template_workbook() -> bytes:
    """An empty register with one example, which an import passes over."""
    return workbook("设备台账导入模板", _columns(), [_EXAMPLE])


def _columns() -> list[Column]:
    return [
        Column(title, _KINDS.get(name, Kind.TEXT), _WIDTHS.get(name)) for name, title in COLUMN_NAMES.items()
    ]
