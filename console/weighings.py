"""Single weighings at the desk: those of a day, and those that wait for a decision."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Date, PageQuery
from canteen.menu.models import Period
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import PERIOD_NAMES
from canteen.waste import queries
from canteen.waste.errors import AlreadyVoided, NotQuarantined
from canteen.waste.models import Kind, Quarantine, Source, Stage, Status
from canteen.waste.queries import WeighingView
from canteen.waste.titles import (
    DISPOSITION_NAMES,
    EDIBLE_NAMES,
    KIND_NAMES,
    QUARANTINE_NAMES,
    SOURCE_NAMES,
    STAGE_NAMES,
)
from console.pages import page, pages, render

blueprint = pages("console_weighings", __name__)

_TITLE: Final = "称重记录"
_PATH: Final = "/canteen/waste/weighings"


class WeighingsPage(PageQuery):
    """The weighings of a day, by default today's."""

    date = Date()
    period = Choice(Period)
    kind = Choice(Kind)


class QuarantinePage(PageQuery):
    """What waits for a decision."""

    from_date = Date()
    until_date = Date()
    code = Choice(Quarantine)


@page(blueprint, _PATH, permission=Permission.WASTE_MANAGE, query=WeighingsPage, at_canteen=_TITLE)
def weighings(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The weighings of a day, the latest first."""
    served_on = query.get("date") or clock.today()
    found = queries.list_weighings(
        actor,
        canteen_id=canteen.id,
        date=served_on,
        period=query["period"].value if "period" in query else None,
        kind=query["kind"].value if "kind" in query else None,
        page=query["page"],
        page_size=query["page_size"],
    )
    return render(
        "waste/weighings.html", found=found, served_on=served_on, query=query, **_words(), **_waiting(canteen)
    )


@page(
    blueprint,
    f"{_PATH}/quarantine",
    permission=Permission.WASTE_MANAGE,
    query=QuarantinePage,
    at_canteen=_TITLE,
)
def quarantine(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What a scale sent and nobody has decided about; it counts for nothing until then."""
    found = queries.list_quarantined(
        actor,
        canteen_id=canteen.id,
        from_date=query.get("from_date"),
        to_date=query.get("until_date"),
        code=query["code"].value if "code" in query else None,
        page=query["page"],
        page_size=query["page_size"],
    )
    return render("waste/quarantine.html", found=found, query=query, **_words(), **_waiting(canteen))


@page(blueprint, f"{_PATH}/<id:weighing_id>/release", permission=Permission.WASTE_MANAGE)
def release(actor: Actor, weighing_id: int) -> str:
    """The form that lets a doubtful weighing count, as it is or put right."""
    return _decision("release", _waits(actor, weighing_id))


@page(blueprint, f"{_PATH}/<id:weighing_id>/discard", permission=Permission.WASTE_MANAGE)
def discard(actor: Actor, weighing_id: int) -> str:
    """The form by which a doubtful weighing never counts."""
    return _decision("discard", _waits(actor, weighing_id))


@page(blueprint, f"{_PATH}/<id:weighing_id>/correct", permission=Permission.WASTE_MANAGE)
def correct(actor: Actor, weighing_id: int) -> str:
    """The form that puts another row in a weighing's place."""
    return _decision("correct", _counts(actor, weighing_id))


@page(blueprint, f"{_PATH}/<id:weighing_id>/void", permission=Permission.WASTE_MANAGE)
def void(actor: Actor, weighing_id: int) -> str:
    """The form that takes a weighing back."""
    return _decision("void", _counts(actor, weighing_id))


def _waits(actor: Actor, weighing_id: int) -> WeighingView:
    view = _view(actor, weighing_id)
    if not view.is_open:
        raise NotQuarantined
    return view


def _counts(actor: Actor, weighing_id: int) -> WeighingView:
    view = _view(actor, weighing_id)
    if not view.can_correct:
        raise AlreadyVoided
    return view


def _view(actor: Actor, weighing_id: int) -> WeighingView:
    return queries.get_view(queries.find_managed(actor, weighing_id).id)


def _decision(step: str, view: WeighingView) -> str:
    return render("waste/decide.html", step=step, view=view, row=view.weighing, **_words())


def _waiting(canteen: CanteenChoice) -> dict[str, Any]:
    return {"waiting": queries.count_quarantined([canteen.id]), "today": clock.today()}


def _words() -> dict[str, Any]:
    return {
        "period_names": PERIOD_NAMES,
        "kind_names": KIND_NAMES,
        "stage_names": STAGE_NAMES,
        "source_names": SOURCE_NAMES,
        "edible_names": EDIBLE_NAMES,
        "disposition_names": DISPOSITION_NAMES,
        "quarantine_names": QUARANTINE_NAMES,
        "Status": Status,
        "Kind": Kind,
        "Stage": Stage,
        "Source": Source,
    }
