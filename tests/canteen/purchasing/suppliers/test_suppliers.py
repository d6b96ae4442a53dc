"""Suppliers: who they are, what blocks them, and who is told of licences that end."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from backend import clock
from backend.db import atomic, db
from backend.notifications.models import InboxMessage
from canteen.purchasing.suppliers import operations, policies, services
from canteen.purchasing.suppliers.errors import LicenceExpired, SupplierBlocked
from canteen.purchasing.suppliers.models import LicenceKind, Supplier
from canteen.purchasing.suppliers.policies import Standing
from canteen.purchasing.suppliers.rules import NEEDS_LICENCES
from tests.backend.media import pictures
from tests.backend.media.sending import send
from tests.factories import MONDAY

FARM = {
    "name": "青山合作社",
    "credit_code": "91310000MA1K35XX2A",
    "contact": "张三",
    "phone": "13800001234",
    "region": "云南沧源",
    "is_assistance": True,
}


def licence(kind, until):
    return SimpleNamespace(kind=LicenceKind(kind), valid_until=until)


@pytest.mark.parametrize(
    ("licences", "standing"),
    [
        ([], "ok"),
        ([("business", None)], "ok"),
        ([("food_business", MONDAY)], "expiring"),  # The last day counts.
        ([("food_business", MONDAY + timedelta(days=30))], "expiring"),
        ([("food_business", MONDAY + timedelta(days=31))], "ok"),
        ([("food_business", MONDAY - timedelta(days=1))], "expired"),
        # A renewed one takes the place of the old, whatever the order; one of another kind does not.
        ([("food_business", date(2030, 1, 1)), ("food_business", date(2020, 1, 1))], "ok"),
        ([("business", date(2030, 1, 1)), ("food_business", date(2020, 1, 1))], "expired"),
    ],
)
def test_how_a_supplier_stands_follows_from_its_licences(licences, standing):
    found = policies.standing_of(
        [licence(*one) for one in licences],
        MONDAY,
        30,
        is_active=True,
        blocked_reason="",
        needs_licences=False,
    )
    assert found is Standing(standing)


def test_licences_may_be_demanded():
    problems = policies.licence_problems([licence("food_production", None)], MONDAY, needs_licences=True)
    assert problems == ["未登记营业执照"]
    both = [licence("business", None), licence("food_business", None)]
    assert policies.licence_problems(both, MONDAY, needs_licences=True) == []


def test_a_supplier_is_entered_and_its_number_hidden(kitchen):
    made = kitchen.buyer.post("/canteen/suppliers", FARM).data
    assert (made["phone"], made["standing"], made["problems"]) == ("138****1234", "ok", [])
    path = f"/canteen/suppliers/{made['id']}"
    kept = kitchen.buyer.put(path, {**FARM, "phone": None, "contact": "李四"}).data
    assert (kept["contact"], kept["phone"]) == ("李四", "138****1234")
    assert db.session.get(Supplier, made["id"]).phone_cipher != b"13800001234"
    shown = kitchen.buyer.post(f"{path}/phone", {"reason": "催货联系"}).data
    assert shown == {"phone": "13800001234"}
    assert kitchen.storekeeper.post(f"{path}/phone", {"reason": "催货联系"}).error == "app.forbidden"
    assert kitchen.buyer.post("/canteen/suppliers", FARM).error == "canteen.supplier_taken"
    wrong = {**FARM, "name": "另一家", "credit_code": "123"}
    assert kitchen.buyer.post("/canteen/suppliers", wrong).error == "canteen.credit_code_invalid"
    wrong = {**FARM, "name": "另一家", "phone": "打我"}
    assert kitchen.buyer.post("/canteen/suppliers", wrong).error == "canteen.supplier_phone_invalid"
    assert kitchen.storekeeper.get("/canteen/suppliers", is_assistance=True, q="沧源").data["total"] == 1
    assert kitchen.buyer.put(path, {**FARM, "phone": ""}).data["phone"] is None
    assert kitchen.buyer.post(f"{path}/phone", {"reason": "催货"}).error == "canteen.supplier_phone_missing"


def test_a_licence_has_a_photo_and_may_be_put_right(kitchen):
    supplier = kitchen.supplier(licensed=False)
    path = f"/canteen/suppliers/{supplier.id}/licences"
    photo = send(kitchen.buyer, pictures.small_jpeg()).data["id"]
    body = {"kind": "food_business", "number": "JY1", "valid_until": "2026-12-01", "photo_id": photo}
    one = kitchen.buyer.post(path, body).data["licences"][0]
    assert (one["standing"], one["photo"]["thumb"][:7]) == ("expiring", "/media/")
    wrong = {**body, "valid_from": "2027-01-01"}
    assert kitchen.buyer.post(path, wrong).error == "canteen.licence_dates_invalid"
    assert kitchen.buyer.post(path, body).error == "canteen.licence_photo_unknown"
    renewed = kitchen.buyer.post(path, {**body, "photo_id": None, "valid_until": "2031-12-01"}).data
    assert [(each["valid_until"], each["counts"]) for each in renewed["licences"]] == [
        ("2031-12-01", True),
        ("2026-12-01", False),
    ]
    assert renewed["standing"] == "ok"
    withdraw = f"{path}/{renewed['licences'][0]['id']}/withdraw"
    left = kitchen.buyer.post(withdraw, {"reason": "录错了"}).data
    assert [each["number"] for each in left["licences"]] == ["JY1"]
    assert kitchen.buyer.post(withdraw, {"reason": "录错了"}).error == "canteen.licence_not_found"


def test_who_purchases_for_one_canteen_proposes_a_supplier_and_changes_none(kitchen):
    proposed = kitchen.purchaser.post("/canteen/suppliers", FARM).data
    assert (proposed["standing"], proposed["problems"]) == ("blocked", ["推荐的供应商，尚未审核"])
    path, rice = f"/canteen/suppliers/{proposed['id']}", kitchen.ingredient()
    assert kitchen.purchaser.post(f"{path}/phone", {"reason": "催货联系"}).status == 200
    calls = {
        path: FARM,
        f"{path}/licences": {"kind": "business", "number": "1"},
        f"{path}/prices": {"ingredient_id": rice.id, "pack_g": 1000, "price_fen": 1},
        "/canteen/supplier-assessments": {"quarter": "2026-11-23"},
    }
    for address, body in calls.items():
        send_it, keep_it = (
            who.put if address == path else who.post for who in (kitchen.purchaser, kitchen.buyer)
        )
        refused = send_it(address, body)
        assert (refused.status, refused.error) == (403, "canteen.supplier_shared"), address
        assert "只能由负责全部食堂采购的人员办理" in refused.envelope["msg"]
        assert keep_it(address, body).status < 300, address
    let = {"reason": ""}
    assert kitchen.manager.post(f"{path}/block", let).error == "canteen.supplier_shared"
    assert kitchen.buyer.post(f"{path}/block", let).error == "app.forbidden"
    assert kitchen.head.post(f"{path}/block", let).data["standing"] == "ok"


def test_who_is_blocked_set_aside_or_expired_may_not_supply(kitchen, compound):
    ensure = atomic(operations.ensure_may_supply)
    good, late = kitchen.supplier(), kitchen.supplier("旧粮行", licensed=False)
    kitchen.licence(late, "JY9", valid_until=MONDAY - timedelta(days=1))
    assert ensure(good.id).problems == ()
    with pytest.raises(LicenceExpired) as refused:
        ensure(late.id)
    assert refused.value.msg == "供应商“旧粮行”的证照不符合要求：食品经营许可证已于 2026-11-22 到期"
    assert ensure(late.id, MONDAY - timedelta(days=1)).id == late.id

    block = f"/canteen/suppliers/{good.id}/block"
    assert kitchen.purchaser.post(block, {"reason": "农残超标"}).error == "app.forbidden"
    assert kitchen.head.post(block, {"reason": "农残超标"}).data["standing"] == "blocked"
    with pytest.raises(SupplierBlocked):
        ensure(good.id)
    assert kitchen.manager.get("/canteen/suppliers", standing="blocked").data["total"] == 1
    kitchen.head.post(block, {"reason": ""})
    compound.rule(NEEDS_LICENCES, True)
    with pytest.raises(LicenceExpired):
        ensure(good.id)


def test_purchasers_are_told_once_before_a_licence_ends_and_once_after(kitchen):
    kitchen.purchaser.get("/canteen/suppliers")
    ending = kitchen.supplier("明日粮油", licensed=False)
    kitchen.licence(ending, "JY7", valid_until=MONDAY + timedelta(days=30))
    kitchen.supplier("无忧蔬菜")
    assert services.remind_of_licences() == 1
    assert services.remind_of_licences() == 0
    with clock.at(kitchen.at(9, on=MONDAY + timedelta(days=31))):
        assert services.remind_of_licences() == 1
        assert services.remind_of_licences() == 0
    texts = db.session.scalars(db.select(InboxMessage.text).order_by(InboxMessage.id)).all()
    assert ["将于 2026-12-23 到期" in texts[0], "已于 2026-12-23 到期" in texts[1]] == [True, True]
