"""Rules of containers, and of their sheets. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from backend.documents.reading import Fault, Line
from canteen.waste.containers.errors import ContainerStageWrong
from canteen.waste.facts import BIN_STAGES
from canteen.waste.models import ContainerKind, Edible, Stage
from canteen.waste.titles import CONTAINER_KIND_NAMES, EDIBLE_NAMES, STAGE_NAMES

MOST_TARE_G: Final = 200_000
LONGEST_CODE: Final = 32
LONGEST_NAME: Final = 50
KIND: Final = "类型"
CODE: Final = "编码"
NAME: Final = "名称"
TARE: Final = "皮重（克）"
STAGE: Final = "环节"
EDIBLE: Final = "可食性"
ACTIVE: Final = "在用"
COLUMNS: Final = (CODE, KIND, NAME, TARE, STAGE, EDIBLE, ACTIVE)
REQUIRED: Final = (CODE, KIND, TARE)
_KINDS: Final = {name: kind for kind, name in CONTAINER_KIND_NAMES.items()}
_STAGES: Final = {STAGE_NAMES[stage]: stage for stage in Stage if stage.value in BIN_STAGES}
_EDIBLES: Final = {name: edible for edible, name in EDIBLE_NAMES.items()}
_FLAGS: Final = {"": True, "是": True, "否": False}


@dataclass(frozen=True, slots=True)
class Described:
    """A container as a form or a row of a sheet describes it."""

    kind: ContainerKind
    code: str
    name: str
    tare_g: int
    stage: Stage | None
    edible: Edible
    is_active: bool


def ensure_stage(kind: ContainerKind, stage: Stage | None) -> None:
    """A bin has a stage at which something can be lost or put to use; others have none."""
    is_right = stage is not None and stage.value in BIN_STAGES if kind is ContainerKind.BIN else stage is None
    if not is_right:
        raise ContainerStageWrong


def described(lines: Iterable[Line], faults: list[Fault]) -> list[Described]:
    """The containers of the rows that are right; what is wrong goes to `faults`."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for line in lines:
        one = _described(line, faults)
        if one is None:
            continue
        first = seen.setdefault((one.kind.value, one.code), line.number)
        if first != line.number:
            faults.append(Fault("", line.number, CODE, f"与第 {first} 行重复"))
        found.append(one)
    return found


def _described(line: Line, faults: list[Fault]) -> Described | None:
    before = len(faults)

    def wrong(column: str, msg: str) -> None:
        faults.append(Fault("", line.number, column, msg))

    def choice(column: str, names: Mapping[str, object]) -> object | None:
        text = line.cells.get(column, "")
        if text not in names:
            wrong(column, f"应为以下之一：{'、'.join(name for name in names if name)}")
        return names.get(text)

    code, name, tare = line.cells[CODE], line.cells.get(NAME, ""), line.cells[TARE]
    if not 0 < len(code) <= LONGEST_CODE:
        wrong(CODE, f"应为 1 到 {LONGEST_CODE} 个字符")
    if len(name) > LONGEST_NAME:
        wrong(NAME, f"不能超过 {LONGEST_NAME} 个字符")
    if not (tare.isascii() and tare.isdigit() and len(tare) < 8 and int(tare) <= MOST_TARE_G):
        wrong(TARE, f"应为 0 到 {MOST_TARE_G} 的整数")
    kind = choice(KIND, _KINDS)
    stage = choice(STAGE, {"": None, **_STAGES})
    edible = choice(EDIBLE, {"": Edible.MIXED, **_EDIBLES})
    is_active = choice(ACTIVE, _FLAGS)
    if isinstance(kind, ContainerKind) and len(faults) == before:
        try:
            ensure_stage(kind, stage if isinstance(stage, Stage) else None)
        except ContainerStageWrong as error:
            wrong(STAGE, error.msg)
    if len(faults) > before or not isinstance(kind, ContainerKind) or not isinstance(edible, Edible):
        return None
    return Described(
        kind, code, name, int(tare), stage if isinstance(stage, Stage) else None, edible, bool(is_active)
    )
