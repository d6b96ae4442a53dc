"""The worked clients of docs/api-guide.md do what the page says, over real HTTP."""

from datetime import timedelta

import httpx
import pytest

from backend import clock
from backend.notifications.models import InboxMessage
from examples import client as example
from examples import device as device_example
from examples.client import Client, Refused
from examples.device import Device, DeviceRefused
from tests.backend.devices.signed import make_device
from tests.backend.media.pictures import small_jpeg
from tests.canteen.lunch import Lunch
from tests.canteen.waste.kitchen import event
from tests.console.driven.credentials import PASSWORD, with_password
from tests.factories import MONDAY, NINE
from tests.feedback.desk import Desk, add
from tests.meeting.hall import Hall
from tests.miniapp.serving import bind_wechat
from tests.simulator import listening, run_simulator

# An answer that a busy machine gives late is not a lost one.
LONG = httpx.Timeout(250)


class House:
    """A canteen with a lunch, meeting rooms, a desk for demands, and `me`, who has a password."""

    def __init__(self, compound):
        self.lunch, self.hall, self.desk = Lunch(compound), Hall(compound), Desk(compound)
        self.me = with_password(compound, subsidy_fen=10_000)
        self.scale = make_device(self.lunch.canteen.id)[:2]


@pytest.fixture
def house(compound, worlds):
    with clock.at(NINE):
        yield worlds.one(House, compound)


@pytest.fixture
def server(app, house):
    with listening(app) as url:
        yield url


@pytest.fixture
def waited():
    """The pauses that a client made, in seconds."""
    return []


@pytest.fixture
def me(server, house, waited):
    client = Client(server, wait=waited.append)
    client._http.timeout = LONG
    client.log_in_with_password(house.me.staff_no, PASSWORD)
    return client


class Between(httpx.BaseTransport):
    """What a network does to a client's requests: each of `troubles` happens to one of them, in order."""

    def __init__(self, client, *troubles):
        self.really, self.troubles, self.requests = client._http._transport, list(troubles), []
        client._http._transport = self

    def handle_request(self, request):
        self.requests.append(request)
        return self.troubles.pop(0)(request) if self.troubles else self.really.handle_request(request)

    def lose_the_answer(self, request):
        self.really.handle_request(request).read()
        raise httpx.ReadTimeout("lost", request=request)


def busy(status, **headers):
    envelope = {"code": status, "error": "app.busy", "msg": "请稍后重试", "data": None, "request_id": "r"}
    return lambda _: httpx.Response(status, json=envelope, headers=headers)


def test_a_meal_is_found_ordered_and_picked_up(me, house):
    [meal] = me.open_meals(house.lunch.canteen.id)
    assert (meal["date"], meal["period"]) == (MONDAY.isoformat(), "lunch")
    order = me.order(house.lunch.canteen.id, meal, [meal["dishes"][0]["dish_id"]])
    assert (order["state"], order["total_fen"]) == ("booked", 600)
    assert list(me.open_meals(house.lunch.canteen.id)) == []
    code = me.pickup_code(order["id"])
    with clock.at(NINE + timedelta(hours=2, minutes=45)):
        code = me.pickup_code(order["id"])
        assert house.lunch.counter.post("/canteen/pickups", {"token": code["token"]}).status == 200
    assert me.get(f"/canteen/orders/{order['id']}")["state"] == "picked_up"


def test_a_lost_answer_orders_no_second_meal(me, house, waited):
    [meal] = me.open_meals(house.lunch.canteen.id)
    network = Between(me)
    network.troubles = [network.lose_the_answer]
    order = me.order(house.lunch.canteen.id, meal, [house.lunch.dishes[0].id])
    assert len({each.headers["Idempotency-Key"] for each in network.requests}) == 1
    assert len(network.requests) == 2
    assert waited == [1.0]
    assert [each["id"] for each in me.get("/canteen/orders")["list"]] == [order["id"]]
    assert house.lunch.taken() == [100, 0]


def test_a_busy_server_is_asked_again_as_it_says(me, waited):
    network = Between(me, busy(503), busy(429, **{"Retry-After": "7"}), busy(502))
    assert me.get("/canteens")["list"]
    assert waited == [1.0, 7.0, 4.0]
    assert len(network.requests) == 4


def test_patience_ends(me, waited):
    Between(me, *[busy(503)] * 4)
    with pytest.raises(Refused) as refused:
        me.get("/canteens")
    assert (refused.value.status, len(waited)) == (503, 3)


def test_what_waiting_does_not_mend_is_not_asked_again(me, waited):
    network = Between(me, busy(429))
    with pytest.raises(Refused):
        me.post("/feedback/reports")
    assert (len(network.requests), waited) == (1, [])


def test_a_refusal_has_a_code_for_programs_and_a_sentence_for_people(me, house):
    [meal] = me.open_meals(house.lunch.canteen.id)
    with pytest.raises(Refused) as refused:
        me.order(house.lunch.canteen.id, meal, [house.lunch.compound.dish(house.lunch.canteen).id])
    assert refused.value.error == "canteen.dish_not_offered"
    assert any("\u4e00" <= char <= "\u9fff" for char in str(refused.value))
    assert refused.value.request_id


def test_a_room_that_somebody_else_took_meanwhile_costs_another_try(me, house):
    start = NINE + timedelta(days=1)
    first = me.book_a_room(start, start + timedelta(hours=1), 5, "例会")
    second = me.book_a_room(start, start + timedelta(hours=1), 5, "座谈会")
    assert first["room_id"] != second["room_id"]
    # What was free when it was looked at: the answer of before.
    network = Between(me)
    free = me.get("/meeting/rooms/availability", capacity=5, start=_text(start), end=_text(start, hours=1))
    stale = {"rooms": [{"room": {"id": first["room_id"]}}, *free["rooms"]]}
    network.troubles = [lambda _: httpx.Response(200, json={"code": 0, "data": stale})]
    third = me.book_a_room(start, start + timedelta(hours=1), 5, "第三场")
    assert third["room_id"] == free["rooms"][0]["room"]["id"]


def _text(instant, **later):
    return (instant + timedelta(**later)).isoformat()


def test_a_problem_is_reported_with_a_photo(me, house):
    made = me.report("snap", "花盆倒了", house.desk.room.id, small_jpeg())
    report = me.get(f"/feedback/reports/{made['id']}")
    assert (report["state"], len(report["photos"])) == ("pending", 1)


def test_the_inbox_is_read_to_its_end(me, house, app):
    for number in range(45):
        add(
            InboxMessage(
                staff_id=house.me.id, kind="app.test", dedupe=str(number), title=str(number), text="",
                fields={}, page="", is_urgent=False, needs_acknowledgement=False, created_at=NINE,
            )
        )  # fmt: skip
    network = Between(me)
    assert [each["title"] for each in me.messages()] == [str(number) for number in reversed(range(45))]
    assert len(network.requests) == 3


def test_the_walk_through_the_demo(app_with, house, tmp_path, capsys):
    bind_wechat(house.lunch.compound.staff(staff_no="1001", subsidy_fen=10_000))
    with run_simulator(tmp_path) as simulator:
        port = int(simulator.url.rsplit(":", 1)[1])
        with listening(app_with(simulator_port=port, **simulator.settings())) as url:
            example.main(url)
    said = capsys.readouterr().out
    assert "已订 2026-11-23" in said
    assert "取餐码 HQ2." in said


def test_whom_nobody_knows_is_told_to_bind(app_with, house, tmp_path):
    with run_simulator(tmp_path) as simulator:
        port = int(simulator.url.rsplit(":", 1)[1])
        with listening(app_with(simulator_port=port, **simulator.settings())) as url:
            stranger = Client(url)
            with pytest.raises(LookupError):
                stranger.log_in_with_demo_wechat("9001")


def device(server, house, off=0):
    scale = Device(server, *house.scale, now=lambda: clock.now().timestamp() + off)
    scale._http.timeout = LONG
    return scale


def test_a_scale_sends_a_batch_and_strikes_off_what_is_settled(server, house):
    scale = device(server, house)
    weighed = event(1, "bin_delta", "08:30", stage="plate", gross_g=850)
    unknown = event(2, "tray_return", "08:31", tray="NOBODY", gross_g=500)
    sent = scale.weigh([weighed, unknown])
    assert sent.settled == [1]
    assert [(each["seq"], each["code"]) for each in sent.unsettled] == [(2, "waste.container_unknown")]
    assert scale.weigh([weighed]).settled == [1]


def test_a_scale_whose_clock_is_wrong_signs_by_the_server(server, house):
    weighed = event(1, "bin_delta", "08:30", stage="plate", gross_g=850)
    assert device(server, house, off=-3600).weigh([weighed]).settled == [1]


def test_a_scale_with_a_wrong_secret_is_refused(server, house):
    stranger = Device(server, house.scale[0], "not the secret", now=lambda: clock.now().timestamp())
    with pytest.raises(DeviceRefused) as refused:
        stranger.weigh([event(1, "bin_delta", "08:30", stage="plate", gross_g=850)])
    assert refused.value.error == "devices.refused"


def test_a_scale_is_tried_from_a_shell(server, house, capsys):
    device_example.main(server, *house.scale)
    assert capsys.readouterr().out.endswith("需查看 []\n")
