"""Meals by weight: charged once and rightly, whatever comes late, twice or is taken back."""

from datetime import date, time, timedelta

from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from canteen.accounts import operations as accounts
from canteen.accounts.models import Bucket, LedgerEntry
from canteen.accounts.services import reconcile
from canteen.menu.models import DishPrice
from canteen.waste import operations as waste
from canteen.waste.models import Weighing
from canteen.waste.serving import services as serving
from tests.backend.devices.signed import SignedClient, make_device
from tests.canteen.missing import told
from tests.canteen.waste.kitchen import at
from tests.factories import MONDAY
from tests.threads import at_once


def entries():
    """(kind, who entered, memo) of what the ledger says of orders, and the sum of all."""
    db.session.rollback()
    return [
        (row.kind, row.memo)
        for row in db.session.scalars(
            select(LedgerEntry).where(LedgerEntry.order_id.is_not(None)).order_by(LedgerEntry.id)
        )
    ]


def weighing_of(seq):
    db.session.rollback()
    return db.session.scalars(select(Weighing.id).where(Weighing.seq == seq)).one()


@atomic
def take_back(seq):
    waste.void(weighing_of(seq), by=0, reason="误触")


def test_what_a_diner_took_is_charged_once_by_dish(line):
    assert line.bind_tray().data["is_by_weight"] is True
    line.serve(line.pork, 120, "12:01")
    line.serve(line.rice, 151, "12:02")
    line.serve(line.pork, 115, "12:03")
    line.serve(line.soup, 300, "12:04")
    assert line.settle("12:20") == 0
    assert line.settle("12:24") == 1
    assert [line.settle("12:30"), line.settle("13:00")] == [0, 0]
    (meal,) = line.meals()
    assert [(each["dish_name"], each["weight_g"], each["amount_fen"]) for each in meal["lines"]] == [
        ("红烧肉", 235, 846),
        ("米饭", 151, 76),
    ]
    assert (meal["amount_fen"], meal["total_fen"], meal["paid_fen"], meal["owed_fen"]) == (922, 922, 922, 0)
    assert (meal["state"], meal["meal_name"], meal["can_object"]) == ("paid", "11月23日午餐", True)
    assert line.balance() == 10_000 - 922
    assert entries() == [("order", "按克计费")]
    (message,) = told("canteen.weighed")
    assert "红烧肉 235 克（36.00 元/公斤）、米饭 151 克（5.00 元/公斤）" in message.text
    assert "9.22 元" in message.text
    order = line.me.get(f"/canteen/orders/{meal['order_id']}").data
    assert (order["origin"], order["state"], order["total_fen"]) == ("by_weight", "picked_up", 922)
    assert order["items"][0] | {"dish_id": 0} == {
        "dish_id": 0, "name": "红烧肉", "portion": "weight", "quantity": 1,
        "price_fen": 846, "amount_fen": 846, "weight_g": 235, "price_fen_per_kg": 3600,
    }  # fmt: skip # One name a line would say no more.
    assert reconcile() == []


def test_a_returned_tray_is_charged_at_once(line):
    line.bind_tray()
    line.serve(line.pork, 100)
    line.bring_back(12, "12:05")
    assert line.settle("12:06") == 1
    assert line.balance() == 10_000 - 360


def test_two_trays_of_one_diner_are_one_meal_and_one_after_the_other_is_not_the_others(line):
    other = line.person(personal_fen=5_000)
    line.bind_tray(0)
    line.serve(line.pork, 100, "12:01", tray=0)
    line.bind_tray(1, wall="12:02")
    line.serve(line.pork, 101, "12:03", tray=1)
    line.bring_back(0, "12:10", tray=0)
    line.bind_tray(0, other, wall="12:12")
    line.serve(line.rice, 200, "12:13", tray=0)
    assert line.settle("12:40") == 2
    (meal,) = line.meals()
    # Rounded once, over both trays: 201 g are 7.236 yuan, where two lines would say 3.60 + 3.64.
    assert (meal["lines"][0]["weight_g"], meal["total_fen"]) == (201, 724)
    (his,) = line.meals(line.compound.client(other))
    assert [(each["dish_name"], each["amount_fen"]) for each in his["lines"]] == [("米饭", 100)]


def test_what_comes_late_or_is_taken_back_moves_the_difference_exactly_once(line):
    line.bind_tray()
    line.serve(line.pork, 100, "12:01")
    assert line.settle("12:30") == 1
    wrong = line.serve(line.pork, 50, "12:02")
    assert [line.settle("12:31"), line.settle("12:32")] == [1, 0]
    assert line.meals()[0]["total_fen"] == 540
    take_back(wrong)
    assert [line.settle("12:33"), line.settle("12:34")] == [1, 0]
    assert (line.meals()[0]["total_fen"], line.balance()) == (360, 10_000 - 360)
    assert entries() == [("order", "按克计费"), ("order", "按克计费更正"), ("refund", "按克计费更正")]
    corrected = told("canteen.weighed_corrected")
    moved = [(each.fields["before"], each.fields["amount"], each.fields["moved"]) for each in corrected]
    assert moved == [("3.60", "5.40", "扣款"), ("5.40", "3.60", "退回")]
    assert reconcile() == []


def test_a_meal_of_which_all_is_taken_back_costs_nothing_and_may_begin_anew(line):
    line.bind_tray()
    first = line.serve(line.pork, 100, "12:01")
    line.settle("12:30")
    order_id = line.meals()[0]["order_id"]
    take_back(first)
    assert line.settle("12:31") == 1
    assert (line.meals(), line.balance()) == ([], 10_000)
    decision = {"waived_fen": 100, "answer": "退还一元"}
    refused = line.boss.post(f"/canteen/admin/weighed-meals/{order_id}/decision", decision)
    assert refused.error == "waste.weighed_meal_not_found"
    line.serve(line.rice, 200, "12:02")
    assert line.settle("12:32") == 1
    assert (line.meals()[0]["total_fen"], line.balance()) == (100, 9_900)
    assert reconcile() == []


def test_a_binding_that_a_reader_tells_late_charges_what_was_taken_meanwhile(line):
    code, secret, _ = make_device(canteen_id=line.canteen.id)
    reader = SignedClient(line.compound.app, code, secret)
    line.serve(line.pork, 100, "12:01")
    line.serve(line.pork, 50, "11:59")
    assert line.settle("12:40") == 0
    with clock.at(at("12:45")):
        body = {
            "tray_code": "T0",
            "card_no": line.diner.card_no,
            "bound_at": "2026-11-23T12:00:00+08:00",
            "sent_at": "2026-11-23T12:45:00+08:00",
        }
        assert reader.post("/devices/trays/bind", body).status == 200
    assert line.settle("12:46") == 1
    # What was served before it was bound was somebody else's.
    assert line.meals()[0]["total_fen"] == 360


def test_two_runners_charge_a_tray_once(line):
    line.bind_tray()
    line.serve(line.pork, 250)
    app = line.compound.app

    def run():
        with app.app_context():
            return serving.settle_due()

    with clock.at(at("12:40")):
        assert sorted(at_once([run] * 4)) == [0, 0, 0, 1]
    assert line.balance() == 10_000 - 900
    assert len(entries()) == 1


def test_who_has_too_little_owes_it_until_there_is_money(line):
    poor = line.person(personal_fen=1_200)
    client = line.compound.client(poor)
    line.bind_tray(0, poor)
    line.serve(line.pork, 500, "12:01")
    assert line.settle("12:30") == 1
    (meal,) = line.meals(client)
    assert (meal["state"], meal["total_fen"], meal["paid_fen"], meal["owed_fen"]) == ("owed", 1_800, 0, 1_800)
    assert "尚欠 18.00 元" in told("canteen.weighed_owed")[0].text
    refused = line.bind_tray(1, poor, wall="12:31")
    assert (refused.status, refused.error) == (409, "waste.unpaid_meal")
    assert line.settle("12:32") == 0
    listed = line.boss.get("/canteen/admin/weighed-meals", canteen_id=line.canteen.id, state="owed").data
    assert [(row["staff_name"], row["owed_fen"]) for row in listed["list"]] == [(poor.name, 1_800)]

    @atomic
    def top_up():
        accounts.deposit(
            staff_id=poor.id,
            bucket=Bucket.PERSONAL,
            amount_fen=1_000,
            at=clock.now(),
            entered_by=0,
            memo="充值",
        )

    top_up()
    assert [line.settle("12:34"), line.settle("12:36")] == [1, 0]
    assert (line.balance(client), line.meals(client)[0]["state"]) == (400, "paid")
    assert reconcile() == []


def test_below_the_least_balance_no_tray_is_bound(line):
    poor = line.person(personal_fen=999)
    refused = line.bind_tray(0, poor)
    assert (refused.status, refused.error) == (409, "waste.balance_low")


def test_who_carries_an_order_on_the_tray_needs_no_more_than_that(line):
    modest = line.person(personal_fen=900)
    line.order_soup(modest)
    assert line.bind_tray(0, modest).status == 201


def test_a_price_holds_from_the_next_meal_on(line):
    def price(fen, instant):
        @atomic
        def write():
            row = DishPrice(
                dish_id=line.pork.id, portion="weight", price_fen=fen, valid_from=instant, changed_by=0,
                changed_by_name="",
            )  # fmt: skip # One name a line would say no more.
            db.session.add(row)

        write()

    price(4_000, at("11:00"))
    price(9_900, at("11:45"))
    line.bind_tray()
    line.serve(line.pork, 100)
    line.settle("12:40")
    assert line.meals()[0]["lines"][0]["price_fen_per_kg"] == 4_000


def test_where_the_canteen_does_not_charge_by_weight_nothing_is_charged_and_nobody_is_named(compound):
    from tests.canteen.waste.line import Line

    with clock.at(at("13:00")):
        plain = Line(compound, by_weight=False)
        assert plain.bind_tray().data["is_by_weight"] is False
        plain.serve(plain.pork, 100)
        assert plain.settle("12:40") == 0
        assert plain.meals() == []


def test_an_objection_is_answered_by_a_refund_that_later_data_respect(line):
    line.bind_tray()
    line.serve(line.pork, 100, "12:01")
    line.settle("12:30")
    order_id = line.meals()[0]["order_id"]
    path = f"/canteen/me/weighed-meals/{order_id}"
    stranger = line.compound.client(line.compound.staff())
    assert stranger.get(path).error == "waste.weighed_meal_not_found"
    assert stranger.post(f"{path}/objection", {"reason": "不是我的"}).status == 404
    objected = line.me.post(f"{path}/objection", {"reason": "秤没归零"}).data
    assert (objected["objection"]["reason"], objected["can_object"]) == ("秤没归零", False)
    assert line.me.post(f"{path}/objection", {"reason": "再说一次"}).error == "waste.already_objected"
    listed = line.boss.get("/canteen/admin/weighed-meals", canteen_id=line.canteen.id, state="objected").data
    assert [row["order_id"] for row in listed["list"]] == [order_id]

    decision = f"/canteen/admin/weighed-meals/{order_id}/decision"
    body = {"waived_fen": 160, "answer": "已核实，减免"}
    assert line.counter.post(decision, body).status == 403
    assert line.boss.post(decision, {**body, "waived_fen": 361}).error == "waste.waived_too_much"
    first, again = (line.boss.post(decision, body, key="once") for _ in range(2))
    assert first.data == again.data
    assert (first.data["total_fen"], first.data["waived_fen"], first.data["answer"]) == (
        200,
        160,
        "已核实，减免",
    )
    assert line.balance() == 10_000 - 200
    assert "减免 1.60 元" in told("canteen.weighed_answered")[0].text
    line.serve(line.pork, 100, "12:02")
    assert line.settle("12:40") == 1
    assert (line.meals()[0]["total_fen"], line.balance()) == (560, 10_000 - 560)
    db.session.rollback()
    actions = {row.action for row in db.session.scalars(select(AuditEvent))}
    assert {"canteen.weighed_objected", "canteen.weighed_decided"} <= actions
    assert reconcile() == []


def test_nobody_decides_about_their_own_meal(line):
    boss = line.person(personal_fen=5_000, roles={"canteen_manager": (ScopeKind.CANTEEN, line.canteen.id)})
    client = line.compound.client(boss)
    line.bind_tray(0, boss)
    line.serve(line.pork, 100)
    line.settle("12:40")
    order_id = line.meals(client)[0]["order_id"]
    refused = client.post(
        f"/canteen/admin/weighed-meals/{order_id}/decision", {"waived_fen": 360, "answer": "免"}
    )
    assert (refused.status, refused.error) == (403, "waste.own_weighed_meal")


def test_after_its_days_an_objection_is_too_late(line):
    line.bind_tray()
    line.serve(line.pork, 100)
    line.settle("12:40")
    order_id = line.meals()[0]["order_id"]
    with clock.at(at("12:40") + timedelta(days=7)):
        late = line.compound.client(line.diner).post(
            f"/canteen/me/weighed-meals/{order_id}/objection", {"reason": "太贵"}
        )
    assert late.error == "waste.objection_closed"


def test_a_meal_by_weight_stands_beside_an_order_of_the_same_meal(line):
    ordered = line.order_soup()
    line.bind_tray()
    line.serve(line.pork, 100)
    assert line.settle("12:40") == 1
    with clock.at(at("12:41")):
        body = {"card_no": line.diner.card_no, "canteen_id": line.canteen.id, "period": "lunch"}
        picked_up = line.counter.post("/canteen/pickups", body)
    assert (picked_up.status, picked_up.envelope["data"]["id"]) == (200, ordered["id"])
    assert {order["origin"] for order in line.me.get("/canteen/orders").data["list"]} == {"self", "by_weight"}
    prep = line.boss.get(
        "/canteen/admin/prep-list", canteen_id=line.canteen.id, date=MONDAY.isoformat(), period="lunch"
    ).data
    assert [dish["dish_id"] for dish in prep["dishes"]] == [line.soup.id]


def test_a_month_with_meals_by_weight_is_settled_and_agrees_with_the_ledger(line):
    line.bind_tray()
    line.serve(line.pork, 150)
    line.settle("12:40")
    month = {"canteen_id": line.canteen.id, "month": "2026-11"}
    with clock.at(clock.at_local(date(2026, 12, 2), time(9))):
        boss = line.manager()
        seen = boss.get("/canteen/admin/settlements", **month).data
        assert seen["total_fen"] == 540
        assert [(row["picked_up"], row["personal_fen"]) for row in seen["lines"]] == [(1, 540)]
        closed = boss.post("/canteen/admin/settlements", {**month, "caterer": "某餐饮"})
        assert closed.status == 201
        statement = line.compound.client(line.diner).get("/canteen/account/statement", month="2026-11").data
    assert statement["closing_fen"] == 10_000 - 540
    attended = line.boss.get(
        "/canteen/admin/waste/summary",
        canteen_id=line.canteen.id,
        from_date=MONDAY.isoformat(),
        to_date=MONDAY.isoformat(),
    )
    assert attended.data["diners"] == 1
    assert reconcile() == []
