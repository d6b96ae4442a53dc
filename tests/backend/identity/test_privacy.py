"""What people are told and agree to, the copy of their data, and requests to erase or correct it."""

from datetime import date, timedelta
from functools import partial
from io import BytesIO
from zipfile import ZipFile

import orjson
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from backend import clock, vault
from backend.actor import SYSTEM, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db, unit
from backend.flows.data_requests import ERASERS
from backend.flows.personal_data import LEFT_OUT, PARTS
from backend.identity.models import ExternalIdentity, Staff, StaffStatus
from backend.identity.operations import bind_identity
from backend.identity.policies import WECHAT_MP
from backend.identity.privacy import policies
from backend.identity.privacy.errors import StillEmployed
from backend.identity.privacy.models import Consent, DataRequest, PrivacyPolicy
from backend.identity.privacy.policies import BlockKind, blocks_of
from tests.client import Client
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements
from tests.threads import at_once

TEXT = "# 一、新的一章\n本单位\n处理的信息。\n\n- 姓名\n- 工号\n" + "补充说明。" * 30


@pytest.fixture
def person(compound):
    """A member of staff, on Monday at nine."""
    with clock.at(NINE):
        yield compound.client(compound.staff("2001", name="王五", department=compound.department("综合处")))


@pytest.fixture
def officer(person, compound):
    """Whoever answers for personal data."""
    return compound.client(
        compound.staff("9001", name="赵六", roles={"administrator": (ScopeKind.COMPOUND, 0)})
    )


def staff(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Staff).where(Staff.staff_no == number)).one()


def published(officer, version="2.0", **changes):
    return officer.post(
        "/admin/privacy/policies", {"version": version, "summary": "补充", "text": TEXT, **changes}
    )


# The policy


def test_the_product_comes_with_a_policy_that_names_who_answers_for_it(app_with):
    app = app_with(organisation="某市机关事务管理局", contact="0580-1234567")
    policy = Client(app).get("/privacy/policy").data
    assert (policy["version"], policy["is_latest"], policy["summary"]) == ("1.0", True, "首次发布")
    text = "".join(block["text"] for block in policy["blocks"])
    assert "某市机关事务管理局：0580-1234567" in text
    for said in ("身份证号", "敏感个人信息", "不少于六个月", "会计档案", "十五个工作日", "不影响您订餐"):
        assert said in text
    assert "{" not in text
    assert policy["blocks"][1] == {"kind": "heading", "text": "一、我们处理哪些信息，为了什么"}


def test_a_new_version_holds_and_the_old_one_stays_readable(officer, anonymous):
    answer = published(officer)
    assert answer.status == 201
    assert anonymous.get("/privacy/policy").data["version"] == "2.0"
    assert anonymous.get("/app/info").data["privacy_version"] == "2.0"
    old = anonymous.get("/privacy/policy", version="1.0").data
    assert (old["version"], old["is_latest"]) == ("1.0", False)
    assert anonymous.get("/privacy/policy", version="3.0").error == "privacy.policy_not_found"
    assert published(officer).error == "privacy.version_taken"


def test_the_text_becomes_plain_blocks():
    blocks = blocks_of(
        "# 标题\n第一行，\n第二行。\n\n- <b>一项</b>\n联系{单位}：{联系方式}", organisation="甲局", contact=""
    )
    assert [(block.kind, block.text) for block in blocks] == [
        (BlockKind.HEADING, "标题"),
        (BlockKind.PARAGRAPH, "第一行，第二行。"),
        (BlockKind.ITEM, "<b>一项</b>"),
        (BlockKind.PARAGRAPH, "联系甲局：请到本单位办公室当面咨询"),
    ]


# Consents


def test_a_decision_is_kept_with_time_and_channel_and_the_last_one_counts(person):
    assert person.get("/me/consents").data["topics"][0]["is_agreed"] is None
    for is_agreed in (True, False):
        answer = person.post("/me/consents", {"version": "1.0", "is_agreed": is_agreed})
        assert answer.status == 201
        assert answer.data == {
            "topic": "policy", "version": "1.0", "is_agreed": is_agreed,
            "channel": "wechat_mp", "decided_at": "2026-11-23T09:00:00+08:00",
        }  # fmt: skip # One name a line would say no more.
    consents = person.get("/me/consents").data
    assert [(topic["topic"], topic["title"], topic["is_agreed"]) for topic in consents["topics"]] == [
        ("policy", "隐私政策", False)
    ]
    assert [one["is_agreed"] for one in consents["history"]] == [False, True]


def test_a_new_version_asks_again(person, officer):
    person.post("/me/consents", {"version": "1.0", "is_agreed": True})
    published(officer)
    topic = person.get("/me/consents").data["topics"][0]
    assert (topic["version"], topic["is_agreed"]) == ("2.0", None)
    refused = person.post("/me/consents", {"version": "1.0", "is_agreed": True})
    assert (refused.error, refused.envelope["data"]) == ("privacy.version_outdated", {"version": "2.0"})
    person.post("/me/consents", {"version": "2.0", "is_agreed": True})
    counted = {
        one["version"]: (one["agreed"], one["refused"])
        for one in officer.get("/admin/privacy/policies").data["list"]
    }
    assert counted == {"2.0": (1, 0), "1.0": (1, 0)}


def test_whoever_does_not_agree_goes_on_eating(person):
    person.post("/me/consents", {"version": "1.0", "is_agreed": False})
    assert person.get("/canteen/account").status == 200
    assert person.get("/canteen/orders").status == 200


@pytest.mark.parametrize("table", [PrivacyPolicy, Consent], ids=["policies", "consents"])
def test_versions_and_decisions_cannot_be_changed(app, person, table):
    person.post("/me/consents", {"version": "1.0", "is_agreed": True})
    for statement in (update(table).values(version="x"), delete(table)):

        @atomic
        def change(statement=statement):
            unit().execute(statement)

        with pytest.raises(DatabaseError, match="append-only"):
            change()


# The copy


def copy_of(person):
    answer = person.get("/me/personal-data")
    assert answer.status == 200, answer.envelope
    assert answer.headers["Content-Type"] == "application/zip"
    with ZipFile(BytesIO(answer.body)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_copy_tells_what_is_kept_and_masks_what_a_thief_could_use(person, officer, compound):
    someone = staff("2001")

    @atomic
    def fill():
        row = db.session.get(Staff, someone.id)
        row.phone_cipher, row.card_no = vault.encrypt("13912345678"), "A1234567"
        bind_identity(SYSTEM, staff_id=row.id, provider=WECHAT_MP, tenant="wx1", subject="openid-secret-7788")

    fill()
    person.post("/suggestions", {"kind": "fault", "text": "页面打不开"})
    person.post("/me/consents", {"version": "1.0", "is_agreed": True})
    officer.put(f"/admin/staff/{someone.id}", {"name": "王武"})
    files = copy_of(person)
    assert set(files) == {f"{part.name}.json" for part in PARTS} | {"个人信息副本.html"}
    whole = b"".join(files.values()).decode()
    for told in ("王武", "139****5678", "页面打不开", "****7788", "修改职工信息", "赵六", "综合处"):
        assert told in whole, told
    for kept_back in ("13912345678", "A1234567", "openid-secret"):
        assert kept_back not in whole, kept_back
    consents = orjson.loads(files["consents.json"])
    assert consents == {
        "title": "隐私政策的同意记录",
        "rows": [
            {
                "事项": "隐私政策",
                "版本": "1.0",
                "是否同意": True,
                "登录方式": "微信小程序",
                "时间": "2026-11-23T09:00:00+08:00",
            }
        ],
    }


def test_the_copy_holds_nobody_elses_data(person, compound):
    other = compound.client(compound.staff("2002", name="李四"))
    other.post("/suggestions", {"kind": "fault", "text": "别人的话"})
    other.post("/me/consents", {"version": "1.0", "is_agreed": True})
    whole = b"".join(copy_of(person).values()).decode()
    assert "别人的话" not in whole
    assert "李四" not in whole
    assert orjson.loads(copy_of(person)["consents.json"])["rows"] == []


def test_the_copy_is_recorded_and_limited_a_day(person):
    for _ in range(5):
        copy_of(person)
    refused = person.get("/me/personal-data")
    assert (refused.status, refused.error, refused.envelope["data"]) == (
        429,
        "privacy.too_many_exports",
        {"limit": 5},
    )
    with clock.at(NINE + timedelta(days=1)):
        copy_of(person)
    db.session.rollback()
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "privacy.exported")).all()
    assert len(events) == 6


def test_copies_asked_for_at_once_are_counted(app, person):
    def take():
        return person.get("/me/personal-data").status

    assert sorted(at_once([take] * 7)) == [200] * 5 + [429] * 2


def test_every_table_that_names_people_is_told_or_left_out_for_a_reason(app):
    told = {table for part in PARTS for table in part.tables}
    naming = {
        table.name
        for table in db.metadata.tables.values()
        for column in table.columns
        if column.name == "staff_id" or any(key.column.table.name == "staff" for key in column.foreign_keys)
    }
    assert naming - told - set(LEFT_OUT) == set()
    assert told & set(LEFT_OUT) == set()
    assert (told | set(LEFT_OUT)) - set(db.metadata.tables) == set()


# Requests


def asked(person, kind="erase", text="请删除我的手机号"):
    return person.post("/me/data-requests", {"kind": kind, "text": text})


def answered(officer, request_id, *, is_done, answer="已按您的要求处理"):
    return officer.post(f"/admin/data-requests/{request_id}/answer", {"is_done": is_done, "answer": answer})


def test_a_request_is_due_after_fifteen_workdays_and_its_answer_reaches_the_person(person, officer):
    sent = asked(person, "correct", "姓名应为王武")
    assert sent.status == 201
    # From Monday 23 November on: three weeks without a holiday.
    assert (sent.data["due_date"], sent.data["state_name"], sent.data["kind_name"]) == (
        "2026-12-14",
        "待答复",
        "更正",
    )
    assert officer.get("/inbox").data["messages"][0]["title"] == "个人信息申请待答复"
    waiting = officer.get("/admin/data-requests", state="open").data
    assert (waiting["total"], waiting["list"][0]["staff_name"]) == (1, "王五")
    done = answered(officer, sent.data["id"], is_done=True, answer="名册已更正")
    assert (done.data["state"], done.data["erased"], done.data["kept"]) == ("done", [], [])
    assert person.get("/inbox").data["messages"][0]["text"] == "您的个人信息更正申请已办理：名册已更正"
    assert person.get(f"/me/data-requests/{sent.data['id']}").data["answer"] == "名册已更正"
    assert answered(officer, sent.data["id"], is_done=False).error == "privacy.request_answered"


def test_a_request_is_overdue_the_day_after_it_was_due(person, officer, compound):
    asked(person, "restrict")
    officer_row = staff("9001")
    for day, is_overdue in ((date(2026, 12, 14), False), (date(2026, 12, 15), True)):
        with clock.at(NINE + (day - MONDAY)):
            later = compound.client(officer_row)
            assert later.get("/admin/data-requests").data["list"][0]["is_overdue"] is is_overdue


def test_one_request_of_a_kind_waits_at_a_time(app, person):
    def ask():
        return asked(person).status

    assert sorted(at_once([ask] * 4)) == [201, 409, 409, 409]
    assert asked(person, "correct").status == 201
    assert asked(person).error == "privacy.request_open"


def test_nobody_reads_or_answers_somebody_elses_request(person, officer, compound):
    number = asked(person).data["id"]
    other = compound.client(compound.staff("2002"))
    assert other.get(f"/me/data-requests/{number}").error == "privacy.request_not_found"
    assert other.get("/me/data-requests").data["list"] == []
    assert answered(other, number, is_done=True).status == 403
    assert answered(officer, 999_999, is_done=True).error == "privacy.request_not_found"


def test_who_works_here_is_not_erased(person, officer):
    number = asked(person).data["id"]
    assert answered(officer, number, is_done=True).error == "privacy.still_employed"
    declined = answered(officer, number, is_done=False, answer=policies.DECLINED_WHILE_EMPLOYED)
    assert (declined.data["state"], declined.data["kept"]) == ("declined", [])


def test_who_has_left_is_erased_but_for_what_the_law_keeps(person, officer, compound):
    someone = staff("2001")

    @atomic
    def fill():
        row = db.session.get(Staff, someone.id)
        row.phone_cipher, row.phone_hash = vault.encrypt("13912345678"), vault.keyed_hash("13912345678")
        row.card_no = "A1234567"

    fill()
    number = asked(person).data["id"]
    officer.post(f"/admin/staff/{someone.id}/leave")

    # A binding that somehow came back, and a message in the inbox, go as well.
    @atomic
    def come_back():
        db.session.add(
            ExternalIdentity(
                provider=WECHAT_MP, tenant="wx1", subject="o1", staff_id=someone.id, bound_at=clock.now()
            )
        )

    come_back()
    erased = answered(officer, number, is_done=True).data
    assert erased["erased"] == ["手机号", "饭卡号", "微信、企业微信、浙政钉账号绑定"]
    assert "订单与餐费账户" in [one["what"] for one in erased["kept"]]
    after = staff("2001")
    assert (after.name, after.status) == ("王五", StaffStatus.LEFT)
    assert (after.phone_cipher, after.phone_hash, after.id_no_cipher, after.card_no) == (
        None,
        None,
        None,
        None,
    )
    assert (
        db.session.scalars(select(ExternalIdentity).where(ExternalIdentity.staff_id == after.id)).all() == []
    )
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "privacy.request_answered")
    ).one()
    assert event.details["erased"] == {"phone": 1, "card_no": 1, "bindings": 1}


def test_the_officer_writes_down_what_somebody_asks_who_has_left(person, officer):
    someone = staff("2001")
    officer.post(f"/admin/staff/{someone.id}/leave")
    received = officer.post("/admin/data-requests", {"staff_no": "2001", "kind": "erase", "text": "书面申请"})
    assert received.status == 201
    assert (received.data["status_name"], received.data["entered_by"]) == ("离职", "赵六")
    unknown = officer.post("/admin/data-requests", {"staff_no": "0000", "kind": "erase", "text": "书面申请"})
    assert (unknown.status, unknown.error) == (422, "privacy.nobody_found")


def test_only_one_of_two_answers_counts(app, person, officer):
    number = asked(person, "correct").data["id"]

    def decide(is_done):
        return answered(officer, number, is_done=is_done).status

    assert sorted(at_once([partial(decide, True), partial(decide, False)])) == [200, 409]
    db.session.rollback()
    assert db.session.scalars(select(DataRequest.state)).one() in ("done", "declined")


@pytest.mark.parametrize(
    ("status", "is_refused"),
    [(StaffStatus.ACTIVE, True), (StaffStatus.SUSPENDED, True), (StaffStatus.LEFT, False)],
)
def test_only_the_left_may_be_erased(status, is_refused):
    if is_refused:
        with pytest.raises(StillEmployed):
            policies.ensure_may_erase(status.value)
    else:
        policies.ensure_may_erase(status.value)


def test_every_erasure_has_a_name():
    taken = {
        "phone",
        "id_no",
        "card_no",
        "bindings",
        "bind_requests",
        "absence_reasons",
        "sessions",
        "credentials",
        *ERASERS,
    }
    assert taken == set(policies.ERASURES)


def test_the_list_takes_as_many_statements_for_one_as_for_many(app, person, officer):
    def statements():
        with counted_statements() as sent:
            officer.get("/admin/data-requests")
        return len(sent)

    asked(person)
    one = statements()
    asked(person, "correct")
    asked(person, "restrict")
    assert statements() == one <= 6  # A transaction's two ends among them on SQLite.
