"""The trays, bins and pans of the canteen at hand: their list, forms, Excel and labels."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.identity.second_factor.documents import qr_svg
from backend.wire import Bool, Choice, PageQuery, Query, Str
from canteen.menu.queries import CanteenChoice
from canteen.waste.containers import documents, queries, services
from canteen.waste.containers.policies import LONGEST_CODE, LONGEST_NAME, MOST_TARE_G
from canteen.waste.facts import BIN_STAGES
from canteen.waste.models import ContainerKind
from canteen.waste.titles import CONTAINER_KIND_NAMES, EDIBLE_NAMES, STAGE_NAMES
from console.pages import page, pages, render

blueprint = pages("console_containers", __name__)

_TITLE: Final = "餐盘与桶盆"
_PATH: Final = "/canteen/waste/containers"
# A sheet of labels that a browser still prints at once.
MOST_LABELS: Final = 500


class ContainersPage(PageQuery):
    """Which containers of the chosen canteen."""

    kind = Choice(ContainerKind)
    is_active = Bool()
    q = Str(max_length=50)
    format = Str(max_length=4)


class LabelsQuery(Query):
    """Which containers are to get labels."""

    kind = Choice(ContainerKind)
    q = Str(max_length=50)


@page(blueprint, _PATH, permission=Permission.WASTE_MANAGE, query=ContainersPage, at_canteen=_TITLE)
def containers(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str | File:
    """The containers by kind and code."""
    if query.get("format") == "xlsx":
        name, rows = queries.export(actor, canteen_id=canteen.id)
        return File(documents.containers_workbook(name, rows), f"{name}称重容器.xlsx", sheets.MEDIA_TYPE)
    found = queries.list_containers(
        actor,
        canteen_id=canteen.id,
        kind=query.get("kind"),
        is_active=query.get("is_active"),
        q=query.get("q", ""),
        page=query["page"],
        page_size=query["page_size"],
    )
    return render("waste/containers.html", canteen=canteen, found=found, query=query, **_words())


@page(blueprint, f"{_PATH}/new", permission=Permission.WASTE_MANAGE, at_canteen=_TITLE)
def new(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a new container."""
    return render("waste/container.html", canteen_id=canteen.id, container=None, **_words())


@page(blueprint, f"{_PATH}/<id:container_id>", permission=Permission.WASTE_MANAGE)
def edit(actor: Actor, container_id: int) -> str:
    """The form of a container."""
    found = queries.find_managed(actor, container_id)
    return render("waste/container.html", canteen_id=found.canteen_id, container=found, **_words())


@page(blueprint, f"{_PATH}/import", permission=Permission.WASTE_MANAGE, at_canteen=_TITLE)
def import_sheet(actor: Actor, canteen: CanteenChoice) -> str:
    """The dialog that takes an Excel sheet."""
    return render("waste/containers_import.html", canteen=canteen, most=services.MAX_ROWS)


@page(blueprint, f"{_PATH}/labels", permission=Permission.WASTE_MANAGE, query=LabelsQuery, at_canteen=_TITLE)
def labels(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """Labels with the codes as QR codes, to be printed and stuck on."""
    found = queries.list_containers(
        actor,
        canteen_id=canteen.id,
        kind=query.get("kind"),
        is_active=True,
        q=query.get("q", ""),
        page=1,
        page_size=MOST_LABELS,
    )
    drawn = [(each, qr_svg(each.code)) for each in found.rows]
    return render(
        "waste/labels.html",
        canteen=canteen,
        labels=drawn,
        found=found,
        query=query,
        most=MOST_LABELS,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "kind_names": CONTAINER_KIND_NAMES,
        "stage_names": STAGE_NAMES,
        "bin_stages": [(stage, name) for stage, name in STAGE_NAMES.items() if stage.value in BIN_STAGES],
        "edible_names": EDIBLE_NAMES,
        "longest_code": LONGEST_CODE,
        "longest_name": LONGEST_NAME,
        "most_tare_g": MOST_TARE_G,
    }
