"""Who sees which reports, and how much of them; what is nearby; and what waits for whom."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.places.models import Building, Floor, Room
from feedback.categories.models import Kind
from feedback.reports import policies
from feedback.reports.exhibits import Publication
from feedback.reports.models import Report
from feedback.reports.policies import box, distance_m
from tests.client import Client
from tests.factories import NINE
from tests.feedback.desk import Desk, add
from tests.statements import counted_statements

HERE = (39_904_212, 116_407_413)


def degrees(position: tuple[int, int]) -> dict[str, float]:
    return {"latitude": position[0] / 1e6, "longitude": position[1] / 1e6}


def publish(report_id: int, text: str = "已处理完毕") -> None:
    """As the desk would, without the checks."""

    @atomic
    def write() -> None:
        report = db.session.get(Report, report_id)
        assert report is not None
        report.published_at = clock.now()
        db.session.add(
            Publication(report_id=report_id, text=text, sources=[], published_at=clock.now(), published_by=1)
        )

    write()


def see(client: Client, report_id: int) -> str:
    """How a client sees a report: by which sight, or not at all."""
    answer = client.get(f"/feedback/reports/{report_id}")
    return str(answer.data["sight"]) if answer.status == 200 else str(answer.status)


class TestVisibility:
    def test_who_may_know_of_a_report_by_where_it_is_and_who_has_it(self, desk: Desk) -> None:
        elsewhere = desk.compound.campus()
        local = (ScopeKind.CAMPUS, desk.campus.id)
        foreign = (ScopeKind.CAMPUS, elsewhere.id)
        building = (ScopeKind.BUILDING, desk.building.id)
        clients = {
            "reporter": desk.reporter,
            "neighbour": desk.neighbour,
            "officer": desk.officer,
            "approver": desk.approver,
            "visitor": desk.visitor,
            "keeper": desk.keeper,
            "member": desk.member,
            "outsider": desk.outsider,
            "local officer": desk.client("local officer", "feedback_desk", local),
            "foreign officer": desk.client("foreign officer", "feedback_desk", foreign),
            "officer of the building": desk.client("of the building", "feedback_desk", building),
            "notice editor": desk.client("notice editor", "notice_editor"),
        }
        report_id = desk.report()
        placeless = desk.report(category="complaint", place=None)

        def sights(of: int) -> dict[str, str]:
            return {name: see(client, of) for name, client in clients.items()}

        reads = dict.fromkeys(("officer", "approver", "visitor", "keeper"), "staff")
        nobody = dict.fromkeys(clients, "404")
        near = dict.fromkeys(("local officer", "officer of the building"), "staff")
        assert sights(report_id) == {**nobody, **reads, **near, "reporter": "own"}
        # What is nowhere is in nobody's reach but theirs who reach everything.
        assert sights(placeless) == {**nobody, **reads, "reporter": "own"}
        desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)
        assert sights(report_id) == {**nobody, **reads, **near, "reporter": "own", "member": "staff"}
        desk.done(desk.officer, report_id, "assign", office_id=desk.other_office.id)
        assert see(desk.member, report_id) == "404"
        assert see(desk.outsider, report_id) == "staff"

    def test_the_wall_shows_the_desks_words_and_nothing_of_people(self, desk: Desk) -> None:
        report_id = desk.rated(category="complaint", is_wall_consented=True, text="食堂李某态度恶劣")
        assert see(desk.neighbour, report_id) == "404"
        publish(report_id)
        answer = desk.neighbour.get(f"/feedback/reports/{report_id}")
        shown = answer.data
        assert (shown["sight"], shown["text"], shown["photos"]) == ("public", "已处理完毕", [])
        assert shown["place"] == {"kind": None, "id": None, "path": f"{desk.campus.name} / 1号楼"}
        assert "李某" not in answer.body.decode()
        for key in ("reporter", "member", "officer"):
            assert desk.people[key].name not in answer.body.decode()
        assert shown["can"] == []
        (row,) = desk.neighbour.get("/feedback/reports", scope="public").data["list"]
        assert (row["id"], row["text"], row["reporter_name"]) == (report_id, "已处理完毕", "")
        # What is not shown is not found by guessing at it.
        found = desk.neighbour.get("/feedback/reports", scope="public", q="李某").data["list"]
        assert found == []
        assert desk.neighbour.get("/feedback/reports", scope="public", q="处理完毕").data["total"] == 1
        desk.done(desk.officer, report_id, "hide", text="误公开")
        assert see(desk.neighbour, report_id) == "404"
        assert desk.neighbour.get("/feedback/reports", scope="public").data["list"] == []

    def test_what_is_not_public_is_not_told_to_the_reporter(self, desk: Desk) -> None:
        report_id = desk.assigned()
        desk.done(desk.member, report_id, "note", text="内部意见：先查监控")
        shown = desk.reporter.get(f"/feedback/reports/{report_id}")
        assert "先查监控" not in shown.body.decode()
        assert shown.data["moderation"] is None
        assert "先查监控" in desk.officer.get(f"/feedback/reports/{report_id}").body.decode()

    def test_the_buttons_are_those_of_the_state_and_of_the_reader(self, desk: Desk) -> None:
        report_id = desk.report()

        def can(client: Client) -> list[str]:
            return list(client.get(f"/feedback/reports/{report_id}").data["can"])

        assert can(desk.reporter) == ["remind", "withdraw"]
        assert can(desk.officer) == [
            "accept",
            "assign",
            "note",
            "reject",
            "duplicate",
            "supervise",
            "hide",
            "follow",
        ]
        desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)
        assert can(desk.member) == ["raise_order", "reply", "note", "extend", "suspend", "object", "follow"]
        assert can(desk.reporter) == ["remind"]
        desk.done(desk.member, report_id, "reply", text="好了")
        assert can(desk.reporter) == ["rate", "reopen"]


class TestLists:
    def test_each_scope_has_its_own_and_is_filtered(self, desk: Desk) -> None:
        first = desk.report(text="第一件 漏水")
        second = desk.assigned(category="utilities")
        third = desk.report(by=desk.neighbour, category="danger")

        def ids(client: Client, **query: Any) -> list[int]:
            return [each["id"] for each in client.get("/feedback/reports", **query).data["list"]]

        assert ids(desk.reporter) == [second, first]
        assert ids(desk.officer, scope="desk") == [third, second, first]
        assert ids(desk.officer, scope="desk", sort="oldest") == [first, second, third]
        assert ids(desk.officer, scope="desk", sort="due") == [third, second, first]
        assert ids(desk.member, scope="office") == [second]
        assert ids(desk.officer, scope="desk", state="pending") == [third, first]
        assert ids(desk.officer, scope="desk", q="漏水") == [first]
        assert ids(desk.officer, scope="desk", q=desk.row(second).number) == [second]
        assert ids(desk.officer, scope="desk", category="danger") == [third]
        assert ids(desk.officer, scope="desk", kind="complaint") == []
        assert ids(desk.officer, scope="desk", office_id=desk.office.id) == [second]
        assert ids(desk.officer, scope="desk", campus_id=desk.campus.id, from_on="2026-11-24") == []
        assert ids(desk.officer, scope="desk", until_on="2026-11-23", page_size=2, page=2) == [first]
        desk.done(desk.officer, first, "supervise", text="领导关注")
        assert ids(desk.officer, scope="desk", supervised="true") == [first]
        with clock.at(NINE + timedelta(hours=3)):
            assert ids(desk.officer, scope="desk", overdue="true") == [third, first]
        for client, scope in ((desk.reporter, "desk"), (desk.officer, "office")):
            answer = client.get("/feedback/reports", scope=scope)
            assert (answer.status, answer.error) == (403, "feedback.scope_forbidden")
        desk.done(desk.reporter, third, "follow")
        assert ids(desk.reporter, scope="followed") == [third]

    def test_lists_and_details_cost_a_fixed_number_of_statements(self, desk: Desk) -> None:
        for _ in range(3):
            report_id = desk.assigned()
        desk.done(desk.neighbour, report_id, "follow")
        around = 3  # The session, and the ends of SQLite's transaction.
        for client, scope, most in (
            (desk.officer, "desk", 6),
            (desk.member, "office", 6),
            (desk.reporter, "mine", 6),
        ):
            with counted_statements() as sent:
                client.get("/feedback/reports", scope=scope)
            assert len(sent) <= most + around, "\n".join(x[:90] for x in sent)
        for client in (desk.officer, desk.member, desk.reporter, desk.neighbour):
            with counted_statements() as sent:
                client.get(f"/feedback/reports/{report_id}")
            assert len(sent) <= 15 + around, sent

    def test_badges_count_what_waits_for_the_reader(self, desk: Desk) -> None:
        desk.report()
        desk.assigned()
        desk.replied()
        counts = desk.reporter.get("/feedback/reports/counts").data
        assert (counts["mine_open"], counts["to_rate"], counts["pending"]) == (2, 1, 0)
        assert desk.member.get("/feedback/reports/counts").data["office"] == 1
        counts = desk.officer.get("/feedback/reports/counts").data
        assert (counts["pending"], counts["accepted"], counts["to_rate"]) == (1, 0, 0)
        waiting = {each["kind"]: each for each in desk.reporter.get("/home").data["waiting"]}
        assert waiting["report_to_rate"]["count"] == 1
        assert waiting["report_to_rate"]["page"].startswith("pages/feedback/report?id=")
        assert {each["kind"] for each in desk.officer.get("/home").data["waiting"]} == {"report_pending"}
        assert {each["kind"] for each in desk.member.get("/home").data["waiting"]} == {"report_assigned"}


class TestNearby:
    def similar(self, desk: Desk, **query: Any) -> list[dict[str, Any]]:
        usual = {"category": "snap", "place_kind": "room", "place_id": desk.room.id}
        return list(desk.neighbour.get("/feedback/reports/similar", **{**usual, **query}).data["list"])

    def test_what_is_at_the_place_or_beside_it_is_offered_without_names(self, desk: Desk) -> None:
        beside = add(Room(floor_id=desk.floor.id, name="102"))
        upstairs = add(Room(floor_id=add(Floor(building_id=desk.building.id, name="2层")).id, name="201"))
        other = add(Building(campus_id=desk.campus.id, name="2号楼"))
        here = desk.accepted(text="花盆" * 60)
        near = desk.report(place={"kind": "room", "id": beside.id})
        whole = desk.report(place={"kind": "building", "id": desk.building.id})
        for place in ({"kind": "room", "id": upstairs.id}, {"kind": "building", "id": other.id}):
            desk.report(place=place)
        desk.report(category="utilities")
        found = self.similar(desk)
        assert [each["id"] for each in found] == [whole, near, here]
        assert found[2]["excerpt"] == "花盆" * 30 + "…"
        assert found[0]["excerpt"] == ""  # Nobody has looked at it yet.
        assert desk.people["reporter"].name not in str(found)
        assert {"reporter_name", "is_anonymous"}.isdisjoint(found[0])
        # Of the building as a whole: all that lies in it.
        assert len(self.similar(desk, place_kind="building", place_id=desk.building.id)) == 4

    def test_what_lies_within_the_radius_is_offered_with_its_distance(self, desk: Desk) -> None:
        near = (HERE[0] + 400, HERE[1])  # 44 m further north
        far = (HERE[0] + 500, HERE[1])  # 56 m
        close_by = desk.report(place=None, location=degrees(near))
        desk.report(place=None, location=degrees(far))
        query = {"category": "snap", **degrees(HERE)}
        (found,) = desk.neighbour.get("/feedback/reports/similar", **query).data["list"]
        assert (found["id"], found["distance_m"]) == (close_by, 44)
        nearby = desk.neighbour.get("/feedback/reports", scope="nearby", **degrees(HERE)).data
        assert nearby["total"] == 2
        assert desk.neighbour.get("/feedback/reports", scope="nearby").error == "feedback.position_needed"
        assert desk.neighbour.get("/feedback/reports", scope="nearby", latitude=39.9).status == 422

    def test_five_at_most_and_none_that_is_over_or_between_somebody_and_the_desk(self, desk: Desk) -> None:
        reports = [desk.report() for _ in range(7)]
        desk.done(desk.reporter, reports[-1], "withdraw")
        desk.done(desk.officer, reports[-2], "hide", text="含个人信息")
        assert [each["id"] for each in self.similar(desk)] == reports[4::-1]
        desk.report(category="complaint", place={"kind": "room", "id": desk.room.id})
        assert self.similar(desk, category="complaint") == []
        desk.done(desk.neighbour, reports[0], "follow")
        found = {each["id"]: each for each in self.similar(desk)}
        assert (found[reports[0]]["is_followed"], found[reports[0]]["followers"]) == (True, 1)
        assert not any(each["is_mine"] for each in found.values())


@given(
    st.integers(-80_000_000, 80_000_000),
    st.integers(-179_000_000, 179_000_000),
    st.integers(-20_000, 20_000),
    st.integers(-20_000, 20_000),
)
def test_the_box_holds_whatever_is_within_the_radius(lat: int, lon: int, up: int, across: int) -> None:
    one, other = (lat, lon), (lat + up, lon + across)
    radius = distance_m(one, other)
    south, north, west, east = box(one, radius)
    assert south <= other[0] <= north
    assert west <= other[1] <= east


def test_a_service_is_nobody_elses_and_a_snap_is_everybodys() -> None:
    assert frozenset({Kind.SNAP, Kind.SUGGESTION}) == policies.SHARED_KINDS
