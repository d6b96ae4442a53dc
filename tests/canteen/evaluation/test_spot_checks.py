"""The yearly draw and the inspections, over HTTP."""

from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.notifications.models import InboxMessage
from canteen.evaluation.spot_checks import policies, queries
from canteen.evaluation.spot_checks.errors import InspectionState
from canteen.evaluation.spot_checks.models import Inspection, SpotCheckLot, State
from canteen.evaluation.spot_checks.policies import Step
from canteen.evaluation.units.models import Unit
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.canteen.evaluation.organs import EVERYWHERE, at, field, sheet, unit
from tests.factories import NINE, date
from tests.threads import at_once

TABLE = {
    "change": {"planned": "planned", "under_way": "under_way"},
    "score": {"planned": "under_way", "under_way": "under_way"},
    "submit": {"under_way": "submitted"},
    "acknowledge": {"submitted": "acknowledged"},
    "dispute": {"submitted": "disputed"},
    "return": {"disputed": "under_way"},
    "confirm": {"submitted": "confirmed", "acknowledged": "confirmed", "disputed": "confirmed"},
    "cancel": {"planned": "cancelled", "under_way": "cancelled"},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_states_change_by_the_table_alone(state, step):
    after = TABLE[step].get(state)
    if after is None:
        with pytest.raises(InspectionState):
            policies.state_after(state, step)
    else:
        assert policies.state_after(state, step) == after


@pytest.fixture
def one(compound):
    """The usual field, with the clock at Monday morning."""
    made = field(compound)
    with clock.at(NINE):
        yield made


def messages(kind, staff):
    """What a person was told of this kind."""
    db.session.rollback()
    found = select(InboxMessage.text).where(InboxMessage.kind == kind, InboxMessage.staff_id == staff.id)
    return list(db.session.scalars(found))


class TestPlans:
    def draw(self, one, **fields):
        return one.manager.post("/evaluation/spot-check-plans", {"year": 2026, "seen_version": 0, **fields})

    def test_a_year_is_drawn_recorded_and_drawn_again_by_anybody(self, one):
        for number in range(2, 12):
            unit(f"COUNTY-{number}")

        plan = self.draw(one, seed="福彩2026130期", seed_source="福彩网").data

        assert (plan["units"], plan["quota"], plan["drawn"]) == (11, 4, 4)
        assert (plan["percent"], plan["years"], plan["version"]) == (35, 3, 1)
        assert sum(lot["is_drawn"] for lot in plan["lots"]) == 4
        assert {lot["stratum"] for lot in plan["lots"]} == {"waiting"}
        again = one.manager.get(f"/evaluation/spot-check-plans/{plan['id']}/verification").data
        assert (again["is_consistent"], again["differences"]) == (True, [])
        listed = one.manager.get("/evaluation/spot-check-plans", year=2026).data
        assert [(row["version"], row["is_current"]) for row in listed["list"]] == [(1, True)]
        for media, head in (("pdf", b"%PDF"), ("workbook", b"PK")):
            answer = one.manager.get(f"/evaluation/spot-check-plans/{plan['id']}/{media}")
            assert answer.body.startswith(head)

    def test_a_further_draw_is_a_further_version_with_its_reason(self, one):
        first = self.draw(one).data
        assert (first["seed_source"], len(first["seed"])) == ("系统随机生成", 32)
        assert self.draw(one).error == "evaluation.plan_exists"
        assert self.draw(one, seen_version=1).error == "evaluation.plan_reason_needed"
        late = unit("COUNTY-2")
        named = [{"unit_id": late.id, "note": "群众反映较多"}]

        second = self.draw(one, seen_version=1, reason="新增单位", named=named).data

        assert (second["version"], second["reason"]) == (2, "新增单位")
        lots = {lot["code"]: lot for lot in second["lots"]}
        assert lots["COUNTY-2"] == {**lots["COUNTY-2"], "stratum": "named", "is_drawn": True}
        kept = one.manager.get(f"/evaluation/spot-check-plans/{first['id']}").data
        assert (kept["is_current"], len(kept["lots"])) == (False, 1)

    def test_what_cannot_be_drawn(self, one):
        for fields, error in (
            ({"year": 2025}, "evaluation.plan_year"),
            ({"year": 2028}, "evaluation.plan_year"),
            ({"seed": "a|b"}, "app.invalid"),
            ({"named": [{"unit_id": 999_999, "note": "x"}]}, "evaluation.named_unit_unknown"),
        ):
            assert self.draw(one, **fields).error == error

    def test_nothing_is_drawn_from_nothing(self, one):
        @atomic
        def close_all():
            for each in db.session.scalars(select(Unit)):
                each.is_active = False

        close_all()
        assert self.draw(one).error == "evaluation.nothing_to_draw"

    def test_only_managers_see_and_draw_plans(self, one):
        for client in (one.reporter, one.lead):
            assert client.get("/evaluation/spot-check-plans").status == 403
            assert client.post("/evaluation/spot-check-plans", {"year": 2026}).status == 403

    def test_of_two_managers_who_draw_a_year_at_once_one_is_refused(self, one):
        other = one.compound.client(one.compound.staff(roles={"logistics_reviewer": EVERYWHERE}))
        body = {"year": 2026, "seen_version": 0}

        answers = at_once(
            [lambda c=c: c.post("/evaluation/spot-check-plans", body) for c in (one.manager, other)]
        )

        assert sorted(answer.status for answer in answers) == [201, 409]
        assert one.manager.get("/evaluation/spot-check-plans").data["total"] == 1

    @pytest.mark.parametrize(
        "change", ["UPDATE spot_check_lots SET is_drawn = NOT is_drawn", "DELETE FROM spot_check_plans"]
    )
    def test_a_draw_cannot_be_changed_even_by_hand(self, one, change):
        self.draw(one)

        @atomic
        def tamper():
            db.session.execute(text(change))

        with pytest.raises(DBAPIError):
            tamper()

    def test_a_tampered_draw_does_not_verify(self, one):
        plan = self.draw(one).data

        @atomic
        def tamper():
            is_sqlite = db.session.get_bind().dialect.name == "sqlite"
            trigger = (
                "spot_check_lots_no_update" if is_sqlite else "spot_check_lots_append_only ON spot_check_lots"
            )
            db.session.execute(text(f"DROP TRIGGER {trigger}"))
            db.session.execute(text("UPDATE spot_check_lots SET stratum = 'rest'"))

        tamper()
        found = one.manager.get(f"/evaluation/spot-check-plans/{plan['id']}/verification").data
        assert found["is_consistent"] is False
        assert [each["code"] for each in found["differences"]] == ["COUNTY-1"]

    def test_coverage_says_what_is_missing(self, one):
        for number in range(2, 5):
            unit(f"COUNTY-{number}")
        self.draw(one)
        found = one.manager.get("/evaluation/spot-check-coverage", year=2026).data
        assert (found["required"], found["drawn"], found["inspected"], found["is_short"]) == (2, 2, 0, False)
        for number in range(5, 9):
            unit(f"COUNTY-{number}")
        assert one.manager.get("/evaluation/spot-check-coverage", year=2026).data["is_short"] is True

    def test_who_failed_last_year_and_who_is_due_is_in(self, one):
        self.draw(one)
        inspection_id = one.submitted(10, 10, 10)
        one.reporter.post(f"/evaluation/inspections/{inspection_id}/acknowledge")
        one.manager.post(f"/evaluation/inspections/{inspection_id}/confirm")
        for number in range(2, 4):
            unit(f"COUNTY-{number}")
        with clock.at(at(date(2027, 1, 4))):
            lots = self.draw(self.later(one), year=2027).data["lots"]
        strata = {lot["code"]: (lot["stratum"], lot["last_checked"]) for lot in lots}
        assert strata["COUNTY-1"] == ("failed", 2026)
        assert strata["COUNTY-2"] == ("waiting", None)

    def later(self, one):
        """The same field with a manager who has logged in of late."""
        one.manager = one.compound.client(one.compound.staff(roles={"administrator": EVERYWHERE}))
        return one


class TestArranging:
    def test_a_team_is_told_and_an_unannounced_unit_is_not(self, one):
        answer = one.arrange()

        assert answer.status == 201
        assert (answer.data["state"], answer.data["item_count"], answer.data["scored"]) == ("planned", 3, 0)
        assert messages("evaluation.inspection_assigned", one.member_staff)
        assert not messages("evaluation.inspection_announced", one.reporter_staff)
        path = f"/evaluation/inspections/{answer.data['id']}"
        assert one.reporter.get(path).error == "evaluation.inspection_not_found"
        assert one.reporter.get("/evaluation/inspections/of-units").data["total"] == 0
        assert one.member.get(path).status == 200

    def test_an_announced_visit_is_told_to_the_unit(self, one):
        one.arrange(is_announced=True)
        assert messages("evaluation.inspection_announced", one.reporter_staff)

    def test_a_unit_has_one_inspection_a_year(self, one):
        first = one.arrange().data
        assert one.arrange().error == "evaluation.inspection_exists"
        one.manager.post(f"/evaluation/inspections/{first['id']}/cancel", {"reason": "人员调整"})
        assert one.arrange().status == 201
        assert messages("evaluation.inspection_cancelled", one.lead_staff)
        assert one.lead.get(f"/evaluation/inspections/{first['id']}").status == 404

    def test_what_cannot_be_arranged(self, one):
        gone = unit("GONE", is_active=False)
        for fields, error in (
            ({"from_on": "2026-11-27", "until_on": "2026-11-23"}, "evaluation.window_invalid"),
            ({"from_on": "2026-11-16", "until_on": "2026-11-20"}, "evaluation.window_invalid"),
            ({"year": 2027}, "evaluation.window_invalid"),
            ({"member_ids": []}, "app.invalid"),
            ({"member_ids": [999_999]}, "evaluation.team_invalid"),
            ({"member_ids": [one.lead_staff.id]}, "evaluation.team_invalid"),
            ({"member_ids": [one.reporter_staff.id]}, "evaluation.team_invalid"),
            ({"unit_id": 999_999}, "evaluation.unit_not_found"),
            ({"unit_id": gone.id}, "evaluation.inspection_unit_inactive"),
            ({"version_id": 999_999}, "scoresheets.version_not_found"),
        ):
            assert one.arrange(**fields).error == error, fields
        sheet("another")
        assert one.arrange().error == "evaluation.sheet_needed"

    @pytest.mark.parametrize("scope", ["unit", "canteen"])
    def test_nobody_inspects_the_unit_that_they_belong_to(self, one, scope):
        canteen = one.compound.canteen()
        organ = unit("OWN", canteen_id=canteen.id)
        role, place = (
            ("unit_reporter", (ScopeKind.UNIT, organ.id))
            if scope == "unit"
            else ("canteen_staff", (ScopeKind.CANTEEN, canteen.id))
        )
        torn = one.compound.staff(name="胡自查", roles={"canteen_inspector": EVERYWHERE, role: place})

        refused = one.arrange(unit_id=organ.id, member_ids=[torn.id])

        assert (refused.status, refused.error) == (403, "evaluation.conflict_of_interest")
        assert "胡自查" in refused.envelope["msg"]
        assert one.arrange(member_ids=[torn.id]).status == 201
        interested = {
            row["id"]: row["has_interest"]
            for row in one.manager.get("/evaluation/inspectors", unit_id=organ.id).data["list"]
        }
        assert (interested[torn.id], interested[one.lead_staff.id]) == (True, False)

    def test_team_and_window_change_until_the_submission(self, one):
        made = one.arrange().data
        other = one.compound.staff(roles={"canteen_inspector": EVERYWHERE})
        change = {
            "revision": made["revision"],
            "from_on": "2026-11-24",
            "until_on": "2026-11-25",
            "lead_id": one.member_staff.id,
            "member_ids": [other.id],
        }
        path = f"/evaluation/inspections/{made['id']}"
        changed = one.manager.put(path, change)
        assert (changed.status, changed.data["lead_id"]) == (200, one.member_staff.id)
        assert one.manager.put(path, change).error == "evaluation.inspection_changed"
        assert one.lead.get(path).status == 404
        assert one.member.put(path, change).status == 403


class TestScoring:
    def test_an_item_is_saved_as_a_draft_and_the_same_again_changes_nothing(self, one):
        inspection_id = one.arrange().data["id"]

        first = one.score(one.member, inspection_id, 0, 55.5, remark="窗口未贴").data

        assert (first["revision"], first["score"], first["scored_by_name"]) == (
            1,
            55.5,
            one.member_staff.name,
        )
        assert first["losses"][0]["text"] == "未张贴提示"
        again = one.score(one.member, inspection_id, 0, 55.5, remark="窗口未贴").data
        assert again == first
        view = one.lead.get(f"/evaluation/inspections/{inspection_id}").data
        assert (view["state"], view["scored"], view["items"][0]["score"]) == ("under_way", 1, 55.5)

    def test_what_another_member_saved_is_not_written_over(self, one):
        inspection_id = one.arrange().data["id"]
        one.score(one.member, inspection_id, 0, 50)

        clash = one.score(one.lead, inspection_id, 0, 40)

        assert (clash.status, clash.error) == (409, "evaluation.item_changed")
        standing = clash.envelope["data"]["item"]
        assert (standing["score"], standing["revision"]) == (50, 1)
        assert one.score(one.lead, inspection_id, 0, 40, revision=1).data["revision"] == 2

    def test_two_members_fill_two_items_at_once_and_none_is_lost(self, one, soak):
        inspection_id = one.arrange().data["id"]
        for seen in range(5 if soak else 1):
            first = partial(one.score, one.lead, inspection_id, 0, 50 - seen, revision=seen)
            second = partial(one.score, one.member, inspection_id, 1, 20 - seen, revision=seen)
            answers = at_once([first, second])
            assert [answer.status for answer in answers] == [200, 200]
            items = one.lead.get(f"/evaluation/inspections/{inspection_id}").data["items"]
            assert [each["score"] for each in items] == [50 - seen, 20 - seen, None]

    def test_of_two_who_score_one_item_at_once_one_is_told_what_stands(self, one):
        inspection_id = one.arrange().data["id"]
        answers = at_once(
            [
                lambda: one.score(one.lead, inspection_id, 0, 50),
                lambda: one.score(one.member, inspection_id, 0, 40),
            ]
        )
        assert sorted(answer.status for answer in answers) == [200, 409]
        saved = next(answer for answer in answers if answer.status == 200).data["score"]
        refused = next(answer for answer in answers if answer.status == 409)
        assert refused.envelope["data"]["item"]["score"] == saved

    def test_what_cannot_be_saved(self, one):
        inspection_id = one.arrange().data["id"]
        for score, fields, error in (
            (61, {}, "scoresheets.score_too_high"),
            (50, {"losses": []}, "scoresheets.reason_needed"),
            (None, {}, "scoresheets.score_missing"),
            (None, {"is_inapplicable": True}, "scoresheets.not_inapplicable"),
            (60, {"photo_ids": [999_999]}, "media.photo_not_found"),
            (60, {"photo_ids": [1, 2, 3, 4, 5, 6]}, "app.invalid"),
        ):
            assert one.score(one.member, inspection_id, 0, score, **fields).error == error
        assert one.lead.get(f"/evaluation/inspections/{inspection_id}").data["state"] == "planned"

    def test_only_the_team_scores_and_not_before_the_window(self, one):
        inspection_id = one.arrange(from_on="2026-11-24").data["id"]
        stranger = one.compound.client(one.compound.staff(roles={"canteen_inspector": EVERYWHERE}))
        reviewer = one.compound.client(one.compound.staff(roles={"logistics_reviewer": EVERYWHERE}))
        assert one.score(stranger, inspection_id, 0, 60).status == 404
        assert one.score(reviewer, inspection_id, 0, 60).status == 403
        assert one.score(one.lead, inspection_id, 0, 60).error == "evaluation.not_yet_visited"
        assert stranger.get("/evaluation/inspections/mine").data["total"] == 0
        assert one.lead.get("/evaluation/inspections/mine").data["total"] == 1

    def test_who_has_come_to_belong_to_the_unit_scores_no_more(self, one):
        inspection_id = one.arrange().data["id"]
        grant = {"role": "unit_reporter", "scope_kind": "unit", "scope_id": one.unit.id}
        assert one.manager.post(f"/admin/staff/{one.member_staff.id}/grants", grant).status == 201
        again = one.compound.client(one.member_staff)
        assert one.score(again, inspection_id, 0, 60).error == "evaluation.conflict_of_interest"


class TestAnswering:
    def path(self, inspection_id, step):
        return f"/evaluation/inspections/{inspection_id}/{step}"

    def test_the_lead_submits_when_every_item_is_scored(self, one):
        inspection_id = one.arrange().data["id"]
        one.score(one.member, inspection_id, 0, 60)
        visit = {"visited_on": "2026-11-23", "conclusion": "整体较好"}
        submit = self.path(inspection_id, "submit")
        assert one.lead.post(submit, visit).error == "scoresheets.items_unscored"
        one.score(one.member, inspection_id, 1, 25)
        one.score(one.member, inspection_id, 2, None, is_inapplicable=True)
        assert one.member.post(submit, visit).error == "evaluation.not_the_lead"
        assert one.lead.post(submit, {"visited_on": "2026-11-24"}).error == "evaluation.visit_invalid"

        done = one.lead.post(submit, visit).data

        # What does not apply counts with full marks by this sheet.
        assert (done["state"], done["total"], done["grade"]) == ("submitted", 95, "优秀")
        assert done["answer_until_on"] == "2026-11-28"
        assert "95 分，优秀" in messages("evaluation.inspection_submitted", one.reporter_staff)[0]
        assert one.score(one.lead, inspection_id, 0, 10, revision=1).error == "evaluation.inspection_state"
        assert one.reporter.get(f"/evaluation/inspections/{inspection_id}").data["can"] == [
            "acknowledge",
            "dispute",
        ]

    def test_what_the_unit_acknowledges_is_confirmed_for_good(self, one):
        inspection_id = one.submitted(60, 25, 10)
        assert one.manager.post(self.path(inspection_id, "confirm")).error == "evaluation.answer_awaited"
        stranger = one.compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, unit("COUNTY-9").id)})
        assert one.compound.client(stranger).post(self.path(inspection_id, "acknowledge")).status == 404
        assert one.reporter.post(self.path(inspection_id, "acknowledge")).data["state"] == "acknowledged"

        done = one.manager.post(self.path(inspection_id, "confirm")).data

        assert (done["state"], done["total"], done["rectification_ids"]) == ("confirmed", 95, [])
        assert [step["step"] for step in done["steps"]] == ["score", "submit", "acknowledge", "confirm"]
        for step in ("cancel", "confirm"):
            refused = one.manager.post(
                self.path(inspection_id, step), {"reason": "x"} if step == "cancel" else {}
            )
            assert refused.error == "evaluation.inspection_state"
        assert one.manager.get(self.path(inspection_id, "pdf")).body.startswith(b"%PDF")

        @atomic
        def tamper():
            db.session.get(Inspection, inspection_id).grade = "优秀+"

        with pytest.raises(DBAPIError):
            tamper()

    def test_a_just_objection_lets_the_team_score_again(self, one):
        inspection_id = one.submitted(30, 30, 10)
        dispute = self.path(inspection_id, "dispute")
        assert one.reporter.post(dispute).error == "evaluation.answer_text_needed"
        assert one.reporter.post(dispute, {"text": "提示已张贴"}).data["state"] == "disputed"
        back = one.manager.post(self.path(inspection_id, "return"), {"text": "请复核第 1 项"})
        assert back.data["state"] == "under_way"
        assert messages("evaluation.inspection_returned", one.member_staff)
        one.score(one.member, inspection_id, 0, 60, revision=1)
        again = one.lead.post(self.path(inspection_id, "submit"), {"visited_on": "2026-11-23"}).data
        assert (again["total"], [step["total"] for step in again["steps"] if step["step"] == "submit"]) == (
            100,
            [70, 100],
        )

    def test_nobody_of_the_team_decides_on_an_objection(self, one):
        both = one.compound.staff(roles={"logistics_reviewer": EVERYWHERE})
        client = one.compound.client(both)
        one.member_staff = both
        inspection_id = one.submitted(50, 25, 10)
        one.reporter.post(self.path(inspection_id, "dispute"), {"text": "扣分过多"})
        for step in ("return", "confirm"):
            refused = client.post(self.path(inspection_id, step), {"text": "维持"})
            assert (refused.status, refused.error) == (403, "evaluation.own_scoring")
        assert one.manager.post(self.path(inspection_id, "confirm")).error == "evaluation.answer_text_needed"
        kept = one.manager.post(self.path(inspection_id, "confirm"), {"text": "事实清楚，维持评分"}).data
        assert (kept["state"], kept["steps"][-1]["text"]) == ("confirmed", "事实清楚，维持评分")

    def test_a_unit_that_says_nothing_in_time_is_waited_for_no_longer(self, one):
        inspection_id = one.submitted()
        with clock.at(at(date(2026, 11, 28))):
            manager = one.compound.client(one.compound.staff(roles={"administrator": EVERYWHERE}))
            waiting = manager.post(self.path(inspection_id, "confirm"))
            assert waiting.error == "evaluation.answer_awaited"
        with clock.at(at(date(2026, 11, 29))):
            manager = one.compound.client(one.compound.staff(roles={"administrator": EVERYWHERE}))
            assert manager.post(self.path(inspection_id, "confirm")).data["state"] == "confirmed"

    def test_a_failed_inspection_becomes_a_rectification(self, one):
        inspection_id = one.submitted(30, 10, 10)
        one.reporter.post(self.path(inspection_id, "acknowledge"))
        done = one.manager.post(self.path(inspection_id, "confirm")).data
        assert (done["grade"], done["is_failing"]) == ("不合格", True)
        (opened,) = done["rectification_ids"]
        found = one.reporter.get(f"/evaluation/rectifications/{opened}").data
        assert (found["origin"], found["origin_id"]) == ("inspection", inspection_id)
        assert [each["text"] for each in found["problems"]] == ["1 指标1：未张贴提示", "2 指标2：未张贴提示"]

    def test_photos_go_with_an_item_and_none_has_to(self, one):
        inspection_id = one.arrange().data["id"]
        mine = send(one.member, small_jpeg(90)).data["id"]
        saved = one.score(one.member, inspection_id, 0, 60, photo_ids=[mine]).data
        assert [photo["id"] for photo in saved["photos"]] == [mine]
        # Another member adds one beside it; a third save lets go of the first.
        other = send(one.lead, small_jpeg(150)).data["id"]
        both = one.score(one.lead, inspection_id, 0, 60, photo_ids=[mine, other], revision=1).data
        assert [photo["id"] for photo in both["photos"]] == [mine, other]
        left = one.score(one.lead, inspection_id, 0, 60, photo_ids=[other], revision=2).data
        assert [photo["id"] for photo in left["photos"]] == [other]


def test_a_rectification_is_ordered_out_of_a_confirmed_inspection_alone(one):
    inspection_id = one.submitted(60, 25, 10)
    path = f"/evaluation/inspections/{inspection_id}/rectifications"
    order = {"title": "张贴提示", "problems": [{"text": "窗口未张贴", "item_id": one.sheet.items[1].id}]}
    assert one.manager.post(path, order).error == "evaluation.inspection_not_confirmed"
    one.reporter.post(f"/evaluation/inspections/{inspection_id}/acknowledge")
    one.manager.post(f"/evaluation/inspections/{inspection_id}/confirm")
    opened = one.manager.post(path, order)
    assert (opened.status, opened.data["origin"]) == (201, "inspection")


def test_a_lot_and_its_unit_agree(one):
    one.manager.post("/evaluation/spot-check-plans", {"year": 2026, "seen_version": 0})
    db.session.rollback()
    (lot,) = db.session.scalars(select(SpotCheckLot)).all()
    assert (lot.unit_id, lot.code, lot.joined_year) == (one.unit.id, one.unit.code, 2026)


def test_the_copy_of_ones_data_tells_of_ones_inspections(one):
    one.arrange()
    rows = {staff.id: queries.export_of(staff.id) for staff in (one.lead_staff, one.member_staff)}
    assert [row["身份"] for found in rows.values() for row in found] == ["组长", "组员"]
    assert rows[one.lead_staff.id][0]["被抽查单位"] == one.unit.name
    assert queries.export_of(one.reporter_staff.id) == []
