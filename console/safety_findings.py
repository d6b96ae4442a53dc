"""问题整改: the problems of food safety, from the day on which they are found until they are checked."""

from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Date, PageQuery, Str
from canteen.food_safety import reach
from canteen.food_safety.controls.findings import queries
from canteen.food_safety.controls.models import Area, FindingState, Source
from canteen.food_safety.controls.policies import STATE_NAMES
from canteen.food_safety.controls.titles import AREA_NAMES, SOURCE_NAMES
from canteen.food_safety.workers import listing as workers
from canteen.menu import queries as menu_queries
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_safety_findings", __name__)

READ: Final = Permission.SAFETY_READ
PATH: Final = "/food-safety/findings"
_TITLE: Final = "问题整改"
TONES: Final = {FindingState.OPEN: "yellow", FindingState.RECTIFIED: "blue", FindingState.CLOSED: "green"}
# As many as the API takes with one step.
_MOST_PHOTOS: Final = 5
# A problem has so long to be put right unless somebody says otherwise.
_DUE: Final = timedelta(days=3)


class FindingsPage(PageQuery):
    """Which findings."""

    state = Choice(FindingState)
    is_overdue = Bool()
    area = Choice(Area)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="to_date")
    q = Str(max_length=50, load_default="")


@page(blueprint, PATH, permission=READ, query=FindingsPage, at_canteen=_TITLE)
def findings(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The findings of the canteen at hand, those that are due first come first."""
    return render(
        "safety/findings.html",
        found=queries.page_findings(actor, canteen_id=canteen.id, **query),
        query=query,
        records=scope.covers(actor, Permission.SAFETY_RECORD),
        state_names=STATE_NAMES,
        area_names=AREA_NAMES,
        tones=TONES,
    )


@page(blueprint, f"{PATH}/new", permission=Permission.SAFETY_RECORD, at_canteen=_TITLE)
def new(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a finding that no daily control raised."""
    return render(
        "safety/finding_new.html",
        canteen=canteen,
        areas=[(each.value, AREA_NAMES[each]) for each in Area],
        sources=[(each.value, SOURCE_NAMES[each]) for each in Source if each is not Source.DAY],
        people=people(actor, canteen.id),
        due_on=clock.today() + _DUE,
        today=clock.today(),
    )


@page(blueprint, f"{PATH}/<id:finding_id>", permission=READ)
def finding(actor: Actor, finding_id: int) -> str:
    """One finding with its steps."""
    view = queries.get_finding(actor, finding_id)
    canteen = menu_queries.get_canteen(view.row.canteen_id)
    manages = reach.may(actor, canteen, Permission.SAFETY_MANAGE)
    return render(
        "safety/finding.html",
        view=view,
        of=view.row,
        can=_can(actor, view.row, reach.may(actor, canteen, Permission.SAFETY_RECORD), manages),
        people=people(actor, canteen.id) if manages else [],
        most_photos=_MOST_PHOTOS,
        today=clock.today(),
        tones=TONES,
    )


def people(actor: Actor, canteen_id: int) -> list[tuple[int, str]]:
    """Who of a kitchen can be reminded of what they have to put right: staff id and name."""
    found = workers.list_workers(actor, canteen_id=canteen_id, is_active=True, page=1, page_size=100)
    return [(each.staff_id, f"{each.name}（{each.job}）") for each in found.rows if each.staff_id is not None]


def _can(actor: Actor, row: Any, records: bool, manages: bool) -> set[str]:
    """What the actor may do with it now; nobody checks what they put right themselves."""
    state = FindingState(row.state)
    can = set()
    if state is FindingState.OPEN:
        can |= {"rectify"} if records else set()
        can |= {"reassign"} if manages else set()
    if state is FindingState.RECTIFIED and records and row.rectified_by != actor.staff_id:
        can.add("check")
    return can
