"""The evaluation of a quarter: tables of its rules, and a whole round over HTTP."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.errors import AppError
from backend.flows import evaluation_evidence as flow
from backend.notifications.models import InboxMessage
from backend.scoresheets.models import EvidenceKind, ScoreItem
from backend.scoresheets.policies import Loss, Mark
from canteen.evaluation import default_sheet
from canteen.evaluation.policies import METRICS, proposed_tenths, share_between
from canteen.evaluation.rectifications.models import Rectification
from canteen.evaluation.rounds import policies, queries, services, titles
from canteen.evaluation.rounds.models import SheetAnswer, SheetState, UnitSheet
from canteen.evaluation.rounds.policies import Answer, Step
from canteen.evaluation.units import operations as unit_operations
from canteen.evaluation.units.models import Via
from canteen.evaluation.units.policies import Figures
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.canteen.evaluation.organs import EVERYWHERE, at, unit
from tests.factories import NINE
from tests.printed import text_of
from tests.statements import counted_statements

NAMES = titles.SHEET_STATE_NAMES
TABLE = {
    "submit": {"filling": "submitted", "returned": "submitted"},
    "take": {"filling": "submitted", "returned": "submitted"},
    "return": {"submitted": "returned"},
    "close": {"submitted": "closed"},
}


@pytest.mark.parametrize("state", SheetState)
@pytest.mark.parametrize("step", Step)
def test_states_change_by_the_table_alone(state, step):
    after = TABLE.get(step.value, {}).get(state.value)
    if after is None:
        with pytest.raises(AppError, match="sheet_state"):
            policies.state_after(state, step, NAMES)
    else:
        assert policies.state_after(state, step, NAMES) == after


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        (1, date(2026, 1, 1), date(2026, 3, 31)),
        (2, date(2026, 4, 1), date(2026, 6, 30)),
        (3, date(2026, 7, 1), date(2026, 9, 30)),
        (4, date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_the_days_of_a_quarter(quarter, first, last):
    assert policies.quarter_span(2026, quarter) == (first, last)


def test_ties_share_a_rank_and_open_sheets_have_none():
    totals = [Decimal(90), None, Decimal("95.5"), Decimal(90), Decimal(70)]
    assert policies.ranks(totals) == [2, None, 1, 2, 4]


@pytest.mark.parametrize(
    ("value", "none_at", "full_at", "tenths"),
    [
        ("0.95", "0.80", "0.95", 60),
        ("0.80", "0.80", "0.95", 0),
        ("0.875", "0.80", "0.95", 30),
        ("0.7", "0.80", "0.95", 0),
        ("0.05", "0.15", "0.05", 60),
        ("0.10", "0.15", "0.05", 30),
        ("-0.25", "0.10", "-0.10", 60),
        ("0", "0.10", "-0.10", 30),
    ],
)
def test_a_figure_becomes_points_between_two_thresholds(value, none_at, full_at, tenths):
    share = share_between(Decimal(value), none_at=Decimal(none_at), full_at=Decimal(full_at))
    assert proposed_tenths(share, 60) == tenths
    assert proposed_tenths(None, 60) is None


ITEM = ScoreItem(id=1, number="3", points_tenths=50, evidence="metric", may_be_inapplicable=False, reasons=[])
PAPER = ScoreItem(
    id=2, number="4", points_tenths=50, evidence=EvidenceKind.DOCUMENT, may_be_inapplicable=True, reasons=[]
)


@pytest.mark.parametrize(
    ("item", "answer", "proposed", "is_fine"),
    [
        (ITEM, Answer(False, 50, "", 0), None, True),
        (ITEM, Answer(False, 50, "", 0), 50, True),
        (ITEM, Answer(False, 50, "", 0), 30, False),
        (ITEM, Answer(False, 50, "另有纸质台账", 0), 30, True),
        (ITEM, Answer(False, 51, "", 0), None, False),
        (ITEM, Answer(False, None, "", 0), None, False),
        (ITEM, Answer(True, None, "", 0), None, False),
        (PAPER, Answer(True, None, "", 0), None, True),
        (PAPER, Answer(True, 10, "", 0), None, False),
        # No photo is forced: a text will do, and nothing claims nothing.
        (PAPER, Answer(False, 50, "", 0), None, False),
        (PAPER, Answer(False, 50, "制度文件第 3 号", 0), None, True),
        (PAPER, Answer(False, 50, "", 1), None, True),
        (PAPER, Answer(False, 0, "", 0), None, True),
    ],
)
def test_what_a_unit_may_answer(item, answer, proposed, is_fine):
    if is_fine:
        policies.ensure_answer(item, answer, proposed)
        return
    with pytest.raises(AppError, match="answer_invalid"):
        policies.ensure_answer(item, answer, proposed)


def answered(**columns):
    usual = {"item_id": 1, "answered_at": NINE, "is_inapplicable": False, "text": "", "evidence_text": ""}
    return SheetAnswer(**{**usual, **columns})


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        (answered(self_tenths=50), Mark(1, 50)),
        (
            answered(self_tenths=40, text="少一次"),
            Mark(1, 40, remark="少一次", losses=(Loss(None, "按单位自评得分"),)),
        ),
        (answered(self_tenths=40), Mark(1, 40, losses=(Loss(None, "按单位自评得分"),))),
        (answered(is_inapplicable=True, text="订餐"), Mark(1, None, is_inapplicable=True, remark="订餐")),
        (
            answered(self_tenths=50, proposed_tenths=30, text="另有台账"),
            Mark(1, 50, remark="另有台账"),
        ),
        (
            answered(answered_at=None, proposed_tenths=30, evidence_text="完整率 80%"),
            Mark(1, 30, remark="完整率 80%", losses=(Loss(None, "按系统数据得分"),)),
        ),
        (answered(answered_at=None), None),
    ],
)
def test_what_accepting_a_sheet_makes_of_an_item(answer, mark):
    assert policies.mark_as_answered(ITEM, answer) == mark


class Evaluation:
    """A round of the default sheet for our own canteen and two outer units, on 23 November 2026."""

    def __init__(self, compound):
        self.compound = compound
        self.canteen = compound.canteen(name="机关食堂")
        self.outer, self.silent = unit("XQ-01", name="某县机关食堂"), unit("XQ-02", name="某局食堂")
        self.version_id = default_sheet.load().version_id
        self.office = self.person("logistics_reviewer", EVERYWHERE)
        self.reporter = self.person("unit_reporter", (ScopeKind.UNIT, self.outer.id))
        self.manager = self.person("canteen_manager", (ScopeKind.CANTEEN, self.canteen.id))

    def person(self, role, scope):
        return self.compound.client(self.compound.staff(name="李评估", roles={role: scope}))

    def open(self, **fields):
        body = {"year": 2026, "quarter": 4, "version_id": self.version_id, "due_on": "2026-12-10"}
        return self.office.post("/evaluation/rounds", {**body, **fields})

    def sheets(self, round_id):
        listed = self.office.get("/evaluation/sheets", round_id=round_id).data["list"]
        return {each["unit_name"]: each for each in listed}

    def fill(self, client, sheet_id, **scores):
        """Answer what the system has not: full marks, or the given score by number."""
        sheet = client.get(f"/evaluation/sheets/{sheet_id}").data
        for line in sheet["lines"]:
            item, number = line["item"], line["item"]["number"]
            if line["evidence"] and line["evidence"]["is_sufficient"] and f"n{number}" not in scores:
                continue
            score = scores.get(f"n{number}", item["points"])
            body = {"score": score, "text": "见资料", "is_inapplicable": score is None}
            answer = client.put(f"/evaluation/sheets/{sheet_id}/answers/{item['id']}", body)
            assert answer.status == 200, answer.envelope
        return sheet


@pytest.fixture
def evaluation(compound):
    """The round's people, at nine on a Monday."""
    with clock.at(NINE):
        yield Evaluation(compound)


def lines_of(sheet):
    return {line["item"]["number"]: line for line in sheet["lines"]}


def told(staff_kind):
    db.session.rollback()
    return list(db.session.scalars(db.select(InboxMessage.text).where(InboxMessage.kind == staff_kind)))


def report_months(of, plate_by_month):
    """What an outer unit reports of months, by number."""
    for (year, month), plate_g in plate_by_month.items():

        @atomic
        def write(first=date(year, month, 1), plate_g=plate_g):
            figures = Figures(2_000, 20, 19, prepared_g=800_000, unserved_g=40_000, plate_g=plate_g)
            unit_operations.take_report(of.id, first, figures, Via.API, actor=SYSTEM)

        write()


def test_a_whole_round_from_opening_to_results(evaluation, compound):
    assert set(flow.PROVIDERS) == set(METRICS)
    # Plate waste of 50 g per diner in October and November, of 60 g in the third quarter: a sixth less.
    report_months(evaluation.outer, {(2026, 10): 95_000, (2026, 11): 95_000})
    report_months(evaluation.outer, {(2026, month): 114_000 for month in (7, 8, 9)})
    opened = evaluation.open().data
    assert (opened["filling"], opened["title"]) == (3, "2026年第4季度反食品浪费工作成效评估")
    assert (evaluation.open().status, evaluation.open().error) == (409, "evaluation.round_exists")
    assert any("某县机关食堂" in each for each in told("evaluation.round_opened"))
    sheets = evaluation.sheets(opened["id"])
    assert set(sheets) == {"机关食堂", "某县机关食堂", "某局食堂"}
    outer_id, own_id = sheets["某县机关食堂"]["sheet_id"], sheets["机关食堂"]["sheet_id"]
    path = f"/evaluation/sheets/{outer_id}"

    # What the system can say is there, with figures and coverage; 38 of 40 meals weighed is 95 %.
    sheet = evaluation.reporter.get(path).data
    lines = lines_of(sheet)
    assert lines["16"]["evidence"]["proposed"] == 8.0
    assert "95.0%" in lines["16"]["evidence"]["text"]
    assert "未经系统称重核验" in lines["16"]["evidence"]["coverage"]
    assert lines["17"]["evidence"]["proposed"] == 6.0
    assert "下降 16.7%" in lines["17"]["evidence"]["text"]
    assert lines["15"]["evidence"]["proposed"] == 3.0
    silent = evaluation.office.get(f"/evaluation/sheets/{sheets['某局食堂']['sheet_id']}").data
    assert lines_of(silent)["16"]["evidence"]["is_sufficient"] is False
    assert "数据不足" in lines_of(silent)["16"]["evidence"]["text"]

    # The unit answers the rest; the system's own items need no answer.
    assert evaluation.reporter.post(f"{path}/submit").error == "evaluation.sheet_incomplete"
    evaluation.fill(evaluation.reporter, outer_id, n5=None, n6=1.5)
    photo = send(evaluation.reporter, small_jpeg()).data["id"]
    of_photos = lines["25"]["item"]["id"]
    answer = {"score": 5, "photo_ids": [photo]}
    sheet = evaluation.reporter.put(f"{path}/answers/{of_photos}", answer).data
    assert [each["id"] for each in lines_of(sheet)["25"]["answer"]["photos"]] == [photo]
    sheet = evaluation.reporter.put(f"{path}/answers/{of_photos}", answer).data
    assert [each["id"] for each in lines_of(sheet)["25"]["answer"]["photos"]] == [photo]
    # A self score beside the system's figures needs a reason.
    ledger = lines["16"]["item"]["id"]
    refused = evaluation.reporter.put(f"{path}/answers/{ledger}", {"score": 7})
    assert (refused.status, refused.error) == (422, "evaluation.answer_invalid")

    # With the unit, nobody scores; with the reviewers, the unit answers no more.
    mark = {"item_id": ledger, "score": 8}
    early = evaluation.office.put(f"{path}/scores", {"marks": [mark]})
    assert (early.status, early.error) == (409, "evaluation.sheet_state")
    assert evaluation.reporter.post(f"{path}/submit").data["state"] == "submitted"
    assert evaluation.reporter.put(f"{path}/answers/{of_photos}", answer).error == "evaluation.sheet_state"
    assert told("evaluation.sheet_submitted")

    # Sent back and handed in again.
    assert evaluation.office.post(f"{path}/return", {"note": "补充培训记录"}).data["state"] == "returned"
    assert any("补充培训记录" in each for each in told("evaluation.sheet_returned"))
    assert evaluation.reporter.get(path).data["return_note"] == "补充培训记录"
    assert evaluation.reporter.post(f"{path}/submit").data["return_note"] == ""

    # A score that departs from the system's figures has a remark, one below the points a reason.
    def review(**fields):
        return evaluation.office.put(f"{path}/scores", {"marks": [{"item_id": ledger, **fields}]})

    assert evaluation.office.post(f"{path}/close").error == "scoresheets.items_unscored"
    assert review(score=6, losses=[{"text": "台账不全"}]).error == "evaluation.remark_needed"
    assert review(score=6, remark="现场核对").error == "scoresheets.reason_needed"
    assert review(score=8.1, remark="多").error == "scoresheets.score_too_high"
    reason = lines["16"]["item"]["reasons"][0]
    assert review(score=6, remark="现场核对", losses=[{"reason_id": reason["id"]}]).status == 200
    assert lines_of(evaluation.reporter.get(path).data)["16"]["mark"] is None
    accepted = lines_of(evaluation.office.post(f"{path}/accept").data)
    assert accepted["16"]["mark"]["score"] == 6.0
    assert accepted["16"]["mark"]["losses"][0]["text"] == reason["text"]
    assert accepted["5"]["mark"]["is_inapplicable"]

    closed = evaluation.office.post(f"{path}/close").data
    # 97 points of items apply; 2 lost at the ledger and 0.5 at the files: 94.5 / 97 × 100 = 97.42… → 97.4.
    assert (closed["total"], closed["grade"], closed["is_failing"]) == (97.4, "优秀", False)
    seen = evaluation.reporter.get(path).data
    assert lines_of(seen)["16"]["mark"]["score"] == 6.0
    assert [each["step"] for each in seen["steps"]] == ["open", "submit", "return", "submit", "close"]
    assert any("97.4 分，优秀" in each for each in told("evaluation.sheet_closed"))
    for late in (
        review(score=8),
        evaluation.office.post(f"{path}/close"),
        evaluation.office.post(f"{path}/return", {"note": "x"}),
        evaluation.reporter.put(f"{path}/answers/{of_photos}", answer),
    ):
        assert (late.status, late.error) == (409, "evaluation.sheet_state")
    actions = set(db.session.scalars(db.select(AuditEvent.action)))
    assert {"evaluation.sheet_returned", "evaluation.reviewed", "evaluation.sheet_closed"} <= actions

    # Our own canteen's manager fills its sheet in; it fails, and has to put right what it lost points for.
    zeros = {f"n{number}": 0 for number in (1, 2, 3, 4, 8, 9, 10, 11, 19, 20, 25, 26)}
    evaluation.fill(evaluation.manager, own_id, **zeros)
    assert evaluation.manager.post(f"/evaluation/sheets/{own_id}/submit").status == 200
    assert evaluation.office.post(f"/evaluation/sheets/{own_id}/accept").status == 200
    failed = evaluation.office.post(f"/evaluation/sheets/{own_id}/close").data
    assert (failed["grade"], failed["is_failing"]) == ("不合格", True)
    db.session.rollback()
    order = db.session.scalars(db.select(Rectification)).one()
    assert (order.origin, order.origin_id) == ("round", own_id)

    # Results are of units; the round ends once every sheet is closed.
    early = evaluation.office.post(f"/evaluation/rounds/{opened['id']}/close")
    assert (early.status, early.error) == (409, "evaluation.sheets_open")
    ranked = evaluation.sheets(opened["id"])
    assert [(name, each["rank"]) for name, each in ranked.items()] == [
        ("某县机关食堂", 1), ("机关食堂", 2), ("某局食堂", None)
    ]  # fmt: skip
    losses = queries.loss_reasons(opened["id"], 50)
    assert reason["text"] in {each.text for each in losses}
    silent_path = f"/evaluation/sheets/{sheets['某局食堂']['sheet_id']}"
    assert evaluation.office.post(f"{silent_path}/take").error == "evaluation.sheet_not_due"
    with clock.at(at(date(2026, 12, 11))):
        office = evaluation.person("logistics_reviewer", EVERYWHERE)
        assert office.post(f"{silent_path}/take").data["state"] == "submitted"
        marks = [
            {"item_id": line["item"]["id"], "score": 0, "losses": [{"text": "没有填报"}]}
            for line in silent["lines"]
        ]
        assert office.put(f"{silent_path}/scores", {"marks": marks}).status == 200
        assert office.post(f"{silent_path}/close").data["total"] == 0.0
        assert office.post(f"/evaluation/rounds/{opened['id']}/close").data["state"] == "closed"
        again = office.post(f"/evaluation/rounds/{opened['id']}/evidence")
        assert (again.status, again.error) == (409, "evaluation.round_closed")

        # On paper and as a workbook, with the columns that the standards name.
        printed = text_of(office.get(f"{path}/pdf").body).replace("\n", "").replace(" ", "")
        for word in (
            "一级指标",
            "失分原因",
            "97.4",
            "优秀",
            reason["text"],
            "现场核对",
            "不适用",
            "某县机关食堂",
        ):
            assert word in printed, word
        book = load_workbook(BytesIO(office.get(f"{path}/workbook").body))
        rows = list(book["评分"].values)
        assert rows[0] == ("一级指标", "二级指标", "三级指标", "序号", "分值", "评分", "不适用", "失分原因")
        assert rows[16][3:6] == ("16", 8, 6)
        assert rows[5][6] == "不适用"
        listed = load_workbook(BytesIO(office.get(f"/evaluation/rounds/{opened['id']}/workbook").body))
        assert [row[0] for row in listed.active.values][1:] == [1, 2, 3]


def test_the_database_itself_keeps_a_closed_sheet_as_it_is(evaluation):
    opened = evaluation.open().data
    sheet_id = evaluation.sheets(opened["id"])["某县机关食堂"]["sheet_id"]
    evaluation.fill(evaluation.reporter, sheet_id)
    for step, client in (
        ("submit", evaluation.reporter),
        ("accept", evaluation.office),
        ("close", evaluation.office),
    ):
        assert client.post(f"/evaluation/sheets/{sheet_id}/{step}").status == 200
    for statement in (
        "UPDATE evaluation_sheets SET return_note = 'x' WHERE id = :id",
        "UPDATE evaluation_answers SET text = 'x' WHERE sheet_id = :id",
        "DELETE FROM evaluation_answers WHERE sheet_id = :id",
        "UPDATE scorings SET total_tenths = 1000 WHERE owner_id = :id AND owner_kind = 'evaluation_sheet'",
        "UPDATE item_scores SET score_tenths = 0 WHERE scoring_id ="
        " (SELECT id FROM scorings WHERE owner_id = :id AND owner_kind = 'evaluation_sheet')",
        "UPDATE evaluation_steps SET note = 'x' WHERE sheet_id = :id",
    ):

        @atomic
        def change(statement=statement):
            db.session.execute(text(statement), {"id": sheet_id})

        with pytest.raises(DBAPIError, match=r"frozen|append-only"):
            change()


def test_a_sheet_is_seen_by_its_unit_and_by_who_organises_alone(evaluation, compound):
    opened = evaluation.open().data
    sheets = evaluation.sheets(opened["id"])
    own = sheets["某县机关食堂"]["sheet_id"]
    other = sheets["某局食堂"]["sheet_id"]
    mine = evaluation.reporter.get("/evaluation/sheets/mine").data["list"]
    assert [each["unit_name"] for each in mine] == ["某县机关食堂"]
    for client in (evaluation.manager, compound.client(compound.staff())):
        for answer in (client.get(f"/evaluation/sheets/{own}"), client.get(f"/evaluation/sheets/{own}/pdf")):
            assert (answer.status, answer.error) == (404, "evaluation.sheet_not_found")
    item = evaluation.reporter.get(f"/evaluation/sheets/{own}").data["lines"][0]["item"]["id"]
    for answer in (
        evaluation.reporter.get(f"/evaluation/sheets/{other}"),
        evaluation.reporter.put(f"/evaluation/sheets/{other}/answers/{item}", {"score": 1, "text": "x"}),
        evaluation.reporter.post(f"/evaluation/sheets/{other}/submit"),
    ):
        assert (answer.status, answer.error) == (404, "evaluation.sheet_not_found")
    for path in ("/evaluation/rounds", f"/evaluation/rounds/{opened['id']}"):
        assert evaluation.reporter.get(path).status == 403
    assert evaluation.reporter.post(f"/evaluation/sheets/{own}/close").status == 403
    # Nobody reviews what they have handed in.
    both = compound.client(compound.staff(roles={"administrator": EVERYWHERE}))
    evaluation.fill(both, own)
    assert both.post(f"/evaluation/sheets/{own}/submit").status == 200
    refused = both.post(f"/evaluation/sheets/{own}/accept")
    assert (refused.status, refused.error) == (403, "evaluation.own_sheet")
    # Nor what they have answered, whoever hands it in.
    assert evaluation.office.post(f"/evaluation/sheets/{own}/return", {"note": "请补充"}).status == 200
    assert evaluation.reporter.post(f"/evaluation/sheets/{own}/submit").status == 200
    for answer in (
        both.post(f"/evaluation/sheets/{own}/accept"),
        both.post(f"/evaluation/sheets/{own}/close"),
    ):
        assert (answer.status, answer.error) == (403, "evaluation.own_sheet")
    assert "review" not in both.get(f"/evaluation/sheets/{own}").data["can"]
    assert evaluation.office.post(f"/evaluation/sheets/{own}/accept").status == 200


def test_what_a_round_asks_for(evaluation):
    for fields, error in (
        ({"due_on": "2026-11-22"}, "evaluation.due_invalid"),
        ({"due_on": "2027-11-22"}, "evaluation.due_invalid"),
        ({"year": 2027, "quarter": 1}, "evaluation.round_too_early"),
        ({"version_id": 999}, "scoresheets.version_not_found"),
    ):
        assert evaluation.open(**fields).error == error
    opened = evaluation.open().data
    moved = evaluation.office.put(f"/evaluation/rounds/{opened['id']}/due", {"due_on": "2026-12-20"}).data
    assert moved["due_on"] == "2026-12-20"


def test_units_are_reminded_before_the_due_day_and_on_it_once(evaluation):
    evaluation.open(due_on="2026-11-27")
    reminders = []
    for day in (23, 24, 25, 26, 27, 28):
        with clock.at(at(date(2026, 11, day))):
            reminders.append(services.remind() + services.remind())
    # Two units have reporters; three days ahead, and on the day itself.
    assert reminders == [0, 2, 0, 0, 2, 0]
    assert len(told("evaluation.sheet_due")) == 4


def test_opening_costs_no_statement_for_each_unit(evaluation):
    with counted_statements() as few:
        evaluation.open()
    for number in range(10):
        unit(f"MORE-{number}")
    db.session.rollback()
    with counted_statements() as many:
        evaluation.open(quarter=3)
    assert db.session.query(UnitSheet).count() == 3 + 13
    assert len(many) <= len(few) + 2


def test_evidence_is_brought_up_to_date_until_the_sheet_is_handed_in(evaluation):
    opened = evaluation.open().data
    sheet_id = evaluation.sheets(opened["id"])["某县机关食堂"]["sheet_id"]

    def ledger():
        return lines_of(evaluation.office.get(f"/evaluation/sheets/{sheet_id}").data)["16"]["evidence"]

    assert ledger()["proposed"] is None
    report_months(evaluation.outer, {(2026, 10): 95_000, (2026, 11): 95_000})
    assert flow.refresh() > 0
    assert ledger()["proposed"] == 8.0
    found = evaluation.office.post(f"/evaluation/rounds/{opened['id']}/evidence").data
    assert found["items"] > found["insufficient"] > 0
    assert evaluation.reporter.post(f"/evaluation/rounds/{opened['id']}/evidence").status == 403
