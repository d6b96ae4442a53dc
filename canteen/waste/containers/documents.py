"""The containers as a workbook, which an import takes as it is."""

from collections.abc import Iterable

from backend.documents.sheets import Column, Kind, workbook
from canteen.waste.containers.policies import ACTIVE, CODE, EDIBLE, KIND, NAME, STAGE, TARE
from canteen.waste.models import Container, ContainerKind, Edible, Stage
from canteen.waste.titles import CONTAINER_KIND_NAMES, EDIBLE_NAMES, STAGE_NAMES


def containers_workbook(canteen: str, containers: Iterable[Container]) -> bytes:
    """One row for each container."""
    columns = [
        *(Column(CODE, width=20), Column(KIND), Column(NAME, width=24), Column(TARE, Kind.INT)),
        *(Column(STAGE), Column(EDIBLE), Column(ACTIVE, width=8)),
    ]
    rows = [
        (
            one.code,
            CONTAINER_KIND_NAMES[ContainerKind(one.kind)],
            one.name,
            one.tare_g,
            STAGE_NAMES[Stage(one.stage)] if one.stage else "",
            EDIBLE_NAMES[Edible(one.edible)],
            "是" if one.is_active else "否",
        )
        for one in containers
    ]
    return workbook(f"{canteen}称重容器", columns, rows)
