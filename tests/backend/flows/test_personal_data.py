"""The copy of one's data tells what each module of the canteen keeps, in words and without anybody else's."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

from backend.db import atomic, db
from backend.flows.personal_data import PAGE_NAME, PARTS, pack
from canteen.ordering.models import Order
from canteen.ordering.pauses.models import OrderPause
from canteen.ordering.receptions.models import Reception
from canteen.pickups.no_shows.models import NoShow
from tests.canteen.lunch import lunch
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

__all__ = ["lunch"]

ROWS = {part.name: part.read for part in PARTS}


def test_every_part_of_a_diners_life_is_told_in_words(lunch, compound):
    me = compound.staff("2001", name="王五", subsidy_fen=5000)
    client = compound.client(me)
    compound.staff("2002", name="李四", subsidy_fen=5000)
    order_id = lunch.place(1, 1, by=client, portion="half").data["id"]
    dish = lunch.dishes[0]
    standing = {
        "canteen_id": lunch.canteen.id,
        "period": "lunch",
        "choices": [{"items": [{"dish_id": dish.id, "portion": "half", "quantity": 2}]}],
    }
    assert client.post("/canteen/standing-orders", standing).status == 201
    assert client.post("/canteen/consents", {"staff_no": "2002"}).status == 201
    absence = {"kind": "trip", "from_date": "2026-12-01", "until_date": "2026-12-02", "reason": "去杭州"}
    assert client.post("/me/absences", absence).status == 201
    _miss_and_receive(me.id, order_id)
    db.session.rollback()

    (order,) = ROWS["orders"](me.id)
    names = [each.name for each in lunch.dishes]
    assert (order["菜品"], order["金额（元）"]) == (f"{names[0]}（半份）×1、{names[1]}（半份）×1", "7.50")
    assert (order["餐别"], order["状态"], order["食堂"]) == ("午餐", "已预订", lunch.canteen.name)
    (kept,) = ROWS["standing_orders"](me.id)
    assert (kept["星期"], kept["选择（按先后）"]) == ("一、二、三、四、五", f"{names[0]}（半份）×2")
    (consent,) = ROWS["colleagues"](me.id)
    assert (consent["授权人"], consent["可代订的同事"]) == ("王五", "李四")
    (trip,) = ROWS["absences"](me.id)
    assert (trip["类型"], trip["事由"], trip["自"]) == ("出差", "去杭州", "2026-12-01 上午")
    (missed,) = ROWS["no_shows"](me.id)
    assert (missed["餐次"], missed["申诉理由"]) == ("11月23日午餐", "临时开会")
    (pause,) = ROWS["pauses"](me.id)
    assert (pause["食堂"], pause["未取餐次数"]) == (lunch.canteen.name, 3)
    (reception,) = ROWS["receptions"](me.id)
    assert (reception["身份"], reception["公函号"]) == ("申请人", "函〔2026〕1号")
    assert [row["事项"] for row in ROWS["entries"](me.id)] == ["发放补贴", "订餐"]
    assert sum(len(row["账户"]) > 0 for row in ROWS["balances"](me.id)) == 2


def test_the_parts_take_as_many_statements_for_one_order_as_for_many(lunch, compound):
    me = compound.staff(subsidy_fen=5000)
    client, staff_id = compound.client(me), me.id

    def statements():
        db.session.rollback()
        db.session.expunge_all()
        with counted_statements() as sent:
            for part in PARTS:
                part.read(staff_id)
        return len(sent)

    lunch.place(1, by=client)
    few = statements()
    for days in range(1, 4):
        served_on = MONDAY + timedelta(days=days)
        compound.meal(lunch.canteen, {lunch.dishes[0]: None}, served_on=served_on)
        assert lunch.place(1, by=client, date=served_on.isoformat()).status == 201
    assert statements() == few


def test_names_that_look_like_html_stay_text(app):
    packed = pack([(PARTS[0], [{"姓名": "<script>alert(1)</script>"}])])
    with ZipFile(BytesIO(packed)) as files:
        page = files.read(PAGE_NAME).decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


@atomic
def _miss_and_receive(staff_id, order_id):
    """Rows that only jobs and managers write."""
    order = db.session.get(Order, order_id)
    db.session.add(
        NoShow(
            order_id=order_id, meal_id=order.meal_id, canteen_id=order.canteen_id, staff_id=staff_id,
            department_id=order.department_id, served_on=MONDAY, period="lunch", state="appealed",
            was_absent=False, recorded_at=NINE, appeal_reason="临时开会", appealed_at=NINE,
        )
    )  # fmt: skip # One name a line would say no more.
    db.session.add(
        OrderPause(
            order_id=order_id, staff_id=staff_id, canteen_id=order.canteen_id, missed=3,
            from_at=NINE, until_at=NINE + timedelta(days=3),
        )
    )  # fmt: skip # One name a line would say no more.
    db.session.add(
        Reception(
            canteen_id=order.canteen_id, served_on=MONDAY, period="lunch", serves_from=NINE,
            requester_id=staff_id, department_id=order.department_id, state="submitted",
            letter_no="函〔2026〕1号", letter_from="某市某局", letter_key="k", purpose="study",
            standard_fen=6000, guests=3, companions=1, total_fen=24000, filed_at=NINE,
        )
    )  # fmt: skip # One name a line would say no more.
