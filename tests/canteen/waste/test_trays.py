"""Trays: bound to whoever shows who they are, shown to their owner alone who asked for it, and forgotten."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from canteen.waste.models import TrayBinding
from canteen.waste.trays import operations, policies
from canteen.waste.trays import services as trays
from canteen.waste.trays.errors import TrayInUse
from canteen.waste.trays.policies import LastBinding
from tests.backend.devices.signed import SignedClient, make_device
from tests.canteen.waste.kitchen import at
from tests.canteen.waste.line import Line
from tests.factories import MONDAY
from tests.threads import at_once

CONSENT, OWN = "/canteen/me/tray-consent", "/canteen/me/trays"
BIND = "/canteen/waste/trays/bind"


@pytest.fixture
def plain(compound):
    """A canteen whose trays are weighed on their return, and that sells nothing by weight."""
    with clock.at(at("13:00")):
        yield Line(compound, by_weight=False)


def bindings():
    db.session.rollback()
    return list(db.session.scalars(select(TrayBinding).order_by(TrayBinding.id)).unique())


def forget():
    db.session.rollback()
    return trays.forget_old()


def own(line, month="2026-11"):
    return line.me.get(OWN, month=month).data


def test_a_tray_is_bound_by_card_by_code_by_the_pick_up_or_by_its_order(line):
    order = line.order_soup()
    with clock.at(at("12:00")):
        ways = (
            {"card_no": line.diner.card_no},
            {"diner_token": line.me.get("/me/diner-code").data["token"]},
            {"pickup_token": line.me.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]},
            {"order_id": order["id"]},
        )
        for number, way in enumerate(ways):
            body = {"canteen_id": line.canteen.id, "tray_code": f"T{number}", **way}
            bound = line.counter.post(BIND, body)
            assert (bound.status, bound.data["staff_name"]) == (201, "王五"), way
    assert [(each.staff_id, each.order_id) for each in bindings()] == [(line.diner.id, order["id"])] * 4


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"tray_code": "T9", "card_no": "CARD1"}, 404, "waste.tray_unknown"),
        ({"tray_code": "B-PLATE", "card_no": "CARD1"}, 404, "waste.tray_unknown"),
        ({"tray_code": "T0", "card_no": "nobody"}, 404, "canteen.diner_unknown"),
        ({"tray_code": "T0", "diner_token": "x"}, 422, "canteen.diner_code_invalid"),
        ({"tray_code": "T0", "pickup_token": "x"}, 422, "canteen.pickup_code_invalid"),
        ({"tray_code": "T0", "order_id": 999}, 409, "waste.order_not_of_meal"),
        ({"tray_code": "T0"}, 422, "app.invalid"),
        ({"tray_code": "T0", "card_no": "CARD1", "order_id": 1}, 422, "app.invalid"),
    ],
)
def test_what_is_unknown_is_not_bound(line, body, status, error):
    with clock.at(at("12:00")):
        refused = line.counter.post(BIND, {"canteen_id": line.canteen.id, **body})
    assert (refused.status, refused.error) == (status, error)
    assert bindings() == []


def test_only_who_serves_there_binds(line):
    elsewhere = line.compound.canteen()
    roles = {"canteen_staff": (ScopeKind.CANTEEN, elsewhere.id)}
    stranger = line.compound.client(line.compound.staff(roles=roles))
    assert line.bind_tray(by=stranger).status == 403
    assert line.bind_tray(by=line.me).status == 403


def test_the_same_tray_for_the_same_diner_is_bound_once_and_for_another_not_at_once(line):
    other = line.person(personal_fen=5_000)
    first = line.bind_tray().data
    assert line.bind_tray(wall="12:01").data == first
    assert line.bind_tray(0, other, wall="12:02").error == "waste.tray_in_use"
    line.bring_back(0, "12:03")
    assert line.bind_tray(0, other, wall="12:04").status == 201
    assert [each.staff_id for each in bindings()] == [line.diner.id, other.id]


def test_two_diners_who_take_one_tray_at_once_get_it_once(line):
    people = [line.person(personal_fen=5_000).card_no for _ in range(4)]
    body = {"canteen_id": line.canteen.id, "tray_code": "T0"}
    with clock.at(at("12:00")):
        answers = at_once(
            [lambda card=card: line.counter.post(BIND, {**body, "card_no": card}) for card in people]
        )
    assert sorted(each.status for each in answers) == [201, 409, 409, 409]
    assert len(bindings()) == 1


NOON = at("12:00")


@pytest.mark.parametrize(
    ("last", "is_free"),
    [
        (None, True),
        (LastBinding(1, NOON - timedelta(minutes=4), 1, 1, None), False),
        (LastBinding(1, NOON - timedelta(minutes=4), 1, 1, NOON - timedelta(minutes=1)), True),
        (LastBinding(1, NOON - timedelta(minutes=5), 1, 1, None), True),
        # A reader that was offline tells an earlier binding after a later one.
        (LastBinding(1, NOON + timedelta(minutes=3), 1, 1, None), False),
    ],
)
def test_a_tray_is_free_once_it_is_back_or_was_bound_long_ago(last, is_free):
    if is_free:
        policies.ensure_free(last, NOON)
        return
    with pytest.raises(TrayInUse):
        policies.ensure_free(last, NOON)


def test_a_reader_at_the_line_binds_and_shows_no_whole_name(line):
    code, secret, _ = make_device(canteen_id=line.canteen.id)
    reader = SignedClient(line.compound.app, code, secret)
    with clock.at(at("12:00")):
        body = {
            "tray_code": "T0",
            "card_no": line.diner.card_no,
            # Its clock is an hour ahead, and it tells a minute late.
            "bound_at": "2026-11-23T12:59:00+08:00",
            "sent_at": "2026-11-23T13:00:00+08:00",
        }
        bound = reader.post("/devices/trays/bind", body).data
    assert (bound["staff_name"], bound["is_by_weight"]) == ("王*", True)
    assert bound["bound_at"] == "2026-11-23T11:59:00+08:00"
    assert [each.staff_id for each in bindings()] == [line.diner.id]


def test_an_official_sees_their_own_trays_only_once_they_chose_to(plain):
    assert plain.me.get(CONSENT).data == {"is_on": False, "since": None}
    plain.bind_tray(0)
    plain.bring_back(30, "12:20", tray=0)
    assert [(each.staff_id, each.order_id) for each in bindings()] == [(None, None)]
    assert plain.me.put(CONSENT, {"is_on": True}).data["is_on"] is True
    assert own(plain) == {"month": "2026-11", "is_on": True, "trays": []}
    plain.bind_tray(1, wall="12:05")
    plain.bring_back(10, "12:30", tray=1)
    (tray,) = own(plain)["trays"]
    assert (tray["meal_name"], tray["canteen_name"]) == ("11月23日午餐", plain.canteen.name)
    assert (tray["served_g"], tray["leftover_g"], tray["is_clean"]) == (None, 10, True)
    assert own(plain, "2026-10")["trays"] == []
    other = plain.compound.client(plain.compound.staff())
    assert other.get(OWN, month="2026-11").data["trays"] == []


def test_what_one_sees_of_ones_trays_is_no_sum_and_no_rank(plain):
    plain.me.put(CONSENT, {"is_on": True})
    plain.bind_tray()
    shown = own(plain)
    assert set(shown) == {"month", "is_on", "trays"}
    assert set(shown["trays"][0]) == {
        *("date", "period", "meal_name", "canteen_name", "bound_at", "returned_at"),
        *("served_g", "leftover_g", "is_clean"),
    }


def test_turning_it_off_forgets_at_once(plain):
    plain.me.put(CONSENT, {"is_on": True})
    plain.bind_tray()
    assert [each.staff_id for each in bindings()] == [plain.diner.id]
    assert plain.me.put(CONSENT, {"is_on": False}).data == {"is_on": False, "since": None}
    assert [(each.staff_id, each.shows_own) for each in bindings()] == [(None, False)]
    assert plain.me.put(CONSENT, {"is_on": False}).status == 200
    plain.me.put(CONSENT, {"is_on": True})
    assert own(plain)["trays"] == []
    db.session.rollback()
    actions = [
        row.action
        for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        if "own_trays" in row.action
    ]
    assert actions == ["canteen.own_trays_shown", "canteen.own_trays_hidden", "canteen.own_trays_shown"]


def test_turning_it_off_keeps_what_a_charge_needs_and_shows_it_no_longer(line):
    line.me.put(CONSENT, {"is_on": True})
    line.bind_tray()
    line.serve(line.pork, 100)
    line.me.put(CONSENT, {"is_on": False})
    assert [(each.staff_id, each.shows_own) for each in bindings()] == [(line.diner.id, False)]
    assert line.settle("12:40") == 1
    assert own(line)["trays"] == []


def test_the_night_forgets_whose_trays_nothing_needs_any_more_after_what_came_late_is_charged(line):
    line.bind_tray()
    line.serve(line.pork, 100)
    line.settle("12:40")
    with clock.at(at("03:37", MONDAY + timedelta(days=3))):
        line.serve(line.rice, 200, "12:02")
        assert forget() == 0
    assert line.meals()[0]["total_fen"] == 460
    with clock.at(at("03:37", MONDAY + timedelta(days=4))):
        assert forget() == 1
        line.serve(line.rice, 200, "12:03")
        assert forget() == 0
    assert [(each.staff_id, each.order_id) for each in bindings()] == [(None, None)]
    assert line.meals()[0]["total_fen"] == 460


def test_what_cannot_be_charged_keeps_nobodys_name_any_longer(line):
    line.bind_tray()
    line.serve(line.pork, 100)
    line.settle("12:40")

    @atomic
    def rename(old, new):
        db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    rename("weighed_meals", "weighed_meals_away")
    with clock.at(at("03:37", MONDAY + timedelta(days=4))), pytest.raises(DBAPIError):
        forget()
    rename("weighed_meals_away", "weighed_meals")
    assert [(each.staff_id, each.order_id) for each in bindings()] == [(None, None)]


def test_what_was_charged_stays_when_the_trays_of_a_person_are_erased(line):
    other = line.person(personal_fen=5_000)
    line.bind_tray(0)
    line.bind_tray(1, other)
    line.serve(line.pork, 100, tray=0)
    line.settle("12:40")

    @atomic
    def erase():
        return operations.forget_of(line.diner.id)

    assert erase() == 1
    line.serve(line.rice, 200, tray=1)
    assert line.settle("12:50") == 1
    assert (line.meals()[0]["total_fen"], line.balance()) == (360, 10_000 - 360)


def test_who_sees_their_own_trays_sees_them_as_long_as_the_rule_says(plain):
    plain.me.put(CONSENT, {"is_on": True})
    plain.bind_tray()
    with clock.at(clock.at_local(MONDAY + timedelta(days=365), time(3, 37))):
        assert forget() == 0
    with clock.at(clock.at_local(MONDAY + timedelta(days=366), time(3, 37))):
        assert forget() == 1


def test_a_copy_of_ones_data_tells_of_trays_and_of_the_choice(line):
    from backend.flows.personal_data import PARTS

    line.me.put(CONSENT, {"is_on": True})
    line.bind_tray()
    line.serve(line.pork, 100)
    line.bring_back(15, "12:20")
    db.session.rollback()
    rows = {part.name: part.read for part in PARTS}
    (tray,) = rows["trays"](line.diner.id)
    assert (tray["餐次"], tray["取用（克）"], tray["剩余（克）"]) == ("11月23日午餐", 100, 15)
    (choice,) = rows["tray_consents"](line.diner.id)
    assert choice["关闭时间"] is None
    assert rows["trays"](line.person().id) == []


@pytest.mark.parametrize(("name", "masked"), [("王五", "王*"), ("欧阳明日", "欧***"), ("李", "李*")])
def test_a_display_shows_no_whole_name(name, masked):
    assert policies.mask_name(name) == masked
