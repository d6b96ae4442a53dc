"""Random steps of random people: no illegal state, no lost report, no double rating, no leaked name."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import db
from backend.identity.models import Staff
from backend.ratings import services as ratings
from backend.ratings.models import Rating
from backend.vault import encrypt, keyed_hash
from feedback.reports import closing, recounting
from feedback.reports.models import Assignment, Report, ReportEvent, State
from feedback.reports.ratings import HANDLING
from feedback.reports.rules import MOST_A_DAY, MOST_OPEN
from property.categories.models import Category as RepairCategory
from property.work_orders.models import WorkOrder
from property.workforce.models import Group, Worker
from tests.backend.media.sending import fetch
from tests.client import Answer, Client
from tests.factories import LONG_AGO, NINE
from tests.feedback.desk import Desk, add
from tests.feedback.reports.test_handling import photo
from tests.feedback.reports.test_transitions import TABLE

# What an answer may be; anything else is a fault of ours.
EXPECTED: Final = {200, 201, 400, 403, 404, 409, 422, 429}
SHY: Final = ("shy_one", "shy_two")
PEOPLE: Final = (
    *("reporter", "neighbour", "officer", "approver", "visitor", "keeper", "lead", "member", "mate"),
    *("outsider", "dispatcher", "worker", *SHY),
)
_OFFICE: Final = ("lead", "member", "mate", "outsider")
CATEGORIES: Final = ("snap", "danger", "complaint", "suggestion")
# Where a verb has a chance; most of the time it is tried there.
LIKELY: Final = {
    "accept": "pending",
    "assign": "pending accepted assigned",
    "reject": "pending accepted",
    "duplicate": "pending accepted assigned suspended",
    "unhide": "hidden",
    "reply": "accepted assigned in_order",
    "rate": "to_rate",
    "reopen": "to_rate closed",
    "withdraw": "pending accepted",
    "remind": "pending accepted assigned",
    "follow": "pending accepted assigned",
    "extend": "assigned",
    "suspend": "assigned",
    "object": "assigned",
    "resume": "suspended",
    "visit": "closed to_rate",
    "order": "accepted assigned",
    "work": "in_order",
    "publish": "closed to_rate",
}
FIRST: Final = 4  # Reports to begin with.
OPEN311: Final = "/open311/v2/requests.json"
WITH_ASSIGNMENT: Final = ("assigned", "in_order", "suspended")


@dataclass
class World:
    """What was acknowledged, and what must not be told."""

    desk: Desk
    chance: random.Random
    now: datetime = NINE
    reporters: dict[int, str] = field(default_factory=dict)
    secrets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    staff_ids: dict[str, int] = field(default_factory=dict)
    links: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[int, int] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def client(self, who: str) -> Client:
        found: Client = getattr(self.desk, who)
        return found

    def likely(self, verb: str) -> Report | None:
        """A report with which the verb may be possible, if there is one."""
        db.session.rollback()
        states = LIKELY[verb].split() if verb in LIKELY else list(State)
        found = db.session.scalars(
            select(Report).where(Report.state.in_(states)).order_by(Report.id.desc()).limit(8)
        ).all()
        return self.chance.choice(found) if found else None

    def any_report(self) -> int:
        """One of the latest more often than an old one; now and then one that is not there."""
        known = list(self.reporters)
        if not known or self.chance.random() < 0.02:
            return 999_999
        return self.chance.choice(known[-6:] if self.chance.random() < 0.7 else known)


def submit(world: World) -> tuple[str, Answer]:
    who = world.chance.choice((*SHY, "reporter", "neighbour", "member", "officer"))
    # Who is shy never signs anything: whatever names them is a leak.
    is_anonymous = who in SHY or world.chance.random() < 0.2
    photos = [photo(world.client(who))] if world.chance.random() < 0.1 else []
    body = world.desk.body(
        category=world.chance.choice(CATEGORIES),
        text=f"问题{world.chance.randrange(10**6)}",
        is_anonymous=is_anonymous,
        is_wall_consented=world.chance.random() < 0.7,
        photo_ids=photos,
    )
    answer = world.client(who).post("/feedback/reports", body)
    if answer.status == 201:
        world.reporters[int(answer.data["id"])] = who
    return who, answer


def step(verb: str, entitled: tuple[str, ...], body: Callable[[World], dict[str, Any]]) -> Any:
    """A verb by one of those who may or, now and then, by anybody."""

    def take(world: World) -> tuple[str, Answer]:
        likely = world.likely(verb) if world.chance.random() < 0.75 else None
        report_id = likely.id if likely is not None else world.any_report()
        owner = world.reporters.get(report_id, "reporter")
        may = tuple(owner if each == "owner" else each for each in entitled)
        if likely is not None and likely.assignment_id is not None and entitled[:4] == _OFFICE:
            may = _OFFICE[:3] if likely.office_id == world.desk.office.id else _OFFICE[3:]
        who = world.chance.choice(may if world.chance.random() < 0.85 else PEOPLE)
        said = body(world)
        if verb in ("reply", "note") and world.chance.random() < 0.1:
            said["photo_ids"] = [photo(world.client(who))]
        answer = world.desk.do(world.client(who), report_id, verb, **said)
        if answer.status == 200 and verb == "hide":
            for link in world.links.pop(report_id, ()):
                assert fetch(world.client(who).app, link).status_code == 404, "a hidden photo is shown"
        return who, answer

    return take


def merge(world: World) -> tuple[str, Answer]:
    who = world.chance.choice(("officer", "officer", *PEOPLE))
    ids = [world.any_report() for _ in range(world.chance.randint(1, 3))]
    body = {"master_id": world.any_report(), "report_ids": ids}
    return who, world.client(who).post("/feedback/reports/merge", body)


def lapse(world: World) -> tuple[str, None]:
    """Some days pass, and the job runs."""
    world.now += timedelta(hours=world.chance.choice((1, 5, 30, 80, 200)))
    with clock.at(world.now):
        world.desk.log_in()
        closing.lapse()
    return "system", None


def decide(world: World) -> tuple[str, Answer]:
    """An application that waits, if there is one, by somebody who may or not."""
    who = world.chance.choice(("approver", "officer", *PEOPLE))
    listed = world.client(who).get("/feedback/applications", scope="all", state="waiting")
    if listed.status != 200 or not listed.data["list"]:
        return who, listed
    chosen = world.chance.choice(listed.data["list"])
    verb, body = world.chance.choice((("approve", {}), ("refuse", {"text": "请按期办理"})))
    return who, world.client(who).post(f"/feedback/applications/{chosen['id']}/{verb}", body)


def work(world: World) -> tuple[str, Answer]:
    """The next step with a work order that was raised of a report, mostly one that is possible."""
    report = world.likely("work")
    order = db.session.get(WorkOrder, report.order_id) if report is not None and report.order_id else None
    if order is None:
        return "dispatcher", world.client("dispatcher").get("/property/work-orders", scope="all")
    hand_out = {"worker_id": world.staff_ids["worker"]}
    who, verb, body = {
        "submitted": world.chance.choice(
            (
                ("dispatcher", "accept", {}),
                ("dispatcher", "accept", {}),
                ("dispatcher", "reject", {"text": "无需维修"}),
            )
        ),
        "triaged": ("dispatcher", "dispatch", hand_out),
        "dispatched": ("worker", "accept", {}),
        "working": ("worker", "finish", {"result": "换了花盆"}),
        "finished": ("visitor", "verify", {"outcome": "resolved"}),
    }.get(order.state, ("dispatcher", "accept", {}))
    return who, world.client(who).post(f"/property/work-orders/{order.id}/{verb}", body)


def moderate(world: World) -> tuple[str, Answer]:
    """What waits for a person is mostly found to be clean."""
    listed = world.desk.officer.get("/feedback/moderation", state="manual")
    if listed.status != 200 or not listed.data["list"]:
        return "officer", listed
    chosen = world.chance.choice(listed.data["list"])
    verdict = "pass" if world.chance.random() < 0.9 else "refuse"
    body = {"verdict": verdict, "reason": "人工复核", "revision": chosen["revision"]}
    return "officer", world.desk.officer.post(f"/feedback/moderation/{chosen['id']}/decide", body)


def _text(*texts: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"text": world.chance.choice(texts)}


def _none(world: World) -> dict[str, Any]:
    return {}


def _office(world: World) -> dict[str, Any]:
    office = world.chance.choice((world.desk.office, world.desk.office, world.desk.other_office))
    return {"office_id": office.id}


def _rating(world: World) -> dict[str, Any]:
    return {
        "outcome": world.chance.choice(("resolved", "resolved", "partly", "unresolved")),
        "scores": {"speed": world.chance.randint(1, 6), "result": world.chance.randint(1, 5)},
        "text": world.chance.choice(("", "还有一处", "没人来")),
        "is_reopening": world.chance.random() < 0.8,
    }


def _until(world: World) -> dict[str, Any]:
    later = clock.local(world.now + timedelta(days=world.chance.randint(1, 20)))
    return {"reason": "等材料", "until_at": later.isoformat(timespec="seconds")}


def _review(world: World) -> dict[str, Any]:
    return {"reason": "待立项", "review_on": (world.now.date() + timedelta(days=20)).isoformat()}


def _visit(world: World) -> dict[str, Any]:
    return {
        "is_reached": True,
        "outcome": world.chance.choice(("resolved", "partly", "unresolved")),
        "grade": world.chance.randint(1, 5),
        "text": "电话回访",
        "is_reopening": world.chance.random() < 0.5,
    }


ACTIONS: Final[tuple[tuple[int, Any], ...]] = (
    (14, submit),
    (8, step("accept", ("officer",), _none)),
    (14, step("assign", ("officer",), _office)),
    (14, step("reply", (*_OFFICE, "officer"), _text("已处理", "已说明情况"))),
    (14, step("rate", ("owner",), _rating)),
    (5, step("reopen", ("owner",), _text("没好", "又坏了"))),
    (
        4,
        step(
            "note",
            (*_OFFICE, "officer"),
            lambda world: {"text": "在办", "is_public": world.chance.random() < 0.5},
        ),
    ),
    (2, step("reject", ("officer",), _text("不属后勤"))),
    (3, step("duplicate", ("officer",), lambda world: {"master_id": world.any_report()})),
    (2, merge),
    (3, step("hide", ("officer",), _text("含个人信息"))),
    (4, step("unhide", ("officer",), _none)),
    (2, step("supervise", ("officer", "approver"), _none)),
    (1, step("unsupervise", ("officer", "approver"), _none)),
    (2, step("withdraw", ("owner",), _none)),
    (2, step("remind", ("owner",), _none)),
    (3, step("follow", ("neighbour", "reporter", "visitor"), _none)),
    (1, step("unfollow", ("neighbour", "reporter", "visitor"), _none)),
    (3, step("extend", _OFFICE, _until)),
    (3, step("suspend", _OFFICE, _review)),
    (2, step("object", _OFFICE, lambda world: {"reason": "不属本单位职责"})),
    (2, step("resume", ("officer", "approver", *_OFFICE), _none)),
    (2, step("visit", ("visitor",), _visit)),
    (8, moderate),
    (4, step("order", ("officer",), lambda world: {"repair_category": "pots"})),
    (12, work),
    (4, step("publish", ("officer",), lambda world: {"text": "花盆已扶正", "photos": []})),
    (1, step("unpublish", ("officer",), _none)),
    (6, decide),
    (3, lapse),
)


def read_something(world: World) -> tuple[str, Answer]:
    """What somebody may look at: lists, a detail, a ticket, a workbook, what is open to all."""
    who = world.chance.choice(PEOPLE)
    report_id = world.any_report()
    paths = [
        *(f"/feedback/reports?scope={scope}" for scope in ("public", "desk", "office", "followed", "mine")),
        *[f"/feedback/reports/{report_id}"] * 6,
        f"/feedback/reports/{report_id}/rating",
        "/feedback/reports/export",
        "/feedback/reports/supervision",
        "/feedback/visits/due",
        "/feedback/applications?scope=all",
        "/feedback/moderation?state=manual",
        "/inbox",
        "/property/work-orders?scope=all",
        f"/feedback/reports/{report_id}/order",
        "/feedback/reports/statistics?from_date=2026-11-01&until_date=2026-12-31",
        OPEN311,
    ]
    path = world.chance.choice(paths)
    if path == OPEN311:
        return "anybody", open311(world)
    answer = world.client(who).request("GET", path)
    if answer.status == 200 and path == f"/feedback/reports/{report_id}":
        shown = answer.data
        found = set(_links(shown))
        assert not (found and shown["state"] == "hidden"), "a hidden report gives photos out"
        world.links[report_id] |= found
    return who, answer


def open311(world: World) -> Answer:
    """What the whole world may read."""
    found = fetch(world.desk.officer.app, OPEN311)
    return Answer(found.status_code, {}, found.data, found.headers)


def _links(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _links(value)
    elif isinstance(data, list):
        for value in data:
            yield from _links(value)
    elif isinstance(data, str) and "/media/" in data:
        yield data


def told_in(answer: Answer) -> str:
    """All that an answer says, of a workbook, too."""
    if answer.body[:2] == b"PK":
        try:
            with ZipFile(BytesIO(answer.body)) as book:
                return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
        except BadZipFile:
            pass
    return answer.body.decode(errors="replace")


def numbers_in(data: Any) -> Iterator[tuple[str, int]]:
    """Every number that an answer names somebody by."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, int) and any(
                each in key for each in ("reporter", "staff", "actor", "author")
            ):
                yield key, value
            yield from numbers_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from numbers_in(value)


def ensure_nobody_named(world: World, reader: str, answer: Answer) -> None:
    text = told_in(answer)
    for who, secrets in world.secrets.items():
        if who == reader:
            continue
        for secret in secrets:
            assert secret not in text, f"{reader} reads of {who}: {text[:400]}"
        ids = {value for _, value in numbers_in(answer.envelope)}
        assert world.staff_ids[who] not in ids, f"{reader} reads the number of {who}"


def ensure_sound(world: World, report: Report) -> None:
    """The row agrees with its timeline, every step of which the table knows; nothing was taken out of it."""
    events = list(
        db.session.scalars(
            select(ReportEvent).where(ReportEvent.report_id == report.id).order_by(ReportEvent.id)
        )
    )
    assert len(events) >= world.seen.get(report.id, 1)
    world.seen[report.id] = len(events)
    assert (events[0].step, events[0].to_state) == ("submit", "pending")
    state, cycle = "pending", 0
    for event in events[1:]:
        assert event.from_state == state, f"report {report.id} jumped to {event.from_state}"
        if event.to_state != event.from_state or (event.step in TABLE and event.step != "assign"):
            before, after = TABLE[event.step]
            assert event.from_state in before.split(), (event.step, event.from_state)
            if event.step not in ("unhide", "resume_case", "reopen"):
                assert event.to_state == after
        cycle += event.step == "reopen"
        assert event.cycle == cycle
        state = event.to_state
    assert (report.state, report.cycle, report.reopenings) == (state, cycle, cycle)
    standing = report.unhidden_state or report.state
    live = db.session.query(Assignment).filter_by(report_id=report.id, ended_at=None).all()
    assert [each.id for each in live] == ([report.assignment_id] if report.assignment_id else [])
    assert (standing in WITH_ASSIGNMENT) >= bool(live)
    assert bool(live) or standing not in ("assigned", "in_order")
    given = [event for event in events if event.step == "rate"]
    assert len({event.cycle for event in given}) == len(given), "rated twice in a cycle"


def ensure_ledger(world: World) -> None:
    """As many ratings as entries that rate, one for each report and cycle; its rollup is what it comes to."""
    db.session.rollback()
    rows = db.session.scalars(select(Rating).where(Rating.service == HANDLING.key)).all()
    assert len({(row.subject_id, row.cycle) for row in rows}) == len(rows)
    assert len(rows) == db.session.query(ReportEvent).filter_by(step="rate").count()
    assert ratings.reconcile() == []


def ensure_kept(world: World, report_ids: list[int]) -> None:
    """What was acknowledged can be read by who reported it."""
    for report_id in report_ids:
        answer = world.client(world.reporters[report_id]).get(f"/feedback/reports/{report_id}")
        assert answer.status == 200, f"report {report_id} is lost"


def ensure_trail(world: World) -> None:
    """Neither trail nor timeline knows who is shy."""
    db.session.rollback()
    shy_ids = [world.staff_ids[who] for who in SHY]
    objects = ("report", "report_note", "report_public")
    about = select(AuditEvent).where(AuditEvent.actor_id.in_(shy_ids), AuditEvent.object_kind.in_(objects))
    unnamed = {str(each) for each, who in world.reporters.items() if who in SHY}
    found = [each for each in db.session.scalars(about) if each.object_id in unnamed]
    assert [(each.action, each.result, each.details) for each in found] == []
    events = select(ReportEvent).where(ReportEvent.actor_id.in_(shy_ids))
    assert not [each for each in db.session.scalars(events) if str(each.report_id) in unnamed]


@pytest.fixture
def shy(desk: Desk) -> Desk:
    """The desk with two more who never sign what they report."""
    desk.compound.rule(MOST_A_DAY, 100)
    desk.compound.rule(MOST_OPEN, 200)
    for number, who in enumerate(SHY):
        phone = f"1390000777{number}"
        desk.people[who] = desk.compound.staff(
            staff_no=f"SHY-{number}-Q7Z",
            name=f"羞怯者{'甲乙'[number]}",
            phone_cipher=encrypt(phone),
            phone_hash=keyed_hash(phone),
        )
    add(RepairCategory(code="pots", name="花盆"))
    group = add(Group(name="维修班"))
    desk.client("dispatcher", "property_dispatcher")
    desk.client("worker", "property_worker")
    add(Worker(staff_id=desk.people["worker"].id, group_id=group.id, joined_at=LONG_AGO, capacity=90))
    desk.log_in()
    return desk


def play(desk: Desk, seed: int, steps: int) -> World:
    world = World(desk, random.Random(seed))
    for number, who in enumerate(SHY):
        staff: Staff = desk.people[who]
        world.secrets[who] = (staff.name, staff.staff_no, f"1390000777{number}")
    world.staff_ids = {who: staff.id for who, staff in desk.people.items()}
    weights, actions = zip(*ACTIONS, strict=True)
    for number in range(steps):
        action = submit if number < FIRST else world.chance.choices(actions, weights)[0]
        with ExitStack() as held:
            held.enter_context(clock.at(world.now))
            actor, answer = action(world)
            if answer is not None:
                assert answer.status in EXPECTED, (seed, number, answer.envelope)
                ensure_nobody_named(world, actor, answer)
                world.done[f"{answer.status}"] += 1
            reader, read = read_something(world)
            assert read.status in EXPECTED, (seed, number, read.envelope)
            ensure_nobody_named(world, reader, read)
            db.session.rollback()
            for report in db.session.scalars(select(Report).order_by(Report.id.desc()).limit(8)):
                ensure_sound(world, report)
            if number % 10 == 9:
                assert recounting.check() == []
                ensure_ledger(world)
                ensure_kept(world, list(world.reporters)[-3:])
    with clock.at(world.now):
        db.session.rollback()
        for report in db.session.scalars(select(Report)):
            ensure_sound(world, report)
        assert db.session.query(Report).count() == len(world.reporters)
        ensure_kept(world, list(world.reporters))
        ensure_ledger(world)
        ensure_trail(world)
        assert recounting.check() == []
    return world


@pytest.mark.parametrize("seed", [7, 2026])
def test_random_steps_of_random_people_leave_everything_sound(shy: Desk, soak: bool, seed: int) -> None:
    # The long run has 10,000 in all: two seeds on two databases.
    world = play(shy, seed, 2_500 if soak else 60)
    # It did not merely run into refusals.
    assert world.done["200"] + world.done["201"] > sum(world.done.values()) / 4


def test_the_play_notices_a_name(shy: Desk) -> None:
    """The judge itself: an answer that names somebody shy is a leak to anybody but themselves."""
    world = play(shy, 1, 1)
    answer = world.client("shy_one").get("/me")
    ensure_nobody_named(world, "shy_one", answer)
    with pytest.raises(AssertionError):
        ensure_nobody_named(world, "officer", answer)
