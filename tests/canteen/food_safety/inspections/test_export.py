"""What an inspector is handed, and how long it is kept."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import db
from canteen.food_safety.hygiene.models import CleaningRecord
from canteen.food_safety.inspections import policies
from canteen.food_safety.inspections.errors import RetentionTooEarly
from tests.canteen.food_safety.controls.test_days import finding_of
from tests.factories import MONDAY, NINE

ROOT = "/canteen/inspections"


@pytest.fixture
def kept(kitchen):
    """A kitchen with a blocked worker, a finding and a cleaning of Monday."""
    with clock.at(NINE):
        finding_of(kitchen)
        cleaning = {"canteen_id": kitchen.canteen.id, "kind": "clean", "target": "台面", "method": "wash"}
        kitchen.cook.post("/canteen/hygiene/records", cleaning)
        worker = {"canteen_id": kitchen.canteen.id, "name": "赵发热"}
        worker_id = kitchen.officer.post("/canteen/kitchen/workers", worker).data["id"]
        kitchen.officer.post(f"/canteen/kitchen/workers/{worker_id}/notice", {"basis": "duty"})
        check = {"worker_id": worker_id, "temperature_dc": 383, "symptoms": [1, 4]}
        shift = {"canteen_id": kitchen.canteen.id, "shift": "morning", "items": [check]}
        made = kitchen.cook.post("/canteen/kitchen/morning-checks", shift)
        assert made.data["blocked"] == 1
        yield kitchen


def query(kitchen, **more):
    return {"canteen_id": kitchen.canteen.id, "from_date": "2026-11-01", "to_date": "2026-11-30", **more}


def test_the_workbook_has_every_ledger_and_no_symptom(kept):
    answer = kept.officer.get(f"{ROOT}/export.xlsx", **query(kept))
    book = load_workbook(BytesIO(answer.body))
    contents = {row[0]: row[1] for row in book["目录"].iter_rows(min_row=2, values_only=True)}
    assert set(contents) == set(book.sheetnames) - {"目录"}
    assert (contents["从业人员晨检记录"], contents["清洁消毒记录"], contents["问题整改台账"]) == (1, 1, 1)
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "赵发热" in cells
    told = " ".join(cell for cell in cells if cell != "赵发热")
    assert not any(word in told for word in ("38.3", "腹泻", "发热"))


def test_the_pdf_is_made_and_each_export_is_recorded(kept):
    assert kept.officer.get(f"{ROOT}/export.pdf", **query(kept)).body.startswith(b"%PDF")
    event = db.session.query(AuditEvent).filter_by(action="canteen.safety_records_exported").one()
    assert event.details == {"from_on": "2026-11-01", "until_on": "2026-11-30", "format": "pdf"}


def test_who_does_not_read_the_records_exports_nothing_and_a_quarter_is_the_most(kept):
    assert kept.storekeeper.get(f"{ROOT}/export.pdf", **query(kept)).status == 403
    long = kept.officer.get(f"{ROOT}/export.pdf", **query(kept, from_date="2026-08-01"))
    assert long.error == "canteen.safety_period"
    from tests.canteen.kitchen import Kitchen

    other = Kitchen(kept.compound)
    assert other.officer.get(f"{ROOT}/summary", **query(kept)).status == 404


def test_records_are_deleted_after_two_years_and_never_before(kept):
    def cleanings():
        db.session.rollback()
        return db.session.query(CleaningRecord).count()

    def officer():  # Nobody's session lasts for two years.
        return kept.compound.client(kept.staff["officer"])

    path = f"{ROOT}/retention/cleaning/purge"
    body = {"canteen_id": kept.canteen.id, "until_date": MONDAY.isoformat()}
    with clock.at(clock.at_local(date(2028, 11, 23), clock.local(NINE).time())):
        early = officer().post(path, body)
        assert early.error == "canteen.retention_too_early"
        assert early.envelope["data"]["allowed_until"] == "2026-11-22"
        assert cleanings() == 1
    with clock.at(clock.at_local(date(2028, 11, 24), clock.local(NINE).time())):
        listed = officer().get(f"{ROOT}/retention", canteen_id=kept.canteen.id).data["list"]
        row = next(each for each in listed if each["key"] == "cleaning")
        assert (row["kept"], row["deletable"], row["oldest_on"]) == (1, 1, "2026-11-23")
        assert officer().post(path, body).data == {"deleted": 1}
        assert cleanings() == 0
        samples = officer().post(f"{ROOT}/retention/samples/purge", body)
        assert samples.error == "canteen.retention_unknown"


@pytest.mark.parametrize(
    ("today", "months", "last"),
    [
        (date(2026, 11, 23), 24, date(2024, 11, 22)),
        (date(2026, 8, 31), 6, date(2026, 2, 27)),
        (date(2028, 2, 29), 24, date(2026, 2, 27)),
        (date(2027, 1, 1), 6, date(2026, 6, 30)),
    ],
)
def test_what_was_kept_for_whole_months_may_go(today, months, last):
    assert policies.deletable_until(today, months) == last
    policies.ensure_deletable(last, today, months)
    with pytest.raises(RetentionTooEarly):
        policies.ensure_deletable(last + timedelta(days=1), today, months)
