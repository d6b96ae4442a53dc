"""The register from an Excel sheet: from rows of text to what would be new and what would change. Pure."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from backend.documents import cells, reading
from backend.documents.cells import WrongCell
from backend.documents.reading import Fault, Line
from backend.errors import AppError
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from property.assets import policies
from property.assets.models import AssetState
from property.assets.policies import Names
from property.assets.titles import COLUMN_NAMES, STATE_NAMES

MOST_ROWS: Final = 5_000
MOST_TOLD: Final = 500
EXAMPLE: Final = "示例-001"
TITLES: Final = tuple(COLUMN_NAMES.values())
REQUIRED: Final = tuple(COLUMN_NAMES[name] for name in ("number", "name", "kind_id", "place"))
_DATE = re.compile(r"(2[0-9]{3})[-/.年](0?[1-9]|1[0-2])[-/.月](0?[1-9]|[12][0-9]|3[01])日?(?:T00:00:00)?")
_MONEY = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is right in itself, by column; kind, place and contractor as they are called."""

    number: int
    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """An asset of the register, by column, and whether the actor manages it."""

    id: int
    said: Mapping[str, Any]
    is_managed: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What a sheet is compared with. Places are found by `place_key`; what is out of use is there, too."""

    assets: Mapping[str, Standing]
    kinds: Mapping[str, int]
    active_kinds: Collection[int]
    contractors: Mapping[str, int]
    places: Mapping[str, Sequence[PlaceView]]
    manages: Callable[[PlaceView], bool]


@dataclass(frozen=True, slots=True)
class Change:
    """A row that changes an asset: only what becomes different."""

    row: int
    asset_id: int
    before: Mapping[str, Any]
    wanted: Mapping[str, Any]


@dataclass(slots=True)
class Plan:
    """What a sheet would do. A kind that does not exist yet stands in `kind_id` by its name."""

    added: list[Row] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    new_kinds: list[str] = field(default_factory=list)
    places: dict[Ref, PlaceView] = field(default_factory=dict)


def place_key(path: str) -> str:
    """A path as sheets are compared by it: blanks and the width of the strokes do not matter."""
    return "".join(path.split()).replace("／", "/").casefold()


def read(data: bytes, faults: list[Fault]) -> list[Row]:
    """The rows that are right in themselves; what is wrong goes to `faults`.

    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing or SheetEmpty.
    """
    lines = reading.read_lines(data, TITLES, REQUIRED, MOST_ROWS, EXAMPLE)
    first: dict[str, int] = {}
    rows = []
    for line in lines:
        before = len(faults)
        said = _said(line, faults)
        number = said.get("number")
        if number and first.setdefault(number, line.number) != line.number:
            faults.append(_fault(line.number, "number", f"与第 {first[number]} 行重复"))
        if len(faults) == before:
            rows.append(Row(line.number, said))
    return rows


def make_plan(rows: Sequence[Row], known: Known, faults: list[Fault], *, create_kinds: bool) -> Plan:
    """What these rows would do; what cannot be done goes to `faults`."""
    plan = Plan()
    for row in rows:
        _plan_row(plan, row, known, faults, create_kinds=create_kinds)
    return plan


def preview(plan: Plan, names: Names) -> list[dict[str, Any]]:
    """The rows that are new or change something, in words, in the order of the sheet; the first ones."""
    told = [
        {
            "row": row.number,
            "number": row.said["number"],
            "name": row.said["name"],
            "is_new": True,
            "changes": _told({}, row.said, names),
        }
        for row in plan.added
    ]
    told += [
        {
            "row": change.row,
            "number": change.before["number"],
            "name": change.before["name"],
            "is_new": False,
            "changes": _told(change.before, change.wanted, names),
        }
        for change in plan.changed
    ]
    return sorted(told, key=lambda each: each["row"])[:MOST_TOLD]


def _told(before: Mapping[str, Any], wanted: Mapping[str, Any], names: Names) -> list[dict[str, str]]:
    def say(column: str, value: Any) -> str:
        return STATE_NAMES[AssetState(value)] if column == "state" and value else names.say(column, value)

    told = [
        {
            "label": COLUMN_NAMES[column],
            "before": say(column, before.get(column)),
            "after": say(column, value),
        }
        for column, value in wanted.items()
    ]
    return [each for each in told if each["before"] != each["after"]]


def _said(line: Line, faults: list[Fault]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, parse in _PARSERS.items():
        title = COLUMN_NAMES[name]
        if title not in line.cells:
            continue
        try:
            said[name] = parse(line.cells[title])
        except WrongCell as wrong:
            faults.append(_fault(line.number, name, str(wrong)))
    return said


def _plan_row(plan: Plan, row: Row, known: Known, faults: list[Fault], *, create_kinds: bool) -> None:
    standing = known.assets.get(row.said["number"])
    if standing is not None and not standing.is_managed:
        faults.append(_fault(row.number, "number", "该设备不在您的管理范围内"))
        return
    before = standing.said if standing is not None else {}
    said = dict(row.said)
    if said.get("state", "") is None:
        # An empty cell says nothing of the state.
        del said["state"]
    wrong = {
        "place": _place(said, before, known, plan),
        "kind_id": _kind(said, before, known, create_kinds=create_kinds),
        "contractor_id": _contractor(said, known),
    }
    mistakes = [_fault(row.number, column, msg) for column, msg in wrong.items() if msg]
    merged = {**before, **said}
    try:
        policies.ensure_dates(merged.get("installed_on"), merged.get("warranty_until"))
    except AppError as refusal:
        mistakes.append(_fault(row.number, "warranty_until", refusal.msg))
    if mistakes:
        faults += mistakes
        return
    if isinstance(said["kind_id"], str) and said["kind_id"] not in plan.new_kinds:
        plan.new_kinds.append(said["kind_id"])
    if standing is None:
        plan.added.append(Row(row.number, {**_NOTHING, **said}))
        return
    wanted = policies.differences(before, said)
    if wanted:
        plan.changed.append(Change(row.number, standing.id, before, wanted))
    else:
        plan.unchanged += 1


def _place(said: dict[str, Any], before: Mapping[str, Any], known: Known, plan: Plan) -> str:
    """Put the place that is meant in the place of its path; returns what is wrong with it."""
    found = known.places.get(place_key(said["place"]), ())
    if not found:
        return "没有此地点，应为完整路径，如“中心院区 / 1号楼 / 3层 / 301”"
    if len(found) > 1:
        return "有多个地点是这一路径，请先改名"
    place = found[0]
    if place.ref != before.get("place"):
        if not place.is_in_use:
            return "该地点已停用"
        if not known.manages(place):
            return "该地点不在您的管理范围内"
    said["place"] = place.ref
    plan.places[place.ref] = place
    return ""


def _kind(said: dict[str, Any], before: Mapping[str, Any], known: Known, *, create_kinds: bool) -> str:
    """Put the kind's id in the place of its name, if there is one; returns what is wrong with it."""
    kind_id = known.kinds.get(said["kind_id"])
    if kind_id is None:
        return "" if create_kinds else "没有此设备类型，请先新增，或选择“自动新增类型”"
    if kind_id not in known.active_kinds and kind_id != before.get("kind_id"):
        return "该设备类型已停用"
    said["kind_id"] = kind_id
    return ""


def _contractor(said: dict[str, Any], known: Known) -> str:
    """Put the contractor's id in the place of its name; returns what is wrong with it."""
    name = said.get("contractor_id")
    if not name:
        if "contractor_id" in said:
            said["contractor_id"] = None
        return ""
    said["contractor_id"] = known.contractors.get(name)
    return "" if said["contractor_id"] is not None else "没有此服务商，应为全称或简称"


def _fault(row: int, column: str, msg: str) -> Fault:
    return Fault("", row, COLUMN_NAMES[column], msg)


def _date(text: str) -> date | None:
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> date:
    raise WrongCell("应为日期，如 2026-01-02")


def _money(text: str) -> int | None:
    if not text:
        return None
    if not _MONEY.fullmatch(text):
        raise WrongCell("应为金额，最多两位小数")
    fen = int(Decimal(text.replace(",", "")) * 100)
    if fen > policies.MOST_FEN:
        raise WrongCell("数值过大")
    return fen


def _state(text: str) -> str | None:
    return cells.choice(STATE_NAMES)(text).value if text else None


_PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "number": cells.text(policies.LONGEST_NUMBER, is_needed=True),
    "name": cells.text(policies.LONGEST_NAME, is_needed=True),
    "kind_id": cells.text(policies.LONGEST_KIND, is_needed=True),
    "place": cells.text(500, is_needed=True),
    "state": _state,
    "model": cells.text(policies.LONGEST_NAME),
    "maker": cells.text(policies.LONGEST_NAME),
    "serial_no": cells.text(policies.LONGEST_SERIAL),
    "contractor_id": cells.text(80),
    "installed_on": _date,
    "warranty_until": _date,
    "price_fen": _money,
    "note": cells.text(policies.LONGEST_NOTE),
}
# What a new asset is of which the sheet says nothing.
_NOTHING: Final[Mapping[str, Any]] = {
    "state": AssetState.IN_USE.value,
    "model": "",
    "maker": "",
    "serial_no": "",
    "contractor_id": None,
    "installed_on": None,
    "warranty_until": None,
    "price_fen": None,
    "note": "",
}
