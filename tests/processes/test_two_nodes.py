"""Two nodes and two schedulers behind the nginx that is deployed: races, and an upgrade in turn."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from backend import clock, readiness, scheduler
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.flows import invariants, schedule
from backend.jobs import FiringState, JobFiring
from backend.notifications import operations as notifications
from backend.notifications.models import OutboxRow
from canteen.menu.models import MealDish
from canteen.ordering.models import Order, OrderLine, OrderState
from canteen.waste.models import Container, Weighing
from meeting.bookings.models import Booking
from property.work_orders.messages import URGENT_REPORTED
from tests.backend.devices.signed import make_device
from tests.backend.notifications.world import World
from tests.databases import settings_for
from tests.meeting.hall import Hall, add
from tests.processes.nodes import Cluster, Nginx, Node, Phone, until
from tests.processes.releases import ASSET, LATER, flask, make_later_release
from tests.processes.traffic import API, BATCH, Gateway, Traffic, batch
from tests.simulator import run_simulator

# Eight times an application is started, which on a machine with too much to do takes a minute each.
pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
CAP, OFFICIALS, TOLD = 40, 66, 12
RUN = (FiringState.FINISHED.value, FiringState.FAILED.value)


@pytest.fixture
def settings(postgres_template, tmp_path):
    """Several nodes share a PostgreSQL database; there is no other way."""
    with postgres_template.copy(tmp_path) as url:
        yield settings_for(tmp_path, url)


class Compoundwide:
    """What is used from both nodes: meals, rooms, a gateway, people and their phones."""

    def __init__(self, compound: Any, world: World) -> None:
        self.compound, self.hall = compound, Hall(compound)
        self.canteen = compound.canteen()
        self.dishes = [compound.dish(self.canteen), compound.dish(self.canteen)]
        self.day = clock.today() + timedelta(days=1)
        caps = list(zip(self.dishes, (CAP, None), strict=True))
        compound.meal(self.canteen, caps, served_on=self.day)
        # What is weighed now belongs to a meal that is served now.
        now = clock.now()
        begun, ends = now - timedelta(hours=1), now + timedelta(hours=1)
        today = clock.local(begun).date()
        compound.meal(
            self.canteen, {self.dishes[0]: 5}, served_on=today, serves_from=begun, serves_until=ends
        )
        add(Container(canteen_id=self.canteen.id, kind="bin", code="B1", name="", tare_g=0, stage="plate"))
        self.code, self.secret, _ = make_device(canteen_id=self.canteen.id)
        self.officials = [compound.client(compound.staff(subsidy_fen=5000)).token for _ in range(OFFICIALS)]
        self.told = [world.person(phone=f"138000001{each:02}", on="") for each in range(TOLD)]
        self.administrator = compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})

    def order(self, *quantities: int) -> dict[str, Any]:
        """The body of an order of so many of each dish."""
        pairs = zip(self.dishes, quantities, strict=True)
        items = [{"dish_id": dish.id, "quantity": quantity} for dish, quantity in pairs if quantity]
        return {
            "canteen_id": self.canteen.id,
            "date": self.day.isoformat(),
            "period": "lunch",
            "items": items,
        }

    def booking(self, start: Any) -> dict[str, Any]:
        """The body of a booking of the small room for a quarter of an hour."""
        body: dict[str, Any] = self.hall.body(self.hall.small, start, start + timedelta(minutes=15))
        return body


class Machines:
    """Two nodes, two schedulers, nginx before them, and phones that speak to it or to a node."""

    def __init__(self, cluster: Cluster, ending: ExitStack) -> None:
        self.cluster, self._ending = cluster, ending
        # One phone asks more here than a person does.
        given = {"HOUQIN_LIMIT_PERSON": "0", "HOUQIN_PROXIES": "127.0.0.1"}
        self.nodes = [cluster.web(name, is_awaited=False, **given) for name in ("a", "b")]
        self.schedulers = [cluster.scheduler(name, is_awaited=False) for name in ("s1", "s2")]
        for each in (*self.nodes, *self.schedulers):
            each.wait()
        self.nginx: Nginx = cluster.nginx(*(node.port for node in self.nodes))

    def phone(self, token: str, node: Node | None = None) -> Phone:
        """A phone that reaches the nodes through nginx, or one of them past it."""
        url, verify = (node.url, True) if node is not None else (self.nginx.url, self.nginx.certificates)
        made = Phone(url, token, verify=verify)
        self._ending.callback(made.close)
        return made

    def gateway(self, code: str, secret: str, node: Node | None = None) -> Gateway:
        """A gateway, likewise."""
        url, verify = (node.url, True) if node is not None else (self.nginx.url, self.nginx.certificates)
        made = Gateway(url, code, secret, verify=verify)
        self._ending.callback(made.close)
        return made

    def served(self) -> list[dict[str, Any]]:
        """nginx's log of requests."""
        return [json.loads(line) for line in self.nginx.requests.splitlines()]

    def wait_until_used(self, node: Node, phone: Phone) -> None:
        """Until nginx sends requests to this node again, which it had given up for some seconds."""
        address = f"127.0.0.1:{node.port}"

        def is_used() -> bool:
            phone.request("GET", "/healthz")
            return any(line["node"] == address for line in self.served()[-5:])

        until(is_used)


@pytest.fixture
def wechat_simulator(tmp_path):
    """What the nodes know as WeChat and as SMS gateway."""
    with run_simulator(tmp_path) as running:
        yield running


@pytest.fixture
def place(app, compound, wechat_simulator) -> Compoundwide:
    return Compoundwide(compound, World(app, compound, wechat_simulator))


@pytest.fixture
def machines(place, settings, tmp_path, wechat_simulator) -> Iterator[Machines]:
    leave_firings_due()
    tell_everybody(place)
    cluster = Cluster(tmp_path / "cluster", settings.database_url)
    cluster.environment |= {
        "WECHAT_BASE_URL": wechat_simulator.url,
        "SMS_URL": f"{wechat_simulator.url}/sms/messages",
        "SMS_KEY": "demo-key-of-the-sms-gateway-simulator",
        # The simulator shares a process with all the phones: what is slow there is no fault.
        "WECHAT_TIMEOUT_S": "60",
    }
    with ExitStack() as ending, cluster:
        yield Machines(cluster, ending)


@atomic
def leave_firings_due() -> None:
    """As if a scheduler had stopped before the last firing of each job: whoever starts is to catch up."""
    now = clock.now()
    for job in schedule.all_jobs():
        earlier = scheduler.due_between(job, now - timedelta(days=400), now)[-2]
        columns = {"runner": "before", "leased_until": earlier, "started_at": earlier, "finished_at": earlier}
        db.session.add(JobFiring(job=job.name, due_at=earlier, state=FiringState.FINISHED.value, **columns))


@atomic
def tell_everybody(place: Compoundwide) -> None:
    """A message by SMS for each of those who are told, waiting in the outbox."""
    fields = {"number": "1", "what": "水管爆裂", "place": "1号楼", "urgency": "紧急"}
    people = [person.id for person in place.told]
    assert len(notifications.notify(URGENT_REPORTED, people, fields, dedupe="burst")) == TOLD


def test_two_nodes_do_everything_once_while_they_are_upgraded_in_turn(
    place, machines, wechat_simulator, tmp_path, capsys
):
    with ThreadPoolExecutor(16) as pool:
        the_rush_never_oversells(place, machines, pool)
        twins_at_both_nodes_make_one_order(place, machines, pool)
        a_room_is_booked_once(place, machines, pool)
        a_batch_delivered_to_both_nodes_counts_once(place, machines, pool)
    what_is_revoked_at_one_node_ends_at_both(place, machines)
    traffic = the_nodes_are_upgraded_in_turn(place, machines, tmp_path)
    until(everything_due_has_been_done)
    for each in machines.schedulers:
        assert each.terminate() == 0
    nobody_saw_more_than_nginx_may_not_repeat(machines, traffic, capsys)
    everything_happened_once(place, traffic)
    every_job_was_run_once(machines)
    every_message_was_sent_once(wechat_simulator)
    assert invariants.violations() == []


def the_rush_never_oversells(place, machines, pool):
    phones = [machines.phone(token) for token in place.officials]
    body = place.order(1, 1)
    answers = list(
        pool.map(
            lambda each: each[1].insist("POST", f"{API}/canteen/orders", body, f"rush-{each[0]}"),
            enumerate(phones),
        )
    )
    assert Counter(each.status for each in answers) == {201: CAP, 409: OFFICIALS - CAP}
    assert {each.error for each in answers if each.status == 409} == {"canteen.sold_out"}
    assert len({each.data["id"] for each in answers if each.status == 201}) == CAP


def twins_at_both_nodes_make_one_order(place, machines, pool):
    for number in range(3):
        token = place.compound.client(place.compound.staff(subsidy_fen=5000)).token
        phones = [machines.phone(token, node) for node in machines.nodes for _ in range(4)]
        body = place.order(0, 1)
        answers = list(
            pool.map(
                lambda each, b=body, n=number: each.insist("POST", f"{API}/canteen/orders", b, f"t{n}"),
                phones,
            )
        )
        assert {each.status for each in answers} == {201}
        assert len({each.data["id"] for each in answers}) == 1


def a_room_is_booked_once(place, machines, pool):
    phones = [machines.phone(place.compound.client(place.compound.staff()).token) for _ in range(8)]
    # The traffic's races begin a day later and go on for as long as it takes.
    midnight = clock.at_local(place.day + timedelta(days=1), time.min)
    for number in range(6):
        body = place.booking(midnight + timedelta(minutes=15 * number))
        answers = list(
            pool.map(
                lambda each, b=body, n=number: each[1].insist(
                    "POST", f"{API}/meeting/bookings", b, f"slot-{n}-{each[0]}"
                ),
                enumerate(phones),
            )
        )
        assert Counter(each.status for each in answers) == {201: 1, 409: len(phones) - 1}
        assert {each.error for each in answers if each.status == 409} == {"meeting.room_taken"}


def a_batch_delivered_to_both_nodes_counts_once(place, machines, pool):
    gateways = [machines.gateway(place.code, place.secret, node) for node in machines.nodes]
    body = batch(1)
    answers = list(pool.map(lambda each: each.send(body), gateways))
    results = [item["result"] for answer in answers for item in answer.data["items"]]
    assert Counter(results) == {"accepted": BATCH, "duplicate": BATCH}


def what_is_revoked_at_one_node_ends_at_both(place, machines):
    """A logout, a role that is taken away, a role that is given: the other node knows at once."""
    here, there = machines.nodes
    token = place.compound.client(place.compound.staff()).token
    assert machines.phone(token, there).request("GET", f"{API}/me").status_code == 200
    assert machines.phone(token, here).request("POST", f"{API}/auth/logout", {}).status_code == 200
    assert machines.phone(token, there).request("GET", f"{API}/me").status_code == 401

    boss = place.compound.client(place.administrator).token
    staff = place.compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})
    token = place.compound.client(staff).token
    grants = f"{API}/admin/staff/{staff.id}/grants"
    for node in machines.nodes:
        assert machines.phone(token, node).request("GET", grants).status_code == 200
    [grant] = machines.phone(boss, here).request("GET", grants).json()["data"]["list"]
    assert machines.phone(boss, here).request("DELETE", f"{grants}/{grant['id']}").status_code == 200
    for node in (there, here):
        assert machines.phone(token, node).request("GET", grants).status_code == 401


def the_nodes_are_upgraded_in_turn(place, machines, tmp_path) -> Traffic:
    """Migrate by the later release, then a scheduler and one node after the other: the guide's steps."""
    [head] = readiness.head_migrations()
    later = make_later_release(tmp_path / "later", head)
    staff = [place.compound.staff(subsidy_fen=100_000) for _ in range(6)]
    phones = [machines.phone(place.compound.client(each).token) for each in staff]
    looking = machines.phone(place.compound.client(place.compound.staff()).token)
    traffic = Traffic(
        phones[:4],
        (phones[4], phones[5]),
        machines.gateway(place.code, place.secret),
        looking=looking,
        order=place.order(0, 1),
        booking=place.booking,
        looks=[f"{API}/home", f"{API}/canteen/orders", "/console/login", "/readyz"],
    )
    with traffic.running():
        until(lambda: traffic.has_cancelled(2))
        flask(later, machines.cluster.environment | {"HOUQIN_DATA": str(tmp_path)}, "db", "upgrade")
        assert readiness.current_migrations() == {LATER}
        # The old release serves on, on the new schema, and says that it is ready.
        before = len(traffic.cancelled)
        until(lambda: traffic.has_cancelled(before + 2))
        for node in machines.nodes:
            assert node.is_ready()
        first, last = machines.nodes
        for node in (first, last):
            assert node.terminate() == 0
            node.launch(later)
            if node is first:
                machines.schedulers[0].terminate()
                machines.schedulers[0].launch(later)
            node.wait()
            machines.wait_until_used(node, looking)
            assert node.get("/healthz").json()["data"]["release"] == "later"
            if node is first:
                # Its pages ask for files that the other node does not have.
                for _ in range(6):
                    assert looking.request("GET", f"/m/{ASSET}").status_code == 200
                assert last.get(f"/m/{ASSET}").status_code == 404
        machines.schedulers[0].wait()
        before = len(traffic.cancelled)
        until(lambda: traffic.has_cancelled(before + 2))
    return traffic


def nobody_saw_more_than_nginx_may_not_repeat(machines, traffic, capsys):
    served = machines.served()
    lost = Counter((line["method"], line["status"]) for line in served if line["status"] >= 500)
    repeated = dict(Counter(traffic.trouble))
    with capsys.disabled():
        print(  # noqa: T201 # The figures are the point of this test.
            f"\n{len(served)} requests through nginx; of it with 5xx: {dict(lost)}; repeated: {repeated}"
        )
    assert traffic.wrong == []
    assert set(traffic.seen) == {200}
    # What was sent to a node that went away: phones and gateways repeat it, and it has happened once.
    assert set(lost) <= {("POST", 502), ("POST", 503)}
    assert sum(lost.values()) == len(traffic.trouble)


def everything_happened_once(place, traffic):
    db.session.rollback()
    # What is cancelled is kept; the one who was stopped between the two has an order more.
    states = dict(db.session.execute(select(Order.id, Order.state)).all())
    assert len(set(traffic.placed)) == len(traffic.placed)
    assert {each: states[each] for each in traffic.cancelled} == dict.fromkeys(
        traffic.cancelled, OrderState.CANCELLED.value
    )
    assert len(states) == CAP + 3 + len(traffic.placed)
    releases = set(db.session.scalars(text("SELECT DISTINCT release FROM orders")))
    assert releases == {None, "later"}
    taken = dict(db.session.execute(select(MealDish.id, MealDish.taken).where(MealDish.taken > 0)).all())
    lines = dict(
        db.session.execute(
            select(OrderLine.meal_dish_id, func.sum(OrderLine.quantity * OrderLine.share))
            .join(Order, Order.id == OrderLine.order_id)
            .where(Order.state != OrderState.CANCELLED.value)
            .group_by(OrderLine.meal_dish_id)
        ).all()
    )
    assert taken == lines
    assert len(traffic.booked) > 2
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 6 + len(traffic.booked)
    sequence = sorted(db.session.scalars(select(Weighing.seq)))
    assert len(sequence) == len(set(sequence)) >= BATCH * (1 + traffic.batches)


def everything_due_has_been_done():
    """Each job has been run or recorded as missed, and nothing waits in the outbox."""
    db.session.rollback()
    fired = set(db.session.scalars(select(JobFiring.job).where(JobFiring.runner != "before")))
    waiting = db.session.scalars(select(OutboxRow.id).where(OutboxRow.state.in_(("waiting", "leased")))).all()
    return fired == {job.name for job in schedule.all_jobs()} and not waiting


def every_job_was_run_once(machines):
    """By the rows, and by what the schedulers say that they have run."""
    db.session.rollback()
    firings = db.session.scalars(select(JobFiring).where(JobFiring.runner != "before")).all()
    assert {each.job for each in firings} == {job.name for job in schedule.all_jobs()}
    run = {(each.job, each.due_at) for each in firings if each.state in RUN}
    # What a database that is too busy refuses is run again the next time.
    assert {each.error.partition(":")[0] for each in firings if each.error} <= {"app.unavailable"}
    lines = [line for each in machines.schedulers for line in each.whole_log.splitlines()]
    told = Counter(
        (line["job"], datetime.fromisoformat(line["due_at"]))
        for line in (json.loads(line) for line in lines if line.startswith("{"))
        if line["event"] in ("job finished", "job failed")
    )
    assert told == dict.fromkeys(run, 1)


def every_message_was_sent_once(wechat_simulator):
    db.session.rollback()
    sent = Counter(db.session.scalars(select(OutboxRow.state).where(OutboxRow.channel == "sms")))
    assert sent == {"sent": TOLD}
    assert len(wechat_simulator.messages(channel="sms")) == TOLD
    assert len(wechat_simulator.requests("/sms/messages")) == TOLD
