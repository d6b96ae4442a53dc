"""What an approved absence does: it cancels the orders within it, as far as it is not too late."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from backend.flows import absences as flow
from canteen.accounts.models import EntryKind, LedgerEntry
from canteen.accounts.services import reconcile
from canteen.ordering.services import freeze_meal
from tests.canteen.lunch import Lunch
from tests.factories import MONDAY, NINE
from tests.threads import at_once

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def lunch(compound):
    """Monday's lunch at nine, and one approver."""
    with clock.at(NINE):
        lunch = Lunch(compound)
        lunch.approver = compound.client(
            compound.staff(name="李敏", roles={"administrator": (ScopeKind.COMPOUND, 0)})
        )
        yield lunch


def days(from_date="2026-11-23", until_date="2026-11-23", kind="leave", **more):
    return {"kind": kind, "from_date": from_date, "until_date": until_date, **more}


def absent(lunch, client=None, **more):
    """The number of an absence that waits for its decision."""
    answer = (client or lunch.official).post("/me/absences", days(**more))
    assert answer.status == 201, answer.envelope
    return answer.data["id"]


def approve(lunch, number):
    return lunch.approver.post(f"/admin/absences/{number}/approve")


def state_of(client, order):
    return client.get(f"/canteen/orders/{order['id']}").data["state"]


def fen(client):
    return client.get("/canteen/account").data["balance_fen"]


def test_leave_approved_after_the_order_cancels_it_and_gives_the_money_back(lunch):
    before = fen(lunch.official)
    order = lunch.place(1, 1).data
    number = absent(lunch)
    decision = approve(lunch, number).data
    assert decision["absence"]["state"] == "approved"
    assert [each["order_id"] for each in decision["cancelled"]] == [order["id"]]
    assert decision["cancelled"][0]["total_fen"] == 1500
    assert decision["kept"] == []
    assert state_of(lunch.official, order) == "cancelled"
    assert (fen(lunch.official), lunch.taken()) == (before, [0, 0])
    assert reconcile() == []
    entry = db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == EntryKind.REFUND.value)).one()
    assert (entry.memo, entry.order_id) == ("请假", order["id"])
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "identity.absence_approved")
    ).one()
    assert (event.details["orders_cancelled"], event.details["refunded_fen"]) == (1, 1500)
    (message,) = lunch.official.get("/inbox").data["messages"]
    assert message["text"] == ("您的请假（11月23日）已批准。已为您取消 11月23日午餐，退回餐费 15.00 元。")


def test_the_absent_see_what_became_of_their_meals_and_nobody_else_does(lunch):
    # Cancelled by the person: not the absence's doing.
    lunch.official.post(f"/canteen/orders/{lunch.place(1).data['id']}/cancel")
    order = lunch.place(1, 1).data
    number = absent(lunch)
    before = lunch.official.get(f"/me/absences/{number}/orders").data["list"]
    assert [(each["order_id"], each["state"]) for each in before] == [(order["id"], "booked")]
    approve(lunch, number)
    assert lunch.official.get(f"/me/absences/{number}/orders").data["list"] == [
        {
            "order_id": order["id"],
            "number": order["number"],
            "canteen": lunch.canteen.name,
            "date": "2026-11-23",
            "period": "lunch",
            "total_fen": 1500,
            "state": "cancelled",
        }
    ]
    refused = lunch.client().get(f"/me/absences/{number}/orders")
    assert (refused.status, refused.error) == (404, "identity.absence_not_found")


def test_after_the_cutoff_the_order_stays_and_is_told(lunch):
    order = lunch.place(1).data
    number = absent(lunch)
    with clock.at(NINE + timedelta(hours=1)):
        decision = approve(lunch, number).data
    assert decision["cancelled"] == []
    assert [each["order_id"] for each in decision["kept"]] == [order["id"]]
    assert state_of(lunch.official, order) == "booked"
    assert (
        "已过取消时间，未能取消；未取餐不计违约" in lunch.official.get("/inbox").data["messages"][0]["text"]
    )


def test_a_frozen_meal_is_left_alone_and_one_that_is_over_is_not_named(lunch):
    order = lunch.place(1).data
    number = absent(lunch)
    freeze_meal(lunch.meal.id)
    assert [each["order_id"] for each in approve(lunch, number).data["kept"]] == [order["id"]]
    later = absent(lunch, lunch.client())
    with clock.at(NINE + timedelta(days=1)):
        assert approve(lunch, later).data["kept"] == []


def test_only_orders_wholly_within_the_absence_are_cancelled(lunch):
    lunch.compound.meal(lunch.canteen, {lunch.dishes[0]: 5}, served_on=TUESDAY)
    today = lunch.place(1).data
    tomorrow = lunch.place(1, date=TUESDAY.isoformat()).data
    other = lunch.client()
    others = lunch.place(1, by=other, date=TUESDAY.isoformat()).data
    # A free afternoon and the next morning leave both lunches; then the whole of tomorrow takes one.
    half = absent(lunch, until_date="2026-11-24", from_half="pm", until_half="am")
    assert approve(lunch, half).data["cancelled"] == []
    lunch.approver.post(f"/admin/absences/{half}/revoke", {"answer": "改期"})
    whole = absent(lunch, from_date="2026-11-24", until_date="2026-11-24", kind="trip")
    assert [each["order_id"] for each in approve(lunch, whole).data["cancelled"]] == [tomorrow["id"]]
    assert state_of(lunch.official, today) == "booked"
    assert state_of(other, others) == "booked"


def test_revoking_restores_no_order(lunch):
    order = lunch.place(1).data
    number = absent(lunch)
    approve(lunch, number)
    lunch.approver.post(f"/admin/absences/{number}/revoke", {"answer": "会议取消"})
    assert state_of(lunch.official, order) == "cancelled"
    assert lunch.place(1).status == 201


def test_what_was_approved_elsewhere_is_recorded_with_all_that_follows(lunch):
    traveller = lunch.compound.staff("2002", subsidy_fen=5000)
    client = lunch.compound.client(traveller)
    lunch.place(1, by=client)
    body = days(kind="trip", staff_no="2002")
    unknown = lunch.approver.post("/admin/absences", body | {"staff_no": "4711"})
    assert (unknown.status, unknown.error) == (422, "identity.absent_staff_unknown")
    answer = lunch.approver.post("/admin/absences", body)
    assert answer.status == 201
    assert answer.data["absence"]["source"] == "recorded"
    assert [each["canteen"] for each in answer.data["cancelled"]] == [lunch.canteen.name]
    assert lunch.approver.post("/admin/absences", body).error == "identity.absence_overlap"
    (mine,) = client.get("/me/absences").data["list"]
    assert (mine["state"], mine["may_withdraw"]) == ("approved", False)


def test_of_two_approvals_at_once_one_counts(lunch):
    lunch.place(1)
    number = absent(lunch)
    answers = at_once([lambda: approve(lunch, number)] * 4)
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert reconcile() == []
    assert len(lunch.official.get("/inbox").data["messages"]) == 1


def test_an_approval_meets_the_holders_own_cancellation(lunch):
    """Whoever comes first, the order is cancelled once and the money is back."""
    before = fen(lunch.official)
    order = lunch.place(1, 1).data
    number = absent(lunch)
    calls = [
        lambda: approve(lunch, number),
        lambda: lunch.official.post(f"/canteen/orders/{order['id']}/cancel"),
    ]
    approved, _ = at_once(calls)
    assert approved.status == 200
    assert state_of(lunch.official, order) == "cancelled"
    assert fen(lunch.official) == before
    assert reconcile() == []


def test_an_approval_that_meets_the_freeze_looks_anew(lunch, monkeypatch):
    order = lunch.place(1).data
    number = absent(lunch)
    look, looks = flow._booked_within, []

    def as_if_late(absences, now):
        found = look(absences, now)
        looks.append(len(found))
        if len(looks) == 1:
            raise flow.CancelClosed(cancel_closes_at=None)
        return found

    monkeypatch.setattr(flow, "_booked_within", as_if_late)
    assert approve(lunch, number).data["absence"]["state"] == "approved"
    assert looks == [1, 1]
    assert state_of(lunch.official, order) == "cancelled"


# The sheet


def sheet(*rows, header=("工号", "类型", "开始", "结束")):
    book = Workbook()
    for row in (header, *rows):
        book.active.append(row)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def send(lunch, data):
    return lunch.approver.request(
        "POST",
        "/admin/absences/import",
        data={"file": (BytesIO(data), "absences.xlsx")},
        content_type="multipart/form-data",
        key=None,
    )


def test_a_sheet_of_approved_absences_is_entered_once(lunch):
    people = [lunch.compound.staff(f"300{number}", subsidy_fen=5000) for number in range(4)]
    clients = [lunch.compound.client(each) for each in people]
    orders = [lunch.place(1, by=client).data for client in clients]
    data = sheet(
        ("3000", "出差", "2026-11-23", "2026-11-25"),
        (3001, "请假", "2026年11月23日 下午", "2026/11/24 上午"),
        ("3002", "培训", MONDAY, TUESDAY),
        ("3003", "请假", "2026-11-23", "2026-11-23 上午"),
        ("示例", "出差", "2026-03-02", "2026-03-06"),
    )
    assert send(lunch, data).data == {
        "created": 4,
        "unchanged": 0,
        "orders_cancelled": 2,
        "orders_kept": 0,
        "refunded_fen": 1200,
    }
    states = [state_of(client, order) for client, order in zip(clients, orders, strict=True)]
    assert states == ["cancelled", "booked", "cancelled", "booked"]
    again = send(lunch, data).data
    assert (again["created"], again["unchanged"], again["orders_cancelled"]) == (0, 4, 0)
    assert [len(client.get("/inbox").data["messages"]) for client in clients] == [1] * 4
    assert "已取消" not in clients[1].get("/inbox").data["messages"][0]["text"]
    assert reconcile() == []


def test_each_absence_of_a_person_shows_its_own_meals(lunch):
    lunch.compound.meal(lunch.canteen, [(lunch.dishes[0], None)], TUESDAY)
    client = lunch.compound.client(lunch.compound.staff("3000", subsidy_fen=5000))
    orders = [lunch.place(1, by=client, date=day.isoformat()).data["id"] for day in (MONDAY, TUESDAY)]
    send(lunch, sheet(("3000", "请假", MONDAY, MONDAY), ("3000", "出差", TUESDAY, TUESDAY)))
    seen = {
        each["kind"]: client.get(f"/me/absences/{each['id']}/orders").data["list"]
        for each in client.get("/me/absences").data["list"]
    }
    assert {kind: [row["order_id"] for row in rows] for kind, rows in seen.items()} == {
        "leave": orders[:1],
        "trip": orders[1:],
    }


def test_a_sheet_with_a_fault_enters_nothing_and_names_the_rows(lunch):
    lunch.compound.staff("3000")
    lunch.compound.staff("3009", status="left")
    taken = lunch.compound.client(lunch.compound.staff("3001"))
    absent(lunch, taken, from_date="2026-11-24", until_date="2026-11-24")
    answer = send(
        lunch,
        sheet(
            ("3000", "出差", "2026-11-23", "2026-11-25"),
            ("3000", "请假", "2026-11-25", "2026-11-26"),
            ("3001", "出差", "2026-11-23", "2026-11-25"),
            ("3009", "出差", "2026-11-23", "2026-11-25"),
            ("3000", "旅游", "明天", "2026-13-01"),
            # The last day of the calendar, which no day follows.
            ("3000", "出差", "9999-12-31", "9999-12-31"),
            ("3000", "出差", "2026-12-05", "2026-12-01"),
            (lunch.approver.get("/me").data["staff_no"], "出差", "2026-11-23", "2026-11-25"),
        ),
    )
    assert (answer.status, answer.error) == (422, "identity.sheet_rejected")
    found = [(row["row"], row["column"]) for row in answer.envelope["data"]["rows"]]
    assert found == [
        (3, "开始"),
        (4, "工号"),
        (5, "工号"),
        (6, "类型"),
        (6, "开始"),
        (6, "结束"),
        (7, "开始"),
        (7, "结束"),
        (8, "结束"),
        (9, "工号"),
    ]
    assert lunch.approver.get("/admin/absences", state="approved").data["total"] == 0


def test_what_is_no_sheet_of_absences_is_refused(lunch):
    assert send(lunch, b"no workbook").error == "identity.sheet_unreadable"
    assert send(lunch, sheet(header=("工号", "类型"))).error == "identity.sheet_columns"
    assert send(lunch, sheet()).error == "identity.sheet_empty"
