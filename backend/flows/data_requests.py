"""Requests about personal data: identity keeps and erases, the inbox tells and is emptied."""

from collections.abc import Callable
from typing import Final

from backend.actor import Actor, Permission, ensure_everywhere
from backend.dates import day_text
from backend.db import atomic, db
from backend.identity import queries as identity_queries
from backend.identity.privacy import operations, policies, queries
from backend.identity.privacy.errors import NobodyFound
from backend.identity.privacy.models import RequestKind, RequestState
from backend.identity.privacy.queries import ManagedRequest, RequestView
from backend.notifications import operations as notifications
from backend.notifications import queries as notification_queries
from backend.notifications.kinds import Field, Kind
from canteen.food_safety.workers import operations as kitchen_workers
from canteen.pickups.no_shows import operations as no_shows
from canteen.waste.serving import operations as serving
from canteen.waste.trays import operations as trays
from feedback.concierge import personal as concierge
from feedback.notices import operations as notices
from feedback.reports.seals import personal as reports
from meeting.bookings import personal as meetings
from meeting.bookings.waitlist import personal as waitlist
from property.work_orders import personal as work_orders

ASKED: Final = Kind(
    "privacy.requested",
    title="个人信息申请待答复",
    text="收到一件个人信息{kind}申请，请在 {due} 前答复。",
    fields=(Field("kind", "类型"), Field("due", "答复期限")),
    hides_recipient=True,
)
ANSWERED: Final = Kind(
    "privacy.request_answered",
    title="个人信息申请已答复",
    text="您的个人信息{kind}申请{state}：{answer}",
    fields=(Field("kind", "类型"), Field("state", "结果"), Field("answer", "答复")),
    hides_recipient=True,
)
PAGE: Final = "pages/me/data-requests"


def forget_meeting_phones(staff_id: int) -> int:
    """Drop the numbers that somebody wrote down for meetings, had or waited for."""
    return meetings.forget_phones(staff_id) + waitlist.forget_phones(staff_id)


# What an erasure takes beyond identity, under the names of `policies.ERASURES`.
ERASERS: Final[dict[str, Callable[[int], int]]] = {
    "messages": notifications.forget_of,
    "appeal_reasons": no_shows.forget_reasons,
    "weighing_objections": serving.forget_objections,
    "trays": trays.forget_of,
    "health_details": kitchen_workers.forget_of,
    "order_contacts": work_orders.forget_contacts,
    "request_phones": concierge.forget_phones,
    "meeting_phones": forget_meeting_phones,
    "report_contacts": reports.forget,
    "notice_reads": notices.forget_reads,
}


@atomic
def send(actor: Actor, *, kind: RequestKind, text: str) -> RequestView:
    """Ask for something to be done with the actor's own data; the privacy officers are told.

    Raises RequestOpen.
    """
    return queries.get_own(actor, _add(actor, actor.staff_id, kind, text))


@atomic
def receive(actor: Actor, *, staff_no: str, kind: RequestKind, text: str) -> ManagedRequest:
    """Write down what somebody asked for on paper or in person, above all who has left.

    Raises Forbidden, NobodyFound or RequestOpen.
    """
    ensure_everywhere(actor, Permission.PRIVACY_MANAGE)
    staff_id = queries.find_person(staff_no)
    if staff_id is None:
        raise NobodyFound(staff_no=staff_no)
    return queries.get_managed(actor, _add(actor, staff_id, kind, text))


@atomic
def answer(actor: Actor, *, request_id: int, is_done: bool, answer: str) -> ManagedRequest:
    """Answer a request, once; the person is told. An erasure that is done is done here and now.

    Raises Forbidden, RequestNotFound, RequestAnswered, or StillEmployed for the erasure of somebody who
    has not left.
    """
    ensure_everywhere(actor, Permission.PRIVACY_MANAGE)
    row = queries.lock_request(request_id)
    policies.ensure_open(row.state)
    state = RequestState.DONE if is_done else RequestState.DECLINED
    erases = is_done and row.kind == RequestKind.ERASE
    erased = _erase(row.staff_id) if erases else None
    operations.answer(actor, row, state=state, text=answer, erased=erased)
    notifications.notify(
        ANSWERED,
        [row.staff_id],
        {
            "kind": policies.KIND_NAMES[RequestKind(row.kind)],
            "state": policies.STATE_NAMES[state],
            "answer": answer,
        },
        page=PAGE,
        dedupe=f"request {row.id}",
    )
    db.session.flush()  # The view reads it anew.
    return queries.get_managed(actor, request_id)


def _add(actor: Actor, staff_id: int, kind: RequestKind, text: str) -> int:
    row = operations.add_request(actor, staff_id=staff_id, kind=kind, text=text)
    notifications.notify(
        ASKED,
        notification_queries.holders_of(Permission.PRIVACY_MANAGE) - {actor.staff_id},
        {"kind": policies.KIND_NAMES[kind], "due": day_text(row.due_on)},
        dedupe=f"request {row.id}",
    )
    return row.id


def _erase(staff_id: int) -> dict[str, int]:
    """Erase what may be erased; what there was of each, nothing left out that was there."""
    staff = identity_queries.lock_staff(staff_id)
    policies.ensure_may_erase(staff.status)
    taken = operations.erase_identity(staff)
    taken |= {name: erase(staff_id) for name, erase in ERASERS.items()}
    return {name: count for name, count in taken.items() if count}
