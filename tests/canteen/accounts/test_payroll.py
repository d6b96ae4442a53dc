"""The payroll sheet: all of it or nothing, once, to the fen."""

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import db
from canteen.accounts.payroll import policies
from canteen.accounts.payroll.policies import Wrong
from canteen.accounts.rules import MAX_DEPOSIT_FEN
from canteen.accounts.services import reconcile
from tests.canteen.accounts.office import entries, held, sheet_of, sum_of
from tests.factories import NINE
from tests.statements import counted_statements
from tests.threads import at_once


@pytest.fixture(autouse=True)
def nine():
    with clock.at(NINE):
        yield


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("30", 3000),
        ("30.5", 3050),
        ("0.01", 1),
        ("1,234.50", 123450),
        ("30.10", 3010),
        ("30.099999999999998", 3010),  # what a formula leaves of 30.1
        ("100000.00", 10_000_000),
    ],
)
def test_an_amount_is_read_exactly(text, fen):
    assert policies.fen_of(text, 10_000_000) == fen


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "0.00", "-5", "30.005", "30.001", "1e3", "三十", "30元", "1,23", ".5", "=A1"),
        *("NaN", "Infinity", "100000.01", "9" * 400),
    ],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Wrong):
        policies.fen_of(text, 10_000_000)


def test_a_sheet_is_previewed_and_then_booked_once(office, compound):
    one, two = compound.staff("2001", name="张平"), compound.staff("2002", name="王 芳")
    data = sheet_of(("2001", "张 平", 30.5, "十一月"), ("2002", "王芳", "1,200", None))
    preview = office.send_sheet("preview", data).data
    assert (preview["people"], preview["total_fen"], preview["problem_count"]) == (2, 123_050, 0)
    assert preview["payments"][0] == {
        "row": 2,
        "staff_no": "2001",
        "name": "张平",
        "amount_fen": 3050,
        "memo": "十一月",
    }
    assert held(one) == {}
    wanted = {"batch_no": "2026-11", "expected_sha256": preview["sha256"]}
    done = office.send_sheet("import", data, **wanted)
    assert (done.status, done.data["is_repeat"], done.data["total_fen"]) == (200, False, 123_050)
    assert (held(one), held(two)) == ({"personal": 3050}, {"personal": 120_000})
    assert [(each.kind, each.memo) for each in entries("payroll")] == [
        ("payroll", "十一月"),
        ("payroll", "工资代扣 2026-11"),
    ]
    assert sum_of("received") == -123_050
    again = office.send_sheet("import", data, **wanted).data
    assert (again["is_repeat"], again["id"]) == (True, done.data["id"])
    assert office.send_sheet("preview", data).data["booked_as"] == "2026-11"
    other = sheet_of(("2001", "张平", 99))
    taken = office.send_sheet("import", other, batch_no="2026-11")
    assert (taken.status, taken.error) == (409, "canteen.payroll_batch_taken")
    twice = office.send_sheet("import", data, batch_no="2026-12")
    assert (twice.status, twice.error) == (409, "canteen.payroll_file_taken")
    assert len(entries("payroll")) == 2
    assert reconcile() == []
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "accounts.payroll_imported"))
    assert event.details == {"batch_no": "2026-11", "people": 2, "amount_fen": 123_050}


def test_every_fault_is_told_by_its_row_and_nothing_is_booked(office, compound):
    compound.rule(MAX_DEPOSIT_FEN, 50_000)
    good = compound.staff("2001", name="张平")
    compound.staff("2002", name="王芳", status="left")
    compound.staff("2003", name="李强")
    rows = [
        ("2001", "张平", 100, ""),
        ("2001", "张平", 100, ""),
        ("2002", "王芳", 100, ""),
        ("2003", "李刚", 100, ""),
        ("2003", "李强", 30.005, "一" * 101),
        ("9999", "某人", 500.01, ""),
        ("C0001", "收银一", 100, ""),
        ("", "无名", 100, ""),
    ]
    refused = office.send_sheet("import", sheet_of(*rows), batch_no="2026-11")
    assert (refused.status, refused.error) == (422, "canteen.payroll_rejected")
    found = [(each["row"], each["column"]) for each in refused.envelope["data"]["rows"]]
    assert found == [
        (3, "工号"),
        (4, "工号"),
        (5, "姓名"),
        (6, "工号"),
        (6, "金额（元）"),
        (6, "备注"),
        (7, "工号"),
        (7, "金额（元）"),
        (8, "工号"),
        (9, "工号"),
    ]
    assert refused.envelope["data"]["count"] == len(found)
    preview = office.send_sheet("preview", sheet_of(*rows)).data
    assert (preview["wrong"], preview["problem_count"], preview["people"]) == (7, len(found), 1)
    assert held(good) == {}
    assert entries("payroll") == []


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"not a workbook", "identity.sheet_unreadable"),
        (sheet_of(), "identity.sheet_empty"),
        (sheet_of(("2001", "张平", 1), header=("工号", "姓名", "数额")), "identity.sheet_columns"),
        (sheet_of(("2001", 1, 1), header=("工号", "金额（元）", "金额")), "identity.sheet_columns"),
        (
            sheet_of(("2001", "张平", 1, 1), header=("工号", "姓名", "金额", "金额(元)")),
            "identity.sheet_columns",
        ),
    ],
)
def test_what_is_no_payroll_sheet_is_refused(office, data, error):
    assert office.send_sheet("preview", data).error == error
    assert office.send_sheet("import", data, batch_no="1").error == error


def test_a_sheet_is_booked_only_as_it_was_previewed_and_by_who_may(office, compound):
    compound.staff("2001", name="张平")
    data = sheet_of(("2001", "张平", 1), header=("工号*", "姓名*", "金额(元)"))
    other = "0" * 64
    assert office.send_sheet("import", data, batch_no="1", expected_sha256=other).error == (
        "identity.sheet_changed"
    )
    assert office.send_sheet("import", data).error == "app.invalid"
    for by in (office.official, office.narrow):
        assert office.send_sheet("import", data, by=by, batch_no="1").error == "app.forbidden"
        assert office.send_sheet("preview", data, by=by).error == "app.forbidden"
    assert office.send_sheet("import", data, batch_no="1").data["people"] == 1


def test_a_batch_that_comes_many_times_at_once_is_booked_once(office, compound):
    staff = compound.staff("2001", name="张平")
    data = sheet_of(("2001", "张平", 1))
    client = office.client
    answers = at_once([lambda: office.send_sheet("import", data, by=client, batch_no="1")] * 5)
    assert [answer.status for answer in answers] == [200] * 5
    assert sorted(answer.data["is_repeat"] for answer in answers) == [False, True, True, True, True]
    assert held(staff) == {"personal": 100}
    assert reconcile() == []


def test_statements_do_not_grow_with_the_rows(office, compound):
    department = compound.department()
    client = office.client

    def statements_for(people, batch_no):
        staff = [compound.staff(f"{batch_no}{n:03}", department=department) for n in range(people)]
        data = sheet_of(*((each.staff_no, each.name, 1) for each in staff))
        with counted_statements() as sent:
            assert office.send_sheet("import", data, by=client, batch_no=batch_no).status == 200
        return sent

    few, many = statements_for(2, "5"), statements_for(60, "6")  # the first reads the rules besides
    assert len(many) <= len(few), (few, many)
