"""The pick-up station in a real browser: on line, with the network cut, and afterwards."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from canteen.ordering.models import Order
from canteen.ordering.services import freeze_due_meals
from tests.client import Client

pytestmark = pytest.mark.browser


@pytest.fixture
def counter(compound):
    """A canteen whose lunch is being served now: four frozen orders, and a member of its staff."""
    now = clock.now()
    canteen = compound.canteen(name="机关食堂")
    compound.period(canteen)
    dishes = [compound.dish(canteen, "红烧肉"), compound.dish(canteen, "清炒时蔬")]
    meal = compound.meal(
        canteen,
        [(dish, None) for dish in dishes],
        served_on=clock.today(),
        closes_at=now + timedelta(hours=1),
        serves_from=now - timedelta(minutes=30),
        serves_until=now + timedelta(hours=1),
    )
    diners = []
    for number in range(4):
        staff = compound.staff(name=f"张{'一二三四'[number]}", card_no=f"8800{number}", subsidy_fen=10_000)
        client = compound.client(staff)
        order = client.post(
            "/canteen/orders",
            {
                "canteen_id": canteen.id,
                "date": clock.today().isoformat(),
                "period": "lunch",
                "items": [{"dish_id": dish.id, "portion": "standard", "quantity": 1} for dish in dishes],
                "dining": "dine_in",
            },
        ).data
        diners.append((client, order))
    with clock.at(now + timedelta(hours=1, seconds=1)):
        assert freeze_due_meals() == 1
    assert meal.id
    staff = compound.staff(name="陈师傅", roles={"canteen_staff": (ScopeKind.CANTEEN, canteen.id)})
    return staff, diners


def code(client: Client, order) -> str:
    return client.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]


def scan(page, text):
    """As a scanner types: fast, and with Enter at the end."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def forget_refusals(desk):
    """What the browser itself logs about refused and lost requests is no fault of the page."""
    expected = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "status of 404", "status of 409")
    desk.errors = [each for each in desk.errors if not any(text in each for text in expected)]


def states():
    db.session.rollback()
    return [order.state for order in db.session.query(Order).order_by(Order.id).populate_existing()]


def test_it_goes_on_when_the_network_is_lost_and_books_each_once(desk_of, counter):
    staff, diners = counter
    desk = desk_of(staff)
    page, result = desk.page, desk.page.locator("#result")
    page.goto("/console/canteen/station")
    expect(page.locator("#count-all")).to_have_text("4")
    expect(page.locator("#station[data-kept]")).to_be_visible()
    desk.picture("station-waiting")
    desk.ensure_accessible()

    codes = [code(*diner) for diner in diners]
    scan(page, codes[0])
    expect(result).to_contain_text("请取餐")
    expect(result).to_contain_text("红烧肉")
    desk.picture("station-good")
    scan(page, codes[0])
    expect(result).to_contain_text("请勿重复取餐")
    scan(page, "no such card")
    expect(result).to_contain_text("没有本餐次的有效订单")

    desk.context.set_offline(True)
    scan(page, codes[1])
    expect(result).to_contain_text("请取餐（离线）")
    expect(result).to_contain_text("张二")
    desk.picture("station-offline")
    scan(page, "88002")
    expect(result).to_contain_text("张三")
    scan(page, codes[1])
    expect(result).to_contain_text("已取餐，请勿重复")
    scan(page, codes[0])
    expect(result).to_contain_text("已取餐，请勿重复")
    forged = codes[3].split(".")
    forged[4] = "AAAAAAAAAAA"
    scan(page, ".".join(forged))
    expect(result).to_contain_text("取餐码无效")
    expect(page.locator("#count-waiting")).to_have_text("2")
    assert states() == ["picked_up", "booked", "booked", "booked"]

    # The tablet is switched off and on in between.
    page.reload()
    expect(page.locator("#count-waiting")).to_have_text("2")
    desk.context.set_offline(False)
    expect(page.locator("#count-waiting")).to_have_text("0", timeout=20_000)
    assert states() == ["picked_up", "picked_up", "picked_up", "booked"]
    expect(page.locator("#count-done")).to_have_text("3", timeout=20_000)
    forget_refusals(desk)


def test_two_tablets_offline_hand_out_the_same_order_and_one_is_told(desk_of, counter):
    staff, diners = counter
    desks = [desk_of(staff), desk_of(staff)]
    token = code(*diners[0])
    for desk in desks:
        desk.page.goto("/console/canteen/station")
        expect(desk.page.locator("#count-all")).to_have_text("4")
        desk.context.set_offline(True)
        scan(desk.page, token)
        expect(desk.page.locator("#result")).to_contain_text("请取餐（离线）")
    for desk in desks:
        desk.context.set_offline(False)
        expect(desk.page.locator("#count-waiting")).to_have_text("0", timeout=20_000)
    expect(desks[1].page.locator("#trouble-list")).to_contain_text("请核对是否重复发放")
    assert states().count("picked_up") == 1
    for desk in desks:
        forget_refusals(desk)
