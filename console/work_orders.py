"""工单: the register of orders, one of them with everything about it, and what waits for an approver."""

from collections.abc import Iterable
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.documents.sheets import Column, Kind
from backend.media import queries as media
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.wire import Bool, Choice, Date, Id, PageQuery, Str
from backend.workdays.models import Verdict
from backend.workdays.titles import VERDICT_NAMES
from console.pages import page, pages, render
from property.categories import queries as categories
from property.categories.models import Urgency
from property.categories.titles import URGENCY_NAMES
from property.contractors import queries as contractors
from property.service_levels.titles import KIND_NAMES
from property.work_orders import listing, policies, rated, views
from property.work_orders.costs import bills
from property.work_orders.costs import policies as cost_policies
from property.work_orders.costs import queries as stocks
from property.work_orders.costs.models import EstimateState
from property.work_orders.listing import OrderRow, Sort, View
from property.work_orders.models import HoldState, State
from property.work_orders.policies import STATE_NAMES, Verb
from property.work_orders.views import OrderView
from property.workforce import queries as workforce

blueprint = pages("console_work_orders", __name__)

READ: Final = Permission.PROPERTY_READ
_PATH: Final = "/property/orders"
# What an Excel of the register holds at most.
_MOST_EXPORTED: Final = 5_000
_MATERIALS_SHOWN: Final = 500
STATE_TONES: Final = {
    State.SUBMITTED: "yellow",
    State.TRIAGED: "yellow",
    State.DISPATCHED: "blue",
    State.WORKING: "blue",
    State.HELD: "gray",
    State.FINISHED: "yellow",
    State.COMPLETED: "green",
    State.TO_RATE: "green",
    State.CLOSED: "green",
    State.DECLINED: "gray",
    State.CANCELLED: "gray",
    State.DUPLICATE: "gray",
}
URGENCY_TONES: Final = {Urgency.CRITICAL: "red", Urgency.URGENT: "yellow", Urgency.ORDINARY: "gray"}
VERDICT_TONES: Final = {
    Verdict.RUNNING: "blue",
    Verdict.PAUSED: "gray",
    Verdict.MET: "green",
    Verdict.MISSED: "red",
    Verdict.VOID: "gray",
}
HOLD_TONES: Final = {
    HoldState.WAITING: "yellow",
    HoldState.REFUSED: "red",
    HoldState.RUNNING: "blue",
    HoldState.ENDED: "gray",
}
ESTIMATE_NAMES: Final = {
    EstimateState.WAITING: "待审批",
    EstimateState.AGREED: "已同意",
    EstimateState.REFUSED: "未同意",
}
_COLUMNS: Final = (
    *(Column("单号", width=18), Column("状态"), Column("类别", width=22), Column("紧急程度")),
    *(Column("位置", width=36), Column("内容", width=48), Column("来源"), Column("提交", Kind.INSTANT)),
    *(Column("班组"), Column("处理人"), Column("服务商", width=20), Column("响应期限", Kind.INSTANT)),
    *(Column("解决期限", Kind.INSTANT), Column("是否逾期"), Column("完成", Kind.INSTANT)),
    *(Column("返工", Kind.INT), Column("重开", Kind.INT), Column("催办", Kind.INT)),
    *(Column("工时（分钟）", Kind.INT), Column("费用（元）", Kind.YUAN)),
)


class OrdersPage(PageQuery):
    """Which orders."""

    state = Choice(State)
    is_open = Bool(load_default=False)
    category = Str(max_length=40)
    urgency = Choice(Urgency)
    building_id = Id()
    contractor_id = Id()
    overdue = Bool(load_default=False)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    q = Str(max_length=50)
    sort = Choice(Sort, load_default=Sort.NEWEST)
    format = Str(max_length=4)


class ApprovalsPage(PageQuery):
    """Which page of the holds that wait."""


def order_words() -> dict[str, Any]:
    """What states, urgencies and verdicts are called, for templates."""
    return {
        "state_names": STATE_NAMES,
        "state_tones": STATE_TONES,
        "urgency_names": URGENCY_NAMES,
        "urgency_tones": URGENCY_TONES,
        "verdict_tones": VERDICT_TONES,
        "kind_names": KIND_NAMES,
        "verdict_names": VERDICT_NAMES,
        "hold_tones": HOLD_TONES,
    }


def buildings_of(actor: Actor, permission: Permission) -> list[tuple[int, str]]:
    """The buildings within reach, to filter by."""
    reach = actor.reach(permission)
    return [
        (each.id, each.path)
        for each in places.load_tree().walk()
        if each.kind is PlaceKind.BUILDING and reach.covers(campus_id=each.campus_id, building_id=each.id)
    ]


def categories_to_file() -> list[tuple[str, list[tuple[str, str]]]]:
    """What orders are filed under now, by the category above: codes and names."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in categories.tree().walk():
        if each.is_in_use and each.is_leaf:
            found.setdefault(each.names[0], []).append((each.code, each.names[-1]))
    return list(found.items())


def similar_to(actor: Actor, order: OrderView) -> list[listing.SimilarOrder]:
    """Open orders that this one may be a duplicate of: of any category at its place, or of its asset."""
    row = order.order
    place = None
    if row.place_kind is not None and row.place_id is not None:
        place = Ref(PlaceKind(row.place_kind), row.place_id)
    every = {each.id for each in categories.tree().walk()}
    found = listing.similar(actor, category_ids=every, place=place, asset_id=row.asset_id)
    return [each for each in found if each.id != row.id]


def _categories() -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in categories.tree().walk() if each.is_in_use]


@page(blueprint, _PATH, permission=READ, query=OrdersPage)
def orders(actor: Actor, query: dict[str, Any]) -> str | File:
    """The register."""
    asked = dict(query)
    if asked.pop("format", "") == "xlsx":
        found = listing.page_orders(
            actor, **{**asked, "view": View.ALL, "page": 1, "page_size": _MOST_EXPORTED}
        )
        title = f"工单 {clock.today()}"
        return File(sheets.workbook(title, _COLUMNS, _cells(found.rows)), f"{title}.xlsx", sheets.MEDIA_TYPE)
    return render(
        "orders/list.html",
        found=listing.page_orders(actor, view=View.ALL, **asked),
        query=query,
        categories=_categories(),
        buildings=buildings_of(actor, READ),
        contractors=[(each.id, each.short_name or each.name) for each in contractors.all_contractors()],
        most=_MOST_EXPORTED,
        sorts={Sort.NEWEST: "最新提交", Sort.DUE: "最先到期"},
        **order_words(),
    )


@page(blueprint, f"{_PATH}/<id:order_id>", permission=Permission.SELF)
def order(actor: Actor, order_id: int) -> str:
    """One with everything about it that its reader may know and do."""
    found = views.get_order(actor, order_id)
    bill = bills.bill_of(actor, found.order) if cost_policies.may_see_bill(actor, found.order) else None
    may_add = bill is not None and "add" in bill.can
    return render(
        "orders/order.html",
        order=found,
        bill=bill,
        stores=_stores(actor) if may_add else [],
        materials=_materials(actor) if may_add else [],
        colleagues=_colleagues(found) if may_add else [],
        rating=rated.get_rating(actor, order_id=order_id) if Verb.RATE in found.can else None,
        similar=similar_to(actor, found) if Verb.DUPLICATE in found.can else [],
        categories=categories_to_file() if Verb.SPLIT in found.can else [],
        most_photos=policies.MOST_PHOTOS,
        estimate_names=ESTIMATE_NAMES,
        now=clock.now(),
        reads=actor.can(READ),
        **order_words(),
    )


@page(blueprint, "/property/approvals", permission=Permission.ORDERS_APPROVE, query=ApprovalsPage)
def approvals(actor: Actor, query: dict[str, Any]) -> str:
    """The holds and the estimates that wait for the actor, the oldest first."""
    holds = listing.page_waiting_holds(actor, **query)
    return render(
        "orders/approvals.html",
        holds=holds,
        photos=media.links_of_owners(policies.PHOTOS_HOLD, [each.hold.id for each in holds.rows]),
        estimates=bills.page_waiting(actor, page=1, page_size=50),
        now=clock.now(),
        **order_words(),
    )


def _stores(actor: Actor) -> list[tuple[int, str]]:
    found = stocks.page_stores(actor, page=1, page_size=100)
    return [(each.id, each.name) for each in found.rows if each.is_active]


def _materials(actor: Actor) -> list[tuple[int, str]]:
    found = stocks.page_materials(actor, is_active=True, page=1, page_size=_MATERIALS_SHOWN)
    return [
        (each.id, f"{each.name} {each.spec}".strip() + f"（{each.code}，{each.unit}）") for each in found.rows
    ]


def _colleagues(found: OrderView) -> list[tuple[int, str]]:
    group_id = found.order.group_id
    return sorted(workforce.names_at_work(group_id).items()) if group_id is not None else []


def _cells(rows: Iterable[OrderRow]) -> Iterable[tuple[Any, ...]]:
    for row in rows:
        order = row.order
        yield (
            *(order.number, row.state_name, row.category.path, row.urgency_name),
            *(order.place_path, order.description, row.origin_name, order.submitted_at),
            *(row.group_name, row.worker_name, row.contractor_name),
            row.response.due_at if row.response else None,
            row.resolution.due_at if row.resolution else None,
            *("是" if row.is_overdue else "", order.completed_at),
            *(order.reworks, order.reopenings, order.reminders, order.labour_minutes, order.cost_fen),
        )
