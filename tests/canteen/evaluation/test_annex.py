"""The annex for 公共机构节能考核: figures against what was planted."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from backend import clock
from backend.db import atomic, db
from canteen.evaluation.annex import policies
from canteen.evaluation.units.models import Unit
from canteen.evaluation.units.policies import Figures, plate_per_diner
from tests.canteen.evaluation.organs import closed_sheet, field, reported, unit
from tests.factories import NINE, date


@pytest.mark.parametrize(
    ("totals", "expected"),
    [([], None), (["90.0"], "90.0"), (["90.0", "90.1"], "90.1"), (["95.5", "80.2", "70.1"], "81.9")],
)
def test_the_years_score_is_the_mean_of_its_quarters_half_up(totals, expected):
    found = policies.mean([Decimal(total) for total in totals])
    assert found == (Decimal(expected) if expected else None)


@pytest.mark.parametrize(
    ("grams", "diners", "expected"),
    [(150_000, 3_000, "50.0"), (78_850, 1_000, "78.9"), (0, 100, "0.0"), (5, 0, None)],
)
def test_grams_per_diner_are_a_ratio_of_sums(grams, diners, expected):
    assert policies.per_diner(grams, Fraction(diners)) == (Decimal(expected) if expected else None)


@pytest.mark.parametrize(("diners", "measured", "served"), [(1_800, 9, 18), (1_000, 40, 44), (7, 3, 3)])
def test_the_diners_behind_reported_grams_are_those_of_the_months_own_findings(diners, measured, served):
    month = Figures(diners, served, measured, plate_g=45_000)
    behind = policies.diners_behind(diners, measured, served)
    found = plate_per_diner(month)
    assert found is not None
    assert policies.per_diner(45_000, behind) == found.quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert not policies.diners_behind(diners, 0, 0)


def test_the_published_share_of_the_excellent_comes_out():
    """济南 2024: 27 of 36 canteens were 优秀, 75.0 %."""
    assert policies.shares(["优秀"] * 27 + ["良好"] * 9) == [
        ("优秀", 27, Decimal("75.0")),
        ("良好", 9, Decimal("25.0")),
    ]


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({}, []),
        ({"failed_quarters": [2, 3]}, ["第 2、3 季度评估不合格"]),
        ({"failed_spot_check": True, "escalated": 1}, ["现场抽查不合格", "整改移交市场监管 1 项"]),
        ({"overdue": 2}, ["逾期未整改 2 项"]),
    ],
)
def test_what_speaks_against_an_award(facts, reasons):
    usual = {"failed_quarters": [], "failed_spot_check": False, "escalated": 0, "overdue": 0}
    assert policies.veto_reasons(**{**usual, **facts}) == reasons


@pytest.fixture
def one(compound):
    """A unit with three quarters, a failed spot check and its rectification; one without anything."""
    made = field(compound)
    with clock.at(NINE):
        unit("COUNTY-2")
        for quarter, total, grade in ((1, 920, "优秀"), (2, 855, "良好"), (3, 690, "不合格")):
            closed_sheet(made.unit, made.sheet, quarter, total, grade)
        reported(made.unit, date(2026, 9, 1), diners=1000, plate_g=60_000)
        reported(made.unit, date(2026, 10, 1), diners=2000, plate_g=90_000)
        # Nothing was weighed in November: its diners count for nothing either.
        reported(made.unit, date(2026, 11, 1), diners=5000, plate_g=None, measured=0)
        inspection_id = made.submitted(30, 30, 5)
        made.reporter.post(f"/evaluation/inspections/{inspection_id}/acknowledge")
        made.manager.post(f"/evaluation/inspections/{inspection_id}/confirm")
        yield made


def test_the_annex_says_what_was_planted(one):
    annex = one.manager.get("/evaluation/annex", year=2026).data

    first, second = annex["units"]
    assert [quarter and quarter["total"] for quarter in first["quarters"]] == [92, 85.5, 69, None]
    assert (first["total"], first["grade"]) == (82.2, "良好")
    assert (first["spot_check"]["total"], first["spot_check"]["grade"]) == (65, "不合格")
    assert first["rectifications"] == {"opened": 1, "closed": 0, "in_time": 0, "overdue": 0, "escalated": 0}
    # Of 3000 diners 40 of 44 meals of each of two months were weighed: 150 kg of 2727 diners.
    assert (first["g_per_diner"], first["coverage"]) == (55, "80/132 餐")
    assert first["veto_reasons"] == ["第 3 季度评估不合格", "现场抽查不合格"]
    assert (second["total"], second["g_per_diner"], second["g_text"]) == (None, None, "数据不足")
    assert (second["is_vetoed"], annex["spot_checked"]) == (False, 1)
    assert annex["grades"] == [{"grade": "良好", "units": 1, "percent": 100}]


def test_months_of_which_too_little_was_weighed_say_nothing(one):
    with clock.at(NINE):
        reported(one.unit, date(2026, 11, 1), diners=5000, plate_g=100, measured=2)
        reported(one.unit, date(2026, 10, 1), diners=2000, plate_g=9_000, measured=4)
    first, _ = one.manager.get("/evaluation/annex", year=2026).data["units"]
    assert (first["g_per_diner"], first["g_text"], first["coverage"]) == (None, "数据不足", "46/132 餐")


def test_the_workbook_and_the_pdf_say_the_same(one):
    book = load_workbook(BytesIO(one.manager.get("/evaluation/annex/workbook", year=2026).body))
    assert book.sheetnames == ["评估结果", "一票否决", "说明"]
    first = [cell.value for cell in book["评估结果"][2]]
    assert first[:9] == ["COUNTY-1", "COUNTY-1机关食堂", "县级", 92, 85.5, 69, None, 82.2, "良好"]
    assert book["一票否决"]["A2"].value == "COUNTY-1"
    assert one.manager.get("/evaluation/annex/pdf", year=2026).body.startswith(b"%PDF")


def test_only_managers_read_it(one):
    assert one.reporter.get("/evaluation/annex", year=2026).status == 403
    assert one.lead.get("/evaluation/annex/pdf", year=2026).status == 403


def test_a_unit_that_has_left_stays_in_the_year_in_which_it_was_evaluated(one):
    @atomic
    def close_all():
        for each in db.session.scalars(select(Unit)):
            each.is_active = False

    close_all()
    codes = [row["code"] for row in one.manager.get("/evaluation/annex", year=2026).data["units"]]
    assert codes == ["COUNTY-1"]
    assert one.manager.get("/evaluation/annex", year=2025).data["units"] == []
