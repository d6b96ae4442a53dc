"""Score sheets over HTTP: drafts, versions in force that never change, in and out by Excel."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.scoresheets.documents import sheet_workbook
from backend.scoresheets.models import ScoreSheet, SheetVersion
from canteen.evaluation import default_sheet
from tests.canteen.evaluation.organs import EVERYWHERE
from tests.factories import NINE

BODY = {
    "code": "city-2026",
    "title": "市级评估表",
    "region": "本市",
    "year": 2026,
    "source": "市级标准",
    "inapplicable": "full_marks",
    "items": [
        {
            "number": "1",
            "level1": "组织",
            "level2": "制度",
            "points": 40,
            "scoring": "看文件",
            "evidence": "document",
            "may_be_inapplicable": True,
            "reasons": [{"text": "没有文件", "points": 40}, {"text": "不完整"}],
        },
        {
            "number": "2",
            "level1": "监测",
            "level2": "台账",
            "points": 60.5,
            "scoring": "看数据",
            "evidence": "metric",
            "metric_key": "ledger_completeness",
        },
    ],
    "grades": [
        {"title": "合格", "from_points": 70},
        {"title": "不合格", "from_points": 0, "is_failing": True},
    ],
}


@pytest.fixture
def office(compound):
    """A client of who organises the evaluation, at nine on a Monday."""
    with clock.at(NINE):
        yield compound.client(compound.staff(roles={"logistics_reviewer": EVERYWHERE}))


def upload(client, path, data):
    return client.request(
        "POST", path, data={"file": (BytesIO(data), "表.xlsx")}, content_type="multipart/form-data"
    )


def test_a_draft_is_written_put_in_force_and_followed_by_a_next_version(office):
    made = office.post("/score-sheets", BODY).data
    assert (made["number"], made["state"], made["full"]) == (1, "draft", 100.5)
    assert [each["points"] for each in made["items"]] == [40.0, 60.5]
    assert made["items"][0]["reasons"][0] == {
        "id": made["items"][0]["reasons"][0]["id"], "text": "没有文件", "points": 40.0
    }  # fmt: skip
    version = f"/score-sheets/versions/{made['id']}"
    changed = office.put(version, {**BODY, "title": "市级评估表（修订）"}).data
    assert changed["title"] == "市级评估表（修订）"
    assert office.post(f"{version}/publish", {"valid_from": "2026-11-01"}).data["state"] == "in_force"

    # In force, it neither changes nor goes, and is not put in force again.
    for answer in (
        office.put(version, BODY),
        office.delete(version),
        office.post(f"{version}/publish", {"valid_from": "2026-12-01"}),
    ):
        assert (answer.status, answer.error) == (409, "scoresheets.in_force")

    after = office.post(f"/score-sheets/{made['sheet_id']}/versions").data
    assert (after["number"], after["state"], after["title"]) == (2, "draft", "市级评估表（修订）")
    twin = office.post(f"/score-sheets/{made['sheet_id']}/versions")
    assert (twin.status, twin.error) == (409, "scoresheets.draft_exists")
    early = office.post(f"/score-sheets/versions/{after['id']}/publish", {"valid_from": "2026-11-01"})
    assert (early.status, early.error) == (409, "scoresheets.valid_from")
    assert office.delete(f"/score-sheets/versions/{after['id']}").status == 200

    listed = office.get("/score-sheets").data["list"]
    ours = next(each for each in listed if each["code"] == "city-2026")
    assert [(each["number"], each["state"]) for each in ours["versions"]] == [(1, "in_force")]
    actions = set(db.session.scalars(db.select(AuditEvent.action)))
    assert {f"scoresheets.{done}" for done in ("drafted", "changed", "published", "discarded")} <= actions


def test_a_sheet_that_contradicts_itself_does_not_come_into_force(office):
    broken = {**BODY, "grades": [{"title": "合格", "from_points": 70}]}
    made = office.post("/score-sheets", broken).data
    answer = office.post(f"/score-sheets/versions/{made['id']}/publish", {"valid_from": "2026-11-01"})
    assert (answer.status, answer.error) == (422, "scoresheets.invalid")
    assert "最低一级应从 0 分起" in answer.envelope["msg"]
    assert office.post("/score-sheets", BODY).error == "scoresheets.code_taken"


def test_the_database_itself_keeps_a_version_in_force_as_it_is(office):
    loaded = default_sheet.load()
    assert default_sheet.load().is_unchanged
    for statement in (
        "UPDATE score_sheet_versions SET title = 'x' WHERE id = :id",
        "UPDATE score_items SET points_tenths = 1 WHERE version_id = :id",
        "DELETE FROM score_grades WHERE version_id = :id",
        "INSERT INTO score_grades (version_id, from_tenths, title, is_failing) VALUES (:id, 5, '好', false)",
        "UPDATE score_loss_reasons SET text = 'x'"
        " WHERE item_id = (SELECT min(id) FROM score_items WHERE version_id = :id)",
    ):

        @atomic
        def change(statement=statement):
            db.session.execute(text(statement), {"id": loaded.version_id})

        with pytest.raises(DBAPIError, match="frozen"):
            change()


def test_a_workbook_makes_a_sheet_and_the_same_again_changes_nothing(office):
    data = sheet_workbook(default_sheet.content())
    first = upload(office, "/score-sheets/import", data).data
    assert (first["number"], first["state"], first["is_unchanged"]) == (1, "draft", False)
    # The same draft, then in force, is recognised; what it becomes by an edit is the next draft.
    assert upload(office, "/score-sheets/import", data).data == {**first, "is_unchanged": True}
    office.post(f"/score-sheets/versions/{first['version_id']}/publish", {"valid_from": "2026-11-01"})
    assert upload(office, "/score-sheets/import", data).data["is_unchanged"]
    exported = office.get(f"/score-sheets/versions/{first['version_id']}/workbook").body
    assert upload(office, "/score-sheets/import", exported).data["is_unchanged"]

    book = load_workbook(BytesIO(exported))
    book["指标"]["E2"] = 5
    changed = BytesIO()
    book.save(changed)
    second = upload(office, "/score-sheets/import", changed.getvalue()).data
    assert (second["number"], second["state"], second["is_unchanged"]) == (2, "draft", False)
    view = office.get(f"/score-sheets/versions/{second['version_id']}").data
    assert (view["full"], view["items"][0]["points"]) == (101.0, 5.0)


def test_a_workbook_with_a_wrong_row_saves_nothing(office):
    book = load_workbook(BytesIO(sheet_workbook(default_sheet.content())))
    book["指标"]["E3"], book["指标"]["G7"] = "五分", "传闻"
    changed = BytesIO()
    book.save(changed)
    answer = upload(office, "/score-sheets/import", changed.getvalue())
    assert (answer.status, answer.error) == (422, "documents.rows_rejected")
    assert [(each["row"], each["column"]) for each in answer.envelope["data"]["rows"]] == [
        (3, "分值"),
        (7, "佐证方式"),
    ]
    assert db.session.query(ScoreSheet).count() == db.session.query(SheetVersion).count() == 0


def test_who_does_not_organise_the_evaluation_sees_no_sheet(office, compound):
    made = office.post("/score-sheets", BODY).data
    for roles in ({}, {"canteen_manager": (ScopeKind.CANTEEN, 1)}, {"unit_reporter": (ScopeKind.UNIT, 1)}):
        other = compound.client(compound.staff(roles=roles))
        for answer in (
            other.get("/score-sheets"),
            other.get(f"/score-sheets/versions/{made['id']}"),
            other.post("/score-sheets", BODY),
            upload(other, "/score-sheets/import", b""),
        ):
            assert (answer.status, answer.error) == (403, "app.forbidden")
