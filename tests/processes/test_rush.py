"""The rush against real server processes: races between them, and a kill in the middle."""

import http.client
import json
import threading
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.db import db
from canteen.accounts.services import reconcile
from canteen.menu.models import MealDish
from canteen.ordering.models import Order, OrderLine
from tests.databases import ENVIRONMENT
from tests.servers import server, start_server

pytestmark = pytest.mark.processes
DAY = clock.today() + timedelta(days=1)


@pytest.fixture
def environment(settings):
    """The environment in which a server process finds this test's database."""
    return {**ENVIRONMENT, "HOUQIN_DATA": str(settings.data_dir), "DATABASE_URL": settings.database_url}


@pytest.fixture
def kitchen(compound):
    """A canteen whose two dishes are served tomorrow."""
    canteen = compound.canteen()
    return canteen, [compound.dish(canteen), compound.dish(canteen)]


def offer(compound, kitchen, *caps):
    canteen, dishes = kitchen
    return compound.meal(canteen, list(zip(dishes, caps, strict=True)), served_on=DAY)


def post(port, client, body, key):
    """The status and data of one order over real HTTP; None if the server died over it."""
    request = urllib.request.Request(  # A fixed loopback address.
        f"http://127.0.0.1:{port}/api/v1/canteen/orders",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {client.token}",
            "Idempotency-Key": key,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 # The same.
            return answer.status, json.loads(answer.read())["data"]
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())
    except (OSError, http.client.HTTPException):
        return None


def order_of(kitchen, *quantities):
    canteen, dishes = kitchen
    items = [
        {"dish_id": dish.id, "quantity": quantity}
        for dish, quantity in zip(dishes, quantities, strict=False)
        if quantity
    ]
    return {"canteen_id": canteen.id, "date": DAY.isoformat(), "period": "lunch", "items": items}


def books_are_right():
    db.session.rollback()
    taken = dict(db.session.execute(select(MealDish.id, MealDish.taken).where(MealDish.taken > 0)).all())
    lines = dict(
        db.session.execute(
            select(OrderLine.meal_dish_id, func.sum(OrderLine.quantity * OrderLine.share))
            .join(Order, Order.id == OrderLine.order_id)
            .where(Order.state != "cancelled")
            .group_by(OrderLine.meal_dish_id)
        ).all()
    )
    assert taken == lines
    assert reconcile() == []


def test_three_processes_never_oversell(compound, kitchen, environment):
    offer(compound, kitchen, 25, 500)
    crowd = [compound.client(compound.staff(subsidy_fen=5000)) for _ in range(80)]
    body = order_of(kitchen, 1, 1)
    with (
        server(environment, workers=3, threads=2) as port,
        ThreadPoolExecutor(24) as pool,
    ):
        answers = list(pool.map(lambda pair: post(port, pair[1], body, f"k{pair[0]}"), enumerate(crowd)))
    assert Counter(status for status, _ in answers) == {201: 25, 409: 55}
    assert {data["error"] for status, data in answers if status == 409} == {"canteen.sold_out"}
    books_are_right()


def test_twins_in_different_processes_make_one_order(compound, kitchen, environment):
    offer(compound, kitchen, 500, 500)
    body = order_of(kitchen, 1)
    with server(environment, workers=3, threads=2) as port:
        for number in range(4):
            client = compound.client(compound.staff(subsidy_fen=5000))
            with ThreadPoolExecutor(12) as pool:
                answers = list(
                    pool.map(lambda _, c=client, n=number: post(port, c, body, f"k{n}"), range(12))
                )
            assert {status for status, _ in answers} == {201}
            assert len({data["id"] for _, data in answers}) == 1
    assert db.session.scalar(select(func.count()).select_from(Order)) == 4
    books_are_right()


def test_a_server_killed_in_mid_rush_loses_no_acknowledged_order(compound, kitchen, environment):
    offer(compound, kitchen, 5000, 5000)
    crowd = [compound.client(compound.staff(subsidy_fen=5000)) for _ in range(150)]
    body = order_of(kitchen, 1, 1)
    victim = start_server(environment, workers=2, threads=2)
    acknowledged = {}
    enough = threading.Event()

    def place(pair):
        number, client = pair
        answer = post(victim.port, client, body, f"k{number}")
        if answer is not None and answer[0] == 201:
            acknowledged[number] = answer[1]["id"]
            if len(acknowledged) >= 40:
                enough.set()

    def kill():
        enough.wait(timeout=60)
        victim.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(place, enumerate(crowd)))
    killer.join()
    assert 40 <= len(acknowledged) < len(crowd), "the kill came too late to prove anything"
    db.session.rollback()
    kept = set(db.session.scalars(select(Order.id)))
    assert set(acknowledged.values()) <= kept
    books_are_right()

    # Everybody tries again with the same key: one order each, and the acknowledged ones are the same.
    with (
        server(environment, workers=2, threads=2) as again,
        ThreadPoolExecutor(12) as pool,
    ):
        answers = list(pool.map(lambda pair: post(again, pair[1], body, f"k{pair[0]}"), enumerate(crowd)))
    assert {status for status, _ in answers} == {201}
    assert {n: data["id"] for n, (_, data) in enumerate(answers) if n in acknowledged} == acknowledged
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Order)) == len(crowd)
    books_are_right()
