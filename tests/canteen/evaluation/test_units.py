"""Evaluated units and their monthly reports: tables, and over HTTP."""

from datetime import date
from functools import partial
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.errors import AppError
from canteen.evaluation.units import operations, policies, queries
from canteen.evaluation.units.models import Unit, UnitReport, Via
from canteen.evaluation.units.policies import Figures, FindingCode, findings
from tests.canteen.evaluation.organs import EVERYWHERE, at, unit
from tests.factories import MONDAY, NINE
from tests.threads import at_once

NOVEMBER = date(2026, 11, 1)
GOOD = Figures(diners=4_000, meals_served=40, meals_measured=38, prepared_g=1_600_000, plate_g=190_000)
BODY = {"diners": 4_000, "meals_served": 40, "meals_measured": 38, "plate_g": 190_000}


def codes(figures, previous=None):
    return {finding.code.value for finding in findings(figures, previous)}


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (GOOD, set()),
        (Figures(0, 40, 38, plate_g=1), {"no_diners"}),
        (Figures(4_000, 40, 0), {"unmeasured"}),
        (Figures(4_000, 40, 0, plate_g=5), {"grams_unmeasured"}),
        (Figures(4_000, 200, 200, plate_g=190_000), {"too_many_meals"}),
        # 190 kg at 38 of 40 meals and 4,000 diners: 50 g each; 10 kg: 2.6 g; 1,200 kg: 316 g.
        (Figures(4_000, 40, 38, plate_g=10_000), {"plate_low"}),
        (Figures(4_000, 40, 38, plate_g=1_200_000), {"plate_high"}),
        (Figures(4_000, 40, 40, plate_g=200_000, preparation_g=6_000_000), {"wet_high"}),
        (
            Figures(4_000, 40, 40, prepared_g=300_000, plate_g=200_000, unserved_g=200_000),
            {"more_than_prepared"},
        ),
    ],
)  # fmt: skip
def test_what_looks_implausible_is_said(figures, expected):
    assert codes(figures) == expected


def test_a_leap_from_the_month_before_is_said():
    assert codes(GOOD, Figures(8_001, 40, 38, plate_g=190_000)) == {"diners_leap", "plate_leap"}
    assert codes(GOOD, Figures(2_000, 40, 38, plate_g=190_000)) == set()
    assert set(FindingCode) == set(policies.FINDINGS)


@pytest.mark.parametrize(
    ("figures", "problem"),
    [
        (Figures(1, 1, 2), "称重餐次不能多于供餐餐次"),
        (Figures(5, 0, 0), "没有供餐餐次"),
        (Figures(5, 1, 1, plate_g=-1), "不能为负"),
    ],
)
def test_what_cannot_be_is_refused(figures, problem):
    with pytest.raises(AppError, match="figures_impossible") as refused:
        policies.ensure_possible(figures)
    assert problem in refused.value.msg


@pytest.mark.parametrize(
    ("month", "is_allowed"),
    [
        (date(2026, 11, 1), True),
        (date(2024, 11, 1), True),
        (date(2024, 10, 1), False),
        (date(2026, 12, 1), False),
        (date(2026, 11, 2), False),
    ],
)
def test_a_month_is_reported_once_it_has_begun_and_not_for_ever(month, is_allowed):
    if is_allowed:
        policies.ensure_month(month, MONDAY)
        return
    with pytest.raises(AppError, match="month_not_begun"):
        policies.ensure_month(month, MONDAY)


def test_months_together_say_what_each_of_them_says():
    more = Figures(1_000, 10, 10, prepared_g=None, plate_g=10_000, remark="x")
    together = policies.add_up([GOOD, more])
    assert (together.diners, together.meals_measured, together.plate_g) == (5_000, 48, 200_000)
    assert together.prepared_g is None


@pytest.fixture
def office(compound):
    """A client of who organises the evaluation, at nine on a Monday."""
    with clock.at(NINE):
        yield compound.client(compound.staff(roles={"logistics_reviewer": EVERYWHERE}))


def upload(client, path, data):
    return client.request(
        "POST", path, data={"file": (BytesIO(data), "表.xlsx")}, content_type="multipart/form-data"
    )


UNIT = {
    "code": "XQ-01",
    "name": "某县机关事务中心",
    "level": "county",
    "operation": "contracted",
    "serving": "buffet",
}


def test_a_unit_is_entered_changed_and_its_phone_shown_for_a_reason_only(office):
    made = office.post("/evaluation/units", {**UNIT, "contact": "李科", "phone": "0571-87654321"}).data
    assert (made["phone"], made["is_active"]) == ("057****4321", True)
    path = f"/evaluation/units/{made['id']}"
    changed = office.put(path, {**UNIT, "region": "某县", "contact": "李科"}).data
    assert (changed["region"], changed["phone"]) == ("某县", "057****4321")
    assert office.post(f"{path}/phone", {"reason": "催报月报"}).data == {"phone": "0571-87654321"}
    assert office.post(f"{path}/phone", {}).status == 422
    assert office.put(path, {**UNIT, "phone": ""}).data["phone"] is None
    assert office.post(f"{path}/phone", {"reason": "催报月报"}).status == 404
    assert b"87654321" not in (db.session.get_one(Unit, made["id"]).phone_cipher or b"")
    events = db.session.scalars(db.select(AuditEvent).where(AuditEvent.action == "evaluation.phone_shown"))
    assert [event.details["reason"] for event in events] == ["催报月报"]

    twin = office.post("/evaluation/units", {**UNIT, "code": "XQ-02"})
    assert (twin.status, twin.error) == (409, "evaluation.unit_taken")
    linked = office.post("/evaluation/units", {**UNIT, "code": "XQ-03", "name": "乙", "device_id": 99})
    assert (linked.status, linked.error) == (422, "evaluation.unit_link_invalid")
    assert office.post("/evaluation/units", {**UNIT, "code": "X", "name": "丙", "phone": "x"}).status == 422
    assert [each["code"] for each in office.get("/evaluation/units", q="某县").data["list"]] == ["XQ-01"]


def test_units_go_out_as_a_workbook_and_come_back_unchanged(office):
    for number in (1, 2):
        named = {"code": f"U{number}", "name": f"单位{number}", "phone": "13800001234"}
        office.post("/evaluation/units", {**UNIT, **named})
    data = office.get("/evaluation/units/workbook").body
    assert upload(office, "/evaluation/units/import", data).data == {"added": 0, "changed": 0, "unchanged": 2}

    book = load_workbook(BytesIO(data))
    rows = book.active
    assert rows["J2"].value == "138****1234"
    rows["H2"] = 350
    rows.append(["U3", "单位3", "县级", "", "自营", "自助餐", 2, 80, "", "", "是"])
    changed = BytesIO()
    book.save(changed)
    assert upload(office, "/evaluation/units/import", changed.getvalue()).data == {
        "added": 1, "changed": 1, "unchanged": 1
    }  # fmt: skip
    listed = {each["code"]: each for each in office.get("/evaluation/units").data["list"]}
    assert (listed["U1"]["diners"], listed["U1"]["phone"], listed["U3"]["canteens"]) == (
        350,
        "138****1234",
        2,
    )

    rows["C3"], rows["A4"] = "国家级", "U1"
    wrong = BytesIO()
    book.save(wrong)
    answer = upload(office, "/evaluation/units/import", wrong.getvalue())
    assert answer.error == "documents.rows_rejected"
    assert [(each["row"], each["column"]) for each in answer.envelope["data"]["rows"]] == [(3, "层级")]
    rows["C3"] = "县级"
    wrong = BytesIO()
    book.save(wrong)
    answer = upload(office, "/evaluation/units/import", wrong.getvalue())
    assert [(each["row"], each["column"]) for each in answer.envelope["data"]["rows"]] == [
        (4, "单位编号"),
        (4, "单位名称"),  # Under the code of another unit the name is not its own any more.
    ]
    assert len(office.get("/evaluation/units").data["list"]) == 3


def test_a_reporter_reports_their_own_unit_and_knows_of_no_other(office, compound):
    mine, other = unit("A"), unit("B")
    reporter = compound.client(compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, mine.id)}))
    assert [each["code"] for each in reporter.get("/evaluation/units/mine").data["list"]] == ["A"]
    path = f"/evaluation/units/{mine.id}/reports/2026-11-01"
    first = reporter.put(path, {**BODY, "plate_g": 10_000}).data
    assert (first["version"], first["via"], first["is_late"]) == (1, "form", False)
    assert [each["code"] for each in first["findings"]] == ["plate_low"]
    assert reporter.put(path, {**BODY, "plate_g": 10_000}).data["version"] == 1
    assert reporter.put(path, BODY).data["version"] == 2
    versions = reporter.get(f"/evaluation/units/{mine.id}/reports").data["list"]
    assert [(each["version"], each["plate_g"]) for each in versions] == [(2, 190_000), (1, 10_000)]
    assert reporter.put(path, {**BODY, "meals_measured": 41}).error == "evaluation.figures_impossible"
    assert reporter.put(path.replace("2026-11", "2026-12"), BODY).error == "evaluation.month_not_begun"
    for answer in (
        reporter.get(f"/evaluation/units/{other.id}"),
        reporter.get(f"/evaluation/units/{other.id}/reports"),
        reporter.put(f"/evaluation/units/{other.id}/reports/2026-11-01", BODY),
    ):
        assert (answer.status, answer.error) == (404, "evaluation.unit_not_found")
    for answer in (reporter.get("/evaluation/units"), reporter.get("/evaluation/reports", month="2026-11")):
        assert answer.status == 403
    # Who organises the evaluation reads everything, and reports nothing.
    assert office.get(f"/evaluation/units/{other.id}").status == 200
    assert office.put(path, BODY).status == 403


def test_our_own_canteens_are_units_and_report_nothing(office, compound):
    canteen = compound.canteen(name="机关食堂")

    @atomic
    def begin():
        return operations.ensure_own_canteens(at=NINE), operations.ensure_own_canteens(at=NINE)

    assert begin() == (1, 0)
    own = db.session.scalars(db.select(Unit).where(Unit.canteen_id == canteen.id)).one()
    manager = compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, canteen.id)}))
    assert [each["name"] for each in manager.get("/evaluation/units/mine").data["list"]] == ["机关食堂"]
    answer = manager.put(f"/evaluation/units/{own.id}/reports/2026-11-01", BODY)
    assert (answer.status, answer.error) == (409, "evaluation.own_canteen_reports")


def test_reports_come_by_workbook_all_or_nothing(office, compound):
    mine, other = unit("A"), unit("B")
    reporter = compound.client(compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, mine.id)}))
    book = load_workbook(BytesIO(reporter.get("/evaluation/reports/workbook", month="2026-11").body))
    rows = book.active
    assert (rows["A2"].value, rows["C2"].value, rows["A3"].value) == ("A", "2026-11", None)
    heads = {cell.value: cell.column_letter for cell in rows[1]}
    for head, value in {"就餐人次": 4000, "供餐餐次": 40, "称重餐次": 38, "餐盘剩余（千克）": 190.25}.items():
        rows[f"{heads[head]}2"] = value

    def sent():
        changed = BytesIO()
        book.save(changed)
        return upload(reporter, "/evaluation/reports/import", changed.getvalue())

    assert sent().data == {"added": 1, "changed": 0, "unchanged": 0}
    assert sent().data == {"added": 0, "changed": 0, "unchanged": 1}
    report = db.session.scalars(db.select(UnitReport)).one()
    assert (report.plate_g, report.prepared_g, report.via) == (190_250, None, "excel")
    # Its own export brings it back as it was.
    exported = reporter.get("/evaluation/reports/workbook", month="2026-11").body
    assert upload(reporter, "/evaluation/reports/import", exported).data["unchanged"] == 1

    rows[f"{heads['就餐人次']}2"] = 4100
    for letter, value in zip("ACDEF", ("B", "2026-11", 1, 1, 1), strict=True):
        rows[f"{letter}3"] = value
    answer = sent()
    assert [(each["row"], each["msg"]) for each in answer.envelope["data"]["rows"]] == [
        (3, "没有找到该单位，或不在填报范围内")
    ]
    db.session.rollback()
    assert len(queries.reports_between([mine.id, other.id], NOVEMBER, NOVEMBER)) == 1
    assert db.session.query(UnitReport).count() == 1


def test_the_office_sees_who_is_late_and_who_is_missing(office):
    on_time, late, *_ = (unit(code) for code in "ABCD")
    figures = Figures(100, 10, 10, plate_g=5_000)

    def report(of, month, day):
        @atomic
        def write():
            operations.take_report(of.id, month, figures, Via.API, actor=SYSTEM)

        with clock.at(at(day)):
            write()

    october = date(2026, 10, 1)
    report(on_time, october, date(2026, 11, 10))
    report(late, october, date(2026, 11, 11))
    stands = {each["code"]: each for each in office.get("/evaluation/reports", month="2026-10").data["list"]}
    assert {code: each["punctuality"] for code, each in stands.items()} == {
        "A": "in_time", "B": "late", "C": "missing", "D": "missing"
    }  # fmt: skip
    assert stands["A"]["due_on"] == "2026-11-10"
    report(on_time, NOVEMBER, MONDAY)
    now = office.get("/evaluation/reports", month="2026-11", only_missing="true").data["list"]
    assert [(each["code"], each["punctuality"]) for each in now] == [
        ("B", "waiting"), ("C", "waiting"), ("D", "waiting")
    ]  # fmt: skip


def test_two_reports_of_a_month_at_once_are_two_versions(office, compound):
    mine = unit("A")
    reporters = [
        compound.client(compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, mine.id)})) for _ in range(2)
    ]
    path = f"/evaluation/units/{mine.id}/reports/2026-11-01"
    answers = at_once(
        [
            partial(client.put, path, {**BODY, "diners": 4_000 + place})
            for place, client in enumerate(reporters)
        ]
    )
    assert sorted(answer.data["version"] for answer in answers) == [1, 2]
