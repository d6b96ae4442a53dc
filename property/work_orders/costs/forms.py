"""An order's papers: the dispatch sheet (派工单) and the completion form (维修完成单)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import segno

from backend.actor import Actor
from backend.config import settings
from backend.documents import pdf
from backend.media import services as media
from backend.money import in_capitals, yuan
from backend.workdays.titles import VERDICT_NAMES
from property.service_levels.titles import KIND_NAMES
from property.work_orders import policies as order_policies
from property.work_orders import telling, views
from property.work_orders.costs import bills
from property.work_orders.costs.bills import Bill, BillLine
from property.work_orders.costs.models import CostKind
from property.work_orders.costs.policies import COST_NAMES, decimal_of
from property.work_orders.models import State
from property.work_orders.policies import Step
from property.work_orders.views import EventView, OrderView

# So many pictures of each kind fit beside each other.
_MOST_PICTURES: Final = 4
_BLANK_LINES: Final = 3
_DONE: Final = frozenset(
    {State.FINISHED.value, State.COMPLETED.value, State.TO_RATE.value, State.CLOSED.value}
)
# What the completion form tells of the timeline; the rest is between the house and its workers.
_TOLD: Final = frozenset(
    step.value
    for step in (
        *(Step.SUBMIT, Step.TRIAGE, Step.DISPATCH, Step.GRAB, Step.ACCEPT, Step.ARRIVE, Step.HOLD),
        *(Step.RESUME, Step.RETURN, Step.TRANSFER, Step.FINISH, Step.REJECT, Step.VERIFY, Step.REOPEN),
    )
)


@dataclass(frozen=True, slots=True)
class Papers:
    """What an order's papers say."""

    view: OrderView
    bill: Bill


def papers_of(actor: Actor, order_id: int) -> Papers:
    """What the papers of an order say. Raises OrderNotFound, or OrderNotYours for its reporter."""
    bill = bills.get_bill(actor, order_id=order_id)
    return Papers(views.get_order(actor, order_id), bill)


def dispatch_title(papers: Papers) -> str:
    """`维修派工单 WX20261123-0001`: the name of a file."""
    return f"维修派工单 {papers.bill.order_number}"


def completion_title(papers: Papers) -> str:
    """`维修完成单 WX20261123-0001`: the name of a file."""
    return f"维修完成单 {papers.bill.order_number}"


def dispatch_sheet(papers: Papers, *, printed_by: str) -> bytes:
    """What a worker takes along, with room for what is to be written by hand."""
    context, pictures = _common(papers, printed_by, ["report"])
    return pdf.render(
        "property.work_orders.costs/dispatch_sheet.html",
        {**context, "title": "维修派工单", "blank_lines": _BLANK_LINES},
        pictures=pictures,
    )


def completion_form(papers: Papers, *, printed_by: str) -> bytes:
    """What was done, with its pictures and its bill; of an order that is not finished it says so."""
    context, pictures = _common(papers, printed_by, ["before", "after", "signature"])
    clocks = [each for each in papers.view.clocks if each.cycle == papers.view.order.cycle]
    return pdf.render(
        "property.work_orders.costs/completion_form.html",
        {
            **context,
            "title": "维修完成单",
            "is_done": papers.view.order.state in _DONE,
            "events": _told(papers.view.timeline),
            "clocks": clocks,
            "kind_names": KIND_NAMES,
            "verdict_names": VERDICT_NAMES,
            "lines": [_cost(line) for line in _lines(papers.bill)],
            "in_capitals": in_capitals,
        },
        pictures=pictures,
    )


def _common(
    papers: Papers, printed_by: str, kinds: Sequence[str]
) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    order = papers.view.order
    pictures = _pictures(order.id, kinds)
    return {
        "number": order.number,
        "printed_by": printed_by,
        "view": papers.view,
        "row": papers.view,
        "order": order,
        "bill": papers.bill,
        "qr": _qr(order.id),
        "pictures": {kind: [key for key in pictures if key.startswith(f"{kind}-")] for kind in kinds},
        "yuan": yuan,
    }, pictures


def _pictures(order_id: int, kinds: Sequence[str]) -> dict[str, bytes]:
    owners = {
        "report": (order_policies.PHOTOS, order_policies.PHOTOS_FORWARDED),
        "before": (order_policies.PHOTOS_BEFORE,),
        "after": (order_policies.PHOTOS_AFTER,),
        "signature": (order_policies.PHOTOS_SIGNATURE,),
    }
    found: dict[str, bytes] = {}
    for kind in kinds:
        most = 1 if kind == "signature" else _MOST_PICTURES
        pictures = [
            picture for owner in owners[kind] for picture in media.pictures(owner, order_id, most=most)
        ]
        found |= {f"{kind}-{place}": picture for place, picture in enumerate(pictures[:most])}
    return found


def qr_address(order_id: int) -> str:
    """What the code says: where the phone shows the order to who works on it."""
    return f"{settings().h5_url}#/{telling.task_page(order_id)}"


def _qr(order_id: int) -> str:
    """The code as a data address."""
    code = segno.make(qr_address(order_id), error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=2))


def _told(timeline: Sequence[EventView]) -> list[EventView]:
    return [event for event in timeline if event.step in _TOLD]


def _lines(bill: Bill) -> list[BillLine]:
    return [*bill.materials, *bill.labour, *bill.others]


def _cost(line: BillLine) -> dict[str, str]:
    is_labour = line.kind is CostKind.LABOUR
    return {
        "kind": COST_NAMES[line.kind],
        "title": line.title,
        "quantity": f"{line.minutes} 分钟" if is_labour else _quantity(line),
        "price": f"{yuan(line.unit_fen)}/{line.unit}" if line.unit else "",
        "amount": yuan(line.amount_fen),
    }


def _quantity(line: BillLine) -> str:
    return f"{decimal_of(line.quantity)} {line.unit}" if line.kind is CostKind.MATERIAL else ""
